"""Quotations: straight, curly, nested, single-quoted, over several paragraphs, never closed."""

import re
from dataclasses import dataclass

from .types import Span

MARK = re.compile(r"``|''|’’|[\"“”„«»‘’']")
DECADE = re.compile(r"\d0s")  # "the ’90s"
INSIDE = {"“": "‘", "”": "’", '"': "'"}
SINGLE = frozenset("‘'")
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
    for number, (start, end) in enumerate(paragraphs):
        inside = quotations_in(text, start, end)
        if text[start] in SINGLE and not (inside and inside[0].start == start):
            following = paragraphs[number + 1][0] if number + 1 < len(paragraphs) else start
            if following > start and text[following] == text[start]:  # closed where the last paragraph ends
                inside = [Quotation(start, end, False)]
        if left_open and inside and not text[start : inside[0].start].strip():
            inside[0] = Quotation(inside[0].start, inside[0].end, inside[0].closed, continues=True)
        left_open = bool(inside) and not inside[-1].closed
        found += inside
    return found


def with_double_marks(text: str, quotations: list[Quotation]) -> str:
    """`text`, character for character as long, with the outermost marks made of apostrophes double, those inside single.

    The network learned from American texts: ‘C,’ he said is to it as “C,” he said is. Two apostrophes (''C,'' he said) it
    takes for closing marks alone; of them the outer one is made double.
    """
    single = [quotation for quotation in quotations if text[quotation.start] in SINGLE]
    if not single:
        return text
    marks = list(text)
    for quotation in single:
        last = quotation.end - quotation.closed
        for at in range(quotation.start + 1, last):
            marks[at] = INSIDE.get(text[at], text[at])
        marks[quotation.start] = "“"
        if quotation.closed:
            marks[last] = "”"
    return "".join(marks)


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
        or DECADE.match(text, opening + 1)
    ):
        return -1
    limit = min(end, opening + LONGEST_SINGLE)
    likely = possible = -1
    position = opening + 1
    while (position := text.find(closing_mark, position + 1, limit)) > 0:
        after = text[position + 1] if position + 1 < end else " "
        before = text[position - 1]
        if closing_mark == "'" and max(likely, possible) > 0 and opens(text, position, opening):
            break  # the next one opens, so that this one has closed
        if after.isalnum() or before.isspace():
            continue
        if before in CLOSING_BEFORE or after in ".,;:!?)":
            following = text.find("‘", opening + 1, position) if closing_mark == "’" else -1
            if following > 0 and (closed := max(likely, possible)) > 0 and closed < following:
                break
            return position
        if before != "s":
            likely = likely if likely > 0 else position
        elif possible < 0 and closing_mark == "’":
            possible = position  # "the voters’", or a quotation that ends so
    return likely if likely > 0 else possible
