"""The active verb: "X said ...", '"...," said X', "as X noted" - who speaks, and where the content stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from .adjuncts import CLAUSE_STARTS, skip_adjuncts
from .clauses import clause_subject
from .cues import Cue
from .document import Token
from .finite import has_finite, is_finite, is_time
from .lexicon import (
    AUXILIARIES,
    COORDINATORS,
    DETERMINERS,
    PASSIVE,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    words,
)
from .nouns import MEASUREMENTS, head_noun
from .phrases import phrase_end, subject_start

Piece = tuple[int, int]
NOBODY: Piece = (-1, -1)
BREAKS = ",;—–"
SUBORDINATE_STARTS = words("after when while as if before since although because")
PARENTHESIS_ENDERS = words("adding citing saying noting and but while as which who referring according via")
FRONTING = words("in on at for after before by during despite since under without with")
PARTICLES_OF_CALL = words("out off up back")
LONGEST_AUDIENCE = 20  # tokens
SPOKEN_IN = words(
    "interview statement tweet letter email e-mail post speech address lawsuit complaint filing conference briefing "
    "op-ed column memo hearing testimony podcast message"
)
AIRED_ON = words("twitter facebook instagram telegram weibo television tv radio podcast")
TIME_CLAUSES = words("when while as after before during")  # when it was said
CLAUSE_ONLY = words("say tell add think believe know argue insist feel warn hope fear see")
LONGEST_AS = 40  # tokens from "rejected" to "as"
THAT_IS = PASSIVE | words("has had will would can could")
LATER_CLAUSES = words("as after before while")
REQUESTS = words("asked urged thanked declined refused called ask urge thank decline refuse")


@dataclass(slots=True)
class Found:
    """A relation in token numbers of its sentence.

    `boundary` is where what belongs to the cue begins (its source, or the cue); `side` on which side of
    the cue the content stands; `link` how it stands to an earlier cue: "", "coordinate" or "nested".
    """

    cue: Cue
    source: Piece
    content: list[Piece]
    boundary: int
    side: str
    manner: str
    link: str = ""


def active(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    assert cue.form is not None
    lo = clause_low(tokens, cue)
    if turned := inverted(tokens, cue, lo, hi):
        return turned
    source, boundary, link = active_source(tokens, cue, lo, found)
    if (
        manner_of(cue, tokens) == "description"
        and cue.start
        and tokens[cue.start - 1].text == ","
        and not link
    ):
        apposed = any(token.text == "," for token in tokens[max(source[0], 0) : cue.start - 1])
        if not apposed and any(token.lower == "by" for token in tokens[cue.end : cue.end + LONGEST_AUDIENCE]):
            return None  # "the prison, dubbed the Hilton by those held there"
    if source[0] < 0 or is_measurement(tokens, source, cue):
        return None
    if is_as_clause(tokens, boundary):
        if not {"clause", "that"} & cue.form.takes:
            return None
        return as_clause(tokens, cue, source, boundary, lo, hi)
    after = after_cue(tokens, cue, hi)
    mark = boundary - 1
    if not link and mark >= 0 and (tokens[mark].quoted or tokens[mark].text in ",—–-"):
        before = content_before(tokens, cue, (lo, mark), after, hi, found)
        if before:
            return Found(cue, source, before, boundary, "left", "said-after")
    start = right_start(tokens, after, hi)
    if start >= hi or not follows(tokens, cue, after, start, hi):
        return None
    manner = manner_of(cue, tokens)
    end = cut_at_request(tokens, cue, start, hi)
    if manner != "said":
        end = before_vehicle(tokens, start, end)
    return Found(cue, source, [(start, end)], boundary, "right", manner, link)


def after_cue(tokens: list[Token], cue: Cue, hi: int) -> int:
    """The first token behind a cue and its adjuncts; the "to" of "pledged to act" is content."""
    assert cue.form is not None
    if "inf" in cue.form.takes and cue.end < hi and tokens[cue.end].lower == "to":
        return cue.end
    if "to" in cue.form.takes and (that := addressed_that(tokens, cue.end, hi)) >= 0:
        return that
    return skip_adjuncts(tokens, cue.end, hi, addressed="to" not in cue.form.takes)


def addressed_that(tokens: list[Token], start: int, hi: int) -> int:
    """Where "that" stands behind whom it is told to ("told a May Day rally that"), or -1."""
    for i in range(start, min(hi, start + LONGEST_AUDIENCE)):
        if tokens[i].lower == "that":
            return i
        if tokens[i].quoted or tokens[i].text in ",;:—–" or is_finite(tokens, i):
            return -1
    return -1


def manner_of(cue: Cue, tokens: list[Token]) -> str:
    takes = cue.form.takes if cue.form else frozenset()
    if "of" in takes:
        return "accusation"
    as_follows = any(t.lower == "as" and not t.quoted for t in tokens[cue.end : cue.end + LONGEST_AS])
    if {"as", "as2"} & takes and "quote" not in takes and (as_follows or "np" not in takes):
        return "description"  # "rejected the report as false", but "rejected the report that C"
    if cue.form and cue.form.base == "describe":
        return "description"
    return (
        "denial"
        if "np" in takes or (cue.form and cue.form.base == "rule" and cue.end - cue.start > 1)
        else "said"
    )


def clause_low(tokens: list[Token], cue: Cue) -> int:
    """How far left a subject may reach: not across a semicolon or a colon."""
    for i in range(cue.subject_end - 1, -1, -1):
        if tokens[i].text in ";:" and not tokens[i].quoted:
            return i + 1
    return 0


def active_source(tokens: list[Token], cue: Cue, lo: int, found: list[Found]) -> tuple[Piece, int, str]:
    """(source, boundary, link): the subject before the verb, or the one a second verb shares."""
    end = cue.subject_end
    if end <= lo:
        return NOBODY, cue.start, ""
    if tokens[end - 1].lower in COORDINATORS:
        return clause_subject(tokens, end - 1, low_of_clause(tokens, end - 1, found)), end - 1, "coordinate"
    start = subject_start(tokens, end, lo)
    if start >= 0:
        stop = end
        while stop > start and not tokens[stop - 1].is_word and tokens[stop - 1].text not in ")!":
            stop -= 1
        return without_time((start, stop), tokens), start, ""
    if not tokens[end - 1].is_word:
        return clause_subject(tokens, end - 1, 0), end, ""
    return NOBODY, cue.start, ""


def without_time(source: Piece, tokens: list[Token]) -> Piece:
    """ "Sanders on Tuesday said": the time is the saying's."""
    start, end = source
    while (
        end - start > 2
        and is_time(tokens[end - 1])
        and tokens[end - 2].lower in ("on", "in", "late", "early", "earlier", "last")
    ):
        end -= 2
    return start, end


