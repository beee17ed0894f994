"""Fact-checks as they are published: a DataFeed of ClaimReview, a table. Rows are `published` (Published) and `told` (plain values)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import orjson

from claims.exports.claimreview import feed_head, feed_item
from claims.exports.types import About, Piece, Row
from factcheck.lib.tables import plain_cell

_BETWEEN = " | "


def fact_checks_as_claimreview(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    head = feed_head(about.made_at.isoformat(timespec="seconds"), about.desk)
    yield Piece(orjson.dumps(head | {"@id": about.address}).decode()[:-1] + ',"dataFeedElement":[')
    for number, row in enumerate(rows):
        item = orjson.dumps(feed_item(row["published"], about.desk)).decode()
        yield Piece(f"{',' if number else ''}\n{item}", 1)
    yield Piece("\n]}\n")


def fact_checks_as_csv(rows: Iterable[Row], about: About, *, columns: Sequence[str]) -> Iterator[Piece]:
    """`columns` are the members of what is told, in their order."""
    yield Piece(_line(columns))
    for row in rows:
        told = row["told"]
        corrections = _BETWEEN.join(f"{one['at']} {one['note']}" for one in told["corrections"])
        cells = {**told, "corrections": corrections}
        yield Piece(_line([plain_cell(cells[name]) for name in columns]), 1)


def fact_checks_as_jsonl(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    for row in rows:
        yield Piece(orjson.dumps(row["told"], option=orjson.OPT_APPEND_NEWLINE).decode(), 1)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
