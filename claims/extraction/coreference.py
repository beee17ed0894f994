"""Who speaks: a source as worded ("he", "the press secretary", "Peskov") to the name the article gives.

Where the text does not settle who is meant, the speaker stays open rather than guessed.
"""

from bisect import bisect_left

from .cast import AHEAD, OPEN, Cast, Person, Resolved
from .document import Document, Sentence, Token
from .lexicon import DETERMINERS, known_outlet, lexicon, words
from .names import NameRun, name_runs, read_person
from .nouns import (
    DOCUMENTS,
    FUNCTION_WORDS,
    GENERIC_OUTLETS,
    GROUP_WORDS,
    ORGANIZATION_NOUNS,
    STUDIES,
    bare,
    canonical,
    core,
    has_role,
    head_noun,
    is_organization_name,
    is_plural_phrase,
    is_plural_word,
    is_possessive,
    opens_as_common_noun,
    organization_words,
    role_words,
    singular,
    without_article,
    without_possessive,
)
from .pronouns import REACH, Pronouns, up_to_apposition
from .types import Span

DEFINITE = words("the this that these those")
INDEFINITE = words("a an one another")
COMPANY_WORDS = words("productions records group inc corp ltd holdings company")
OF_STATE = words(
    "government ministry court military army administration parliament senate council treasury city state country"
)
BUSINESSES = words(
    "company firm carmaker airline manufacturer maker retailer operator club bank group agency"
)
HANDED_ON = words("obtained seen reviewed viewed received leaked read")
MANY_PEOPLE = words(
    "source insider witness resident official spokesperson spokesman spokeswoman employee worker lawyer attorney"
)


