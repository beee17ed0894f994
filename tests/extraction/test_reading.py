"""What the model reads of a text, and what happens when its files are not what they should be."""

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

import claims.extraction.reading as packaged
from claims.extraction import ModelError, check_worthiness, extract, load
from claims.extraction.decoding import TAGS, best_path, spans_of
from claims.extraction.document import read_document
from claims.extraction.encoding import QUOTATION_MARK, cut_windows, read_words
from claims.extraction.quotes import with_double_marks
from claims.extraction.reading import FOLDER, Model, model

MOST_BYTES = 60_000_000


def told(text: str) -> list[tuple[str, str, str]]:
    """(source, cue, content) of each attribution, in words."""
    found = extract(text, outlet="Halden Daily").attributions
    return [
        (in_words(text, item.source), in_words(text, item.cue), in_words(text, item.content))
        for item in found
    ]


def in_words(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    return " … ".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mayor Ilse Brandt said the bridge will reopen in May.",
            [("Mayor Ilse Brandt", "said", "the bridge will reopen in May")],
        ),
        (
            "“The bridge is safe,” Brandt told reporters on Monday.",
            [("Brandt", "told", "“The bridge is safe,”")],
        ),
        (
            "The pier will be closed for a month, according to the harbour office.",
            [("the harbour office", "according to", "The pier will be closed for a month")],
        ),
        (
            "“We have tested every cable,” she said. “Not one of them failed.”",
            [("she", "said", "“We have tested every cable,” … “Not one of them failed.”")],
        ),
        (
            "‘We have “tested” the drivers’ cables,’ she said. ‘Not one of them failed.’",
            [("she", "said", "‘We have “tested” the drivers’ cables,’ … ‘Not one of them failed.’")],
        ),
        (
            "'We have lied to nobody.\n\n'The audit is public,' said Karl Osei.",
            [("Karl Osei", "said", "'We have lied to nobody.\n\n'The audit is public,'")],
        ),
        (
            "Ms. Brandt was not amused. ''The bridge is safe,'' she told reporters.",
            [("she", "told", "''The bridge is safe,''")],
        ),
    ],
)
def test_who_said_what(text: str, expected: list[tuple[str, str, str]]) -> None:
    def bare(words: str) -> str:
        return " ".join(words.strip("“”,. ").replace("“", "").replace("”", "").replace(",", "").split())

    assert [tuple(map(bare, item)) for item in told(text)] == [tuple(map(bare, item)) for item in expected]


def test_marks_made_of_apostrophes_are_read_as_double_ones() -> None:
    text = "‘We “tested” it,’ she said. ''It holds,'' he said. The '90s' cars of the drivers' club are 'old' now."
    marked = with_double_marks(text, read_document(text).quotations)
    assert marked == (
        "“We ‘tested’ it,” she said. “'It holds,'” he said. The '90s' cars of the drivers' club are “old” now."
    )


def test_every_attribution_says_how_likely_it_is() -> None:
    found = extract("Mayor Ilse Brandt said the bridge will reopen in May.", outlet="Halden Daily")
    assert all(model().threshold <= item.confidence <= 1 for item in found.attributions)


# ---- the model's files ---------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model's folder in a place of its own, not loaded yet."""
    folder = tmp_path / "weights"
    shutil.copytree(FOLDER, folder)
    loaded = packaged.once(lambda: Model(folder))
    for user in ("claims.extraction", "claims.extraction.pipeline"):
        monkeypatch.setattr(f"{user}.model", loaded)
    return folder


@pytest.mark.parametrize("name", ["tagger.onnx", "vocabulary.txt", "manifest.json"])
def test_a_missing_file_is_told_and_nothing_is_extracted_by_rules_instead(copied: Path, name: str) -> None:
    (copied / name).unlink()
    for door in (load, lambda: extract("Brandt said it rained.", outlet="Post")):
        with pytest.raises(ModelError, match=rf"missing: .*{name}.* Install the package again"):
            door()


