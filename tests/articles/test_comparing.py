"""What a reader of two texts is told: what stayed, what went, what came; and that it is told of all of both."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparing import compare

OLD = (
    "The dam is safe, Mayor Mira Tolland said on Monday.\n\n"
    "It was built in 1954.\n\n"
    "Nobody lives below it. Fishermen do not go there."
)
WORDS = [
    "the",
    "dam",
    "gate",
    "water",
    "mayor",
    "said",
    "that",
    "it",
    "was",
    "not",
    "“safe”",
    "in",
    "1954",
    ",",
    ".",
    "!",
    "and",
]
texts = st.lists(st.sampled_from([*WORDS, ".\n\n", ". "]), max_size=120).map(" ".join)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in compare(old, new).pieces if piece.text.strip()]


def only(old: str, new: str, kind: str) -> str:
    """The words of one of the texts, put together from the pieces."""
    return "".join(piece.text for piece in compare(old, new).pieces if piece.kind in ("same", kind))


def test_a_word_that_came_in_is_told_alone() -> None:
    assert told(OLD, OLD.replace("is safe", "is not safe")) == [
        ("same", "The dam is"),
        ("came", "not"),
        ("same", OLD.partition("is ")[2]),
    ]


def test_a_figure_that_changed_shows_the_old_one_before_the_new_one() -> None:
    pieces = told(OLD, OLD.replace("1954", "1945"))
    at = pieces.index(("gone", "1954"))
    assert pieces[at + 1] == ("came", "1945")
    assert len(pieces) == 4


def test_a_sentence_that_was_dropped_is_one_piece() -> None:
    assert ("gone", "It was built in 1954.") in told(OLD, OLD.replace("It was built in 1954.\n\n", ""))


def test_a_last_sentence_of_a_paragraph_that_went_takes_its_full_stop_with_it() -> None:
    pieces = told(
        OLD, OLD.replace(" Fishermen do not go there.", " More follows.").replace(" Mayor Mira", " Mira")
    )
    assert ("gone", "Mayor") in pieces
    shorter = "Nobody lives below it. Fishermen do not go there.\n\nThe end."
    assert told(shorter, shorter.replace(" Fishermen do not go there.", ""))[1] == (
        "gone",
        "Fishermen do not go there.",
    )


def test_a_passage_that_was_rewritten_is_not_cut_up_by_the_words_that_any_text_has() -> None:
    new = OLD.replace(
        "It was built in 1954.", "After the flood of spring, engineers closed the second gate in the night."
    )
    pieces = told(OLD, new)
    assert [kind for kind, _ in pieces] == ["same", "gone", "came", "same"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("“Yes,” he said.", '"Yes," he said.'), ("a – b", "a - b"), ("one two\n\nthree", "one  two\nthree")],
)
def test_typography_and_space_are_no_change(old: str, new: str) -> None:
    comparison = compare(old, new)
    assert (comparison.words_added, comparison.words_removed) == (0, 0)
    assert {piece.kind for piece in comparison.pieces} == {"same"}


def test_the_size_of_a_change_is_counted_in_words() -> None:
    comparison = compare(OLD, OLD.replace("Nobody lives below it.", "Four families live below it."))
    assert (comparison.words_added, comparison.words_removed) == (3, 2)


@pytest.mark.parametrize(("old", "new"), [("", ""), ("", "a b"), ("a b", ""), ("…", "?!"), ("a", "a")])
def test_texts_without_words_are_compared_too(old: str, new: str) -> None:
    assert only(old, new, "came").split() == new.split()
    assert only(old, new, "gone").split() == old.split()


@given(old=texts, new=texts)
def test_both_texts_are_told_whole(old: str, new: str) -> None:
    assert "".join(only(old, new, "came").split()) == "".join(new.split())
    fold = str.maketrans("“”", '""')
    assert "".join(only(old, new, "gone").split()).translate(fold) == "".join(old.split()).translate(fold)
    comparison = compare(old, new)
    assert comparison.words_added >= 0 <= comparison.words_removed


def test_long_texts_are_compared_with_few_pieces_for_few_edits() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    rng = random.Random(seed)
    words = [f"word{rng.randrange(5000)}{'.' if rng.random() < 0.06 else ''}" for _ in range(60_000)]
    edited = list(words)
    for at in range(0, 60_000, 1500):  # far apart: a word or two between edits would go with them
        edited[at + rng.randrange(1450)] = "otherwise"
    comparison = compare(" ".join(words), " ".join(edited))
    assert (comparison.words_added, comparison.words_removed) == (40, 40)
    assert sum(piece.kind == "came" for piece in comparison.pieces) <= 40
