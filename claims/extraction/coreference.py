"""Who speaks: a source as worded ("he", "the press secretary", "Peskov") to the name the article gives.

Where the text does not settle who is meant, the speaker stays open rather than guessed.
"""

from bisect import bisect_left

from .cast import AHEAD, OPEN, Cast, Person, Resolved, described_gender
from .document import Document, Sentence, Token
from .issuers import Issuers
from .lexicon import DETERMINERS, known_outlet, lexicon, words
from .names import NameRun, name_runs, read_person
from .nouns import (
    DEMONYMS,
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
    is_particular,
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
SURE_ENOUGH = 0.8  # for a description that nothing told of anybody bears out
KEPT_NAMELESS = words(
    "patient judge victim driver suspect man woman boy girl teenager mother father son daughter host anchor"
)
OFFICES = words(
    "president chancellor senator governor mayor king queen pope congressman ambassador judge sheriff bishop minister"
)
PUBLIC = words(
    "singer actor actress rapper star model musician comedian president senator congressman congresswoman governor mayor "
    "candidate nominee front-runner frontrunner mogul tycoon billionaire minister premier chancellor lawmaker politician "
    "leader king queen prince princess duchess duke pope filmmaker director player striker quarterback coach champion "
    "songwriter influencer designer author novelist diplomat envoy businessman entrepreneur democrat republican"
)
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
        self.of_documents = Issuers(document, cast, self.history, self._named)

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

    def resolve_antecedent(self, span: Span, sentence: Sentence) -> Resolved:
        """Whom a relative "who" stands for: in "a harsh answer from Ann Doe, who said" the last one named."""
        whole = self.resolve(span, sentence)
        if whole.kind in ("person", "organization", "outlet"):
            return whole
        tokens = [token for token in sentence.tokens if span[0] <= token.start < span[1]]
        noun = head_noun(tokens) if tokens else ""
        last = max(
            (i for i, t in enumerate(tokens) if t.lower in ("from", "of", "by", "to", "with", "for")),
            default=-1,
        )
        if (
            noun in role_words()
            or singular(noun) in role_words()
            or noun in GROUP_WORDS
            or not 0 < last < len(tokens) - 1
        ):
            return whole
        nearer = self.resolve((tokens[last + 1].start, span[1]), sentence)
        return nearer if nearer.name else whole

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
            person := self._person_in(
                last, exact=last.tokens[0] not in inner, of_body=bare(inner[-1].text) in organization_words()
            )
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
        if outlet := self._outlet_phrase(head, inner, bare(inner[-1].text)):
            return outlet
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

    def _person_in(self, run: NameRun, *, exact: bool, of_body: bool = False) -> Resolved | None:
        """Whom a run of capitals names. `exact`: it stands behind "of", "to", "for", so that it may be somebody else;
        `of_body`: what stands before that is an institution ("the Council on Trade Director Ann Doe").
        """
        name, titles, _ = read_person(run, known=True)
        person = self.cast.person_called(name, titled=bool(titles)) if name else None
        if person is None or (exact and (not titles or (titles[-1] in role_words() and not of_body))):
            # "a spokesman for Ann Doe", "an aide to President Ann Doe" is not she; "ambassador to Britain Li Wei" is he
            return None
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
        body = (
            " " in text
            and bare(run.tokens[-1].text) in ("monitor", "observer")
            and head[0].lower not in INDEFINITE
        )
        if has_role(text) and not is_organization_name(text) and not body:
            return None  # "Human Rights Monitor" is a body, "Prime Minister" somebody
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
        if text in lexicon().places:
            return Resolved(text, "organization", 0.75, "organization")
        if text.isupper() and len(text) > 1:
            spelt_out = self.cast.spelt_out(text)
            return Resolved(
                spelt_out or text, "organization", 0.75, "short-name" if spelt_out else "organization"
            )
        fullest = self.cast.fullest_organization(text)
        sure = 0.75 if is_organization_name(fullest) or fullest in self.cast.called else 0.55
        return Resolved(fullest, "organization", sure, "organization" if fullest == text else "short-name")

    def _organization_phrase(self, head: list[Token], inner: list[Token]) -> Resolved | None:
        """ "the Russian and Syrian defense ministries", "Smith's office"."""
        noun = bare(inner[-1].text)
        if is_possessive(inner[-1]) or noun == "police":
            return None
        if outlet := self._outlet_phrase(head, inner, noun):
            return outlet
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

    def _outlet_phrase(self, head: list[Token], inner: list[Token], noun: str) -> Resolved | None:
        """ "the Interfax news agency", "Iran's Tasnim news agency", "Iranian state TV"."""
        before = [bare(token.text) for token in inner[:-1]]
        agency = noun in (
            "agency",
            "service",
            "website",
            "channel",
            "network",
            "site",
            "newspaper",
            "broadcaster",
        )
        if agency and (before[-1:] == ["news"] or noun in GENERIC_OUTLETS):
            end = len(inner) - (2 if before[-1:] == ["news"] else 1)
            runs = [run for run in name_runs(inner[:end]) if run.tokens[-1] is inner[end - 1]]
            name = runs[-1].text if runs else ""
            if name and bare(name) not in DEMONYMS and name not in lexicon().places:
                return Resolved(self.cast.fullest_outlet(name) or name, "outlet", 0.8, "outlet")
        if noun in ("tv", "television", "radio", "media") and ({"state", "public", "national"} & set(before)):
            plain = without_article(self.document.words((head[0].start, head[-1].end)))
            return Resolved(plain, "outlet", 0.7, "outlet")
        return None

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
            self.issuers[noun] = self.of_documents.issuer(head, noun, plain, sentence)
            return self.issuers[noun]
        if noun in ORGANIZATION_NOUNS:
            apposed = self._name_in_apposition(tokens[len(head) :])
            return apposed or self._institution(head, noun, plain, position)
        if is_plural_phrase(head):
            return Resolved(plain, "unnamed" if is_particular(head) else "group", 0.75, "group")
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
        if (
            first in DEFINITE
            and noun in role_words() - MANY_PEOPLE - KEPT_NAMELESS
            and len(core(head)) == len(head)
        ):
            pointed = self.pronouns.he_or_she(described_gender(plain).replace("u", ""), sentence, position)
            public = noun in PUBLIC or any(t.is_capital for t in head[1:])
            sure = public and pointed.confidence >= SURE_ENOUGH
            if sure and pointed.person is not None and not self._is_told_apart(pointed.person, noun):
                return Resolved(
                    pointed.name, "person", min(pointed.confidence, 0.6), "description", pointed.person
                )
        return Resolved(plain, "unnamed", 0.55, "unnamed") if plain else OPEN

    def _is_told_apart(self, person: Person, noun: str) -> bool:
        """Whether what is told of a person makes them somebody else than "the senator"."""
        roles = {canonical(word) for described in person.descriptions for word in described & role_words()}
        return bool(roles & OFFICES) and canonical(noun) in OFFICES and canonical(noun) not in roles

    def _institution(self, head: list[Token], noun: str, plain: str, position: int) -> Resolved:
        first = head[0].lower
        if first in INDEFINITE:
            return Resolved(plain, "unnamed", 0.6, "indefinite-organization")
        modifiers = {bare(t.text) for t in head if t.is_word} - FUNCTION_WORDS - DEFINITE - {noun}
        if noun == "police":
            names = self.cast.police_forces
            if not names and not any(
                t.is_capital for t in head[1:]
            ):  # "the city's police" are those named before
                names = [self.cast.police] if self.cast.police else []
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
