"""Requesting an import: a job is stored with its items, which then run in the background (see `running`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from mimetypes import guess_type
from pathlib import PurePath

from django.db import transaction
from django.utils import timezone

from articles.models import ImportItem, ImportJob
from articles.services.containers import (
    ContainerRequest,
    add_container,
    prepare_container,
    storable,
)
from articles.services.snapshots import keep_snapshot
from articles.tasks import run_import_item as run_import_item_task
from articles.tasks import wake_import_job
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role, Scope, require_role
from factcheck.models import User

Kind, State = ImportItem.Kind, ImportItem.State

MAX_ITEMS = 10_000


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
    refetch: bool = False  # its address said that the page changed: fetched however lately it was


def request_import(
    *,
    by: User,
    items: Sequence[ItemRequest],
    containers: Sequence[ContainerRequest] = (),
    label: str = "",
    extract: bool = True,
) -> ImportJob:
    """Stores the request and wakes a worker for each item once the transaction commits.

    A row that cannot be imported fails by itself, later, with a reason; it never stops the others. `extract`: whether
    the texts are then read for their claims. Raises Refused, DomainError (`nothing_to_import`, `too_many_items`, and
    what `prepare_container` raises).
    """
    require_role(by, Role.RESEARCHER, "import articles", scope=Scope.IMPORT)
    if not items and not containers:
        raise DomainError(
            "nothing_to_import", "There is nothing to import: give at least one address, text or file."
        )
    if len(items) > MAX_ITEMS:
        raise DomainError(
            "too_many_items", f"One job takes {MAX_ITEMS:,} items at most: split this list of {len(items):,}."
        )
    # Before the transaction: a large file takes its time, and bytes that are kept for nothing do no harm.
    prepared = [prepare_container(request) for request in containers]
    with transaction.atomic():
        job = ImportJob.objects.create(created_by=by, label=label[:200], total=len(items), extract=extract)
        now = timezone.now()
        rows = [_item_of(job, position, item, now) for position, item in enumerate(items, 1)]
        ImportItem.objects.bulk_create(rows, batch_size=1000)
        for container in prepared:
            add_container(job, container)
        if items:
            wake_job(job)
    return job


def wake_items(*, job_id: int) -> None:
    """Sends a message for each queued item of a job, from a worker: a list of thousands keeps no request waiting."""
    queued = ImportItem.objects.filter(job_id=job_id, state=State.QUEUED).order_by("position")
    for item_id in queued.values_list("pk", flat=True):
        run_import_item_task.delay(item_id)


def wake_job(job: ImportJob) -> None:
    """Wakes a worker once the transaction commits; a broker that is away only delays, the sweeper sends the messages."""
    transaction.on_commit(lambda: wake_import_job.delay(job.pk), robust=True)


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
        url=storable(request.url).strip(),
        file_name=storable(PurePath(request.file_name.replace("\\", "/")).name)[:255],
        outlet_name=" ".join(storable(request.outlet).split())[:200],
        title=" ".join(storable(request.title).split()),
        published_at=request.published_at,
        published_on=request.published_on,
        refetch=request.refetch,
        snapshot=snapshot,
        queued_at=now,
    )
