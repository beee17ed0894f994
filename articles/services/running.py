"""Running a job's items in the background: each ends done, or failed with a reason.

The item's row says what is undone. A worker claims it by a conditional update and holds it by a lease; a message
that is lost, delivered twice or left by a dead worker changes nothing about how it ends.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import ArticleVersion, ImportItem, Snapshot
from articles.parsing import ParsedArticle, ParsingError, parse_in_child
from articles.services.outlets import resolve_outlet
from articles.services.pages import fetch_page, parse_page
from articles.services.rechecking import schedule_rechecks
from articles.services.recording import record_version
from articles.services.snapshots import read_snapshot
from articles.tasks import run_import_item as run_import_item_task
from factcheck.lib.errors import DomainError

logger = logging.getLogger(__name__)

Kind, State, Stage = ImportItem.Kind, ImportItem.State, ImportItem.Stage

RETRIES = 2  # of what may succeed later by itself: a timeout, a 503
RETRY_DELAY = timedelta(seconds=15)
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ""})


def run_import_item(*, item_id: int) -> ImportItem | None:
    """Takes one item from where it stands to done or failed; None when it is not to be run (any more, or yet)."""
    item = _claim(item_id)
    if item is None:
        return None
    try:
        parsed, url, snapshot = _read(item)
        _advance(item, Stage.RECORDING)
        outlet = resolve_outlet(name=item.outlet_name, url=url, site_name=parsed.site_name)
        with transaction.atomic():
            version, outcome = record_version(outlet=outlet, parsed=parsed, url=url, snapshot=snapshot)
            if item.kind == Kind.URL:
                changed = outcome != ImportItem.Outcome.UNCHANGED
                schedule_rechecks(article=version.article, headers=snapshot.headers, changed=changed)
            _finish(item, version=version, outcome=outcome)
    except FetchError as error:
        if error.retryable and item.attempts <= RETRIES:
            _put_off(item, error)
        else:
            fail_item(item, error.code, error.message)
    except (ParsingError, DomainError) as error:
        fail_item(item, error.code, error.message)
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody takes the item again
    except Exception:  # whatever nobody foresaw must not leave a person with a spinner that never ends
        logger.exception("import item %s", item.pk)
        fail_item(
            item,
            "internal_error",
            "Something went wrong on our side: retry, and tell an admin if it happens again.",
        )
    item.refresh_from_db()
    return item


def undone_items() -> QuerySet[ImportItem]:
    """Items that a worker should have by now: queued and due, or left behind by a worker that died."""
    now = timezone.now()
    return ImportItem.objects.filter(
        Q(state=State.QUEUED, queued_at__lte=now) | Q(state=State.RUNNING, leased_until__lt=now)
    ).order_by("pk")


def fail_item(item: ImportItem, code: str, message: str) -> None:
    """Ends an item that this worker has, with the reason a person will read."""
    _mine(item).update(
        state=State.FAILED,
        leased_until=None,
        error_code=code,
        error_message=message,
        finished_at=timezone.now(),
    )


def _claim(item_id: int) -> ImportItem | None:
    """Makes the item this worker's, if it is anybody's to take; after too many tries it fails instead."""
    now = timezone.now()
    claimed = (
        ImportItem.objects.filter(pk=item_id)
        .filter(Q(state=State.QUEUED, queued_at__lte=now) | Q(state=State.RUNNING, leased_until__lt=now))
        .update(
            state=State.RUNNING,
            stage="",
            attempts=F("attempts") + 1,
            leased_until=_lease_end(),
            started_at=now,
            error_code="",
            error_message="",
        )
    )
    if not claimed:
        return None
    item = ImportItem.objects.select_related("snapshot").get(pk=item_id)
    if item.attempts > settings.IMPORT_MAX_ATTEMPTS:
        fail_item(
            item,
            "gave_up",
            f"The worker stopped {settings.IMPORT_MAX_ATTEMPTS} times while importing this: "
            "paste the text instead, and tell an admin.",
        )
        return None
    return item


def _read(item: ImportItem) -> tuple[ParsedArticle, str, Snapshot]:
    """Fetches and parses: the article, the address it is known by ("" if none), and its bytes."""
    if item.kind == Kind.URL:
        _advance(item, Stage.FETCHING)
        fetched, snapshot = fetch_page(item.url)
        assert snapshot is not None, "only who holds an earlier copy is told that nothing changed"
        _advance(item, Stage.PARSING, snapshot=snapshot)
        parsed, url = parse_page(fetched)
    else:
        assert item.snapshot is not None, "the database holds that texts and files have one"
        if item.url:
            read_url(item.url)  # nothing is fetched from there, but people will follow it
        snapshot = item.snapshot
        content = read_snapshot(snapshot)
        _advance(item, Stage.PARSING)
        if item.kind == Kind.FILE and _looks_like_html(item.file_name, content):
            parsed = parse_in_child(content, url=item.url)
            url = item.url or parsed.canonical_url
        else:
            charset = "text/plain; charset=utf-8" if item.kind == Kind.TEXT else ""
            parsed = parse_in_child(
                content, url=item.url, content_type=charset, kind="text", title=item.title
            )
            url = item.url
    given: dict[str, Any] = {"title": item.title} if item.title else {}
    if item.published_at:
        given |= {"published_at": item.published_at, "published_on": item.published_at.date()}
    elif item.published_on:
        given |= {"published_at": None, "published_on": item.published_on}
    provenance = {**parsed.provenance, **dict.fromkeys(given, "importer")}
    return replace(parsed, **given, provenance=provenance), url, snapshot


def _looks_like_html(file_name: str, content: bytes) -> bool:
    suffix = PurePath(file_name).suffix.lower()
    if suffix in _HTML_SUFFIXES:
        return True
    if suffix not in _TEXT_SUFFIXES:
        raise DomainError(
            "unsupported_file",
            f"Files of type {suffix} cannot be imported yet: save the article as .html or .txt, or paste it.",
        )
    return suffix == "" and content.lstrip()[:1] == b"<"


def _mine(item: ImportItem) -> QuerySet[ImportItem]:
    """The item's row as long as this worker has it: every claim sets `started_at` anew."""
    return ImportItem.objects.filter(pk=item.pk, state=State.RUNNING, started_at=item.started_at)


def _advance(item: ImportItem, stage: ImportItem.Stage, **known: Snapshot) -> None:
    """Shows how far this worker is, and renews its lease."""
    _mine(item).update(stage=stage, leased_until=_lease_end(), **known)


def _finish(item: ImportItem, *, version: ArticleVersion, outcome: ImportItem.Outcome) -> None:
    _mine(item).update(
        state=State.DONE,
        version=version,
        outcome=outcome,
        leased_until=None,
        finished_at=timezone.now(),
        stage="",
    )


def _put_off(item: ImportItem, error: FetchError) -> None:
    """Queues the item again for later; the reason is shown meanwhile."""
    wait = max(RETRY_DELAY * item.attempts, timedelta(seconds=min(error.retry_after or 0, 600)))
    _mine(item).update(
        state=State.QUEUED,
        leased_until=None,
        queued_at=timezone.now() + wait,
        error_code=error.code,
        error_message=error.message,
    )
    run_import_item_task.apply_async((item.pk,), countdown=wait.total_seconds())


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)
