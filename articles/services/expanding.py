"""Reading a file of many on in the background: chunk by chunk it becomes items of its job, each with its own fate.

A chunk's items, the texts of its rows and the place where reading goes on are written in one transaction, so that a
worker that dies costs a chunk's time and nothing else. What a file's entries become is told by `entries`.
"""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.models import Container, ImportItem, ImportJob
from articles.parsing import ParsingError
from articles.services.containers import add_container, wake_container
from articles.services.entries import Entry, Outlets, chunks_of, record_one_by_one, record_texts
from articles.tasks import run_import_item as run_import_item_task
from factcheck.lib.copying import copy_rows
from factcheck.lib.errors import DomainError

logger = logging.getLogger(__name__)

State = Container.State
# A task reads for so long, then makes room for others and goes on by a new message.
SLICE_SECONDS = 45.0
# Bytes: what the slowest machine unpacks, before the first chunk renews the lease.
UNPACKED_A_SECOND = 10_000_000


class _TakenOver(Exception):
    """Another worker has the container, or somebody ended it."""


def undone_containers() -> QuerySet[Container]:
    """Files that a worker should be reading by now."""
    return Container.objects.filter(
        Q(state=State.QUEUED) | Q(state=State.RUNNING, leased_until__lt=timezone.now())
    ).order_by("pk")


def expand_container(*, container_id: int, slice_seconds: float = SLICE_SECONDS) -> Container | None:
    """Reads a container on from where it stands, to its end or for a while; None when there is nothing to do for us."""
    container = _claim(container_id)
    if container is None:
        return None
    try:
        is_done = _read_on(container, slice_seconds)
    except _TakenOver:
        return None
    except (ParsingError, DomainError) as error:
        _end(container, error.code, error.message)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # the database or the time ran out: so does the lease, and somebody goes on
    except Exception:  # a file that nobody foresaw must not be read for ever, or end without a word
        logger.exception("container %s", container.pk)
        _end(
            container,
            "internal_error",
            "Something went wrong on our side after what was read so far: tell an admin, then read it on.",
        )
    else:
        if is_done:
            _end(container)
        else:
            _put_back(container)
    container.refresh_from_db()
    return container


def _claim(container_id: int) -> Container | None:
    """Makes the container this worker's, if it is anybody's to take; after too many tries without getting on it ends."""
    now = timezone.now()
    size = Container.objects.filter(pk=container_id).values_list("snapshot__size", flat=True).first() or 0
    lease = _lease_end() + timedelta(seconds=size / UNPACKED_A_SECOND)
    claimed = (
        undone_containers()
        .filter(pk=container_id)
        .order_by()
        .update(state=State.RUNNING, attempts=F("attempts") + 1, leased_until=lease, started_at=now)
    )
    if not claimed:
        return None
    container = Container.objects.select_related("snapshot", "job").get(pk=container_id)
    if container.attempts > settings.IMPORT_MAX_ATTEMPTS:
        _end(
            container,
            "gave_up",
            f"The worker stopped {settings.IMPORT_MAX_ATTEMPTS} times while reading this file here: what came before was "
            "taken; split the file up, and tell an admin.",
        )
        return None
    return container


def _read_on(container: Container, slice_seconds: float) -> bool:
    """True at the end of the file, False when time is up. Raises ParsingError where it cannot be read any further.

    Unpacking a very large file takes longer than a slice, and is worth at least as long a one.
    """
    outlets = Outlets()
    began, until = time.monotonic(), 0.0
    for chunk in chunks_of(container):
        if container.made + len(chunk) > settings.CONTAINER_MAX_ITEMS:
            raise DomainError(
                "too_many_rows",
                f"At most {settings.CONTAINER_MAX_ITEMS:,} are taken of one file: the first {container.made:,} were; "
                "split the rest off and import it.",
            )
        if not until:
            now = time.monotonic()
            until = now + (max(slice_seconds, now - began) if slice_seconds else 0.0)
        _store(container, chunk, outlets)
        if time.monotonic() > until:
            return False
    return True


def _store(container: Container, chunk: list[Entry], outlets: Outlets) -> None:
    """Makes a chunk's items; where that fails as a whole, one by one, so that one entry never loses the others."""
    for entry in chunk:
        outlets.resolve(entry)
    try:
        _store_chunk(container, chunk, one_by_one=False)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded, _TakenOver):
        raise
    except Exception:  # whichever entry it is of, the others are to be kept: each alone tells
        logger.exception("container %s, entries %s to %s", container.pk, chunk[0].place, chunk[-1].place)
        _store_chunk(container, chunk, one_by_one=True)


@transaction.atomic
def _store_chunk(container: Container, chunk: list[Entry], *, one_by_one: bool) -> None:
    mine = Container.objects.select_for_update().filter(
        pk=container.pk, state=State.RUNNING, started_at=container.started_at
    )
    if not mine.exists():
        raise _TakenOver
    record = record_one_by_one if one_by_one else record_texts
    items = record(container, [entry for entry in chunk if entry.container is None])
    # The job's row last: whoever holds it keeps every other file of the job waiting.
    ImportJob.objects.filter(pk=container.job_id).update(total=F("total") + len(items))
    total = ImportJob.objects.values_list("total", flat=True).get(pk=container.job_id)
    for position, item in enumerate(items, total - len(items) + 1):
        item.position = position
    copy_rows(items, with_keys=False)
    for entry in chunk:
        if entry.container is not None:
            add_container(container.job, entry.container)
    last = chunk[-1]
    mine.update(
        cursor=last.end, place=last.place, made=F("made") + len(items), attempts=1, leased_until=_lease_end()
    )
    container.cursor, container.place, container.made = last.end, last.place, container.made + len(items)
    if queued := [item.position for item in items if item.state == ImportItem.State.QUEUED]:
        made = ImportItem.objects.filter(job_id=container.job_id, position__in=queued).order_by("position")
        transaction.on_commit(partial(_wake, list(made.values_list("pk", flat=True))), robust=True)


def _wake(item_ids: list[int]) -> None:
    for item_id in item_ids:
        run_import_item_task.delay(item_id)


def _end(container: Container, code: str = "", message: str = "") -> None:
    _mine(container).update(
        state=State.FAILED if code else State.DONE,
        error_code=code,
        error_message=message,
        leased_until=None,
        finished_at=timezone.now(),
    )


def _put_back(container: Container) -> None:
    with transaction.atomic():
        if _mine(container).update(state=State.QUEUED, leased_until=None, attempts=0):
            wake_container(container)


def _mine(container: Container) -> QuerySet[Container]:
    return Container.objects.filter(pk=container.pk, state=State.RUNNING, started_at=container.started_at)


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_SECONDS)
