"""PolNeAR and ClaimBuster as the network learns them: windows of pieces with a target for each.

The texts are read from a folder given by path; nothing of them is kept in the project.
"""

import json
import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from claims.extraction.decoding import TAG
from claims.extraction.encoding import EDGE, Alphabet, Window, Words, cut_windows, read_words

NONE = -100  # no target here
STRAIGHTENED = str.maketrans("“”„«»’‘", '"""""\'\'')
CHECK_LABELS = {"CFS": 0, "UFS": 1, "NFS": 2}

Record = dict[str, Any]


def load_jsonl(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


@dataclass(slots=True)
class Example:
    """A window with its targets, one a piece: tag, position of a cue's source (0: none), position of a
    content's cue, and the sentence the piece belongs to for check-worthiness. `soft` are a teacher's tag
    log-probabilities for its words, or None.
    """

    window: Window
    tags: list[int]
    source: list[int]
    cue: list[int]
    annotator: int = 0
    sentences: list[int] | None = None  # per piece: which of `checks` it belongs to, else NONE
    checks: list[int] | None = None
    soft: Tensor | None = None


@dataclass(slots=True)
class Gold:
    """An article's words with what was annotated: a tag a word; a cue's source; a content word's cue (words, -1)."""

    words: Words
    tags: list[int]
    source_of: dict[int, int]  # a cue's first word -> its source's first word, -1 for none
    cue_of: dict[int, int]  # a content word -> its cue's first word


def read_gold(article: Record, *, straighten: bool = False) -> Gold:
    """Attributions as tags and links. A word annotated twice keeps what was annotated first."""
    text = article["text"].translate(STRAIGHTENED) if straighten else article["text"]
    words = read_words(text)
    tags = [TAG["O"]] * len(words)
    gold = Gold(words, tags, {}, {})
    for attribution in article["attributions"]:
        first: dict[str, int] = {}
        content: list[int] = []
        for role in ("source", "cue", "content"):
            for start, end in attribution[role]:
                touched = words_in(words, start, end)
                for k, i in enumerate(touched):
                    if tags[i] == TAG["O"]:
                        begins = k == 0 or tags[touched[k - 1]] not in (TAG["B-" + role], TAG["I-" + role])
                        tags[i] = TAG[("B-" if begins else "I-") + role]
                        if role == "content":
                            content.append(i)
                if touched:
                    first.setdefault(role, touched[0])
        if "cue" in first:
            gold.source_of[first["cue"]] = first.get("source", -1)
            gold.cue_of.update(dict.fromkeys(content, first["cue"]))
    return gold


def words_in(words: Words, start: int, end: int) -> list[int]:
    """The numbers of the words that share a character with [start, end)."""
    i = bisect_left(words.ends, start + 1)
    found = []
    while i < len(words) and words.starts[i] < end:
        found.append(i)
        i += 1
    return found


class Attributions:
    """PolNeAR articles as examples, cut anew in each pass."""

    def __init__(
        self, articles: list[Record], alphabet: Alphabet, annotators: list[str], *, size: int
    ) -> None:
        self.articles = articles
        self.alphabet = alphabet
        self.annotators = {name: number for number, name in enumerate(annotators, 1)}
        self.size = size
        self.soft: dict[str, Tensor] = {}

    def examples(self, chance: random.Random) -> Iterator[Example]:
        """Every article once: windows begin somewhere else each time, some quotation marks are straightened."""
        for article in self.articles:
            gold = read_gold(article, straighten=chance.random() < 0.15)
            windows = cut_windows(
                gold.words,
                self.alphabet,
                size=self.size,
                first=chance.randrange(self.size // 4, self.size - 2),
            )
            soft = self.soft.get(article["id"])
            for window in windows:
                example = with_targets(window, gold)
                if chance.random() < 0.6:
                    example.annotator = self.annotators.get(article["annotator"], 0)
                if soft is not None:
                    example.soft = soft[[max(word, 0) for word in window.words]].float()
                yield example


def with_targets(window: Window, gold: Gold) -> Example:
    at = {word: position for position, word in enumerate(window.words) if word >= 0}
    size = len(window.ids)
    example = Example(window, [NONE] * size, [NONE] * size, [NONE] * size)
    for word, position in at.items():
        example.tags[position] = gold.tags[word]
        if word in gold.source_of:
            example.source[position] = at.get(gold.source_of[word], 0)
        if word in gold.cue_of:
            example.cue[position] = at.get(gold.cue_of[word], 0)
    return example


class Checks:
    """ClaimBuster's sentences as examples: a few unrelated ones a window, each a paragraph of its own."""

    def __init__(self, sentences: list[Record], alphabet: Alphabet) -> None:
        self.sentences = sentences
        self.alphabet = alphabet

    def examples(self, chance: random.Random) -> Iterator[Example]:
        order = list(self.sentences)
        chance.shuffle(order)
        while order:
            group = [order.pop() for _ in range(min(len(order), chance.choice((1, 1, 2, 3))))]
            words = read_words("\n".join(" ".join(record["text"].split()) for record in group))
            for window in cut_windows(words, self.alphabet, size=256):
                blank = [NONE] * len(window.ids)
                sentences = [words.paragraphs[w] if w >= 0 else NONE for w in window.words]
                checks = [CHECK_LABELS[record["label3"]] for record in group]
                yield Example(window, blank, blank, blank, sentences=sentences, checks=checks)


def batches(examples: Iterable[Example], *, pieces: int, chance: random.Random) -> list[list[Example]]:
    """Examples of like length together, about `pieces` pieces a batch, in random order."""
    order = sorted(examples, key=lambda e: len(e.window.ids) + chance.random() * 24)
    result: list[list[Example]] = [[]]
    for example in order:
        longest = max(len(example.window.ids), max((len(e.window.ids) for e in result[-1]), default=0))
        if result[-1] and longest * (len(result[-1]) + 1) > pieces:
            result.append([])
        result[-1].append(example)
    chance.shuffle(result)
    return result


def tensors(batch: list[Example], padding: int) -> dict[str, Tensor]:
    """A batch as padded tensors: ids, mask, features, tags, source, cue (batch, length); annotator (batch,)."""
    length = max(len(example.window.ids) for example in batch)

    def padded(rows: list[list[int]], fill: int) -> Tensor:
        return torch.tensor([row + [fill] * (length - len(row)) for row in rows])

    result = {
        "ids": padded([e.window.ids for e in batch], padding),
        "mask": padded([[1] * len(e.window.ids) for e in batch], 0),
        "features": padded([e.window.features for e in batch], EDGE),
        "tags": padded([e.tags for e in batch], NONE),
        "source": padded([e.source for e in batch], NONE),
        "cue": padded([e.cue for e in batch], NONE),
        "annotator": torch.tensor([e.annotator for e in batch]),
    }
    if any(e.soft is not None for e in batch):
        soft = torch.zeros(len(batch), length, 7)
        for row, example in enumerate(batch):
            if example.soft is not None:
                soft[row, : len(example.window.ids)] = example.soft
        result["soft"] = soft
    return result
