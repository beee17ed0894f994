"""Finite verbs and words of time, told by form and neighbours."""

from .document import Token
from .lexicon import (
    ADVERBS,
    AUXILIARIES,
    DETERMINERS,
    IRREGULAR_VERBS,
    MONTHS,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    TIME_WORDS,
    lexicon,
    words,
)

NOT_PAST = words(
    "need seed feed weed speed breed bed red hundred indeed shed sacred naked wicked aged united exceed "
    "proceed succeed limited unprecedented"
)
SHOWING = words(
    "highlights demonstrates underscores illustrates ensures proves implies confirms reflects suggests argues"
)
SINGULAR_PRONOUNS = words("he she it who")
PLURAL_SUBJECTS = words(
    "they we you i who people police authorities officials others some many most men women children both"
)


def is_finite(tokens: list[Token], i: int) -> bool:
    """Whether a token can be a finite verb where it stands."""
    token = tokens[i]
    lower = token.lower
    if token.is_capital and not (i == 0 and not (i + 1 < len(tokens) and tokens[i + 1].is_capital)):
        return False
    if lower in AUXILIARIES:
        return True
    before = tokens[i - 1].lower if i else ""
    if (
        before in DETERMINERS
        or before in POSSESSIVES
        or before.endswith(("'s", "’s", "s'"))
        and before not in AUXILIARIES
    ):
        return False
    if before in PREPOSITIONS and before not in ("since", "before", "after") or before == "to":
        return False
    if lower in IRREGULAR_VERBS:
        return True
    if "-" in lower:
        return False
    if lower in lexicon().base_verbs and is_plural_subject(before):
        return True
    if (
        lower in lexicon().third_persons
        and i
        and (tokens[i - 1].is_capital or before in PERSONAL or before == "who")
    ):
        return True
    if before in SINGULAR_PRONOUNS and lower.endswith("s") and lower not in ADVERBS and len(lower) > 3:
        return True
    if lower in SHOWING:
        return True
    if lower.endswith("ed") and len(lower) > 3 and lower not in NOT_PAST:
        return not (
            i + 1 < len(tokens) and before in ("", ",") and tokens[i + 1].is_word and lower.endswith("based")
        )
    form = lexicon().verbs.get(lower)
    return form is not None and form.tense in ("s", "past")


def is_plural_subject(word: str) -> bool:
    """Whether a plain verb form may follow this word: "critics oppose", "they wear"."""
    return (
        word in PLURAL_SUBJECTS
        or word.endswith("s")
        and len(word) > 3
        and not word.endswith(("ss", "'s", "’s", "us", "is"))
    )


def has_finite(tokens: list[Token], start: int, end: int) -> bool:
    return any(is_finite(tokens, i) for i in range(start, end))


def is_time(token: Token) -> bool:
    dated = token.text[0].isdigit() and not token.lower.endswith("old")
    return dated or token.lower in TIME_WORDS or token.lower.rstrip(".") in MONTHS
