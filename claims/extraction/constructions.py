"""How a cue says who speaks and what: one function per construction, each on one sentence's tokens."""

from .adjuncts import skip_adjuncts
from .clauses import clause_subject
from .cues import Cue
from .document import Token
from .finite import has_finite
from .lexicon import (
    AUXILIARIES,
    PASSIVE,
    POSSESSIVES,
    TIME_WORDS,
)
from .phrases import phrase_end, phrase_start, subject_start
from .speaking import BREAKS, NOBODY, Found, Piece, active, follows, left_start, manner_of, right_start


def resolve(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    """The relation of one cue; None when it ascribes nothing. `found` are those of earlier cues."""
    match cue.kind:
        case "active":
            return active(tokens, cue, hi, found)
        case "participle":
            return participle(tokens, cue, hi, found)
        case "according":
            return according(tokens, cue, hi)
        case "adverb":
            return hearsay(tokens, cue, hi, found)
        case "noun":
            return noun(tokens, cue, hi, found)
        case "told":
            return told(tokens, cue, hi)
        case "quoted-as":
            return quoted_as(tokens, cue, hi)
        case _:
            return passive(tokens, cue, hi)


def participle(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    """ "..., adding that C": the subject is the main clause's."""
    assert cue.form is not None
    if cue.subject_end == 0:
        return None
    after = skip_adjuncts(tokens, cue.end, hi, addressed="to" not in cue.form.takes)
    start = right_start(tokens, after, hi)
    if start >= hi or not follows(tokens, cue, after, start, hi):
        return None
    source = participle_subject(tokens, cue, found)
    if source[0] < 0:
        return None
    boundary = cue.subject_end
    if boundary and tokens[boundary - 1].lower in ("and", "while", "by"):
        boundary -= 1
    return Found(cue, source, [(start, hi)], boundary, "right", "participle", "coordinate")


def participle_subject(tokens: list[Token], cue: Cue, found: list[Found]) -> Piece:
    for item in reversed(found):
        if item.source[0] >= 0 and item.link != "nested" and item.cue.kind in ("active", "participle"):
            return item.source
    lo = 0
    for i in range(cue.start - 1, 0, -1):
        if tokens[i].quoted:
            continue
        if tokens[i].text in ";:":
            lo = i + 1
            break
        if tokens[i].lower in ("after", "when") and tokens[i - 1].is_word:
            # "... after Swift scolded her label, accusing it of": the nearer subject
            nearer = clause_subject(tokens, cue.start, i + 1)
            if nearer[0] >= 0:
                return nearer
        if tokens[i].text == "," and tokens[i + 1].lower in ("while", "but", "after", "when"):
            lo = i + 2
            break
    source = clause_subject(tokens, cue.start, lo)
    return clause_subject(tokens, cue.start, 0) if source[0] < 0 and lo else source


def according(tokens: list[Token], cue: Cue, hi: int) -> Found | None:
    """ "According to X, C" and "C, according to X"."""
    end = phrase_end(tokens, cue.end, hi)
    if end <= cue.end:
        return None
    source = (cue.end, end)
    before = cue.start - 1
    opens = before < 0
    joined = (
        before >= 0
        and tokens[before].lower in ("and", "but", "while")
        and (before == 0 or tokens[before - 1].text == ",")
    )
    if opens or joined:
        comma = comma_after(tokens, end, hi)
        if comma > 0 and tokens[comma + 1].lower in ("citing", "quoting", "which", "who"):
            comma = comma_after(tokens, comma + 1, hi)
        if comma < 0:
            return None
        link = "coordinate" if joined else ""
        return Found(cue, source, [(comma + 1, hi)], max(before, 0), "right", "according-to", link)
    stop = before if tokens[before].text in ",—–" and not tokens[before].quoted else before + 1
    content = [(0, stop)]
    rest = next((k for k in range(end, hi) if tokens[k].text in BREAKS), hi)
    if rest < hi - 2 and tokens[rest].text == "," and not has_finite(tokens, 0, stop):
        content.append((rest + 1, hi))
    return Found(cue, source, content, stop, "left", "according-to")


def comma_after(tokens: list[Token], start: int, hi: int) -> int:
    return next((k for k in range(start, hi - 1) if tokens[k].text == "," and not tokens[k].quoted), -1)


def hearsay(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    """ "reportedly" alone; beside another cue it is part of what is said."""
    if any(item.link != "nested" for item in found):
        return None
    return Found(cue, NOBODY, [(0, cue.start), (cue.end, hi)], cue.start, "both", "hearsay")


def noun(tokens: list[Token], cue: Cue, hi: int, found: list[Found]) -> Found | None:
    """ "his claim that C", "the remark that C"; in "rejected the accusation that C" C is what is rejected."""
    if any(
        item.cue.form and manner_of(item.cue, tokens) == "denial" and 0 <= cue.start - item.cue.end <= 2
        for item in found
    ):
        return None
    if cue.end + 1 >= hi or not has_finite(tokens, 0, cue.start):
        return None  # "Claims that C are false": the sentence judges C, it does not report it
    source = NOBODY
    owner = cue.start - 1
    if owner >= 0 and tokens[owner].lower.endswith(("'s", "’s", "s’")):
        begin = phrase_start(tokens, owner + 1, 0)
        source = (begin, owner + 1) if begin >= 0 else NOBODY
    elif owner >= 0 and tokens[owner].lower in POSSESSIVES:
        source = (owner, owner + 1)
    return Found(cue, source, [(cue.end + 1, hi)], cue.start, "right", "noun")


def told(tokens: list[Token], cue: Cue, hi: int) -> Found | None:
    """ "investors have been told C": nobody says by whom."""
    start = right_start(tokens, cue.end, hi)
    subject = subject_start(tokens, cue.subject_end, 0)
    return Found(cue, NOBODY, [(start, hi)], max(subject, 0), "right", "told") if start < hi else None


def quoted_as(tokens: list[Token], cue: Cue, hi: int) -> Found | None:
    """ "The paper quoted X as saying C", "X was quoted by the paper as saying C"."""
    start = right_start(tokens, skip_adjuncts(tokens, cue.end, hi, addressed=True), hi)
    verb = cue.subject_end
    if verb > 0 and tokens[verb - 1].lower in PASSIVE:
        subject_end = verb - 1
        while subject_end > 0 and tokens[subject_end - 1].lower in AUXILIARIES:
            subject_end -= 1
        source = (subject_start(tokens, subject_end, 0), subject_end)
    else:
        source = (verb + 1, phrase_end(tokens, verb + 1, cue.start))
    if source[0] < 0 or source[1] <= source[0]:
        return None
    mark = source[0] - 1
    if mark >= 0 and tokens[mark].quoted:
        return Found(cue, source, [(left_start(tokens, 0, mark), mark + 1)], source[0], "left", "quoted-as")
    return Found(cue, source, [(start, hi)], source[0], "right", "quoted-as") if start < hi else None


def passive(tokens: list[Token], cue: Cue, hi: int) -> Found | None:
    """ "X was accused by S of C", "X is believed to C", "X is seen as C"."""
    subject = (subject_start(tokens, cue.subject_end, 0), cue.subject_end)
    if subject[0] < 0:
        subject = clause_subject(tokens, cue.subject_end, 0)
    if subject[0] < 0:
        return None
    while subject[1] > subject[0] and not tokens[subject[1] - 1].is_word:
        subject = (subject[0], subject[1] - 1)
    i = cue.end
    if cue.kind == "belief":
        if tokens[i].lower == "that":
            return Found(cue, NOBODY, [(i + 1, hi)], subject[0], "right", "belief")
        return Found(cue, NOBODY, [subject, (i + 1, hi)], subject[0], "both", "belief")
    if cue.kind == "view":
        return Found(cue, NOBODY, [subject, (i, hi)], subject[0], "both", "view")
    while i < hi and tokens[i].lower in TIME_WORDS:
        i += 1
    if not any(token.lower == "of" for token in tokens[i : min(hi, i + 12)]):
        return None
    agent = agent_of(tokens, i, hi)
    pieces = [subject, (i, hi)] if agent == NOBODY else [subject, (i, agent[0] - 1), (agent[1], hi)]
    return Found(cue, agent, pieces, subject[0], "both", "passive")


def agent_of(tokens: list[Token], i: int, hi: int) -> Piece:
    """ "by critics": who accuses; not "by blocking the delivery"."""
    for by in range(i, min(hi - 1, i + 14)):
        if tokens[by].lower != "by" or tokens[by].quoted or tokens[by + 1].lower.endswith("ing"):
            continue
        end = next((k for k in range(by + 1, hi) if tokens[k].lower == "of" and by == i), -1)
        end = end if end > 0 else phrase_end(tokens, by + 1, hi)
        return (by + 1, end) if end > by + 1 else NOBODY
    return NOBODY
