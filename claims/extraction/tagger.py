"""Attribution relations: who says what by which cue, as the text words it.

This is the seam for a learned model: `tag(document)` reads a document and gives relations; all that
follows (claims, speakers, chains) builds on the relations alone.
"""

from dataclasses import dataclass, field

from .cues import Cue, find_cues
from .document import Document, Sentence, Token
from .lexicon import (
    COORDINATORS,
    DETERMINERS,
    LEADING_CONJUNCTIONS,
    MEDIA,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    TIME_WORDS,
    known_outlet,
    lexicon,
    words,
)
from .phrases import (
    clause_subject,
    has_finite,
    is_finite,
    is_time,
    phrase_end,
    phrase_start,
    subject_start,
)
from .types import Span

QUOTE_ENDS = frozenset("\"”»’'")
FINAL = frozenset('.!?…"”»)]')
ADDRESSEES = words(
    "reporters journalists lawmakers supporters investors police prosecutors parliament congress media viewers "
    "voters fans officials senators members detectives investigators authorities delegates students analysts "
    "listeners readers employees staff crowds people attendees jurors court"
)
TIME_LEADS = words("on last this earlier late early next in at during later over")
CLAUSE_STARTS = DETERMINERS | POSSESSIVES | PERSONAL | words("there if when because while although after as")


@dataclass(slots=True)
class Relation:
    """One attribution: token spans of a sentence turned into character spans.

    `manner` names the pattern that found it. `nested` marks a relation inside another's content;
    `passive_agent` whether an agentless cue left the source empty.
    """

    sentence: int
    cue: list[Span]
    source: list[Span]
    content: list[Span]
    manner: str
    base: str = ""
    nested: bool = False
    hi: int = 0  # end of the content in tokens of the sentence
    antecedent: Span | None = None
    extended: list[Span] = field(default_factory=list)
    quoted: bool = False


@dataclass(slots=True)
class Found:
    """A relation still in token numbers."""

    cue: Cue
    source: tuple[int, int]
    content: list[tuple[int, int]]
    boundary: int  # where what belongs to this cue begins: its source, or itself
    side: str  # "left", "right", "both"
    link: str  # "", "coordinate", "nested"
    manner: str


def tag(document: Document) -> list[Relation]:
    """All attribution relations of a document, in text order; quotations that run on are joined on."""
    relations: list[Relation] = []
    for sentence in document.sentences:
        if sentence.prose:
            relations += tag_sentence(sentence)
    return relations


def tag_sentence(sentence: Sentence) -> list[Relation]:
    tokens = sentence.tokens
    hi = content_end(tokens)
    found: list[Found] = []
    cues = find_cues(tokens)
    for cue in sorted(cues, key=lambda c: c.kind == "adverb"):  # hearsay only where nothing else ascribes
        relation = resolve(tokens, cue, hi, found)
        if relation:
            settle(tokens, relation, found)
            found.append(relation)
    drop_echoes(found)
    relations = [as_relation(sentence, item) for item in found]
    if not any(not r.nested for r in relations):
        extra = verbless(sentence, hi)
        if extra:
            relations.append(extra)
    return [r for r in relations if r.content]


def content_end(tokens: list[Token]) -> int:
    """The end of a sentence's words: its full stop is left out, unless a quotation holds it."""
    hi = len(tokens)
    while hi > 0 and tokens[hi - 1].text in FINAL and not tokens[hi - 1].quoted:
        hi -= 1
    return hi


