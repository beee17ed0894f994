"""The simplest rankers of sentences worth checking, measured where the extractor's own is: `docs/quality.md` tells them.

Needs scikit-learn, which the project does not: in a venv of its own, `python -m benchmarks.checkworthy_baselines`
prints what `benchmarks.published` holds as constants. TF-IDF of words and word pairs, alone or with thirteen cues
that anybody could count, under a logistic regression; trained on the training debates, C chosen there by debate.
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.shareddata import SHARED, load_scorer, read_jsonl

FOLDER = SHARED / "checkworthy"
SETS = ("claimbuster_dev", "claimbuster_groundtruth_dev")
PENALTIES = (0.3, 1.0, 3.0, 10.0)
FOLDS = 5
_WORD_CUES = (
    r"\b\d[\d,.]*\b",
    r"[$£€%]|\bper ?cent\b|\bpercent\b|\bdollars?\b",
    r"\b(?:thousand|million|billion|trillion|half|third|quarter|dozens?|hundreds?)s?\b",
    r"\b(?:1[89]|20)\d\d\b|\byears?\b|\bmonths?\b",
    r"\b(?:more|less|fewer|most|least|than|highest|lowest|\w+est)\b",
    r"\b(?:was|were|had|did|\w+ed)\b",
    r"\b(?:has|have|'ve|'s) (?:been|\w+ed)\b",
    r"\b(?:I|my|me)\b(?: (?:think|believe|feel|want|hope))?",
    r"\b(?:will|would|should|must|ought|going to|let's)\b",
    r"\?",
    r"\b(?:no|not|never|nobody|\w+n't)\b",
    r"(?<=[a-z,] )[A-Z]\w+",
)


def cues(sentence: str) -> list[float]:
    """Twelve counts of words that go with facts or with their absence, and the length; all damped."""
    counts = [len(re.findall(pattern, sentence)) for pattern in _WORD_CUES]
    return [math.log1p(count) for count in [*counts, len(sentence.split())]]


def features(train: Sequence[str], others: Sequence[Sequence[str]], *, with_cues: bool) -> list[Any]:
    """The training sentences and each other list as sparse rows."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"[\w']+")
    rows = [words.fit_transform(train), *(words.transform(sentences) for sentences in others)]
    if not with_cues:
        return rows
    counted = [csr_matrix([cues(sentence) for sentence in sentences]) for sentences in (train, *others)]
    return [hstack([row, count]).tocsr() for row, count in zip(rows, counted, strict=True)]


def measure(*, with_cues: bool) -> dict[str, dict[str, float]]:
    """AP, F1 at 0.5 and best F1 on each set."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, GroupKFold

    scorer = load_scorer(FOLDER / "score_checkworthy.py")
    train, *tests = ([*read_jsonl(FOLDER / f"{name}.jsonl")] for name in ("claimbuster_train", *SETS))
    known, *rows = features(
        [r["text"] for r in train], [[r["text"] for r in test] for test in tests], with_cues=with_cues
    )
    search = GridSearchCV(
        LogisticRegression(solver="liblinear", max_iter=1000),
        {"C": list(PENALTIES)},
        scoring="average_precision",
        cv=GroupKFold(FOLDS),
    )
    search.fit(known, [r["label"] for r in train], groups=[r["group"] for r in train])
    found = {}
    for name, test, row in zip(SETS, tests, rows, strict=True):
        pairs = [(float(p), r["label"]) for p, r in zip(search.predict_proba(row)[:, 1], test, strict=True)]
        found[name] = {
            "AP": 100 * scorer.ap(scorer.order(pairs)),
            "F1": 100 * scorer.prf(pairs, 0.5)[2],
            "best F1": 100 * scorer.best_f1(pairs)[0],
        }
    return found


def main(folder: Path = FOLDER) -> None:
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there")
    for name, with_cues in (("TF-IDF", False), ("TF-IDF + 13 cues", True)):
        for where, figures in measure(with_cues=with_cues).items():
            told = "  ".join(f"{figure} {value:.1f}" for figure, value in figures.items())
            print(f"{name:<18} {where:<28} {told}")


if __name__ == "__main__":
    main()
