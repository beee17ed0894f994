"""From relations to drafts of claims: one per cue and sentence, quoted sentences that run on, own voice."""

from dataclasses import dataclass, field

from .document import Document, Sentence, Token
from .lexicon import SPEECH_ACTS, words
from .phrases import has_finite
from .relations import Relation
from .tagger import content_end, trim
from .types import Form, Span

NO_CLAIM_STARTS = words(
    "let please thank thanks pray remember imagine look listen watch read see click follow sign subscribe note "
    "don't don’t just leave stop give tell ask"
)
REPORTING_NOTES = (
    ("declined", "to"), ("did", "not", "respond"), ("did", "not", "immediately"), ("did", "not", "reply"),
    ("not", "be", "verified"), ("not", "be", "reached"), ("gave", "no"), ("no", "immediate", "comment"),
    ("not", "immediately"), ("not", "offer"), ("no", "further", "comment"), ("didn't", "respond"), ("didn’t", "respond"),
    ("for", "comment"), ("contributed", "to", "this"), ("this", "story"), ("not", "provide", "any"),
)
OWN_VOICE_NOISE = words("click photo image video watch read subscribe copyright advertisement editing related sign")
SHORTEST_OWN_VOICE = 4  # words
QUOTED_SHARE = 0.9
URGES = words("pray thank urge wish congratulate apologize hope")


@dataclass(slots=True)
class Draft:
    """A claim before anybody is named: its spans, form and the relation its speaker comes from.

    `relation` is None for the outlet's own voice; `continues` marks a quoted sentence without a cue;
    `frames` are outer relations ("Reuters reported that ...") that this claim stands inside of.
    """

    sentence: Sentence
    content: list[Span]
    cue: list[Span]
    source: list[Span]
    form: Form
    relation: Relation | None
    decided_by: str
    continues: bool = False
    frames: list[Relation] = field(default_factory=list)
    inner: Relation | None = None
    confidence: float = 0.8


def build_drafts(document: Document, relations: list[Relation]) -> list[Draft]:
    """Every claim of a document, in text order."""
    by_sentence: dict[int, list[Relation]] = {}
    for relation in relations:
        by_sentence.setdefault(relation.sentence, []).append(relation)
    owners = quotation_owners(document, by_sentence)
    drafts: list[Draft] = []
    last: Relation | None = None
    for sentence in document.sentences:
        if not sentence.prose:
            continue
        here = by_sentence.get(sentence.number, [])
        top = [r for r in here if not r.nested]
        if top:
            drafts += attributed(document, sentence, here)
            leftover = own_voice_rest(sentence, top)
            if leftover:
                drafts.append(leftover)
            last = top[-1]
            continue
        quoted = quoted_share(sentence)
        if quoted >= QUOTED_SHARE:
            owner = owners.get(sentence.number) or follows_quotation(document, sentence, drafts, last)
            draft = continuation(document, sentence, owner, drafts)
            if draft:
                drafts.append(draft)
            continue
        draft = own_voice(sentence)
        if draft:
            drafts.append(draft)
    drafts.sort(key=lambda d: d.content[0])
    return drafts


def quotation_owners(document: Document, by_sentence: dict[int, list[Relation]]) -> dict[int, Relation]:
    """Which relation a wholly quoted sentence belongs to: the one whose content shares its quotation."""
    of_quotation: dict[int, Relation] = {}
    for relations in by_sentence.values():
        for relation in relations:
            if relation.nested:
                continue
            for start, end in relation.content:
                for position in (start, end - 1):
                    quotation = document.quotation_at(position)
                    if quotation:
                        of_quotation.setdefault(quotation.start, relation)
    previous: Relation | None = None
    for quotation in document.quotations:
        if quotation.continues and previous and quotation.start not in of_quotation:
            of_quotation[quotation.start] = previous
        previous = of_quotation.get(quotation.start)
    found: dict[int, Relation] = {}
    for sentence in document.sentences:
        first = next((t for t in sentence.tokens if t.is_word), None)
        quotation = document.quotation_at(first.start) if first else None
        if quotation and quotation.start in of_quotation:
            found[sentence.number] = of_quotation[quotation.start]
    return found


def follows_quotation(document: Document, sentence: Sentence, drafts: list[Draft], last: Relation | None) -> Relation | None:
    """A new quotation with no cue carries on with whoever was quoted just before."""
    if not drafts or drafts[-1].relation is None:
        return None
    before = drafts[-1]
    if before.sentence.paragraph == sentence.paragraph or before.form in ("direct", "mixed") and sentence.paragraph - before.sentence.paragraph == 1:
        return before.relation
    return None


def attributed(document: Document, sentence: Sentence, relations: list[Relation]) -> list[Draft]:
    top = [r for r in relations if not r.nested]
    frames = [r for r in top if is_frame(r, top)]
    drafts = []
    for relation in top:
        if relation in frames:
            continue
        if not claimable_content(sentence, relation):
            continue
        draft = Draft(
            sentence, relation.content, relation.cue, relation.source,
            form_of(sentence, relation.content), relation, relation.manner,
        )
        draft.frames = [f for f in frames if covers(f, relation)]
        draft.inner = next((n for n in relations if n.nested and covers(relation, n) and n.content), None)
        drafts.append(draft)
    return drafts


def is_frame(relation: Relation, others: list[Relation]) -> bool:
    return any(covers(relation, other) and not covers(other, relation) for other in others if other is not relation)


def covers(outer: Relation, inner: Relation) -> bool:
    """Whether the outer content holds the inner cue and content."""
    anchor = (inner.cue or inner.source or inner.content)[0]
    return any(start <= anchor[0] and anchor[1] <= end for start, end in outer.content) and any(
        start <= inner.content[-1][0] and inner.content[-1][1] <= end for start, end in outer.content
    )


