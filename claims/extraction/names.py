"""Names as runs of capitals, and what the words around them tell: a person's role, an institution's kind, a place."""

from dataclasses import dataclass

from .document import Sentence, Token
from .lexicon import (
    ADVERBS,
    COORDINATORS,
    DETERMINERS,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    lexicon,
    words,
)
from .nouns import (
    ALSO_SURNAMES,
    FUNCTION_WORDS,
    ORGANIZATION_NOUNS,
    bare,
    core,
    has_role,
    head_noun,
    is_name_token,
    is_outlet_name,
    is_possessive,
    organization_words,
    role_words,
    without_possessive,
)

NAME_JOINERS = words("de la le van von der den bin ibn al el da dos du di y")
INNER = words("now without against for up back out over beyond first more")  # "Doctors Without Borders"
POST_NOMINALS = words("QC KC MP MSP MEP OBE CBE MBE PhD MD TD")
SUFFIXES = words("jr sr ii iii iv")
NO_DOERS = (
    PREPOSITIONS
    | SUBORDINATORS
    | ADVERBS
    | words("either neither other former number member newspaper river harbor winter summer")
)
SAYS = words("said says told")
APPOSITION_ENDS = words("who which in said says and told when")
LONGEST_APPOSITION = 25  # tokens
LONGEST_DESCRIPTION = 10
PLACE_LEADS = words("in across throughout outside near within inside")
NO_NAMES = (
    DETERMINERS
    | POSSESSIVES
    | PERSONAL
    | COORDINATORS
    | SUBORDINATORS
    | PREPOSITIONS
    | ADVERBS
    | words("asked according")
)


@dataclass(slots=True)
class NameRun:
    """A run of capitalised tokens; `index` is that of its first token in its sentence."""

    tokens: list[Token]
    sentence: Sentence | None = None
    index: int = 0

    @property
    def text(self) -> str:
        return without_possessive(" ".join(token.text for token in self.tokens))


def name_runs(tokens: list[Token], sentence: Sentence | None = None) -> list[NameRun]:
    """Runs of capitals, joined over "de" and "van", ended by a possessive."""
    found: list[NameRun] = []
    current: list[Token] = []
    start = 0

    def close() -> None:
        nonlocal current
        if current:
            found.append(NameRun(current, sentence, start))
        current = []

    for i, token in enumerate(tokens):
        named = is_name_token(token) and token.lower not in NO_NAMES
        joins = (
            bool(current)
            and (token.lower in NAME_JOINERS or token.text == "&")
            and i + 1 < len(tokens)
            and is_name_token(tokens[i + 1])
        ) or (
            bool(current)
            and token.is_capital
            and token.lower in INNER
            and not (sentence and sentence.headline)
        )
        if not (named or joins):
            close()
            continue
        if not current:
            start = i
        current.append(token)
        if is_possessive(token):
            close()
    close()
    return found


def read_person(run: NameRun, *, known: bool = False) -> tuple[str, list[str], bool]:
    """(name, titles before it, sure) when a run of capitals can name a person, else ("", [], False).

    A single word counts only after a title, or when `known` says that a person is looked for.
    """
    parts = [without_possessive(token.text) for token in run.tokens]
    while len(parts) > 2 and parts[-1] in POST_NOMINALS:
        parts.pop()
    lowers = [bare(part) for part in parts]
    cut = max((k + 1 for k in range(len(parts)) if is_title(run.tokens[k], lowers[k])), default=0)
    if cut == len(parts) > 1 and parts[0] in lexicon().genders:
        cut = 0  # "Stephen King"
    given = next((k for k in range(cut, len(parts)) if parts[k] in lexicon().genders), -1)
    sure = cut > 0 or (given == cut and len(parts) - cut > 1)
    if cut < given < len(parts) - 1:
        cut, sure = given, True
    name = parts[cut:]
    if not name or len(name) > 4 or not is_personal(name) or (len(name) == 1 and not (sure or known)):
        return "", [], False
    return " ".join(name), lowers[:cut], sure


