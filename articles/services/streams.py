"""Files too large for memory: kept as snapshots block by block, and read again as files of this machine."""

import gzip
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.core.files.base import File

from articles.models import Snapshot
from articles.parsing.formats.tables import normalised
from factcheck.lib.errors import DomainError

_BLOCK_BYTES = 1 << 20
# What people pack is packed already, and a table of words packs well at any level: the quickest will do.
_LEVEL = 1


def keep_stream(file: BinaryIO, *, most: int, name: str = "", media_type: str = "") -> Snapshot:
    """The snapshot of what `file` (seekable) holds, as `keep_snapshot`, in flat memory.

    Raises DomainError `too_large` for more than `most` bytes.
    """
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while block := file.read(_BLOCK_BYTES):
        digest.update(block)
        size += len(block)
        if size > most:
            raise DomainError(
                "too_large",
                f"{name or 'This file'} is larger than the {most / 1e6:,.0f} MB that are taken: split it up.",
            )
    sha256 = digest.hexdigest()
    if known := Snapshot.objects.filter(sha256=sha256).first():
        return known
    storage = Snapshot._meta.get_field("file").storage
    with tempfile.TemporaryFile() as packed:
        file.seek(0)
        with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=_LEVEL, mtime=0) as writer:
            while block := file.read(_BLOCK_BYTES):
                writer.write(block)
        packed.seek(0)
        stored = storage.save(f"{sha256[:2]}/{sha256}.gz", File(packed))
    row = Snapshot(sha256=sha256, size=size, media_type=media_type[:100], file=stored)
    Snapshot.objects.bulk_create([row], ignore_conflicts=True)
    kept = Snapshot.objects.get(sha256=sha256)
    if kept.file.name != stored:  # another worker's row was first
        storage.delete(stored)
    return kept


@contextmanager
def local_file(snapshot: Snapshot, *, encoding: str = "") -> Iterator[BinaryIO]:
    """The snapshot's bytes as a seekable file; with `encoding` as a normalised table. Raises OSError."""
    with tempfile.TemporaryFile() as unpacked:
        with snapshot.file.open("rb") as stored, gzip.GzipFile(fileobj=stored, mode="rb") as reader:
            while block := reader.read(_BLOCK_BYTES):
                unpacked.write(block)
        if not encoding:
            unpacked.seek(0)
            yield unpacked
            return
        with tempfile.TemporaryFile() as table:
            for block in normalised(unpacked, encoding):
                table.write(block)
            unpacked.truncate(0)
            table.seek(0)
            yield table
