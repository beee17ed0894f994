"""Running a job's items in the background: each ends done, or failed with a reason.

The item's row says what is undone. A worker claims it by a conditional update and holds it by a lease; a message
that is lost, delivered twice or left by a dead worker changes nothing about how it ends. Whoever lost its item, to
another worker or to a person who cancelled it, stops at its next stage and leaves nothing behind.
"""

import io
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from articles.fetching import FetchError, read_url
from articles.models import ArticleVersion, ImportItem, Snapshot
from articles.parsing import PARSER_VERSION, ParsedArticle, ParsingError, parse_in_child
from articles.parsing.formats.sniffing import sniff
from articles.parsing.types import Kind as ParsingKind
from articles.services.duplicates import (
    AlreadyHere,
    BeingImported,
    refuse_known_address,
    refuse_known_page,
    refuse_known_upload,
)
from articles.services.entries import read_row_again
from articles.services.outlets import resolve_outlet
from articles.services.pages import canonical_url, fetch_page, parse_page
from articles.services.rechecking import schedule_rechecks
from articles.services.recording import record_version
from articles.services.snapshots import STORAGE_FAILED, StorageProblem, read_snapshot, require_room
from articles.services.turns import WaitingForTurn
from articles.tasks import run_import_item as run_import_item_task
from factcheck.lib.errors import DomainError
from factcheck.lib.sweeping import BATCH

logger = logging.getLogger(__name__)

Kind, State, Stage = ImportItem.Kind, ImportItem.State, ImportItem.Stage

RETRIES = 2  # of what may succeed later by itself: a timeout, a 503
RETRY_DELAY = timedelta(seconds=15)
# Who was told a moment to come back may be a little early; who comes for the first time does not stand about.
TURN_PATIENCE_SECONDS = 0.5
WAIT_FOR_ANOTHER = timedelta(seconds=5)  # who imports the same address
STORAGE_DELAY = timedelta(seconds=30)  # until the storage of snapshots is asked again


def run_import_item(*, item_id: int) -> ImportItem | None:
    """Takes one item from where it stands to done or failed; None when it is not to be run (any more, or yet)."""
    item = _claim(item_id)
    if item is None:
        return None
    try:
        require_room()
        parsed, url, snapshot = _read(item)
        _enter(item, Stage.RECORDING)  # over too soon to be told
        outlet = resolve_outlet(name=item.outlet_name, url=url, site_name=parsed.site_name)
        with transaction.atomic():
            version, outcome = record_version(
                outlet=outlet, parsed=parsed, url=url, snapshot=snapshot, wants_claims=item.job.extract
            )
            if item.kind == Kind.URL:
                changed = outcome != ImportItem.Outcome.UNCHANGED
                schedule_rechecks(article=version.article, headers=snapshot.headers, changed=changed)
            _finish(item, version=version, outcome=outcome)
    except _Lost:
        return None
    except WaitingForTurn as busy:
        _wait_for_turn(item, timedelta(seconds=busy.seconds))
    except AlreadyHere as known:
        _end_known(item, known)
    except BeingImported:
        _wait(item)
    except FetchError as error:
        if error.retryable and item.attempts <= RETRIES:
            wait = max(RETRY_DELAY * item.attempts, timedelta(seconds=min(error.retry_after or 0, 600)))
            _put_off(item, error.code, error.message, wait)
        else:
            fail_item(item, error.code, error.message)
    except StorageProblem as error:  # no fault of the item's: it waits for room, and that costs no try
        _put_off(item, error.code, error.message, STORAGE_DELAY, costs_a_try=False)
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
    return item


def undone_items() -> QuerySet[ImportItem]:
    """Items that a worker should have by now: queued and due, or left behind by a worker that died."""
    now = timezone.now()
    return ImportItem.objects.filter(
        Q(state=State.QUEUED, queued_at__lte=now) | Q(state=State.RUNNING, leased_until__lt=now)
    ).order_by("pk")


def wake_waiting() -> int:
    """Sends a message for each item whose site's turn comes before the next sweep, for when it comes."""
    now = timezone.now()
    soon = ImportItem.objects.filter(
        state=State.QUEUED,
        stage=Stage.WAITING,
        queued_at__range=(now, now + timedelta(seconds=settings.SWEEP_SECONDS)),
    )
    waiting = list(soon.order_by("queued_at").values_list("pk", "queued_at")[:BATCH])
    for pk, due in waiting:
        run_import_item_task.apply_async((pk,), countdown=max(0.0, (due - now).total_seconds()))
    return len(waiting)


