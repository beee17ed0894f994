"""Programmes, podcasts and broadcasters that a statement is made on, and journals it is made in, as their words name them."""

from .document import Token
from .finite import is_time
from .lexicon import DETERMINERS, MONTHS, POSSESSIVES, PREPOSITIONS, WEEKDAYS, journals, known_outlet, words
from .nouns import DEMONYMS, bare, is_possessive
from .types import Span

PROGRAMMES = words(
    "podcast show programme program series broadcast talkshow newscast documentary livestream radio-show"
)
OPENING, CLOSING = frozenset("“\"'‘«„"), frozenset("”\"'’»“")
STATE_LEADS = words(
    "state national public local regional federal official government-run state-run state-owned private"
)
BROADCASTERS = words("television tv radio media broadcaster")
AFFILIATES = words("affiliate station outlet partner sister-station")
LONGEST_TITLE = 7  # tokens
SENTENCE_PLACES = words("hill one floor sidelines campaign")  # "on Capitol Hill", "on Air Force One"
NOTHING: tuple[str, Span] = ("", (0, 0))


def programme_at(tokens: list[Token], start: int, *, lead: str = "") -> tuple[str, Span]:
    """(name, span) of a programme named from a token on.

    "the “Night Shift” podcast", "the podcast Late Lantern", "ABC's This Week", "CBS's “Face the Nation”", and behind "on"
    also "The Late Hour".
    """
    first = start
    while (
        first < len(tokens)
        and tokens[first].lower in DETERMINERS | POSSESSIVES
        and not tokens[first].is_capital
    ):
        first += 1
    if first >= len(tokens):
        return NOTHING
    owned = owned_programme(tokens, first)
    if owned[0]:
        return owned
    titled, end = title_in_quotes(tokens, first)
    if titled:
        told = end < len(tokens) and bare(tokens[end].text) in PROGRAMMES
        known = bool(known_outlet(titled))
        if told or known or lead == "on":
            return titled, (tokens[first].start, tokens[end - 1].end)
        return NOTHING
    if bare(tokens[first].text) in PROGRAMMES and first + 1 < len(tokens):
        titled, end = title_in_quotes(tokens, first + 1)
        if titled:
            return titled, (tokens[first].start, tokens[end - 1].end)
        name, span = capitals_at(tokens, first + 1)
        return (name, span) if name else NOTHING
    name, span = capitals_at(tokens, first)
    if not name:
        return NOTHING
    after = next((i for i in range(first, len(tokens)) if tokens[i].start >= span[1]), len(tokens))
    if after < len(tokens) and bare(tokens[after].text) in PROGRAMMES:
        return name, span
    many = len(name.split()) > 2 and name.startswith("The ") and lead == "on"
    return (name, span) if many and bare(name.split()[-1]) not in SENTENCE_PLACES else NOTHING


def owned_programme(tokens: list[Token], first: int) -> tuple[str, Span]:
    """ "ABC's This Week", "CBS's “Face the Nation”", "CNN’s Jake Marlow": the outlet, and its programme where one is named."""
    end = next((i + 1 for i in range(first, min(len(tokens), first + 4)) if is_possessive(tokens[i])), 0)
    if not end or not all(token.is_capital for token in tokens[first:end]):
        return NOTHING
    owner = " ".join(token.text for token in tokens[first:end])
    owner = owner[:-2] if owner[-1] == "s" else owner[:-1]
    if not known_outlet(owner):
        return NOTHING
    begin = tokens[first].start
    titled, stop = title_in_quotes(tokens, end)
    if titled:
        return f"{owner}'s {titled}", (begin, tokens[stop - 1].end)
    name, span = capitals_at(tokens, end)
    if name and (
        known_outlet(name)
        or len(name.split()) > 1
        and name.split()[0] in ("The", "This", "Meet", "Good", "State")
    ):
        return f"{owner}'s {name}", (begin, span[1])
    return owner, (begin, tokens[end - 1].end)