def resolve(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    match cue.kind:
        case "active":
            return resolve_active(tokens, cue, hi, found)
        case "participle":
            return resolve_participle(tokens, cue, hi, found)
        case "according":
            return resolve_according(tokens, cue, hi, found)
        case "adverb":
            return resolve_adverb(tokens, cue, hi, found)
        case "noun":
            return resolve_noun(tokens, cue, hi)
        case _:
            return resolve_passive(tokens, cue, hi, found)


# ---- the active verb -----------------------------------------------------------------------------


def resolve_active(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    assert cue.form is not None
    takes = cue.form.takes
    lo = clause_low(tokens, cue, found)
    inverted = inverted_source(tokens, cue, lo, hi)
    if inverted:
        return inverted
    end = cue.subject_end
    link = ""
    boundary = cue.start
    source = (-1, -1)
    if end > 0 and tokens[end - 1].lower in COORDINATORS:
        source = clause_subject(tokens, end - 1, lo_of_clause(tokens, end - 1, found))
        link, boundary = "coordinate", end - 1
    elif end > lo:
        start = subject_start(tokens, end, lo)
        if start >= 0:
            stop = end
            while stop > start and not tokens[stop - 1].is_word and tokens[stop - 1].text not in ")!":
                stop -= 1
            source, boundary = (start, stop), start
        elif not tokens[end - 1].is_word:
            source = clause_subject(tokens, end - 1, 0)
            boundary = end
    if source[0] < 0:
        return None
    if source[1] - source[0] == 1 and tokens[source[0]].lower in ("who", "which", "that"):
        boundary = source[0]
    left_mark = boundary - 1
    has_left = (
        link == "" and left_mark >= 0 and (tokens[left_mark].quoted or tokens[left_mark].text in ",—–-")
    )
    as_clause = (
        boundary > 0
        and tokens[boundary - 1].lower == "as"
        and (boundary == 1 or tokens[boundary - 2].text in ",—–")
    )
    after = skip_adjuncts(tokens, cue.end, hi, takes)
    quote_left = has_left and tokens[left_mark].quoted
    content: list[tuple[int, int]] = []
    side = "right"
    if as_clause:
        comma = next((k for k in range(cue.end, hi) if tokens[k].text == "," and not tokens[k].quoted), -1)
        if boundary == 1 and comma > 0:
            return Found(cue, source, [(comma + 1, hi)], 0, "right", link, "as-clause")
        if boundary > 1:
            rest = [(comma, hi)] if 0 < comma < hi - 1 else []
            return Found(cue, source, [(lo, boundary - 2), *rest], boundary - 2, "left", link, "as-clause")
        return None
    if "quote" in takes or "clause" in takes:
        if has_left and (
            after >= hi
            or tokens[after].text in ",;—–"
            or tokens[after].quoted
            or quote_left
        ):
            left = (left_start(tokens, lo, left_mark, found), left_mark + (1 if quote_left else 0))
            if left[1] > left[0] and left_is_content(tokens, left, cue, quote_left):
                content, side = [left], "left"
                following = after + 1 if after < hi and tokens[after].text in ",;—–" else after
                if following < hi and tokens[following].quoted:
                    content.append((following, hi))
                elif (
                    after < hi
                    and tokens[after].text in ",—–"
                    and not quote_left
                    and following < hi
                    and is_parenthetical(tokens, left, following, hi)
                ):
                    content.append((following, hi))
                return Found(cue, source, content, boundary, side, link, "said-after")
    if (
        has_left
        and not quote_left
        and after < hi
        and tokens[after].lower in PREPOSITIONS | {"when", "as", "after"}
        and "quote" in takes
    ):
        left = (left_start(tokens, lo, left_mark, found), left_mark)
        if left[1] > left[0] and has_finite(tokens, *left) and not has_finite(tokens, after, hi):
            return Found(cue, source, [left], boundary, "left", link, "said-after")
    start = right_start(tokens, after, hi)
    if start >= hi:
        return None
    if not right_is_content(tokens, cue, after, start, hi):
        return None
    return Found(cue, source, [(start, hi)], boundary, "right", link, manner_of(cue, tokens, start))


def manner_of(cue: Cue, tokens: list[Token], start: int) -> str:
    assert cue.form is not None
    takes = cue.form.takes
    if "of" in takes:
        return "accusation"
    if {"as", "as2"} & takes:
        return "description"
    if "np" in takes:
        return "denial"
    return "said"


def clause_low(tokens: list[Token], cue: Cue, found: list[Found]) -> int:
    """How far left a subject may reach: not across a semicolon, a colon or a quotation."""
    lo = 0
    for i in range(cue.subject_end - 1, -1, -1):
        if tokens[i].text in ";:" and not tokens[i].quoted:
            return i + 1
    return lo


def lo_of_clause(tokens: list[Token], end: int, found: list[Found]) -> int:
    """Where the clause begins whose subject a second verb shares: after the last "while", ", but"."""
    floor = 0
    for i in range(end - 1, 0, -1):
        if tokens[i].quoted:
            continue
        if (
            tokens[i - 1].text == ","
            and tokens[i].lower in ("while", "but", "whereas", "as")
            or tokens[i].text == ";"
        ):
            floor = i + 1
            break
    for item in reversed(found):
        if item.side == "right" and item.cue.start >= floor:
            return min(item.source[0], floor) if item.source[0] >= 0 and item.link != "nested" else floor
    return floor


def left_start(tokens: list[Token], lo: int, end: int, found: list[Found]) -> int:
    """Where content before its cue begins: the clause, less conjunctions and what an earlier cue holds."""
    start = lo
    for item in found:
        if item.link == "coordinate" and item.side == "left" and item.cue.end < end:
            start = max(start, item.cue.end)
    for i in range(end - 1, start, -1):
        if tokens[i].text in (":", ";") and not tokens[i].quoted and i + 1 < end and tokens[i + 1].quoted:
            return i + 1
    return start


def left_is_content(tokens: list[Token], left: tuple[int, int], cue: Cue, quote_left: bool) -> bool:
    if quote_left:
        return True
    if tokens[left[0]].lower in (
        "after",
        "when",
        "while",
        "as",
        "if",
        "before",
        "since",
        "although",
        "because",
    ):
        # A fronted clause alone is no statement.
        comma = next((i for i in range(*left) if tokens[i].text == ","), -1)
        return comma > 0 and has_finite(tokens, comma, left[1])
    return left[1] - left[0] >= 2 and has_finite(tokens, *left)


def is_parenthetical(tokens: list[Token], left: tuple[int, int], following: int, hi: int) -> bool:
    """ "The deal, he said, will hold": the clause goes on after the cue."""
    first = tokens[following]
    if first.lower in (
        "adding",
        "citing",
        "saying",
        "noting",
        "and",
        "but",
        "while",
        "as",
        "which",
        "who",
        "referring",
        "according",
        "via",
    ):
        return False
    if first.lower.endswith("ing"):
        return False
    return not has_finite(tokens, *left) and has_finite(tokens, following, hi)


def inverted_source(tokens: list[Token], cue: Cue, lo: int, hi: int) -> Found | None:
    """'"...," said X': the verb before its subject, after a quotation or a comma."""
    assert cue.form is not None
    if cue.subject_end != cue.start or "quote" not in cue.form.takes or cue.form.tense not in ("past", "s"):
        return None
    before = cue.start - 1
    if before < 0 or not (tokens[before].quoted or tokens[before].text in ",—–"):
        return None
    if cue.end >= hi:
        return None
    first = tokens[cue.end]
    if not (
        first.is_capital
        or first.lower in DETERMINERS
        or first.lower in POSSESSIVES
        or first.lower in PERSONAL
        or first.is_word
        and tokens[before].quoted
    ):
        return None
    if first.lower == "that" or first.lower in PREPOSITIONS or is_time(first):
        return None
    if "to" in cue.form.takes or is_apposed_subject(tokens, cue, before, lo):
        return None
    end = phrase_end(tokens, cue.end, hi)
    if end <= cue.end or (not tokens[before].quoted and end < hi and is_finite(tokens, end)):
        return None
    quote_left = tokens[before].quoted
    left = (left_start(tokens, lo, before, []), before + (1 if quote_left else 0))
    if left[1] <= left[0] or not left_is_content(tokens, left, cue, quote_left):
        return None
    content = [left]
    after = skip_adjuncts(tokens, end, hi, cue.form.takes - {"to"})
    if after < hi and tokens[after].text in ",;":
        after += 1
    if after < hi and tokens[after].quoted:
        content.append((after, hi))
    return Found(cue, (cue.end, end), content, before + 1, "left", "", "inverted")


def is_apposed_subject(tokens: list[Token], cue: Cue, before: int, lo: int) -> bool:
    """ '"...," X, a teacher, said the ...': the comma before the verb closes an apposition."""
    if tokens[before].quoted:
        return False
    start = subject_start(tokens, cue.start, lo)
    if not 0 <= start < before or not tokens[start].is_capital:
        return False
    opened = start == 0 or tokens[start - 1].quoted or tokens[start - 1].text == ","
    return opened and any(t.text == "," for t in tokens[start:before])


def skip_adjuncts(tokens: list[Token], i: int, hi: int, takes: frozenset[str]) -> int:
    """Past the addressee, the time and the vehicle that stand between a cue and its content."""
    addressed = "to" not in takes
    while i < hi:
        token = tokens[i]
        lower = token.lower
        if token.quoted or token.text in ",:;—–" or lower == "that":
            return i
        if not addressed:
            addressed = True
            end = addressee_end(tokens, i, hi)
            if end > i:
                i = end
                continue
        if is_time(token) and (lower in TIME_WORDS):
            i += 1
            continue
        if (
            (lower in TIME_LEADS or lower in ("about", "around"))
            and i + 1 < hi
            and starts_time(tokens, i + 1, hi)
        ):
            i += 1
            while (
                i < hi
                and (is_time(tokens[i]) or tokens[i].lower in ("the", "of", "a"))
                and not tokens[i].quoted
            ):
                i += 1
            continue
        if lower in PREPOSITIONS:
            end = adjunct_end(tokens, i, hi)
            if end > i:
                i = end
                continue
            return i
        if (
            lower in ("again", "repeatedly", "publicly", "simply", "only", "bluntly")
            or lower.endswith("ly")
            and len(lower) > 5
            and i + 1 < hi
            and (tokens[i + 1].lower in ("that", ",") or tokens[i + 1].quoted)
        ):
            i += 1
            continue
        return i
    return i


def starts_time(tokens: list[Token], i: int, hi: int) -> bool:
    if tokens[i].lower in ("the", "a") and i + 1 < hi:
        return is_time(tokens[i + 1]) and tokens[i + 1].lower in TIME_WORDS
    return is_time(tokens[i])


def addressee_end(tokens: list[Token], i: int, hi: int) -> int:
    """The end of the person or outlet a statement is made to ("told Reuters")."""
    token = tokens[i]
    if token.lower in ("him", "her", "them", "me", "us", "you", "it", "everyone", "each"):
        return i + 1
    for length in (5, 4, 3, 2, 1):
        if i + length <= hi and known_outlet(" ".join(t.text for t in tokens[i : i + length])):
            return i + length
    if token.lower in ADDRESSEES:
        return i + 1
    if token.lower in DETERMINERS or token.lower in POSSESSIVES:
        j = i + 1
        while j < hi and j < i + 9:
            here = tokens[j]
            if (
                here.quoted
                or not here.is_word
                or here.lower == "that"
                or here.lower in DETERMINERS | PERSONAL | POSSESSIVES
                or here.lower in PREPOSITIONS
                and here.lower != "of"
                or is_time(here)
                and here.lower in TIME_WORDS
            ):
                break
            if is_finite(tokens, j):
                return i
            j += 1
        return j
    j = i
    while j < hi and j < i + 9:
        here = tokens[j]
        if (
            here.quoted
            or not (here.is_word or here.text in "&.")
            or here.lower in DETERMINERS | PERSONAL
            or here.lower in PREPOSITIONS
            or here.lower == "that"
            or here.lower in TIME_WORDS
        ):
            break
        if is_finite(tokens, j):
            return i
        j += 1
    return j


def adjunct_end(tokens: list[Token], i: int, hi: int) -> int:
    """The end of "in a statement posted on X", "at a news conference in Geneva"; `i` when it is content."""
    if tokens[i].lower in ("of", "about", "regarding", "from"):
        limit = next(
            (
                k
                for k in range(i, hi)
                if tokens[k].quoted or tokens[k].text in ",:" or tokens[k].lower == "that"
            ),
            hi,
        )
        return (
            limit
            if limit < hi
            and limit - i < 16
            and not has_finite(tokens, i, limit)
            or limit == hi
            and not has_finite(tokens, i, hi)
            else i
        )
    j = i + 1
    seen_vehicle = False
    while j < hi and j < i + 26:
        token = tokens[j]
        if token.quoted or token.text in ",:;" or token.lower == "that":
            break
        if (
            token.lower in MEDIA
            or token.lower in ("twitter", "facebook", "reporters")
            or known_outlet(token.text)
        ):
            seen_vehicle = True
        elif seen_vehicle and (
            token.lower in PERSONAL
            or token.lower in CLAUSE_STARTS
            and tokens[j - 1].lower not in PREPOSITIONS
        ):
            break
        elif (
            seen_vehicle
            and is_finite(tokens, j)
            and not (token.lower.endswith("ed") or token.lower in ("made", "held", "sent", "given"))
        ):
            break
        elif not seen_vehicle and is_finite(tokens, j):
            return i
        j += 1
    stopped_by_mark = j < hi and (tokens[j].quoted or tokens[j].text in ",:" or tokens[j].lower == "that")
    if seen_vehicle or (stopped_by_mark and j - i < 16) or j >= hi:
        return j
    return i


def right_start(tokens: list[Token], i: int, hi: int) -> int:
    """Where content after its cue begins: past "that", a comma before a quotation, a colon."""
    if i < hi and tokens[i].text == ",":
        # "said, however, that": a parenthesis of a few words
        for j in range(i + 1, min(hi, i + 14)):
            if tokens[j].text == "," and not tokens[j].quoted:
                if j + 1 < hi and (tokens[j + 1].lower == "that" or tokens[j + 1].quoted):
                    i = j
                break
    while i < hi and (tokens[i].text in ",:—–" or tokens[i].lower == "that") and not tokens[i].quoted:
        i += 1
    return i


def right_is_content(tokens: list[Token], cue: Cue, after: int, start: int, hi: int) -> bool:
    """Whether what follows the cue is something said, by what its verb can take."""
    assert cue.form is not None
    takes = cue.form.takes
    first = tokens[start]
    explicit = any(t.lower == "that" for t in tokens[max(after, cue.end) : start])
    if "of" in takes:
        return any(t.lower == "of" for t in tokens[start : min(hi, start + 30)])
    if "as" in takes and "quote" not in takes and "np" not in takes or cue.form.base == "describe":
        return any(t.lower == "as" and not t.quoted for t in tokens[start + 1 : min(hi, start + 40)])
    if "as2" in takes:
        if first.lower in PREPOSITIONS or first.lower in ("out", "off", "up", "back"):
            return False
        return any(t.quoted for t in tokens[start:hi]) or any(
            t.lower in ("a", "an", "the") for t in tokens[start + 2 : start + 8]
        )
    if after < hi and tokens[after].text == "," and not first.quoted and not explicit:
        return False
    if first.quoted:
        return "quote" in takes or "think" not in takes
    if after < hi and tokens[after].text == ":":
        return True
    if (
        "np" in takes
        and "that" not in takes
        or cue.form.base == "deny"
        or cue.form.base == "rule"
        and cue.end > cue.start + 1
    ):
        return first.lower not in PREPOSITIONS
    if "inf" in takes and first.lower == "to":
        return True
    if explicit:
        return True
    if first.lower in PREPOSITIONS and first.lower not in (
        "in",
        "on",
        "at",
        "for",
        "after",
        "before",
        "by",
        "during",
        "despite",
        "since",
        "under",
        "without",
        "with",
    ):
        return False
    clause_end = next((k for k in range(start, hi) if tokens[k].text in ",;" and not tokens[k].quoted), hi)
    if clause_end - start < 3 or has_finite(tokens, start + 1, clause_end) is False:
        clause_end = (
            hi
            if first.lower in SUBORDINATORS or first.lower in PREPOSITIONS or "clause" in takes
            else clause_end
        )
    if "clause" in takes:
        return has_finite(tokens, start + 1, clause_end) or any(t.quoted for t in tokens[start:clause_end])
    if {"that", "find"} & takes:
        if any(t.quoted for t in tokens[start:hi]) and "quote" in takes:
            return has_finite(tokens, start + 1, clause_end) or first.lower in DETERMINERS | PERSONAL
        return (first.lower in CLAUSE_STARTS or first.is_capital) and has_finite(
            tokens, start + 1, clause_end
        )
    return False


# ---- the other cues ------------------------------------------------------------------------------


def resolve_participle(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    assert cue.form is not None
    if cue.start == 0 or (cue.subject_end == 0):
        return None
    after = skip_adjuncts(tokens, cue.end, hi, cue.form.takes)
    start = right_start(tokens, after, hi)
    if start >= hi or not right_is_content(tokens, cue, after, start, hi):
        return None
    source = participle_subject(tokens, cue, found)
    if source[0] < 0:
        return None
    boundary = cue.subject_end
    if boundary and tokens[boundary - 1].lower in ("and", "while", "by"):
        boundary -= 1
    return Found(cue, source, [(start, hi)], boundary, "right", "coordinate", "participle")


def participle_subject(tokens: list[Token], cue: Cue, found: list[Found]) -> tuple[int, int]:
    for item in reversed(found):
        if item.source[0] >= 0 and item.link != "nested" and item.cue.kind in ("active", "participle"):
            return item.source
    lo = 0
    for i in range(cue.start - 1, 0, -1):
        if tokens[i].text in (";", ":") and not tokens[i].quoted:
            lo = i + 1
            break
        if (
            tokens[i].text == ","
            and tokens[i + 1].lower in ("while", "but", "after", "when")
            and not tokens[i].quoted
        ):
            lo = i + 2
            break
    source = clause_subject(tokens, cue.start, lo)
    if source[0] < 0 and lo:
        source = clause_subject(tokens, cue.start, 0)
    if lo == 0:
        # "... after Swift scolded her label, accusing it of": the nearer subject
        for i in range(cue.start - 1, 0, -1):
            if tokens[i].lower in ("after", "when") and not tokens[i].quoted and tokens[i - 1].is_word:
                nearer = clause_subject(tokens, cue.start, i + 1)
                if nearer[0] >= 0:
                    return nearer
                break
    return source


def resolve_according(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    end = phrase_end(tokens, cue.end, hi)
    if end <= cue.end:
        return None
    source = (cue.end, end)
    before = cue.start - 1
    if before < 0 or (
        tokens[before].lower in ("and", "but", "while") and (before == 0 or tokens[before - 1].text == ",")
    ):
        comma = next((k for k in range(end, hi) if tokens[k].text == "," and not tokens[k].quoted), -1)
        if comma < 0:
            return None
        return Found(
            cue,
            source,
            [(comma + 1, hi)],
            max(before, 0),
            "right",
            "coordinate" if before >= 0 else "",
            "according-to",
        )
    stop = before if tokens[before].text in ",—–" and not tokens[before].quoted else before + 1
    content = [(0, stop)]
    rest = end
    while rest < hi and tokens[rest].text not in ",;—–":
        rest += 1
    if rest < hi - 2 and tokens[rest].text == "," and not has_finite(tokens, 0, stop):
        content = [(0, stop), (rest + 1, hi)]
    return Found(cue, source, content, cue.start - (1 if stop == before else 0), "left", "", "according-to")


def resolve_adverb(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    """ "reportedly" alone marks hearsay; beside another cue it is part of what is said."""
    if any(item.link != "nested" for item in found):
        return None
    return Found(cue, (-1, -1), [(0, cue.start), (cue.end, hi)], cue.start, "both", "", "hearsay")


def resolve_noun(tokens: list[Token], cue: Cue, hi: int) -> Found | None:
    start = cue.end + 1
    if start >= hi:
        return None
    source = (-1, -1)
    owner = cue.start - 1
    if owner >= 0 and tokens[owner].lower.endswith(("'s", "’s", "s’")):
        begin = phrase_start(tokens, owner + 1, 0)
        source = (begin, owner + 1) if begin >= 0 else source
    elif owner >= 0 and tokens[owner].lower in POSSESSIVES:
        source = (owner, owner + 1)
    return Found(cue, source, [(start, hi)], cue.start, "right", "noun", "noun")


def resolve_passive(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    subject = (subject_start(tokens, cue.subject_end, 0), cue.subject_end)
    if subject[0] < 0:
        subject = clause_subject(tokens, cue.subject_end, 0)
    if cue.kind == "told":
        start = right_start(tokens, cue.end, hi)
        return (
            Found(cue, (-1, -1), [(start, hi)], max(subject[0], 0), "right", "", "told")
            if start < hi
            else None
        )
    if subject[0] < 0:
        return None
    while subject[1] > subject[0] and not tokens[subject[1] - 1].is_word:
        subject = (subject[0], subject[1] - 1)
    source = (-1, -1)
    i = cue.end
    pieces: list[tuple[int, int]] = []
    if cue.kind == "passive" and i < hi and tokens[i].lower in TIME_WORDS:
        while i < hi and tokens[i].lower in TIME_WORDS:
            i += 1
    if cue.kind == "passive":
        if not any(t.lower == "of" for t in tokens[i : min(hi, i + 12)]):
            return None
        by = next((k for k in range(i, min(hi, i + 12)) if tokens[k].lower == "by"), -1)
        if by == i:
            of = next((k for k in range(by, hi) if tokens[k].lower == "of" and k > by + 1), hi)
            source = (by + 1, of)
            i = of
    if cue.kind == "belief":
        if tokens[i].lower == "that":
            return Found(cue, source, [(i + 1, hi)], subject[0], "right", "", "belief")
        i += 1
    pieces = [subject, (i, hi)]
    return Found(cue, source, pieces, subject[0], "both", "", cue.kind)


# ---- what cues of one sentence do to each other --------------------------------------------------


def settle(tokens: list[Token], new: Found, found: list[Found]) -> None:
    """Give a new cue its place beside the earlier ones: it ends their content, or stands inside it."""
    for earlier in reversed(found):
        start, end = earlier.content[-1]
        if earlier.side == "left" and len(earlier.content) == 1:
            continue
        if not start < new.cue.start < end or earlier.link == "nested":
            continue
        if earlier.cue.kind == "noun":
            new.link = "nested"
            continue
        outer = new.side == "left" and new.content[0][0] <= earlier.cue.start
        if outer and earlier.boundary - new.content[0][0] > 3:
            earlier.link = "nested"
            continue
        if outer:
            # "A said C, according to B": the outer frame keeps its own words out of the inner one.
            cut = new.boundary
            while cut > start and tokens[cut - 1].text in ",—–" and not tokens[cut - 1].quoted:
                cut -= 1
            earlier.content[-1] = (start, cut)
            continue
        if new.link == "coordinate" or is_coordinate(tokens, new, start):
            new.link = "coordinate"
            cut = new.boundary
            while (
                cut > start
                and (
                    tokens[cut - 1].text in ",;—–"
                    or tokens[cut - 1].lower
                    in ("and", "but", "while", "whereas", "though", "although", "as", "because")
                )
                and not tokens[cut - 1].quoted
            ):
                cut -= 1
            earlier.content[-1] = (start, cut)
        elif new.link != "noun":
            new.link = "nested"
        else:
            new.link = "nested"
    if new.link == "noun":
        new.link = ""


def is_coordinate(tokens: list[Token], new: Found, start: int) -> bool:
    """Whether a later clause with its own cue stands beside the earlier one: ", while police say"."""
    before = new.boundary - 1
    if before <= start:
        return False
    if tokens[before].text == ";":
        return True
    joined = tokens[before].lower in ("and", "but", "while", "whereas", "though", "although")
    return joined and tokens[before - 1].text in ",;—–" and new.side == "right"


def drop_echoes(found: list[Found]) -> None:
    """A cue whose content lies between another cue and that cue's content is no relation of its own."""
    for item in list(found):
        for other in found:
            if other is item or item.side != "left":
                continue
            if (
                other.cue.start >= item.content[0][0]
                and other.content[0][0] >= item.cue.end
                and other.side == "right"
            ):
                found.remove(item)
                break


def as_relation(sentence: Sentence, item: Found) -> Relation:
    tokens = sentence.tokens

    def spans(pieces: list[tuple[int, int]]) -> list[Span]:
        return [(tokens[a].start, tokens[b - 1].end) for a, b in pieces if a < b]

    content = [trim(tokens, a, b) for a, b in item.content]
    source = item.source
    return Relation(
        sentence=sentence.number,
        cue=spans([(item.cue.start, item.cue.end)]),
        source=spans([source]) if source[0] >= 0 else [],
        content=sorted(spans(content)),
        manner=item.manner,
        base=item.cue.form.base if item.cue.form else "",
        nested=item.link == "nested",
        hi=max(b for _, b in item.content),
        antecedent=antecedent(tokens, source),
    )


def antecedent(tokens: list[Token], source: tuple[int, int]) -> Span | None:
    """Whom a relative "who" stands for."""
    if source[1] - source[0] != 1 or tokens[source[0]].lower not in ("who", "which", "that"):
        return None
    end = source[0]
    while end > 0 and tokens[end - 1].text == ",":
        end -= 1
    start = phrase_start(tokens, end, 0)
    return (tokens[start].start, tokens[end - 1].end) if start >= 0 else None


def trim(tokens: list[Token], start: int, end: int) -> tuple[int, int]:
    """Leave out conjunctions before content, and commas and dashes around it."""
    while start < end:
        token = tokens[start]
        if token.quoted:
            break
        if not token.is_word and token.text not in "([#@$":
            start += 1
        elif token.lower in LEADING_CONJUNCTIONS and not (
            token.lower in ("while", "because", "so", "though") and start
        ):
            if token.lower in ("that", "while", "because", "so") and token.is_capital:
                break
            start += 1
        else:
            break
    while start < end and tokens[end - 1].text in ",;:—–-" and not tokens[end - 1].quoted:
        end -= 1
    return start, end


# ---- attributions without a verb -----------------------------------------------------------------


def verbless(sentence: Sentence, hi: int) -> Relation | None:
    """A headline "C - X", "X: C"."""
    if not sentence.headline:
        return None
    tokens = sentence.tokens
    marks = [i for i, t in enumerate(tokens[:hi]) if t.text in ":-—–|" and not t.quoted]
    if not marks:
        return None
    last = marks[-1]
    tail = tokens[last + 1 : hi]
    if (
        tokens[last].text != ":"
        and 1 <= len(tail) <= 5
        and last >= 4
        and not has_finite(tokens, last + 1, hi)
    ):
        return Relation(
            sentence.number,
            [],
            [(tail[0].start, tail[-1].end)],
            [(tokens[0].start, tokens[last - 1].end)],
            "headline",
            hi=last,
        )
    first = marks[0]
    if (
        tokens[first].text == ":"
        and 1 <= first <= 5
        and has_finite(tokens, first + 1, hi)
        and tokens[0].lower not in lexicon().verbs
    ):
        return Relation(
            sentence.number,
            [],
            [(tokens[0].start, tokens[first - 1].end)],
            [(tokens[first + 1].start, tokens[hi - 1].end)],
            "headline",
            hi=hi,
        )
    return None
