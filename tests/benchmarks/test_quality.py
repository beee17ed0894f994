"""The quality gate: what it holds, what it refuses, and what it says."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

import claims.extraction
from benchmarks.quality import measures
from benchmarks.quality.__main__ import main
from benchmarks.quality.cues import cue_word, stem
from benchmarks.quality.floors import FLOORS, Change, Floor, Floors, as_toml, check, read_floors, under
from benchmarks.quality.measures import SETS, ArticleRow, DataSet, Figure, Measured, NotYet, run, worst
from benchmarks.quality.page import GENERATED, page
from benchmarks.shareddata import NotThere, need, read_jsonl

ROOT = Path(__file__).resolve().parents[2]


def data(
    name: str = "letters", digest: str = "d1", missing: Exception | None = None, **figures: float
) -> DataSet:
    """A set with these figures, `told` not held; or one that cannot be measured."""

    def measure() -> Measured:
        if missing:
            raise missing
        return Measured(
            tuple(Figure(figure, "what", value, held=figure != "told") for figure, value in figures.items()),
            "2 texts",
        )

    return DataSet(name, "Two letters", lambda: digest, measure)


class Gate:
    """The command line over sets of ours and a floors file of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path, self.capsys = folder / "floors.toml", capsys

    def __call__(self, *arguments: str, sets: list[DataSet]) -> tuple[int, str]:
        status = main(arguments, sets=sets, floors=self.path)
        out, err = self.capsys.readouterr()
        return status, out + err

    @property
    def floors(self) -> dict[str, float]:
        return {name: floor.floor for name, floor in read_floors(self.path).floors.items()}


@pytest.fixture
def gate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Gate:
    gate = Gate(tmp_path, capsys)
    status, _ = gate("--raise", sets=[data(right=80.0, found=90.0, told=10.0)])
    assert status == 0
    assert gate.floors == {"letters/right": 79.5, "letters/found": 89.5}
    return gate


# --- Checking


def test_figures_at_or_a_little_under_what_was_measured_pass(gate: Gate) -> None:
    assert gate("--check", sets=[data(right=79.5, found=95.0, told=1.0)])[0] == 0


def test_a_figure_below_its_floor_fails_by_name(gate: Gate) -> None:
    status, told = gate("--check", sets=[data(right=79.49, found=90.0)])
    assert status == 1
    assert "letters/right is 79.49, below its floor of 79.50 (80.00 on" in told
    assert "letters/found" not in told


def test_a_figure_that_is_gone_fails(gate: Gate) -> None:
    status, told = gate("--check", sets=[data(right=80.0)])
    assert status == 1
    assert "letters/found is no longer measured; its floor is 89.50." in told


def test_changed_data_fails_whatever_the_figures(gate: Gate) -> None:
    status, told = gate("--check", sets=[data(digest="d2", right=99.0, found=99.0)])
    assert status == 1
    assert "letters: the data has changed" in told


def test_absent_data_is_skipped_with_its_reason(gate: Gate) -> None:
    status, told = gate("--check", sets=[data(missing=NotThere("../shared/bench/letters is not there"))])
    assert status == 0
    assert "letters is skipped: ../shared/bench/letters is not there." in told


def test_a_function_that_was_there_may_not_go(gate: Gate) -> None:
    gone = NotYet("the extractor has no read_letters yet")
    status, told = gate("--check", sets=[data(missing=gone)])
    assert status == 1
    assert "letters is no longer measured: the extractor has no read_letters yet." in told
    status, told = gate("--check", sets=[data("never-held", missing=gone)])
    assert status == 0
    assert "never-held is skipped" in told


def test_a_new_figure_is_told_and_fails_nothing(gate: Gate) -> None:
    status, told = gate("--check", sets=[data(right=80.0, found=90.0, linked=50.0)])
    assert status == 0
    assert "letters/linked is 50.00 and has no floor yet" in told


# --- Raising, lowering


def test_raise_goes_up_and_never_down(gate: Gate) -> None:
    gate("--raise", sets=[data(right=85.0, found=70.0, linked=50.0)])
    assert gate.floors == {"letters/right": 84.5, "letters/found": 89.5, "letters/linked": 49.5}


def test_raise_refuses_changed_data(gate: Gate) -> None:
    before = gate.path.read_text()
    status, told = gate("--raise", sets=[data(digest="d2", right=99.0, found=99.0)])
    assert (status, gate.path.read_text()) == (2, before)
    assert "--accept-data" in told


