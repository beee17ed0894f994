"""A table as it would be imported, for the screen on which somebody says what its columns are. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from articles.parsing.formats.columns import TableMapping
from articles.parsing.formats.rows import RowArticle
from articles.parsing.formats.types import EntryError, Row
from articles.services.entries import read_mapped
from articles.services.outlets import OUTLET_MISSING, domain_of

ROWS_SHOWN = 10
_START_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it would be imported, or why it would not be."""

    number: int
    title: str = ""
    start: str = ""
    outlet: str = ""
    when: datetime | date | None = None
    url: str = ""
    byline: str = ""
    language: str = ""
    external_id: str = ""
    is_fetched: bool = False
    error: str = ""

    @property
    def instant(self) -> datetime | None:
        return self.when if isinstance(self.when, datetime) else None


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows, and how all those that were looked at would fare."""

    rows: list[PreviewRow]
    looked_at: int
    broken: list[PreviewRow]


def preview_table(rows: Sequence[Row], mapping: TableMapping, *, outlet: str = "") -> Preview:
    """How `rows`, the first of a table, would be imported."""
    found = read_mapped(rows, mapping)
    shown = [_preview(row, one, outlet) for row, one in zip(rows, found, strict=True)]
    return Preview(shown[:ROWS_SHOWN], len(shown), [row for row in shown if row.error])


def _preview(row: Row, found: RowArticle | EntryError, outlet: str) -> PreviewRow:
    if isinstance(found, EntryError):
        return PreviewRow(row.number, error=found.message)
    name = found.outlet or outlet or domain_of(found.url)
    if found.parsed is None:
        return PreviewRow(
            row.number, found.title, outlet=name, when=_when(found), url=found.url, external_id=found.external_id,
            is_fetched=True,
        )  # fmt: skip
    parsed = found.parsed
    return PreviewRow(
        row.number,
        parsed.title,
        " ".join(parsed.text[: 2 * _START_CHARACTERS].split())[:_START_CHARACTERS],
        name,
        parsed.published_at or parsed.published_on,
        found.url,
        parsed.byline,
        parsed.language,
        found.external_id,
        error="" if name else OUTLET_MISSING,
    )


def _when(found: RowArticle) -> datetime | date | None:
    return found.published_at or found.published_on
