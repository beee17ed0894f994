"""Whom "he", "she", "they" and "it" stand for, by who spoke and was named before."""

from bisect import bisect_left

from .cast import OPEN, Cast, Person, Resolved
from .clauses import clause_subject
from .document import Document, Sentence, Token
from .lexicon import words
from .nouns import is_plural_phrase, without_article

HE, SHE = words("he him his himself"), words("she her hers herself")
THEY, IT = words("they their them"), words("it its")
SUBORDINATE_OPENERS = words("when while after as before asked in at during")
NEAR_TIE = 0.15  # two candidates this close leave the pronoun open
REACH = 6  # sentences back that a pronoun may point to


class Pronouns:
    """Resolves pronouns; `history` is who spoke where, filled as a text is read."""

    def __init__(self, document: Document, cast: Cast, history: list[tuple[int, Resolved]]) -> None:
        self.document = document
        self.cast = cast
        self.history = history

    def resolve(self, word: str, sentence: Sentence, position: int) -> Resolved | None:
        if word in HE or word in SHE:
            return self.he_or_she("m" if word in HE else "f", sentence, position)
        if word in THEY:
            return self._they(sentence)
        if word in IT:
            return self._it(sentence, position)
        return OPEN if word in ("i", "we", "you") else None

    def he_or_she(self, gender: str, sentence: Sentence, position: int) -> Resolved:
        """Rank the people in reach: who spoke last, who is a subject, who is near, whose name fits."""
        scores: dict[object, tuple[float, Resolved]] = {}
        for score, resolved in self._mentioned(gender, sentence, position):
            if resolved.person not in scores or scores[resolved.person][0] < score:
                scores[resolved.person] = (score, resolved)
        spoke: set[object] = set()
        reach = self.document.sentences[max(0, sentence.number - REACH)].start
        for age, (at, resolved) in enumerate(reversed(self.history[-8:])):
            fits = (resolved.kind == "unnamed" and resolved.rule != "document") or (
                resolved.person is not None and agrees(resolved.person, gender)
            )
            if not reach <= at <= position or not fits:
                continue
            key = resolved.person or resolved.name
            if key in spoke:
                continue  # who spoke last counts, not who spoke most
            spoke.add(key)
            before = scores[key][0] if key in scores else 0.0
            score = max(before, before + 3.0 - 0.8 * age)
            scores[key] = (score, Resolved(resolved.name, resolved.kind, 0.7, "pronoun", resolved.person))
        ranked = sorted(scores.values(), key=lambda item: -item[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < NEAR_TIE):
            return OPEN
        return ranked[0][1]

    def _mentioned(self, gender: str, sentence: Sentence, position: int) -> list[tuple[float, Resolved]]:
        hi = bisect_left(self.cast.mention_starts, position)
        reach = self.document.sentences[max(0, sentence.number - REACH)].start
        subjects: set[int] = set()
        found: list[tuple[float, Resolved]] = []
        for start, person in self.cast.mentions[max(0, hi - 40) : hi]:
            if start < reach or not agrees(person, gender):
                continue
            distance = self._sentences_between(start, sentence)
            score = 2.0 - 0.4 * distance + (0.8 if person.gender == gender else 0.0)
            if distance not in subjects:
                subjects.add(distance)
                score += 1.2
            if distance == 0 and sentence.tokens[0].lower in SUBORDINATE_OPENERS:
                score += 1.5
            found.append((score, Resolved(person.name, "person", 0.6, "pronoun", person)))
        return found

    def _sentences_between(self, start: int, sentence: Sentence) -> int:
        number = sentence.number
        while number > 0 and self.document.sentences[number].start > start:
            number -= 1
        return sentence.number - number

    def _they(self, sentence: Sentence) -> Resolved:
        if group := self._plural_subject_before(sentence):
            return group
        for age, (_, earlier) in enumerate(reversed(self.history[-4:])):
            if earlier.kind in ("group", "organization") or (earlier.kind == "unnamed" and age < 2):
                return Resolved(earlier.name, earlier.kind, 0.6, "they")
        return OPEN

    def _plural_subject_before(self, sentence: Sentence) -> Resolved | None:
        """ "Campaigners want an inquiry. They claim ...": the subject of the sentence before, if it did not speak."""
        if sentence.number == 0:
            return None
        before = self.document.sentences[sentence.number - 1]
        if before.paragraph != sentence.paragraph or (self.history and self.history[-1][0] >= before.start):
            return None
        start, end = clause_subject(before.tokens, len(before.tokens), 0)
        head = up_to_apposition(before.tokens[start:end]) if start >= 0 else []
        if not head or not is_plural_phrase(head) or (len(head) > 1 and head[-1].is_capital):
            return None
        return Resolved(
            without_article(self.document.words((head[0].start, head[-1].end))), "group", 0.55, "they"
        )

    def _it(self, sentence: Sentence, position: int) -> Resolved:
        near = self.cast.organizations_before(position, 3)
        if sentence.number and near:
            before = self.document.sentences[sentence.number - 1]
            last = self.history[-1][0] if self.history else -1
            index = bisect_left(self.cast.organization_starts, before.start)
            at, name = (
                self.cast.organizations[index] if index < len(self.cast.organizations) else (position, "")
            )
            opens = len(before.tokens) > 2 and at <= before.tokens[2].start
            if last < before.start and at < position and opens and before.paragraph == sentence.paragraph:
                return Resolved(name, "organization", 0.55, "it")
        for at, earlier in reversed(self.history[-3:]):
            if earlier.kind in ("organization", "outlet") and position - at < 1_500:
                return Resolved(earlier.name, earlier.kind, 0.6, "it")
        return Resolved(near[0], "organization", 0.45, "it") if near else OPEN


def up_to_apposition(tokens: list[Token]) -> list[Token]:
    for i, token in enumerate(tokens):
        if token.text in ",;:—–(" and i > 0:
            return tokens[:i]
    return tokens


def agrees(person: Person, gender: str) -> bool:
    return not gender or person.gender in ("u", gender)
