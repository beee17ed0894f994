"""Everybody and everything an article names: people with what it calls them, organizations, outlets."""

from bisect import bisect_left
from dataclasses import dataclass, field

from .document import Document, Sentence, Token
from .lexicon import (
    ADVERBS,
    COORDINATORS,
    DETERMINERS,
    PERSONAL,
    POSSESSIVES,
    PREPOSITIONS,
    SUBORDINATORS,
    known_outlet,
    lexicon,
    words,
)
from .nouns import (
    ALSO_SURNAMES,
    ORGANIZATION_NOUNS,
    bare,
    canonical,
    has_role,
    is_name_token,
    is_organization_name,
    is_outlet_name,
    is_possessive,
    organization_words,
    role_words,
    without_possessive,
)

FUNCTION_WORDS = words("the a an of to in on at for by from with and its his her their who which that s")
NAME_JOINERS = words("de la le van von der den bin ibn al el da dos du di y")
POST_NOMINALS = words("QC KC MP MSP MEP OBE CBE MBE PhD MD TD")

SUFFIXES = words("jr sr ii iii iv")
TITLE_GENDERS = {
    "mr": "m",
    "sir": "m",
    "lord": "m",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "dame": "f",
    "lady": "f",
}
APPOSITION_ENDS = words("who which in said says and told when")
LONGEST_APPOSITION = 25  # tokens
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
MOST_HOLDERS = 40  # of one role that are weighed
MOST_DESCRIPTIONS = 12  # kept per person: an article of a few thousand words never needs more


@dataclass(slots=True, eq=False)
class Person:
    """Somebody the article names: fullest name, gender (m, f or u), descriptions, where mentioned."""

    name: str
    gender: str = "u"
    descriptions: list[frozenset[str]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)

    def describe(self, description: frozenset[str]) -> None:
        useful = description - FUNCTION_WORDS
        if useful and useful not in self.descriptions and len(self.descriptions) < MOST_DESCRIPTIONS:
            self.descriptions.append(useful)


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