def is_measurement(tokens: list[Token], source: Piece, cue: Cue) -> bool:
    """ "Blood tests revealed that ...": nobody speaks."""
    return head_noun(tokens[source[0] : source[1]]) in MEASUREMENTS and bool(
        cue.form and "that" in cue.form.takes
    )


def low_of_clause(tokens: list[Token], end: int, found: list[Found]) -> int:
    """Where the clause begins whose subject a second verb shares: after the last ", while", ", but"."""
    floor = 0
    for i in range(end - 1, 0, -1):
        if tokens[i].quoted:
            continue
        joined = tokens[i - 1].text == "," and tokens[i].lower in ("while", "but", "whereas", "as")
        if joined or tokens[i].text == ";":
            floor = i + 1
            break
    for item in reversed(found):
        if item.side == "right" and item.cue.start >= floor and item.source[0] >= 0 and item.link != "nested":
            return min(item.source[0], floor)
    return floor


def is_as_clause(tokens: list[Token], boundary: int) -> bool:
    as_before = boundary > 0 and tokens[boundary - 1].lower == "as"
    return as_before and (boundary == 1 or tokens[boundary - 2].text in ",—–")


def as_clause(tokens: list[Token], cue: Cue, source: Piece, boundary: int, lo: int, hi: int) -> Found | None:
    """ "As he noted, C" and "C, as he noted"."""
    comma = next((k for k in range(cue.end, hi) if tokens[k].text == "," and not tokens[k].quoted), -1)
    if boundary == 1:
        return Found(cue, source, [(comma + 1, hi)], 0, "right", "as-clause") if comma > 0 else None
    rest = [(comma, hi)] if 0 < comma < hi - 1 else []
    return Found(cue, source, [(lo, boundary - 2), *rest], boundary - 2, "left", "as-clause")


