"""Texts that are not quite running prose, as the steps can read them: of the same length, so that spans hold.

Left-overs of HTML become blanks; a text all in capitals gets the case that its words usually have.
"""

import re

from .encoding import is_loud
from .language import COMMON
from .lexicon import (
    AUXILIARIES,
    DETERMINERS,
    MONTHS,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    WEEKDAYS,
    known_outlet,
    lexicon,
)
from .nouns import role_words

MARKUP = re.compile(
    r"<(script|style)\b[^<>]{0,200}>.{0,20000}?</\1\s*>|</?[A-Za-z][^<>]{0,500}>|<!--.{0,5000}?-->"
    r"|&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,6});|(?<![\w&])nbsp;",
    re.DOTALL | re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
ENDS = frozenset(".!?\n")
# What stays in capitals in a text of ordinary case.
INITIALS = frozenset(
    [
        "US",
        "UK",
        "EU",
        "UN",
        "NATO",
        "USA",
        "BBC",
        "CNN",
        "AP",
        "AFP",
        "TASS",
        "RT",
        "FBI",
        "CIA",
        "NHS",
        "WHO",
    ]
)


def readable(text: str) -> str:
    """`text` as it is to be read, character for character as long."""
    text = without_markup(text)
    return quieter(text) if is_loud(text) else text


def without_markup(text: str) -> str:
    """`text` with blanks where tags, scripts and character references stood."""
    return MARKUP.sub(lambda match: blank(match.group()), text) if "<" in text or ";" in text else text


def blank(markup: str) -> str:
    """Spaces in place of markup; its line ends stay, an ampersand too."""
    if markup.lower() == "&amp;":
        return "&    "
    return "".join(ch if ch == "\n" else " " for ch in markup)


def quieter(text: str) -> str:
    """Lower case but for sentences' beginnings, for what is known to be a name, and for who is named after a title."""
    pieces: list[str] = []
    last, opens, naming = 0, True, 0
    for match in WORD.finditer(text):
        between = text[last : match.start()]
        pieces.append(between)
        opens = opens or any(ch in ENDS for ch in between)
        word = match.group()
        low = "".join(ch.lower() if len(ch.lower()) == 1 else ch for ch in word)
        naming = 0 if between != " " or low in PLAIN or low in lexicon().verbs else naming
        known = is_name(low)
        if word in INITIALS:
            pieces.append(word)
        elif opens or known or naming:
            pieces.append(word[0] + low[1:])
        else:
            pieces.append(low)
        naming = NAME_WORDS if low in role_words() else 1 if known else max(naming - 1, 0)
        last, opens = match.end(), False
    pieces.append(text[last:])
    return "".join(pieces)


def is_name(low: str) -> bool:
    """A given name, a place, an outlet, a month or a day. "may", "said" and the like are words first."""
    if low in WORDS_FIRST or low in PLAIN or low in lexicon().verbs or low in lexicon().base_verbs:
        return low in WEEKDAYS
    title = low.title()
    known = title in lexicon().genders or title in lexicon().places or low in MONTHS | WEEKDAYS
    return known or bool(known_outlet(title))


NAME_WORDS = 2  # words of a name after a title
PLAIN = COMMON | AUXILIARIES | PREPOSITIONS | DETERMINERS | PERSONAL | POSSESSIVES
WORDS_FIRST = frozenset(
    [
        "will",
        "may",
        "mark",
        "bill",
        "rose",
        "grant",
        "art",
        "pat",
        "sue",
        "jack",
        "rob",
        "hope",
        "grace",
        "faith",
        "joy",
        "dawn",
        "june",
        "art",
        "frank",
        "guy",
        "ray",
        "drew",
        "chase",
        "chance",
        "price",
        "miles",
        "page",
        "reed",
        "lane",
        "march",
        "case",
        "earnest",
        "rich",
        "rusty",
        "sandy",
        "sunny",
        "victor",
        "major",
        "king",
        "prince",
    ]
)
