"""Who speaks: a source as worded ("he", "the press secretary", "Peskov") to the name the article gives.

`Cast` is everybody an article names, with what it calls them. Where the text does not settle who is
meant, the speaker stays open rather than guessed.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache

from .document import Document, Sentence, Token
from .lexicon import DETERMINERS, MONTHS, POSSESSIVES, WEEKDAYS, known_outlet, lexicon, lines, words
from .types import SpeakerKind, Span

FUNCTION = words("the a an of to in on at for by from with and its his her their who which that s")
NAME_JOINERS = words("de la le van von der den bin ibn al el da dos du di y of")
SYNONYMS = {
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
    "press-secretary": "spokesperson",
    "co-founder": "founder",
    "cofounder": "founder",
    "chairman": "chair",
    "chairwoman": "chair",
    "chairperson": "chair",
    "attorney": "lawyer",
    "boss": "chief",
    "head": "chief",
    "ceo": "chief",
    "leader": "leader",
    "doctor": "physician",
    "dr": "physician",
    "pm": "minister",
    "premier": "minister",
    "advisor": "adviser",
    "politician": "lawmaker",
    "senator": "senator",
    "sen": "senator",
    "gov": "governor",
    "rep": "congressman",
    "representative": "congressman",
    "congresswoman": "congressman",
    "songstress": "singer",
}
DOCUMENTS = words(
    "statement report study paper letter email memo survey poll research article filing complaint lawsuit "
    "indictment document documents tweet post agreement review analysis book audit release papers records findings"
)
STUDIES = words("study paper survey poll research report review analysis audit findings")
GENERIC_OUTLETS = words(
    "outlet newspaper paper magazine network channel website publication station broadcaster tabloid agency daily weekly"
)
ORG_NOUNS = words(
    "company firm government ministry agency group university department court party union council commission bank "
    "club team hospital campaign office police organization organisation bureau administration military army charity "
    "committee regulator authority institute foundation airline manufacturer carmaker maker retailer giant startup "
    "label publisher association federation league board city state country nation church school embassy watchdog"
)
GROUP_WORDS = words(
    "people police authorities officials others some many most critics both those few several men women sides "
    "lawmakers media analysts all half family"
)
SINGULAR_S = words("press news politics congress texas class business boss illness witness princess actress")
HE, SHE = words("he him his himself"), words("she her hers herself")
CASUAL_TITLES = {
    "mr": "m",
    "sir": "m",
    "lord": "m",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "dame": "f",
    "lady": "f",
}


@cache
def role_words() -> frozenset[str]:
    return frozenset(word for line in lines("roles.txt") for word in line.split())


@cache
def organization_words() -> frozenset[str]:
    return frozenset(word for line in lines("organizations.txt") for word in line.split())


@dataclass(slots=True, eq=False)
class Person:
    """Somebody the article names: the fullest name, the surname, what it calls them, where it does."""

    name: str
    surname: str
    gender: str = "u"
    descriptions: list[frozenset[str]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A speaker found: name ("" when open), kind, how sure, and the rule that decided."""

    name: str
    kind: SpeakerKind
    confidence: float
    rule: str
    person: Person | None = None


OPEN = Resolved("", "", 0.2, "open")


@dataclass(slots=True)
class NameSpan:
    """A run of capitalised tokens."""

    tokens: list[Token]
    sentence: int
    index: int  # of its first token in the sentence

    @property
    def text(self) -> str:
        return strip_possessive(" ".join(t.text for t in self.tokens))


def strip_possessive(name: str) -> str:
    return re.sub(r"(?:'s|’s|['’])$", "", name)


def bare(word: str) -> str:
    return strip_possessive(word).rstrip(".").lower()