@pytest.mark.parametrize("name", ["tagger.onnx", "vocabulary.txt"])
def test_a_damaged_file_is_told(copied: Path, name: str) -> None:
    held = bytearray((copied / name).read_bytes())
    held[len(held) // 2] ^= 1
    (copied / name).write_bytes(held)
    with pytest.raises(ModelError, match=rf"damaged: .*{name} is not what was released"):
        load()


def test_a_manifest_that_is_not_json_is_told(copied: Path) -> None:
    (copied / "manifest.json").write_text("{")
    with pytest.raises(ModelError, match="damaged"):
        load()


def test_a_manifest_of_another_make_is_told(copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text())
    del manifest["judge"]
    (copied / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="cannot be used"):
        load()


def test_the_model_fits_into_the_package_and_comes_with_its_card() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= MOST_BYTES
    assert (
        b"stack_trace" not in (FOLDER / "tagger.onnx").read_bytes()
    )  # nothing of the machine that exported it
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for heading in ("## Data", "## Licence", "## Figures", "## Limits", "## How it was made"):
        assert heading in card
    assert model().version in card


# ---- how a text is cut ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("bridge", ["bridge"]),
        ("Müller", ["muller"]),
        ("don’t", ["don", "’", "t"]),
        ("unbelievably", ["un", "##bel", "##ie", "##va", "##bly"]),
        ("x" * 200, ["[UNK]"]),
        ("\ue000", ["[UNK]"]),
    ],
)
def test_words_become_pieces(word: str, pieces: list[str]) -> None:
    listing = (FOLDER / "vocabulary.txt").read_text(encoding="utf-8").split("\n")
    assert [listing[number] for number in model().alphabet.pieces(word)] == pieces


def test_windows_hold_every_word_once_and_end_where_paragraphs_and_sentences_do() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    sentences = ["The bridge is shut.", "“It is safe,” he said.", "Cranes waited for an hour in the rain!"]
    text = "".join(
        chance.choice(sentences) + chance.choice([" ", " ", " ", "\n\n"])
        for _ in range(chance.randrange(900))
    )
    words = read_words(text)
    windows = cut_windows(words, model().alphabet, size=64)
    assert [word for window in windows for word in window.words if word >= 0] == list(range(len(words)))
    for window in windows:
        assert len(window.ids) == len(window.features) == len(window.words) <= 64
    for window in windows[:-1]:
        last = max(window.words)
        assert words.text[words.starts[last]] in ".!”"


def test_a_word_longer_than_a_window_stops_nothing() -> None:
    assert cut_windows(read_words("-" * 5_000), model().alphabet, size=16)


@pytest.mark.parametrize(
    "quoted", ["“It is safe”", '"It is safe"', "``It is safe''", "“It is safe’’", "«It is safe»"]
)
def test_what_stands_in_quotation_marks(quoted: str) -> None:
    words = read_words(f"He said {quoted} today")
    inside = [
        words.text[s:e] for s, e, f in zip(words.starts, words.ends, words.features, strict=True) if f % 2
    ]
    assert inside[1:-1] == ["It", "is", "safe"]
    assert [f // 2 == QUOTATION_MARK for f in words.features].count(True) == 2


def test_capitals_tell_nothing_where_everything_is_in_capitals() -> None:
    assert set(read_words("MAYOR SAYS BRIDGE IS SHUT").features) == {0}
    assert set(read_words("Mayor says bridge is shut").features) == {0, 2}


def test_a_quotation_left_open_ends_with_its_paragraph() -> None:
    words = read_words("“It is safe, he said.\n\nCranes waited.")
    assert [feature % 2 for feature in words.features[-3:]] == [0, 0, 0]


# ---- how scores become attributions --------------------------------------------------------------


def test_the_best_path_is_the_best_of_all_paths_that_may_be() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = np.random.default_rng(seed)
    for _ in range(50):
        scores = chance.normal(size=(4, len(TAGS))).astype(np.float32)
        best = max(all_paths(4), key=lambda path: sum(scores[i, tag] for i, tag in enumerate(path)))
        assert best_path(scores, 0.0) == list(best)


def all_paths(length: int) -> list[tuple[int, ...]]:
    paths: list[tuple[int, ...]] = [()]
    for _ in range(length):
        paths = [(*path, tag) for path in paths for tag in range(len(TAGS)) if may_follow(path, tag)]
    return paths


def may_follow(path: tuple[int, ...], tag: int) -> bool:
    return not TAGS[tag].startswith("I-") or bool(path) and TAGS[path[-1]][1:] == TAGS[tag][1:]


def test_spans_begin_anew_at_a_beginning() -> None:
    tags = [TAGS.index(name) for name in ("B-content", "I-content", "B-content", "O", "B-cue")]
    assert spans_of(tags, "content") == [[0, 1], [2]]
    assert spans_of(tags, "cue") == [[4]]


def test_no_word_is_said_twice() -> None:
    text = (
        "Brandt said that the minister said that the pier is shut, according to the Post, which said it is not. "
        * 30
    )
    contents = [range(*span) for item in extract(text, outlet="Post").attributions for span in item.content]
    assert sum(map(len, contents)) == len({place for span in contents for place in span})


# ---- check-worthiness ----------------------------------------------------------------------------


def test_a_figure_is_worth_more_than_thanks() -> None:
    figure, thanks = check_worthiness(
        [
            "Unemployment rose by 3 percent to 1.2 million people last year.",
            "Thank you very much, good night.",
        ]
    )
    assert 0 <= thanks < 0.1 < figure <= 1
