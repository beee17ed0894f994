"""Which outlet an article is of."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils import timezone

from articles.models import Outlet
from factcheck.lib.errors import DomainError

NamedBy = Outlet.NamedBy
NAMES_SETTLE_WITHIN = timedelta(days=1)
LONGEST_NAME, LONGEST_DOMAIN = 200, 253
OUTLET_MISSING = "Nothing says who published this text: name its outlet and import it again."


def resolve_outlet(*, name: str = "", url: str = "", site_name: str = "") -> Outlet:
    """The outlet called `name`, else the one whose domain `url` is on; made if the desk has not met it.

    `site_name` is what a page calls itself: it names a new outlet (see `_improve_name`), but never claims an existing
    one's name for another domain. Raises DomainError `outlet_missing` when nothing says who published the text.
    """
    domain = domain_of(url)
    owner = _owner_of(domain)
    if name:
        outlet = _named(name) or _create(name, "" if owner else domain) or _create_without_domain(name)
        if domain and not outlet.domain and owner is None:
            _give_domain(outlet, domain)
        return outlet
    if owner:
        if site_name and owner.domain == domain:
            _improve_name(owner, site_name)
        return owner
    if not domain and not site_name:
        raise DomainError("outlet_missing", OUTLET_MISSING)
    if site_name and (not domain or _named(site_name) is None):
        made = _create(site_name, domain, NamedBy.PAGE)
        if made and (not domain or made.domain == domain):
            return made
    # Its pages do not say, or another worker has just made its outlet, or another site's goes by that name.
    outlet = _create(domain, domain, NamedBy.HOST) or Outlet.objects.get(domain=domain)
    if site_name:
        _improve_name(outlet, site_name)
    return outlet


def ensure_outlets(names: set[str]) -> dict[str, Outlet]:
    """An outlet for each name, made where missing; keyed by the name as given."""
    # In one order for all writers, so that two who make the same outlets never wait for each other crosswise.
    return {name: _named(name) or _create_without_domain(name) for name in sorted(names, key=str.casefold)}


def outlet_of(url: str) -> Outlet | None:
    """The outlet that the desk knows this site as, if it does."""
    return _owner_of(domain_of(url))


def _named(name: str) -> Outlet | None:
    """Compared as the table's unique index compares: `iexact` takes capitals, and tells İ from i where that does not."""
    return (
        Outlet.objects.annotate(lower_name=Lower("name"))
        .filter(lower_name=Lower(Value(name[:LONGEST_NAME])))
        .first()
    )


def _create(name: str, domain: str, named_by: Outlet.NamedBy = NamedBy.GIVEN) -> Outlet | None:
    """The outlet of that name, made now or by another worker at the same time; None: its domain is another outlet's."""
    outlet = Outlet(name=name[:LONGEST_NAME], domain=domain, named_by=named_by)
    Outlet.objects.bulk_create([outlet], ignore_conflicts=True)
    return _named(name)


def _improve_name(outlet: Outlet, site_name: str) -> None:
    """Gives a new outlet whose name nobody gave the best of those that its pages go by, whichever came first.

    The shortest is the best, then the first in the alphabet: sections add words to the name of their site. So pages
    that workers read in any order make one outlet of one name.
    """
    name = site_name[:LONGEST_NAME]
    if outlet.named_by == NamedBy.GIVEN or timezone.now() - outlet.created_at > NAMES_SETTLE_WITHIN:
        return
    if outlet.named_by == NamedBy.PAGE and _rank(outlet.name) <= _rank(name):
        return
    # Of two at once the second sees what the first made of it.
    with suppress(IntegrityError), transaction.atomic():  # another outlet is called so
        current = Outlet.objects.select_for_update(no_key=True).get(pk=outlet.pk)
        if current.named_by == NamedBy.HOST or (
            current.named_by == NamedBy.PAGE and _rank(name) < _rank(current.name)
        ):
            current.name, current.named_by = name, NamedBy.PAGE
            current.save(update_fields=["name", "named_by"])
        outlet.name, outlet.named_by = current.name, current.named_by


def _rank(name: str) -> tuple[int, str, str]:
    return len(name), name.casefold(), name


def _create_without_domain(name: str) -> Outlet:
    outlet = _create(name, "")
    assert outlet is not None, "nothing but its name can be in the way"
    return outlet


def _give_domain(outlet: Outlet, domain: str) -> None:
    try:
        with transaction.atomic():
            Outlet.objects.filter(pk=outlet.pk, domain="").update(domain=domain)
    except IntegrityError:  # another outlet was given it a moment ago
        outlet.refresh_from_db()


def domain_of(url: str) -> str:
    """The host of `url` without www.; "" for what is no address of a site."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return ""
    return host if len(host) <= LONGEST_DOMAIN else ""


def _owner_of(domain: str) -> Outlet | None:
    """The outlet of this host, or of the nearest host above it (edition.example.com -> example.com)."""
    labels = domain.split(".")
    hosts = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    found = {outlet.domain: outlet for outlet in Outlet.objects.filter(domain__in=hosts)} if hosts else {}
    return next((found[host] for host in hosts if host in found), None)
