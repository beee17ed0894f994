"""Which outlet an article is of."""

from urllib.parse import urlsplit

from articles.models import Outlet
from factcheck.lib.errors import DomainError


def resolve_outlet(*, name: str = "", url: str = "", site_name: str = "") -> Outlet:
    """The outlet called `name`, else the one whose domain `url` is on; made if the desk has not met it.

    `site_name` is what a page calls itself: it names a new outlet, but never claims an existing one's name for
    another domain. Raises DomainError `outlet_missing` when nothing says who published the text.
    """
    domain = _domain(url)
    owner = _owner_of(domain)
    if name:
        outlet = Outlet.objects.filter(name__iexact=name).first() or _create(name, "" if owner else domain)
        if domain and not outlet.domain and owner is None:
            Outlet.objects.filter(pk=outlet.pk, domain="").update(domain=domain)
        return outlet
    if owner:
        return owner
    if not domain and not site_name:
        raise DomainError(
            "outlet_missing", "Nothing says who published this text: name its outlet and import it again."
        )
    if site_name and not Outlet.objects.filter(name__iexact=site_name).exists():
        return _create(site_name, domain)
    return _create(domain or site_name, domain)


def ensure_outlets(names: set[str]) -> dict[str, Outlet]:
    """An outlet for each name, made where missing; keyed by the name as given."""
    return {
        name: Outlet.objects.filter(name__iexact=name).first() or _create(name, "") for name in sorted(names)
    }


def _create(name: str, domain: str) -> Outlet:
    # Two workers may meet a new outlet at once: the second insert does nothing, both then read the same row.
    Outlet.objects.bulk_create([Outlet(name=name[:200], domain=domain)], ignore_conflicts=True)
    return Outlet.objects.filter(name__iexact=name[:200]).first() or Outlet.objects.get(domain=domain)


def _domain(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.").rstrip(".") if url else ""


def _owner_of(domain: str) -> Outlet | None:
    """The outlet of this host, or of the nearest host above it (edition.example.com -> example.com)."""
    labels = domain.split(".")
    hosts = [".".join(labels[i:]) for i in range(len(labels) - 1)]
    found = {outlet.domain: outlet for outlet in Outlet.objects.filter(domain__in=hosts)} if hosts else {}
    return next((found[host] for host in hosts if host in found), None)
