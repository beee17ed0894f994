"""Whom "he", "she", "they" and "it" stand for, by who spoke and was named before."""

from bisect import bisect_left, bisect_right

from .cast import OPEN, Cast, Person, Resolved, described_gender
from .clauses import clause_subject
from .document import Document, Sentence, Token
from .lexicon import words
from .nouns import is_plural_phrase, without_article
from .ranking import HE, SHE, Candidate, Mention, Pronoun, probabilities, read_mention, read_pronoun

THEY, IT = words("they their them"), words("it its")
LEAST_LIKELY = 0.35  # below it a pronoun stays open
MOST_MENTIONS = 40  # weighed for one pronoun
MOST_HEARD = 8
REACH = 6  # sentences back that a pronoun may point to


class Pronouns:
    """Resolves pronouns; `history` is who spoke where, filled as a text is read."""

    def __init__(self, document: Document, cast: Cast, history: list[tuple[int, Resolved]]) -> None:
        self.document = document
        self.cast = cast
        self.history = history
        self._starts = [sentence.start for sentence in document.sentences]
        self._mentions: dict[int, Mention] = {}

    def resolve(self, word: str, sentence: Sentence, position: int) -> Resolved | None:
        if word in HE or word in SHE:
            return self.he_or_she("m" if word in HE else "f", sentence, position)
        if word in THEY:
            return self._they(sentence)
        if word in IT:
            return self._it(sentence, position)
        return OPEN if word in ("i", "we", "you") else None

    def he_or_she(self, gender: str, sentence: Sentence, position: int) -> Resolved:
        """Who of the people in reach is likeliest; open where nobody is likely enough."""
        pronoun = read_pronoun(self.document, sentence, position, gender)
        candidates = self.candidates(pronoun, sentence)
        likely = probabilities(pronoun, candidates, says=True)
        best = max(range(len(candidates)), key=lambda i: likely[i], default=-1)
        if best < 0 or likely[best] < LEAST_LIKELY:
            return OPEN
        key, sure = candidates[best].key, round(likely[best], 3)
        if isinstance(key, Person):
            return Resolved(key.name, "person", sure, "pronoun", key)
        spoke = next(who for _, who in reversed(self.history) if who.name == key)
        return Resolved(spoke.name, spoke.kind, sure, "pronoun")

    def candidates(self, pronoun: Pronoun, sentence: Sentence) -> list[Candidate]:
        """The people named or heard in the last sentences, and those named later in this one."""
        reach = self.document.sentences[max(0, sentence.number - REACH)].start
        starts = self.cast.mention_starts
        hi = bisect_left(starts, sentence.end)
        lo = max(bisect_left(starts, reach), bisect_left(starts, pronoun.position) - MOST_MENTIONS)
        first = self.cast.mentions[0][1] if self.cast.mentions else None
        found: dict[object, Candidate] = {}
        for start, person in self.cast.mentions[lo:hi]:
            if start == pronoun.position or not agrees(person, pronoun.gender):
                continue
            mention = self._mention(start)
            spoken_of = (
                pronoun.led == "a mark" and not pronoun.subordinate and mention.sentence == pronoun.sentence
            )
            if mention.quoted or (spoken_of and not (mention.subject or mention.possessive)):
                continue  # "Keel has met Marsh, he said": whom somebody speaks of is hardly who speaks
            candidate = found.setdefault(
                person, Candidate(person, person.gender, named=len(person.positions), first=person is first)
            )
            candidate.mentions.append(mention)
        heard: list[object] = []
        for at, who in reversed(self.history[-MOST_HEARD:]):
            key = who.person or (who.name if who.kind == "unnamed" and who.rule != "document" else None)
            gender = who.person.gender if who.person else described_gender(who.name)
            if (
                key is None
                or not reach <= at < pronoun.position
                or (gender not in ("u", pronoun.gender) and pronoun.gender)
            ):
                continue
            candidate = found.setdefault(key, Candidate(key, gender, first=key is first))
            if key not in heard:
                candidate.spoke = len(heard)
                heard.append(key)
            number = bisect_right(self._starts, at) - 1
            spoken_in = self.document.sentences[max(number, 0)]
            candidate.mentions.append(Mention(at, number, spoken_in.paragraph, subject=True, speaks=True))
        for candidate in found.values():
            candidate.mentions.sort(key=lambda mention: mention.start)
        return list(found.values())

    def _mention(self, start: int) -> Mention:
        if start not in self._mentions:
            sentence = self.document.sentences[max(bisect_right(self._starts, start) - 1, 0)]
            self._mentions[start] = read_mention(sentence, (start, self.cast.mention_ends[start]))
        return self._mentions[start]

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
        if (token.text in ",;:—–(" or token.lower == "which") and i > 0:
            return tokens[:i]
    return tokens


def agrees(person: Person, gender: str) -> bool:
    return not gender or person.gender in ("u", gender)
