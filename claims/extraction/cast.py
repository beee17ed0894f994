"""Everybody and everything an article names: people with what it calls them, organizations, outlets."""

from bisect import bisect_left
from dataclasses import dataclass, field

from .document import Document
from .lexicon import PREPOSITIONS, given_gender, known_outlet, lexicon, words
from .names import (
    NameRun,
    institution_noun,
    is_human,
    name_runs,
    names_entered,
    read_person,
    speaks,
    surname,
    words_after,
    words_alone,
    words_before,
)
from .nouns import (
    COUNTS,
    DEMONYMS,
    FUNCTION_WORDS,
    NUMBERS,
    bare,
    canonical,
    is_name_token,
    is_organization_name,
    is_plural_word,
    is_possessive,
    organization_words,
    role_words,
    without_possessive,
)
from .outlets import is_outlet_here
from .types import SpeakerKind

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
MEN = words(
    "man boy father husband son brother uncle grandfather nephew actor businessman chairman spokesman congressman "
    "councilman salesman king prince widower fisherman cameraman frontman gentleman"
)
WOMEN = words(
    "woman girl mother wife daughter sister aunt grandmother niece actress businesswoman chairwoman spokeswoman "
    "congresswoman councilwoman saleswoman queen princess duchess widow songstress heiress hostess midwife landlady nun"
)
AHEAD = 700  # characters: somebody described may be named this much later
NAMED_WITHIN = 1_200  # characters from "a senior scientist said" to her name
MOST_INTRODUCTIONS = 8  # per article: each reads its names again
MOST_HOLDERS = 40  # of one role that are weighed
MOST_DESCRIPTIONS = 12  # kept per person: an article of a few thousand words never needs more
SHORTEST_INITIALS = 3
HEARS = words("told tell tells telling")
INSTITUTION_OPENERS = words(
    "north south east west northern southern eastern western central new old big little great grand high saint st "
    "first second united royal public general human free open home red blue green white black golden silver "
    "san los las el sri hong saudi puerto sierra cape costa ivory burkina viet abu deutsche sinn fine wells credit"
)  # the first word of a place's or an institution's name, hardly a given name
COMPASS = words("north south east west northern southern eastern western central")
STATES = words(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii idaho illinois indiana iowa "
    "kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska "
    "nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont wisconsin wyoming ontario quebec alberta"
)
NO_SURNAMES = words(
    "line lines house street yard hall wire works union action watch aid bay port park city town county hill "
    "district democratic republican conservative labour liberal federal national presidential congressional senate station square valley life data air rail water food foods motor steel shipping shore lantern"
)


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


@dataclass(frozen=True, slots=True)
class Resolved:
    """A speaker found: name ("" when open), kind, confidence 0..1, and the rule that decided."""

    name: str
    kind: SpeakerKind
    confidence: float
    rule: str
    person: Person | None = None


def is_no_given_name(word: str) -> bool:
    """ "American Muslim", "One California" name nobody."""
    return bare(word) in DEMONYMS | COUNTS | NUMBERS | STATES


def described_gender(name: str) -> str:
    """ "a spokeswoman", "the actor": m, f, or u where the words tell none or both."""
    said = {bare(word) for word in name.split()}
    return "u" if bool(said & MEN) == bool(said & WOMEN) else "m" if said & MEN else "f"


def is_age(word: str) -> bool:
    return word.isdecimal() and len(word) == 2