def content_before(
    tokens: list[Token], cue: Cue, room: Piece, after: int, hi: int, found: list[Found]
) -> list[Piece]:
    """Content on the left of its cue, with what goes on behind it; empty when there is none."""
    assert cue.form is not None
    if not {"quote", "clause", "find"} & cue.form.takes:
        return []
    lo, mark = room
    quoted = tokens[mark].quoted
    left = (left_start(tokens, lo, mark, found), mark + (1 if quoted else 0))
    if left[1] <= left[0]:
        return []
    closed = after >= hi or tokens[after].text in BREAKS or tokens[after].quoted or quoted
    if not closed:
        # "C, X said after the meeting": a phrase without a verb is no content
        first = tokens[after].lower
        whole = has_finite(tokens, *left) and (
            (first in PREPOSITIONS and not has_finite(tokens, after, hi)) or first in TIME_CLAUSES
        )
        return [left] if whole else []
    following = after + 1 if after < hi and tokens[after].text in BREAKS else after
    if (
        after < hi
        and tokens[after].text == ","
        and not quoted
        and left[0] == lo
        and is_parenthetical(tokens, left, following, hi)
    ):
        return [left, (following, hi)]
    if not left_is_content(tokens, left, quoted=quoted) and not (after >= hi and left[1] - left[0] >= 4):
        return []
    goes_on = following < hi and (
        tokens[following].quoted
        or (
            quoted
            and following > after
            and tokens[following].lower in ("but", "and")
            and tokens[min(following + 1, hi - 1)].quoted
        )
    )
    return [left, (following, hi)] if goes_on else [left]


def left_start(tokens: list[Token], lo: int, end: int, found: Sequence[Found] = ()) -> int:
    """Where content before its cue begins: at its quotation, when a comma or a colon sets that off.

    A quotation that has a cue of its own ("he said, "...," the police said") is part of the content.
    """
    opening = end + 1 if end < len(tokens) and tokens[end].quoted else end
    while opening > lo and tokens[opening - 1].quoted:
        opening -= 1
    set_off = opening > lo and opening <= end and tokens[opening - 1].text in ":;,"
    if set_off and any(lo < item.cue.end == opening - 1 for item in found if item.side == "right"):
        return lo
    return opening if set_off and tokens[end].quoted else lo


def left_is_content(tokens: list[Token], left: Piece, *, quoted: bool) -> bool:
    if quoted:
        return True
    if tokens[left[0]].lower in SUBORDINATE_STARTS:
        # A fronted clause alone is no statement.
        comma = next((i for i in range(*left) if tokens[i].text == ","), -1)
        return comma > 0 and has_finite(tokens, comma, left[1])
    return left[1] - left[0] >= 2 and has_finite(tokens, *left)


def is_parenthetical(tokens: list[Token], left: Piece, following: int, hi: int) -> bool:
    """ "The deal, he said, will hold": the clause goes on after the cue."""
    if following >= hi:
        return False
    first = tokens[following].lower
    if tokens[left[0]].lower in PREPOSITIONS:
        return False  # "During the call, he asked about X, called Y a liar": a second verb of his
    if first in PARENTHESIS_ENDERS or first.endswith("ing"):
        return False
    return not has_finite(tokens, *left) and has_finite(tokens, following, hi)


