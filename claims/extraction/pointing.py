"""Which of some names in a text a pronoun stands for: the question alone, outside any article's claims."""

from bisect import bisect_right
from collections.abc import Sequence

from .cast import Cast, Person
from .document import read_document
from .lexicon import given_gender, lexicon
from .names import NameRun, name_runs
from .nouns import bare
from .pronouns import REACH
from .ranking import HE, SHE, Candidate, Pronoun, probabilities, read_mention, read_pronoun
from .types import Span

LEAST_LIKELY = 0.3  # below it none of the names is given


def pronoun_candidate(text: str, pronoun_offset: int, candidates: Sequence[Span]) -> Span | None:
    """The name span that the pronoun at an offset stands for, one of `candidates`; None when none is likely.

    Other people of the text are weighed too: a pronoun that is probably theirs is none of the candidates'.
    """
    likely = candidate_probabilities(text, pronoun_offset, candidates)
    best = max(range(len(candidates)), key=lambda i: likely[i], default=-1)
    return candidates[best] if best >= 0 and likely[best] >= LEAST_LIKELY else None


def candidate_probabilities(text: str, pronoun_offset: int, candidates: Sequence[Span]) -> list[float]:
    """How likely the pronoun stands for each candidate."""
    question = read_question(text, pronoun_offset, candidates)
    return probabilities(*question, says=False)[: len(candidates)] if question else [0.0] * len(candidates)


def read_question(
    text: str, pronoun_offset: int, spans: Sequence[Span]
) -> tuple[Pronoun, list[Candidate]] | None:
    """The pronoun and everybody it may stand for: those asked about first, then the others named near it."""
    document = read_document(text)
    if not document.sentences:
        return None
    starts = [sentence.start for sentence in document.sentences]
    sentence = document.sentences[max(bisect_right(starts, pronoun_offset) - 1, 0)]
    word = text[pronoun_offset : pronoun_offset + 8].split(maxsplit=1)
    lower = "".join(ch for ch in (word[0] if word else "").lower() if ch.isalpha())
    gender = "m" if lower in HE else "f" if lower in SHE else ""
    pronoun = read_pronoun(document, sentence, pronoun_offset, gender)
    cast = Cast(document, "")
    asked = [Candidate(index, name_gender(cast, text[slice(*span)])) for index, span in enumerate(spans)]
    for candidate, (start, end) in zip(asked, spans, strict=True):
        home = document.sentences[max(bisect_right(starts, start) - 1, 0)]
        candidate.mentions.append(read_mention(home, (start, end)))
    names = [frozenset(bare(part) for part in text[slice(*span)].split()) for span in spans]
    others: dict[object, Candidate] = {}
    first: object = None
    near = document.sentences[max(0, sentence.number - REACH) : sentence.number + 2]
    for home in document.sentences:
        for run in name_runs(home.tokens, home):
            key = whose(run, names, spans, cast)
            if key is None:
                continue
            first = key if first is None else first
            if isinstance(key, int):
                candidate = asked[key]
            else:
                candidate = others.setdefault(key, Candidate(key, key.gender))
            candidate.named += 1
            span = (run.tokens[0].start, run.tokens[-1].end)
            if home in near and all(m.start != span[0] for m in candidate.mentions[-2:]):
                candidate.mentions.append(read_mention(home, span))
    everybody = [*asked, *(candidate for candidate in others.values() if candidate.mentions)]
    for candidate in everybody:
        candidate.first = candidate.key == first
        candidate.mentions.sort(key=lambda mention: mention.start)
    note_speaking(everybody, pronoun.position)
    return pronoun, everybody


def whose(
    run: NameRun, names: Sequence[frozenset[str]], spans: Sequence[Span], cast: Cast
) -> int | Person | None:
    """The number of the candidate that a run of capitals names, else the person of the cast."""
    start, end = run.tokens[0].start, run.tokens[-1].end
    inside = next((i for i, (a, b) in enumerate(spans) if a < end and start < b), None)
    if inside is not None:
        return inside
    parts = frozenset(bare(token.text) for token in run.tokens)
    fitting = [i for i, name in enumerate(names) if parts <= name or name <= parts]
    if fitting:
        return fitting[0] if len(fitting) == 1 else None
    return cast.person_called(run.text)


def name_gender(cast: Cast, name: str) -> str:
    person = cast.person_called(name)
    if person is not None and person.gender != "u":
        return person.gender
    if " " in name.strip():
        return given_gender(name)
    return lexicon().genders.get(name, "u")  # alone it may be a surname


def note_speaking(candidates: Sequence[Candidate], position: int) -> None:
    """Who spoke last before a position, who before that."""
    heard: list[tuple[int, Candidate]] = []
    for candidate in candidates:
        spoke = [m.start for m in candidate.mentions if m.speaks and m.start < position]
        if spoke:
            heard.append((spoke[-1], candidate))
    for age, (_, candidate) in enumerate(sorted(heard, key=lambda item: -item[0])):
        candidate.spoke = age
