"""How right extracted claims are, beside the claims a person found in the same text.

The definitions are those of the shared scorer of claims, so that figures on the project's own texts and on shared gold
can be read side by side; the code is the project's, for the shared one may be absent. A test holds the two together.

- A claim's content is the set of its word tokens. Found and gold claims of a text are paired one to one for the
  greatest summed Jaccard overlap; pairs under one half are none.
- A speaker is right by name: the same words, a person's surname, a group's or unnamed source's words when one name
  holds the other's or half of both are shared; any of the gold's `speaker_alt` will do.
- A chain is right when it has the same hops in the same roles and order, names compared loosely.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OVERLAP = 0.5
OWN = "own-voice"
RIGHT_SPEAKER = 1e-3  # what settles equal overlaps
RIGHT_FORM = 1e-4
_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = frozenset(
    re.findall(r"\w+", "the a an of to in on at for by from with and its his her their who which that")
)
_ARTICLES = ("the", "a", "an")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_SAME_VEHICLE = {"tweet": "twitter", "tweets": "twitter", "x": "twitter"}

Record = Mapping[str, Any]
Pair = tuple[Record, Record]


@dataclass(frozen=True, slots=True)
class Score:
    """Right answers beside how many were wanted and how many given."""

    right: int
    gold: int
    found: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else float(not self.gold)

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else float(not self.found)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Right answers among pairs of a gold claim and a found one."""

    right: int
    pairs: int

    @property
    def share(self) -> float:
        return self.right / self.pairs if self.pairs else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """`claim`: its words; `speaker`: and who said it; `chain`: and through whom it came."""

    claim: Score
    speaker: Score
    chain: Score


@dataclass(frozen=True, slots=True)
class ClaimScores:
    """Of all claims, and of those that both sides ascribe to somebody; the accuracies are over all pairs."""

    all: Scores
    attributed: Scores
    form: Accuracy
    kind: Accuracy
    checkable: Accuracy


def score_claims(gold: Mapping[str, Record], found: Mapping[str, Sequence[Record]]) -> ClaimScores:
    """`gold`: texts by id with their "text" and "claims"; `found`: claims by the same ids, none where one is missing."""
    pairs: list[Pair] = []
    wanted: list[Record] = []
    given: list[Record] = []
    for name, record in gold.items():
        claims = list(found.get(name, ()))
        wanted += record["claims"]
        given += claims
        pairs += pair_claims(record["text"], record["claims"], claims)
    ascribed = [(g, f) for g, f in pairs if is_ascribed(g) and is_ascribed(f)]
    return ClaimScores(
        all=_scores(pairs, len(wanted), len(given)),
        attributed=_scores(ascribed, sum(map(is_ascribed, wanted)), sum(map(is_ascribed, given))),
        form=_accuracy(g["form"] == f.get("form") for g, f in pairs),
        kind=_accuracy(g["speaker_kind"] == f.get("speaker_kind") for g, f in pairs),
        checkable=_accuracy(g["checkable"] is f.get("checkable") for g, f in pairs),
    )


def _scores(pairs: Sequence[Pair], gold: int, found: int) -> Scores:
    speaker = [(g, f) for g, f in pairs if is_speaker_right(g, f)]
    chain = [(g, f) for g, f in speaker if is_chain_right(g, f)]
    return Scores(*(Score(len(right), gold, found) for right in (pairs, speaker, chain)))


def _accuracy(answers: Iterable[bool]) -> Accuracy:
    told = list(answers)
    return Accuracy(sum(told), len(told))


def is_ascribed(claim: Record) -> bool:
    return claim.get("form") != OWN


# --- Which found claim is which gold one


def pair_claims(text: str, gold: Sequence[Record], found: Sequence[Record]) -> list[Pair]:
    """Gold claims beside the found ones that overlap them by half or more, one to one."""
    tokens = [match.span() for match in _WORD.finditer(text)]
    wanted = [_touched(tokens, claim["content"]) for claim in gold]
    given = [_touched(tokens, claim.get("content") or ()) for claim in found]
    weights: dict[tuple[int, int], float] = {}
    for i, words in enumerate(wanted):
        for j, others in enumerate(given):
            shared = len(words & others)
            if shared and (overlap := shared / len(words | others)) >= OVERLAP:
                speaker = RIGHT_SPEAKER * is_speaker_right(gold[i], found[j])
                weights[i, j] = overlap + speaker + RIGHT_FORM * (gold[i]["form"] == found[j].get("form"))
    return [(gold[i], found[j]) for i, j in sorted(best_pairs(weights).items())]


