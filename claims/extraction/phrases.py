"""Noun phrases and clauses found without a parser: who stands before or after a verb.

Positions are token numbers within one sentence; `lo` and `hi` bound what may be looked at.
"""

from .cues import NOUN_LIKE
from .document import Token
from .finite import has_finite, is_finite, is_time
from .lexicon import (
    ADVERBS,
    AUXILIARIES,
    COORDINATORS,
    DETERMINERS,
    MONTHS,
    NEGATIONS,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    WEEKDAYS,
    words,
)

STOPS = frozenset(",;:—–―-()[]/")
RELATIVES = frozenset({"who", "which", "whose", "whom", "that", "where"})
APPOSITIVE_STARTS = words(
    "a an the who whose which one his her its their via however meanwhile though too also now then formerly "
    "himself herself speaking citing whom both jr. sr. in for from of"
)
DOCUMENT_NOUNS = words("report study analysis statement survey poll paper article post tweet review filing")
PHRASE_MARKS = frozenset(";:—–―-…([")
INNER_MARKS = frozenset(",&'’./%")
RELATIVE_STARTS = words("who that which whose")
SAYING_FOLLOWS = WEEKDAYS | words("but today yesterday earlier late adding citing noting saying")
ADJUNCT_LEADS = words("in on at during after before by via to as through about over following")
PARTICIPLES = words("seen held led known born written made given taken shown sent run")
MOST_APPOSITIONS = 6
LONGEST_PHRASE = 45  # tokens
NOT_A_SOURCE = (
    (ADVERBS - {"both", "more"})
    | SUBORDINATORS
    | COORDINATORS
    | AUXILIARIES
    | words("there here what that which such as not to of than it's")
) - {"who"}


def phrase_start(tokens: list[Token], end: int, lo: int) -> int:
    """Where the noun phrase that ends before `end` begins; -1 when nobody stands there."""
    if end <= lo:
        return -1
    last = tokens[end - 1]
    if last.lower in PERSONAL or last.lower == "who":
        return end - 1
    i = end
    bound = max(lo, end - LONGEST_PHRASE)
    while i > bound:
        token = tokens[i - 1]
        lower = token.lower
        if token.quoted and not last.quoted:
            break
        if token.text in STOPS or token.text == "…":
            if token.text == ")":
                opening = matching_open(tokens, i - 1, bound)
                if opening >= 0:
                    i = opening
                    continue
            break
        if lower in RELATIVES or lower in SUBORDINATORS:
            break
        if lower in COORDINATORS:
            if lower != "and" or i < end - 12 or (i - 2 >= lo and tokens[i - 2].text == ","):
                break
            if has_finite(tokens, clause_floor(tokens, i - 1, lo), i - 1):
                break
        elif is_finite(tokens, i - 1):
            relative = relative_before(tokens, i - 1, bound)
            if relative >= 0:
                i = relative
                continue
            if not is_reduced_relative(tokens, i - 1, bound, end):
                break
        i -= 1
    return trimmed_start(tokens, i, end)


def clause_floor(tokens: list[Token], i: int, lo: int) -> int:
    while i > lo and tokens[i - 1].text not in ",;:—–" and not tokens[i - 1].quoted:
        i -= 1
    return i


def matching_open(tokens: list[Token], closing: int, lo: int) -> int:
    for i in range(closing - 1, max(lo, closing - 12) - 1, -1):
        if tokens[i].text == "(":
            return i
    return -1


def relative_before(tokens: list[Token], verb: int, lo: int) -> int:
    for i in range(verb - 1, max(lo, verb - 7) - 1, -1):
        if tokens[i].lower in ("who", "which", "that", "whose") and i > lo and tokens[i - 1].is_word:
            return i
        if tokens[i].text in STOPS or tokens[i].lower in COORDINATORS:
            return -1
    return -1


def is_reduced_relative(tokens: list[Token], i: int, lo: int, end: int) -> bool:
    """ "a report published on Monday": a participle after a noun, before a preposition or a time."""
    if i - 1 < lo or i + 1 >= end or not tokens[i].lower.endswith(("ed", "en", "wn", "held", "led", "made")):
        return False
    before, after = tokens[i - 1], tokens[i + 1]
    noun_before = (
        before.is_word
        and not before.is_capital
        and before.lower not in NOT_A_SOURCE
        and before.lower not in PERSONAL
    )
    return noun_before and (after.lower in PREPOSITIONS or is_time(after))


