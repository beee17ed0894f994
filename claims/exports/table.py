"""CSV: a row for each appearance of a claim; a claim that stands in no text any more has one without.

What a spreadsheet would run as a formula (cells that begin with = + - @, a tab, a line's end) gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from claims.exports.chains import chain_in_words
from claims.exports.types import About, Piece, Row
from factcheck.lib.tables import plain_cell

BOM = "\ufeff"

CLAIM_COLUMNS = (
    "claim", "text", "speaker", "speaker_kind", "speaker_wikidata", "state", "veracity", "veracity_label", "rating", "tags",
    "checkable", "score", "evidence", "supports", "refutes", "context", "due_at", "created_at", "address",
)  # fmt: skip
APPEARANCE_COLUMNS = (
    "appearance", "words", "form", "chain", "attribution", "attribution_label", "outlet", "article_title", "article_url",
    "published", "version", "version_sha256", "start", "end",
)  # fmt: skip
CORRECTION_COLUMNS = (
    "correction", "claim", "text", "reason", "note", "before", "after", "opened_by", "opened_at", "published_by",
    "published_at",
)  # fmt: skip
_BETWEEN = " | "  # several values in one cell


def claims_as_csv(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    yield Piece(_line([*CLAIM_COLUMNS, *APPEARANCE_COLUMNS]))
    for claim in rows:
        own = _claim_cells(claim, about)
        appearances = claim["appearances"] or [None]
        lines = [_line([*own, *_appearance_cells(claim, one)]) for one in appearances]
        yield Piece("".join(lines), len(lines))


def corrections_as_csv(rows: Iterable[Row], about: About) -> Iterator[Piece]:
    yield Piece(_line(CORRECTION_COLUMNS))
    for one in rows:
        told = [one["id"], one["claim"], one["text"], one["reason"], one["note"]]
        verdicts = [_verdicts(one["before"]), _verdicts(one["after"])]
        who = [one["opened_by"], one["opened_at"], one["published_by"], one["published_at"]]
        yield Piece(_line([*told, *verdicts, *who]), 1)


def _claim_cells(claim: Row, about: About) -> list[Any]:
    speaker = claim["speaker"] or {}
    stances = [one["stance"] for one in claim["evidence"]]
    told = None not in stances  # else somebody is still to judge without knowing them
    return [
        claim["id"],
        claim["text"],
        speaker.get("name", ""),
        speaker.get("kind", ""),
        speaker.get("wikidata", ""),
        claim["state"],
        claim["veracity"],
        claim["veracity_label"],
        claim["rating"],
        _BETWEEN.join(claim["tags"]),
        "yes" if claim["checkable"] else "no",
        round(claim["score"], 4),
        len(stances),
        *(stances.count(stance) if told else None for stance in ("supports", "refutes", "context")),
        claim["due_at"],
        claim["created_at"],
        f"{about.site}/review/{claim['id']}/",
    ]


def _appearance_cells(claim: Row, one: Row | None) -> list[Any]:
    if one is None:
        return [None] * len(APPEARANCE_COLUMNS)
    content = [span for span in one["spans"] if span["role"] == "content"]
    article, version = one["article"], one["version"]
    return [
        one["id"],
        _BETWEEN.join(" ".join(span["exact"].split()) for span in content),
        one["form"],
        chain_in_words((claim["speaker"] or {}).get("name", ""), one["form"], one["chain"]),
        one["attribution"],
        one["attribution_label"],
        article["outlet"]["name"],
        article["title"],
        article["url"],
        article["published"],
        version["number"],
        version["sha256"],
        min((span["start"] for span in content), default=None),
        max((span["end"] for span in content), default=None),
    ]


def _verdicts(told: Row) -> str:
    return _BETWEEN.join(f"{one['kind']}: {one['verdict']}" for one in told.get("reviews", ()))


def _line(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([plain_cell(_plain(cell)) for cell in cells])
    return out.getvalue()


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime | date) else cell
