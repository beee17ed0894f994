"""Quotations: straight, curly, nested, single-quoted, over several paragraphs, never closed."""

import re
from dataclasses import dataclass

from .types import Span

MARK = re.compile(r"``|''|’’|[\"“”„«»‘’']")
CLOSING_BEFORE = frozenset(".,!?…;:")
LONGEST_SINGLE = 600  # characters: a longer stretch between single marks is two apostrophes


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation within one paragraph, marks included.

    `continues` says that it carries on the quotation of the paragraph before, which was left open.
    """

    start: int
    end: int
    closed: bool
    continues: bool = False


def find_quotations(text: str, paragraphs: list[Span]) -> list[Quotation]:
    """The outermost quotations of each paragraph in text order; one left open ends with its paragraph."""
    found: list[Quotation] = []
    left_open = False
    for start, end in paragraphs:
        inside = quotations_in(text, start, end)
        if left_open and inside and not text[start : inside[0].start].strip():
            inside[0] = Quotation(inside[0].start, inside[0].end, inside[0].closed, continues=True)
        left_open = bool(inside) and not inside[-1].closed
        found += inside
    return found


def quotations_in(text: str, start: int, end: int) -> list[Quotation]:
    found: list[Quotation] = []
    opened = -1
    skip_to = start
    for match in MARK.finditer(text, start, end):
        at, mark = match.start(), match.group()
        if at < skip_to:
            continue
        if mark in ("‘", "’", "'"):
            closing = single_closing(text, at, end) if opened < 0 and opens(text, at, start) else -1
            if closing > 0:
                found.append(Quotation(at, closing + 1, True))
                skip_to = closing + 1
            continue
        straight = mark in ('"', "''")
        width = len(mark)
        opening = mark in ("“", "„", "«", "``") or (
            straight and (opened < 0 or opens(text, at, start, width))
        )
        if (
            straight
            and opened < 0
            and not opens(text, at, start, width)
            and not closes_nothing(text, at + width - 1, end)
        ):
            opening = False
        if opening:
            if opened >= 0 and straight:
                found.append(Quotation(opened, at, False))
                opened = at
            elif opened < 0:
                opened = at
        elif opened >= 0:
            found.append(Quotation(opened, match.end(), True))
            opened = -1
    if opened >= 0:
        found.append(Quotation(opened, end, False))
    return found


def opens(text: str, at: int, start: int, width: int = 1) -> bool:
    """Whether a mark at `at` stands where a quotation begins: after a gap, before a word."""
    before = text[at - 1] if at > start else " "
    after = text[at + width : at + width + 1]
    return (before.isspace() or before in "([{—–-/“") and bool(after) and not after.isspace()


def closes_nothing(text: str, at: int, end: int) -> bool:
    """A straight mark glued to words on both sides can only be an opening one that lost its space."""
    return at + 1 < end and text[at + 1].isalnum()


def single_closing(text: str, opening: int, end: int) -> int:
    """Where a single-quoted stretch that opens at `opening` closes, or -1 when it is an apostrophe."""
    closing_mark = "’" if text[opening] == "‘" else text[opening]
    if (
        text[opening] == "’"
        or not text[opening + 1 : opening + 2].isalnum()
        and text[opening + 1 : opening + 2] not in "[$"
    ):
        return -1
    limit = min(end, opening + LONGEST_SINGLE)
    fallback = -1
    position = text.find(closing_mark, opening + 2, limit)
    while position > 0:
        after = text[position + 1] if position + 1 < end else " "
        if not after.isalnum():
            if text[position - 1] in CLOSING_BEFORE or after in ".,;:!?)":
                return position
            if fallback < 0 and text[position - 1] != "s":
                fallback = position
        position = text.find(closing_mark, position + 1, limit)
    return fallback
