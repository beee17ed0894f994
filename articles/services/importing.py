"""Importing: a job is requested, its items run in the background, each ends done or failed with a reason.

The item's row says what is undone. A worker claims it by a conditional update and holds it by a lease; a message
that is lost, delivered twice or left by a dead worker changes nothing about how it ends.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from mimetypes import guess_type
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.fetching import AddressPolicy, FetchError, fetch, read_url
from articles.models import ArticleVersion, ImportItem, ImportJob, Snapshot
from articles.parsing import ParsedArticle, ParsingError, parse_in_child
from articles.parsing.urls import url_key
from articles.services.outlets import resolve_outlet
from articles.services.recording import record_version
from articles.services.snapshots import keep_snapshot, read_snapshot
from articles.tasks import run_import_item as run_import_item_task
from articles.tasks import wake_import_job
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role, require_role
from factcheck.models import User

logger = logging.getLogger(__name__)

Kind, State, Stage = ImportItem.Kind, ImportItem.State, ImportItem.Stage

MAX_ITEMS = 10_000
RETRIES = 2  # of what may succeed later by itself: a timeout, a 503
RETRY_DELAY = timedelta(seconds=15)
_HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ""})


@dataclass(frozen=True, slots=True)
class ItemRequest:
    """One thing to import: a URL, a pasted text, or an uploaded file. What is left empty is read from the page."""

    kind: str
    url: str = ""
    text: str = ""
    content: bytes = b""
    file_name: str = ""
    outlet: str = ""
    title: str = ""
    published_at: datetime | None = None
    published_on: date | None = None  # when the day is all that is known


@transaction.atomic
def request_import(*, by: User, items: Sequence[ItemRequest], label: str = "") -> ImportJob:
    """Stores the request and wakes a worker for each item once the transaction commits.

    A row that cannot be imported fails by itself, later, with a reason; it never stops the others. Raises Refused,
    DomainError (`nothing_to_import`, `too_many_items`).
    """
    require_role(by, Role.RESEARCHER, "import articles")
    if not items:
        raise DomainError(
            "nothing_to_import", "There is nothing to import: give at least one address, text or file."
        )
    if len(items) > MAX_ITEMS:
        raise DomainError(
            "too_many_items", f"One job takes {MAX_ITEMS:,} items at most: split this list of {len(items):,}."
        )
    job = ImportJob.objects.create(created_by=by, label=label[:200], total=len(items))
    now = timezone.now()
    rows = [_item_of(job, position, item, now) for position, item in enumerate(items, 1)]
    ImportItem.objects.bulk_create(rows, batch_size=1000)
    _wake(job)
    return job


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


@transaction.atomic
def retry_failed(*, by: User, job: ImportJob, item_id: int | None = None) -> int:
    """Queues the failed items of a job again, or one of them; returns how many. Raises Refused."""
    require_role(by, Role.RESEARCHER, "import articles")
    failed = job.items.filter(state=State.FAILED)
    if item_id is not None:
        failed = failed.filter(pk=item_id)
    retried = failed.update(
        state=State.QUEUED,
        stage="",
        attempts=0,
        queued_at=timezone.now(),
        finished_at=None,
        error_code="",
        error_message="",
    )
    _wake(job)
    return retried


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


def _item_of(job: ImportJob, position: int, request: ItemRequest, now: datetime) -> ImportItem:
    snapshot = None
    if request.kind == Kind.TEXT:
        content = request.text.encode("utf-8", "replace")
        snapshot = keep_snapshot(content=content, media_type="text/plain", charset="utf-8", url=request.url)
    elif request.kind == Kind.FILE:
        snapshot = keep_snapshot(content=request.content, media_type=guess_type(request.file_name)[0] or "")
    return ImportItem(
        job=job,
        position=position,
        kind=request.kind,
        url=_storable(request.url).strip(),
        file_name=_storable(PurePath(request.file_name.replace("\\", "/")).name)[:255],
        outlet_name=" ".join(_storable(request.outlet).split())[:200],
        title=" ".join(_storable(request.title).split()),
        published_at=request.published_at,
        published_on=request.published_on,
        snapshot=snapshot,
        queued_at=now,
    )


def _storable(text: str) -> str:
    """Without what PostgreSQL or UTF-8 cannot hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def wake_items(*, job_id: int) -> None:
    """Sends a message for each queued item of a job, from a worker: a list of thousands keeps no request waiting."""
    queued = ImportItem.objects.filter(job_id=job_id, state=State.QUEUED).order_by("position")
    for item_id in queued.values_list("pk", flat=True):
        run_import_item_task.delay(item_id)


def _wake(job: ImportJob) -> None:
    """Wakes a worker once the transaction commits; a broker that is away only delays, the sweeper sends the messages."""
    transaction.on_commit(lambda: wake_import_job.delay(job.pk), robust=True)


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
        fetched = fetch(item.url, policy=_policy())
        snapshot = keep_snapshot(
            content=fetched.content,
            media_type=fetched.media_type,
            charset=fetched.charset,
            url=fetched.final_url,
            headers=fetched.headers,
            redirects=fetched.redirects,
        )
        _advance(item, Stage.PARSING, snapshot=snapshot)
        content_type = (
            f"{fetched.media_type}; charset={fetched.charset}" if fetched.charset else fetched.media_type
        )
        parsed = parse_in_child(
            fetched.content,
            url=fetched.final_url,
            content_type=content_type,
            kind="text" if fetched.media_type == "text/plain" else "html",
        )
        url = _canonical(parsed, fetched.final_url)
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


def _canonical(parsed: ParsedArticle, fetched_url: str) -> str:
    """The page's own canonical address, unless it points to another host: then it says nothing about this page."""
    canonical_host = url_key(parsed.canonical_url).split("/")[2:3]
    fetched_host = url_key(fetched_url).split("/")[2:3]
    same = [host.removeprefix("www.") for host in canonical_host] == [
        host.removeprefix("www.") for host in fetched_host
    ]
    return parsed.canonical_url if canonical_host and same else fetched_url


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


def _policy() -> AddressPolicy:
    return AddressPolicy(
        allow=tuple(settings.FETCH_ALLOW_ADDRESSES), ports=(80, 443, *settings.FETCH_ALLOW_PORTS)
    )


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
