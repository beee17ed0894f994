"""Each set of data, what is measured on it, and where a run went wrong."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import claims.extraction
from benchmarks.owntexts import digest_of_texts, load_texts
from benchmarks.quality.cues import CueRow, cue_rows
from benchmarks.scoring import (
    Score,
    Scores,
    is_ascribed,
    is_chain_right,
    is_speaker_right,
    pair_claims,
    score_claims,
)
from benchmarks.shareddata import SHARED, NotThere, digest, load_scorer, need, read_jsonl, read_tsv
from claims.extraction import extract
from claims.extraction.__main__ import as_json

WORST = 10
CHECKWORTHY_THRESHOLD = 0.5
Record = dict[str, Any]


class NotYet(Exception):
    """The extractor cannot do what a set asks for; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in points of a hundred. `held`: it has a floor; the others are only told."""

    name: str
    what: str
    value: float
    precision: float | None = None
    recall: float | None = None
    held: bool = True


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """How one article went: by its id and counts alone, for most texts are not the project's to show."""

    id: str
    gold: int
    found: int
    right: int

    @property
    def f1(self) -> float:
        return Score(self.right, self.gold, self.found).f1


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one deciding step decided, and how often rightly. `about`: the words, the speaker or the chain."""

    about: str
    step: str
    decided: int
    right: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A set's figures, and the tables that say where they come from."""

    figures: tuple[Figure, ...]
    size: str
    articles: tuple[ArticleRow, ...] = ()
    cues: tuple[CueRow, ...] = ()
    steps: tuple[StepRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DataSet:
    """`measure` raises NotThere when the data is absent and NotYet when the extractor lacks a function."""

    name: str
    what: str
    digest: Callable[[], str]
    measure: Callable[[], Measured]


@dataclass(frozen=True, slots=True)
class Result:
    """A set after a run: measured, or why not. `absent`: what is missing is data, not a function of ours."""

    data: DataSet
    digest: str = ""
    measured: Measured | None = None
    reason: str = ""
    absent: bool = False

    @property
    def figures(self) -> dict[str, Figure]:
        """By full name, "polnear-dev/main"."""
        return {f"{self.data.name}/{f.name}": f for f in (self.measured.figures if self.measured else ())}


def run(data: DataSet) -> Result:
    try:
        told = data.digest()
    except NotThere as missing:
        return Result(data, reason=str(missing), absent=True)
    try:
        return Result(data, told, data.measure())
    except NotThere as missing:
        return Result(data, told, reason=str(missing), absent=True)
    except NotYet as missing:
        return Result(data, told, reason=str(missing))


def points(share: float) -> float:
    return round(100 * share, 2)


# --- Attributions as they are worded


POLNEAR = SHARED / "attribution" / "polnear-dev.jsonl"


def polnear() -> Measured:
    """US political news: every attribution's source, cue and content."""
    path = POLNEAR.with_name("score_attribution.py")
    need(POLNEAR, path)
    scorer = load_scorer(path)
    gold = scorer.load(POLNEAR)
    found = {name: attributions(record) for name, record in gold.items()}
    told = scorer.score(gold, found)
    speech = scorer.score(gold, found, reporting_only=True)
    whole, types, cues = told["attribution"], told["type"], told["cue"]
    figures = (
        _prf("main", "whole attributions, content and source right by half", whole["main"]),
        _prf("reporting-only", "main, of speech alone", speech["attribution"]["main"]),
        _prf("content", "contents right by half, whoever said it", whole["content"]),
        _prf("strict", "content and source to the word", whole["strict"]),
        *(
            _prf(kind, f"main, contents {words}", types[kind]["main"])
            for kind, words in (
                ("direct", "in quotation marks"),
                ("mixed", "partly in them"),
                ("indirect", "without any"),
            )
        ),
        *(
            Figure(
                f"recall-{kind.replace(' ', '-')}",
                f"recall of main, {words}",
                points(cues[kind]["main"]["R"]),
                held=False,
            )
            for kind, words in (
                ("reporting", "cues of speech (said, according to)"),
                ("other", "other cues (plans, wants, thinks)"),
                ("no source", "attributions without a source"),
            )
        ),
    )
    rows, per_article = cue_rows(scorer, gold, found)
    words = sum(len(record["text"].split()) for record in gold.values())
    return Measured(
        figures,
        f"{len(gold)} articles, {words:,} words, {told['gold attributions']:,} attributions",
        articles=worst(
            ArticleRow(_place(name, line), *per_article[name]) for line, name in enumerate(gold, 1)
        ),
        cues=tuple(rows),
    )


def _place(name: str, line: int) -> str:
    """Outlet, date and line of the file: the rest of an id is the publisher's headline."""
    return f"{name.rpartition('_')[0] or name}, line {line}"


def attributions(record: Mapping[str, Any]) -> Record:
    found = extract(
        record["text"],
        outlet=record.get("publisher") or "",
        title=record.get("title") or "",
        published=record.get("date"),
    )
    return {
        "attributions": [{"source": a.source, "cue": a.cue, "content": a.content} for a in found.attributions]
    }


def _prf(name: str, what: str, told: Mapping[str, float], *, held: bool = True) -> Figure:
    return Figure(name, what, points(told["F1"]), points(told["P"]), points(told["R"]), held)


def worst(rows: Iterable[ArticleRow]) -> tuple[ArticleRow, ...]:
    """The ten with the lowest F1; of equals, those with more to find."""
    return tuple(sorted(rows, key=lambda row: (row.f1, -row.gold, row.id))[:WORST])


# --- Claims: who said it, and through whom


GOLD = SHARED / "claims" / "gold-dev.jsonl"
WHAT = {
    "claim": "the claim's words right by half",
    "speaker": "and the right speaker",
    "chain": "and the right chain",
}


def claim_gold() -> Measured:
    """News articles with their claims; by the scorer kept beside them."""
    path = GOLD.with_name("score_claims.py")
    need(GOLD, path)
    scorer = load_scorer(path)
    gold = {record["id"]: record for record in read_jsonl(GOLD)}
    found = found_claims(gold)
    told = scorer.score(gold, {name: {"claims": claims} for name, claims in found.items()})
    figures = []
    for of in ("attributed", "all"):
        headline = told["headline"][of]
        for part, figure in (
            ("claim", told["claims"][of]),
            ("speaker", headline["claim+speaker"]),
            ("chain", headline["claim+speaker+chain"]),
        ):
            figures.append(_prf(f"{of}-{part}", f"{of} claims: {WHAT[part]}", figure))
    matched = told["matched"]["all"]
    figures += accuracies(matched["checkable"], matched["form"], matched["speaker_kind"])
    return _measured_claims(figures, gold, found)


def own_texts() -> Measured:
    """Our own texts; by our own scorer."""
    gold = load_texts()
    found = found_claims(gold)
    told = score_claims(gold, found)
    figures = [*score_figures("attributed", told.attributed), *score_figures("all", told.all)]
    figures += accuracies(told.checkable.share, told.form.share, told.kind.share)
    return _measured_claims(figures, gold, found)


def score_figures(of: str, scores: Scores) -> list[Figure]:
    return [
        Figure(
            f"{of}-{part}",
            f"{of} claims: {what}",
            points(score.f1),
            points(score.precision),
            points(score.recall),
        )
        for part, what in WHAT.items()
        for score in (attrgetter(part)(scores),)
    ]


def accuracies(checkable: float, form: float, kind: float) -> list[Figure]:
    return [
        Figure("checkable", "claims found: rightly called checkable or not", points(checkable)),
        Figure("form", "claims found: right form", points(form), held=False),
        Figure("kind", "claims found: right kind of speaker", points(kind), held=False),
    ]


def found_claims(gold: Mapping[str, Record]) -> dict[str, list[Record]]:
    return {
        name: as_json(
            extract(
                record["text"],
                outlet=record["outlet"],
                title=record["title"],
                published=record.get("published"),
            )
        )["claims"]
        for name, record in gold.items()
    }


def _measured_claims(
    figures: Sequence[Figure], gold: Mapping[str, Record], found: Mapping[str, Sequence[Record]]
) -> Measured:
    rows = []
    for name, record in gold.items():
        pairs = pair_claims(record["text"], record["claims"], found[name])
        right = sum(is_speaker_right(g, f) and is_chain_right(g, f) for g, f in pairs)
        rows.append(ArticleRow(name, len(record["claims"]), len(found[name]), right))
    words = sum(len(record["text"].split()) for record in gold.values())
    claims_in_all = sum(len(record["claims"]) for record in gold.values())
    return Measured(
        tuple(figures),
        f"{len(gold)} articles, {words:,} words, {claims_in_all:,} claims",
        articles=worst(rows),
        steps=tuple(steps(gold, found)),
    )


def steps(gold: Mapping[str, Record], found: Mapping[str, Sequence[Record]]) -> list[StepRow]:
    """What each step of the extractor decided about ascribed claims, and how often that was right.

    Words: of all claims found. Speaker: of those that are claims. Chain: of those with the right speaker.
    """
    decided: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()

    def note(about: str, step: str, is_right: bool) -> None:
        decided[about, step or "(untold)"] += 1
        right[about, step or "(untold)"] += is_right

    for name, record in gold.items():
        partner = {id(f): g for g, f in pair_claims(record["text"], record["claims"], found[name])}
        for claim in filter(is_ascribed, found[name]):
            wanted = partner.get(id(claim))
            note("words", claim.get("decided_by", ""), wanted is not None and is_ascribed(wanted))
            if wanted is None or not is_ascribed(wanted):
                continue
            speaker = is_speaker_right(wanted, claim)
            note("speaker", claim.get("speaker_by", ""), speaker)
            if speaker:
                hops = [hop.get("decided_by", "") for hop in claim["chain"] if hop["role"] != "publisher"]
                note("chain", " + ".join(dict.fromkeys(hops)) or "no hop", is_chain_right(wanted, claim))
    order = {"words": 0, "speaker": 1, "chain": 2}
    return [
        StepRow(about, step, count, right[about, step])
        for (about, step), count in sorted(
            decided.items(), key=lambda item: (order[item[0][0]], -item[1], item[0][1])
        )
    ]


# --- Worth checking, and pronouns


def function(name: str) -> Callable[..., Any]:
    """A function of the extractor. Raises NotYet while there is none."""
    found = getattr(claims.extraction, name, None)
    if not callable(found):
        raise NotYet(f"claims.extraction has no {name} yet")
    return found  # type: ignore[no-any-return]


def check_worthiness(path: Path) -> Measured:
    """Sentences of debates, ranked by whether they are worth checking."""
    script = path.with_name("score_checkworthy.py")
    need(path, script)
    judge = function("check_worthiness")
    scorer = load_scorer(script)
    records = list(read_jsonl(path))
    scores = judge([record["text"] for record in records])
    pairs = [(float(score), int(record["label"])) for score, record in zip(scores, records, strict=True)]
    precision, recall, f1 = scorer.prf(pairs, CHECKWORTHY_THRESHOLD)
    return Measured(
        (
            Figure("ap", "average precision of the ranking", points(scorer.ap(scorer.order(pairs)))),
            Figure("f1", f"F1 at {CHECKWORTHY_THRESHOLD}", points(f1), points(precision), points(recall)),
            Figure("best-f1", "F1 at its best threshold", points(scorer.best_f1(pairs)[0]), held=False),
        ),
        f"{len(records):,} sentences, {sum(label for _, label in pairs):,} worth checking",
    )


GAP = SHARED / "coreference" / "gap-development.tsv"


def pronouns() -> Measured:
    """Which of two names an ambiguous pronoun stands for, or neither.

    `pronoun_candidate(text, pronoun_offset, candidates)` gets the candidates' spans and gives one of them, or None.
    """
    need(GAP)
    choose = function("pronoun_candidate")
    right = right_of_two = of_two = rows = 0
    for row in read_tsv(GAP):
        spans = [
            (int(row[f"{name}-offset"]), int(row[f"{name}-offset"]) + len(row[name])) for name in ("A", "B")
        ]
        wanted = next(
            (s for s, name in zip(spans, "AB", strict=True) if row[f"{name}-coref"] == "TRUE"), None
        )
        is_right = choose(row["Text"], int(row["Pronoun-offset"]), spans) == wanted
        rows += 1
        right += is_right
        if wanted is not None:
            of_two += 1
            right_of_two += is_right
    return Measured(
        (
            Figure("pronouns", "the right name, or neither where neither is", points(right / rows)),
            Figure("pronouns-of-two", "the right name where one is", points(right_of_two / of_two)),
        ),
        f"{rows:,} pronouns, {of_two:,} of them one of the two names",
    )


# --- All of them


def _shared(name: str, what: str, path: Path, measure: Callable[[], Measured]) -> DataSet:
    def told() -> str:
        need(path)
        return digest(path)

    return DataSet(name, what, told, measure)


CHECKWORTHY = SHARED / "checkworthy"
CLAIMBUSTER = CHECKWORTHY / "claimbuster_dev.jsonl"
GROUNDTRUTH = CHECKWORTHY / "claimbuster_groundtruth_dev.jsonl"
SETS = (
    DataSet("own-texts", "Twelve texts of our own, `benchmarks/texts`", digest_of_texts, own_texts),
    _shared("gold-dev", "Ten news articles with claims marked by hand", GOLD, claim_gold),
    _shared("polnear-dev", "PolNeAR, US political news: attributions as worded", POLNEAR, polnear),
    _shared(
        "claimbuster-dev",
        "ClaimBuster, the debates of 2008: sentences worth checking",
        CLAIMBUSTER,
        functools.partial(check_worthiness, CLAIMBUSTER),
    ),
    _shared(
        "claimbuster-groundtruth",
        "ClaimBuster, sentences that experts agreed on",
        GROUNDTRUTH,
        functools.partial(check_worthiness, GROUNDTRUTH),
    ),
    _shared("gap-development", "GAP, ambiguous pronouns of Wikipedia", GAP, pronouns),
)