def name_spans(sentence: Sentence) -> list[NameSpan]:
    """Runs of capitalised words, joined over "de", "van"; a sentence's first word counts if the next does too."""
    found: list[NameSpan] = []
    tokens = sentence.tokens
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if not is_name_token(token) or (token.lower in DETERMINERS or token.lower in POSSESSIVES):
            i += 1
            continue
        start = i
        i += 1
        while i < len(tokens) and (
            is_name_token(tokens[i])
            or (
                tokens[i].lower in NAME_JOINERS - {"of"}
                and i + 1 < len(tokens)
                and is_name_token(tokens[i + 1])
            )
        ):
            if tokens[i - 1].text.endswith(("'s", "’s")):
                break
            i += 1
        found.append(NameSpan(tokens[start:i], sentence.number, start))
    return found


def is_name_token(token: Token) -> bool:
    return (
        token.is_capital
        and token.is_word
        and token.lower not in WEEKDAYS
        and token.lower.rstrip(".") not in MONTHS - {"may"}
    )


def person_name(span: NameSpan, known_person: bool = False) -> tuple[str, list[str], bool]:
    """(name, titles before it, sure) of a run of capitals that names a person; "" when it does not."""
    tokens = [strip_possessive(t.text) for t in span.tokens]
    lowers = [bare(t) for t in tokens]
    roles = role_words()
    titles_end = 0
    for k, low in enumerate(lowers):
        if low in roles and k < len(tokens) - (0 if k == 0 else 0):
            titles_end = k + 1
    given = next((k for k in range(titles_end, len(tokens)) if tokens[k] in lexicon().genders), -1)
    name = tokens[titles_end:]
    sure = titles_end > 0
    if given > titles_end and given < len(tokens) - 1:
        titles_end = given
        name, sure = tokens[given:], True
    elif given == titles_end and len(name) > 1:
        sure = True
    if not name or len(name) > 4:
        return "", [], False
    org = organization_words()
    if any(bare(t) in org for t in name) or known_outlet(" ".join(name)) or name[-1] in lexicon().places:
        return "", [], False
    if len(name) == 1 and not (sure or known_person):
        return "", [], False
    if any(t.isupper() and len(t) > 2 for t in name) and not all(t.isupper() for t in name):
        return "", [], False
    return " ".join(name), lowers[:titles_end], sure


