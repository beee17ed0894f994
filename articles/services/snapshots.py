"""Bytes as they came, kept once."""

import errno
import gzip
import hashlib
import logging
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from articles.models import Snapshot, snapshot_storage
from factcheck.lib.errors import DomainError
from factcheck.lib.inserting import insert_if_new

logger = logging.getLogger(__name__)

# Of gzip: a quarter of the time of its default of 9, for an eighth more bytes.
LEVEL = 3
# Where less is free nothing more is fetched: a page would be asked for in vain, again and again.
LEAST_FREE = 32 * 2**20

DISK_FULL, STORAGE_FAILED = "disk_full", "storage_failed"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MESSAGES = {
    DISK_FULL: "The disk that keeps what was fetched is full: tell an admin; this goes on by itself once there is room.",
    STORAGE_FAILED: "What was fetched cannot be kept just now: it is tried again by itself; tell an admin if it lasts.",
}


class StorageProblem(DomainError):
    """The storage of snapshots takes nothing now. What was asked for can be done later, unchanged."""

    status = 503

    def __init__(self, code: str) -> None:
        super().__init__(code, _MESSAGES[code])


def keep_snapshot(
    *,
    content: bytes,
    media_type: str = "",
    charset: str = "",
    url: str = "",
    headers: Mapping[str, str] | None = None,
    redirects: Sequence[str] = (),
    status: int | None = None,
) -> Snapshot:
    """The snapshot of these bytes, stored if they are new. Safe to call twice, and by two workers at once.

    Raises StorageProblem; then neither a row nor part of a file is left.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = _known(digest)
    if known:
        return known
    # The file first: a row never names bytes that are not there. Always one of our own: a file that lies under this
    # name may be about to be collected, and a file without a row is harmless.
    storage = snapshot_storage()
    packed = ContentFile(gzip.compress(content, LEVEL, mtime=0))
    try:
        name = storage.save(f"{digest[:2]}/{digest}.gz", packed)
    except OSError as error:
        logger.warning("snapshot %s cannot be kept: %s", digest[:12], error)
        raise StorageProblem(DISK_FULL if error.errno in _FULL else STORAGE_FAILED) from error
    snapshot = Snapshot(
        sha256=digest,
        size=len(content),
        media_type=media_type[:100],
        charset=charset[:40],
        file=name,
        url=url,
        headers=dict(headers or {}),
        redirects=list(redirects),
        status=status,
    )
    if insert_if_new(snapshot):
        snapshot.is_new = True
        return snapshot
    kept = Snapshot.objects.get(sha256=digest)
    if kept.file.name != name:  # another worker's row was first
        with suppress(OSError):
            storage.delete(name)
    return kept


def read_snapshot(snapshot: Snapshot) -> bytes:
    """The bytes as they came. Raises OSError when the storage has lost them."""
    try:
        with snapshot.file.open("rb") as file:
            return gzip.decompress(file.read())
    except EOFError as error:
        raise OSError(errno.EIO, f"snapshot {snapshot.sha256[:12]} is cut off") from error


def storage_problem() -> str:
    """What keeps snapshots from being stored, as a sentence; "" when nothing is known to."""
    storage = snapshot_storage()
    if not isinstance(storage, FileSystemStorage):
        return ""
    try:
        free = shutil.disk_usage(storage.base_location).free
    except OSError:  # not made yet
        return ""
    return _MESSAGES[DISK_FULL] if free < LEAST_FREE else ""


def require_room() -> None:
    """Raises StorageProblem when the disk of the snapshots is full."""
    if storage_problem():
        raise StorageProblem(DISK_FULL)


def _known(digest: str) -> Snapshot | None:
    """The row of these bytes, if there is one that stays: the collector asks again before it deletes."""
    known = Snapshot.objects.filter(sha256=digest).first()
    if known is None or known.unreferenced_since is None:
        return known
    stays = Snapshot.objects.filter(pk=known.pk).update(unreferenced_since=None)
    return known if stays else None
