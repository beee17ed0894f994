"""A text as the words that are compared: without case, punctuation and the many ways to write one letter."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

# Vowel points that writers put or leave out (Hebrew, Arabic), and whatever accents stay apart after NFKC.
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_APOSTROPHES = re.compile("[’ʼ']")
# Scripts written without spaces. A character stands for itself and those after it, so many that five in a row say
# about as much as five words do.
_HAN_AND_KANA = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SOUTH_EAST = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
_HAN_REACH, _SOUTH_EAST_REACH = 3, 8
# The scripts of India write vowels as marks, which `\w` leaves out; a danda ends sentences.
_INDIC = "\u0900-\u0963\u0966-\u096f\u0971-\u0dff"
MOST_CHARACTERS = 200_000  # of a longer text, the beginning is compared
_RUNS = re.compile(
    f"(?P<han>[{_HAN_AND_KANA}]+)|(?P<thai>[{_SOUTH_EAST}]+)|(?:[^\\W_{_HAN_AND_KANA}{_SOUTH_EAST}]|[{_INDIC}])+"
)

# Most texts have no letter of these scripts, and are split five times as quickly without asking at each word.
_SPECIAL = re.compile(f"[{_HAN_AND_KANA}{_SOUTH_EAST}{_INDIC}]")
_PLAIN_RUNS = re.compile(r"[^\W_]+")


def split_words(text: str) -> list[str]:
    """The words of the first MOST_CHARACTERS of `text`, in order: NFKC, case folded, no punctuation, "don’t" as "dont"."""
    text = _POINTS.sub("", unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold())
    text = _APOSTROPHES.sub("", text)
    return list(_words(text)) if _SPECIAL.search(text) else _PLAIN_RUNS.findall(text)


def shingles(words: Sequence[str], size: int) -> list[str]:
    """Each run of `size` words as one string, in order; shorter texts have none."""
    return [" ".join(words[start : start + size]) for start in range(len(words) - size + 1)]


def _words(text: str) -> Iterator[str]:
    for match in _RUNS.finditer(text):
        run = match[0]
        reach = _HAN_REACH if match["han"] else _SOUTH_EAST_REACH if match["thai"] else 0
        if reach:
            for start in range(max(1, len(run) - reach + 1)):
                yield run[start : start + reach]
        else:
            yield run