def test_raise_keeps_the_floors_of_what_is_not_measured(gate: Gate) -> None:
    gate("--raise", sets=[data(missing=NotThere("not there")), data("notes", kept=60.0)])
    assert gate.floors == {"letters/right": 79.5, "letters/found": 89.5, "notes/kept": 59.5}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--lower", "letters/right"], "for a reason"),
        (["--lower", "letters/right", "--why", "  "], "for a reason"),
        (["--lower", "letters/wrong", "--why", "it must"], "there is no floor letters/wrong"),
        (["--lower", "letters/found", "--why", "it must"], "need not go down"),
    ],
)
def test_lowering_is_refused_without_name_reason_and_need(gate: Gate, arguments: list[str], why: str) -> None:
    before = gate.path.read_text()
    status, told = gate(*arguments, sets=[data(right=70.0, found=90.0)])
    assert (status, gate.path.read_text()) == (2, before)
    assert why in told


def test_lowering_by_name_keeps_the_reason(gate: Gate) -> None:
    run_now = [data(right=70.0, found=60.0)]
    status, _ = gate("--lower", "letters/right", "--why", "Half of them were no letters.", sets=run_now)
    assert status == 0
    assert gate.floors == {"letters/right": 69.5, "letters/found": 89.5}
    (change,) = read_floors(gate.path).changes
    assert (change.name, change.was, change.now) == ("letters/right", 79.5, 69.5)
    assert change.why == "Half of them were no letters."
    status, told = gate("--check", sets=run_now)
    assert status == 1
    assert "letters/right" not in told


def test_changed_data_is_accepted_by_name_and_told(gate: Gate) -> None:
    run_now = [data(digest="d2", right=70.0, found=95.0)]
    status, told = gate("--lower", "letters/right", "--why", "So it is.", sets=run_now)
    assert status == 2
    assert "the data has changed" in told
    assert gate("--accept-data", "letters", sets=run_now)[0] == 2
    assert gate("--accept-data", "letters", "--why", "Two more letters.", sets=run_now)[0] == 0
    assert gate.floors == {"letters/right": 69.5, "letters/found": 94.5}
    assert [change.name for change in read_floors(gate.path).changes] == ["letters", "letters/right"]
    assert gate("--check", sets=run_now)[0] == 0
    assert gate("--accept-data", "letters", "--why", "Again.", sets=run_now)[0] == 2


def test_checking_alone_writes_nothing(gate: Gate) -> None:
    before = gate.path.read_text()
    gate("--check", sets=[data(right=99.0, found=99.0)])
    gate(sets=[data(right=99.0, found=99.0)])
    assert gate.path.read_text() == before


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    floors = Floors(
        0.25,
        {"letters": "d1", "notes": "d2"},
        {"letters/right": Floor(1.0, 1.25, date(2024, 2, 3), "rules-1"), "notes/a": Floor(2.0, 2.5, date(2024, 2, 4), "x")},
        [Change("letters/right", date(2024, 2, 3), 'a "reason"\nof two lines \\', 3.0, 1.0), Change("notes", date(2024, 2, 4), "ü")],
    )  # fmt: skip
    path = tmp_path / "floors.toml"
    path.write_text(as_toml(floors), encoding="utf-8")
    assert read_floors(path) == floors
    assert floors.latest == date(2024, 2, 4)


def test_a_floor_lies_the_tolerance_under_the_figure() -> None:
    assert under(80.0, 0.5) == 79.5
    assert under(80.33, 0.5) == 79.83
    assert under(0.2, 0.5) == 0.0


# --- The page


def test_the_page_needs_every_set(tmp_path: Path, gate: Gate) -> None:
    target = tmp_path / "quality.md"
    missing = data("notes", missing=NotThere("../shared/bench/notes is not there"))
    whole = data(right=80.0, found=90.0)
    status, told = gate("--write", str(target), sets=[whole, missing])
    assert (status, target.exists()) == (2, False)
    assert "notes is not there" in told
    assert gate("--write", str(target), "--only", "letters", sets=[whole, missing])[0] == 2
    not_yet = data("notes", missing=NotYet("nothing reads notes yet"))
    assert gate("--write", str(target), sets=[whole, not_yet])[0] == 0
    written = target.read_text()
    assert written.startswith(GENERATED)
    assert "| `letters` | Two letters | 2 texts | `d1` |" in written
    assert "not measured: nothing reads notes yet" in written
    assert "| `right` | what |  |  | 80.0 | 79.50 |" in written
    results = [run(whole), run(not_yet)]
    assert page(results, read_floors(gate.path)) == written


def test_the_worst_articles_are_the_ten_with_the_lowest_f1() -> None:
    rows = [ArticleRow(f"a{right:02}", gold=20, found=20, right=right) for right in range(15)]
    assert [row.id for row in worst(rows)] == [f"a{right:02}" for right in range(10)]


