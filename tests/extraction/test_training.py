"""Training, where torch is installed: a tiny network learns texts of our own, goes on where it was cut off, is exported."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is installed for training only (the train extra)")

from claims.extraction.decoding import TAGS  # noqa: E402
from claims.extraction.encoding import Alphabet, read_words  # noqa: E402
from claims.extraction.reading import run, start  # noqa: E402
from claims.extraction.training.data import Attributions, Checks, Record, read_gold  # noqa: E402
from claims.extraction.training.exporting import export  # noqa: E402
from claims.extraction.training.judging import logistic  # noqa: E402
from claims.extraction.training.learning import Recipe, learn  # noqa: E402
from claims.extraction.training.network import Shape, Tagger, relative_buckets  # noqa: E402

TINY = Shape(
    hidden=32, layers=1, heads=2, inner=64, vocabulary=300, positions=128, family="bert", epsilon=1e-12
)
TEXT = "Ilse Brandt said the bridge is shut.\n“It is safe,” she added. Cranes waited."


def spans_of(text: str, *words: str) -> list[list[int]]:
    return [[text.index(part), text.index(part) + len(part)] for part in words]


def article(number: int) -> Record:
    return {
        "id": f"a{number}",
        "annotator": "one",
        "text": TEXT,
        "attributions": [
            {
                "source": spans_of(TEXT, "Ilse Brandt"),
                "cue": spans_of(TEXT, "said"),
                "content": spans_of(TEXT, "the bridge is shut"),
            },
            {
                "source": spans_of(TEXT, "she"),
                "cue": spans_of(TEXT, "added"),
                "content": spans_of(TEXT, "“It is safe,”"),
            },
        ],
    }


def letters(word: str) -> list[int]:
    return [10 + sum(map(ord, word.lower())) % 280]


ALPHABET = Alphabet(letters, first=1, separator=2)
SENTENCES = [
    {"text": "Prices rose by 3 percent.", "label3": "CFS", "group": "a"},
    {"text": "Thank you all.", "label3": "NFS", "group": "a"},
] * 8


def teach(path: Path, passes: int, seed: int = 3, every: float = 0.0) -> tuple[Tagger, list[str]]:
    torch.manual_seed(seed)
    model, told = Tagger(TINY), list[str]()
    data = Attributions([article(n) for n in range(16)], ALPHABET, ["one"], size=64)
    recipe = Recipe(seed=seed, passes=passes, rate=3e-3, head_rate=3e-3, pieces=256, checkpoint_seconds=every)
    learn(model, data, Checks(SENTENCES, ALPHABET), recipe, padding=0, checkpoint=path, tell=told.append)
    return model, told


def test_what_was_annotated_as_tags_and_links() -> None:
    gold = read_gold(article(0))
    named = [
        (TEXT[s:e], TAGS[tag])
        for s, e, tag in zip(gold.words.starts, gold.words.ends, gold.tags, strict=True)
    ]
    assert named[:4] == [
        ("Ilse", "B-source"),
        ("Brandt", "I-source"),
        ("said", "B-cue"),
        ("the", "B-content"),
    ]
    assert gold.source_of[2] == 0
    assert gold.cue_of[3] == 2
    assert read_gold(article(0), straighten=True).words.text.count('"') == 2


def test_a_tiny_network_learns_is_exported_and_says_the_same(tmp_path: Path) -> None:
    model, _ = teach(tmp_path / "one.checkpoint", passes=120, every=1e9)
    graph = tmp_path / "tagger.onnx"
    export(model, graph)
    words = read_words(TEXT)
    scored = list(run(start(graph.read_bytes()), ALPHABET, 64, words))
    tags = [TAGS[int(row.argmax())] for part in scored for row in part.tags]
    at = [word for part in scored for word in part.window.words]
    by_word = {
        words.text[words.starts[w] : words.ends[w]]: tag for w, tag in zip(at, tags, strict=True) if w >= 0
    }
    assert by_word["said"] == "B-cue"
    assert by_word["Ilse"] == "B-source"
    assert by_word["Cranes"] == "O"


def test_a_run_that_was_cut_off_ends_where_the_whole_one_does(tmp_path: Path) -> None:
    whole, _ = teach(tmp_path / "whole.checkpoint", passes=2)
    again, told = teach(
        tmp_path / "whole.checkpoint", passes=2
    )  # from the last checkpoint: nothing is left to do
    for name, value in whole.state_dict().items():
        assert torch.allclose(value, again.state_dict()[name], atol=1e-6), name
    assert told == []


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    teach(tmp_path / "one.checkpoint", passes=1)
    with pytest.raises(ValueError, match="another recipe"):
        teach(tmp_path / "one.checkpoint", passes=2)


def test_distances_fall_into_buckets_on_either_side() -> None:
    buckets = relative_buckets(200)
    assert buckets[5, 5] == 0
    assert buckets[5, 4] == 1
    assert buckets[4, 5] == 17
    assert int(buckets.max()) == 31


def test_the_judge_learns_which_sign_tells() -> None:
    chance = np.random.default_rng(1)
    signs = chance.normal(size=(400, 2))
    weights = logistic(signs, (signs[:, 0] > 0).astype(float))
    assert weights[0] > 10 * abs(weights[1])
