"""Reads of the import screens and of the dashboard's imports.

A list is cut by the key of the row beside it, never by OFFSET. What is done is never counted: it is what the job's
total leaves when the rest, found by the (job, state) index, is taken away.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Count, Max, Model, QuerySet
from django.utils import timezone

from articles.models import ArticleVersion, Container, ImportEvent, ImportItem, ImportJob, Snapshot
from articles.retrying import RETRYABLE
from factcheck.lib.keys import read_key
from factcheck.lib.paging import PAGE_ROWS, Page, page_after, page_before
from factcheck.lib.prepared import Prepared

FAILING_DAYS = 7
LATEST_FAILED = 10
NOT_DONE = [
    ImportItem.State.QUEUED,
    ImportItem.State.RUNNING,
    ImportItem.State.FAILED,
    ImportItem.State.CANCELLED,
]
LATEST_EVENTS = 10
LATEST_USES = 20  # of a snapshot
# Whoever reads new versions keeps its runs as `version.runs`, in one of these states while it has not finished.
READING = ["pending", "running"]
OPEN_CONTAINERS = [Container.State.MAPPING, Container.State.QUEUED, Container.State.RUNNING]
# A stage that takes longer has perhaps lost its worker.
LONG = timedelta(seconds=30)

Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True, slots=True)
class Counts:
    """How the items of one job stand."""

    total: int
    queued: int = 0
    running: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def undone(self) -> int:
        return self.queued + self.running

    @property
    def done(self) -> int:
        return self.total - self.undone - self.failed - self.cancelled

    @property
    def ended(self) -> int:
        return self.total - self.undone

    def of(self, state: str) -> int:
        return int(getattr(self, state))


@dataclass(frozen=True, slots=True)
class JobRow:
    """`waits`: a file of it waits for somebody to say what its columns are. `expands`: a file of it is being read."""

    job: ImportJob
    counts: Counts
    waits: bool = False
    expands: bool = False


@dataclass(frozen=True, slots=True)
class Errors:
    """The failed items of one job that met the same error: how many, the sentence of one, how many may be retried."""

    code: str
    n: int
    message: str
    retryable: int


@dataclass(frozen=True, slots=True)
class JobProgress:
    """One job as its page shows it. `reading`: how many imported texts are still being read for their claims.

    `containers`: its files of many, in their order.
    """

    job: ImportJob
    counts: Counts
    reading: int
    state: str  # the items are narrowed to it; "" shows them all
    error_code: str = ""  # and to this, among those that failed
    errors: Sequence[Errors] = ()  # the commonest first
    events: Sequence[ImportEvent] = ()  # what people did with it, latest first
    items: Page[ImportItem] = field(default_factory=lambda: Page([]))
    containers: Sequence[Container] = ()

    @property
    def retryable(self) -> int:
        """How many of its items failed and may do better the next time."""
        return sum(error.retryable for error in self.errors)

    @property
    def is_undone(self) -> bool:
        return bool(self.counts.undone or self.reading or self.expands)

    @property
    def expands(self) -> bool:
        return any(container.state in ("queued", "running") for container in self.containers)

    @property
    def share(self) -> float:
        """How much of it has ended, 0 to 1; of a file that is being read only what it has become counts."""
        return self.counts.ended / self.counts.total if self.counts.total and not self.expands else 0.0

    @property
    def tenth(self) -> int:
        """How far it is, in tenths: as often as that is worth saying aloud."""
        return 10 * self.counts.ended // self.counts.total if self.counts.total else 10

    @property
    def fingerprint(self) -> str:
        """Changes when, and only when, something that the page shows has changed."""
        shown: list[Any] = [self.counts, self.reading, self.errors, [event.pk for event in self.events]]
        shown += [(container.pk, container.state, container.made) for container in self.containers]
        for item in self.items.rows:
            run = latest_run(item)
            shown.append((item.pk, item.state, item.stage, item.attempts, item.error_code, item.outcome))
            shown.append(item.leased_until if takes_long(item) else None)
            shown.append((run.state, run.claims, run.error_code) if run else None)
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FailingImports:
    """Why imports failed of late: per code how many, an example of its sentence and the job that met it last."""

    code: str
    n: int
    message: str
    job_id: int
    latest: datetime


def import_list(*, before: str = "", after: str = "") -> Page[JobRow]:
    """Jobs, newest first: three queries."""
    found = keyset_page(ImportJob.objects.select_related("created_by"), before=before, after=after)
    counts = _counts(found.rows)
    open_files = Container.objects.filter(job__in=found.rows, state__in=OPEN_CONTAINERS).order_by()
    states = set(open_files.values_list("job", "state"))
    waits = {job for job, state in states if state == Container.State.MAPPING}
    expands = {job for job, _ in states} - waits
    rows = [JobRow(job, counts[job.pk], job.pk in waits, job.pk in expands) for job in found.rows]
    return Page(rows, found.before, found.after)


def import_detail(
    job_id: int, *, state: str = "", error_code: str = "", before: str = "", after: str = ""
) -> JobProgress | None:
    """One job with a page of its items in their order, narrowed to `state`, or to those that failed with `error_code`.

    None: there is no such job. Eight queries; one less while nothing has failed.
    """
    job = ImportJob.objects.select_related("created_by").filter(pk=job_id).first()
    if job is None:
        return None
    counts = _counts([job])[job.pk]
    state = ImportItem.State.FAILED if error_code else state if state in ImportItem.State.values else ""
    items = ImportItem.objects.filter(job=job, **({"state": state} if state else {}))
    if error_code:
        items = items.filter(error_code=error_code.replace("\0", ""))
    items = (
        items.select_related("version__article__outlet", "snapshot", "duplicate_of")
        .defer("version__text", "version__provenance", "snapshot__headers", "snapshot__redirects")
        .prefetch_related("version__runs")
    )
    return JobProgress(
        job=job,
        counts=counts,
        reading=ImportItem.objects.filter(
            job=job, version__runs__state__in=READING, version__runs__again=False
        ).count(),
        state=state,
        error_code=error_code,
        errors=_errors(job) if counts.failed else (),
        events=list(job.events.select_related("by", "item", "container")[:LATEST_EVENTS]),
        items=keyset_page(items, field="position", before=before, after=after),
        containers=list(job.containers.defer("mapping", "table").order_by("pk")),
    )


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """Bytes as they came: what was read from them, and which imports met them; the latest of each first."""

    snapshot: Snapshot
    versions: Sequence[ArticleVersion]
    items: Sequence[ImportItem]


def snapshot_view(digest: str) -> SnapshotView | None:
    """The snapshot of that sha256; None: there is none. Three queries."""
    snapshot = Snapshot.objects.filter(sha256=digest).first()
    if snapshot is None:
        return None
    versions = ArticleVersion.objects.filter(snapshot=snapshot).select_related("article__outlet")
    items = ImportItem.objects.filter(snapshot=snapshot).select_related("job")
    return SnapshotView(
        snapshot=snapshot,
        versions=list(versions.defer("text").order_by("-pk")[:LATEST_USES]),
        items=list(items.order_by("-pk")[:LATEST_USES]),
    )


def next_to_map(job: ImportJob) -> Container | None:
    """A table of the job that waits for somebody to say what its columns are."""
    return job.containers.filter(state=Container.State.MAPPING).order_by("pk").first()


def latest_run(item: ImportItem) -> Any:
    """How reading the item's text for claims went, or goes; None when it has not begun. Needs no query of its own.

    That a newer extractor reads it again later is no part of the import.
    """
    runs = [run for run in item.version.runs.all() if not run.again] if item.version else []
    return max(runs, key=lambda run: run.pk, default=None)


def takes_long(item: ImportItem) -> bool:
    """Whether a worker has had the item for so long that it may have stopped; `item.leased_until` ends the doubt."""
    running = item.state == ImportItem.State.RUNNING
    return running and item.started_at is not None and timezone.now() - item.started_at > LONG


_FAILING = Prepared(
    lambda since: (
        ImportItem.objects.filter(state=ImportItem.State.FAILED, finished_at__gte=since)
        .order_by()
        .values_list("error_code")
        .annotate(n=Count("*"), message=Max("error_message"), job=Max("job_id"), latest=Max("finished_at"))
    )
)


def failing_imports() -> list[FailingImports]:
    """The last week's failed items by error code, the commonest first."""
    rows = _FAILING(timezone.now() - timedelta(days=FAILING_DAYS))
    return sorted((FailingImports(*row) for row in rows), key=lambda one: (-one.n, one.code))


