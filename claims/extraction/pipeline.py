"""The steps from a text to its claims, in order."""

from datetime import date, datetime

from .carrying import carry_over, without_spans
from .cast import Cast, Resolved
from .chains import Chains
from .checkworthy import judge
from .citing import behind_outlet
from .contents import Draft, build_drafts
from .coreference import Speakers
from .document import Document, read_document
from .language import detect_language
from .lexicon import words
from .outlets import is_same_outlet, learn_outlets
from .plaintext import readable
from .quotes import with_double_marks
from .reading import Reading, model, packaged_version
from .relations import Relation
from .tagger import tag
from .turns import Turns
from .types import Attribution, Embedded, ExtractedClaim, Extraction, Hop, Span, SpeakerKind

STEPS = "steps-3"  # counts up with every change to the steps that may change what is found
VERSION = f"{packaged_version()}+{STEPS}"
SUPPORTED = frozenset({"en", "und"})
ANSWERS = words("reply answer respond retort counter")
NEIGHBOURS = 4  # drafts around one that may stand in its sentence
SKIPPED = {
    "no_text": "The text has no words.",
    "language_not_supported": "The text is in a language that is not read yet; only English is.",
    "no_sentences": "The text has no sentences to take claims from.",
}


def run(
    text: str, *, outlet: str, title: str = "", published: date | datetime | str | None = None
) -> Extraction:
    """See `extract`."""
    del published  # kept for the steps that will resolve "on Monday"
    text = readable(text)
    language = detect_language(text)
    if not any(ch.isalnum() for ch in text[:100_000]):
        return Extraction((), (), language, VERSION, "no_text")
    if language not in SUPPORTED:
        return Extraction((), (), language, VERSION, "language_not_supported")

    document = read_document(text, title, outlet)
    document.named_outlets = learn_outlets(document)
    reading = model().read(with_double_marks(text, document.quotations))
    turns = Turns(document)
    relations = tag(document, reading, turns)
    drafts = build_drafts(document, relations)
    cast = Cast(document, outlet)
    resolver = Speakers(document, cast)
    speakers = find_speakers(document, relations, drafts, resolver, turns, outlet)
    chains = find_chains(document, drafts, speakers, cast, outlet)
    speakers, chains = credit_the_cited(drafts, speakers, chains, outlet)
    claims = [
        finish(document, reading, draft, speaker, chain, resolver, turns)
        for draft, speaker, chain in zip(drafts, speakers, chains, strict=True)
    ]
    claims.sort(key=lambda claim: claim.content[0])
    attributions = tuple(
        Attribution(r.source, r.cue, r.content, r.confidence) for r in turns.over(reading.found)
    )
    skipped = "" if claims or any(s.prose for s in document.sentences) else "no_sentences"
    return Extraction(tuple(claims), attributions, language, VERSION, skipped)


def find_speakers(
    document: Document,
    relations: list[Relation],
    drafts: list[Draft],
    resolver: Speakers,
    turns: Turns,
    outlet: str,
) -> list[Resolved]:
    """Who says each claim, read in text order so that pronouns find who spoke before."""
    claimed = [draft.relation for draft in drafts if draft.relation is not None]
    frames = {id(frame) for draft in drafts for frame in draft.frames}
    spoken = [relation for relation in relations if not relation.nested and id(relation) not in frames]
    answered_in = {relation.sentence for relation in spoken if relation.base in ANSWERS}
    of_relation: dict[int, Resolved] = {}
    for relation in sorted([*spoken, *claimed], key=lambda r: (r.sentence, r.source or r.content)):
        if id(relation) in of_relation:
            continue
        resolved = speaker_of(document, relation, resolver, turns)
        resolved = behind_outlet(
            resolved, document.sentences[relation.sentence], relation.cue, resolver.resolve
        )
        of_relation[id(relation)] = resolved
        if relation.sentence in answered_in and resolved.kind == "unnamed" and relation.base not in ANSWERS:
            continue  # "X answered when the presenter put it to him that C": X goes on speaking
        resolver.note((relation.source or relation.content or relation.beyond)[0][0], resolved)
    own = Resolved(outlet, "outlet", 0.9, "own-voice")
    return [own if d.relation is None else of_relation[id(d.relation)] for d in drafts]


