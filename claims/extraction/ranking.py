"""How likely it is that "he" or "she" stands for each of the people in reach: a small learned ranker.

The weights lie in `lexicons/pronoun_weights.txt`, one feature a line; `training/pronouns.py` makes them.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from .document import Document, Sentence, Token
from .finite import is_finite
from .lexicon import ADVERBS, COORDINATORS, PERSONAL, PREPOSITIONS, SUBORDINATORS, lexicon, lines, words
from .nouns import is_possessive
from .types import Span

POSSESSIVE_PRONOUNS = words("his her")
OBJECT_PRONOUNS = words("him himself herself")
SUBORDINATE_OPENERS = words("when while after as before asked in at during although though since if because")
HE, SHE = words("he him his himself"), words("she her hers herself")
SAME_GENDER = {word: group for group in (HE, SHE) for word in group}
PRONOUNS_BACK = 2  # sentences
LONGEST_APPOSITION = 18  # tokens between a subject and its verb
SCALE = 100.0  # characters


@dataclass(slots=True)
class Mention:
    """One place where a person is named: which sentence, and how the name stands in it."""

    start: int
    sentence: int
    paragraph: int
    subject: bool = False
    possessive: bool = False
    governed: bool = False
    opens: bool = False
    quoted: bool = False
    speaks: bool = False
    apposed: bool = False
    reported: bool = False  # in what somebody else is said to say


@dataclass(slots=True)
class Candidate:
    """Somebody a pronoun may stand for. `spoke` counts back: 0 who spoke last, 1 who spoke before, -1 nobody.

    `mentions` are in text order, those where they spoke without being named included.
    """

    key: object
    gender: str = "u"
    mentions: list[Mention] = field(default_factory=list)
    spoke: int = -1
    named: int = 1  # how often in the text
    first: bool = False  # the person the text names first


@dataclass(frozen=True, slots=True)
class Pronoun:
    """The word to be resolved: `gender` is "" when it tells none ("the 41-year-old")."""

    position: int
    sentence: int
    paragraph: int
    gender: str
    possessive: bool
    object: bool
    subordinate: bool  # its sentence opens with "When ..."
    earlier: tuple[int, ...] = ()  # where the last sentences have a pronoun of its gender
    led: str = ""  # the kind of word before it


@cache
def pronoun_weights() -> dict[str, tuple[float, float]]:
    """Feature names and their learned weights: for any pronoun, and for one that says something."""
    pairs = (line.partition("=") for line in lines("pronoun_weights.txt"))
    return {name.strip(): (float(w.split()[0]), float(w.split()[1])) for name, _, w in pairs}


def read_pronoun(document: Document, sentence: Sentence, position: int, gender: str) -> Pronoun:
    index = bisect_right(sentence.tokens, position, key=lambda token: token.start) - 1
    token = sentence.tokens[max(index, 0)]
    following = sentence.tokens[index + 1] if index + 1 < len(sentence.tokens) else None
    owns = token.lower == "his" or (
        token.lower == "her" and following is not None and following.is_word and not is_function(following)
    )
    return Pronoun(
        position,
        sentence.number,
        sentence.paragraph,
        gender,
        owns,
        token.lower in OBJECT_PRONOUNS or (token.lower == "her" and not owns),
        sentence.tokens[0].lower in SUBORDINATE_OPENERS,
        tuple(
            other.start
            for near in document.sentences[max(0, sentence.number - PRONOUNS_BACK) : sentence.number + 1]
            for other in near.tokens
            if other.start < position and other.lower in SAME_GENDER.get(token.lower, ())
        ),
        led_by(sentence.tokens, index),
    )


def led_by(tokens: Sequence[Token], index: int) -> str:
    """What kind of word stands before the pronoun."""
    if index <= 0:
        return "opening"
    before = tokens[index - 1]
    if not before.is_word:
        return "a mark"
    if before.lower in SUBORDINATORS:
        return "a subordinator"
    if before.lower in COORDINATORS:
        return "and, but"
    return "a preposition" if before.lower in PREPOSITIONS else "another word"


def is_function(token: Token) -> bool:
    return (
        token.lower in PREPOSITIONS or token.lower in PERSONAL or token.lower in ("and", "to", "as", "that")
    )


def read_mention(sentence: Sentence, span: Span) -> Mention:
    """How the name at a span stands in its sentence."""
    tokens = sentence.tokens
    index = max(bisect_right(tokens, span[0], key=lambda token: token.start) - 1, 0)
    end = index
    while end < len(tokens) and tokens[end].start < span[1]:
        end += 1
    end = max(end, index + 1)
    mention = Mention(span[0], sentence.number, sentence.paragraph)
    begin = index
    while (
        begin > 0
        and tokens[begin - 1].is_word
        and (tokens[begin - 1].is_capital or tokens[begin - 1].lower == "the")
    ):
        begin -= 1
    before = tokens[begin - 1].lower if begin else ""
    mention.quoted = tokens[index].quoted
    mention.opens = begin == 0
    mention.possessive = is_possessive(tokens[end - 1])
    mention.governed = before in PREPOSITIONS
    mention.apposed = end + 1 < len(tokens) and tokens[end].text in ",(" and not mention.possessive
    mention.reported = any(is_reporting(token) and not token.quoted for token in tokens[:begin])
    verb = verb_behind(tokens, end)
    if verb >= 0 and not mention.possessive and not mention.governed:
        mention.subject = True
        mention.speaks = is_reporting(tokens[verb])
    elif before and is_reporting(tokens[begin - 1]) and (begin < 2 or not tokens[begin - 2].is_capital):
        inverted = begin > 1 and (tokens[begin - 2].quoted or tokens[begin - 2].text == ",")
        mention.subject = mention.speaks = inverted
    return mention


def verb_behind(tokens: list[Token], end: int) -> int:
    """The finite verb a name is the subject of, an apposition or a clause with "who" stepped over; -1 if none."""
    i = past_adverbs(tokens, end)
    if i < len(tokens) and is_finite(tokens, i):
        return i
    if end >= len(tokens) or tokens[end].text not in ",(":
        return -1
    for k in range(end, min(len(tokens) - 1, end + LONGEST_APPOSITION)):
        if tokens[k].quoted or tokens[k].text in ";:":
            break
        if tokens[k].text in ",)" and is_finite(tokens, i := past_adverbs(tokens, k + 1)):
            return i
    return -1


def past_adverbs(tokens: list[Token], start: int) -> int:
    i = start
    while i < len(tokens) - 1 and (
        tokens[i].lower.endswith("ly") or tokens[i].lower in ADVERBS or tokens[i].lower == "who"
    ):
        i += 1
    return i


def is_reporting(token: Token) -> bool:
    form = lexicon().verbs.get(token.lower)
    return form is not None and "quote" in form.takes


def features(pronoun: Pronoun, candidate: Candidate, rank: int, subject_rank: int) -> dict[str, float]:
    """What speaks for a candidate; `rank` counts the people named nearer, `subject_rank` those that were subjects."""
    found = {"candidate": 1.0}
    before = [m for m in candidate.mentions if m.start < pronoun.position]
    after = [m for m in candidate.mentions if m.start > pronoun.position]
    if candidate.gender == "u" or not pronoun.gender:
        found["gender unknown"] = 1.0
    elif candidate.gender != pronoun.gender:
        found["gender differs"] = 1.0
    found["named often"] = math.log(candidate.named)
    if candidate.first:
        found["named first of all"] = 1.0
    if candidate.spoke >= 0:
        found["spoke last" if candidate.spoke == 0 else "spoke before that"] = 1.0
    if any(m.sentence == pronoun.sentence for m in after):
        found["named later in the sentence"] = 1.0
    if not before:
        found["named only later"] = 1.0
        return found
    unquoted = [m for m in before if not m.quoted]
    last = unquoted[-1] if unquoted else before[-1]
    if not unquoted:
        found["only in quotation"] = 1.0
    back = pronoun.sentence - last.sentence
    far = (
        ("same sentence", "one sentence back", "two sentences back")[back]
        if 0 <= back < 3
        else "further back"
    )
    subject = any(m.sentence == last.sentence and m.subject for m in before)
    place = (
        "subject"
        if subject
        else "possessive"
        if last.possessive
        else "governed"
        if last.governed
        else "elsewhere"
    )
    pronoun_is = "owner" if pronoun.possessive else "object" if pronoun.object else "subject"
    between = any(last.start < at for at in pronoun.earlier)
    spoke_last = candidate.spoke == 0
    holds = {
        far: True,
        f"spoke last, {far}": spoke_last,
        f"spoke last, pronoun behind {pronoun.led}": spoke_last,
        f"{place}, {far}": True,
        f"{place}, pronoun {pronoun_is}": True,
        f"{place}, pronoun behind {pronoun.led}": back == 0,
        f"{place}, another pronoun since": between,
        f"another pronoun since, {far}": between,
        "nearest": rank == 0,
        "second nearest": rank == 1,
        "nearest subject": subject_rank == 0,
        "nearest subject, another pronoun since": subject_rank == 0 and between,
        "same paragraph": last.paragraph == pronoun.paragraph,
        "spoke there": any(m.sentence == last.sentence and m.speaks for m in before),
        "opens the sentence": last.opens,
        f"opens the sentence, {far}": last.opens,
        "reported": last.reported,
        f"reported, {place}": last.reported,
        f"reported, pronoun behind {pronoun.led}": last.reported,
        "apposition": last.apposed,
        "same sentence, after a fronted clause": back == 0 and pronoun.subordinate,
        f"quotation between, {far}": last.quoted,
    }
    found["distance"] = math.log1p((pronoun.position - last.start) / SCALE)
    found["named nearer"] = float(min(rank, 5))
    found.update({name: 1.0 for name, true in holds.items() if true})
    return found


def rank_all(pronoun: Pronoun, candidates: Sequence[Candidate]) -> list[dict[str, float]]:
    """The features of each candidate beside the others."""
    nearest: list[tuple[int, int]] = []
    subjects: list[tuple[int, int]] = []
    for index, candidate in enumerate(candidates):
        differs = candidate.gender != "u" and pronoun.gender and candidate.gender != pronoun.gender
        places = [m for m in candidate.mentions if m.start < pronoun.position and not m.quoted]
        if differs or not places:
            continue
        nearest.append((places[-1].start, index))
        if spots := [m.start for m in places if m.subject]:
            subjects.append((spots[-1], index))
    ranks = {index: rank for rank, (_, index) in enumerate(sorted(nearest, reverse=True))}
    subject = max(subjects)[1] if subjects else -1
    return [
        features(pronoun, candidate, ranks.get(index, 9), 0 if index == subject else 9)
        for index, candidate in enumerate(candidates)
    ]


def probabilities(pronoun: Pronoun, candidates: Sequence[Candidate], *, says: bool) -> list[float]:
    """How likely each candidate is; what is missing to 1 is somebody else."""
    weights, none = pronoun_weights(), (0.0, 0.0)
    scores = [
        sum(weights.get(name, none)[says] * value for name, value in found.items())
        for found in rank_all(pronoun, candidates)
    ]
    top = max([0.0, *scores])
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised) + math.exp(-top)
    return [value / total for value in raised]
