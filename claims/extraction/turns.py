"""Words that a label gives to somebody, not a verb: turns of a transcript, quotations with a name under them.

    LUND: The tram costs 310 million.            “They cut down two hundred trees for it.”
    HOLM: Opponents say that you hid the bill.   — Sam Hale, Merrow

A network that reads two hundred words at once sees one colon or dash; that they recur down a whole text tells
what they are.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .cast import OPEN, Cast, Person, Resolved
from .document import Document, Sentence
from .lexicon import known_outlet, words
from .names import name_runs, read_person, surname
from .reading import Learned
from .relations import Relation
from .rules import content_end, trim
from .sentences import Paragraph
from .types import Span

LABEL = re.compile(
    r"[\"“”„«]?\s?(?P<label>[A-Z][\w.'’-]{0,30}(?:[ \xa0](?:[A-Z][\w.'’-]{0,30}|de|van|von|of|the)){0,5})"
    r"(?:\s?[(\[][^()\[\]\n]{1,60}[)\]])?(?P<mark>:)\s+(?=\S)"
)
SIGNED = re.compile(r"(?P<mark>--|[―—–-])[ \xa0]*(?P<label>[A-Z][^\n”\"»]{1,100}?)[ \xa0.]*$")
ASIDE = re.compile(r"[\"“”]?\s?[(\[]")
QUESTION, ANSWER = words("q question"), words("a answer")
ROLES = words("host moderator anchor reporter interviewer announcer narrator caller audience correspondent")
NOTES = words(
    "related read watch more video photo photos update updated editor's editors note breaking exclusive poll via source "
    "sources contributing email phone tickets address where when price time date"
)
FEWEST = 3  # turns that make a transcript
SHORTEST = 2  # words of a sentence
ENDS = frozenset('.?!…”"—-')
DENSE = 0.6  # of the paragraphs from the first turn to the last: those between them belong to turns too
LONGEST_SIGNATURE = 14  # words
LONG = 200  # characters: a paragraph, whatever it ends with
LONGEST_INITIALS = 3  # letters
JOINERS = frozenset({"de", "van", "von", "of", "the", "and", "y", "la", "der"})
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Turn:
    """What one label gives to somebody: spans of the label, of the mark beside it, and of the words, a paragraph each."""

    label: Span
    mark: Span
    body: tuple[Span, ...]


class Turns:
    """The turns of a document in text order, and which sentence belongs to which."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.all = sorted([*transcript(document), *signed(document)], key=lambda turn: turn.body[0])
        self._pieces = sorted(((span, turn) for turn in self.all for span in turn.body), key=lambda p: p[0])
        self._starts = [span[0] for span, _ in self._pieces]
        self._labels = {position for turn in self.all for position in range(*turn.label)}
        self._speakers: dict[str, Resolved] = {}
        self._called: dict[str, dict[str, Person]] = {}
        self._in_full: dict[str, str] = {}
        for sentence in document.sentences if self.all else []:
            self._tell_prose(sentence)

    def _tell_prose(self, sentence: Sentence) -> None:
        """Words in a turn are prose, even a line without a full stop; "— Tom Reed, a baker" is none."""
        first = next((t.start for t in sentence.tokens if t.is_word), sentence.start)
        if any(t.is_word and self.at(t.start) for t in sentence.tokens):
            sentence.prose = True
        elif first in self._labels:
            sentence.prose = False

    def at(self, position: int) -> Turn | None:
        """The turn whose words stand at a position."""
        index = bisect_right(self._starts, position) - 1
        if index < 0 or position >= self._pieces[index][0][1]:
            return None
        return self._pieces[index][1]

    def around(self, spans: Iterable[Span]) -> set[Turn | None]:
        """The turns that some spans stand in or touch; None among them when they also stand outside."""
        found: set[Turn | None] = set()
        for start, end in spans:
            found |= {self.at(start), self.at(end - 1)}
            found |= {
                p[1] for p in self._pieces[bisect_right(self._starts, start) : bisect_left(self._starts, end)]
            }
        return found

    # ---- what is found ----

    def over(self, found: list[Learned]) -> list[Learned]:
        """Attributions with each turn as one, and the model's outside them: no word is the content of two.

        "Q" and "A" name nobody: what they label stays as the model has it.
        """
        named = [turn for turn in self.all if self._label(turn) not in QUESTION | ANSWER]
        if not named:
            return found
        kept = [item for item in found if self.around(item.content).isdisjoint(named)]
        told = [Learned((turn.label,), (turn.mark,), turn.body, SURE) for turn in named]
        return sorted([*kept, *told], key=lambda item: (item.cue or item.content)[0])

    def _label(self, turn: Turn) -> str:
        return self.document.words(turn.label).casefold()

    def among(self, sentence: Sentence, relations: list[Relation]) -> list[Relation]:
        """A sentence's relations, when it is in a turn: whoever speaks there says all of it."""
        turn = next((t for token in sentence.tokens if token.is_word and (t := self.at(token.start))), None)
        if turn is None:
            return relations if sentence.prose else []
        said = words_of(sentence, [k for k, t in enumerate(sentence.tokens) if self.at(t.start) is turn])
        if said is None:
            return []
        inner = [
            r for r in relations if (r.cue or r.source) and is_inside(said, [*r.source, *r.cue, *r.content])
        ]
        for relation in inner:
            relation.nested = True
        manner = "question" if self._label(turn) in QUESTION else "turn"
        return [Relation(sentence.number, [], [turn.label], [said], manner, confidence=SURE), *inner]

    # ---- who speaks ----

    def speaker(self, label: Span, cast: Cast) -> Resolved:
        """Whom a label names: "LUND" is the Ana Lund of the text; A is who is asked, if one person can be meant."""
        name = self.document.words(label).partition(",")[0]
        if name not in self._speakers:
            self._speakers[name] = self._named(name, cast)
        return self._speakers[name]

    def _named(self, name: str, cast: Cast) -> Resolved:
        plain = name.casefold()
        if plain in ANSWER:
            first = self.all[0].label[0]
            before = {person.name: person for at, person in cast.mentions if at < first}
            return as_speaker(next(iter(before.values())), 0.7) if len(before) == 1 else OPEN
        if ROLES & set(plain.split()):
            return Resolved(plain, "unnamed", 0.7, "turn")
        self._called = self._called or called(cast)
        for key in (plain, surname(plain), name.replace(".", "")):
            if len(people := self._called.get(key, {})) == 1:
                return as_speaker(next(iter(people.values())), SURE)
        if name.isupper() and len(name) <= LONGEST_INITIALS:
            return OPEN
        self._in_full = self._in_full or full_names(self.document)
        full = self._in_full.get(surname(name)) or (name.title() if name.isupper() else name)
        return Resolved(full, "person", 0.7, "turn")


