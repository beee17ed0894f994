"""Transcripts, interviews in questions and answers, quotations with a name under them: who says each sentence."""

import pytest

from claims.extraction import claim_text, extract

OUTLET = "Harbor Post"
Told = list[tuple[str, str, str]]


def told(text: str) -> Told:
    """(speaker, form, words) of each claim."""
    return [(c.speaker, c.form, claim_text(text, c)) for c in extract(text, outlet=OUTLET).claims]


TRANSCRIPT = """Mayor Ana Lund defended the tram line on Sunday. The interviewer was Lars Holm.

HOLM: Mayor, the tram costs twice what you said. Why?

LUND: The tram costs 310 million. Police said in May that the tunnel cost more.

(LAUGHTER)

We cut the bus budget by a tenth.

HOLM: Thank you.

BRANDT: Nobody asked the council.

The council voted on Monday.
"""


def test_whoever_takes_a_turn_says_every_sentence_of_it() -> None:
    assert told(TRANSCRIPT)[2:] == [
        ("Lars Holm", "direct", "Mayor, the tram costs twice what you said"),
        ("Ana Lund", "direct", "The tram costs 310 million"),
        ("Ana Lund", "direct", "Police said in May that the tunnel cost more"),
        ("Ana Lund", "direct", "We cut the bus budget by a tenth"),
        ("Brandt", "direct", "Nobody asked the council"),
        (OUTLET, "own-voice", "The council voted on Monday"),
    ]


def test_what_is_reported_within_a_turn_is_embedded() -> None:
    (claim,) = [c for c in extract(TRANSCRIPT, outlet=OUTLET).claims if c.embedded]
    assert claim.embedded is not None
    assert claim.embedded.speaker == "Police"


def test_a_turn_is_one_attribution_as_worded() -> None:
    found = extract(TRANSCRIPT, outlet=OUTLET).attributions
    turns = [a for a in found if TRANSCRIPT[slice(*a.cue[0])] == ":"]
    assert [TRANSCRIPT[slice(*a.source[0])] for a in turns] == ["HOLM", "LUND", "HOLM", "BRANDT"]
    assert [TRANSCRIPT[slice(*span)] for span in turns[1].content] == [
        "The tram costs 310 million. Police said in May that the tunnel cost more.",
        "We cut the bus budget by a tenth.",
    ]


def test_turns_whose_paragraphs_open_with_a_quotation_mark() -> None:
    text = (
        "Ferry minister Karl Osei resigned on Friday.\n\n"
        '"OSEI: I have lied to nobody.\n\n"And the audit is public.\n\n'
        '"DANE: Who paid then?\n\n"OSEI: My predecessor paid.\n\n'
        "Osei later told reporters that he would sue."
    )
    assert [(speaker, words.lstrip('"')) for speaker, _, words in told(text)][1:] == [
        ("Karl Osei", "I have lied to nobody"),
        ("Karl Osei", "And the audit is public"),
        ("Karl Osei", "My predecessor paid"),
        ("Karl Osei", "he would sue"),
    ]


QUESTIONS = "Q: Opponents say the bus budget is too small.\n\nA: The bus budget fell by a tenth.\n\nQ: Why?\n\nA: Fuel costs twice as much."


def test_answers_are_of_the_one_person_who_is_introduced() -> None:
    text = f"Ana Lund was elected mayor in 2019.\n\n{QUESTIONS}"
    assert told(text)[1:] == [
        ("Ana Lund", "direct", "The bus budget fell by a tenth"),
        ("Ana Lund", "direct", "Fuel costs twice as much"),
    ]


@pytest.mark.parametrize("intro", ["", "Ana Lund, the mayor, beat Olga Brandt, a lawyer, in 2019.\n\n"])
def test_whose_answers_are_is_left_open_where_the_text_leaves_it_open(intro: str) -> None:
    answers = [c for c in extract(intro + QUESTIONS, outlet=OUTLET).claims if c.form != "own-voice"]
    assert [c.speaker for c in answers] == ["", ""]


SIGNED = """We asked readers about the new tram.

“It takes me forty minutes longer to get to work than last year.” — Tom Reed, 41, baker

“The tram is the best thing that happened to this town. My mother visits us again.” ― Olga Brandt
“They cut down two hundred trees for it.”

- Sam Hale, who lives in Merrow
"""


def test_a_quotation_is_of_whoever_signed_it() -> None:
    assert told(SIGNED) == [
        ("Tom Reed", "direct", "“It takes me forty minutes longer to get to work than last year.”"),
        ("Olga Brandt", "direct", "“The tram is the best thing that happened to this town"),
        ("Olga Brandt", "direct", "My mother visits us again.”"),
        ("Sam Hale", "direct", "“They cut down two hundred trees for it.”"),
    ]


@pytest.mark.parametrize(
    "paragraphs",
    [
        [
            "Results so far",
            "Merrow: 1,204 votes",
            "Holm: 988 votes",
            "Merrow: 300 more",
            "Holm leads Merrow.",
        ],
        [
            "Three ran for mayor.",
            "Ana Lund: The mayor wants a tram.",
            "Lars Holm: He owns four buses.",
            "Olga Brandt: No car.",
        ],
        [
            "The dam broke.",
            "RELATED: The dam was built in 1950.",
            "WATCH: It was repaired.",
            "RELATED: The valley floods.",
        ],
        ["The minister called it “a great day for Merrow.” - Reuters"],
        ["Lund opened the tram and called it “a great day.” — Additional reporting by Sam Hale"],
    ],
)
def test_lists_links_and_credits_give_no_turns(paragraphs: list[str]) -> None:
    found = extract("\n\n".join(paragraphs), outlet=OUTLET)
    assert all(c.decided_by != "turn" for c in found.claims)


def test_a_transcript_of_a_thousand_turns_is_read() -> None:
    text = "Ana Lund met Lars Holm.\n\n" + "LUND: It rained.\n\nHOLM: It did not.\n\n" * 500
    claims = extract(text, outlet=OUTLET).claims
    assert {c.speaker for c in claims if c.decided_by == "turn"} == {"Ana Lund", "Lars Holm"}
    assert sum(c.decided_by == "turn" for c in claims) == 1000
