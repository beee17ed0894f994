"""What the formats of exports have in common. Plain data in, text out: no queries, no framework."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from claims.exports.published import Desk

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself. `site` is the desk's address without a slash at its end; `address` is the export's; `desk` is
    how the public knows the desk."""

    title: str
    site: str
    address: str
    made_at: datetime
    desk: Desk


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file, and how many rows, lines or annotations it has."""

    text: str
    lines: int = 0


class Format(Protocol):
    """Writes rows as they come, so that a file of any size takes no more memory than a row."""

    def __call__(self, rows: Iterable[Row], about: About) -> Iterator[Piece]: ...