def called(cast: Cast) -> dict[str, dict[str, Person]]:
    """The people of a text, by name, by what a label may have of their names: all, the surname, initials."""
    found: dict[str, dict[str, Person]] = {}
    for person in cast.people.values():
        for key in (person.name.casefold(), surname(person.name), initials(person.name)):
            found.setdefault(key, {})[person.name] = person
    return found


def full_names(document: Document) -> dict[str, str]:
    """What could be somebody's full name in a text, by surname: the first of each."""
    found: dict[str, str] = {}
    for sentence in document.sentences:
        for run in name_runs(sentence.tokens):
            name, _, _ = read_person(run, known=True)
            if " " in name and not name.isupper():
                found.setdefault(surname(name), name)
    return found


def as_speaker(person: Person, confidence: float) -> Resolved:
    return Resolved(person.name, "person", confidence, "turn", person)


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split() if part[0].isupper())


def words_of(sentence: Sentence, inside: list[int]) -> Span | None:
    """The span of some consecutive tokens of a sentence, without its full stop."""
    tokens = sentence.tokens
    first, end = trim(tokens, inside[0], min(inside[-1] + 1, max(content_end(tokens), inside[0])))
    return (tokens[first].start, tokens[end - 1].end) if first < end else None


def is_inside(span: Span, others: list[Span]) -> bool:
    return all(span[0] <= start and end <= span[1] for start, end in others)


# ---- transcripts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labelled:
    """A paragraph that opens with a label: its number, the label, the colon, where the words begin."""

    number: int
    label: Span
    mark: Span
    begins: int


def transcript(document: Document) -> Iterator[Turn]:
    """Turns "LUND: ...", if these labels take turns down the text."""
    labelled = [
        found
        for n, paragraph in enumerate(document.paragraphs)
        if (found := label_of(document, n, paragraph))
    ]
    turns = those_who_speak(document, labelled)
    if not turns:
        return
    last = turns[-1].number
    dense = len(turns) >= DENSE * (last - turns[0].number + 1)
    begins = {found.number for found in turns}
    for found in turns:
        body = [(found.begins, document.paragraphs[found.number].end)]
        number = found.number + 1
        while number < len(document.paragraphs) and number not in begins:
            paragraph = document.paragraphs[number]
            runs_on = is_left_open(document, paragraph) if number > last else dense
            if ASIDE.match(document.text, paragraph.start, paragraph.end):
                number += 1
                continue
            if not runs_on:
                break
            body.append((paragraph.body_start, paragraph.end))
            number += 1
        yield Turn(found.label, found.mark, tuple(body))


