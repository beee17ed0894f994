"""Texts that are not quite running prose: left-overs of HTML, everything in capitals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.extraction import claim_text, extract
from claims.extraction.plaintext import readable


def claims(text: str) -> list[tuple[str, str, list[str]]]:
    found = extract(text, outlet="Sund Gazette").claims
    return [(claim_text(text, c), c.speaker, [hop.name for hop in c.chain[:-1]]) for c in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<p>Mayor Ana Ruiz said&nbsp;the <b>bridge</b> is shut &amp; will stay shut.</p>",
            [("the bridge is shut & will stay shut", "Ana Ruiz", [])],
        ),
        (
            'Ana Ruiz said the bridge is shut. <script>var x = "he said";</script><a href="/a">The pier is safe, she added.</a>',
            [("the bridge is shut", "Ana Ruiz", []), ("The pier is safe", "Ana Ruiz", [])],
        ),
        (
            "THE BRIDGE WILL CLOSE ON MONDAY, TRANSPORT MINISTER HELENA VASK SAID IN AN INTERVIEW WITH REUTERS.",
            [("THE BRIDGE WILL CLOSE ON MONDAY", "Helena Vask", ["Reuters"])],
        ),
        (
            "MAYOR TOMAS RELL DENIED THAT THE CITY HAD IGNORED WARNINGS. HE SAID IT HAD SENT THEM ON.",
            [("THE CITY HAD IGNORED WARNINGS", "Tomas Rell", []), ("IT HAD SENT THEM ON", "Tomas Rell", [])],
        ),
    ],
)
def test_what_is_claimed_in_them(text: str, expected: list[tuple[str, str, list[str]]]) -> None:
    assert claims(text) == expected


@pytest.mark.parametrize(
    "text", ["5 < 6 and 7 > 6; so it is", "AT&T; and R&D are names", "He wrote <3 to all"]
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert readable(text) == text


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("ABCÀİßŒǅ abc<>/&;.!nbsp\n'’\u0301😀\ud800")) | st.characters(),
        max_size=120,
    )
)
def test_every_character_keeps_its_place(text: str) -> None:
    read = readable(text.upper() if len(text.upper()) == len(text) else text)
    assert len(read) == len(text)


def test_this_newspaper_is_the_page_itself() -> None:
    text = "The bridge is shut, Rell told Radio Vel.\n\n“We voted twice,” a man in Dorn told this newspaper."
    assert claims(text)[-1] == ("“We voted twice,”", "man in Dorn", [])


def test_nobody_named_is_kept_as_worded() -> None:
    text = "The vote was fair, two people briefed on the talks said."
    assert claims(text) == [("The vote was fair", "two people briefed on the talks", [])]