class Cast:
    """The people, organizations and outlets of one article, by every name it uses for them."""

    def __init__(self, document: Document, outlet: str) -> None:
        self.document = document
        self.outlet = outlet
        self.people: dict[str, Person] = {}
        self.surnames: dict[str, Person] = {}
        self.first_names: dict[str, Person] = {}
        self.roles: dict[str, list[Person]] = {}
        self.mentions: list[tuple[int, Person]] = []
        self.organizations: list[tuple[int, str]] = []
        self.outlets: list[tuple[int, str]] = []
        self._organizations_by_word: dict[str, dict[str, None]] = {}
        runs = [run for sentence in document.sentences for run in name_runs(sentence.tokens, sentence)]
        for run in runs:
            self._meet(run)
        for run in runs:
            self._mention(run)
        self.mention_starts = [start for start, _ in self.mentions]
        self.organization_starts = [start for start, _ in self.organizations]
        self.outlet_starts = [start for start, _ in self.outlets]

    # ---- reading the article ----

    def _meet(self, run: NameRun) -> None:
        """Enter a full name into the cast, with what stands before and after it."""
        name, titles, sure = read_person(run)
        if not name and len(run.tokens) == 1 and run.sentence is not None:
            name = self._single_name(run)
        elif " " not in name:
            return
        if not name or run.sentence is None or run.text == self.outlet:
            return
        after = run.index + len(run.tokens)
        apposition = words_after(run.sentence.tokens, after)
        before = words_before(run.sentence.tokens, run.index, crossing=len(name.split()) < len(run.tokens))
        called = bare(run.sentence.tokens[run.index - 1].text) if run.index else ""
        institution = called in ORGANIZATION_NOUNS and called not in role_words()
        if (institution or (called == "the" and not sure)) and name not in self.people:
            return  # "the shipping company Norlin Dahl", "the Harbor City Hawks"
        if not (sure or apposition & role_words() or before & role_words() or speaks(run)):
            return
        person = self.people.get(name) or self._same_person(name)
        if person is None:
            person = Person(name, lexicon().genders.get(name.split()[0], "u"))
            self.surnames.setdefault(surname(name), person)
            self.first_names.setdefault(name.split()[0].lower(), person)
        self.people[name] = person
        for description in (frozenset(titles) | before, apposition):
            person.describe(description)
            for role in {canonical(word) for word in description & role_words()}:
                holders = self.roles.setdefault(role, [])
                if person not in holders[-1:]:
                    holders.append(person)
        self._note_gender(person, titles)

    def _single_name(self, run: NameRun) -> str:
        """ "said Thinzar, an activist": one name with a role behind it."""
        assert run.sentence is not None
        after = words_after(run.sentence.tokens, run.index + 1)
        name, _, _ = read_person(run, known=True)
        known = surname(name) in self.surnames or is_organization_name(name)
        return name if after & role_words() and after & {"a", "an", "the"} and not known else ""

    def _same_person(self, name: str) -> Person | None:
        """ "John F. Doe" met as "John Doe" before."""
        earlier = self.surnames.get(surname(name))
        if earlier is None or earlier.name.split()[0] != name.split(maxsplit=1)[0]:
            return None
        if len(name) > len(earlier.name):
            earlier.name = name
        return earlier

    def _note_gender(self, person: Person, titles: list[str]) -> None:
        for title in titles:
            person.gender = TITLE_GENDERS.get(title, person.gender)

    def _mention(self, run: NameRun) -> None:
        start, text = run.tokens[0].start, run.text
        name, titles, _ = read_person(run, known=True)
        person = self.person_called(name, titled=bool(titles)) if name else None
        if person is None and name and titles and titles[-1] in TITLE_GENDERS:
            person = self.people[name] = self.surnames[surname(name)] = Person(name)
        if person is not None and (name in self.people or " " not in name):
            person.positions.append(start)
            self.mentions.append((start, person))
            self._note_gender(person, titles)
        elif is_outlet_name(text) or text == self.outlet:
            self.outlets.append((start, text))
        elif is_organization_name(full := self._with_complement(run)):
            self.organizations.append((start, full))
            keys = {bare(word) for word in full.split()}
            keys.add("".join(word[0] for word in full.split() if word[0].isupper()).lower())
            for key in keys:
                self._organizations_by_word.setdefault(key, {})[full] = None

    def _with_complement(self, run: NameRun) -> str:
        """An organization's name with its "of ...": "Bank of Elsewhere"."""
        if run.sentence is None or bare(run.tokens[-1].text) not in organization_words():
            return run.text
        tokens = run.sentence.tokens
        end = run.index + len(run.tokens)
        while end + 1 < len(tokens) and tokens[end].lower in ("of", "for") and is_name_token(tokens[end + 1]):
            end += 2
            while end < len(tokens) and is_name_token(tokens[end]) and not is_possessive(tokens[end - 1]):
                end += 1
        return without_possessive(" ".join(token.text for token in tokens[run.index : end]))

    # ---- asking for somebody ----

    def person_called(self, name: str, *, titled: bool = False) -> Person | None:
        """Who a name stands for: the full name, a surname (also after a title), a first name."""
        if name in self.people:
            return self.people[name]
        if " " in name and not titled:
            return None
        return self.surnames.get(surname(name)) or self.first_names.get(name.lower())

    def holders(self, role: str, position: int) -> list[Person]:
        """The people a role is told of, those met last before a position and first after it."""
        people = self.roles.get(role, [])
        if len(people) <= MOST_HOLDERS:
            return people
        met = sum(1 for person in people if person.positions and person.positions[0] < position)
        return people[max(0, met - MOST_HOLDERS // 2) : met + MOST_HOLDERS // 2]

    def fullest_organization(self, text: str) -> str:
        """The longest name that holds all words of `text`; `text` when there is none."""
        parts = set(text.split())
        candidates = self._organizations_by_word.get(bare(text.split(maxsplit=1)[0]), {}) if parts else {}
        longer = [name for name in candidates if parts < set(name.split())]
        return max(longer, key=len) if longer else text

    def fullest_outlet(self, text: str) -> str:
        """The name this article gives an outlet in full; "" when `text` names none."""
        usual = known_outlet(text)
        if usual and usual == known_outlet(self.outlet):
            return self.outlet
        if usual:
            same = [name for _, name in self.outlets if known_outlet(name) == usual]
            return max([text, *same], key=len)
        parts = {part for part in text.split() if part != "The"}
        held = [name for _, name in self.outlets if parts and parts < set(name.split())]
        return max(held, key=len, default="")

    def last_outlet(self, position: int) -> str:
        """The outlet named last before a position."""
        index = bisect_left(self.outlet_starts, position) - 1
        return self.outlets[index][1] if index >= 0 else ""

    def organizations_before(self, position: int, most: int = 20) -> list[str]:
        """Organizations named before a position, the nearest first."""
        index = bisect_left(self.organization_starts, position)
        return [name for _, name in reversed(self.organizations[max(0, index - most) : index])]


def words_before(tokens: list[Token], index: int, *, crossing: bool) -> frozenset[str]:
    """The description that runs into a name: "Wikileaks co-founder", "Afghan President".

    It may be crossed by "to" or "of" only when the run of capitals opens with more than the name
    ("ambassador to Britain Li Wei"): in "a lawyer for Ann Doe" the lawyer is somebody else.
    """
    found: set[str] = set()
    i = index - 1
    if i > 0 and tokens[i].text == ",":  # "Germany's foreign minister, Heiko Brandt,"
        before = [bare(token.text) for token in tokens[max(0, i - 4) : i] if token.is_word]
        return frozenset(before) if before and before[-1] in role_words() else frozenset()
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


def words_after(tokens: list[Token], index: int) -> frozenset[str]:
    """The apposition behind a name: ", the commander of Kowloon West district,"."""
    if index >= len(tokens) or tokens[index].text not in ",—–(":
        return frozenset()
    found: set[str] = set()
    for token in tokens[index + 1 : index + 1 + LONGEST_APPOSITION]:
        if token.text in ",;:—–)" or token.quoted or token.lower in APPOSITION_ENDS:
            break
        found.add(bare(token.text))
    return frozenset(found)


def speaks(run: NameRun) -> bool:
    """Whether a reporting verb stands beside a name, which is no place's."""
    assert run.sentence is not None
    tokens = run.sentence.tokens
    after = run.index + len(run.tokens)
    if any(bare(token.text).title() in lexicon().places for token in run.tokens) or has_role(
        run.tokens[-1].text
    ):
        return False
    for i in (after, after + 1, run.index - 1):
        form = lexicon().verbs.get(tokens[i].lower) if 0 <= i < len(tokens) else None
        if form and "quote" in form.takes:
            return True
    return False