def label_of(document: Document, number: int, paragraph: Paragraph) -> Labelled | None:
    match = LABEL.match(document.text, paragraph.start, paragraph.end)
    if not match or NOTES & set(re.split(r"\W+", match["label"].casefold())):
        return None
    return Labelled(number, match.span("label"), match.span("mark"), match.end())


def those_who_speak(document: Document, labelled: list[Labelled]) -> list[Labelled]:
    """Of labelled paragraphs the turns: two labels at least, one of them again, that name somebody, before sentences."""
    if len(labelled) < FEWEST:
        return []
    name = {found: document.words(found.label) for found in labelled}
    often = Counter(name.values())
    elsewhere = named_elsewhere(document, labelled)
    sure = {
        found
        for found in labelled
        if (found.number or often[name[found]] > 1)  # a headline names somebody before a colon too
        and (
            (last := name[found].split()[-1].casefold()) in QUESTION | ANSWER | ROLES
            or last in elsewhere
            or (name[found].isupper() and often[name[found]] > 1)
        )
    }
    shouting = any(name[found].isupper() and often[name[found]] > 1 for found in sure)
    turns = [found for found in labelled if found in sure or (shouting and name[found].isupper())]
    told = sum(is_said(document, found) for found in turns)
    if (
        len(turns) < FEWEST
        or len({name[found] for found in turns}) < 2
        or all(often[name[found]] < 2 for found in turns)
        or told < len(turns) / 2
    ):
        return []
    begin, end = turns[0].number, turns[-1].number + 1  # among turns an unknown name takes one too
    return [found for found in labelled if begin <= found.number <= end]


def named_elsewhere(document: Document, labelled: list[Labelled]) -> set[str]:
    """Capitalised words of the text, labels left out."""
    labels = {position for found in labelled for position in range(*found.label)}
    return {
        t.lower.removesuffix("'s").removesuffix("’s")
        for sentence in document.sentences
        for t in sentence.tokens
        if t.is_capital and t.start not in labels
    }


def is_said(document: Document, found: Labelled) -> bool:
    """Whether words behind a label are a sentence, not an entry of a list."""
    body = document.text[found.begins : document.paragraphs[found.number].end].rstrip()
    return sum(word[0].isalpha() for word in body[:LONG].split()) >= SHORTEST and (
        body[-1] in ENDS or len(body) > LONG
    )


def is_left_open(document: Document, paragraph: Paragraph) -> bool:
    """Whether a paragraph carries on a quotation that the one before left open."""
    quotation = document.quotation_at(paragraph.start)
    return quotation is not None and quotation.continues


# ---- quotations with a name under them -----------------------------------------------------------


def signed(document: Document) -> Iterator[Turn]:
    """ "..." — Ann Doe, a farmer": whole paragraphs in quotation marks, with the name behind them or on a line below."""
    for number, paragraph in enumerate(document.paragraphs):
        match = SIGNED.search(document.text, max(paragraph.start, paragraph.end - 120), paragraph.end)
        if not match or document.quotation_at(match.start("mark")) or not is_signature(match["label"]):
            continue
        own_line = match.start() == paragraph.start
        quoted = number - 1 if own_line else number
        if quoted < 0:
            continue
        end = document.paragraphs[quoted].end if own_line else match.start()
        body = wholly_quoted(document, quoted, end)
        if body:
            yield Turn(match.span("label"), match.span("mark"), body)


def is_signature(label: str) -> bool:
    """A name, with what somebody is behind a comma at most: no clause, no outlet that is credited."""
    said = label.split()
    called = label.partition(",")[0].split()
    return (
        len(said) <= LONGEST_SIGNATURE
        and not known_outlet(label.strip(" ."))
        and all(word[0].isupper() or word in JOINERS for word in called)
    )


def wholly_quoted(document: Document, number: int, end: int) -> tuple[Span, ...]:
    """The paragraphs of a quotation whose last ends at `end`; empty when that is not quotation from its start on."""
    body: list[Span] = []
    while number >= 0:
        paragraph = document.paragraphs[number]
        stop = end if not body else paragraph.end
        while stop > paragraph.start and document.text[stop - 1].isspace():
            stop -= 1
        quotation = document.quotation_at(paragraph.start)
        if quotation is None or quotation.end < stop:
            break
        body.insert(0, (paragraph.start, stop))
        if not quotation.continues:
            return tuple(body)
        number -= 1
    return ()
