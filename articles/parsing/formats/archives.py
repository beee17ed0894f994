"""Files in a ZIP archive, one at a time, with everything its directory says summed before any of it is read."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO

from articles.parsing.types import ParsingError

from .types import EntryError

MAX_DIRECTORY_BYTES = 40_000_000
# Deflate packs a page of words some four times, and a page of nothing a thousand times.
MAX_RATIO = 200
_RATIO_FROM_BYTES = 1_000_000
_END = b"PK\x05\x06"
_END_BYTES, _LONGEST_COMMENT = 22, 65_535
_END64_LOCATOR_BYTES, _END64_BYTES = 20, 56


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may hold: files, and bytes of them all together once unpacked."""

    members: int = 100_000
    bytes_in_all: int = 10_000_000_000


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file of an archive, not read yet. `name` is for people only: nothing is ever written there."""

    number: int
    name: str
    size: int
    error: EntryError | None


def open_archive(file: BinaryIO, limits: ArchiveLimits | None = None) -> zipfile.ZipFile:
    """The archive, if its directory is of a bearable size. Raises ParsingError `broken_archive`, `archive_too_large`."""
    limits = limits or ArchiveLimits()
    count, directory_bytes = _directory_size(file)
    if count > limits.members or directory_bytes > MAX_DIRECTORY_BYTES:
        raise ParsingError(
            "archive_too_large",
            f"This archive lists {count:,} files; at most {limits.members:,} are taken: split it up.",
        )
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        struct.error,
        OverflowError,
    ) as error:
        raise _broken() from error


def list_members(archive: zipfile.ZipFile, limits: ArchiveLimits | None = None) -> list[ArchiveMember]:
    """The archive's files in its order, each with what forbids reading it. Raises ParsingError `archive_too_large`.

    Folders, and what systems leave beside people's files, are passed over.
    """
    limits = limits or ArchiveLimits()
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.bytes_in_all:
        raise ParsingError(
            "archive_too_large",
            f"Unpacked, this archive would have {unpacked / 1e9:,.1f} GB; at most {limits.bytes_in_all / 1e9:,.1f} GB "
            "are taken: split it up.",
        )
    return [
        ArchiveMember(number, _name(info), info.file_size, _problem(info))
        for number, info in enumerate(infos, 1)
    ]


def open_member(archive: zipfile.ZipFile, member: ArchiveMember) -> IO[bytes]:
    """A stream of the member's bytes, never more than its directory entry says. Raises ParsingError `broken_archive`."""
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_litter(info.filename)]
    try:
        return archive.open(infos[member.number - 1])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise _broken(member.name) from error


def blocks(stream: IO[bytes], most: int) -> Iterator[bytes]:
    """The bytes of a stream, `most` of them at most. Raises ParsingError `broken_archive`."""
    left = most
    try:
        while left > 0 and (block := stream.read(min(left, 1 << 20))):
            left -= len(block)
            yield block
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise _broken() from error


def _problem(info: zipfile.ZipInfo) -> EntryError | None:
    name = _name(info)
    if info.flag_bits & 0x1:
        return EntryError(
            "encrypted", f"{name} is locked with a password: unpack it and upload it by itself."
        )
    if info.file_size > _RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return EntryError(
            "archive_bomb",
            f"{name} unpacks to {info.file_size // max(1, info.compress_size):,} times its size: it is not read.",
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return EntryError(
            "broken_archive", f"{name} is packed in an unusual way: pack it again as a plain ZIP."
        )
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """As people know it: the last parts of its path, without what could point out of a folder."""
    parts = [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts)[-255:] or "a file without a name"


def _is_litter(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return (
        parts[0] == "__MACOSX"
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
        or parts[-1].startswith("._")
    )


def _directory_size(file: BinaryIO) -> tuple[int, int]:
    """Files listed and bytes of the list, as the archive's last record says (APPNOTE.TXT 4.3.16, 4.3.14)."""
    size = file.seek(0, 2)
    start = max(0, size - _END_BYTES - _LONGEST_COMMENT - _END64_LOCATOR_BYTES - _END64_BYTES)
    file.seek(start)
    tail = file.read(size - start)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise _broken()
    count, directory_bytes = struct.unpack_from("<HI", tail, at + 10)
    if count == 0xFFFF or directory_bytes == 0xFFFFFFFF:
        at64 = tail.rfind(b"PK\x06\x06", 0, at)
        if at64 < 0 or len(tail) - at64 < _END64_BYTES:
            raise _broken()
        count, directory_bytes = struct.unpack_from("<QQ", tail, at64 + 32)
    return count, directory_bytes


def _broken(name: str = "") -> ParsingError:
    what = name or "This archive"
    return ParsingError(
        "broken_archive", f"{what} is damaged or incomplete: pack it again and upload it once more."
    )