def title_in_quotes(tokens: list[Token], start: int) -> tuple[str, int]:
    """(title, where it ends) of a short title in quotation marks; nobody's words, for each long word has a capital."""
    if start + 1 >= len(tokens) or tokens[start].text not in OPENING:
        return "", start
    for i in range(start + 1, min(len(tokens), start + LONGEST_TITLE + 2)):
        if tokens[i].text in CLOSING or tokens[i].text in ("''", "’’"):
            title = tokens[start + 1 : i]
            if title and title[-1].text in ",.":
                title = title[:-1]
            named = all(t.is_capital or len(t.text) < 4 or not t.is_word for t in title)
            if not title or not named or not title[0].text[:1].isupper() and not title[0].text[:1].isdigit():
                return "", start
            return " ".join(token.text for token in title), i + 1
    return "", start


def capitals_at(tokens: list[Token], start: int) -> tuple[str, Span]:
    """A name of capitals, small words between them allowed."""
    end = start
    while end < len(tokens) and end < start + LONGEST_TITLE and tokens[end].is_word:
        if is_dated(tokens[end]) and end > start:
            break
        small = tokens[end].lower in PREPOSITIONS | {"the", "and", "&"} and not tokens[end].is_capital
        joins = (
            small
            and end > start
            and end + 1 < len(tokens)
            and tokens[end + 1].is_capital
            and not is_time(tokens[end + 1])
        )
        if not (tokens[end].is_capital or (joins and tokens[end].lower in ("of", "the", "and", "&"))):
            break
        end += 1
    if end == start or tokens[start].quoted:
        return NOTHING
    return " ".join(t.text for t in tokens[start:end]).removesuffix("'s").removesuffix("’s"), (
        tokens[start].start,
        tokens[end - 1].end,
    )


def is_dated(token: Token) -> bool:
    """A weekday, a month or a number; "Late" and "Week" may be part of a programme's name."""
    return token.lower in WEEKDAYS | MONTHS or token.text[0].isdigit()


def broadcaster_at(tokens: list[Token], start: int) -> tuple[str, Span]:
    """ "state television", "Sundrian state TV", "national radio": a broadcaster without a name."""
    i = start
    while i < len(tokens) and tokens[i].lower in DETERMINERS | POSSESSIVES:
        i += 1
    begin = i
    led = False
    while i < len(tokens) and i < begin + 4 and tokens[i].is_word and not tokens[i].quoted:
        word = bare(tokens[i].text)
        if word in BROADCASTERS and led:
            following = tokens[i + 1] if i + 1 < len(tokens) else None
            if following is not None and following.is_capital and not is_time(following):
                return NOTHING  # "state television VTK" has a name
            return " ".join(token.text for token in tokens[begin : i + 1]), (
                tokens[begin].start,
                tokens[i].end,
            )
        led = led or word in STATE_LEADS or (word in DEMONYMS and i == begin)
        if not (word in STATE_LEADS or word in DEMONYMS or (tokens[i].is_capital and i == begin)):
            return NOTHING
        i += 1
    return NOTHING


def affiliate_at(tokens: list[Token], start: int) -> tuple[str, Span]:
    """ "NBC affiliate WKRT": the station, not the network."""
    for i in range(start + 1, min(len(tokens) - 1, start + 4)):
        if bare(tokens[i].text) in AFFILIATES and tokens[i + 1].is_capital and tokens[i - 1].is_capital:
            return capitals_at(tokens, i + 1)
    return NOTHING


def journal_at(tokens: list[Token], start: int, *, surely: bool = False) -> tuple[str, Span]:
    """ "in Nature", "in The Lancet", "in the journal Sleep Letters"; `surely` takes any name ("published in X")."""
    i = start
    while i < len(tokens) and (
        tokens[i].lower in DETERMINERS | {"peer-reviewed", "medical", "scientific"}
        and not tokens[i].is_capital
    ):
        i += 1
    if i + 1 < len(tokens) and tokens[i].lower == "journal":
        surely, i = True, i + 1
    name, span = capitals_at(tokens, i)
    if not name or is_time(tokens[i]):
        return NOTHING
    known = name.casefold() in journals() or f"the {name}".casefold() in journals()
    return (name, span) if known or surely else NOTHING