def inverted(tokens: list[Token], cue: Cue, lo: int, hi: int) -> Found | None:
    """'"...," said X': the verb before its subject, after a quotation or a comma."""
    assert cue.form is not None
    before = cue.start - 1
    if cue.subject_end != cue.start or before < 0 or cue.end >= hi or "to" in cue.form.takes:
        return None
    if "quote" not in cue.form.takes or cue.form.tense not in ("past", "s"):
        return None
    quoted = tokens[before].quoted
    if not (quoted or tokens[before].text in ",—–") or not opens_subject(tokens, cue.end, after_quote=quoted):
        return None
    if is_apposed_subject(tokens, cue, before, lo):
        return None
    end = phrase_end(tokens, cue.end, hi)
    if end <= cue.end or (not quoted and end < hi and is_finite(tokens, end)):
        return None
    left = (left_start(tokens, lo, before), before + (1 if quoted else 0))
    if left[1] <= left[0] or not left_is_content(tokens, left, quoted=quoted):
        return None
    content = [left]
    after = skip_adjuncts(tokens, end, hi, addressed=True)
    if after < hi and tokens[after].text in ",;":
        after += 1
    if after < hi and tokens[after].quoted:
        content.append((after, hi))
    return Found(cue, (cue.end, end), content, before + 1, "left", "inverted")


def opens_subject(tokens: list[Token], i: int, *, after_quote: bool) -> bool:
    first = tokens[i]
    if first.lower == "that" or first.lower in PREPOSITIONS or is_time(first):
        return False
    opener = first.lower in DETERMINERS or first.lower in POSSESSIVES or first.lower in PERSONAL
    return first.is_capital or opener or (first.is_word and after_quote)


def is_apposed_subject(tokens: list[Token], cue: Cue, before: int, lo: int) -> bool:
    """'"...," X, a teacher, said the ...': the comma before the verb closes an apposition."""
    if tokens[before].quoted:
        return False
    start = subject_start(tokens, cue.start, lo)
    if not 0 <= start < before or not tokens[start].is_capital:
        return False
    opened = start == 0 or tokens[start - 1].quoted or tokens[start - 1].text == ","
    return opened and any(token.text == "," for token in tokens[start:before])


def right_start(tokens: list[Token], i: int, hi: int) -> int:
    """Where content after its cue begins: past "that", a comma before a quotation, a colon."""
    if i < hi and tokens[i].text == ",":
        # "said, however, that": a parenthesis of a few words
        for j in range(i + 1, min(hi - 1, i + 14)):
            if tokens[j].text == "," and not tokens[j].quoted:
                if tokens[j + 1].lower == "that" or tokens[j + 1].quoted:
                    i = j
                break
    while i < hi and (tokens[i].text in ",:—–" or tokens[i].lower == "that") and not tokens[i].quoted:
        if tokens[i].lower == "that" and i + 1 < hi and tokens[i + 1].lower in THAT_IS:
            return i  # "said that was untrue": the word is the subject
        i += 1
    return i


def follows(tokens: list[Token], cue: Cue, after: int, start: int, hi: int) -> bool:
    """Whether what stands behind the cue is something its verb can report."""
    assert cue.form is not None
    takes, first = cue.form.takes, tokens[start]
    match manner_of(cue, tokens):
        case "accusation":
            return any(token.lower == "of" for token in tokens[start : min(hi, start + 30)])
        case "description":
            return describes(tokens, cue, start, hi)
        case "denial" if "that" not in takes or first.lower not in PREPOSITIONS:
            return first.lower not in PREPOSITIONS
    explicit = any(token.lower == "that" for token in tokens[max(after, cue.end) : start])
    if after < hi and tokens[after].text == "," and not first.quoted and not explicit:
        return False
    if explicit or (after < hi and tokens[after].text == ":"):
        return True
    if first.quoted:
        return "quote" in takes or "think" not in takes
    if "inf" in takes and first.lower == "to":
        return True
    return bare_clause(tokens, cue, start, hi)