class Speakers:
    """Resolves sources in text order, remembering who spoke for the pronouns that follow."""

    def __init__(self, document: Document, cast: Cast) -> None:
        self.document = document
        self.cast = cast
        self.history: list[tuple[int, Resolved]] = []
        self.pronouns = Pronouns(document, cast, self.history)
        self.issuers: dict[str, Resolved] = {}

    def note(self, position: int, resolved: Resolved) -> None:
        """Remember who spoke at a position."""
        if resolved.name and resolved.name != "unnamed":
            self.history.append((position, resolved))

    def resolve(self, span: Span, sentence: Sentence) -> Resolved:
        """The speaker that a source span of a sentence stands for."""
        tokens = [token for token in sentence.tokens if span[0] <= token.start < span[1]]
        head = up_to_apposition(tokens)
        if not any(token.is_word for token in head):
            return OPEN
        if len(head) == 1 and (pronoun := self.pronouns.resolve(head[0].lower, sentence, span[0])):
            return pronoun
        return self._named(head) or self._described(head, tokens, sentence, span[0])

    # ---- names ----

    def _named(self, head: list[Token]) -> Resolved | None:
        """A source whose head is a name; None when it is a description."""
        if not head:
            return None
        runs = name_runs(head)
        if runs and runs[0].tokens == head[:1] and opens_as_common_noun(head[0], head):
            runs = runs[1:]
        if not runs:
            return None
        last = runs[-1]
        inner = core(head)
        if both := self._both(inner, [run for run in runs if run.tokens[-1] in inner]):
            return both
        if last.tokens[-1] is head[-1] and (
            person := self._person_in(last, exact=last.tokens[0] not in inner)
        ):
            return person
        if is_plural_phrase(head) and head[0].lower in (
            "some",
            "many",
            "most",
            "several",
            "both",
            "those",
            "few",
        ):
            return None
        inner_runs = [run for run in runs if run.tokens[-1] in inner]
        owner = is_possessive(head[-1]) and bool(
            inner_runs
        )  # "Exxon's claim that C": the source is "Exxon's"
        if (
            not inner_runs
            or inner_runs[-1].tokens[-1] is not inner[-1]
            or (is_possessive(inner[-1]) and not owner)
        ):
            return self._organization_phrase(head, inner)
        run = inner_runs[-1]
        before = [t for t in inner[: inner.index(run.tokens[0])] if t.is_word and t.lower not in DETERMINERS]
        return self._by_run(run, head, before)

    def _both(self, inner: list[Token], runs: list[NameRun]) -> Resolved | None:
        """ "both Volker and Morrison": two names that speak together."""
        if len(runs) < 2 or is_possessive(runs[-2].tokens[-1]):
            return None
        joint = inner.index(runs[-1].tokens[0]) - 1
        if joint < 1 or inner[joint].lower != "and" or inner[joint - 1] is not runs[-2].tokens[-1]:
            return None
        people = [self._person_in(run, exact=False) for run in runs[-2:]]
        if people[0] and people[1]:
            return Resolved(f"{people[0].name} and {people[1].name}", "group", 0.6, "both")
        if people[0] or people[1] or is_organization_name(f"{runs[-2].text} and {runs[-1].text}") is False:
            return None
        if known_outlet(runs[-1].text) or bare(runs[-2].tokens[-1].text) in ORGANIZATION_NOUNS:
            return None
        whole = (runs[-2].tokens[0].start, runs[-1].tokens[-1].end)
        places = all(run.text in lexicon().places or len(run.tokens) > 1 for run in runs[-2:])
        return Resolved(self.document.words(whole), "group", 0.5, "both") if places else None

    def _person_in(self, run: NameRun, *, exact: bool) -> Resolved | None:
        name, titles, _ = read_person(run, known=True)
        person = self.cast.person_called(name, titled=bool(titles)) if name else None
        if person is None or (exact and len(name.split()) == len(run.tokens)):
            return None  # "a spokesman for Ann Doe" is not she; "ambassador to Britain Li Wei" is he
        return Resolved(person.name, "person", 0.9, "name", person)

    def _by_run(self, run: NameRun, head: list[Token], before: list[Token]) -> Resolved | None:
        """A run of capitals at the head of a source: person, outlet or organization."""
        text = run.text
        at = head.index(run.tokens[0])
        if at and head[at - 1].lower == "the" and (usual := known_outlet(f"The {text}")):
            return Resolved(self.cast.fullest_outlet(text) or usual, "outlet", 0.9, "outlet")
        name, titles, _ = read_person(run, known=True)
        if person := self._person_in(run, exact=False):
            return person
        if outlet := self.cast.fullest_outlet(text):
            return Resolved(outlet, "outlet", 0.9, "outlet")
        if text == self.cast.outlet:
            return Resolved(text, "outlet", 0.9, "outlet")
        if (
            before
            and bare(before[-1].text) in ORGANIZATION_NOUNS
            and bare(before[-1].text) not in role_words()
        ):
            return self._organization(self._with_complement(text, run, head))
        if name and (titles or (before and bare(before[-1].text) in role_words())):
            return Resolved(name, "person", 0.8, "title-and-name")
        plural = is_plural_word(text.split()[-1].lower())
        if " " in name and head[0].lower not in DETERMINERS and not plural and self.cast.may_be_person(name):
            return Resolved(name, "person", 0.7, "two-word-name")
        if has_role(text) and not is_organization_name(text):
            return None
        if before and bare(before[-1].text) in role_words():
            return None
        if plural and text not in lexicon().places and " " not in text and head[0] is run.tokens[0]:
            return Resolved(text, "group", 0.65, "group")  # "Democrats", but "the Hawks"
        if head[0].lower == "the" and is_organization_name(text):
            text = self.document.words((head[capitals_from(head, at)].start, run.tokens[-1].end))
        return self._organization(self._with_complement(text, run, head))

    def _with_complement(self, text: str, run: NameRun, head: list[Token]) -> str:
        tail = head[head.index(run.tokens[-1]) + 1 :]
        if not tail or tail[0].lower not in ("of", "for") or not is_organization_name(text):
            return text
        return without_possessive(self.document.words((run.tokens[0].start, head[-1].end)))

    def _organization(self, text: str) -> Resolved:
        if text in lexicon().places or (text.isupper() and len(text) > 1):
            return Resolved(text, "organization", 0.75, "organization")
        fullest = self.cast.fullest_organization(text)
        return Resolved(fullest, "organization", 0.75, "organization" if fullest == text else "short-name")

    def _organization_phrase(self, head: list[Token], inner: list[Token]) -> Resolved | None:
        """ "the Russian and Syrian defense ministries", "Smith's office"."""
        noun = bare(inner[-1].text)
        if is_possessive(inner[-1]) or noun == "police":
            return None
        institution = (
            noun in organization_words() | ORGANIZATION_NOUNS or singular(noun) in ORGANIZATION_NOUNS
        )
        if (
            not institution
            or noun in GROUP_WORDS
            or noun in DOCUMENTS
            or noun in GENERIC_OUTLETS
            or head[0].lower in INDEFINITE
        ):
            return None
        whole = without_article(self.document.words((head[0].start, head[-1].end)))
        return Resolved(without_possessive(whole), "organization", 0.7, "organization-noun")

    # ---- descriptions ----

    def _described(
        self, head: list[Token], tokens: list[Token], sentence: Sentence, position: int
    ) -> Resolved:
        noun, first = head_noun(head), head[0].lower
        if noun.endswith("-year-old") and first in DEFINITE:
            return self.pronouns.he_or_she("", sentence, position)
        plain = without_possessive(without_article(self.document.words((head[0].start, head[-1].end))))
        news = noun in GENERIC_OUTLETS or (noun == "agency" and "news" in {token.lower for token in head})
        if news and first in DEFINITE and (outlet := self.cast.last_outlet(position)):
            return Resolved(self.cast.fullest_outlet(outlet) or outlet, "outlet", 0.6, "the-outlet")
        if noun in DOCUMENTS:
            if first in DEFINITE and noun in self.issuers and len(head) <= 2 and noun in STUDIES:
                return self.issuers[noun]
            self.issuers[noun] = self._issuer(head, noun, plain, sentence)
            return self.issuers[noun]
        if noun in ORGANIZATION_NOUNS:
            apposed = self._name_in_apposition(tokens[len(head) :])
            return apposed or self._institution(head, noun, plain, position)
        if is_plural_phrase(head):
            return Resolved(plain, "group", 0.75, "group")
        if apposed := self._name_in_apposition(tokens[len(head) :]):
            return apposed
        if person := self._by_description(head, noun, position):
            return Resolved(person.name, "person", 0.65, "description", person)
        if first in DEFINITE and (earlier := self._earlier_unnamed(noun)):
            return earlier
        if noun in role_words() and noun not in MANY_PEOPLE:
            described = frozenset(bare(t.text) for t in head if t.is_word)
            if person := self.cast.introduced_after(position, described):
                return Resolved(person.name, "person", 0.6, "named-next", person)
        return Resolved(plain, "unnamed", 0.55, "unnamed") if plain else OPEN

    def _institution(self, head: list[Token], noun: str, plain: str, position: int) -> Resolved:
        first = head[0].lower
        if first in INDEFINITE:
            return Resolved(plain, "unnamed", 0.6, "indefinite-organization")
        modifiers = {bare(t.text) for t in head if t.is_word} - FUNCTION_WORDS - DEFINITE - {noun}
        if noun == "police":
            names = [name for _, name in self.cast.organizations if name.lower().endswith("police")]
            return Resolved(names[0] if names else plain, "organization", 0.6, "organization-noun")
        if first in DEFINITE and len(modifiers) <= 1:
            company = set(COMPANY_WORDS) if noun in ("company", "label", "firm") else {noun}
            before = self.cast.organizations_before(position)
            for wanted in (modifiers, company):
                for name in before:
                    if wanted & self.cast.called.get(name, set()):
                        return Resolved(name, "organization", 0.6, "organization-noun")
                    parts = {bare(word) for word in name.split()}
                    if wanted & (parts | {singular(part) for part in parts}):
                        return Resolved(name, "organization", 0.6, "organization-noun")
            if not modifiers and noun not in BUSINESSES and (fuller := self._fuller_mention(noun, position)):
                return Resolved(fuller, "organization", 0.5, "organization-noun")
            for _, earlier in reversed(self.history[-4:] if noun not in OF_STATE else []):
                if earlier.kind == "organization":
                    return Resolved(earlier.name, "organization", 0.55, "organization-noun")
            if noun in BUSINESSES and before:
                return Resolved(before[0], "organization", 0.5, "organization-noun")
        return Resolved(plain, "organization", 0.6, "organization-noun")

    def _fuller_mention(self, noun: str, position: int) -> str:
        """ "the commission" after "the regional health commission"."""
        number = bisect_left(self.document.sentences, position, key=lambda sentence: sentence.start) - 1
        for sentence in reversed(self.document.sentences[max(0, number - REACH) : number + 1]):
            for i, token in enumerate(sentence.tokens):
                if token.lower != noun or token.start >= position or i < 2:
                    continue
                start = i
                while start > 0 and sentence.tokens[start - 1].is_word and i - start < 4:
                    if sentence.tokens[start - 1].lower in DETERMINERS:
                        break
                    start -= 1
                if 0 < start < i and sentence.tokens[start - 1].lower in DETERMINERS:
                    return self.document.words((sentence.tokens[start].start, token.end))
        return ""

    def _by_description(self, head: list[Token], noun: str, position: int) -> Person | None:
        """The person whose title or apposition fits best; an indefinite one must be named soon after."""
        if noun not in role_words():
            return None
        wanted = {canonical(bare(t.text)) for t in head if t.is_word} - FUNCTION_WORDS
        indefinite = head[0].lower in INDEFINITE
        best: tuple[float, Person] | None = None
        for person in self._holders(canonical(noun), position):
            shared = fit(person, canonical(noun), wanted, exactly=noun if indefinite else "")
            if shared == 0 or not person.positions:
                continue
            if indefinite and not position < person.positions[0] < position + AHEAD:
                continue
            if not indefinite and len(wanted) > 2 and shared < 0.4:
                continue
            distance = min(abs(at - position) for at in person.positions[:50])
            score = shared - min(distance, 20_000) / 40_000
            if best is None or score > best[0]:
                best = (score, person)
        return best[1] if best else None

    def _holders(self, noun: str, position: int) -> list[Person]:
        holders = self.cast.holders(noun, position)
        if noun == "spokesperson":
            holders = [*holders, *self.cast.holders("secretary", position)]
        return list(dict.fromkeys(holders))

    def _earlier_unnamed(self, noun: str) -> Resolved | None:
        for _, earlier in reversed(self.history[-30:]):
            if earlier.kind != "unnamed":
                continue
            same_noun = noun in {bare(word) for word in earlier.name.split()}
            if same_noun or noun in ("source", "insider"):
                return Resolved(earlier.name, "unnamed", 0.7, "same-unnamed")
        return None

    def _name_in_apposition(self, rest: list[Token]) -> Resolved | None:
        """ "The mayor, Ana Ruiz, said"."""
        runs = name_runs(rest)
        if len(rest) > 2 and runs and rest[1].lower == "the" and runs[0].index == 2:
            name = runs[0].text  # "The port's operator, the Essel Port Company"
            return self._organization(name) if is_organization_name(name) else None
        if not runs or runs[0].index != 1 or is_possessive(runs[0].tokens[-1]):
            return None
        name, _, _ = read_person(runs[0])
        person = self.cast.people.get(name)
        return Resolved(person.name, "person", 0.7, "apposition", person) if person else None

    def _issuer(self, head: list[Token], noun: str, plain: str, sentence: Sentence) -> Resolved:
        """A document speaks for its issuer; a study for its authors."""
        by = next((i for i, t in enumerate(head) if i and t.lower in ("by", "from")), -1)
        if by > 0 and head[by - 1].lower in HANDED_ON:
            by = -1  # "an audit obtained by X": not X's
            if noun not in STUDIES:
                return Resolved(plain, "unnamed", 0.4, "document")
        if by > 0 and (named := self._named(head[by + 1 :])):
            return named
        owners = name_runs(core(head))
        if owners and known_outlet(owners[0].text):
            return Resolved(self.cast.fullest_outlet(owners[0].text), "outlet", 0.7, "issuer")
        if owners and noun not in STUDIES and (named := self._named(owners[0].tokens)):
            return Resolved(named.name, named.kind, 0.65, "issuer", named.person)
        if noun in STUDIES:
            return Resolved(without_freshness(plain), "group", 0.6, "study")
        return self._who_issued(noun, sentence) or Resolved(plain, "unnamed", 0.4, "document")

    def _who_issued(self, noun: str, sentence: Sentence) -> Resolved | None:
        """The subject of the nearest sentence that speaks of the document, else who spoke by one last."""
        if self.history and self.history[-1][1].rule.startswith("issuer"):
            at = self.history[-1][0]
            if self.document.paragraphs[max(0, sentence.paragraph - 1)].start <= at:
                return self.history[-1][1]
        for number in range(sentence.number - 1, max(-1, sentence.number - REACH), -1):
            earlier = self.document.sentences[number]
            at = next((t.start for t in earlier.tokens if t.lower == noun), -1)
            if at < 0:
                continue
            if issuer := self._first_named(earlier.start, at):
                return issuer
            break
        for _, earlier_speaker in reversed(self.history[-6:]):
            if earlier_speaker.kind in ("organization", "person"):
                name, kind = earlier_speaker.name, earlier_speaker.kind
                return Resolved(name, kind, 0.5, "issuer-before", earlier_speaker.person)
        return None

    def _first_named(self, start: int, end: int) -> Resolved | None:
        organizations = [(p, name) for p, name in self.cast.organizations if start <= p < end]
        lo, hi = bisect_left(self.cast.mention_starts, start), bisect_left(self.cast.mention_starts, end)
        people = self.cast.mentions[lo:hi]
        if organizations and (not people or organizations[0][0] < people[0][0]):
            return Resolved(organizations[0][1], "organization", 0.6, "issuer")
        if people:
            return Resolved(people[0][1].name, "person", 0.6, "issuer", people[0][1])
        return None


def capitals_from(head: list[Token], at: int) -> int:
    """Where the capitals that run into a name begin: "The Sound Fishermen's League"."""
    while at > 1 and (head[at - 1].is_capital or head[at - 1].text in "'’"):
        if without_possessive(head[at - 1].text) in lexicon().places:
            break
        at -= 1
    return at


def fit(person: Person, noun: str, wanted: set[str], exactly: str = "") -> float:
    """The share of a description's words that one of a person's descriptions holds; 0 without its noun."""
    best = 0.0
    for description in person.descriptions:
        if exactly and exactly not in description:
            continue
        have = {canonical(word) for word in description}
        if {"press", "secretary"} <= have:
            have |= {"spokesperson"}
        if noun in have:
            best = max(best, len(wanted & have) / max(len(wanted), 1))
    return best


def without_freshness(plain: str) -> str:
    first, _, rest = plain.partition(" ")
    return rest if first.lower() in ("new", "recent", "latest") and rest else plain
