"""The subject of a clause that a participle or a second verb shares."""

from .document import Token
from .finite import is_finite
from .lexicon import (
    ADVERBS,
    COORDINATORS,
    PERSONAL,
    PREPOSITIONS,
    SUBORDINATORS,
    WEEKDAYS,
)
from .phrases import is_reduced_relative, trimmed_start


def clause_subject(tokens: list[Token], verb: int, lo: int) -> tuple[int, int]:
    """(start, end) of the subject of the clause a participle or a second verb belongs to; (-1, -1) if unknown.

    Fronted phrases ("On Thursday,") are stepped over; the subject ends before the first finite verb.
    """
    start = past_fronted(tokens, lo, verb)
    if start < 0:
        return -1, -1
    i = start
    while i < verb:
        token = tokens[i]
        if token.quoted or token.text in ";:":
            return -1, -1
        if token.text == ",":
            end = i + 1
            while end < verb and tokens[end].text != ",":
                end += 1
            if end >= verb:
                return -1, -1
            i = end + 1
            continue
        if token.lower in ("who", "which", "that") and i > start:
            i = relative_skip(tokens, i, verb)
            continue
        if i > start and is_finite(tokens, i) and not is_reduced_relative(tokens, i, start, verb):
            end = i
            while end > start and (tokens[end - 1].lower in ADVERBS or tokens[end - 1].lower.endswith("ly")):
                end -= 1
            if tokens[end - 1].lower in PERSONAL:
                return end - 1, end  # "In a post at the time she ..."
            begin = trimmed_start(tokens, start, end)
            while end > begin >= 0 and tokens[end - 1].text == ",":
                end -= 1
            return (begin, end) if begin >= 0 else (-1, -1)
        i += 1
    return -1, -1


def past_fronted(tokens: list[Token], lo: int, verb: int) -> int:
    """Past conjunctions and fronted phrases ("On Thursday,"); -1 when nothing is left before the verb."""
    start = lo
    while start < verb and (not tokens[start].is_word or tokens[start].lower in COORDINATORS):
        start += 1
    for _ in range(3):
        if start >= verb:
            return -1
        first = tokens[start].lower
        fronted = (
            first in PREPOSITIONS
            or first in SUBORDINATORS
            or first in ADVERBS
            or first.endswith(("ly", "ing"))
            or first in ("asked", "rebranded")
        )
        if not fronted or tokens[start].is_capital and first in WEEKDAYS:
            break
        comma = next((i for i in range(start, verb) if tokens[i].text == "," and not tokens[i].quoted), -1)
        if comma < 0:
            break
        start = comma + 1
    return start


def relative_skip(tokens: list[Token], i: int, hi: int) -> int:
    """Past a restrictive relative clause: to just before its second finite verb."""
    verbs = 0
    j = i + 1
    while j < hi:
        if tokens[j].text in ",;":
            return j
        if is_finite(tokens, j) and not is_finite(tokens, j - 1):
            verbs += 1
            if verbs == 2:
                return j
        j += 1
    return hi
