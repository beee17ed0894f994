"""Claims are scored as the shared scorer scores them."""

import random

import pytest

from benchmarks.owntexts import load_texts
from benchmarks.scoring import best_pairs, is_chain_right, is_speaker_right, pair_claims, score_claims
from benchmarks.shareddata import SHARED, load_scorer, read_jsonl
from claims.extraction import extract
from claims.extraction.__main__ import as_json

CLAIMS = SHARED / "claims"
with_shared = pytest.mark.skipif(not CLAIMS.is_dir(), reason="the shared claim gold is not there")


def claim(*content: tuple[int, int], speaker: str = "Ada Holm", kind: str = "person", **more: object) -> dict:
    return {
        "content": content, "form": "indirect", "speaker": speaker, "speaker_kind": kind,
        "chain": [{"name": "The Post", "role": "publisher"}], "checkable": True, **more,
    }  # fmt: skip


def test_pairs_have_the_greatest_summed_overlap() -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    draw = random.Random(seed)
    for _ in range(200):
        weights = {(i, j): draw.randint(1, 9) / 10 for i in range(4) for j in range(5) if draw.random() < 0.6}
        pairs = best_pairs(weights)
        assert len(set(pairs.values())) == len(pairs)
        assert sum(weights[pair] for pair in pairs.items()) == pytest.approx(best_sum(weights, 0))


def best_sum(weights: dict[tuple[int, int], float], row: int, used: frozenset[int] = frozenset()) -> float:
    if row == 4:
        return 0.0
    return max(
        best_sum(weights, row + 1, used),
        *(
            weights[row, j] + best_sum(weights, row + 1, used | {j})
            for j in range(5)
            if (row, j) in weights and j not in used
        ),
        0.0,
    )


def test_half_the_words_make_a_pair_and_the_right_speaker_settles_equals() -> None:
    text = "one two three four"
    gold = [claim((0, 18))]
    assert pair_claims(text, gold, [claim((0, 3))]) == []
    right, wrong = claim((0, 7)), claim((8, 18), speaker="Bo Lund")
    assert pair_claims(text, gold, [wrong, right]) == [(gold[0], right)]


@pytest.mark.parametrize(
    ("gold", "kind", "found", "right"),
    [
        ("Ada Holm", "person", "Minister Holm", True),
        ("Ada Holm Jr.", "person", "Holm", True),
        ("Ada Holm", "person", "Ada", False),
        ("The Harbour Board", "organization", "harbour board", True),
        ("Harbour Board", "organization", "Board", False),
        ("two people briefed on the talks", "unnamed", "people briefed on the talks", True),
        ("Some scientists", "group", "critics", False),
        ("Ada Holm", "person", "", False),
    ],
)
def test_speakers_are_compared_by_name(gold: str, kind: str, found: str, right: bool) -> None:
    assert is_speaker_right(claim((0, 1), speaker=gold, kind=kind), claim((0, 1), speaker=found)) is right


def test_chains_are_compared_hop_by_hop() -> None:
    def through(*hops: tuple[str, str]) -> dict:
        return {"chain": [{"name": name, "role": role} for name, role in hops]}

    gold = through(("tweet", "medium"), ("The Post", "publisher"))
    assert is_chain_right(gold, through(("X", "medium"), ("Post", "publisher")))
    assert not is_chain_right(gold, through(("X", "relay"), ("Post", "publisher")))
    assert not is_chain_right(gold, through(("Post", "publisher")))


def found_by_the_extractor(gold: dict[str, dict]) -> dict[str, list[dict]]:
    return {
        name: as_json(extract(r["text"], outlet=r["outlet"], title=r["title"]))["claims"]
        for name, r in gold.items()
    }


def four_places(share: float) -> float:
    return round(share, 4)


@with_shared
@pytest.mark.slow
@pytest.mark.parametrize("which", ["shared gold", "own texts"])
def test_it_agrees_with_the_shared_scorer(which: str) -> None:
    shared = load_scorer(CLAIMS / "score_claims.py")
    gold = (
        load_texts() if which == "own texts" else {r["id"]: r for r in read_jsonl(CLAIMS / "gold-dev.jsonl")}
    )
    found = found_by_the_extractor(gold)
    told = shared.score(gold, {name: {"claims": claims} for name, claims in found.items()})
    ours = score_claims(gold, found)
    for scores, theirs in ((ours.all, "all"), (ours.attributed, "attributed")):
        for score, figures in (
            (scores.claim, told["claims"][theirs]),
            (scores.speaker, told["headline"][theirs]["claim+speaker"]),
            (scores.chain, told["headline"][theirs]["claim+speaker+chain"]),
        ):
            assert (score.right, score.gold, score.found) == (
                figures["right"], figures["gold"], figures["predicted"],
            )  # fmt: skip
            assert four_places(score.f1) == figures["F1"]
    matched = told["matched"]["all"]
    assert four_places(ours.form.share) == matched["form"]
    assert four_places(ours.kind.share) == matched["speaker_kind"]
    assert four_places(ours.checkable.share) == matched["checkable"]
