"""Where the words of a claim stand in a later text of the same article. A pure core: no Django, no database.

The W3C calls what is looked for a TextQuoteSelector: the exact words with what stood before and after them. Here the
whole of both texts is the context: articles.comparing says which words stayed where they were.

- exact: the words stayed, in their place among the others that did.
- moved: they went from there and stand, word for word, where something came in: in one place, or in one whose
  surroundings are clearly more like theirs than any other's.
- fuzzy: words much like them came in, clearly more like them than any others.
- lost: none of this. Also where two places are about as good: nothing is tied to a lookalike in silence.

A word of the later text that stayed from somewhere else is nobody else's new place, so that one of two equal
sentences is not taken for the other when it goes.

Offsets are code points, end-exclusive. Time: that of the comparison, and near nothing for words that stayed.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal

from rapidfuzz import fuzz

from articles.comparing import Comparison, Words, compare

Kind = Literal["exact", "moved", "fuzzy", "lost"]
Span = tuple[int, int]
Range = tuple[int, int]  # of words

CONTEXT = 6  # words before and after that tell one place from another
CLEARLY = 2  # so many words of context more make a place the one, among places with the same words
LEAST = 0.6  # of a likeness (Indel, by characters): below it, other words are other words
NEXT_BEST = 0.08  # a likeness so near the best one leaves open which is meant
NEAR = 60  # words around a claim within which its source and cue are looked for
ENOUGH = 4  # so many words in a row are recognised without any context
REACH = 20  # words by which the ends of a reworded quotation may lie outside of what stayed of it
_CANDIDATES = 8  # sentences looked at closely, for one quotation
_RAREST = 3  # words of a quotation by which it is looked up
_STRAYS = 0.25  # so much of a reworded quotation may be words that happen to have stayed from elsewhere
_COMMON = 0.2  # a word in more than this part of the sentences tells them apart no more


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of one claim, and beside them those that say whose it is: any of these may be missing later."""

    content: tuple[Span, ...]
    beside: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quotation stands now. `confidence` 0 to 1: of a fuzzy one, how like the words are. Lost: no spans."""

    kind: Kind
    confidence: float = 0.0
    content: tuple[Span, ...] = ()
    beside: tuple[Span | None, ...] = ()
    ambiguous: bool = False  # lost because more than one place would do


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one span's words went, as a range of words of the later text."""

    kind: Kind
    confidence: float = 0.0
    words: Range = (0, 0)
    span: Span = (0, 0)
    ambiguous: bool = False


_LOST, _AMBIGUOUS = _Place("lost"), _Place("lost", ambiguous=True)


def reanchor(old: str, new: str, quotations: Sequence[Quotation]) -> list[Anchor]:
    """Where each of `quotations`, spans of `old`, stands in `new`. Raises ValueError for a span outside of `old`."""
    for quotation in quotations:
        for start, end in (*quotation.content, *quotation.beside):
            if not 0 <= start < end <= len(old):
                raise ValueError(f"span {start}-{end} is not inside a text of {len(old)} characters")
    texts = _Texts(compare(old, new))
    return [texts.anchor(quotation) for quotation in quotations]


def occurrences(text: str, quote: str) -> list[Span]:
    """Every place where the words of `quote` stand in `text`, whatever the space and the kind of quotation marks."""
    words, wanted = Words(text), Words(quote).folded
    size = len(wanted)
    starts = range(len(words) - size + 1) if size else ()
    return [
        (words.starts[at], words.ends[at + size - 1])
        for at in starts
        if words.folded[at : at + size] == wanted
    ]


