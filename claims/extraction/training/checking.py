"""Calibrating check-worthiness: the network's sentence scores to probabilities, on debates it did not learn from."""

from collections.abc import Callable

import numpy as np

from claims.extraction.decoding import Scored, word_scores
from claims.extraction.training.data import Record
from claims.extraction.training.judging import logistic

KEPT = 8  # every eighth debate is kept from the network


def split_debates(sentences: list[Record]) -> tuple[list[Record], list[Record]]:
    """(to learn from, to calibrate on): whole debates, so that no speaker's phrase is on both sides."""
    debates = sorted({sentence["group"] for sentence in sentences})
    kept = set(debates[KEPT // 2 :: KEPT])
    return [s for s in sentences if s["group"] not in kept], [s for s in sentences if s["group"] in kept]


def fit_check(sentences: list[Record], read: Callable[[str], list[Scored]]) -> list[float]:
    """Weights and constant over a sentence's three mean scores that give the probability of a check-worthy fact."""
    scores = np.array(
        [
            np.concatenate([word_scores(part, "check") for part in read(" ".join(s["text"].split()))]).mean(0)
            for s in sentences
        ]
    )
    return logistic(scores, np.array([float(s["label3"] == "CFS") for s in sentences]))
