"""JSON lines: a whole claim, or a whole correction, a line. docs/export.schema.json says what a claim's line has."""

from collections.abc import Iterable, Iterator

import orjson

from claims.exports.types import About, Piece, Row


def rows_as_jsonl(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    for row in rows:
        yield Piece(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode(), 1)
