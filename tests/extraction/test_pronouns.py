"""Whom "he" and "she" stand for: among names asked about, and as who speaks."""

import pytest

from claims.extraction import extract, pronoun_candidate

# A text with one pronoun in brackets, the names asked about, and which of them it is ("" for neither).
POINTS = [
    ("Tom Keel met Ana Ruiz at the port. [She] opened the bridge.", ["Tom Keel", "Ana Ruiz"], "Ana Ruiz"),
    ("Tom Keel thanked Jon Marsh. [He] then left the port.", ["Tom Keel", "Jon Marsh"], "Tom Keel"),
    ("Ana Ruiz sold the boat that Vera Moss had built for [her] mother.", ["Ana Ruiz", "Vera Moss"], "Vera Moss"),
    ("Ana Ruiz opened the bridge in May. Tom Keel closed it after [he] heard of the cracks.", ["Ana Ruiz"], ""),
    ("It rained all day. [He] opened the bridge.", [], ""),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "names", "expected"), POINTS)
def test_which_of_some_names_a_pronoun_stands_for(marked: str, names: list[str], expected: str) -> None:
    offset = marked.index("[")
    text = marked.replace("[", "").replace("]", "")
    spans = [(text.index(name), text.index(name) + len(name)) for name in names]
    found = pronoun_candidate(text, offset, spans)
    assert (text[slice(*found)] if found else "") == expected


@pytest.mark.parametrize("text", ["", " ", "he", "“", "He He he. \ud800"])
def test_odd_questions_are_answered_too(text: str) -> None:
    assert pronoun_candidate(text, 0, []) is None
    assert pronoun_candidate(text, len(text) + 9, [(0, len(text))]) in (None, (0, len(text)))


# A passage, and who speaks in its last claim.
SPEAKS = [
    ("Ana Ruiz will not vote for Jon Marsh. “I am sorry for Vera Moss,” she said.", "Ana Ruiz"),
    ("Tom Keel, the mayor, met Jon Marsh. Keel said it rained. He said it snowed.", "Tom Keel"),
    ("“Jon Marsh has sold the bridge,” said Tom Keel. “Marsh will not come back,” he added.", "Tom Keel"),
    ("A spokeswoman said it rained. Tom Keel left. She said it snowed.", "spokeswoman"),
    ("When Ana Ruiz met Vera Moss, she said it rained.", "Ana Ruiz"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "speaker"), SPEAKS)
def test_who_a_pronoun_says_is_speaking(text: str, speaker: str) -> None:
    claim = [c for c in extract(text, outlet="Harbor Post").claims if c.form != "own-voice"][-1]
    assert claim.speaker == speaker
    assert claim.speaker_by == "pronoun"
    assert 0.35 <= claim.speaker_confidence < 1
