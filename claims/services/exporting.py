"""Exports: a file of the desk's work, asked for by somebody and written in the background.

A file has the desk as it was at one moment, however long it takes to write, and takes no more memory than a chunk of
claims. It is written aside and kept when it is whole; whoever finds that the row is not theirs any more leaves nothing.
"""

import base64
import errno
import hashlib
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, BinaryIO
from uuid import uuid4

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Model, Q, QuerySet
from django.http import FileResponse
from django.utils import timezone

from articles.models import Article, Story
from claims import permissions
from claims.choices import ExportFormat, ExportState, ExportSubject, WebhookEventType
from claims.exports import table
from claims.exports.types import About, Row
from claims.models import Export
from claims.models.export import UNDONE
from claims.publicqueries import desk
from claims.services.audit import record_event
from claims.services.exportkinds import KINDS, kind_of, read_things, things_of
from claims.services.outbox import tell_of_end
from claims.tasks import run_export as run_export_task
from factcheck.lib.errors import DomainError, Missing
from factcheck.lib.onesnapshot import Reading, one_snapshot
from factcheck.models import User

logger = logging.getLogger(__name__)

MOST_UNDONE = 5  # exports of one person that wait or are being written
CHUNK = 200  # claims read at a time
LEASE = timedelta(seconds=180)  # from the last chunk on: longer than any one takes
MOST_ATTEMPTS = 3
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})

Tick = Callable[[int], None]


class _TakenAway(Exception):
    """The export was cancelled, or another worker has it."""


# ---- What people do with exports -------------------------------------------------------------------


@transaction.atomic
def request_export(
    *,
    by: User,
    subject: str,
    file_format: str,
    filters: Mapping[str, Any] | None = None,
    article_id: int | None = None,
    story_id: int | None = None,
    bom: bool = False,
) -> Export:
    """Asks for a file; a worker writes it. `filters` (of claims) are the toolbar's answers, as a saved view keeps them.

    Raises Refused, Missing (`article_not_found`, `story_not_found`), DomainError (`unknown_subject`, `unknown_format`,
    `too_many_exports`).
    """
    permissions.require(by, "export")
    if subject not in KINDS:
        raise DomainError("unknown_subject", f"Say what to export: {', '.join(KINDS)}.")
    if file_format not in KINDS[subject]:
        offered = ", ".join(KINDS[subject])
        raise DomainError("unknown_format", f"{ExportSubject(subject).label} come as: {offered}.")
    if Export.objects.filter(created_by=by, state__in=UNDONE).count() >= MOST_UNDONE:
        raise DomainError(
            "too_many_exports",
            f"{MOST_UNDONE} exports of yours are not done yet: wait for one, or cancel it.",
        )
    export = Export(
        subject=subject, format=file_format, bom=bom and file_format == ExportFormat.CSV, created_by=by
    )
    if subject == ExportSubject.CLAIMS:
        export.filters = {str(name): str(value) for name, value in (filters or {}).items() if value}
    elif subject == ExportSubject.ARTICLE:
        export.article = _find(Article, article_id, "article")
    elif subject == ExportSubject.STORY:
        export.story = _find(Story, story_id, "story")
    export.label = _label(export)[:200]
    export.save()
    record_event(
        by=by,
        verb="export",
        target=export,
        after={"label": export.label, "format": file_format, "filters": export.filters},
    )
    _wake(export)
    return export


@transaction.atomic
def cancel_export(*, by: User, export_id: int) -> Export:
    """Stops an export that is not done; a worker that has it leaves nothing. Raises Refused, Missing, DomainError
    `already_ended`."""
    export = _own(export_id, by)
    if not export.is_undone:
        raise DomainError("already_ended", "This export has ended already: there is nothing to cancel.")
    export.state, export.leased_until, export.finished_at = ExportState.CANCELLED, None, timezone.now()
    export.save()
    record_event(by=by, verb="cancel_export", target=export)
    return export


@transaction.atomic
def retry_export(*, by: User, export_id: int) -> Export:
    """Has an export that failed, was cancelled or expired written anew, of the desk as it is then.

    Raises Refused, Missing, DomainError `not_ended`.
    """
    export = _own(export_id, by)
    if export.is_undone or export.state == ExportState.DONE:
        raise DomainError(
            "not_ended",
            "This export is ready or on its way: ask for a new one to have the desk as it is now.",
        )
    export.state, export.attempts, export.written, export.lines = ExportState.QUEUED, 0, 0, 0
    export.total = export.size = export.as_of = export.finished_at = export.expires_at = None
    export.error_code = export.error_message = export.sha256 = ""
    export.save()
    record_event(by=by, verb="retry_export", target=export)
    _wake(export)
    return export


