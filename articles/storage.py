"""Files that are there whole or not at all: where snapshots lie, unless they lie on S3."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

PART = ".part"  # the end of the name of a file that is being written


class WholeFiles(FileSystemStorage):
    """Files that are written aside, synced and then given their name.

    A disk that is full or a worker that is killed leaves no half file under a name that something could refer to.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        final = Path(self.path(name))
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(f"{uuid4().hex}{PART}")
        try:
            with part.open("xb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())  # a row will name it: it must outlive a power cut as the row does
            if self.file_permissions_mode is not None:
                part.chmod(self.file_permissions_mode)
            while not _take_name(final):
                name = self.get_available_name(name)
                final = Path(self.path(name))
            part.replace(final)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return str(name).replace("\\", "/")


def _take_name(path: Path) -> bool:
    """Makes the name ours, by an empty file; False when somebody has it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        return False
    return True
