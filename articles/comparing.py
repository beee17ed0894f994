"""Two texts side by side: what stayed, what went, what came, word by word. A pure core: no Django, no database.

Sentences that stand in both texts, in the same order, are matched first; between them, words are (Levenshtein's
alignment by rapidfuzz). A few words that happen to be the same inside a passage that was rewritten are no sameness:
they go with what surrounds them, as in "semantic cleanup" of Neil Fraser's diff-match-patch.

Words and signs are compared, not the space between them, and typographic quotation marks and dashes count as their
plain forms: an outlet's software changes both without anybody editing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz.distance import LCSseq, Levenshtein, Opcodes

Kind = Literal["same", "gone", "came"]

_TOKEN = re.compile(r"\w+|[^\w\s]")
# Where a sentence may end: a line's end, or a full stop with what closes it and space after.
_UNIT_END = re.compile(r"\n+|(?<=[.!?…。])[\"”»’')\]]*\s+")
# One character for one, so that offsets stay.
_FOLD = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("–—‒―−‐‑", "-")
)
_CLOSING = frozenset(".!?,;:…)]")
_FEWEST_OF_SENTENCES = 3  # words and signs of sentences that stayed, before anything is concluded from them
_ENOUGH_OF_WORDS = 6  # so many in a row, inside a passage that was rewritten, are no coincidence
_MOST_CELLS = 400_000_000  # of sentences against sentences: one bit each, 50 MB


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the newer text, or (`gone`) of the older one only."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A run of words that both texts have: `size` of them, from the word `old` of the one and `new` of the other."""

    old: int
    new: int
    size: int


class Words:
    """A text cut into words and signs. `folded[i]` is how the one at `starts[i]:ends[i]` is compared."""

    def __init__(self, text: str) -> None:
        self.text = text
        spans = [match.span() for match in _TOKEN.finditer(text)]
        plain = text.translate(_FOLD)
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.folded = [plain[start:end] for start, end in spans]

    def __len__(self) -> int:
        return len(self.folded)

    @cached_property
    def units(self) -> list[tuple[int, int]]:
        """Its sentences, as ranges of words."""
        cuts = [match.end() for match in _UNIT_END.finditer(self.text)]
        units, begin, at = [], 0, 0
        for cut in [*cuts, len(self.text)]:
            while at < len(self) and self.starts[at] < cut:
                at += 1
            if at > begin:
                units.append((begin, at))
                begin = at
        return units


@dataclass(frozen=True)
class Comparison:
    """Two texts and the words that stayed, in both texts' order."""

    old: Words
    new: Words
    blocks: Sequence[Block]

    @cached_property
    def pieces(self) -> list[Piece]:
        """Both texts as one, to be read from beginning to end: what went stands before what came in its place."""
        pieces: list[Piece] = []
        old_at = new_at = 0
        for block in [*self.blocks, Block(len(self.old), len(self.new), 0)]:
            old_next, new_next = _begin(self.old, block.old), _begin(self.new, block.new)
            pieces += _between(self.old.text[old_at:old_next], self.new.text[new_at:new_next])
            if block.size:
                old_at = self.old.ends[block.old + block.size - 1]
                new_at = self.new.ends[block.new + block.size - 1]
                pieces.append(Piece("same", self.new.text[new_next:new_at]))
        return pieces

    @cached_property
    def words_added(self) -> int:
        return sum(map(_is_word, self.new.folded)) - self._words_kept

    @cached_property
    def words_removed(self) -> int:
        return sum(map(_is_word, self.old.folded)) - self._words_kept

    @cached_property
    def _words_kept(self) -> int:
        return sum(
            _is_word(self.old.folded[at])
            for block in self.blocks
            for at in range(block.old, block.old + block.size)
        )


def compare(old: str, new: str) -> Comparison:
    """What stayed of `old` in `new`. Time and memory: near the texts' length where they have much in common."""
    a, b = Words(old), Words(new)
    runs: list[Block] = []
    for op, old_start, old_end, new_start, new_end in _unit_opcodes(a, b):
        if op == "equal":
            runs.append(Block(old_start, new_start, old_end - old_start))
        elif op == "replace":
            runs += _word_runs(a, b, Block(old_start, new_start, 0), Block(old_end, new_end, 0))
    return Comparison(a, b, _whole_sentences(a, b, _joined(runs)))


