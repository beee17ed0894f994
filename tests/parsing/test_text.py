"""normalise_text: one form for every text, whichever door it came through."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.parsing import normalise_text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
        ("one\r\n\r\ntwo", "one\n\ntwo"),
        ("one\n \t \n\n\n two ", "one\n\ntwo"),
        ("\ufeffone", "one"),
        ("o\0n\x07e", "one"),
        ("one\x0btwo\x0cthree\x85four\u2028five\u2029six", "one\ntwo\nthree\nfour\nfive\n\nsix"),
        ("one\ttwo   three\u00a0four\u2009five", "one two three four five"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("Cafe\u0301", "Café"),
        ("a\ud800b", "a\ufffdb"),
        ("\udc00", "\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("  \n\n ", ""),
        ("", ""),
    ],
)
def test_texts_take_one_form(given_text: str, expected: str) -> None:
    assert normalise_text(given_text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير إن الميناء سيفتح يوم الخميس.",
        "השר אמר שהנמל ייפתח ביום חמישי.",
        "می‌خواهم \u200fRTL\u200e",  # a joiner inside a word, and direction marks
        "👩‍👩‍👧 🏳️‍🌈 👍🏽 🇦🇿",
        "“Curly” ‘quotes’, «guillemets» and — dashes",
    ],
)
def test_scripts_emoji_and_quotes_stay_as_they_are(text: str) -> None:
    assert normalise_text(text) == unicodedata.normalize("NFC", text)


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_string_becomes_one_that_can_be_stored_and_stays_so(text: str) -> None:
    normal = normalise_text(text)
    normal.encode("utf-8")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ufeff]", normal)
    assert "\n\n\n" not in normal
    assert normal == normal.strip(" \n")
    assert unicodedata.is_normalized("NFC", normal)
    assert normalise_text(normal) == normal