class _Texts:
    """Both texts, with what looking for many quotations has in common."""

    def __init__(self, comparison: Comparison) -> None:
        self.old, self.new = comparison.old, comparison.new
        self.blocks = comparison.blocks
        self.block_starts = [block.old for block in self.blocks]
        # The words of the later text that did not stay from the earlier one, as ranges.
        edges = [0, *(edge for one in self.blocks for edge in (one.new, one.new + one.size)), len(self.new)]
        self.came = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]
        self.came_starts = [start for start, _ in self.came]
        # How many words, signs not counted, stayed from the earlier text before each place of the later one.
        stayed = [0] * (len(self.new) + 1)
        for block in self.blocks:
            for at in range(block.new, block.new + block.size):
                stayed[at + 1] = self.new.folded[at][0].isalnum()
        self.kept = list(accumulate(stayed))

    def anchor(self, quotation: Quotation) -> Anchor:
        spans = sorted(quotation.content)
        places = [self.place(span) for span in spans]
        lengths = [end - start for start, end in spans]
        found = [place for place in places if place.kind != "lost"]
        confidence = sum(
            place.confidence * length for place, length in zip(places, lengths, strict=True)
        ) / max(sum(lengths), 1)
        if not found or confidence < LEAST or not _in_order(found):
            return Anchor("lost", ambiguous=any(place.ambiguous for place in places))
        kind = found[0].kind
        if len(found) < len(places) or any(place.kind == "fuzzy" for place in places):
            kind = "fuzzy"
        elif any(place.kind == "moved" for place in places):
            kind = "moved"
        first = places.index(found[0])
        shift = found[0].words[0] - self._words_of(spans[first])[0]
        return Anchor(
            kind,
            round(confidence, 4),
            tuple(place.span for place in found),
            tuple(self.beside(span, shift, found) for span in quotation.beside),
        )

    def place(self, span: Span) -> _Place:
        """Where the words of one span of content went."""
        words = self._words_of(span)
        if words[0] == words[1]:  # no word at all
            return _LOST
        if stayed := self._stayed(span, words):
            return stayed if self._is_the_one(words, stayed) else _AMBIGUOUS
        moved = self._moved(span, words)
        return moved if moved.kind != "lost" or moved.ambiguous else self._like(words)

    def beside(self, span: Span, shift: int, found: Sequence[_Place]) -> Span | None:
        """Where a source or cue went: where it was, or as far from its claim's words as it stood, or near them."""
        words = self._words_of(span)
        if words[0] == words[1]:
            return None
        if (stayed := self._stayed(span, words)) and found[0].kind != "moved":
            return stayed.span
        if self._is_here(words, words[0] + shift):
            return self._span(span, words, words[0] + shift)
        start = max(0, found[0].words[0] - NEAR)
        end = min(len(self.new), found[-1].words[1] + NEAR)
        wanted = words[0] + shift
        near = [at for at in range(start, end - (words[1] - words[0]) + 1) if self._is_here(words, at)]
        best = min(near, key=lambda at: abs(at - wanted), default=None)
        return None if best is None else self._span(span, words, best)

    # ---- Word for word

    def _stayed(self, span: Span, words: Range) -> _Place | None:
        """The span's place if all of its words stayed, together."""
        at = bisect_right(self.block_starts, words[0]) - 1
        if at < 0:
            return None
        block = self.blocks[at]
        if words[1] > block.old + block.size:
            return None
        here = block.new + words[0] - block.old
        before, after = self._context(words, here)
        # A few words alone among others that changed may be any like them.
        if words[1] - words[0] < ENOUGH and before + after < CLEARLY:
            return None
        sure = 1.0 if min(before, after) == CONTEXT else 0.9 + 0.1 * (before + after) / (2 * CONTEXT)
        return _Place("exact", sure, (here, here + words[1] - words[0]), self._span(span, words, here))

    def _is_the_one(self, words: Range, stayed: _Place) -> bool:
        """Whether no place where the same words came in is about as much like the old one: a copy stands for nothing."""
        context = sum(self._context(words, stayed.words[0]))
        return context == 2 * CONTEXT or all(
            context - sum(self._context(words, at)) >= CLEARLY for at in self._came_word_for_word(words)
        )

    def _moved(self, span: Span, words: Range) -> _Place:
        size = words[1] - words[0]
        ranked = sorted(
            ((sum(self._context(words, at)), at) for at in self._came_word_for_word(words)), reverse=True
        )
        if not ranked:
            return _LOST
        context, here = ranked[0]
        if len(ranked) > 1 and context - ranked[1][0] < CLEARLY:
            return _AMBIGUOUS
        if size < ENOUGH and context < CLEARLY:
            return _LOST
        sure = 0.75 + 0.2 * context / (2 * CONTEXT)
        return _Place("moved", sure, (here, here + size), self._span(span, words, here))

    def _came_word_for_word(self, words: Range) -> list[int]:
        """Every place where these words stand and is not something else's."""
        size = words[1] - words[0]
        own = self._stayed_of(words)
        # By its rarest words: one may have been aligned with the same word of another sentence.
        rare = sorted(
            (len(places), at - words[0])
            for at in range(*words)
            if (places := self._came_at.get(self.old.folded[at], ()))
        )[:_RAREST]
        starts = sorted(
            {at - into for _, into in rare for at in self._came_at[self.old.folded[words[0] + into]]}
        )
        return [at for at in starts if self._is_here(words, at) and not self._is_others((at, at + size), own)]

    @cached_property
    def _came_at(self) -> dict[str, list[int]]:
        """Per word, where it came in."""
        places: dict[str, list[int]] = defaultdict(list)
        for start, end in self.came:
            for at in range(start, end):
                places[self.new.folded[at]].append(at)
        return places

    def _is_here(self, words: Range, at: int) -> bool:
        size = words[1] - words[0]
        return at >= 0 and self.new.folded[at : at + size] == self.old.folded[words[0] : words[1]]

    def _context(self, words: Range, here: int) -> tuple[int, int]:
        """How many words before and after are the same in both places; at both texts' edges, all that are wanted."""
        old, new = self.old.folded, self.new.folded
        before = after = 0
        start, end, here_end = words[0], words[1], here + words[1] - words[0]
        while before < CONTEXT:
            if start - before == here - before == 0:
                before = CONTEXT
            elif min(start, here) - before <= 0 or old[start - before - 1] != new[here - before - 1]:
                break
            else:
                before += 1
        while after < CONTEXT:
            ends = end + after == len(old), here_end + after == len(new)
            if all(ends):
                after = CONTEXT
            elif any(ends) or old[end + after] != new[here_end + after]:
                break
            else:
                after += 1
        return before, after

    # ---- In other words

    def _like(self, words: Range) -> _Place:
        """The place whose words are most like these, if it is clearly the one."""
        if words[1] - words[0] < ENOUGH:
            return _LOST
        quote = self._plain(self.old, words)
        ranked = sorted(
            ((self._likeness(quote, here), here) for here in self._candidates(quote, words)),
            key=lambda one: (-one[0], one[1]),
        )
        if not ranked or ranked[0][0] < LEAST:
            return _LOST
        likeness, here = ranked[0]
        first, last = here
        elsewhere = [one for one, other in ranked if other[1] <= first or last <= other[0]]
        if elsewhere and likeness - elsewhere[0] < NEXT_BEST:
            return _AMBIGUOUS
        return _Place("fuzzy", min(likeness, 0.99), here, (self.new.starts[first], self.new.ends[last - 1]))

    def _stayed_of(self, words: Range) -> list[Range]:
        """Where those of the words stand that stayed."""
        kept: list[Range] = []
        at = max(0, bisect_right(self.block_starts, words[0]) - 1)
        for block in self.blocks[at:]:
            if block.old >= words[1]:
                break
            start, end = max(words[0], block.old), min(words[1], block.old + block.size)
            if start < end:
                kept.append((block.new + start - block.old, block.new + end - block.old))
        return kept

    def _remains(self, quote: str, words: Range, kept: Sequence[Range]) -> Range | None:
        """What stayed of the words, with what came in among it and at its ends; None where it was torn apart."""
        if not kept or kept[-1][1] - kept[0][0] > 3 * (words[1] - words[0]):
            return None
        here = (kept[0][0], kept[-1][1])
        low = (self._came_around(here[0] - 1) or here)[0]
        high = (self._came_around(here[1]) or here)[1]
        return self._best_cut(quote, here, max(low, here[0] - REACH), min(high, here[1] + REACH))

    def _came_around(self, at: int) -> Range | None:
        """The stretch that came in, if the word `at` is part of one."""
        which = bisect_right(self.came_starts, at) - 1
        return self.came[which] if which >= 0 and at < self.came[which][1] else None

    def _candidates(self, quote: str, words: Range) -> Iterator[Range]:
        """Stretches of the later text that could be these words in another wording, each cut as well as it can be."""
        kept = self._stayed_of(words)
        tried: set[Range] = set()
        if here := self._remains(quote, words, kept):
            tried.add(here)
            yield here
        wanted = {word for word in self.old.folded[words[0] : words[1]] if word[0].isalnum()}
        shared: Counter[int] = Counter()
        for word in wanted:
            units = self._units_with.get(word, ())
            if len(units) <= max(3, _COMMON * len(self.new.units)):
                shared.update(units)
        for unit, _ in sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:_CANDIDATES]:
            here = self._cut(quote, words, unit)
            if here and here not in tried and not self._is_others(here, kept):
                tried.add(here)
                yield here

    def _is_others(self, here: Range, own: Sequence[Range]) -> bool:
        """Whether much of this stretch stayed from elsewhere: then it is something else's place."""
        mine = sum(
            self.kept[min(end, here[1])] - self.kept[max(start, here[0])]
            for start, end in own
            if max(start, here[0]) < min(end, here[1])
        )
        return self.kept[here[1]] - self.kept[here[0]] - mine > _STRAYS * (here[1] - here[0])

    @cached_property
    def _units_with(self) -> dict[str, list[int]]:
        """Per word, the sentences of the later text that have it and did not stay whole."""
        found: dict[str, list[int]] = defaultdict(list)
        words = list(accumulate((one[0].isalnum() for one in self.new.folded), initial=0))
        for unit, (start, end) in enumerate(self.new.units):
            if self.kept[end] - self.kept[start] < words[end] - words[start]:
                for word in set(self.new.folded[start:end]):
                    found[word].append(unit)
        return found

    def _cut(self, quote: str, words: Range, unit: int) -> Range | None:
        """The stretch around a sentence that is most like `quote`."""
        begin, end = self.new.units[unit]
        size = words[1] - words[0]
        low, high = max(0, begin - size), min(len(self.new), end + size)
        found = fuzz.partial_ratio_alignment(quote, self._plain(self.new, (low, high)))
        if found is None:
            return None
        ends = self._plain_ends(low, high)
        first = low + bisect_right(ends, found.dest_start)
        last = min(high, low + bisect_right(ends, max(found.dest_start, found.dest_end - 1)) + 1)
        return self._best_cut(quote, (min(first, high - 1), max(last, first + 1)), low, high)

    def _best_cut(self, quote: str, here: Range, low: int, high: int) -> Range:
        """`here`, its ends moved word by word, within `low` and `high`, to where it is most like `quote`."""
        best = self._likeness(quote, here)
        while True:
            around = [
                (here[0] + left, here[1] + right)
                for left, right in ((-1, 0), (1, 0), (0, -1), (0, 1))
                if low <= here[0] + left < here[1] + right <= high
            ]
            better = max(((self._likeness(quote, one), one) for one in around), default=(0.0, here))
            if better[0] <= best:
                return here
            best, here = better

    def _likeness(self, quote: str, here: Range) -> float:
        return fuzz.ratio(quote, self._plain(self.new, here)) / 100

    def _plain_ends(self, low: int, high: int) -> list[int]:
        """Where each word ends in `_plain` of this range."""
        ends, at = [], 0
        for word in self.new.folded[low:high]:
            at += len(word) + 1
            ends.append(at - 1)
        return ends

    @staticmethod
    def _plain(words: Words, where: Range) -> str:
        return " ".join(words.folded[where[0] : where[1]])

    # ---- Words and offsets

    def _words_of(self, span: Span) -> Range:
        """The words of the earlier text that the span touches."""
        first = bisect_right(self.old.ends, span[0])
        last = bisect_right(self.old.starts, span[1] - 1)
        return first, max(first, last)

    def _span(self, span: Span, words: Range, here: int) -> Span:
        """The span's offsets where its words stand at `here`: it may begin or end within a word."""
        last = here + words[1] - words[0] - 1
        into = max(0, span[0] - self.old.starts[words[0]])
        short = max(0, self.old.ends[words[1] - 1] - span[1])
        return self.new.starts[here] + into, self.new.ends[last] - short


def _in_order(places: Sequence[_Place]) -> bool:
    """Whether the parts of one claim still follow each other."""
    return all(one.span[1] <= other.span[0] for one, other in pairwise(places))