class Cast:
    """Everybody and everything an article names, and who spoke last."""

    def __init__(self, document: Document, outlet: str) -> None:
        self.document = document
        self.outlet = outlet
        self.people: dict[str, Person] = {}
        self.by_surname: dict[str, Person] = {}
        self.organizations: dict[str, list[str]] = {}
        self.mentions: list[tuple[int, Person]] = []
        self.outlets: list[tuple[int, str]] = []
        self.org_mentions: list[tuple[int, str]] = []
        self.plain_names: set[str] = set()
        self.history: list[tuple[int, Resolved]] = []
        self._collect()

    # ---- reading the article ----

    def _collect(self) -> None:
        spans = [span for sentence in self.document.sentences for span in name_spans(sentence)]
        title_like = Sentence(0, 0, 0, [], False)
        del title_like
        for span in spans:
            self._add_person(span)
        for span in spans:
            self._mention(span)
        self.mentions.sort(key=lambda item: item[0])
        self._mention_starts = [position for position, _ in self.mentions]

    def _add_person(self, span: NameSpan) -> None:
        name, titles, sure = person_name(span)
        if not name or " " not in name:
            return
        sentence = self.document.sentences[span.sentence]
        after = span.index + len(span.tokens)
        description = self._apposition(sentence, after)
        if not sure and not (description & role_words()) and not self._role_before(sentence, span):
            if not self._speaks(sentence, span):
                return
        first, surname = name.split()[0], name_key(name)
        person = self.people.get(name)
        if person is None:
            earlier = self.by_surname.get(surname)
            if earlier and name.split()[0] == earlier.name.split()[0]:
                person = earlier
                if len(name) > len(earlier.name):
                    person.name = name
            else:
                person = Person(name, surname, lexicon().genders.get(first, "u"))
                self.by_surname.setdefault(surname, person)
            self.people[name] = person
        before = self._words_before(sentence, span)
        for words_ in (frozenset(titles) | before, description):
            if words_ - FUNCTION:
                person.descriptions.append(frozenset(words_ - FUNCTION))
        for title in titles:
            if title in CASUAL_TITLES:
                person.gender = CASUAL_TITLES[title]

    def _speaks(self, sentence: Sentence, span: NameSpan) -> bool:
        after = span.index + len(span.tokens)
        tokens = sentence.tokens
        for i in (after, after + 1, span.index - 1):
            if (
                0 <= i < len(tokens)
                and (form := lexicon().verbs.get(tokens[i].lower))
                and "quote" in form.takes
            ):
                return not any(bare(t.text) in lexicon().places for t in span.tokens)
        return False

    def _role_before(self, sentence: Sentence, span: NameSpan) -> bool:
        return span.index > 0 and bare(sentence.tokens[span.index - 1].text) in role_words()

    def _words_before(self, sentence: Sentence, span: NameSpan) -> frozenset[str]:
        found: set[str] = set()
        i = span.index - 1
        tokens = sentence.tokens
        while (
            i >= 0
            and span.index - i <= 8
            and tokens[i].is_word
            and (bare(tokens[i].text) in role_words() or found or tokens[i].text.endswith(("'s", "’s")))
        ):
            if tokens[i].lower in FUNCTION or tokens[i].lower in lexicon().verbs:
                break
            found.add(bare(tokens[i].text))
            i -= 1
        return frozenset(found)

    def _apposition(self, sentence: Sentence, after: int) -> frozenset[str]:
        tokens = sentence.tokens
        if after >= len(tokens) or tokens[after].text not in ",—–(":
            return frozenset()
        found: set[str] = set()
        for token in tokens[after + 1 : after + 26]:
            if (
                token.text in ",;:—–)"
                or token.quoted
                or token.lower in ("who", "which", "in", "said", "says", "and", "told", "when")
            ):
                break
            found.add(bare(token.text))
        return frozenset(found)

    def _mention(self, span: NameSpan) -> None:
        start = span.tokens[0].start
        text = span.text
        name, titles, _ = person_name(span, known_person=True)
        person = self.people.get(name) or (self.by_surname.get(name_key(name)) if name else None)
        if person is None and name and titles and " " not in name and titles[-1] in CASUAL_TITLES:
            person = self.by_surname.setdefault(name_key(name), Person(name, name_key(name)))
        if person is not None and name and (name in self.people or " " not in name):
            person.positions.append(start)
            self.mentions.append((start, person))
            for title in titles:
                if title in CASUAL_TITLES:
                    person.gender = CASUAL_TITLES[title]
            return
        outlet = known_outlet(text)
        if outlet:
            self.outlets.append((start, text))
            return
        full = self._organization_text(span)
        if is_organization_name(full):
            self.org_mentions.append((start, full))
            for word in full.split():
                self.organizations.setdefault(bare(word), []).append(full)
            initials = "".join(w[0] for w in full.split() if w[0].isupper())
            if len(initials) > 1:
                self.organizations.setdefault(initials.lower(), []).append(full)
        else:
            self.plain_names.add(text)

    def _organization_text(self, span: NameSpan) -> str:
        """The name with an "of ..." that follows it: "Organization for Security", "Bank of Elsewhere"."""
        tokens = self.document.sentences[span.sentence].tokens
        end = span.index + len(span.tokens)
        if bare(span.tokens[-1].text) in organization_words():
            while (
                end + 1 < len(tokens)
                and tokens[end].lower in ("of", "for")
                and is_name_token(tokens[end + 1])
            ):
                end += 2
                while end < len(tokens) and is_name_token(tokens[end]):
                    end += 1
        return strip_possessive(" ".join(t.text for t in tokens[span.index : end]))

    # ---- resolving ----

    def note(self, position: int, resolved: Resolved) -> None:
        """Remember who spoke, for the pronouns that follow."""
        if resolved.name:
            self.history.append((position, resolved))
            if len(self.history) > 60:
                del self.history[:20]

    def resolve(self, span: Span, sentence: Sentence, position: int) -> Resolved:
        """The speaker a source span stands for."""
        text = self.document.words(span)
        tokens = [t for t in sentence.tokens if span[0] <= t.start < span[1]]
        if not tokens:
            return OPEN
        lower = text.lower()
        if len(tokens) == 1:
            if lower in HE or lower in SHE:
                return self._pronoun("m" if lower in HE else "f", sentence, position)
            if lower in ("they", "their", "them"):
                return self._plural(position)
            if lower in ("it", "its"):
                return self._neuter(sentence, position)
            if lower in ("i", "we", "you"):
                return OPEN
        head = self._head_tokens(tokens)
        named = self._named(head, tokens)
        if named:
            return named
        return self._described(head, tokens, sentence, position)

    def _head_tokens(self, tokens: list[Token]) -> list[Token]:
        """The source up to its first apposition."""
        for i, token in enumerate(tokens):
            if token.text in ",;:—–(" and i > 0:
                return tokens[:i]
        return tokens

    def _named(self, head: list[Token], tokens: list[Token]) -> Resolved | None:
        runs = self._runs(head)
        if not runs:
            return None
        last = runs[-1]
        text = strip_possessive(" ".join(t.text for t in last))
        tail = head[head.index(last[-1]) + 1 :]
        possessed = last[-1].text.endswith(("'s", "’s"))
        whole = strip_possessive(
            " ".join(t.text for t in head if t.lower not in ("the",) or t is not head[0])
        )
        plural = is_plural_head(head)
        if "of" not in [t.lower for t in tail] and not tail and not possessed:
            name, titles, sure = person_name(NameSpan(last, 0, 0), known_person=True)
            person = self.people.get(name) if name else None
            if person is None and name and (" " not in name or titles):
                person = self.by_surname.get(name_key(name))
            if person:
                return Resolved(person.name, "person", 0.9, "name", person)
            outlet = known_outlet(text)
            if outlet and not (titles and name):
                return Resolved(self._as_outlet(text), "outlet", 0.9, "outlet")
            lowered_before = [
                t for t in head[: head.index(last[0])] if t.is_word and t.lower not in DETERMINERS
            ]
            if lowered_before and bare(lowered_before[-1].text) in role_words() and name:
                return Resolved(name, "person", 0.8, "role-and-name")
            if (
                name
                and " " in name
                and not is_organization_name(name)
                and head[0].lower not in ("the", "a", "an")
                and not plural_capital(text)
            ):
                return Resolved(name, "person", 0.7, "two-word-name")
            if titles and name:
                return Resolved(name, "person", 0.8, "title-and-name")
            if lowered_before and bare(lowered_before[-1].text) in role_words():
                return None
            if (
                not titles
                or is_organization_name(text)
                or bare(text) == text.lower()
                and head[0].lower == "the"
            ):
                if role_like(text) and not is_organization_name(text):
                    return None
                return self._organization(text, head)
            return None
        first = runs[0]
        if (
            not possessed
            and tail
            and all(
                t.lower in NAME_JOINERS or t.is_capital or t.lower in ("and", "for", "the", "on", "in")
                for t in tail
            )
        ):
            return self._organization(whole, head) if is_organization_name(whole) else None
        if (
            any(bare(t.text) in organization_words() for t in first)
            and tail
            and tail[0].lower in ("of", "for")
        ):
            return self._organization(whole, head)
        if plural:
            return None
        if tail and bare(tail[-1].text) in organization_words() and not possessed:
            return self._organization(whole, head)
        if possessed and tail and bare(tail[-1].text) in ORG_NOUNS | {"office"}:
            return (
                Resolved(whole, "organization", 0.7, "organization-noun")
                if bare(tail[-1].text) != "police"
                else None
            )
        return None

    def _runs(self, head: list[Token]) -> list[list[Token]]:
        runs: list[list[Token]] = []
        current: list[Token] = []
        for i, token in enumerate(head):
            joiner = (
                token.lower in NAME_JOINERS - {"of"}
                and current
                and i + 1 < len(head)
                and is_name_token(head[i + 1])
            )
            if (
                is_name_token(token)
                and not (token.lower in DETERMINERS | POSSESSIVES)
                and not (i == 0 and is_common(token, head))
                or joiner
            ):
                current.append(token)
                if token.text.endswith(("'s", "’s")):
                    runs.append(current)
                    current = []
            elif current:
                runs.append(current)
                current = []
        if current:
            runs.append(current)
        return runs

    def _organization(self, text: str, head: list[Token]) -> Resolved:
        key = bare(text)
        if key.isalpha() and text.isupper() and len(text) > 1:
            longer = [
                name for name in self.organizations.get(key, []) if name != text and len(name.split()) > 1
            ]
            if longer and text not in lexicon().places:
                return Resolved(text, "organization", 0.75, "abbreviation")
        words_ = text.split()
        if words_ and words_[0] not in lexicon().places:
            fuller = [
                name
                for name in self.organizations.get(bare(words_[0]), [])
                if set(words_) < set(name.split())
            ]
            if fuller:
                return Resolved(max(fuller, key=len), "organization", 0.75, "short-name")
        if (
            plural_capital(text)
            and head[0].lower != "the"
            and len(words_) == 1
            and words_[0].lower() in GROUP_WORDS
        ):
            return Resolved(text, "group", 0.7, "group")
        return Resolved(text, "organization", 0.75, "organization")

    def _as_outlet(self, text: str) -> str:
        """The fullest form of an outlet's name in this article, so that "The Chronicle" is one."""
        usual = known_outlet(text)
        if usual and usual == known_outlet(self.outlet):
            return self.outlet
        longest = max((t for _, t in self.outlets if known_outlet(t) == usual), key=len, default=text)
        return longest if len(longest) > len(text) else text

    def _described(
        self, head: list[Token], tokens: list[Token], sentence: Sentence, position: int
    ) -> Resolved:
        content = [bare(t.text) for t in head if t.is_word]
        first = head[0].lower
        noun = head_noun(head)
        text = " ".join(t.text for t in head)
        plain = re.sub(
            r"^(?:the|a|an)\s+", "", self.document.words((head[0].start, head[-1].end)), flags=re.I
        )
        if noun in DOCUMENTS:
            return self._issuer(head, noun, plain, sentence, position)
        if noun in GENERIC_OUTLETS and first in ("the", "this", "that"):
            outlet = self.last_outlet(position)
            if outlet:
                return Resolved(self._as_outlet(outlet), "outlet", 0.6, "the-outlet")
        if noun in ORG_NOUNS or noun in ("police",):
            if first in ("the", "this", "that", "its") and len(content) <= 3 or noun == "police":
                referent = self._organization_by_noun(noun, set(content), position)
                if referent:
                    return referent
            if first in ("a", "an"):
                return Resolved(plain, "unnamed", 0.6, "indefinite-organization")
            return Resolved(strip_possessive(plain), "organization", 0.6, "organization-noun")
        if is_plural_head(head):
            return Resolved(strip_possessive(plain), "group", 0.75, "group")
        person = self._by_description(
            content, noun, position, indefinite=first in ("a", "an", "one", "another")
        )
        if person:
            return Resolved(person.name, "person", 0.65, "description", person)
        if first in ("the", "this", "that") and noun:
            earlier = self._earlier_unnamed(noun)
            if earlier:
                return earlier
            named = self._recent_with_role(noun, position)
            if named:
                return named
        apposed = self._name_in_apposition(tokens)
        if apposed:
            return apposed
        if not plain or not any(t.is_word for t in head):
            return OPEN
        full = re.sub(r"^(?:the|a|an)\s+", "", self.document.words((head[0].start, head[-1].end)), flags=re.I)
        del text
        return Resolved(full, "unnamed", 0.55, "unnamed")

    def _name_in_apposition(self, tokens: list[Token]) -> Resolved | None:
        for run in self._runs(tokens):
            name, _, _ = person_name(NameSpan(run, 0, 0))
            if name in self.people and not run[-1].text.endswith(("'s", "’s")):
                person = self.people[name]
                return Resolved(person.name, "person", 0.7, "apposition", person)
        return None

    def _by_description(
        self, content: list[str], noun: str, position: int, *, indefinite: bool
    ) -> Person | None:
        if not noun or noun not in role_words() and not noun.endswith(("er", "or", "ist")):
            return None
        wanted = {same(w) for w in content} - FUNCTION
        best: tuple[float, Person] | None = None
        for person in dict.fromkeys(self.people.values()):
            for description in person.descriptions:
                have = {same(w) for w in description}
                if "secretary" in have and "press" in have:
                    have.add("spokesperson")
                if same(noun) not in have:
                    continue
                shared = len(wanted & have) / max(len(wanted), 1)
                near = min((abs(p - position) for p in person.positions), default=10**6)
                if indefinite and not (
                    any(position < p < position + 700 for p in person.positions)
                    and person.positions[0] > position
                ):
                    continue
                if not indefinite and len(wanted) > 2 and shared < 0.4:
                    continue
                score = shared - min(near, 20_000) / 40_000
                if best is None or score > best[0]:
                    best = (score, person)
        return best[1] if best else None

    def _recent_with_role(self, noun: str, position: int) -> Resolved | None:
        return None

    def _earlier_unnamed(self, noun: str) -> Resolved | None:
        generic = noun in (
            "source",
            "insider",
            "official",
            "man",
            "woman",
            "person",
            "spokesman",
            "spokeswoman",
            "spokesperson",
        )
        for _, earlier in reversed(self.history):
            if earlier.kind == "unnamed" and earlier.name != "unnamed":
                if noun in [bare(w) for w in earlier.name.split()] or (
                    noun in ("source", "insider") and generic
                ):
                    return Resolved(earlier.name, "unnamed", 0.7, "same-unnamed")
        return None

    def _issuer(
        self, head: list[Token], noun: str, plain: str, sentence: Sentence, position: int
    ) -> Resolved:
        """A document speaks for its issuer; a study for its authors."""
        for i, token in enumerate(head):
            if token.lower in ("by", "from", "of") and i + 1 < len(head):
                named = self._named(head[i + 1 :], head[i + 1 :])
                if named:
                    return named
        if (
            head[-1].text.endswith(("'s", "’s")) is False
            and len(head) > 1
            and head[0].text.endswith(("'s", "’s"))
        ):
            named = self._named([head[0]], [head[0]])
        runs = self._runs(head)
        if runs:
            run_text = strip_possessive(" ".join(t.text for t in runs[0]))
            if known_outlet(run_text):
                return Resolved(self._as_outlet(run_text), "outlet", 0.7, "issuer")
            resolved = self._named([t for t in runs[0]], runs[0])
            if resolved and noun not in STUDIES:
                return Resolved(resolved.name, resolved.kind, 0.65, "issuer", resolved.person)
        if noun in STUDIES:
            return Resolved(re.sub(r"^(?:new|recent|latest)\s+", "", plain), "group", 0.6, "study")
        issuer = self._who_issued(noun, sentence, position)
        if issuer:
            return issuer
        for _, earlier in reversed(self.history[-6:]):
            if earlier.kind in ("organization", "person"):
                return Resolved(earlier.name, earlier.kind, 0.5, "issuer-before", earlier.person)
        return Resolved(plain, "unnamed", 0.4, "document")

    def _who_issued(self, noun: str, sentence: Sentence, position: int) -> Resolved | None:
        """The subject of the sentence that speaks of the document first ("X issued a statement")."""
        for number in range(sentence.number - 1, max(-1, sentence.number - 6), -1):
            earlier = self.document.sentences[number]
            lowers = [t.lower for t in earlier.tokens]
            if noun not in lowers:
                continue
            at = earlier.tokens[lowers.index(noun)].start
            orgs = [(p, name) for p, name in self.org_mentions if earlier.start <= p < at]
            people = [(p, person) for p, person in self.mentions if earlier.start <= p < at]
            if orgs and (not people or orgs[-1][0] > people[-1][0]):
                return Resolved(orgs[-1][1], "organization", 0.6, "issuer")
            if people:
                return Resolved(people[-1][1].name, "person", 0.6, "issuer", people[-1][1])
            for at_, resolved in reversed(self.history):
                if resolved.kind in ("organization", "person") and at_ <= earlier.end:
                    return Resolved(resolved.name, resolved.kind, 0.5, "issuer-before", resolved.person)
        return None

    def _organization_by_noun(self, noun: str, content: set[str], position: int) -> Resolved | None:
        if noun == "police":
            for text in self.plain_names:
                del text
                break
            for _, name in self.org_mentions:
                if name.lower().endswith("police"):
                    return Resolved(name, "organization", 0.6, "organization-noun")
            return None
        suited = {noun, "productions", "records", "group"} if noun in ("company", "label", "firm") else {noun}
        extra = {w for w in content if w not in FUNCTION and w != noun and w not in ("this", "that")}
        near = [(p, name) for p, name in self.org_mentions if p < position]
        for _, name in reversed(near):
            name_words = {bare(w).rstrip("s") for w in name.split()}
            if {w.rstrip("s") for w in extra or suited} & name_words:
                return Resolved(name, "organization", 0.6, "organization-noun")
        for _, earlier in reversed(self.history[-4:]):
            if earlier.kind == "organization":
                return Resolved(earlier.name, "organization", 0.55, "organization-noun")
        if near and noun in ("company", "firm"):
            return Resolved(near[-1][1], "organization", 0.45, "organization-noun")
        return None

    def last_outlet(self, position: int) -> str:
        before = [text for start, text in self.outlets if start < position]
        return before[-1] if before else ""

    def _pronoun(self, gender: str, sentence: Sentence, position: int) -> Resolved:
        """Rank the people in reach: who spoke last, who is the subject, who is near."""
        scores: dict[int, tuple[float, Resolved]] = {}
        hi = bisect_left(self._mention_starts, position)
        reach = self.document.sentences[max(0, sentence.number - 6)].start
        first_in_sentence: dict[int, Person] = {}
        for start, person in self.mentions[max(0, hi - 40) : hi]:
            if start < reach or not agrees(person, gender):
                continue
            owner = self._sentence_distance(sentence, start)
            score = 2.0 - 0.4 * owner + (0.8 if person.gender == gender else 0)
            if owner not in first_in_sentence:
                first_in_sentence[owner] = person
                score += 1.2
            if self._is_subordinate_subject(sentence, start):
                score += 1.5
            key = id(person)
            previous = scores.get(key)
            if previous is None or previous[0] < score:
                scores[key] = (score, Resolved(person.name, "person", 0.6, "pronoun", person))
        for age, (at, resolved) in enumerate(reversed(self.history[-8:])):
            if at < reach or resolved.kind not in ("person", "unnamed") or at > position:
                continue
            if resolved.person and not agrees(resolved.person, gender):
                continue
            if resolved.name == "unnamed":
                continue
            bonus = 3.0 - 0.8 * age
            key = id(resolved.person) if resolved.person else hash(resolved.name)
            base = scores.get(key, (0.0, resolved))[0]
            scores[key] = (
                base + bonus,
                Resolved(resolved.name, resolved.kind, 0.7, "pronoun", resolved.person),
            )
        if not scores:
            return OPEN
        ranked = sorted(scores.values(), key=lambda item: -item[0])
        best = ranked[0]
        if len(ranked) > 1 and best[0] - ranked[1][0] < 0.15:
            return Resolved(best[1].name, best[1].kind, 0.35, "pronoun-unsure", best[1].person)
        return best[1]

    def _sentence_distance(self, sentence: Sentence, start: int) -> int:
        number = sentence.number
        while number > 0 and self.document.sentences[number].start > start:
            number -= 1
        return sentence.number - number

    def _is_subordinate_subject(self, sentence: Sentence, start: int) -> bool:
        return sentence.start <= start and sentence.tokens[0].lower in (
            "when",
            "while",
            "after",
            "as",
            "before",
            "asked",
            "in",
            "at",
        )

    def _plural(self, position: int) -> Resolved:
        for _, earlier in reversed(self.history[-4:]):
            if earlier.kind in ("group", "organization"):
                return Resolved(earlier.name, earlier.kind, 0.6, "they")
        for _, earlier in reversed(self.history[-2:]):
            if earlier.kind == "unnamed":
                return Resolved(earlier.name, earlier.kind, 0.5, "they")
        return OPEN

    def _neuter(self, sentence: Sentence, position: int) -> Resolved:
        for at, earlier in reversed(self.history[-3:]):
            if earlier.kind in ("organization", "outlet") and position - at < 1_500:
                near = [name for p, name in self.org_mentions if at < p < position and p >= sentence.start]
                if not near:
                    return Resolved(earlier.name, earlier.kind, 0.6, "it")
        near = [name for p, name in self.org_mentions if position - 500 < p < position]
        if near:
            return Resolved(near[-1], "organization", 0.5, "it")
        return OPEN