OPEN = Resolved("", "", 0.2, "open")


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
        self.called: dict[str, set[str]] = {}  # organizations by the nouns that name their kind
        self._organizations_by_word: dict[str, dict[str, None]] = {}
        self._abbreviated: dict[str, str] = {}  # "World Health Organization (WHO)"
        self._bare_speakers: list[tuple[int, str]] = []
        self._introductions = 0
        self.police = ""  # "Merrow police": how the article first names them
        self._runs = [run for sentence in document.sentences for run in name_runs(sentence.tokens, sentence)]
        self._alone, self._places = words_alone(self._runs)
        self._entered = names_entered(self._runs)
        for run in self._runs:
            self._meet(run)
        for _, name in self._bare_speakers:
            if name not in self.called and name not in self._entered and self.is_full_name(name):
                self._enter(name)
        self._find_mentions()

    def _find_mentions(self) -> None:
        self.mentions, self.organizations, self.outlets = [], [], []
        self.mention_ends: dict[int, int] = {}
        self._fullest: dict[str, str] = {}
        for person in self.people.values():
            person.positions = []
        for run in self._runs:
            self._mention(run)
        self.mention_starts = [start for start, _ in self.mentions]
        self.organization_starts = [start for start, _ in self.organizations]
        self.outlet_starts = [start for start, _ in self.outlets]
        self.police_forces = [name for _, name in self.organizations if name.lower().endswith("police")][:1]

    # ---- reading the article ----

    def _meet(self, run: NameRun) -> None:
        """Enter a full name into the cast, with what stands before and after it."""
        name, titles, sure = read_person(run)
        if not name and len(run.tokens) == 1 and run.sentence is not None:
            name = self._single_name(run)
        elif " " not in name:
            return
        if not name or run.sentence is None or run.text == self.outlet or self.is_outlet(run.text):
            return
        first = name.split(maxsplit=1)[0]
        placed = surname(name) in NO_SURNAMES or is_no_given_name(first) or bare(first) in COMPASS
        if placed and " " in name and first not in lexicon().genders:
            return  # "Mexico City", "Nevada Democratic", "South Carolina"
        after = run.index + len(run.tokens)
        apposition = words_after(run.sentence.tokens, after)
        before = words_before(
            run.sentence.tokens, run.index, crossing=bool(titles) and titles[-1] not in role_words()
        )
        called = bare(run.sentence.tokens[run.index - 1].text) if run.index else ""
        institution = institution_noun(run)
        if (institution or (called == "the" and not sure)) and name not in self.people:
            if institution:
                self.called.setdefault(run.text, set()).add(institution)
            return  # "the shipping company Norlin Dahl", "the Harbor City Hawks"
        described = apposition & role_words() or before & role_words()
        told = called in HEARS or run.sentence.headline  # "told Dagens Nytt" names who heard it
        if speaks(run) and not told and not described and not titles and called not in PREPOSITIONS:
            self._bare_speakers.append((run.tokens[0].start, name))
        if not (sure or described or (name not in self.called and self.is_lively(run, name))):
            return
        person = self._enter(name)
        self._describe(person, frozenset(titles) | before)
        self._describe(person, apposition)
        self._note_gender(person, titles)

    def _enter(self, name: str) -> Person:
        person = self.people.get(name) or self._same_person(name) or self._called_by_first_name(name)
        if person is None:
            person = Person(name, given_gender(name))
            self.surnames.setdefault(surname(name), person)
            self.first_names.setdefault(name.split(maxsplit=1)[0].lower(), person)
        self.people[name] = person
        return person

    def _describe(self, person: Person, description: frozenset[str]) -> None:
        person.describe(description)
        if person.gender == "u":
            person.gender = described_gender(" ".join(description))
        for role in {canonical(word) for word in description & role_words()}:
            holders = self.roles.setdefault(role, [])
            if person not in holders[-1:]:
                holders.append(person)

    def introduced_after(self, position: int, description: frozenset[str]) -> Person | None:
        """ "a senior scientist said ...", and soon "Ann Doe said" with no word on who she is: they are one.

        None unless the next name that speaks has no role of its own and was not met before.
        """
        index = bisect_left(self._bare_speakers, (position, ""))
        if index == len(self._bare_speakers) or self._introductions >= MOST_INTRODUCTIONS:
            return None
        at, name = self._bare_speakers[index]
        person = self.people.get(name)
        if person is None and not self.is_full_name(name):
            return None
        first = person.positions[0] if person and person.positions else at
        if at - position > NAMED_WITHIN or first < position or (person and person.descriptions):
            return None
        self._introductions += 1
        person = self._enter(name)
        self._describe(person, description)
        self._find_mentions()
        return person

    def is_lively(self, run: NameRun, name: str) -> bool:
        """Whether an unknown name behaves like a person's: an age, "who", a surname that stands alone later.

        A name that only speaks may be a company's ("Sandvar Line said").
        """
        if " " not in name or not self.may_be_person(name):
            return is_human(run)
        return True

    def may_be_person(self, name: str) -> bool:
        """Whether a name of unknown kind has a given name, or a last word that stands alone and is no place."""
        first, last = name.split(maxsplit=1)[0], surname(name)
        if last in self._places or is_no_given_name(first):
            return False
        if first in lexicon().genders:
            return True
        return bare(first) not in INSTITUTION_OPENERS and (last in self._alone and not is_plural_word(last))

    def is_full_name(self, name: str) -> bool:
        """ "Ann Doe", "Ann B. Doe" of whom nothing is told but what she says: no institution's word, no place in it."""
        if " " not in name:
            return False
        first, *initials, last = name.split()
        if any(len(part.rstrip(".")) > 1 for part in initials):
            return False
        if (
            bare(first) in INSTITUTION_OPENERS
            or is_no_given_name(first)
            or last.isupper()
            or bare(last) in self._places | NO_SURNAMES
        ):
            return False
        return not is_plural_word(bare(last)) and first not in lexicon().places

    def is_outlet(self, name: str) -> bool:
        return is_outlet_here(self.document, name)

    def _single_name(self, run: NameRun) -> str:
        """ "said Thinzar, an activist": one name with a role behind it."""
        assert run.sentence is not None
        after = words_after(run.sentence.tokens, run.index + 1)
        if run.index and run.sentence.tokens[run.index - 1].lower in PREPOSITIONS:
            return ""  # "In the county of Merrow, the president ..."
        name, _, _ = read_person(run, known=True)
        if name.lower() in self.first_names:
            return ""  # "Rocco, 41," after "Rocco Vance"
        tokens, end = run.sentence.tokens, run.index + 1
        aged = (
            end + 2 < len(tokens)
            and tokens[end].text == tokens[end + 2].text == ","
            and is_age(tokens[end + 1].text)
        )
        if (
            aged
            and not is_organization_name(name)
            and surname(name) not in self.surnames
            and not is_possessive(run.tokens[-1])
        ):
            return name  # "Brandeis, 31, told Vogue"
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

    def _called_by_first_name(self, name: str) -> Person | None:
        """Who was met as "Rocco" before "Rocco Vance" was named."""
        first, _, rest = name.partition(" ")
        earlier = self.people.get(first) if rest else None
        if earlier is None or earlier.name != first:
            return None
        earlier.name = name
        self.surnames.setdefault(surname(name), earlier)
        self.first_names.setdefault(first.lower(), earlier)
        return earlier

    def _note_gender(self, person: Person, titles: list[str]) -> None:
        for title in titles:
            person.gender = TITLE_GENDERS.get(title, person.gender)

    def _mention(self, run: NameRun) -> None:
        start, text = run.tokens[0].start, run.text
        after = run.index + len(run.tokens)
        following = run.sentence.tokens[after : after + 1] if run.sentence is not None else []
        if (
            not self.police
            and following
            and following[0].text == "police"
            and not is_possessive(run.tokens[-1])
        ):
            self.police = f"{text} police"
        name, titles, _ = read_person(run, known=True)
        person = self.person_called(name, titled=bool(titles)) if name else None
        if person is None and name and titles and titles[-1] in TITLE_GENDERS:
            person = self.people[name] = self.surnames[surname(name)] = Person(name)
        if person is not None and (name in self.people or " " not in name):
            person.positions.append(start)
            self.mentions.append((start, person))
            self.mention_ends[start] = run.tokens[-1].end
            self._note_gender(person, titles)
        elif self.is_outlet(text) or text == self.outlet:
            self.outlets.append((start, text))
        elif is_organization_name(full := self._with_complement(run)) or text in self.called:
            self.organizations.append((start, full))
            self._note_abbreviation(run, full)
            keys = {bare(word) for word in full.split()}
            initials = "".join(word[0] for word in full.split() if word[0].isupper()).lower()
            keys |= {initials, initials[:-1]} if len(initials) > SHORTEST_INITIALS else {initials}
            for key in keys:
                self._organizations_by_word.setdefault(key, {})[full] = None

    def _note_abbreviation(self, run: NameRun, full: str) -> None:
        if run.sentence is None or " " not in full:
            return
        tokens = run.sentence.tokens
        end = run.index + len(full.split())
        if end + 2 < len(tokens) and tokens[end].text == "(" and tokens[end + 2].text == ")":
            letters = tokens[end + 1].text.replace(".", "")
            if letters.isupper() and letters[0] == full.removeprefix("The ")[0]:
                self._abbreviated.setdefault(letters, full)

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
            listed = bare(run.tokens[-1].text) in (
                "centers",
                "centres",
                "institute",
                "institutes",
                "department",
                "ministry",
            )
            if (
                listed
                and end + 1 < len(tokens)
                and tokens[end].lower == "and"
                and is_name_token(tokens[end + 1])
            ):
                end += 2  # "the Department of Health and Human Services"
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

    def spelt_out(self, letters: str) -> str:
        """ "World Health Organization" for "WHO"; "" when the article spells out nothing of these initials."""
        letters = letters.replace(".", "")
        if letters in self._abbreviated:
            return self._abbreviated[letters]
        if len(letters) < SHORTEST_INITIALS:
            return ""
        names = self._organizations_by_word.get(letters.lower(), {})
        return next((name for name in names if " " in name), "")

    def fullest_outlet(self, text: str) -> str:
        """The name this article gives an outlet in full; "" when `text` names none."""
        if text not in self._fullest:
            self._fullest[text] = self._longest_outlet(text)
        return self._fullest[text]

    def _longest_outlet(self, text: str) -> str:
        usual = known_outlet(text)
        if usual and usual == known_outlet(self.outlet):
            return self.outlet
        if usual:
            same = [name for _, name in self.outlets if known_outlet(name) == usual]
            return max([text, *same], key=len)
        parts = {part for part in text.split() if part != "The"}
        held = [name for _, name in self.outlets if parts and parts < set(name.split())]
        if " " in self.outlet and parts < set(self.outlet.split()) and text in self.document.named_outlets:
            return self.outlet
        return max(held, key=len, default=text if self.is_outlet(text) else "")

    def last_outlet(self, position: int) -> str:
        """The outlet named last before a position."""
        index = bisect_left(self.outlet_starts, position) - 1
        return self.outlets[index][1] if index >= 0 else ""

    def organizations_before(self, position: int, most: int = 20) -> list[str]:
        """Organizations named before a position, the nearest first."""
        index = bisect_left(self.organization_starts, position)
        return [name for _, name in reversed(self.organizations[max(0, index - most) : index])]
