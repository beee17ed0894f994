"""What stands between a cue and its content: an addressee, a time, a vehicle ("in a statement")."""

from .document import Token
from .finite import has_finite, is_finite, is_time
from .lexicon import DETERMINERS, MEDIA, PERSONAL, POSSESSIVES, PREPOSITIONS, TIME_WORDS, known_outlet, words
from .nouns import without_possessive

ADDRESSEES = words(
    "reporters journalists lawmakers supporters investors police prosecutors parliament congress media viewers "
    "voters fans officials senators members detectives investigators authorities delegates students analysts "
    "listeners readers employees staff crowds people attendees jurors court"
)
OBJECT_PRONOUNS = words("him her them me us you it everyone each")
TIME_LEADS = words("on last this earlier late early next in at during later over about around")
TIME_DETERMINERS = words("this last next past previous")
TIME_FILLERS = words("the of a")
TOPIC_LEADS = words("of about regarding from")
CLAUSE_STARTS = DETERMINERS | POSSESSIVES | PERSONAL | words("there if when because while although after as")
MANNER = words("again repeatedly publicly simply only bluntly")
LONGEST_ADDRESSEE = 9  # tokens
LONGEST_ADJUNCT = 26
LONGEST_TOPIC = 16


def is_stop(token: Token, marks: str = ",:;—–") -> bool:
    """Where an adjunct must end: a mark, a quotation, "that"."""
    return token.quoted or token.text in marks or token.lower == "that"


def skip_adjuncts(tokens: list[Token], i: int, hi: int, *, addressed: bool) -> int:
    """The token after all adjuncts of a cue that ends before `i`; `addressed` when it takes no addressee."""
    while i < hi and not is_stop(tokens[i]):
        if not addressed:
            addressed = True
            end = addressee_end(tokens, i, hi)
        else:
            end = adjunct_end(tokens, i, hi)
        if end > i:
            i = end
        elif end == i and addressed and not starts_adjunct(tokens, i, hi):
            return i
    return i


def starts_adjunct(tokens: list[Token], i: int, hi: int) -> bool:
    return adjunct_end(tokens, i, hi) > i


def adjunct_end(tokens: list[Token], i: int, hi: int) -> int:
    """The end of one adjunct that begins at `i`; `i` itself when none does."""
    token = tokens[i]
    if is_time(token) and token.lower in TIME_WORDS:
        # "this week", but "said this shows": a word that leads a time is none alone
        leads = token.lower in TIME_DETERMINERS and not (i + 1 < hi and is_time(tokens[i + 1]))
        return i if leads else i + 1
    if token.lower in TIME_LEADS and i + 1 < hi and starts_time(tokens, i + 1, hi):
        i += 1
        while (
            i < hi
            and (is_time(tokens[i]) or tokens[i].text == "May" or tokens[i].lower in TIME_FILLERS)
            and not tokens[i].quoted
        ):
            i += 1
        return i
    if token.lower in TOPIC_LEADS:
        return topic_end(tokens, i, hi)
    if token.lower in PREPOSITIONS:
        return vehicle_end(tokens, i, hi)
    adverb = (
        token.lower.endswith("ly") and len(token.lower) > 5 and i + 1 < hi and is_stop(tokens[i + 1], ",")
    )
    return i + 1 if token.lower in MANNER or adverb else i


def starts_time(tokens: list[Token], i: int, hi: int) -> bool:
    if tokens[i].lower in ("the", "a") and i + 1 < hi:
        return is_time(tokens[i + 1]) and tokens[i + 1].lower in TIME_WORDS
    return is_time(tokens[i]) or tokens[i].text == "May"


def addressee_end(tokens: list[Token], i: int, hi: int) -> int:
    """The end of the person or outlet a statement is made to ("told Reuters"); `i` when there is none."""
    for length in (5, 4, 3, 2, 1):
        if i + length <= hi and known_outlet(
            without_possessive(" ".join(t.text for t in tokens[i : i + length]))
        ):
            return past_correspondent(tokens, i + length, hi)
    if tokens[i].lower in OBJECT_PRONOUNS or tokens[i].lower in ADDRESSEES:
        return i + 1
    begun = tokens[i].lower in DETERMINERS | POSSESSIVES
    j = i + 1 if begun else i
    while j < hi and j < i + LONGEST_ADDRESSEE and not ends_addressee(tokens[j]):
        if is_finite(tokens, j):
            return i
        j += 1
    return j


def past_correspondent(tokens: list[Token], i: int, hi: int) -> int:
    """ "VOA Pentagon correspondent Ann Doe": the name goes with the outlet."""
    while i < hi and tokens[i].is_capital and is_owned(tokens, i) and not is_time(tokens[i]):
        i += 1  # "Fox News's Ann Doe"
    if i < hi and tokens[i].lower in ("magazine", "newspaper", "news"):
        return i + 1
    j = i
    while j < hi and j < i + 6 and tokens[j].is_word and not is_finite(tokens, j):
        if tokens[j].lower in (
            "correspondent",
            "reporter",
            "anchor",
            "host",
            "presenter",
            "editor",
            "columnist",
        ):
            j += 1
            while j < hi and tokens[j].is_capital and not is_time(tokens[j]):
                j += 1
            return j
        j += 1
    return i


def is_owned(tokens: list[Token], i: int) -> bool:
    return any(token.text.endswith(("'s", "’s")) for token in tokens[max(0, i - 3) : i])


def ends_addressee(token: Token) -> bool:
    lower = token.lower
    if token.quoted or not (token.is_word or token.text in "&.") or lower == "that":
        return True
    if lower in DETERMINERS or lower in PERSONAL or lower in POSSESSIVES or lower in TIME_WORDS:
        return True
    return lower in PREPOSITIONS and lower != "of"


def topic_end(tokens: list[Token], i: int, hi: int) -> int:
    """ "said of the deal," but not "said of the deal was due"."""
    limit = next((k for k in range(i, hi) if is_stop(tokens[k], ",:")), hi)
    return limit if (limit == hi or limit - i < LONGEST_TOPIC) and not has_finite(tokens, i, limit) else i


def vehicle_end(tokens: list[Token], i: int, hi: int) -> int:
    """The end of "in a statement posted on X", "at a news conference in Geneva"; `i` when it is content."""
    j = i + 1
    seen = False
    while j < hi and j < i + LONGEST_ADJUNCT and not is_stop(tokens[j], ",:;"):
        token = tokens[j]
        if token.lower in MEDIA or token.lower == "reporters" or known_outlet(token.text):
            seen = True
        elif seen and starts_clause(tokens, j):
            break
        elif is_finite(tokens, j) and not (seen and is_participle(token)):
            if not seen:
                return i
            break
        j += 1
    stopped = j < hi and is_stop(tokens[j], ",:") and j - i < LONGEST_TOPIC
    return j if seen or stopped or j >= hi else i


def starts_clause(tokens: list[Token], j: int) -> bool:
    lower = tokens[j].lower
    return lower in PERSONAL or (lower in CLAUSE_STARTS and tokens[j - 1].lower not in PREPOSITIONS)


def is_participle(token: Token) -> bool:
    return token.lower.endswith("ed") or token.lower in ("made", "held", "sent", "given")