def agrees(person: Person, gender: str) -> bool:
    return person.gender in ("u", gender)


def name_key(name: str) -> str:
    parts = [p for p in name.split() if p.rstrip(".").lower() not in ("jr", "sr", "ii", "iii")]
    return parts[-1].lower() if parts else ""


def same(word: str) -> str:
    return SYNONYMS.get(word, word)


def is_organization_name(text: str) -> bool:
    parts = text.split()
    if not parts:
        return False
    if any(bare(p) in organization_words() for p in parts):
        return True
    if parts[-1] in lexicon().places:
        return len(parts) == 1
    return len(parts) == 1 and len(parts[0]) > 1 and parts[0].replace(".", "").isupper()


def role_like(text: str) -> bool:
    return any(bare(part) in role_words() for part in text.split())


def plural_capital(text: str) -> bool:
    last = text.split()[-1].lower() if text.split() else ""
    return last.endswith("s") and not last.endswith("ss")


def is_common(token: Token, head: list[Token]) -> bool:
    """A capital only because it opens the sentence: "Prosecutors", "Protesters", "Police"."""
    if len(head) > 1 and head[1].is_capital:
        return False
    lower = token.lower
    return (
        lower in GROUP_WORDS
        or lower in role_words()
        or (lower.endswith("s") and lower[:-1] in role_words())
        or lower in ORG_NOUNS
        or lower in DOCUMENTS
    )


