"""A text as the learned tagger reads it: words, their features, word pieces, and windows of pieces.

Training and extraction share this module, so that a model never meets a text cut in another way than it learned.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

WORD = re.compile(r"\w+(?:['’]\w+)*|''|’’|``|[^\w\s]")
OPENING, CLOSING, STRAIGHT = frozenset("“„«") | {"``"}, frozenset("”»") | {"''", "’’"}, '"'
LOUD_SAMPLE = 20_000  # characters
LONGEST_WORD = 8  # pieces; what is longer is no word of any language
SHAPES = 6  # other, capital, capitals, digit, punctuation, quotation mark
QUOTATION_MARK = 5
FEATURES = 2 * SHAPES  # a word's shape, in and outside quotation marks
EDGE = 8  # the feature of [CLS] and [SEP]: punctuation outside quotation marks

Pieces = Callable[[str], list[int]]


@dataclass(frozen=True, slots=True)
class Words:
    """The words and marks of a text: code point spans, paragraph numbers, features, all of one length."""

    text: str
    starts: list[int]
    ends: list[int]
    paragraphs: list[int]
    features: list[int]

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(slots=True)
class Window:
    """A stretch of pieces that the encoder reads at once.

    `ids`, `features` and `words` have one entry a piece; `words` is the number of the word that the piece
    begins, else -1.
    """

    ids: list[int]
    features: list[int]
    words: list[int]


def read_words(text: str) -> Words:
    """Cut a text into words. What is in quotation marks starts anew in each paragraph (line)."""
    starts: list[int] = []
    ends: list[int] = []
    paragraphs: list[int] = []
    features: list[int] = []
    paragraph, inside, last = 0, False, 0
    loud = is_loud(text)
    for match in WORD.finditer(text):
        start, end = match.span()
        if start > last and "\n" in text[last:start]:
            paragraph, inside = paragraph + 1, False
        last = end
        word = match.group()
        if word in OPENING:
            quoted = inside = True
        elif word in CLOSING:
            quoted, inside = True, False
        elif word == STRAIGHT:
            quoted, inside = True, not inside
        else:
            quoted = inside
        starts.append(start)
        ends.append(end)
        paragraphs.append(paragraph)
        features.append(2 * shape(word.lower() if loud else word) + quoted)
    return Words(text, starts, ends, paragraphs, features)


def is_loud(text: str) -> bool:
    """Whether most letters are capitals, which then tell nothing."""
    sample = text[:LOUD_SAMPLE]
    return sum(map(str.isupper, sample)) > sum(map(str.islower, sample))


def shape(word: str) -> int:
    """0 other, 1 Capital, 2 CAPITALS, 3 digits, 4 punctuation, 5 quotation mark."""
    first = word[0]
    if word in OPENING or word in CLOSING or word == STRAIGHT:
        return QUOTATION_MARK
    if not first.isalnum():
        return 4
    if first.isdigit():
        return 3
    if len(word) > 1 and word.isupper():
        return 2
    return 1 if first.isupper() else 0


@dataclass(frozen=True, slots=True)
class Alphabet:
    """How words become pieces: the ids that frame a window, and a function from a word to its ids."""

    pieces: Pieces
    first: int
    separator: int


def cut_windows(words: Words, alphabet: Alphabet, *, size: int, first: int = 0) -> list[Window]:
    """Windows of at most `size` pieces that cover every word once.

    They are whole paragraphs, packed while they fit; a paragraph too long for one is cut between words.
    `first` makes the first window shorter (pieces), so that training can cut one text in many ways.
    """
    pieces = [
        alphabet.pieces(words.text[s:e])[:LONGEST_WORD] for s, e in zip(words.starts, words.ends, strict=True)
    ]
    cost = [0]  # pieces up to a word, a separator before each paragraph counted
    for i, part in enumerate(pieces):
        new = i > 0 and words.paragraphs[i] != words.paragraphs[i - 1]
        cost.append(cost[-1] + len(part) + new)
    room = size - 2
    windows: list[Window] = []
    begin = 0
    while begin < len(pieces):
        limit = first if first and begin == 0 else room
        end = max(bisect_right(cost, cost[begin] + limit) - 1, begin + 1)
        if end < len(pieces):
            end = place_to_cut(words, begin, end)
        windows.append(make_window(words, pieces, alphabet, begin, end))
        begin = end
    return windows


def place_to_cut(words: Words, begin: int, end: int) -> int:
    """Where a window that has room up to `end` ends: before the last paragraph begun, at a sentence's end, anywhere."""
    at = end
    while at > begin and words.paragraphs[at] == words.paragraphs[at - 1]:
        at -= 1
    if at > begin:
        return at
    for at in range(end, begin + (end - begin) // 2, -1):
        before = at - 1
        if words.features[before] // 2 == QUOTATION_MARK:
            before -= 1
        if words.text[words.starts[before]] in ".!?" and words.starts[at] > words.ends[at - 1]:
            return at
    return end


def make_window(words: Words, pieces: list[list[int]], alphabet: Alphabet, low: int, high: int) -> Window:
    window = Window([alphabet.first], [EDGE], [-1])
    for i in range(low, high):
        if i > low and words.paragraphs[i] != words.paragraphs[i - 1]:
            window.ids.append(alphabet.separator)
            window.features.append(EDGE)
            window.words.append(-1)
        part = pieces[i]
        window.ids += part
        window.features += [words.features[i]] * len(part)
        window.words.append(i)
        window.words += [-1] * (len(part) - 1)
    window.ids.append(alphabet.separator)
    window.features.append(EDGE)
    window.words.append(-1)
    return window