def trimmed_start(tokens: list[Token], start: int, end: int) -> int:
    """Leave fronted adverbs, conjunctions and times out; -1 when no name or noun is left."""
    i = start
    while i < end:
        token = tokens[i]
        lower = token.lower
        if lower in PERSONAL:
            break
        if not token.is_word or (lower in NOT_A_SOURCE and not (token.is_capital and i > 0)):
            i += 1
        elif lower in PREPOSITIONS and lower != "like":
            # "In June the minister": go on to where the next phrase begins.
            following = i + 1
            if following < end and tokens[following].lower in DETERMINERS | POSSESSIVES:
                following += 1
            while following < end and not (
                tokens[following].lower in DETERMINERS or tokens[following].lower in PERSONAL
            ):
                if is_time(tokens[following - 1]) and not is_time(tokens[following]):
                    break
                following += 1
            i = following
        elif is_time(token) and (lower in WEEKDAYS or lower in MONTHS) and i + 1 < end:
            i += 1
        else:
            break
    if i >= end:
        return -1
    if all(
        is_time(t) or t.lower in PREPOSITIONS or not t.is_word or t.lower in DETERMINERS
        for t in tokens[i:end]
    ):
        pronouns = (
            "some",
            "many",
            "most",
            "others",
            "all",
            "both",
            "several",
            "few",
            "this",
            "that",
            "these",
            "those",
        )
        return i if end - i == 1 and tokens[i].lower in pronouns else -1
    return i


def subject_start(tokens: list[Token], end: int, lo: int) -> int:
    """The start of the subject that ends before `end`, its appositions and relative clauses included; or -1."""
    if end <= lo:
        return -1
    if tokens[end - 1].text not in ",—–":
        return phrase_start(tokens, end, lo)
    mark = tokens[end - 1].text
    best, cut = -1, end - 1
    for _ in range(MOST_APPOSITIONS):
        opening = previous_mark(tokens, cut, lo, mark)
        if opening < 0:
            start = phrase_start(tokens, cut, lo)
            return start if start >= 0 else best
        if not is_appositive(tokens, opening + 1, cut):
            return best if best >= 0 else named_segment(tokens, opening, cut, lo)
        start = phrase_start(tokens, opening, lo)
        best = start if start >= 0 else best
        cut = opening
    return best


def named_segment(tokens: list[Token], opening: int, cut: int, lo: int) -> int:
    """ "the company that built it, Ostrander Inc., said": a name set off, with the description before it."""
    if (
        not all(t.is_capital or not t.is_word or t.lower == "and" for t in tokens[opening + 1 : cut])
        or cut - opening > 7
    ):
        return -1
    start = phrase_start(tokens, opening, lo)
    if start >= 0 and (
        tokens[start].lower in DETERMINERS | POSSESSIVES or has_possessive(tokens, start, opening)
    ):
        return start
    return opening + 1


def has_possessive(tokens: list[Token], start: int, end: int) -> bool:
    return any(token.text.endswith(("'s", "’s", "s’", "s'")) for token in tokens[start:end])


def previous_mark(tokens: list[Token], before: int, lo: int, mark: str) -> int:
    for i in range(before - 1, max(lo, before - LONGEST_PHRASE) - 1, -1):
        if tokens[i].text == mark:
            return i
        if tokens[i].quoted:
            return -1
    return -1


def is_appositive(tokens: list[Token], start: int, end: int) -> bool:
    """A stretch between commas that describes the name before it."""
    if start >= end:
        return False
    first = tokens[start]
    if first.lower in ("who", "which", "whose", "whom", "via", "speaking", "citing"):
        return True
    if first.lower.endswith("ed") or first.lower in PARTICIPLES:
        return not has_finite(tokens, start + 1, end)
    relative = next((k for k in range(start + 1, end) if tokens[k].lower in RELATIVE_STARTS), end)
    described = first.lower in ("a", "an", "another")  # "an independent voter raised in Chile"
    if any(
        is_finite(tokens, k) and not (described and is_reduced_relative(tokens, k, start, end))
        for k in range(start, relative)
    ):
        return False
    if first.lower == "and":
        return start + 1 < end and not tokens[start + 1].is_capital  # "and co-author of the study"
    if first.lower in APPOSITIVE_STARTS or first.text[0].isdigit() or first.text[:2] in ("R-", "D-", "I-"):
        return True
    if first.is_word and not first.is_capital:
        return first.lower not in PREPOSITIONS and first.lower not in COORDINATORS
    return (
        any(t.text.endswith(("'s", "’s")) for t in tokens[start:end])
        or (
            end - start <= 2
            and first.is_capital
            and start > 2
            and tokens[start - 2].is_capital
            and end < len(tokens)
        )
        or any(not t.is_capital and t.is_word and t.lower in ("of", "for", "at") for t in tokens[start:end])
    )


