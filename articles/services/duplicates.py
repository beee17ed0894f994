"""What is here already is recognised before any work is done: the same address, the same bytes.

A page that was imported minutes ago is not fetched, bytes that this parser has read are not read again. Whoever asked
gets the version that is there, and no error.
"""

from datetime import timedelta
from pathlib import PurePath

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from articles.fetching import Fetched
from articles.models import ArticleVersion, ImportItem, Snapshot
from articles.parsing import PARSER_VERSION
from articles.parsing.urls import url_key

Kind, State, Outcome = ImportItem.Kind, ImportItem.State, ImportItem.Outcome

# What makes an upload the same as an earlier one, beside its bytes
_GIVEN = ("kind", "url", "outlet_name", "title", "published_at", "published_on")


class AlreadyHere(Exception):
    """What the item asks for is `version`, which `item` brought in."""

    def __init__(self, version: ArticleVersion, outcome: ImportItem.Outcome, item: ImportItem | None) -> None:
        super().__init__(outcome.label)
        self.version = version
        self.outcome = outcome
        self.item = item


class BeingImported(Exception):
    """Another worker is at the same address: what it brings in will be here in a moment."""


def refuse_known_address(item: ImportItem) -> None:
    """Raises AlreadyHere for an address that was imported within IMPORT_FRESH_MINUTES, BeingImported while it is.

    Otherwise the address is this item's until its lease ends. One that was imported before that is fetched again: a
    person who asks for it wants to know how the page stands now.
    """
    key = url_key(item.url)
    if not key or not settings.IMPORT_FRESH_MINUTES:
        return
    since = timezone.now() - timedelta(minutes=settings.IMPORT_FRESH_MINUTES)
    with transaction.atomic():
        _one_at_a_time(key)
        others = ImportItem.objects.exclude(pk=item.pk).filter(kind=Kind.URL)
        if others.filter(key=key, state=State.RUNNING, leased_until__gt=timezone.now()).exists():
            raise BeingImported
        # Not those that were not fetched themselves, or an address asked for all day would never be fetched again.
        fetched = others.filter(state=State.DONE, finished_at__gte=since).exclude(
            outcome=Outcome.SAME_ADDRESS
        )
        here = fetched.filter(key=key) | fetched.filter(version__article__key=key)
        earlier = here.select_related("version").order_by("-finished_at").first()
        if earlier is None:
            ImportItem.objects.filter(pk=item.pk).update(key=key)
            return
    assert earlier.version is not None, "the database holds that an item that is done has one"
    raise AlreadyHere(earlier.version, Outcome.SAME_ADDRESS, earlier)


def refuse_known_page(fetched: Fetched, snapshot: Snapshot) -> None:
    """Raises AlreadyHere when this parser has read the same bytes from the same place, and they are the current text."""
    was = (snapshot.url, snapshot.media_type, snapshot.charset)
    if was != (fetched.final_url, fetched.media_type[:100], fetched.charset[:40]):
        return
    read = ArticleVersion.objects.filter(_read_by_this_parser(), snapshot=snapshot, current_of__isnull=False)
    if version := read.first():
        earlier = version.import_items.filter(state=State.DONE).order_by("-finished_at").first()
        raise AlreadyHere(version, Outcome.SAME_BYTES, earlier)


def refuse_known_upload(item: ImportItem) -> None:
    """Raises AlreadyHere when the same text or file was imported with the same particulars, and is the current text."""
    same = ImportItem.objects.filter(
        _read_by_this_parser("version__"),
        snapshot=item.snapshot_id,
        state=State.DONE,
        version__current_of__isnull=False,
        **{name: getattr(item, name) for name in _GIVEN},
    )
    for earlier in same.exclude(pk=item.pk).select_related("version").order_by("pk")[:10]:
        if _suffix(earlier) == _suffix(item) and earlier.version:
            raise AlreadyHere(earlier.version, Outcome.SAME_BYTES, earlier)


def _read_by_this_parser(prefix: str = "") -> Q:
    return Q(**{f"{prefix}provenance__parser": PARSER_VERSION})


def _suffix(item: ImportItem) -> str:
    """Says as what the bytes are read."""
    return PurePath(item.file_name).suffix.lower()


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import:{key}"])