_LATEST_FAILED = Prepared(
    lambda: (
        ImportItem.objects.filter(state=ImportItem.State.FAILED, finished_at__isnull=False)
        .select_related("job")
        .order_by("-finished_at")[:LATEST_FAILED]
    )
)


def latest_failed() -> list[ImportItem]:
    """The items that failed last, latest first, each with its job."""
    return _LATEST_FAILED()


def keyset_page(
    rows: QuerySet[Stored], *, field: str = "", before: str = "", after: str = ""
) -> Page[Stored]:
    """A page of `rows` beside the row whose key is given: by `field` ascending, or newest first without one.

    A key that is not a number stands for the list's start.
    """
    name, forward, later, earlier = (field, field, "gt", "lt") if field else ("pk", "-pk", "lt", "gt")
    backward = f"-{field}" if field else "pk"

    def row_key(row: Stored) -> str:
        return str(getattr(row, name))

    if (key := read_key(before)) is not None:
        found = list(rows.filter(**{f"{name}__{earlier}": key}).order_by(backward)[: PAGE_ROWS + 1])
        return page_before(found, row_key) or keyset_page(rows, field=field)
    key = read_key(after)
    cut = rows if key is None else rows.filter(**{f"{name}__{later}": key})
    return page_after(list(cut.order_by(forward)[: PAGE_ROWS + 1]), row_key, first=key is None)


def _errors(job: ImportJob) -> list[Errors]:
    failed = ImportItem.objects.filter(job=job, state=ImportItem.State.FAILED).order_by()
    rows = failed.values_list("error_code").annotate(
        n=Count("*"), message=Max("error_message"), retryable=Count("pk", filter=RETRYABLE)
    )
    return sorted((Errors(*row) for row in rows), key=lambda row: (-row.n, row.code))


def _counts(jobs: Sequence[ImportJob]) -> dict[int, Counts]:
    totals = {job.pk: job.total for job in jobs}
    rest: dict[int, dict[str, int]] = {}
    items = ImportItem.objects.filter(job_id__in=list(totals), state__in=NOT_DONE).order_by()
    for row in items.values("job_id", "state").annotate(n=Count("*")):
        rest.setdefault(row["job_id"], {})[row["state"]] = row["n"]
    return {pk: Counts(total=total, **rest.get(pk, {})) for pk, total in totals.items()}