def claimable_content(sentence: Sentence, relation: Relation) -> bool:
    tokens = tokens_in(sentence, relation.content)
    if not any(t.is_word for t in tokens):
        return False
    if tokens and tokens[-1].text == "?" or sentence.tokens[-1].text == "?" and relation.content[-1][1] >= sentence.tokens[-1].start:
        return False
    return True


def continuation(document: Document, sentence: Sentence, owner: Relation | None, drafts: list[Draft]) -> Draft | None:
    """A sentence that stands wholly in quotation marks, with the cue elsewhere."""
    tokens = sentence.tokens
    start, end = trim(tokens, 0, content_end(tokens))
    if start >= end or not is_statement(tokens[start:end]):
        return None
    if owner is None:
        return None
    span = (tokens[start].start, tokens[end - 1].end)
    if not has_finite([t for t in tokens[start:end] if t.is_word], 0, sum(t.is_word for t in tokens[start:end])):
        if drafts and drafts[-1].relation is owner and drafts[-1].sentence.number == sentence.number - 1:
            drafts[-1].content = [*drafts[-1].content, span]
        return None
    owner.extended.append(span)
    return Draft(sentence, [span], [], [], "direct", owner, "quotation", continues=True)


def is_statement(tokens: list[Token]) -> bool:
    """Not a question, an order, a wish or thanks."""
    word_tokens = [t for t in tokens if t.is_word]
    if not word_tokens or any(t.text == "?" for t in tokens[-2:]):
        return False
    lowers = [t.lower for t in word_tokens]
    if lowers[0] in NO_CLAIM_STARTS:
        return False
    if lowers[0] in ("we", "i") and len(lowers) > 1 and lowers[1] in URGES - {"hope"}:
        return False
    return not any(contains(lowers, note) for note in (("no", "further", "comment"), ("no", "comment")))


def contains(lowers: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(lowers[i : i + size]) == phrase for i in range(len(lowers) - size + 1))


def own_voice(sentence: Sentence) -> Draft | None:
    """What the outlet says itself, if it is a statement about the world."""
    tokens = sentence.tokens
    start, end = trim(tokens, 0, content_end(tokens))
    if not is_own_statement(tokens, start, end) or tokens[-1].text == "?":
        return None
    if sentence.headline and not has_finite(tokens, start, end):
        return None
    content = without_relative_speech(tokens, start, end)
    return Draft(sentence, content, [], [], "own-voice", None, "own-voice", confidence=0.7)


def is_own_statement(tokens: list[Token], start: int, end: int) -> bool:
    here = tokens[start:end]
    word_tokens = [t for t in here if t.is_word]
    if len(word_tokens) < SHORTEST_OWN_VOICE or not has_finite(tokens, start, end):
        return False
    lowers = [t.lower for t in word_tokens]
    if lowers[0] in NO_CLAIM_STARTS | OWN_VOICE_NOISE or "?" in {t.text for t in here if not t.quoted}:
        return False
    if {"i", "my", "you", "your"} & {t.lower for t in word_tokens if not t.quoted}:
        return False
    return not any(contains(lowers, note) for note in REPORTING_NOTES)


def without_relative_speech(tokens: list[Token], start: int, end: int) -> list[Span]:
    """The sentence, less a relative clause that only tells of a speech act ("who denies the accusation")."""
    for i in range(start + 1, min(end, start + 14)):
        if tokens[i].text == "," and i + 2 < end and tokens[i + 1].lower == "who" and tokens[i + 2].lower in SPEECH_ACTS:
            comma = next((k for k in range(i + 1, end) if tokens[k].text == ","), -1)
            if comma > 0 and comma + 1 < end:
                return [(tokens[start].start, tokens[i - 1].end), (tokens[comma + 1].start, tokens[end - 1].end)]
    return [(tokens[start].start, tokens[end - 1].end)]


def own_voice_rest(sentence: Sentence, relations: list[Relation]) -> Draft | None:
    """The main clause before a participle cue, when it tells a speech act of its own: "X welcomed Y, saying"."""
    first = min(relations, key=lambda r: r.content[0])
    if first.manner != "participle" or not first.cue:
        return None
    tokens = sentence.tokens
    end = next((i for i, t in enumerate(tokens) if t.start >= first.cue[0][0]), 0)
    start, end = trim(tokens, 0, end)
    while end > start and (tokens[end - 1].text == "," or tokens[end - 1].lower in ("and", "while")):
        end -= 1
    if not any(t.lower in SPEECH_ACTS and not t.quoted for t in tokens[start:end]) or not is_own_statement(tokens, start, end):
        return None
    return Draft(sentence, [(tokens[start].start, tokens[end - 1].end)], [], [], "own-voice", None, "speech-act", confidence=0.6)


def tokens_in(sentence: Sentence, spans: list[Span]) -> list[Token]:
    return [t for t in sentence.tokens if any(s <= t.start < e for s, e in spans)]


def quoted_share(sentence: Sentence) -> float:
    word_tokens = [t for t in sentence.tokens if t.is_word]
    return sum(t.quoted for t in word_tokens) / len(word_tokens) if word_tokens else 0.0


def form_of(sentence: Sentence, content: list[Span]) -> Form:
    """direct, mixed or indirect by how many of the content's words stand in quotation marks."""
    word_tokens = [t for t in tokens_in(sentence, content) if t.is_word]
    quoted = [t for t in word_tokens if t.quoted]
    if word_tokens and len(quoted) == len(word_tokens):
        return "direct"
    if not quoted or len(quoted) <= 4 and all(t.is_capital for t in quoted):
        return "indirect"  # a capitalised title is no quotation
    return "mixed"