class _Lost(Exception):
    pass


def fail_item(item: ImportItem, code: str, message: str) -> None:
    """Ends an item that this worker has, with the reason a person will read."""
    _write(
        item,
        state=State.FAILED,
        leased_until=None,
        timings=_timed(item),
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
            stage=Case(
                When(kind=Kind.URL, stage=Stage.WAITING, then=Value(Stage.WAITING)),
                When(kind=Kind.URL, then=Value(Stage.FETCHING)),
                default=Value(Stage.PARSING),
            ),
            attempts=F("attempts") + 1,
            leased_until=_lease_end(),
            started_at=now,
            error_code="",
            error_message="",
        )
    )
    if not claimed:
        return None
    item = ImportItem.objects.select_related("job").get(pk=item_id)
    item.timings = {"waited": _milliseconds(now - item.queued_at)}
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
        patience = 0.0
        if item.stage == Stage.WAITING:
            item.stage, patience = "", TURN_PATIENCE_SECONDS
            _advance(item, Stage.FETCHING)
        if not item.refetch:
            refuse_known_address(item)
        fetched, snapshot = fetch_page(item.url, line=str(item.job_id), patience=patience)
        assert snapshot is not None, "only who holds an earlier copy is told that nothing changed"
        refuse_known_page(fetched, snapshot)
        _advance(item, Stage.PARSING, snapshot=snapshot)
        parsed, url = parse_page(fetched)
    elif item.kind == Kind.ROW:
        return _read_row(item)
    else:
        assert item.snapshot is not None, "the database holds that texts and files have one"
        if item.url:
            read_url(item.url)  # nothing is fetched from there, but people will follow it
        refuse_known_upload(item)
        snapshot = item.snapshot
        if item.container is not None and item.container.snapshot_id == snapshot.pk:
            raise DomainError(
                "not_read",
                "This file could not be read within its archive: unpack it and import it by itself.",
            )
        parsed, url = _read_file(item, _stored(snapshot))
    given: dict[str, Any] = {"title": item.title} if item.title else {}
    if item.published_at:
        given |= {"published_at": item.published_at, "published_on": item.published_at.date()}
    elif item.published_on:
        given |= {"published_at": None, "published_on": item.published_on}
    provenance = {**parsed.provenance, **dict.fromkeys(given, "importer"), "parser": PARSER_VERSION}
    return replace(parsed, **given, provenance=provenance), url, snapshot


def _stored(snapshot: Snapshot) -> bytes:
    """Its bytes. Raises StorageProblem when the storage does not give them, now or any more."""
    try:
        return read_snapshot(snapshot)
    except OSError as error:
        logger.warning("snapshot %s cannot be read: %s", snapshot.sha256[:12], error)
        if isinstance(error, FileNotFoundError):
            raise DomainError(
                "snapshot_lost",
                "What was uploaded is no longer where it was kept: upload or paste it again, and tell an admin.",
            ) from error
        raise StorageProblem(STORAGE_FAILED) from error


def _read_file(item: ImportItem, content: bytes) -> tuple[ParsedArticle, str]:
    """Parses a file or a pasted text: the article, and the address it is known by ("" if none)."""
    assert item.snapshot is not None
    kind: ParsingKind = "text"
    charset, differs = "utf-8" if item.kind == Kind.TEXT else item.snapshot.charset, ""
    if item.kind == Kind.FILE:
        found = sniff(io.BytesIO(content), item.file_name, item.snapshot.media_type)
        if found.is_container:
            raise DomainError(
                "unsupported_file",
                f"{item} is a file of many articles, not one: upload it by itself, and say what its columns are.",
            )
        kind, differs = cast(ParsingKind, found.kind), found.differs
    parsed = parse_in_child(
        content,
        url=item.url,
        content_type=f"text/plain; charset={charset}" if charset else "",
        kind=kind,
        title="" if kind == "html" else item.title,
    )
    if differs:
        parsed = replace(parsed, provenance={**parsed.provenance, "file": differs})
    if not parsed.title and (stem := " ".join(PurePath(item.file_name).stem.replace("_", " ").split())):
        parsed = replace(parsed, title=stem, provenance={**parsed.provenance, "title": "file name"})
    if kind != "html":
        return parsed, item.url
    if item.container_id is not None and item.url:  # as it was fetched, by whoever made the web archive
        return parsed, canonical_url(parsed, item.url)
    return parsed, item.url or parsed.canonical_url


