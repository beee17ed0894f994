"""Outlets an article makes known itself: "the news agency X", "X, a weekly", "Radio X", the agency of a dateline."""

from .document import Document, Sentence, Token
from .finite import is_finite
from .lexicon import COORDINATORS, DETERMINERS, PREPOSITIONS, known_outlet, outlet_key, words
from .nouns import (
    GENERIC_OUTLETS,
    OUTLET_ENDINGS,
    bare,
    is_name_token,
    is_outlet_name,
    is_possessive,
    without_article,
    without_possessive,
)

CALLED_BEFORE = (GENERIC_OUTLETS - {"paper"}) | words("agency portal")
PERIODS = words("daily weekly monthly")
NAMED_WITH = words("Radio Channel")
LONGEST_NAME = 5  # tokens
LONGEST_APPOSITION = 7
SHORTEST_INITIALS = 3


def is_outlet_here(document: Document, name: str) -> bool:
    """An outlet anybody knows, the page's own, or one that this article says is one."""
    if document.outlet and without_article(name) == without_article(document.outlet):
        return True
    if name.endswith((" news agency", " news service")):
        return True
    return is_outlet_name(name) or without_article(name) in document.named_outlets


def learn_outlets(document: Document) -> frozenset[str]:
    """The names, without article, that the article calls outlets."""
    found: set[str] = set()
    for sentence in document.sentences:
        if sentence.dateline_agency:
            found.add(sentence.dateline_agency)
        found |= named_in(sentence)
    short = {name.split()[-1] for name in found if " " in name}
    return frozenset(found | {word for word in short if word.lower() not in OUTLET_ENDINGS | {"wire"}})


def named_in(sentence: Sentence) -> set[str]:
    tokens = sentence.tokens
    found: set[str] = set()
    for i, token in enumerate(tokens):
        if token.quoted or not token.is_word:
            continue
        if token.text in NAMED_WITH and name_end(tokens, i) > i + 1:
            found.add(name_at(tokens, i))
        elif token.lower in CALLED_BEFORE and not token.is_capital and is_calling(tokens, i):
            found.add(name_at(tokens, i + 1))
        elif is_name_token(token) and (name := apposed_outlet(tokens, i)):
            found.add(name)
    return found - {""}


def is_calling(tokens: list[Token], i: int) -> bool:
    """ "the news agency Northwire", but not "the daily Covid figures"."""
    if tokens[i].lower == "agency" and (i == 0 or tokens[i - 1].lower not in ("news", "press")):
        return False
    if tokens[i].lower in PERIODS and (i == 0 or tokens[i - 1].lower not in DETERMINERS):
        return False
    if i + 1 >= len(tokens) or not is_name_token(tokens[i + 1]):
        return False
    end = name_end(tokens, i + 1)
    if end >= len(tokens) or is_possessive(tokens[end - 1]) or not tokens[end].is_word:
        return True
    following = tokens[end].lower
    return following in PREPOSITIONS | COORDINATORS | {"that", "as", "to"} or is_finite(tokens, end)


def apposed_outlet(tokens: list[Token], i: int) -> str:
    """ "SNA, the state news agency"."""
    if i and is_name_token(tokens[i - 1]):
        return ""
    end = name_end(tokens, i)
    opens = end + 1 < len(tokens) and tokens[end].text == "," and tokens[end + 1].lower in ("a", "an", "the")
    if not opens:
        return ""
    for k in range(end + 2, min(len(tokens), end + LONGEST_APPOSITION)):
        ends = k + 1 == len(tokens) or not tokens[k + 1].is_word or tokens[k + 1].lower in PREPOSITIONS
        if not tokens[k].is_word or tokens[k].lower in PREPOSITIONS:
            break
        news = tokens[k].lower != "agency" or tokens[k - 1].lower in ("news", "press")
        if ends and tokens[k].lower in CALLED_BEFORE and news:
            return name_at(tokens, i)
    return ""


def name_end(tokens: list[Token], start: int) -> int:
    end = start
    while end < len(tokens) and end < start + LONGEST_NAME and is_name_token(tokens[end]):
        end += 1
        if is_possessive(tokens[end - 1]):
            return end
    numbered = start < end < len(tokens) and tokens[end].text.isdecimal()
    return end + 1 if numbered and tokens[end - 1].text in NAMED_WITH else end  # "Channel 6"


def name_at(tokens: list[Token], start: int) -> str:
    name = " ".join(token.text for token in tokens[start : name_end(tokens, start)])
    return without_possessive(name) if bare(name) else ""


# ---- two names of one outlet ----------------------------------------------------------------------


def identity(name: str) -> str:
    """Two names of one outlet have one identity."""
    return outlet_key(known_outlet(name) or name).casefold()


def squeezed(name: str) -> str:
    """ "HawaiiNewsNow" and "Hawaii News Now" are one."""
    return "".join(ch for ch in name.casefold() if ch.isalnum())


def is_same_outlet(name: str, other: str) -> bool:
    return identity(name) == identity(other) or is_short_for(name, other) or is_short_for(other, name)


def is_short_for(short: str, name: str) -> bool:
    """ "SNA" for "Sorrany News Agency"; the initials of an outlet anybody knows are nobody else's."""
    if len(short) < SHORTEST_INITIALS or not short.isupper() or known_outlet(short):
        return False
    return short == "".join(word[0] for word in without_article(name).split() if word[0].isupper())