@pytest.mark.parametrize(
    ("words", "telling"),
    [
        (["has", "said"], "said"),
        (["according", "to"], "according"),
        (["did", "not", "want", "to"], "want"),
        (["is"], "(none)"),
        ([], "(none)"),
        (["in", "a", "statement", "today"], "statement"),
    ],
)
def test_a_cue_has_one_telling_word(words: list[str], telling: str) -> None:
    assert cue_word(words, frozenset({"said", "according", "statement"})) == telling


def test_forms_of_a_verb_are_one_cue() -> None:
    for forms in ("say says said saying", "argue argues argued arguing", "deny denies denied denying",
                  "tell tells told telling", "admit admits admitted", "call called calling"):  # fmt: skip
        assert len({stem(form) for form in forms.split()}) == 1, forms


# --- What the project holds


def test_missing_data_is_named_without_this_machines_paths(tmp_path: Path) -> None:
    with pytest.raises(NotThere, match=r"^\.\./shared/bench/claims/gone\.jsonl is not there$"):
        need(tmp_path / "claims" / "gone.jsonl")


def own_texts() -> DataSet:
    return next(data for data in SETS if data.name == "own-texts")


def test_the_floors_hold_on_our_own_texts() -> None:
    result = run(own_texts())
    verdict = check(read_floors(), [result])
    assert verdict.failures == ()
    assert verdict.unheld == (), "every figure on our own texts has a floor"


def test_the_floors_file_is_as_the_gate_writes_it() -> None:
    assert FLOORS.read_text(encoding="utf-8") == as_toml(read_floors())
    names = {data.name for data in SETS}
    assert set(tomllib.loads(FLOORS.read_text(encoding="utf-8"))["sets"]) <= names


def test_ci_checks_the_floors() -> None:
    assert "-m benchmarks.quality --check" in (ROOT / ".ci/run").read_text()


def test_the_page_is_marked_as_generated_and_tells_every_set() -> None:
    written = (ROOT / "docs/quality.md").read_text(encoding="utf-8")
    assert written.startswith(GENERATED)
    assert all(f"`{data.name}`" in written for data in SETS)


# --- Functions the extractor may not have yet


def test_a_missing_function_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(claims.extraction, "pronoun_candidate", raising=False)
    monkeypatch.setattr(measures, "GAP", gap_file(tmp_path))
    with pytest.raises(NotYet, match=r"claims\.extraction has no pronoun_candidate yet"):
        measures.pronouns()


def test_pronouns_count_as_right_by_name_or_by_neither(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []

    def choose(text: str, offset: int, candidates: list[tuple[int, int]]) -> tuple[int, int]:
        asked.append([text[offset : offset + 3], *(text[start:end] for start, end in candidates)])
        return candidates[0]

    monkeypatch.setattr(claims.extraction, "pronoun_candidate", choose, raising=False)
    monkeypatch.setattr(measures, "GAP", gap_file(tmp_path))
    told = {figure.name: figure.value for figure in measures.pronouns().figures}
    assert told == {"pronouns": 33.33, "pronouns-of-two": 50.0}
    assert asked == [["she", "Ada", "Bo"]] * 3


def gap_file(folder: Path) -> Path:
    """Three rows of one text: she is Ada, she is Bo, she is neither."""
    path = folder / "gap.tsv"
    head = "ID\tText\tPronoun\tPronoun-offset\tA\tA-offset\tA-coref\tB\tB-offset\tB-coref\tURL"
    row = '{}\tAda told Bo "that she won.\tshe\t18\tAda\t0\t{}\tBo\t9\t{}\thttps://example.org'
    answers = (("TRUE", "FALSE"), ("FALSE", "TRUE"), ("FALSE", "FALSE"))
    path.write_text("\n".join([head, *(row.format(i, *answer) for i, answer in enumerate(answers))]) + "\n")
    return path


@pytest.mark.skipif(not measures.GROUNDTRUTH.is_file(), reason="the shared sentences are not there")
def test_a_ranking_is_scored_by_what_it_puts_first(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = {r["text"]: float(r["label"]) for r in read_jsonl(measures.GROUNDTRUTH)}
    judges = {"knowing": labels.__getitem__, "constant": lambda sentence: 0.0}
    told = {}
    for name, judge in judges.items():
        monkeypatch.setattr(
            claims.extraction,
            "check_worthiness",
            lambda texts, judge=judge: [*map(judge, texts)],
            raising=False,
        )
        told[name] = {f.name: f.value for f in measures.check_worthiness(measures.GROUNDTRUTH).figures}
    assert told["knowing"]["ap"] == pytest.approx(100, abs=0.5)
    assert told["knowing"]["f1"] == pytest.approx(100, abs=0.5)
    assert told["constant"]["ap"] < 25
    assert told["constant"]["f1"] == 0
