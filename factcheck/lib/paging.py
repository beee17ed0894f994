"""Pages of lists on screens: cut by the key of the row beside them, so that any depth costs the same. No counts.

A reader fetches PAGE_ROWS and one more: the one more says whether the list goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PAGE_ROWS = 50

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the list's order; `before` and `after` are the keys of the neighbouring pages, "" where there is none."""

    rows: Sequence[Row]
    before: str = ""
    after: str = ""


def page_after(found: Sequence[Row], key: Callable[[Row], str], *, first: bool) -> Page[Row]:
    """A page of what was found in the list's order, from its start (`first`) or from some row on."""
    rows = found[:PAGE_ROWS]
    more = len(found) > PAGE_ROWS
    return Page(rows, "" if first or not rows else key(rows[0]), key(rows[-1]) if more else "")


def page_before(found: Sequence[Row], key: Callable[[Row], str]) -> Page[Row] | None:
    """A page of what was found against the list's order; None when nothing comes before: the start was wanted."""
    if not found:
        return None
    rows = found[:PAGE_ROWS][::-1]
    return Page(rows, key(rows[0]) if len(found) > PAGE_ROWS else "", key(rows[-1]))
