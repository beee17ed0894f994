"""How much of each of two texts is in the other, and whether that makes them one story.

The share of a text that is in another is the containment of its word 5-shingles (A. Broder, "On the resemblance and
containment of documents", 1997), counted exactly. A third is enough for a story where it is spread over the text: that
is what is left of a copy of which every seventh word was changed. A few passages must be more, for two reports of
strangers share such as well: a quotation, a paragraph of background, what outlets set around all their articles.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from itertools import groupby, pairwise

from .words import shingles, split_words

SHINGLE_WORDS = 5
LEAST_SHARE = 0.3
# With less of the text shared beside the longest few passages, these are quoted, or furniture, until they are more.
FEW_PASSAGES = 3
LEAST_SPREAD = 0.1
LEAST_SHARE_IN_PASSAGES = 0.5
# Furniture stands at the end of both texts more often than copied paragraphs do.
LEAST_SHARE_NOT_AT_THE_BEGINNING = 0.7
BEGINNING = 20  # in words
# One outlet's articles are one story only when one is most of the other: it words much alike every day.
LEAST_SHARE_WITHIN_OUTLET = 0.6
FEWEST_SHINGLES = 10  # left beside the furniture: less is no text of its own
FURNITURE_IN = 3  # texts that tell different stories


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of two texts is in the other, 0 to 1 each.

    `spread`: how much of the shorter is shared beside the three longest passages. `begins`: most of the beginning of either is.
    """

    share_of_one: float
    share_of_other: float
    spread: float
    begins: bool

    def is_one_story(self, *, one_outlet: bool = False) -> bool:
        """Whether the texts tell one story in the same words; `one_outlet`: both are the same outlet's."""
        share = max(self.share_of_one, self.share_of_other)
        if share < (LEAST_SHARE_WITHIN_OUTLET if one_outlet else LEAST_SHARE):
            return False
        if self.spread >= LEAST_SPREAD:
            return True
        return share >= (LEAST_SHARE_IN_PASSAGES if self.begins else LEAST_SHARE_NOT_AT_THE_BEGINNING)


@dataclass(frozen=True, slots=True)
class Compared:
    """A text made ready to be compared with many: its 5-shingles in order, and as a set."""

    ordered: tuple[str, ...]
    all: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Compared":
        ordered = tuple(shingles(split_words(text), SHINGLE_WORDS))
        return cls(ordered, frozenset(ordered))


def compare(one: Compared, other: Compared, *, furniture: Set[str] = frozenset()) -> Overlap:
    """What the two share beside `furniture`. Of a text that is hardly anything else, nothing is shared."""
    mine, theirs = one.all - furniture, other.all - furniture
    shared = mine & theirs
    if not shared or furniture and min(len(mine), len(theirs)) < FEWEST_SHINGLES:
        return Overlap(0.0, 0.0, 0.0, begins=False)
    passages = [
        sum(1 for _ in run)
        for is_shared, run in groupby(shingle in shared for shingle in one.ordered)
        if is_shared
    ]
    beside = sum(sorted(passages)[:-FEW_PASSAGES])
    begins = any(
        2 * sum(shingle in shared for shingle in text.ordered[:BEGINNING]) >= BEGINNING
        for text in (one, other)
    )
    return Overlap(
        len(shared) / len(mine), len(shared) / len(theirs), beside / min(len(mine), len(theirs)), begins
    )


def furniture_of(texts: Iterable[Iterable[Compared]]) -> frozenset[str]:
    """The 5-shingles that stand in FURNITURE_IN stories or more; `texts`: of each story, those that are at hand."""
    met: list[set[str]] = [set() for _ in range(FURNITURE_IN)]  # in one story or more, in two or more, ...
    for story in texts:
        told = frozenset().union(*(text.all for text in story))
        for fewer, more in reversed(list(pairwise(met))):
            more |= fewer & told
        met[0] |= told
    return frozenset(met[-1])
