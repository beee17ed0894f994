"""Many rows at once over the pipe to the child that reads them: as JSON, there and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from articles.parsing.messages import article_as_plain, article_from_plain
from articles.parsing.types import ParsingError

from .columns import FIELDS, TableMapping
from .rows import RowArticle, read_row
from .types import EntryError

_BY_FIELD = {name: name for name in FIELDS}


def pack_rows(rows: Sequence[Mapping[str, str]], mapping: TableMapping) -> bytes:
    """What the child needs of `rows`: the columns that are mapped, by what they are."""
    named = [{name: row.get(column, "") for name, column in mapping.columns.items()} for row in rows]
    return json.dumps({"dates": mapping.dates, "rows": named}).encode()


def answer_rows(packed: bytes) -> list[dict[str, Any]]:
    """In the child: each row as `read_row` reads it, or why it cannot."""
    given = json.loads(packed)
    mapping = TableMapping(_BY_FIELD, given["dates"])
    return [_answer(row, mapping) for row in given["rows"]]


def unpack_rows(answers: Sequence[Mapping[str, Any]]) -> list[RowArticle | EntryError]:
    """In the parent: the child's answers. Raises TypeError, ValueError or KeyError for anything that is none."""
    return [_unpacked(dict(answer)) for answer in answers]


def _answer(row: Mapping[str, str], mapping: TableMapping) -> dict[str, Any]:
    try:
        found = read_row(row, mapping)
    except ParsingError as error:
        return {"error": [error.code, error.message]}
    return {
        "url": found.url,
        "title": found.title,
        "outlet": found.outlet,
        "external_id": found.external_id,
        "published_at": found.published_at.isoformat() if found.published_at else None,
        "published_on": found.published_on.isoformat() if found.published_on else None,
        "parsed": article_as_plain(found.parsed) if found.parsed else None,
    }


def _unpacked(answer: dict[str, Any]) -> RowArticle | EntryError:
    if "error" in answer:
        return EntryError(*answer["error"])
    instant, day, parsed = (answer.pop(name) for name in ("published_at", "published_on", "parsed"))
    return replace(
        RowArticle(None, **answer),
        parsed=article_from_plain(parsed) if parsed else None,
        published_at=datetime.fromisoformat(instant) if instant else None,
        published_on=date.fromisoformat(day) if day else None,
    )