def describes(tokens: list[Token], cue: Cue, start: int, hi: int) -> bool:
    """ "described X as Y", "called X a Y", 'called X "Y"'."""
    assert cue.form is not None
    if "as2" not in cue.form.takes:
        return any(
            token.lower == "as" and not token.quoted for token in tokens[start + 1 : min(hi, start + 40)]
        )
    first = tokens[cue.end] if cue.end < hi else tokens[start]
    if first.lower in PREPOSITIONS or tokens[start].lower in PREPOSITIONS or first.lower in PARTICLES_OF_CALL:
        return False  # "called on X to act"
    predicate = any(token.lower in ("a", "an", "the") for token in tokens[start + 2 : min(hi, start + 8)])
    return predicate or any(token.quoted for token in tokens[start:hi])


def bare_clause(tokens: list[Token], cue: Cue, start: int, hi: int) -> bool:
    """A clause without "that": it needs a verb of its own, soon for verbs that also take things."""
    assert cue.form is not None
    takes, cue_base, first = cue.form.takes, cue.form.base, tokens[start]
    if first.lower in PREPOSITIONS and first.lower not in FRONTING:
        return False
    if (
        first.lower in AUXILIARIES
        and first.lower[:-1].rstrip("'’")
        and ("'" in first.lower or "’" in first.lower)
    ):
        return "clause" in takes or "that" in takes  # "said he's proud"
    end = next((k for k in range(start, hi) if tokens[k].text in ",;" and not tokens[k].quoted), hi)
    fronted = first.lower in SUBORDINATORS or first.lower in PREPOSITIONS
    if not fronted and cue_base not in CLAUSE_ONLY and is_thing(tokens, start, end):
        return False
    if (end - start < 3 or not has_finite(tokens, start + 1, end)) and (fronted or "clause" in takes):
        end = hi
    if "clause" in takes:
        return has_finite(tokens, start + 1, end) or any(token.quoted for token in tokens[start:end])
    if {"that", "find"} & takes:
        quoted = "quote" in takes and any(token.quoted for token in tokens[start:hi])
        return (quoted or first.lower in CLAUSE_STARTS or first.is_capital) and has_finite(
            tokens, start + 1, end
        )
    return False


def is_thing(tokens: list[Token], start: int, end: int) -> bool:
    """ "claimed victory as the hearing closed", "claimed self-defense and was acquitted": no clause follows the verb."""
    for i in range(start + 1, end - 1):
        if tokens[i].quoted or tokens[i].text == "'" or is_finite(tokens, i):
            return False
        later = tokens[i].lower in LATER_CLAUSES or (tokens[i].lower == "and" and is_finite(tokens, i + 1))
        if later and not any(is_finite(tokens, k) for k in range(start, i)):
            return True
    return False


def before_vehicle(tokens: list[Token], start: int, hi: int) -> int:
    """ "called it an insult in a radio interview": where the words were said is no part of them."""
    for i in range(hi - 2, max(start + 1, hi - 12), -1):
        if tokens[i].lower in ("in", "on", "at", "during") and not tokens[i].quoted:
            nouns = SPOKEN_IN if tokens[i].lower != "on" else AIRED_ON
            vehicle = any(token.lower in nouns for token in tokens[i + 1 : i + 5])
            return i if vehicle and not any(token.text in ",;" for token in tokens[i:hi]) else hi
    return hi


def cut_at_request(tokens: list[Token], cue: Cue, start: int, hi: int) -> int:
    """ "claimed they were well and asked for help": a second verb of the same subject ends the content."""
    assert cue.form is not None
    past = cue.form.tense == "past"
    for i in range(start + 2, hi - 1):
        request = tokens[i].lower == "and" and not tokens[i].quoted and tokens[i + 1].lower in REQUESTS
        if request and past == tokens[i + 1].lower.endswith("ed"):
            return i
    return hi
