"""What two texts are compared by, whatever script they are written in."""

import unicodedata

import pytest

from articles.similarity import split_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Dam HOLDS, she said.", "the dam holds she said"),
        ("“Don’t!” she said", "Don't, she said"),
        ("Zoë’s café", unicodedata.normalize("NFD", "Zoë’s café")),
        ("Straße", "STRASSE"),
        ("the ﬁrst ① year", "the first 1 year"),
        ("well-known dam – it holds", "well known dam: it holds"),
        ("كِتَاب جَدِيد", "كتاب جديد"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_writings_of_one_text_are_the_same_words(one: str, other: str) -> None:
    assert split_words(one) == split_words(other)


def test_spaced_scripts_are_cut_at_spaces() -> None:
    assert split_words("Плотина держит, сказала она.") == ["плотина", "держит", "сказала", "она"]
    assert split_words("बाँध मज़बूत है।") == [
        unicodedata.normalize("NFKC", word) for word in ("बाँध", "मज़बूत", "है")
    ]


def test_scripts_without_spaces_are_read_by_characters_that_overlap() -> None:
    assert split_words("水坝很坚固。") == ["水坝很", "坝很坚", "很坚固"]
    assert split_words("水坝") == ["水坝"]
    thai = split_words("เขื่อนแข็งแรง")
    assert len(thai) > 5 and all(len(word) == 8 for word in thai)


def test_a_text_of_punctuation_has_no_words() -> None:
    assert split_words("… – !? \n\n _") == []
