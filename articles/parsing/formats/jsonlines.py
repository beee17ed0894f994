"""Rows as JSON: one object a line, or one array of objects; a broken row is told and costs none of its neighbours."""

import codecs
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from .tables import MAX_COLUMNS
from .types import MAX_ROW_BYTES, EntryError, Row

_BLOCK_BYTES = 1 << 20
_SPACES = " \t\n\r"
_PARAGRAPHS_FROM = (
    200  # characters in a list of strings from which it is a text's paragraphs rather than names
)


def is_array(file: BinaryIO) -> bool:
    """Whether the file is one JSON array, rather than an object a line."""
    file.seek(0)
    return file.read(_BLOCK_BYTES).lstrip()[:1] == b"["


def read_rows(file: BinaryIO, offset: int = 0, number: int = 0) -> Iterator[Row]:
    """The rows of a normalised file (see `tables.normalised`) from byte `offset` on, after `number` rows.

    A row's number is its line's, or its place in the array. Values that are objects become columns with a dot
    (`outlet.name`), lists of words are joined.
    """
    return _array_rows(file, offset, number) if is_array(file) else _line_rows(file, offset, number)


def read_columns(file: BinaryIO, rows: int = 100) -> list[str]:
    """The keys of the first rows, in the order in which they come up; MAX_COLUMNS at most."""
    columns: dict[str, None] = {}
    for row, _ in zip(read_rows(file), range(rows), strict=False):
        columns |= dict.fromkeys(row.values)
    return list(columns)[:MAX_COLUMNS]


def _line_rows(file: BinaryIO, offset: int, number: int) -> Iterator[Row]:
    file.seek(offset)
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        start, offset = offset, offset + len(line)
        if len(line) > MAX_ROW_BYTES:
            while line and not line.endswith(b"\n"):
                line = file.readline(_BLOCK_BYTES)
                offset += len(line)
            yield Row(number, start, offset, error=_too_long())
        elif line.strip():
            yield _row(number, start, offset, line.decode("utf-8", "replace"))


def _row(number: int, start: int, end: int, text: str) -> Row:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Row(number, start, end, error=_broken(error))
    return _row_of(number, start, end, value)


def _row_of(number: int, start: int, end: int, value: Any) -> Row:
    if not isinstance(value, dict):
        error = EntryError(
            "not_an_object", 'This row is no JSON object: each is to be one, like {"title": …, "text": …}.'
        )
        return Row(number, start, end, error=error)
    try:
        return Row(number, start, end, flattened(value))
    except (ValueError, RecursionError) as error:
        return Row(number, start, end, error=_broken(error))


def _array_rows(file: BinaryIO, offset: int, number: int) -> Iterator[Row]:
    """Elements of the array one after the other. After a broken one nothing tells where the next begins: it ends there."""
    file.seek(offset)
    buffer, done = "", False
    decoder, want = json.JSONDecoder(), _BLOCK_BYTES
    characters = codecs.getincrementaldecoder("utf-8")("replace")
    while True:
        text = buffer.lstrip(_SPACES + (",[" if number == 0 and offset == 0 else ","))
        offset += len(buffer[: len(buffer) - len(text)].encode())
        buffer = text
        if buffer.startswith("]"):
            return
        value, length = None, 0
        problem: Exception | None = None
        if buffer:
            try:
                value, length = decoder.raw_decode(buffer)
            except (ValueError, RecursionError) as raised:
                problem = raised
        # A number may go on in the next block; everything else that was read is read.
        if problem is None and length and (length < len(buffer) or done):
            number += 1
            start, offset = offset, offset + len(buffer[:length].encode())
            buffer, want = buffer[length:], _BLOCK_BYTES
            yield _row_of(number, start, offset, value)
            continue
        if done or len(buffer) > MAX_ROW_BYTES:
            if buffer:
                error = _too_long() if not done else _broken(problem or ValueError("the array is not closed"))
                end = file.seek(0, 2)
                yield Row(number + 1, offset, end, error=error)
            return
        block = file.read(want)
        want, done = min(2 * want, MAX_ROW_BYTES), not block
        buffer += characters.decode(block, final=done)


def flattened(value: Mapping[str, Any]) -> dict[str, str]:
    """The object's values as strings, those of objects in it under `outer.inner`."""
    flat: dict[str, str] = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            flat |= {f"{key}.{name}": _as_text(found) for name, found in inner.items()}
        else:
            flat[key] = _as_text(inner)
    return flat


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, list):
        parts = [_as_text(part.get("name", part) if isinstance(part, dict) else part) for part in value]
        return ("\n\n" if sum(map(len, parts)) > _PARAGRAPHS_FROM else ", ").join(filter(None, parts))
    return json.dumps(value, ensure_ascii=False)


def _broken(error: Exception) -> EntryError:
    where = f" (at its character {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
    return EntryError(
        "broken_json", f"This row is not JSON{where}: write each as one object on a line of its own."
    )


def _too_long() -> EntryError:
    return EntryError(
        "row_too_large",
        f"This row is longer than the {MAX_ROW_BYTES // 1_000_000} MB that one article may have.",
    )
