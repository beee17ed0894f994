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
from factcheck.lib.prepared import PreparedUpdate

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


# Who is at this address, else who was lately: by the address asked for, or by that of the article it led to. Not those
# that were not fetched themselves, or an address asked for all day would never be fetched again.
_OTHERS = """
    SELECT id, state FROM (
        SELECT id, state, finished_at FROM articles_importitem
         WHERE key = %(key)s AND key <> '' AND kind = 'url'
           AND (state = 'running' AND leased_until > %(now)s
                OR state = 'done' AND finished_at >= %(since)s AND outcome <> 'same_address')
         UNION ALL
        SELECT i.id, i.state, i.finished_at
          FROM articles_article a
          JOIN articles_articleversion v ON v.article_id = a.id
          JOIN articles_importitem i ON i.version_id = v.id
         WHERE a.key = %(key)s AND i.kind = 'url' AND i.state = 'done'
           AND i.finished_at >= %(since)s AND i.outcome <> 'same_address') AS other
     WHERE id <> %(item)s
     ORDER BY state = 'running' DESC, finished_at DESC
     LIMIT 1
"""


_NOTE_KEY = PreparedUpdate(lambda item, key: (ImportItem.objects.filter(pk=item), {"key": key}))


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
        with connection.cursor() as cursor:
            cursor.execute(_OTHERS, {"item": item.pk, "key": key, "now": timezone.now(), "since": since})
            other = cursor.fetchone()
        if other is None:
            _NOTE_KEY(item.pk, key)
            return
    other_id, state = other
    if state == State.RUNNING:
        raise BeingImported
    earlier = ImportItem.objects.select_related("version").get(pk=other_id)
    assert earlier.version is not None, "the database holds that an item that is done has one"
    raise AlreadyHere(earlier.version, Outcome.SAME_ADDRESS, earlier)


def refuse_known_page(fetched: Fetched, snapshot: Snapshot) -> None:
    """Raises AlreadyHere when this parser has read the same bytes from the same place, and they are the current text."""
    was = (snapshot.url, snapshot.media_type, snapshot.charset)
    if snapshot.is_new or was != (fetched.final_url, fetched.media_type[:100], fetched.charset[:40]):
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
