"""Any text at all: no error, spans inside the text, and cost in proportion to length."""

import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.extraction import REASONS, SKIPPED, Extraction, extract, load
from tests.extraction.stories import WIRE_STORY

SENTENCE = '"The bridge is shut," Ana Ruiz told Reuters on Monday, adding that the pier was safe. He said it would open. '
ODD = [
    "", " ", "\x00", "\ud800 said that it rained \udfff.", "😀 said “😀 is 😀 good.”", "word", "?!?!", '"' * 400, "“ said " * 200,
    "' a" * 300, "said, " * 300, "according to " * 200, "that " * 400, "(" * 400, "\n" * 400, "—a" * 400, "He said he said " * 200,
    SENTENCE.upper() * 5, SENTENCE.replace(" ", "\r\n") * 5, SENTENCE.replace('"', ""), "قال الوزير إن الجسر مغلق. " * 20,
    "Министр заявил, что мост закрыт и будет закрыт до мая. " * 20, "e\u0301 said e\u0301 is e\u0301. " * 50,
    "<p>Ana Ruiz said <b>the bridge</b> is shut.</p>", "A: B - C: D - E", "Mr. Dr. U.S. Inc. said. No. 5.",
]  # fmt: skip


def assert_sound(text: str, found: Extraction) -> None:
    """What the database will insist on."""
    assert found.skipped == "" or (found.skipped in SKIPPED and not found.claims)
    for claim in found.claims:
        assert claim.content
        spans = [claim.content, claim.cue, claim.source]
        spans += [claim.embedded.content] if claim.embedded else []
        for role in spans:
            for start, end in role:
                assert 0 <= start < end <= len(text)
            assert all(before[1] <= after[0] for before, after in itertools.pairwise(role))
        for hop in claim.chain:
            assert hop.name
            for span in (hop.span, hop.cue):
                assert span is None or 0 <= span[0] < span[1] <= len(text)
        assert [hop.role for hop in claim.chain].index("publisher") == len(claim.chain) - 1
        assert set(claim.reasons) <= set(REASONS)
        assert 0 <= claim.score <= 1
        assert 0 <= claim.confidence <= 1
    starts = [claim.content[0] for claim in found.claims]
    assert starts == sorted(starts)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts(text: str) -> None:
    assert_sound(text, extract(text, outlet="Post"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *re.findall(r"\w+|\W", SENTENCE),
                "“",
                "”",
                "‘",
                "’",
                "\n\n",
                "according to",
                "—",
                "😀",
                "\ud800",
                "AP",
                "(",
                ")",
            ]
        ),
        max_size=80,
    )
)
def test_shuffled_words_and_marks(parts: list[str]) -> None:
    text = "The man said that it is so. " + "".join(parts)
    assert_sound(text, extract(text, outlet="Post", title="The man"))


def test_a_story_cut_and_scrambled_anywhere() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for _ in range(60):
        a, b = sorted(chance.choices(range(len(WIRE_STORY.text)), k=2))
        text = WIRE_STORY.text[a:b] + WIRE_STORY.text[: chance.randrange(400)]
        text = text.replace(
            chance.choice(" ,.\"'\n"), chance.choice(["", '"', "\n", " said ", ", "]), chance.randrange(30)
        )
        assert_sound(text, extract(text, outlet="Halden Daily"))


LONG = {
    "the same sentence over and over": SENTENCE,
    "no sentence ends": "the minister said that prices rose and the police said that it fell and ",
    "unbalanced quotes": 'x " y ',
}


@pytest.mark.slow
@pytest.mark.parametrize("part", LONG.values(), ids=LONG.keys())
def test_a_hundred_thousand_characters(part: str) -> None:
    text = part * (100_000 // len(part))
    assert_sound(text, extract(text, outlet="Post"))


@pytest.mark.drill
@pytest.mark.parametrize(
    ("part", "characters"),
    [(LONG["the same sentence over and over"], 1_000_000), (LONG["no sentence ends"], 3_000_000)],
    ids=["the same sentence 10,000 times", "3 MB without a sentence's end"],
)
def test_millions_of_characters(part: str, characters: int) -> None:
    text = part * (characters // len(part))
    assert_sound(text, extract(text, outlet="Post"))


def test_spans_count_code_points() -> None:
    text = "😀 e\u0301 😀. Ana Ruiz said the bridge is shut."
    claim = extract(text, outlet="Post").claims[-1]
    assert [text[start:end] for start, end in claim.content] == ["the bridge is shut"]
    assert [text[start:end] for start, end in claim.source] == ["Ana Ruiz"]


@pytest.mark.parametrize(
    ("text", "skipped", "language"),
    [
        ("", "no_text", "und"),
        (" \n ??? \n", "no_text", "und"),
        ("bridge", "no_sentences", "und"),
        (
            "Министр заявил, что мост закрыт и останется закрытым до конца мая. " * 5,
            "language_not_supported",
            "ru",
        ),
        (
            "Der Minister sagte, die Brücke sei geschlossen und bleibe es bis zum Ende des Monats. " * 5,
            "language_not_supported",
            "de",
        ),
    ],
)
def test_why_nothing_was_extracted(text: str, skipped: str, language: str) -> None:
    found = extract(text, outlet="Post")
    assert (found.claims, found.skipped, found.language) == ((), skipped, language)


def test_loading_twice_gives_the_version_stored_with_results() -> None:
    assert load() == load() == extract("It rained.", outlet="Post").version