def head_noun(head: list[Token]) -> str:
    """The last noun before "of", "to", "who": "ambassador" in "China's ambassador to Britain"."""
    noun = ""
    for i, token in enumerate(head):
        lower = bare(token.text)
        if i > 0 and token.lower in (
            "of",
            "to",
            "for",
            "in",
            "at",
            "from",
            "who",
            "that",
            "by",
            "on",
            "with",
            "inside",
            "close",
            "familiar",
            "briefed",
            "whose",
            "which",
            "said",
            "published",
        ):
            break
        if token.is_word and token.lower not in DETERMINERS:
            noun = lower if not token.text.endswith(("'s", "’s")) else noun
    return noun


def is_plural_head(head: list[Token]) -> bool:
    noun = head_noun(head)
    first = head[0].lower
    if (
        first in ("both", "some", "many", "several", "those", "two", "three", "four", "most", "few", "these")
        or first.isdigit()
        and int(first) > 1
    ):
        return True
    if first in ("a", "an", "one", "another"):
        return False
    if noun in GROUP_WORDS:
        return True
    last = next((t for t in reversed(head) if bare(t.text) == noun), None)
    return (
        bool(noun)
        and noun.endswith("s")
        and not noun.endswith(("ss", "us", "is"))
        and noun not in SINGULAR_S
        and not (last is not None and last.is_capital and last is not head[0])
    )