def _unit_opcodes(a: Words, b: Words) -> Iterator[tuple[str, int, int, int, int]]:
    """What became of the sentences, as ranges of words; what lies between two that stayed is one replacement."""
    ones = [" ".join(a.folded[start:end]) for start, end in a.units]
    others = [" ".join(b.folded[start:end]) for start, end in b.units]
    align = LCSseq if len(ones) * len(others) <= _MOST_CELLS else Levenshtein
    opcodes: Opcodes = align.opcodes(*_numbered(ones, others))
    old_at = new_at = 0
    for one in [*opcodes, None]:
        if one is not None and (one.tag != "equal" or _is_short(a, one.src_start, one.src_end)):
            continue
        old_start = a.units[one.src_start][0] if one else len(a)
        new_start = b.units[one.dest_start][0] if one else len(b)
        if old_at < old_start or new_at < new_start:
            yield "replace", old_at, old_start, new_at, new_start
        if one:
            old_at, new_at = a.units[one.src_end - 1][1], b.units[one.dest_end - 1][1]
            yield "equal", old_start, old_at, new_start, new_at


def _is_short(words: Words, first_unit: int, end_unit: int) -> bool:
    """Whether these sentences are so short ("Yes.") that they tell nothing about what was where."""
    return words.units[end_unit - 1][1] - words.units[first_unit][0] < _FEWEST_OF_SENTENCES


def _word_runs(a: Words, b: Words, begin: Block, end: Block) -> list[Block]:
    """The words that stayed in a stretch of both texts that was changed."""
    ones, others = a.folded[begin.old : end.old], b.folded[begin.new : end.new]
    runs = [
        Block(begin.old + one.src_start, begin.new + one.dest_start, one.src_end - one.src_start)
        for one in Levenshtein.opcodes(*_numbered(ones, others))
        if one.tag == "equal"
    ]
    return _without_coincidences(a, b, runs, begin, end)


def _numbered(ones: Sequence[str], others: Sequence[str]) -> tuple[list[int], list[int]]:
    numbers: dict[str, int] = {}
    one = [numbers.setdefault(item, len(numbers)) for item in ones]
    return one, [numbers.setdefault(item, len(numbers)) for item in others]


def _joined(runs: Iterable[Block]) -> list[Block]:
    """Runs that follow each other in both texts are one."""
    joined: list[Block] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.old + last.size, last.new + last.size) == (run.old, run.new):
            joined[-1] = Block(last.old, last.new, last.size + run.size)
        else:
            joined.append(run)
    return joined


def _whole_sentences(a: Words, b: Words, blocks: list[Block]) -> list[Block]:
    """Where ". She left" went, or came, before a full stop, it is "She left." that did."""
    for at in range(len(blocks) - 1):
        while True:
            one, other = blocks[at], blocks[at + 1]
            old_end, new_end = one.old + one.size, one.new + one.size
            only_gone, only_came = new_end == other.new, old_end == other.old
            if only_gone == only_came or other.size < 2:
                break
            first = a.folded[old_end] if only_gone else b.folded[new_end]
            if first not in _CLOSING or first != a.folded[other.old]:
                break
            blocks[at] = Block(one.old, one.new, one.size + 1)
            blocks[at + 1] = Block(other.old + 1, other.new + 1, other.size - 1)
    return blocks


def _without_coincidences(a: Words, b: Words, runs: list[Block], begin: Block, end: Block) -> list[Block]:
    """Drops short runs that are no longer than what changed before them and than what changed after them.

    What is dropped belongs to the change, which may make its neighbours drop too: until nothing does.
    """
    while True:
        kept = [begin]
        for run, following in zip(runs, [*runs, end][1:], strict=True):
            kept.append(run)
            while len(kept) > 1 and _is_coincidence(a, b, kept[-2], kept[-1], following):
                kept.pop()
        if len(kept) - 1 == len(runs):
            return runs
        runs = kept[1:]


def _is_coincidence(a: Words, b: Words, before: Block, run: Block, after: Block) -> bool:
    length = _length(a, run.old, run.old + run.size)
    return run.size < _ENOUGH_OF_WORDS and all(
        length <= max(_length(a, one.old + one.size, other.old), _length(b, one.new + one.size, other.new))
        for one, other in ((before, run), (run, after))
    )


def _length(words: Words, start: int, end: int) -> int:
    return words.ends[end - 1] - words.starts[start] if start < end else 0


def _between(gone: str, came: str) -> Iterator[Piece]:
    """What stood between two blocks and what stands there now, with the space around it outside of the change."""
    around = came if came.strip() else gone if gone.strip() else ""
    if not around:
        yield Piece("same", came)
        return
    yield Piece("same", around[: len(around) - len(around.lstrip())])
    if gone.strip():
        yield Piece("gone", gone.strip())
    if gone.strip() and came.strip():
        yield Piece("same", "\n\n" if "\n" in gone.strip() + came.strip() else " ")
    if came.strip():
        yield Piece("came", came.strip())
    yield Piece("same", around[len(around.rstrip()) :])


def _begin(words: Words, at: int) -> int:
    return words.starts[at] if at < len(words) else len(words.text)


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"
