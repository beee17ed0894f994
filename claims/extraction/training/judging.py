"""Fitting what decides which candidates to give: the logistic model behind `decoding.probability`.

It is fitted on articles that the network did not learn from: on those it did, it is surer than it should be.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from claims.extraction.decoding import Candidate, Scored, choose, pool
from claims.extraction.encoding import Words
from claims.extraction.training.data import Record, words_in

READINGS = [-0.6, 0.0, 0.4, 0.8, 1.4]  # how eager each reading is, see decoding.candidates
SHRINKAGE = 20.0  # where the log-loss on the kept articles is least, each seventh judged by the other six
ALIKE = 0.5  # Jaccard of word tokens from which two spans count as one


@dataclass(frozen=True, slots=True)
class Scores:
    """Whole attributions right, found and annotated, over some articles."""

    right: int
    found: int
    gold: int

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.gold) if self.found + self.gold else 0.0


def fit_judge(
    articles: list[Record], readings: list[tuple[Words, list[Scored]]]
) -> tuple[list[float], float]:
    """(the weights of `decoding.probability`, the threshold with the best F1) by these articles."""
    held = [[item for part in scored for item in pool(words, part, READINGS)] for words, scored in readings]
    right = [
        [is_right(words, item, golds) for item in items]
        for (words, _), items, golds in zip(readings, held, map(gold_words, articles, readings), strict=True)
    ]
    signs = np.array([item.signs for items in held for item in items])
    weights = logistic(signs, np.array([float(ok) for oks in right for ok in oks]), SHRINKAGE)
    options = [round(0.3 + 0.02 * n, 2) for n in range(11)]
    best = max(options, key=lambda threshold: score(articles, readings, weights, threshold).f1)
    return weights, best


def score(
    articles: list[Record], readings: list[tuple[Words, list[Scored]]], weights: list[float], threshold: float
) -> Scores:
    """How many of the annotated attributions are given, each found one counted for one annotated."""
    right = found = gold = 0
    for article, (words, scored) in zip(articles, readings, strict=True):
        golds = gold_words(article, (words, scored))
        chosen = [pair for part in scored for pair in choose(words, part, READINGS, weights, threshold)]
        left = list(golds)
        for _, item in chosen:
            match = next((g for g in left if agrees(words, item, g)), None)
            if match is not None:
                left.remove(match)
                right += 1
        found += len(chosen)
        gold += len(golds)
    return Scores(right, found, gold)


Gold = tuple[frozenset[int], frozenset[int]]  # words of the content, of the source


def gold_words(article: Record, reading: tuple[Words, list[Scored]]) -> list[Gold]:
    words = reading[0]

    def of(spans: list[list[int]]) -> frozenset[int]:
        return spoken(words, [i for start, end in spans for i in words_in(words, start, end)])

    return [(of(a["content"]), of(a["source"])) for a in article["attributions"]]


def spoken(words: Words, numbers: list[int]) -> frozenset[int]:
    """Word tokens alone: marks cost nothing. A span of marks alone is compared by them."""
    return frozenset(i for i in numbers if words.text[words.starts[i]].isalnum()) or frozenset(numbers)


def is_right(words: Words, item: Candidate, golds: list[Gold]) -> bool:
    return any(agrees(words, item, gold) for gold in golds)


def agrees(words: Words, item: Candidate, gold: Gold) -> bool:
    content, source = gold
    mine = spoken(words, [i for piece in item.content for i in piece])
    if jaccard(mine, content) < ALIKE:
        return False
    return jaccard(spoken(words, item.source), source) >= ALIKE if source or item.source else True


def jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0


def logistic(signs: NDArray[np.float64], right: NDArray[np.float64], ridge: float = 1.0) -> list[float]:
    """Weights and constant of a logistic regression with a ridge, by Newton's method."""
    mean, spread = signs.mean(0), signs.std(0) + 1e-6
    x = np.c_[(signs - mean) / spread, np.ones(len(signs))]
    penalty = np.diag(np.r_[np.full(signs.shape[1], ridge), 1e-6])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - right) + penalty @ weights
        weights -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + penalty, slope)
    plain = weights[:-1] / spread
    return [round(float(w), 5) for w in [*plain, weights[-1] - float(plain @ mean)]]
