"""Learn the weights of the pronoun ranker: `python -m claims.extraction.training.pronouns --gap DIR [--news FILE]`.

GAP (development to learn from, validation to look at) holds Wikipedia's ambiguous pronouns with two names each. News
differs: there "he" is often who spoke last. So sentences of news are learned from too: attributions (JSON lines with
"text" and "attributions") whose "he" or "she" only one person in reach can be by gender, with the genders then hidden.
The texts are read where they lie; only weights are written. Nothing is left to chance: all examples are learned from at
once, so that the same texts give the same weights.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claims.extraction.cast import Cast, Person, Resolved
from claims.extraction.coreference import Speakers
from claims.extraction.document import read_document
from claims.extraction.lexicon import FOLDER
from claims.extraction.pointing import read_question
from claims.extraction.ranking import HE, SHE, Candidate, rank_all, read_pronoun

Array = NDArray[np.float64]
NEWS_WEIGHT = 4.0  # there are few of them
STEPS = 3_000
GENDER_DIFFERS = (
    -3.0
)  # set, not learned: GAP's two names are of one gender, so that theirs differ only by mistake


@dataclass
class Example:
    """One pronoun: the features of each candidate, and which of them are right (none: somebody else is)."""

    found: list[dict[str, float]]
    right: list[bool]
    open_others: int  # candidates from here on may be right too when no earlier one is
    weight: float = 1.0
    said: bool = False  # the pronoun is who says something: it has weights of its own beside the general ones


def gap_examples(path: Path) -> Iterator[Example]:
    for row in csv.DictReader(
        path.open(encoding="utf-8", newline=""), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        spans = [(int(row[f"{k}-offset"]), int(row[f"{k}-offset"]) + len(row[k])) for k in "AB"]
        question = read_question(row["Text"], int(row["Pronoun-offset"]), spans)
        if question is None:
            continue
        pronoun, candidates = question
        right = [row["A-coref"] == "TRUE", row["B-coref"] == "TRUE", *[False] * (len(candidates) - 2)]
        yield Example(rank_all(pronoun, candidates), right, 2)


def news_examples(path: Path) -> Iterator[Example]:
    """Pronouns that are sources and whose gender alone decides; with genders hidden."""
    for line in path.open(encoding="utf-8"):
        yield from article_examples(json.loads(line))


def article_examples(article: dict[str, Any]) -> Iterator[Example]:
    document = read_document(article["text"], article.get("title", ""))
    cast = Cast(document, "")
    speakers = Speakers(document, cast)
    sources = sorted({tuple(a["source"][0]) for a in article["attributions"] if a["source"]})
    for start, end in sources:
        sentence = next((s for s in document.sentences if s.start <= start < s.end), None)
        word = article["text"][start:end].lower()
        if sentence is None:
            continue
        if word not in HE | SHE:
            speakers.note(start, speakers.resolve((start, end), sentence))
            continue
        gender = "m" if word in HE else "f"
        pronoun = read_pronoun(document, sentence, start, "")
        candidates = speakers.pronouns.candidates(pronoun, sentence)
        if sure := only_fitting(candidates, gender):
            person = sure.key
            assert isinstance(person, Person)
            speakers.note(start, Resolved(person.name, "person", 1.0, "pronoun", person))
            if len(candidates) > 1:
                hidden = [replace(candidate, gender="u") for candidate in candidates]
                yield Example(
                    rank_all(pronoun, hidden),
                    [c is sure for c in candidates],
                    len(hidden),
                    NEWS_WEIGHT,
                    said=True,
                )
        elif heard := next((who for _, who in reversed(speakers.history) if may_be(who, gender)), None):
            speakers.note(start, heard)  # as good a guess as any without weights: who spoke last


def may_be(who: Resolved, gender: str) -> bool:
    return who.person is not None and who.person.gender in ("u", gender)


def only_fitting(candidates: Sequence[Candidate], gender: str) -> Candidate | None:
    """The one candidate of a gender, when that of all the others is known and another."""
    if any(c.gender == "u" or not isinstance(c.key, Person) for c in candidates):
        return None
    fitting = [c for c in candidates if c.gender == gender]
    return fitting[0] if len(fitting) == 1 else None


def matrices(examples: Sequence[Example], names: Sequence[str]) -> list[tuple[Array, Array, float]]:
    """(features with a row of nought for "somebody else", which rows may be right, weight) of each example."""
    index = {name: i for i, name in enumerate(names)}
    result = []
    for example in examples:
        rows = np.zeros((len(example.found) + 1, 2 * len(names)))
        for r, found in enumerate(example.found):
            for name, value in found.items():
                rows[r, index[name]] = value
                if example.said:
                    rows[r, len(names) + index[name]] = value
        right = np.array([*example.right, False], dtype=float)
        if not any(example.right):
            right[example.open_others :] = 1.0
        result.append((rows, right, example.weight))
    return result


def learn(data: Sequence[tuple[Array, Array, float]], size: int, ridge: float) -> Array:
    """Weights that make the right rows likeliest: Adam over all examples at once."""
    stacked = np.concatenate([rows for rows, _, _ in data])
    right = np.concatenate([marks for _, marks, _ in data])
    bounds = np.cumsum([0, *[len(marks) for _, marks, _ in data]])[:-1]
    group = np.repeat(np.arange(len(data)), [len(marks) for _, marks, _ in data])
    weight = np.array([w for _, _, w in data])[group]
    values, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, STEPS + 1):
        scores = stacked @ values
        scores -= np.maximum.reduceat(scores, bounds)[group]
        raised = np.exp(scores)
        likely = raised / np.add.reduceat(raised, bounds)[group]
        good = raised * right
        wanted = good / np.maximum(np.add.reduceat(good, bounds)[group], 1e-12)
        slope = stacked.T @ ((likely - wanted) * weight) / len(data) + ridge * values
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope**2
        values -= 0.02 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return values


def report(name: str, data: Sequence[tuple[Array, Array, float]], values: Array, asked: int | None) -> None:
    """Accuracy among the candidates asked about and "none", and how often each confidence is right."""
    hits, sure = [], []
    for rows, right, _ in data:
        scores = rows @ values
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        among = len(right) - 1 if asked is None else asked
        best = int(np.argmax(likely[:among])) if among else -1
        rest = 1.0 - float(likely[:among].sum())
        given = best if best >= 0 and likely[best] >= max(rest, 0.0) else -1
        truth = next((i for i in range(among) if right[i] and (asked is None or right[:among].any())), -1)
        hits.append(given == truth)
        sure.append((float(likely[best]), best == truth))
    told = [f"{name}: {np.mean(hits):.3f} of {len(hits)} right"]
    for low, high in ((0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        inside = [ok for p, ok in sure if low <= p < high]
        if inside:
            told.append(f"{low}-{min(high, 1)}: {np.mean(inside):.2f} of {len(inside)}")
    sys.stdout.write("; ".join(told) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--gap", type=Path, required=True, help="folder with gap-development.tsv, gap-validation.tsv"
    )
    parser.add_argument("--news", type=Path, help="attributions to learn from")
    parser.add_argument("--news-check", type=Path, help="attributions to look at")
    parser.add_argument("--ridge", type=float, default=0.002)
    parser.add_argument("--out", type=Path, default=FOLDER / "pronoun_weights.txt")
    options = parser.parse_args()
    gap = list(gap_examples(options.gap / "gap-development.tsv"))
    news = list(news_examples(options.news)) if options.news else []
    examples = [*gap, *news]
    names = sorted({name for example in examples for found in example.found for name in found})
    values = learn(matrices(examples, names), 2 * len(names), options.ridge)
    values[names.index("gender differs")] = GENDER_DIFFERS
    report("GAP development", matrices(gap, names), values, 2)
    report(
        "GAP validation", matrices(list(gap_examples(options.gap / "gap-validation.tsv")), names), values, 2
    )
    if news:
        report("news learned from", matrices(news, names), values, None)
    if options.news_check:
        report("news to check", matrices(list(news_examples(options.news_check)), names), values, None)
    with options.out.open("w", encoding="utf-8") as out:
        out.write("# What speaks for somebody being whom a pronoun stands for: feature = weight, and\n")
        out.write("# weight where the pronoun is who says something (training/pronouns.py)\n")
        for name, value, added in zip(names, values, values[len(names) :], strict=False):
            out.write(f"{name} = {value:.3f} {value + added:.3f}\n")


if __name__ == "__main__":
    main()