def phrase_end(tokens: list[Token], start: int, hi: int, *, apposition: bool = True) -> int:
    """Where the noun phrase that begins at `start` ends; `start` itself when there is none."""
    if start >= hi or tokens[start].quoted:
        return start
    if tokens[start].lower in PERSONAL:
        return start + 1
    i = start
    while i < min(hi, start + LONGEST_PHRASE):
        following = next_in_phrase(tokens, i, start, hi, apposition=apposition)
        if following <= i:
            break
        i = following
    while i > start and is_loose_end(tokens[i - 1]):
        i -= 1
    return i


def next_in_phrase(tokens: list[Token], i: int, start: int, hi: int, *, apposition: bool) -> int:
    """The token a phrase goes on with after the one at `i`; `i` itself when it ends before that one."""
    token = tokens[i]
    lower = token.lower
    if token.quoted or token.text in PHRASE_MARKS or not (token.is_word or token.text in INNER_MARKS):
        return i
    if token.text == ",":
        return apposition_end(tokens, i, hi) if apposition else i
    if i == start:
        return i + 1
    if lower in RELATIVE_STARTS:
        return relative_end(tokens, i, hi)
    if lower in SUBORDINATORS or lower in PERSONAL or lower in NEGATIONS or lower in SAYING_FOLLOWS:
        return i
    if lower in ADJUNCT_LEADS and not (i + 1 < hi and stays_in_phrase(tokens, i, hi)):
        return i
    if is_plural_noun(tokens, i, hi) or is_reduced_relative(tokens, i, start, hi):
        return i + 1
    return i if is_finite(tokens, i) else i + 1


def is_plural_noun(tokens: list[Token], i: int, hi: int) -> bool:
    """ "credible reports received by X": a word like "reports" that no clause can follow here."""
    if tokens[i].lower not in NOUN_LIKE or tokens[i - 1].is_capital:
        return False
    return (
        i + 1 >= hi or is_past_participle(tokens[i + 1]) or tokens[i + 1].lower in ("of", "from", "by", ",")
    )


def is_loose_end(token: Token) -> bool:
    return not token.is_word or token.lower in COORDINATORS or token.lower in PREPOSITIONS


def stays_in_phrase(tokens: list[Token], i: int, hi: int) -> bool:
    """ "analyst at ING", "a report by X": a preposition that belongs to a job or a document, not to the saying."""
    if tokens[i - 1].lower in DOCUMENT_NOUNS and not is_time(tokens[i + 1]):
        return True
    after = tokens[i + 1]
    if tokens[i].lower == "by" and is_past_participle(tokens[i - 1]):
        return not is_time(after)  # "an audit obtained by X"
    if is_time(after) or tokens[i - 1].is_capital and tokens[i].lower in ("in", "on"):
        return False
    lower = tokens[i].lower
    if lower == "to":
        return tokens[i - 1].lower in (
            "ambassador",
            "adviser",
            "advisor",
            "aide",
            "envoy",
            "secretary",
            "assistant",
            "counsel",
        )
    if lower == "at":
        return after.is_capital or (after.lower == "the" and i + 2 < hi and tokens[i + 2].is_capital)
    return not tokens[i - 1].is_capital and (after.is_capital or after.lower == "the") and lower == "in"


def is_past_participle(token: Token) -> bool:
    return token.lower.endswith("ed") or token.lower in PARTICIPLES


def apposition_end(tokens: list[Token], comma: int, hi: int) -> int:
    """The end of an apposition that opens at a comma, or -1. Its closing comma is left out."""
    start = comma + 1
    if start >= hi or tokens[start].quoted:
        return -1
    end = start
    while end < hi and tokens[end].text not in ",;:—–" and not tokens[end].quoted:
        end += 1
    if not is_appositive(tokens, start, end) or tokens[start].lower in (
        "however",
        "meanwhile",
        "too",
        "also",
        "citing",
        "in",
        "for",
        "speaking",
    ):
        return -1
    inner = (
        phrase_end(tokens, start, end, apposition=False)
        if tokens[start].lower not in ("who", "whose", "which")
        else end
    )
    return max(inner, start)


def relative_end(tokens: list[Token], i: int, hi: int) -> int:
    end = i
    while end < hi and tokens[end].text not in ",;:—–" and not tokens[end].quoted and end - i < 18:
        end += 1
    return end if end > i + 1 else -1