def _touched(tokens: Sequence[tuple[int, int]], spans: Iterable[Sequence[int]]) -> frozenset[int]:
    """Numbers of the tokens that share a character with one of the spans."""
    return frozenset(
        k for start, end in spans for k, token in enumerate(tokens) if token[0] < end and start < token[1]
    )


def best_pairs(weights: Mapping[tuple[int, int], float]) -> dict[int, int]:
    """One-to-one pairs of the greatest summed weight, all weights above zero.

    Grown by one pair at a time: the chain of exchanges that gains most, until none gains anything.
    """
    neighbours: dict[int, dict[int, float]] = defaultdict(dict)
    for (i, j), weight in sorted(weights.items()):
        neighbours[i][j] = weight
    partner: dict[int, int] = {}  # column -> row
    while (exchange := _best_exchange(neighbours, partner)) is not None:
        partner.update({j: i for i, j in exchange})
    return {i: j for j, i in partner.items()}


def _best_exchange(
    neighbours: Mapping[int, Mapping[int, float]], partner: Mapping[int, int]
) -> list[tuple[int, int]] | None:
    """New pairs from a free row to a free column, taking columns over on the way; None when nothing is gained."""
    taken = set(partner.values())
    gain: dict[int, float] = {i: 0.0 for i in neighbours if i not in taken}
    came_by: dict[int, tuple[int, int]] = {}  # column -> the row that takes it, and that row's former column
    reached: dict[int, float] = {}
    former = {i: j for j, i in partner.items()}
    waiting = list(gain)
    while waiting:
        i = waiting.pop(0)
        for j, weight in neighbours[i].items():
            worth = gain[i] + weight
            if worth <= reached.get(j, 0.0) + 1e-12 or former.get(i) == j:
                continue
            reached[j], came_by[j] = worth, (i, former.get(i, -1))
            if j in partner:
                row = partner[j]
                gain[row] = worth - neighbours[row][j]
                if row not in waiting:
                    waiting.append(row)
    ends = {j: worth for j, worth in reached.items() if j not in partner}
    if not ends:
        return None
    column = max(ends, key=lambda j: (ends[j], -j))
    exchange = []
    while column >= 0:
        row, before = came_by[column]
        exchange.append((row, column))
        column = before
    return exchange


# --- Who said it, and through whom


def is_speaker_right(gold: Record, found: Record) -> bool:
    said = found.get("speaker")
    if not isinstance(said, str) or not (given := name_words(said)):
        return False
    for name in (gold["speaker"], *gold.get("speaker_alt", ())):
        wanted = name_words(name)
        if wanted == given:
            return True
        if gold["speaker_kind"] == "person" and _surname(wanted) == _surname(given):
            return True
        if gold["speaker_kind"] in ("group", "unnamed"):
            x, y = _telling_words(wanted), _telling_words(given)
            if x and y and (x <= y or y <= x or 2 * len(x & y) >= len(x | y)):
                return True
    return False


def is_chain_right(gold: Record, found: Record) -> bool:
    wanted, given = _hops(gold), _hops(found)
    return len(wanted) == len(given) and all(
        a[1] == b[1] and _is_same_name(a[0], b[0]) for a, b in zip(wanted, given, strict=True)
    )


def _hops(claim: Record) -> list[tuple[str, str]]:
    chain = claim.get("chain")
    return [(hop.get("name") or "", hop.get("role") or "") for hop in chain or ()]


def name_words(name: str) -> list[str]:
    """Lower words without possessive 's, dots in initials and leading articles."""
    plain = unicodedata.normalize("NFKC", name).casefold().replace("’", "'")
    plain = re.sub(r"'s\b", "", plain)
    found = _WORD.findall(re.sub(r"(?<=\w)\.(?=\w\b)", "", plain))
    while found and found[0] in _ARTICLES:
        del found[0]
    return found


def _telling_words(name: Iterable[str]) -> set[str]:
    return {_SAME_VEHICLE.get(word, word) for word in name if word not in _FUNCTION_WORDS}


def _surname(name: Sequence[str]) -> str | None:
    return next((word for word in reversed(name) if word not in _SUFFIXES), None)


def _is_same_name(one: str, other: str) -> bool:
    a, b = name_words(one), name_words(other)
    x, y = _telling_words(a), _telling_words(b)
    return bool(a) and a == b or bool(x and y) and (x <= y or y <= x)