def is_title(token: Token, lower: str) -> bool:
    """A role's word; one that is also a surname only with its full stop ("Sen. Doe", but "Ravina Sen")."""
    return lower in role_words() and (lower not in ALSO_SURNAMES or token.text.endswith("."))


def is_personal(name: list[str]) -> bool:
    """No organization, outlet, place or abbreviation in it."""
    if any(bare(part) in organization_words() for part in name):
        return False
    if is_outlet_name(" ".join(name)) or name[-1] in lexicon().places:
        return False
    shouted = [part for part in name if part.isupper() and len(part) > 2 and "." not in part]
    return not shouted or len(shouted) == len(name) > 1


def surname(name: str) -> str:
    parts = [part for part in name.split() if part.rstrip(".").lower() not in SUFFIXES]
    return parts[-1].lower() if parts else ""


def words_before(tokens: list[Token], index: int, *, crossing: bool) -> frozenset[str]:
    """The description that runs into a name: "Wikileaks co-founder", "Afghan President".

    It may be crossed by "to" or "of" only when the run of capitals opens with more than the name
    ("ambassador to Britain Li Wei"): in "a lawyer for Ann Doe" the lawyer is somebody else.
    """
    found: set[str] = set()
    i = index - 1
    if i > 0 and tokens[i].text == ",":  # "Germany's foreign minister, Heiko Brandt,"
        return described_before(tokens, i)
    while i >= 0 and index - i <= 8 and tokens[i].is_word:
        if tokens[i].lower in FUNCTION_WORDS:
            if not (crossing and i == index - 1 and tokens[i].lower in ("to", "of", "for")):
                break
            i -= 1
            continue
        if not found and bare(tokens[i].text) not in role_words():
            break
        if tokens[i].lower in lexicon().verbs:
            break
        found.add(bare(tokens[i].text))
        i -= 1
    return frozenset(found)


def described_before(tokens: list[Token], comma: int) -> frozenset[str]:
    """ "The opposition leader on the council, Mette Solgaard": the description whose head is a role."""
    start = comma
    while start > 0 and comma - start < LONGEST_DESCRIPTION and tokens[start - 1].is_word:
        if tokens[start - 1].quoted or tokens[start - 1].lower in SUBORDINATORS:
            break
        start -= 1
    phrase = tokens[start:comma]
    if not phrase or head_noun(phrase) not in role_words():
        return frozenset()
    return frozenset(bare(token.text) for token in core(phrase))


def words_after(tokens: list[Token], index: int) -> frozenset[str]:
    """The apposition behind a name: ", the commander of Kowloon West district,"."""
    if index >= len(tokens) or tokens[index].text not in ",—–(":
        return frozenset()
    found: set[str] = set()
    for token in tokens[index + 1 : index + 1 + LONGEST_APPOSITION]:
        if token.lower in SAYS:
            return frozenset()  # "In Elsewhere, the president said": no apposition, a clause
        if token.text in ",;:—–)" or token.quoted or token.lower in APPOSITION_ENDS:
            break
        found.add(bare(token.text))
    return frozenset(found)


def institution_noun(run: NameRun) -> str:
    """What a name is called when it is an institution's: "the ferry operator X", "the group that ..., X,", "X, a firm"."""
    assert run.sentence is not None
    tokens = run.sentence.tokens
    before = tokens[run.index - 1] if run.index else None
    noun = bare(before.text) if before else ""
    if run.index > 1 and tokens[run.index - 2].lower == "of":
        return ""  # "the former secretary of state Ann Doe"
    if has_role(run.tokens[0].text):
        return ""  # "company CEO Ann Doe"
    if noun in ORGANIZATION_NOUNS and noun not in role_words() and before and not is_possessive(before):
        return noun
    after = run.index + len(run.tokens)
    if (
        after + 1 < len(tokens)
        and tokens[after].text == ","
        and tokens[after + 1].lower in ("a", "an", "the")
    ):
        for k in range(after + 2, min(len(tokens), after + 9)):
            if not tokens[k].is_word or tokens[k].lower in PREPOSITIONS or tokens[k].lower in APPOSITION_ENDS:
                noun = bare(tokens[k - 1].text)
                return noun if noun in ORGANIZATION_NOUNS and noun not in role_words() else ""
    return ""