def _read_row(item: ImportItem) -> tuple[ParsedArticle, str, Snapshot]:
    """A row that failed, and is tried again. Raises ParsingError, DomainError."""
    assert item.container is not None, "a row is one of a file's"
    found = read_row_again(item)
    item.outlet_name = found.outlet or item.container.outlet_name
    if found.parsed is None:
        raise DomainError("row_empty", "This row has no text: import its web address by itself.")
    return found.parsed, found.url, item.container.snapshot


def _mine(item: ImportItem) -> QuerySet[ImportItem]:
    """The item's row as long as this worker has it: every claim sets `started_at` anew."""
    return ImportItem.objects.filter(pk=item.pk, state=State.RUNNING, started_at=item.started_at)


def _advance(item: ImportItem, stage: ImportItem.Stage, **known: Snapshot) -> None:
    """Shows how far this worker is, and renews its lease. Raises _Lost."""
    _enter(item, stage)
    if not _write(item, stage=stage, leased_until=_lease_end(), timings=item.timings, **known):
        raise _Lost


def _enter(item: ImportItem, stage: ImportItem.Stage) -> None:
    """The time from here on is that stage's."""
    item.timings, item.stage = _timed(item), stage


def _finish(
    item: ImportItem,
    *,
    version: ArticleVersion,
    outcome: ImportItem.Outcome,
    duplicate_of: ImportItem | None = None,
) -> None:
    """In the transaction that recorded the version: raises _Lost, so that nothing is recorded by whoever lost the item."""
    done = _write(
        item,
        state=State.DONE,
        version=version,
        outcome=outcome,
        duplicate_of=duplicate_of,
        leased_until=None,
        finished_at=timezone.now(),
        timings=_timed(item),
        stage="",
    )
    if not done:
        raise _Lost


def _end_known(item: ImportItem, known: AlreadyHere) -> None:
    """Ends an item whose article is here already; one that was taken away meanwhile is somebody else's to end."""
    try:
        _finish(item, version=known.version, outcome=known.outcome, duplicate_of=known.item)
    except _Lost:
        logger.info("import item %s was taken away before it was known to be here", item.pk)


def _put_off(item: ImportItem, code: str, message: str, wait: timedelta, *, costs_a_try: bool = True) -> None:
    """Queues the item again for later; the reason is shown meanwhile."""
    _write(
        item,
        state=State.QUEUED,
        leased_until=None,
        queued_at=timezone.now() + wait,
        timings=_timed(item),
        error_code=code,
        error_message=message,
        attempts=item.attempts - (not costs_a_try),
    )
    run_import_item_task.apply_async((item.pk,), countdown=wait.total_seconds())


def _wait_for_turn(item: ImportItem, wait: timedelta) -> None:
    """Queues the item again for when its site will have time for it. That was no attempt, and is no error."""
    _queue_again(item, wait, stage=Stage.WAITING)
    # A message that waits for hours would be delivered again and again meanwhile: `wake_waiting` sends it in time.
    if wait.total_seconds() < settings.SWEEP_SECONDS:
        run_import_item_task.apply_async((item.pk,), countdown=wait.total_seconds())


def _wait(item: ImportItem) -> None:
    """Queues the item again until whoever imports the same address is through; that is no failed attempt."""
    _queue_again(item, WAIT_FOR_ANOTHER, stage="")
    run_import_item_task.apply_async((item.pk,), countdown=WAIT_FOR_ANOTHER.total_seconds())


def _queue_again(item: ImportItem, wait: timedelta, *, stage: str) -> None:
    _write(
        item,
        state=State.QUEUED,
        stage=stage,
        leased_until=None,
        attempts=item.attempts - 1,
        queued_at=timezone.now() + wait,
    )


def _write(item: ImportItem, **changed: Any) -> bool:
    """Changes the item, here and in its row, if this worker still has it."""
    is_mine = bool(_mine(item).update(**changed))
    if is_mine:
        for name, value in changed.items():
            setattr(item, name, value)
    return is_mine


def _timed(item: ImportItem) -> dict[str, int]:
    """The item's timings with that of the stage that ends now: what its earlier ones leave of the time since it began."""
    assert item.started_at is not None, "this worker has begun it"
    earlier = sum(ms for name, ms in item.timings.items() if name != "waited")
    ms = _milliseconds(timezone.now() - item.started_at) - earlier
    return {**item.timings, item.stage: max(0, ms)} if item.stage else item.timings


def _milliseconds(time: timedelta) -> int:
    return max(0, round(time / timedelta(milliseconds=1)))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)