def speaker_of(document: Document, relation: Relation, resolver: Speakers, turns: Turns) -> Resolved:
    if relation.manner == "turn":
        return turns.speaker(relation.source[0], resolver.cast)
    if not relation.source:
        return Resolved("unnamed", "unnamed", 0.7, "no-source")
    sentence = document.sentences[relation.sentence]
    if relation.antecedent:
        return resolver.resolve_antecedent(relation.antecedent, sentence)
    return resolver.resolve(relation.source[0], sentence)


def find_chains(
    document: Document, drafts: list[Draft], speakers: list[Resolved], cast: Cast, outlet: str
) -> list[tuple[Hop, ...]]:
    """Each claim's hops, stated or carried over, with the wire and the publisher at the end."""
    chains = Chains(document, cast, outlet)
    carried = carry_over([chains.stated(d, s) for d, s in zip(drafts, speakers, strict=True)])
    for i in range(len(drafts)):
        if not carried[i] and speakers[i].kind == "unnamed" and (answer := answered(drafts, i)) >= 0:
            carried[i] = without_spans(carried[answer])  # said on the same occasion
    publisher = Hop(outlet, "publisher", confidence=1.0, decided_by="publisher")
    return [(*chains.with_wire(hops), publisher) for hops in carried]


def answered(drafts: list[Draft], i: int) -> int:
    """ "replied to the remark that C", "answered when it was put to him that C": the draft that answers C, or -1."""
    near = range(max(0, i - NEIGHBOURS), min(len(drafts), i + NEIGHBOURS + 1))
    for k in near:
        relation = drafts[k].relation
        if k != i and drafts[k].sentence is drafts[i].sentence and relation and relation.base in ANSWERS:
            return k
    return -1


def credit_the_cited(
    drafts: list[Draft], speakers: list[Resolved], chains: list[tuple[Hop, ...]], outlet: str
) -> tuple[list[Resolved], list[tuple[Hop, ...]]]:
    """ "Trend reports citing TASS" with nobody behind it: TASS speaks, and is no hop."""
    speakers, chains = list(speakers), list(chains)
    for i, draft in enumerate(drafts):
        relays = [hop for hop in chains[i] if hop.role == "relay" and hop.cue is not None]
        if not draft.relation or not relays or speakers[i].kind != "outlet":
            continue
        reporting = speakers[i].name
        speakers[i] = Resolved(relays[0].name, "outlet", 0.7, "cited")
        hops = [hop for hop in chains[i] if hop is not relays[0]]
        if not is_same_outlet(reporting, outlet):
            span = draft.source[0] if draft.source else None
            hops.insert(
                len(hops) - 1,
                Hop(reporting, "relay", span, draft.cue[0] if draft.cue else None, 0.8, "frame"),
            )
        chains[i] = tuple(hops)
    return speakers, chains


def finish(
    document: Document,
    reading: Reading,
    draft: Draft,
    speaker: Resolved,
    chain: tuple[Hop, ...],
    resolver: Speakers,
    turns: Turns,
) -> ExtractedClaim:
    content = clean_spans(draft.content)
    words = " … ".join(document.words(span) for span in content)
    manner = draft.relation.manner if draft.relation else "own-voice"
    checkable, reasons = judge(words, draft.form, manner, draft.relation.base if draft.relation else "")
    kind: SpeakerKind = speaker.kind
    own = draft.relation is not None and kind == "outlet" and is_same_outlet(speaker.name, chain[-1].name)
    return ExtractedClaim(
        content=content,
        cue=clean_spans(draft.cue),
        source=clean_spans(draft.source),
        form="own-voice" if own else draft.form,
        speaker=speaker.name,
        speaker_kind=kind,
        chain=chain,
        checkable=checkable or own,
        reasons=reasons,
        score=round(model().worth_checking(reading.check[reading.numbers(content)]), 3),
        confidence=round(min(draft.confidence, 0.4 + 0.6 * speaker.confidence), 3),
        decided_by=draft.decided_by,
        speaker_confidence=round(speaker.confidence, 3),
        speaker_by=speaker.rule,
        embedded=embedded(document, draft, resolver, turns),
    )


def embedded(document: Document, draft: Draft, resolver: Speakers, turns: Turns) -> Embedded | None:
    """The first statement reported inside the content."""
    if draft.inner is None:
        return None
    resolved = speaker_of(document, draft.inner, resolver, turns)
    name = resolved.name or (document.words(draft.inner.source[0]) if draft.inner.source else "unnamed")
    return Embedded(name, clean_spans(draft.inner.content))


def clean_spans(spans: list[Span]) -> tuple[Span, ...]:
    """Sorted, non-empty, not overlapping."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)
