"""Tables as text (CSV and its kin), row by row: a broken row is told and costs none of its neighbours.

A table is read from its *normalised* form, UTF-8 with "\\n" line ends, in which any row can be found again by its
byte offset, whatever encoding it came in.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from articles.parsing.encoding import decode
from articles.parsing.types import ParsingError

from .types import MAX_ROW_BYTES, EntryError, Row

MAX_COLUMNS = 500
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "cp1251",
    "cp1250",
    "cp1254",
    "koi8-r",
    "iso8859-9",
    "cp866",
)
_SAMPLE_BYTES = 256_000
_BLOCK_BYTES = 1 << 20
_SAMPLE_ROWS = 50
# A quotation mark that is never closed takes in every row after it; no article's text goes on like this.
_MOST_BYTES_IN_QUOTES = 2_000_000
# After one: how many of its lines are tried as the start of a whole row, and how far each.
_RESTARTS, _MOST_BYTES_TRIED = 100, 50_000
_LONGEST_NAME = 60
_HIGH = re.compile(rb"[\x80-\xff]")
_NOT_A_NAME = re.compile(r"https?://|\d{4}-\d\d-\d\d|^[\d.,\s]+$", re.IGNORECASE)

csv.field_size_limit(MAX_ROW_BYTES)


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How a table is written: encoding, the character between fields ("" for JSON lines), whether row 1 names the columns."""

    encoding: str = "utf-8"
    delimiter: str = ","
    has_header: bool = True


def sniff_encoding(file: BinaryIO) -> str:
    """The encoding of `file`, judged where it first has more than ASCII. Raises ParsingError `not_text`, `empty`."""
    file.seek(0)
    sample = _whole_lines(file.read(_SAMPLE_BYTES))
    if not sample.strip():
        raise ParsingError("empty", "There is nothing in this file.")
    _, encoding = decode(sample)
    if encoding == "utf-8" and not _HIGH.search(sample):
        while block := file.read(_BLOCK_BYTES):
            if found := _HIGH.search(block):
                start = block.rfind(b"\n", 0, found.start()) + 1
                _, encoding = decode(_whole_lines(block[start : start + _SAMPLE_BYTES]))
                break
    file.seek(0)
    return encoding


def normalised(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The bytes of `file` in UTF-8 with "\\n" line ends and no byte order mark, in blocks. What is broken shows as U+FFFD."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first, held = True, ""
    while block := file.read(_BLOCK_BYTES):
        text = held + decoder.decode(block)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        held = "\r" if text.endswith("\r") else ""
        yield _with_newlines(text[: len(text) - len(held)])
    yield _with_newlines(held + decoder.decode(b"", final=True))


def sniff_table(lines: Sequence[str], *, encoding: str = "utf-8", name: str = "") -> TableFormat:
    """How the table that begins with `lines` is written: the delimiter that cuts most rows alike, into the most fields."""
    best, delimiter = (0.0, 0), "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    for candidate in dict.fromkeys((delimiter, *DELIMITERS)):
        rows = [row for row in _parsed(lines, candidate) if row][:_SAMPLE_ROWS]
        widths = [len(row) for row in rows]
        width = max(set(widths), key=lambda w: (widths.count(w), w), default=1)
        score = (0.0, 0) if width < 2 else (round(widths.count(width) / len(widths), 1), width)
        if score > best:
            best, delimiter = score, candidate
    first = next((row for row in _parsed(lines, delimiter) if row), [])
    return TableFormat(encoding, delimiter, _names_columns(first))


def read_columns(file: BinaryIO, how: TableFormat) -> list[str]:
    """The names of the columns of a normalised table. Raises ParsingError `empty`, `too_many_columns`."""
    file.seek(0)
    for row in _records(file, 0, 0, how.delimiter):
        if row.fields:
            if len(row.fields) > MAX_COLUMNS:
                raise ParsingError(
                    "too_many_columns",
                    f"This table has {len(row.fields):,} columns; at most {MAX_COLUMNS} are taken: leave out what is "
                    "not about articles.",
                )
            return column_names(row.fields if how.has_header else [""] * len(row.fields))
        if row.error:
            raise ParsingError(row.error.code, row.error.message)
    raise ParsingError("empty", "There is nothing in this file.")


def read_rows(
    file: BinaryIO, how: TableFormat, columns: Sequence[str], offset: int = 0, number: int = 0
) -> Iterator[Row]:
    """The rows of a normalised table from byte `offset` on, before which `number` rows were read; empty ones left out.

    The row that names the columns counts as a row, and is not among the answers.
    """
    skip = how.has_header and offset == 0
    for row in _records(file, offset, number, how.delimiter, len(columns)):
        if row.error is not None:
            yield Row(row.number, row.offset, row.end, error=row.error)
            continue
        if not any(field.strip() for field in row.fields):
            continue
        if skip:
            skip = False
            continue
        fields = row.fields
        while len(fields) > len(columns) and not fields[-1].strip():
            fields = fields[:-1]
        if len(fields) != len(columns):
            yield Row(row.number, row.offset, row.end, error=_ragged(len(fields), len(columns)))
        else:
            yield Row(row.number, row.offset, row.end, dict(zip(columns, fields, strict=True)))


def column_names(first_row: Sequence[str]) -> list[str]:
    """Every column by a name of its own: as the first row has it, or by its place."""
    names: list[str] = []
    taken: set[str] = set()
    for place, given in enumerate(first_row, 1):
        name = base = " ".join(given.replace("\0", "").split())[:200] or f"column {place}"
        copy = 2
        while name in taken:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
        taken.add(name)
    return names


@dataclass(frozen=True, slots=True)
class _Record:
    number: int
    offset: int
    end: int
    fields: list[str]
    error: EntryError | None = None


class _NeverClosed(Exception):
    """A record has grown beyond what any row is."""


class _Lines:
    """The lines of a file from an offset on, and where reading stands."""

    def __init__(self, file: BinaryIO, offset: int, most: int = _MOST_BYTES_IN_QUOTES) -> None:
        self._file, self._most = file, most
        self.go_to(offset)

    def go_to(self, offset: int) -> None:
        self._file.seek(offset)
        self.at = self.record = self.after_first = offset

    def begin_record(self) -> None:
        self.record = self.after_first = self.at

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._most + 1)
        if not line:
            raise StopIteration
        is_first = self.at == self.record
        self.at += len(line)
        if is_first:
            self.after_first = self.at
        if self.at - self.record > self._most:
            if is_first:
                self.after_first = self._to_line_end(line)
            raise _NeverClosed
        return line.decode("utf-8", "replace")

    def _to_line_end(self, line: bytes) -> int:
        while line and not line.endswith(b"\n"):
            line = self._file.readline(_BLOCK_BYTES)
            self.at += len(line)
        return self.at