def exports_for(user: User) -> QuerySet[Export]:
    """Those that `user` may see and have: their own; for editors, everybody's."""
    every = Export.objects.select_related("created_by")
    return every if permissions.may(user, "see_exports") else every.filter(created_by=user)


def find_export(export_id: int, user: User) -> Export:
    """Raises Missing `export_not_found`, also for one that is somebody else's."""
    export = exports_for(user).filter(pk=export_id).first()
    if export is None:
        raise Missing("export_not_found", f"There is no export {export_id} of yours: look at the list.")
    return export


def open_file(export: Export) -> "File[Any]":
    """The file, to be read. Raises Missing `export_expired`, `export_not_ready`."""
    if export.state != ExportState.DONE:
        raise Missing(
            "export_expired" if export.state == ExportState.EXPIRED else "export_not_ready",
            "The file of this export is not there (any more): see how it stands, or retry it.",
        )
    try:
        opened: File[Any] = export.file.open("rb")
    except OSError:
        raise Missing(
            "export_expired", "The file of this export is gone from the disk: ask for it again."
        ) from None
    return opened


def file_name(export: Export) -> str:
    return f"{export.subject.replace('_', '-')}-{export.pk}.{kind_of(export).ending}"


def digest(export: Export) -> str:
    """The file's sha256 as headers have it, in base64."""
    return base64.b64encode(bytes.fromhex(export.sha256)).decode()


