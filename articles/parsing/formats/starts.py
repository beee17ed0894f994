"""The beginning of a table: what its columns are, and its first rows, so that somebody can say what they mean."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from articles.parsing.types import ParsingError

from . import jsonlines, tables
from .tables import TableFormat
from .types import MAX_ROW_BYTES, Row

SAMPLE_ROWS = 100
# Read of the file for a look; further only where the first row is longer.
_LOOKS = (1_000_000, MAX_ROW_BYTES + 1_000_000)


@dataclass(frozen=True, slots=True)
class TableStart:
    """How a table is written, the names of its columns, and its first rows."""

    how: TableFormat
    columns: list[str]
    rows: list[Row]


def read_start(file: BinaryIO, kind: str, *, name: str = "", how: TableFormat | None = None) -> TableStart:
    """The start of a CSV or JSONL `file`, as it came. `how`: as somebody said it is written, else it is guessed.

    Raises ParsingError `empty`, `not_text`, `too_many_columns`, `no_rows`.
    """
    encoding = how.encoding if how else tables.sniff_encoding(file)
    start = _look(file, kind, name, how, encoding, _LOOKS[0])
    if not start.rows:
        start = _look(file, kind, name, how, encoding, _LOOKS[1])
    if kind == "jsonl" and not start.columns:
        first = start.rows[0].error if start.rows else None
        why = first.message if first else "There is no row in it."
        raise ParsingError("no_rows", f"No row of this file can be read as JSON. The first: {why}")
    return start


def _look(
    file: BinaryIO, kind: str, name: str, how: TableFormat | None, encoding: str, most: int
) -> TableStart:
    """The start of the table as far as its first `most` bytes tell."""
    file.seek(0)
    raw = file.read(most)
    head = io.BytesIO(b"".join(tables.normalised(io.BytesIO(raw), encoding)))
    found = how or _guessed(head, kind, encoding, name)
    columns = tables.read_columns(head, found) if kind == "csv" else jsonlines.read_columns(head)
    rows = _whole(read_rows(head, kind, found, columns), len(head.getvalue()), len(raw) < most)
    return TableStart(found, columns, rows)


def read_rows(
    file: BinaryIO, kind: str, how: TableFormat, columns: Sequence[str], offset: int = 0, number: int = 0
) -> Iterator[Row]:
    """The rows of a normalised table of either kind."""
    if kind == "csv":
        return tables.read_rows(file, how, columns, offset, number)
    return jsonlines.read_rows(file, offset, number)


def _guessed(head: io.BytesIO, kind: str, encoding: str, name: str) -> TableFormat:
    if kind == "jsonl":
        return TableFormat(encoding, "", False)
    head.seek(0)
    lines = [line.decode("utf-8", "replace") for line in islice(head, 2000)]
    return tables.sniff_table(lines, encoding=encoding, name=name)


def _whole(rows: Iterator[Row], size: int, is_all: bool) -> list[Row]:
    """The first rows, without what the look cut off."""
    found = list(islice(rows, SAMPLE_ROWS))
    return found if is_all or not found or found[-1].end < size else found[:-1]
