"""Snapshots on S3 or what speaks its protocol. Loaded only where SNAPSHOT_STORAGE says so: its library is heavy."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]  # has no hints
from django.core.files.base import File
from storages.backends.s3 import S3Storage  # type: ignore[import-untyped]


class S3Files(S3Storage):  # type: ignore[misc]
    """A bucket. Whatever goes wrong with it is an OSError, as with any other place where files lie."""

    def _save(self, name: str, content: File[Any]) -> str:
        with _as_os_error():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _as_os_error():
            file = super()._open(name, mode)
            _ = file.file  # fetched now, so that what goes wrong does so here
            return file

    def exists(self, name: str) -> bool:
        with _as_os_error():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _as_os_error():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_os_error():
            folders, files = super().listdir(name)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        with _as_os_error():
            at: datetime = super().get_modified_time(name)
            return at


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise OSError(errno.EIO, f"S3: {error}") from error