def file_response(export: Export) -> FileResponse:
    """The file as a download. Raises Missing."""
    response = FileResponse(
        open_file(export),
        as_attachment=True,
        filename=file_name(export),
        content_type=kind_of(export).media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(export.size)
    response["Repr-Digest"] = f"sha-256=:{digest(export)}:"
    return response


# ---- Writing the file ------------------------------------------------------------------------------


def undone_exports() -> QuerySet[Export]:
    """Exports that a worker should be writing by now."""
    return Export.objects.filter(
        Q(state=ExportState.QUEUED) | Q(state=ExportState.RUNNING, leased_until__lt=timezone.now())
    ).order_by("pk")


def run_export(*, export_id: int) -> Export | None:
    """Writes one export; None when there is nothing to do for us. Safe to call twice, and by two workers at once."""
    export = _claim(export_id)
    if export is None:
        return None
    try:
        with tempfile.TemporaryFile() as out:
            told = _write(export, out)
            _keep(export, out, told)
    except _TakenAway:
        return None
    except SoftTimeLimitExceeded:
        _fail(
            export,
            "took_too_long",
            "This is more than can be written in one go: narrow it down, to a state or a month, say.",
        )
    except (OperationalError, InterfaceError):
        raise  # the database went away: the lease runs out and somebody begins anew
    except OSError as error:
        logger.exception("export %s", export.pk)
        full = error.errno in _FULL
        _fail(
            export,
            "disk_full" if full else "storage_failed",
            f"{'The disk that keeps exports is full' if full else 'The file cannot be kept just now'}: tell an admin, "
            "then retry it.",
        )
    except Exception:  # what nobody foresaw must not be tried for ever, or end without a word
        logger.exception("export %s", export.pk)
        _fail(
            export,
            "internal_error",
            "Something went wrong on our side: retry it, and tell an admin if it happens again.",
        )
    export.refresh_from_db()
    return export


@transaction.atomic
def expire_exports() -> int:
    """Deletes the files whose time is over; returns how many."""
    due = Export.objects.select_for_update(skip_locked=True).filter(
        state=ExportState.DONE, expires_at__lt=timezone.now()
    )
    names = dict(due.values_list("pk", "file"))
    Export.objects.filter(pk__in=names).update(state=ExportState.EXPIRED, file="")
    for name in names.values():
        transaction.on_commit(partial(_delete, name))
    return len(names)


def _claim(export_id: int) -> Export | None:
    now = timezone.now()
    claimed = (
        undone_exports()
        .filter(pk=export_id)
        .order_by()
        .update(
            state=ExportState.RUNNING,
            attempts=F("attempts") + 1,
            claimed_at=now,
            leased_until=now + LEASE,
            total=None,
            written=0,
            lines=0,
        )
    )
    if not claimed:
        return None
    export = Export.objects.select_related("created_by").get(pk=export_id)
    if export.attempts > MOST_ATTEMPTS:
        _fail(
            export,
            "gave_up",
            f"The worker stopped {MOST_ATTEMPTS} times while writing it: narrow it down, and tell an admin.",
        )
        return None
    return export


@dataclass(frozen=True, slots=True)
class _Told:
    lines: int
    written: int
    size: int
    sha256: str
    as_of: datetime


def _write(export: Export, out: BinaryIO) -> _Told:
    digest, size, lines, written = hashlib.sha256(), 0, 0, 0

    def put(text: str) -> None:
        nonlocal size
        data = text.encode()
        digest.update(data)
        size += len(data)
        out.write(data)

    def tick(n: int) -> None:
        nonlocal written
        written += n
        _renew(export, written=written, lines=lines)

    as_of = timezone.now()
    address = f"{settings.SITE_URL}{export.get_absolute_url()}"
    about = About(export.label, settings.SITE_URL, address, as_of, desk())
    with one_snapshot() as reading:
        if export.bom:
            put(table.BOM)
        for piece in kind_of(export).write(_rows(export, reading, tick), about):
            put(piece.text)
            lines += piece.lines
    return _Told(lines, written, size, digest.hexdigest(), as_of)


def _rows(export: Export, reading: Reading, tick: Tick) -> Iterator[Row]:
    """What is exported, by its number upwards. Counts it first, and calls `tick` after each chunk with what it had."""
    with reading():
        things = things_of(export)
        total = things.order_by().count()
    _renew(export, total=total)
    last = 0
    while True:
        with reading():
            ids = list(things.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
            rows = read_things(export, ids)
        if not ids:
            return
        yield from rows
        last = ids[-1]
        tick(len(ids))


def _renew(export: Export, **progress: int) -> None:
    if not _mine(export).update(leased_until=timezone.now() + LEASE, **progress):
        raise _TakenAway


def _keep(export: Export, out: BinaryIO, told: _Told) -> None:
    out.seek(0)
    storage = Export._meta.get_field("file").storage
    name = storage.save(f"{export.pk}/{uuid4().hex}.{kind_of(export).ending}", File(out))
    kept = _end(
        export,
        ExportState.DONE,
        file=name,
        size=told.size,
        sha256=told.sha256,
        lines=told.lines,
        written=told.written,
        as_of=told.as_of,
        expires_at=timezone.now() + timedelta(days=settings.EXPORT_KEEP_DAYS),
    )
    if not kept:
        _delete(name)
        raise _TakenAway


def _fail(export: Export, code: str, message: str) -> None:
    _end(export, ExportState.FAILED, error_code=code, error_message=message)


@transaction.atomic
def _end(export: Export, state: ExportState, **columns: Any) -> bool:
    """Whether it was ours to end."""
    ended = _mine(export).update(state=state, leased_until=None, finished_at=timezone.now(), **columns)
    if ended:
        tell_of_end(WebhookEventType.EXPORT_FINISHED, "exports", export.pk, state=state)
    return bool(ended)


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, claimed_at=export.claimed_at)


def _delete(name: str) -> None:
    with suppress(OSError):
        Export._meta.get_field("file").storage.delete(name)


def _own(export_id: int, by: User) -> Export:
    permissions.require(by, "export")
    find_export(export_id, by)
    return Export.objects.select_for_update().get(pk=export_id)


def _wake(export: Export) -> None:
    transaction.on_commit(lambda: run_export_task.delay(export.pk), robust=True)


def _find(model: type[Model], pk: int | None, word: str) -> Any:
    row = model._default_manager.filter(pk=pk).first() if pk is not None else None
    if row is None:
        raise Missing(
            f"{word}_not_found", f"There is no such {word}: give its number, as its address has it."
        )
    return row


def _label(export: Export) -> str:
    if export.article is not None:
        return f"Claims of “{export.article}”"
    if export.story_id is not None:
        return f"Claims of story {export.story_id}"
    if export.subject == ExportSubject.CLAIMS:
        return _claims_label(export.filters)
    return str(ExportSubject(export.subject).label)


def _claims_label(filters: Mapping[str, str]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in filters.items())
    return f"Claims: {told}" if told else "All claims"