def _records(file: BinaryIO, offset: int, number: int, delimiter: str, width: int = 0) -> Iterator[_Record]:
    """Every row, empty ones as no fields, broken ones as errors; after one of those reading begins anew.

    It begins at the first line after the broken row's first from which a row of `width` fields can be read: a
    quotation mark too many takes in the rows after it, and they are good ones.
    """
    lines = _Lines(file, offset)
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        error: EntryError | None = None
        while error is None:
            lines.begin_record()
            number += 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except _NeverClosed:
                error = _never_closed()
            except csv.Error as problem:
                error = _never_closed() if "unexpected end of data" in str(problem) else _misquoted()
            else:
                yield _Record(number, lines.record, lines.at, fields)
        broken, after_first = lines.record, lines.after_first
        at = _restart(file, after_first, lines.at, delimiter, width)
        yield _Record(number, broken, at, [], error)
        lines.go_to(at)


def _restart(file: BinaryIO, start: int, end: int, delimiter: str, width: int) -> int:
    """Where between `start` and `end`, the lines that a broken row took in, a whole row begins; `end` if nowhere near."""
    if not width:
        return start
    for _ in range(_RESTARTS):
        if start >= end:
            return end
        lines = _Lines(file, start, _MOST_BYTES_TRIED)
        try:
            fields = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
        except (csv.Error, _NeverClosed):
            fields = []
        if len(fields) == width:
            return start
        start = lines.after_first
    return start


def _parsed(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with suppress(csv.Error):  # as far as it goes
        rows.extend(csv.reader(lines, delimiter=delimiter))
    return rows


def _names_columns(row: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in row]
    named = [cell for cell in cells if cell]
    return bool(named) and all(
        len(cell) <= _LONGEST_NAME and "\n" not in cell and not _NOT_A_NAME.search(cell) for cell in named
    )


def _whole_lines(sample: bytes) -> bytes:
    """Without the part of a line, or of a character, at its end."""
    cut = sample.rfind(b"\n")
    if cut < 0 or sample[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or len(sample) < _SAMPLE_BYTES:
        return sample
    return sample[: cut + 1]


def _with_newlines(text: str) -> bytes:
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")


def _ragged(found: int, wanted: int) -> EntryError:
    than = "more" if found > wanted else "fewer"
    return EntryError(
        "ragged_row",
        f"This row has {found:,} fields, {than} than the {wanted:,} columns: a delimiter or a line end within a field "
        "needs quotation marks around the field.",
    )


def _never_closed() -> EntryError:
    return EntryError(
        "broken_quotes", "A quotation mark opens a field in this row and none closes it: double or remove it."
    )


def _misquoted() -> EntryError:
    return EntryError(
        "broken_quotes",
        "The quotation marks of this row do not pair up: inside a quoted field each must be doubled.",
    )
