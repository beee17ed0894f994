"""Pages in a web archive (WARC 1.0 and 1.1, plain or gzipped record by record), one response at a time."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
from warcio.bufferedreaders import DecompressingBufferedReader  # type: ignore[import-untyped]
from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

from articles.parsing.types import MAX_BYTES, ParsingError

from .types import EntryError, Member

# What a record may unpack to before the rest of the file is given up: nothing else bounds a gzip bomb.
MAX_RECORD_BYTES = 200_000_000
# Lines of headers, all of one record together.
MAX_HEADER_BYTES = 4_000_000
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PAGES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_KEPT_HEADERS = 100


def read_members(file: BinaryIO, offset: int = 0, number: int = 0) -> Iterator[Member]:
    """The archive's pages from byte `offset` on; `number` records came before. Memory stays flat.

    A page is a response (or resource) of a text type that was answered with success; other records are passed over.
    Raises ParsingError `broken_archive` or `archive_bomb` where reading cannot go on: what came before stands.
    """
    file.seek(offset)
    records = ArchiveIterator(file)
    records.reader = _Reader(file)
    try:
        for record in records:
            number += 1
            found = _read(record, number) if _is_page(record) else None
            _pass_over(record)
            records.read_to_end()
            if found is not None:
                yield Member(offset=records.get_record_offset(), end=records.offset, **found)
    except ParsingError:
        raise
    except (ArchiveLoadFailed, EOFError, OSError, ValueError, UnicodeError) as error:
        raise ParsingError(
            "broken_archive",
            f"This web archive is damaged after its record {number:,}: what came before was taken.",
        ) from error


class _Reader(DecompressingBufferedReader):  # type: ignore[misc]  # warcio has no type hints
    """Reads headers line by line as warcio's own does, but not without end: a bomb need not have a line end."""

    in_lines = 0

    def read(self, length: int | None = None) -> bytes:
        self.in_lines = 0
        return bytes(super().read(length))

    def readline(self, length: int | None = None) -> bytes:
        line = bytes(super().readline(min(length or MAX_HEADER_BYTES, MAX_HEADER_BYTES)))
        self.in_lines += len(line)
        if self.in_lines >= MAX_HEADER_BYTES:
            raise _bomb()
        return line


def _is_page(record: Any) -> bool:
    if record.rec_type not in ("response", "resource"):
        return False
    return _media_type(record) in _PAGES


def _media_type(record: Any) -> str:
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    value = (headers.get_header("Content-Type") or "") if headers is not None else ""
    return str(value.partition(";")[0].strip().lower())


def _read(record: Any, number: int) -> dict[str, Any] | None:
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    url = url.strip("<>")
    headers = record.http_headers
    status = (headers.get_statuscode() if headers is not None else "200") or ""
    if not status.startswith("2"):
        return None
    about: dict[str, Any] = {"number": number, "url": url, "name": url, "media_type": _media_type(record)}
    about["fetched_at"] = record.rec_headers.get_header("WARC-Date") or ""
    if headers is not None:
        about["headers"] = {str(name): str(value) for name, value in islice(headers.headers, _KEPT_HEADERS)}
        match = _CHARSET.search(headers.get_header("Content-Type") or "")
        about["charset"] = match[1] if match else ""
        about["status"] = int(status) if re.fullmatch(r"2\d\d", status) else None
    content = record.content_stream().read(MAX_BYTES + 1)
    while len(content) <= MAX_BYTES and (more := record.content_stream().read(MAX_BYTES + 1 - len(content))):
        content += more
    if len(content) > MAX_BYTES:
        error = EntryError(
            "too_large",
            f"This page is larger than the {MAX_BYTES // 1_000_000} MB that one article may have.",
        )
        return {**about, "error": error}
    return {**about, "content": content}


def _pass_over(record: Any) -> None:
    """To the record's end, but not through any amount of nothing."""
    passed = 0
    while block := record.raw_stream.read(1 << 16):
        passed += len(block)
        if passed > MAX_RECORD_BYTES:
            raise _bomb()
    if getattr(record.raw_stream, "limit", 0) > 0:
        raise EOFError("the record is shorter than it says")


def _bomb() -> ParsingError:
    return ParsingError(
        "archive_bomb",
        f"A record of this web archive unpacks to more than {MAX_RECORD_BYTES // 1_000_000} MB: it is read no further; "
        "what came before was taken.",
    )