def words_alone(runs: list[NameRun]) -> tuple[frozenset[str], frozenset[str]]:
    """(capitalised words that stand alone and speak or act, those that are places: "in Velmark")."""
    alone: set[str] = set()
    places: set[str] = set()
    for run in runs:
        if len(run.tokens) != 1 or run.sentence is None:
            continue
        before = run.sentence.tokens[run.index - 1].lower if run.index else ""
        if before in PLACE_LEADS:
            places.add(bare(run.tokens[0].text))
        elif before != "the":
            alone.add(bare(run.tokens[0].text))
    return frozenset(alone - places), frozenset(places)


def names_entered(runs: list[NameRun]) -> frozenset[str]:
    """Names of more than one word that one is in or at, or that take an article: "at Velmark Bahn", "the Blue Cross"."""
    return frozenset(
        run.text
        for run in runs
        if len(run.tokens) > 1
        and run.sentence is not None
        and run.index
        and run.sentence.tokens[run.index - 1].lower in PLACE_LEADS | {"at", "the"}
    )


def is_human(run: NameRun) -> bool:
    """ "X, 58,", "X, who ...", "X, another deportee": what is said of people behind their names."""
    assert run.sentence is not None
    before = run.sentence.tokens[run.index - 1] if run.index else None
    if before and not before.is_capital and is_doing(bare(before.text)):
        return True  # "screenwriter Ann Doe"
    tokens = run.sentence.tokens[run.index + len(run.tokens) :][:LONGEST_DESCRIPTION]
    if len(tokens) < 3:
        return False
    if tokens[0].text in ",(":
        aged = tokens[1].text.isdecimal() and len(tokens[1].text) == 2
        return aged or tokens[1].lower == "who" or is_doer(tokens[1:])
    return tokens[0].lower == "of" and tokens[1].lower == "the" and speaks(run)  # "Ann Doe of the laboratory"


def is_doer(tokens: list[Token]) -> bool:
    """ "another deportee": a description by what one does, which is no institution's."""
    if tokens[0].lower not in ("a", "an", "another", "the", "one"):
        return False
    phrase = tokens[: next((i for i, t in enumerate(tokens) if not t.is_word), len(tokens))]
    return is_doing(head_noun(phrase))


def is_doing(noun: str) -> bool:
    doer = noun.endswith(("er", "or", "ist", "ian", "ee", "man", "ant")) and len(noun) > 5
    return doer and noun not in ORGANIZATION_NOUNS and noun not in NO_DOERS


def speaks(run: NameRun) -> bool:
    """Whether a reporting verb stands beside a name, which is no place's."""
    assert run.sentence is not None
    tokens = run.sentence.tokens
    after = run.index + len(run.tokens)
    if any(bare(token.text).title() in lexicon().places for token in run.tokens) or has_role(
        run.tokens[-1].text
    ):
        return False
    beside = [after, after + 1, run.index - 1]
    if after < len(tokens) and tokens[after].lower in (
        "of",
        "from",
        "at",
    ):  # "Ann Doe of the laboratory told"
        beside += range(after + 2, after + LONGEST_DESCRIPTION)
    if [token.lower for token in tokens[after : after + 2]] == ["took", "to"]:
        return True  # "Ann Doe took to Instagram to say": an organization hardly does
    for i in beside:
        form = lexicon().verbs.get(tokens[i].lower) if 0 <= i < len(tokens) else None
        if form and "quote" in form.takes:
            return True
    return False
