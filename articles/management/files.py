"""Files and folders of this machine as what an import asks for."""

import tempfile
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from django.core.management.base import CommandError

from articles.models import ImportItem
from articles.parsing import ParsingError
from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.sniffing import TABLES, Found, sniff
from articles.parsing.types import MAX_BYTES
from articles.services.containers import ContainerRequest
from articles.services.importing import ItemRequest


def file_request(
    path: Path, opened: ExitStack, *, outlet: str, mapping: TableMapping | None
) -> ItemRequest | ContainerRequest:
    """One file: an article, or a file of many, which stays open. Raises OSError, CommandError."""
    file = opened.enter_context(path.open("rb"))
    found = _found(file, path.name)
    if found is not None and found.is_container:
        return ContainerRequest(
            file, path.name, found.kind, outlet, mapping if found.kind in TABLES else None
        )
    if path.stat().st_size > MAX_BYTES:
        raise CommandError(
            f"{path} is larger than the {MAX_BYTES // 1_000_000} MB that one article may have."
        )
    return ItemRequest(kind=ImportItem.Kind.FILE, content=file.read(), file_name=path.name, outlet=outlet)


def folder_requests(
    folder: Path, opened: ExitStack, *, outlet: str, mapping: TableMapping | None
) -> list[ContainerRequest]:
    """Everything in a folder and the folders in it: its archives and tables each by itself, all else as one archive.

    Hidden files are passed over, and links are not followed out of it. Raises OSError, CommandError.
    """
    requests: list[ContainerRequest] = []
    packed: BinaryIO = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    count = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in inner.parts):
                continue
            with path.open("rb") as file:
                found = _found(file, path.name)
            if found is not None and found.is_container:
                request = file_request(path, opened, outlet=outlet, mapping=mapping)
                assert isinstance(request, ContainerRequest)
                requests.append(request)
            else:
                archive.write(path, str(inner))
                count += 1
    if count:
        requests.insert(
            0, ContainerRequest(packed, f"{folder.resolve().name or 'folder'}.zip", "zip", outlet)
        )
    if not requests:
        raise CommandError(f"There is no file in {folder}.")
    return requests


def _found(file: BinaryIO, name: str) -> Found | None:
    try:
        return sniff(file, name)
    except ParsingError:  # what is wrong with it is told by its item
        return None
