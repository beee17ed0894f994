"""Deleting snapshots that nothing refers to any more, and files that no snapshot has."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage
from django.db.models import Exists, ForeignKey, OuterRef, Q
from django.utils import timezone

from articles.models import Snapshot, snapshot_storage

logger = logging.getLogger(__name__)

BATCH = 500
# A file without a row may be one whose row is just being written.
FILE_AGE = timedelta(days=1)


@dataclass(slots=True)
class Collected:
    """What was found, and deleted unless it was only looked for. `bytes`: of the snapshots, before compression."""

    noted: int = 0  # snapshots that nothing refers to, seen for the first time
    snapshots: int = 0
    bytes: int = 0
    files: int = 0  # without a snapshot
    failed: list[str] = field(default_factory=list)  # names of files that could not be deleted


def collect_snapshots(*, keep_days: int | None = None, dry_run: bool = False) -> Collected:
    """Deletes what nothing has referred to for `keep_days` (default: the setting), and files without a row.

    Works in two steps, so that a snapshot that is just being imported again is safe: a run notes since when nothing
    refers to it, a later one deletes it. Whoever keeps the same bytes in between takes the note away (see
    services.snapshots), and the deleting statement asks once more for the note and for every reference.
    """
    days = settings.SNAPSHOT_KEEP_DAYS if keep_days is None else keep_days
    now = timezone.now()
    found = Collected()
    _note(now, found, dry_run=dry_run)
    _delete_noted(now - timedelta(days=days), found, dry_run=dry_run)
    _delete_strays(now - FILE_AGE, found, dry_run=dry_run)
    if not dry_run:
        logger.info("snapshots: %d deleted, %d files without one, %d noted", found.snapshots, found.files, found.noted)  # fmt: skip
    return found


def references() -> list[ForeignKey[Any, Any]]:
    """Every foreign key to a snapshot that any installed app has, many-to-many tables and hidden ones among them."""
    related = Snapshot._meta.get_fields(include_hidden=True)
    fields = [getattr(relation, "field", None) for relation in related if relation.auto_created]
    return [one for one in fields if isinstance(one, ForeignKey) and one.remote_field.model is Snapshot]


def unreferenced() -> Q:
    """Of a snapshot that no row refers to."""
    return Q(
        *(
            ~Exists(one.model._base_manager.filter(**{one.name: OuterRef("pk")}).order_by().values("pk"))
            for one in references()
        )
    )


def _note(now: datetime, found: Collected, *, dry_run: bool) -> None:
    """Notes since when nothing refers to a snapshot, and takes the note from those that something refers to again."""
    if not dry_run:
        noted = Snapshot.objects.filter(unreferenced_since__isnull=False)
        noted.exclude(unreferenced()).update(unreferenced_since=None)
    # One on its way into an import is referred to soon; by its age it needs no note yet.
    fresh = Snapshot.objects.filter(
        unreferenced(), unreferenced_since__isnull=True, created_at__lt=now - FILE_AGE
    )
    found.noted = fresh.count() if dry_run else fresh.update(unreferenced_since=now)


def _delete_noted(cutoff: datetime, found: Collected, *, dry_run: bool) -> None:
    due = Snapshot.objects.filter(unreferenced(), unreferenced_since__lte=cutoff).order_by("pk")
    last = 0
    while batch := list(due.filter(pk__gt=last).only("pk", "size", "file")[:BATCH]):
        last = batch[-1].pk
        for snapshot in batch:
            if not dry_run and not _delete_row(snapshot.pk, cutoff):
                continue  # kept again a moment ago
            found.snapshots += 1
            found.bytes += snapshot.size
            if not dry_run:
                _delete_file(snapshot.file.storage, snapshot.file.name or "", found)


def _delete_row(pk: int, cutoff: datetime) -> bool:
    """One statement: a writer that takes the note away or refers to the row at the same time goes first or finds it gone."""
    rows = Snapshot.objects.filter(unreferenced(), pk=pk, unreferenced_since__lte=cutoff)
    return bool(rows._raw_delete(rows.db))


def _delete_strays(cutoff: datetime, found: Collected, *, dry_run: bool) -> None:
    """Files that a killed worker or a collector left behind. The row is looked for after the file's age is known."""
    storage = snapshot_storage()
    for names in _file_names(storage):
        old = [name for name in _without_row(storage, names) if _modified(storage, name) < cutoff]
        for name in _without_row(storage, old):
            found.files += 1
            if not dry_run:
                _delete_file(storage, name, found)


def _file_names(storage: Storage) -> Iterator[list[str]]:
    """The names of all files, a folder at a time."""
    try:
        folders, _ = storage.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        _, names = storage.listdir(folder)
        for start in range(0, len(names), BATCH):
            yield [f"{folder}/{name}" for name in names[start : start + BATCH]]


def _without_row(storage: Storage, names: list[str]) -> list[str]:
    """Looked up by the digest that a file's name begins with, which has an index."""
    digests = [name.rpartition("/")[2][:64] for name in names]
    known = set(Snapshot.objects.filter(sha256__in=digests).values_list("file", flat=True))
    return [name for name in names if name not in known]


def _modified(storage: Storage, name: str) -> datetime:
    try:
        at = storage.get_modified_time(name)
    except OSError:  # gone meanwhile
        return datetime.now(UTC)
    return at if timezone.is_aware(at) else at.replace(tzinfo=UTC)


def _delete_file(storage: Storage, name: str, found: Collected) -> None:
    try:
        storage.delete(name)
    except OSError as error:
        logger.warning("snapshot file %s cannot be deleted: %s", name, error)
        found.failed.append(name)
