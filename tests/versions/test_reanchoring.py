"""Where a claim's words are in a later text: right where it says so, and never at a lookalike in silence."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.reanchoring import Anchor, Quotation, occurrences, reanchor

OLD = (
    "Mira Tolland, the mayor of Lakeside, rejected the report in an interview with Radio Brook, Lakeside Post "
    "reports citing Northern Wire.\n\n"
    "“The old dam holds twice the water it was built for,” Tolland said.\n\n"
    "The dam was finished in 1954. It has been repaired four times since then.\n\n"
    "Fishermen say that the water has never been so low in spring. Nobody from the county was there.\n\n"
    "The county paid 12 million crowns for the new gates, according to its treasurer."
)
HOLDS = "The old dam holds twice the water it was built for"
LOW = "the water has never been so low in spring"
PAID = "The county paid 12 million crowns for the new gates"
STORIES = Path(__file__).parents[2] / "benchmarks" / "texts"


def span(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def anchor(old: str, new: str, *content: str, beside: tuple[str, ...] = ()) -> Anchor:
    quotation = Quotation(tuple(span(old, one) for one in content), tuple(span(old, one) for one in beside))
    return reanchor(old, new, [quotation])[0]


def words(text: str, found: Anchor) -> list[str]:
    return [text[start:end] for start, end in found.content]


def test_words_in_their_place_are_exact_with_all_that_is_beside_them() -> None:
    new = "Updated.\n\n" + OLD.replace("Fishermen say", "People who fish here say")
    found = anchor(OLD, new, HOLDS, beside=("Tolland said", "said", "Radio Brook"))
    assert (found.kind, found.confidence) == ("exact", 1.0)
    assert words(new, found) == [HOLDS]
    assert [place and new[place[0] : place[1]] for place in found.beside] == [
        "Tolland said",
        "said",
        "Radio Brook",
    ]
    assert found.beside[1] == (new.index("said."), new.index("said.") + 4)


def test_other_quotation_marks_are_the_same_words() -> None:
    new = OLD.replace("“", '"').replace("”", '"')
    found = anchor(OLD, new, f"“{HOLDS},”")
    assert (found.kind, words(new, found)) == ("exact", [f'"{HOLDS},"'])


def test_a_paragraph_elsewhere_has_moved_with_its_cue() -> None:
    quoted = f"“{HOLDS},” Tolland said.\n\n"
    new = OLD.replace(quoted, "") + "\n\n" + quoted.strip()
    found = anchor(OLD, new, HOLDS, beside=("said", "Northern Wire"))
    assert (found.kind, words(new, found)) == ("moved", [HOLDS])
    assert 0.75 <= found.confidence < 1
    assert found.beside[0] == (new.rindex("said"), new.rindex("said") + 4)


@pytest.mark.parametrize(
    ("now", "least"),
    [
        ("The county paid 14 million crowns for the new gates", 0.95),
        ("The county paid 12 million crowns for gates", 0.85),
        ("The county did not pay 12 million crowns for the new gates", 0.85),
        ("It was the county that paid at least 12 million crowns for these new gates", 0.7),
    ],
)
def test_other_words_in_its_place_are_fuzzy_with_their_likeness(now: str, least: float) -> None:
    new = OLD.replace(PAID, now)
    found = anchor(OLD, new, PAID, beside=("according to", "its treasurer"))
    assert found.kind == "fuzzy"
    assert least <= found.confidence < 1
    [here] = words(new, found)
    assert here in now or now in here
    assert "gates" in here
    assert found.beside == (span(new, "according to"), span(new, "its treasurer"))


def test_what_was_dropped_is_lost() -> None:
    new = re.sub(r"Fishermen .*?spring\. ", "", OLD)
    found = anchor(OLD, new, LOW)
    assert (found.kind, found.ambiguous, found.content) == ("lost", False, ())


def test_what_something_else_stands_for_is_lost() -> None:
    new = OLD.replace(LOW, "nobody asks them about anything any more")
    assert anchor(OLD, new, LOW).kind == "lost"


def test_of_two_equal_sentences_the_one_that_stayed_is_not_taken_for_the_one_that_went() -> None:
    twice = f"{PAID}.\n\nThe mayor was there.\n\n{PAID}."
    left = f"The mayor was there.\n\n{PAID}."
    first, last = span(twice, PAID), (twice.rindex(PAID), twice.rindex(PAID) + len(PAID))
    gone, stayed = reanchor(twice, left, [Quotation((first,)), Quotation((last,))])
    assert gone.kind == "lost"
    assert (stayed.kind, stayed.content) == ("exact", (span(left, PAID),))


def test_between_two_places_with_the_same_words_nothing_is_chosen() -> None:
    moved = f"{PAID}.\n\nThe mayor was there, with all of her council and a band."
    new = f"Opening.\n\n{PAID}.\n\nThe mayor was there, with all of her council and a band.\n\nIn short:\n\n{PAID}."
    old = f"{moved}\n\nThe end of it."
    found = reanchor(f"Title, long since gone. {PAID}, it said.", f"Now. {PAID}: so.\n\nThen. {PAID}: so.", [
        Quotation((span(f"Title, long since gone. {PAID}, it said.", PAID),))
    ])[0]  # fmt: skip
    assert (found.kind, found.ambiguous) == ("lost", True)
    # Where the surroundings tell them apart, they do.
    assert anchor(old, new, PAID).content == (span(new, PAID),)


def test_between_two_places_with_like_words_nothing_is_chosen() -> None:
    one, other = (PAID.replace("12", figure).replace("new", "old") for figure in ("13", "14"))
    new = OLD.replace(f"{PAID}, according to its treasurer.", "") + f"{one}.\n\nLater on:\n\n{other}."
    found = anchor(OLD, new, PAID)
    assert (found.kind, found.ambiguous) == ("lost", True)


def test_a_few_words_are_not_found_again_by_themselves() -> None:
    assert anchor("He paid. They left.", "Nobody was there. Somebody paid. All slept.", "paid").kind == "lost"


def test_content_in_parts_keeps_its_order_and_tells_what_is_missing() -> None:
    text = "“The dam,” she said, “will hold for ten more years.”"
    both = anchor(text, f"{text} She left.", "The dam", "will hold for ten more years")
    assert (both.kind, len(both.content)) == ("exact", 2)
    half = anchor(
        text,
        "She said on Monday that it will hold for ten more years.",
        "The dam",
        "will hold for ten more years",
    )
    assert half.kind in ("fuzzy", "lost")


def test_spans_within_words_stay_within_them() -> None:
    text = "A half-built dam of 1954 stands there, people said on Monday."
    found = anchor(text, f"New: {text}", "built dam of 195")
    assert (found.kind, words(f"New: {text}", found)) == ("exact", ["built dam of 195"])


def test_a_span_outside_of_its_text_is_refused() -> None:
    with pytest.raises(ValueError, match="is not inside a text"):
        reanchor("short", "short", [Quotation(((2, 9),))])


@pytest.mark.parametrize("new", ["", "…", "x"])
def test_a_text_without_words_has_nothing(new: str) -> None:
    assert anchor(OLD, new, HOLDS).kind == "lost"


def test_words_are_found_however_they_are_spaced_and_quoted() -> None:
    assert occurrences(OLD, '"The  old dam\nholds') == [(OLD.index("“The old"), OLD.index("holds") + 5)]
    assert occurrences(OLD, "  ") == []
    assert len(occurrences(OLD, "the water")) == 1 + OLD.count("twice the water")


# ---- Whatever is edited


def own_texts() -> list[str]:
    found = [
        path.read_text().partition("== text\n")[2].partition("\n== ")[0]
        for path in sorted(STORIES.glob("*.txt"))
    ]
    assert len(found) > 5
    return found


SENTENCE = re.compile(r"[^.!?\s][^.!?\n]{25,}[.!?]”?")


@given(data=st.data(), seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_after_random_edits_what_is_exact_or_moved_is_right_and_what_was_left_alone_is_found(
    data: st.DataObject, seed: int
) -> None:
    """Sentences are dropped, reworded, put elsewhere; each of the rest must be found at its own new place."""
    rng = random.Random(seed)
    text = data.draw(st.sampled_from(own_texts()))
    sentences = list(dict.fromkeys(SENTENCE.findall(text)))
    hypothesis_edits = data.draw(
        st.lists(
            st.sampled_from(["keep", "keep", "keep", "drop", "reword", "insert", "move"]),
            min_size=len(sentences),
            max_size=len(sentences),
        )
    )
    old, pieces, late = "", [], []
    where: list[tuple[int, int]] = []
    for sentence, edit in zip(sentences, hypothesis_edits, strict=True):
        start = len(old) + (2 if old else 0)
        old += ("\n\n" if old else "") + sentence
        where.append((start, start + len(sentence)))
        if edit == "insert":
            pieces.append((None, "".join(rng.choice("abcdefgh ") for _ in range(60)).strip() + "."))
        if edit == "reword":
            pieces.append((None, " ".join(rng.sample(sentence.split(), len(sentence.split())))))
        elif edit == "move":
            late.append((sentence, sentence))
        elif edit != "drop":
            pieces.append((sentence, sentence))
    new, now = "", {}
    for known, piece in [*pieces, *late]:
        new += "\n\n" if new else ""
        if known:
            now[known] = (len(new), len(new) + len(piece))
        new += piece
    if not old or not new:
        return
    for sentence, found in zip(
        sentences, reanchor(old, new, [Quotation((one,)) for one in where]), strict=True
    ):
        if found.kind in ("exact", "moved"):
            assert found.content == (now[sentence],)
        if sentence in now:
            assert found.kind in ("exact", "moved"), (sentence, found)
        elif found.kind == "fuzzy":
            [(start, end)] = found.content
            assert 0 <= start < end <= len(new)


@given(
    old=st.text(alphabet="ab. \n“é", max_size=60),
    new=st.text(alphabet="ab. \n“é", max_size=60),
    data=st.data(),
)
def test_any_text_and_any_span_give_an_answer(old: str, new: str, data: st.DataObject) -> None:
    if not old:
        return
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    [found] = reanchor(old, new, [Quotation(((start, end),), ((start, end),))])
    assert (found.kind == "lost") == (not found.content)
    for place in (*found.content, *filter(None, found.beside)):
        assert 0 <= place[0] < place[1] <= len(new)
