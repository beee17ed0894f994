"""From relations to drafts of claims: one per cue and sentence, quoted sentences that run on, own voice."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from .checkworthy import is_comment
from .document import Document, Sentence, Token
from .finite import has_finite
from .lexicon import MEDIA, SPEECH_ACTS, lexicon, words
from .nouns import without_article
from .outlets import is_outlet_here
from .relations import Relation
from .rules import content_end, trim
from .types import Form, Span

QUOTED_SHARE = 0.9  # of a sentence's words: it is a quotation that runs on
INNER_OPENS = 14  # characters: an inner source this near the start of an outlet's report is its speaker
SHORTEST_OWN_VOICE = 4  # words
TITLE_WORDS = 4  # a quotation of so few words, all capitalised, is a title
NOT_STATED = words(
    "let please thank thanks pray remember imagine look listen watch read see click follow sign subscribe note "
    "don't don’t just leave stop give tell ask"
)
WISHES = words("pray thank urge wish congratulate apologize apologise")
URGINGS = words("urged urges calls called appealed invited asked")
REPORTING_NOTES = (
    ("declined", "to"), ("refused", "to", "comment"), ("did", "not", "respond"), ("did", "not", "immediately"), ("did", "not", "reply"),
    ("did", "not", "offer"), ("not", "be", "verified"), ("not", "be", "reached"), ("gave", "no"),
    ("no", "immediate", "comment"), ("didn't", "respond"), ("didn’t", "respond"), ("request", "for", "comment"),
    ("requests", "for", "comment"), ("not", "independently"), ("not", "be", "independently"), ("not", "be", "confirmed"), ("contributed", "to", "this"), ("contributed", "reporting"), ("reporting", "by"),
)  # fmt: skip
PAGE_NOTES = (
    ("this", "article", "has"), ("this", "article", "was"), ("this", "story", "has"), ("this", "story", "was"),
    ("this", "report", "was"), ("this", "material"), ("all", "rights", "reserved"), ("this", "article", "originally"),
    ("this", "story", "originally"), ("story", "continues"),
)  # fmt: skip
NO_COMMENT = (("no", "further", "comment"), ("no", "comment"), ("more", "information"))
OWN_VOICE_NOISE = words(
    "click photo image video watch read subscribe copyright advertisement editing related sign"
)
MUSINGS = words("perhaps maybe likely might would presumably arguably")
MUSING_WITHIN = 7  # words: later it stands in a subordinate clause
ADDRESSING = words("i my you your")
PRONOUN_DENIALS = words("it this that them")
BARE_DENIALS = words(
    "allegation allegations accusation accusations claim claims charge charges report reports figure figures "
    "number numbers finding findings account version story rumor rumors rumour rumours suggestion suggestions "
    "assertion assertions conclusion conclusions"
)
DEFINITE = words("the those these such his her its their")
SAYINGS = words("say add warn argue insist claim note")
WAYS_OF_SAYING = words(
    "spoke speaks speaking weigh weighed took responded replied reacted hit fired doubled appeared sounded struck "
    "talked voiced expressed opened began issued released posted sent put voted went comment commented signalled"
)
LONG_DEED = 7  # words
ARTICLES = words("the a an any all those these such his her its their")


@dataclass(slots=True, eq=False)
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
    confidence: float = 0.8
    continues: bool = False
    frames: list[Relation] = field(default_factory=list)
    inner: Relation | None = None


def build_drafts(document: Document, relations: list[Relation]) -> list[Draft]:
    """Every claim of a document, in text order."""
    by_sentence: dict[int, list[Relation]] = {}
    for relation in relations:
        if relation.content:  # else all of it stands in other sentences: `running_on` gives them to it
            by_sentence.setdefault(relation.sentence, []).append(relation)
    owners, openers = quotation_owners(document, by_sentence)
    running_on = read_on(document, relations)
    drafts: list[Draft] = []
    for sentence in document.sentences:
        if not sentence.prose:
            continue
        here = by_sentence.get(sentence.number, [])
        if any(not relation.nested for relation in here):
            drafts += from_relations(document, sentence, here)
        elif quoted_share(sentence) >= QUOTED_SHARE:
            owner = (
                owners.get(sentence.number) or running_on.get(sentence.number) or carries_on(sentence, drafts)
            )
            if owner and (draft := continuation(sentence, owner, drafts)):
                drafts.append(draft)
        elif (owner := openers.get(sentence.number)) and (draft := continuation(sentence, owner, drafts)):
            drafts.append(draft)
        elif draft := own_voice(sentence):
            drafts.append(draft)
    drafts.sort(key=lambda d: d.content[0])
    return drafts


# ---- attributed claims ---------------------------------------------------------------------------


def from_relations(document: Document, sentence: Sentence, relations: list[Relation]) -> list[Draft]:
    """The claims of a sentence that has cues, and what of it is the outlet's own."""
    top = [relation for relation in relations if not relation.nested]
    told_acts = [relation for relation in top if is_bare_speech_act(sentence, relation)]
    top = [relation for relation in top if relation not in told_acts]
    if not top:
        draft = own_voice(sentence)
        return [draft] if draft else []
    frames = [
        outer
        for outer in top
        if any(covers(outer, r) and not covers(r, outer) for r in top if r is not outer)
    ]
    drafts = []
    for relation in top:
        if relation in frames or not is_claimed(sentence, relation):
            continue
        inner = next((n for n in relations if n.nested and n.content and covers(relation, n)), None)
        framed_by = [outer for outer in frames if covers(outer, relation)]
        if inner and is_reported_speaker(document, relation, inner):
            relation, inner, framed_by = inner, None, [*framed_by, relation]
        draft = Draft(
            sentence, relation.content, relation.cue, relation.source,
            form_of_relation(sentence, relation), relation, relation.manner,
        )  # fmt: skip
        draft.frames, draft.inner, draft.confidence = framed_by, inner, relation.confidence
        drafts.append(draft)
    rest = own_voice_rest(sentence, top) if drafts else None
    return [*drafts, rest] if rest else drafts


def covers(outer: Relation, inner: Relation) -> bool:
    """Whether the outer content holds the inner cue and the end of the inner content."""
    anchor = (inner.cue or inner.source or inner.content)[0]
    last = inner.content[-1]
    holds_cue = any(start <= anchor[0] and anchor[1] <= end for start, end in outer.content)
    return holds_cue and any(start <= last[0] and last[1] <= end for start, end in outer.content)


def is_reported_speaker(document: Document, outer: Relation, inner: Relation) -> bool:
    """ "CNN reported that two officials said ...": the outlet is a hop, the officials speak."""
    if not outer.source or not inner.source:
        return False
    name = without_article(document.words(outer.source[0]))
    outlet = is_outlet_here(document, name) or name == without_article(document.outlet)
    opens = 0 <= inner.source[0][0] - outer.content[0][0] <= INNER_OPENS
    return outlet and opens and inner.content[-1][1] >= outer.content[-1][1]


def is_bare_speech_act(sentence: Sentence, relation: Relation) -> bool:
    """ "denied the allegations": a speech act without its proposition."""
    if relation.manner != "denial":
        return False
    tokens = tokens_in(sentence, relation.content)
    lowers = [token.lower for token in tokens if token.is_word]
    definite = bool(lowers) and lowers[0] in DEFINITE
    if relation.base == "dispute" and definite and not {"of", "that"} & set(lowers):
        return not has_finite(
            tokens, 1, len(tokens)
        )  # "disputed the official count": no word on what is wrong
    while lowers and lowers[0] in ARTICLES:
        lowers = lowers[1:]
    if relation.base in ("reject", "dismiss", "refute") and not (
        lowers and lowers[0] in BARE_DENIALS and {"of", "that"} & set(lowers[:3])
    ):
        return True
    if len(lowers) == 1 and lowers[0] in PRONOUN_DENIALS:
        return True
    bare = bool(lowers) and lowers[0] in BARE_DENIALS
    return bare and (len(lowers) == 1 or lowers[1] not in ("of", "that", "by"))


def is_claimed(sentence: Sentence, relation: Relation) -> bool:
    """Whether the content states something: no question, and if it is a quotation no wish or order."""
    tokens = tokens_in(sentence, relation.content)
    if relation.manner == "question" or not any(token.is_word for token in tokens):
        return False
    asked = sentence.tokens[-1].text == "?" and relation.content[-1][1] >= sentence.tokens[-1].start
    said = [token for token in tokens if token.is_word]
    form = form_of_relation(sentence, relation)
    if form == "direct" and len(said) < 3 and not has_finite(said, 0, len(said)):
        return False
    if asked or (len(relation.content) == 1 and any(token.text == "?" for token in tokens[-2:])):
        return False
    return form != "direct" or is_statement(tokens)


def is_statement(tokens: list[Token]) -> bool:
    """Not a question, an order, a wish or thanks."""
    lowers = [token.lower for token in tokens if token.is_word]
    if not lowers or any(token.text == "?" for token in tokens[-2:]) or lowers[0] in NOT_STATED:
        return False
    if lowers[0] in ("we", "i") and len(lowers) > 1 and lowers[1] in WISHES:
        return False
    return not any(holds(lowers, note) for note in NO_COMMENT)


# ---- quotations that run on ----------------------------------------------------------------------


def quotation_owners(
    document: Document, by_sentence: dict[int, list[Relation]]
) -> tuple[dict[int, Relation], dict[int, Relation]]:
    """Which relation a quoted sentence belongs to: the one whose content shares its quotation.

    Two tables by sentence number: of sentences that stand in a quotation from their first word on, and of
    those in which one opens that goes on behind their end.
    """
    of_quotation: dict[int, Relation] = {}
    for relations in by_sentence.values():
        for relation in relations:
            edges = (
                [] if relation.nested else [p for start, end in relation.content for p in (start, end - 1)]
            )
            for position in edges:
                if quotation := document.quotation_at(position):
                    of_quotation.setdefault(quotation.start, relation)
    previous: Relation | None = None
    for quotation in document.quotations:
        if quotation.continues and previous:
            of_quotation.setdefault(quotation.start, previous)
        previous = of_quotation.get(quotation.start)
    found: dict[int, Relation] = {}
    opened: dict[int, Relation] = {}
    for sentence in document.sentences:
        last = document.quotation_at(sentence.end - 1)
        if last and last.start > sentence.start and last.end > sentence.end and last.start in of_quotation:
            opened[sentence.number] = of_quotation[last.start]
        first = next((token for token in sentence.tokens if token.is_word), None)
        around = document.quotation_at(first.start) if first else None
        if around and around.start in of_quotation:
            found[sentence.number] = of_quotation[around.start]
    return found, opened


def read_on(document: Document, relations: list[Relation]) -> dict[int, Relation]:
    """By sentence number: the relation whose content the model sees running on over most of that sentence."""
    found: dict[int, Relation] = {}
    starts = [sentence.start for sentence in document.sentences]
    for relation in relations:
        for start, end in relation.beyond:
            for number in range(max(bisect_right(starts, start) - 1, 0), bisect_left(starts, end)):
                sentence = document.sentences[number]
                common = min(end, sentence.end) - max(start, sentence.start)
                if common > (sentence.end - sentence.start) / 2:
                    found.setdefault(number, relation)
    return found


def carries_on(sentence: Sentence, drafts: list[Draft]) -> Relation | None:
    """A new quotation with no cue belongs to whoever was quoted just before."""
    if not drafts or drafts[-1].relation is None:
        return None
    before = drafts[-1]
    gap = sentence.paragraph - before.sentence.paragraph
    return before.relation if gap <= 1 else None


def continuation(sentence: Sentence, owner: Relation, drafts: list[Draft]) -> Draft | None:
    """A sentence wholly in quotation marks; a fragment joins the sentence before."""
    tokens = sentence.tokens
    start, end = trim(tokens, 0, content_end(tokens))
    if start >= end or not is_statement(tokens[start:end]):
        return None
    span = (tokens[start].start, tokens[end - 1].end)
    word_tokens = [token for token in tokens[start:end] if token.is_word]
    if not has_finite(word_tokens, 0, len(word_tokens)):
        if drafts and drafts[-1].relation is owner and drafts[-1].sentence.number == sentence.number - 1:
            drafts[-1].content = [*drafts[-1].content, span]
        return None
    owner.extended.append(span)
    return Draft(sentence, [span], [], [], form_of(sentence, [span]), owner, "quotation", continues=True)


# ---- the outlet's own voice ----------------------------------------------------------------------


def own_voice(sentence: Sentence) -> Draft | None:
    """What the outlet says itself, if it is a statement about the world."""
    tokens = sentence.tokens
    start, end = trim(tokens, 0, content_end(tokens))
    start = past_note(tokens, past_connective(tokens, start, end), end)
    if tokens[-1].text in "?:" or not is_own_statement(tokens, start, end):
        return None
    if sentence.headline and not has_finite(tokens, start, end):
        return None
    if not sentence.headline and is_comment(" ".join(token.text for token in tokens[start:end])):
        return None
    return Draft(sentence, without_told_act(tokens, start, end), [], [], "own-voice", None, "own-voice", 0.7)


def past_connective(tokens: list[Token], start: int, end: int) -> int:
    """ "This comes as China has denounced ...": the outlet's link to the sentence before is left out."""
    lowers = [token.lower for token in tokens[start : start + 3]]
    if (
        lowers in (["this", "comes", "as"], ["it", "comes", "as"], ["this", "comes", "after"])
        and end - start > 6
    ):
        return start + 3
    return start


def past_note(tokens: list[Token], start: int, end: int) -> int:
    """ "There was no immediate comment from X but Y welcomed the move": the note on the reporting is left out."""
    for i in range(start, end - SHORTEST_OWN_VOICE):
        if tokens[i].lower == "but" and not tokens[i].quoted:
            lowers = [token.lower for token in tokens[start:i] if token.is_word]
            return i + 1 if any(holds(lowers, note) for note in REPORTING_NOTES) else start
    return start


def is_own_statement(tokens: list[Token], start: int, end: int) -> bool:
    here = tokens[start:end]
    lowers = [token.lower for token in here if token.is_word]
    plain = {token.lower for token in here if token.is_word and not token.quoted}
    if len(lowers) < SHORTEST_OWN_VOICE or (len(lowers) < 8 and not has_finite(tokens, start, end)):
        return False
    if here[0].text == "©" or any(holds(lowers[:7], note) for note in PAGE_NOTES):
        return False
    if lowers[0] in NOT_STATED | OWN_VOICE_NOISE or any(
        token.text == "?" for token in here if not token.quoted
    ):
        return False
    if plain & ADDRESSING or any(lower in URGINGS for lower in lowers[:6]) or is_byline(here, lowers):
        return False
    if MUSINGS & set(lowers[:MUSING_WITHIN]) and not any(
        token.text[0].isdigit() or token.text[0] in "$£€" for token in here
    ):
        return False
    return not any(holds(lowers, note) for note in REPORTING_NOTES)


def is_byline(here: list[Token], lowers: list[str]) -> bool:
    return (
        lowers[0] == "by"
        and len(lowers) < 8
        and all(t.is_capital or t.lower == "and" for t in here if t.is_word)
    )


def without_told_act(tokens: list[Token], start: int, end: int) -> list[Span]:
    """Less a relative clause that only tells of a speech act ("who denies the accusation")."""
    for i in range(start + 1, min(end - 2, start + 14)):
        if tokens[i].text == "," and tokens[i + 1].lower == "who" and tokens[i + 2].lower in SPEECH_ACTS:
            comma = next((k for k in range(i + 1, end - 1) if tokens[k].text == ","), -1)
            if comma > 0:
                return [
                    (tokens[start].start, tokens[i - 1].end),
                    (tokens[comma + 1].start, tokens[end - 1].end),
                ]
    return [(tokens[start].start, tokens[end - 1].end)]


def tells_deed(tokens: list[Token], start: int, end: int) -> bool:
    """ "The bank kept its rate, saying ...": the main clause is more than the manner of saying."""
    here = [token for token in tokens[start:end] if token.is_word]
    if any(token.lower in WAYS_OF_SAYING | MEDIA or token.lower in lexicon().verbs for token in here):
        return False
    return len(here) >= LONG_DEED and has_finite(tokens, start, end)


def own_voice_rest(sentence: Sentence, relations: list[Relation]) -> Draft | None:
    """The main clause before a participle cue that tells a speech act: "X welcomed Y, saying"."""
    first = min(relations, key=lambda relation: relation.content[0])
    if first.manner != "participle" or not first.cue:
        return None
    tokens = sentence.tokens
    limit = next((i for i, token in enumerate(tokens) if token.start >= first.cue[0][0]), 0)
    start, end = trim(tokens, 0, limit)
    while end > start and (tokens[end - 1].text == "," or tokens[end - 1].lower in ("and", "while")):
        end -= 1
    told = any(token.lower in SPEECH_ACTS and not token.quoted for token in tokens[start:end])
    acts = not told and first.base in SAYINGS and tells_deed(tokens, start, end)
    if not (told or acts) or not is_own_statement(tokens, start, end):
        return None
    return Draft(
        sentence, [(tokens[start].start, tokens[end - 1].end)], [], [], "own-voice", None, "speech-act", 0.6
    )


# ---- small helpers -------------------------------------------------------------------------------


def holds(lowers: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(lowers[i : i + size]) == phrase for i in range(len(lowers) - size + 1))


def tokens_in(sentence: Sentence, spans: list[Span]) -> list[Token]:
    return [token for token in sentence.tokens if any(start <= token.start < end for start, end in spans)]


def quoted_share(sentence: Sentence) -> float:
    word_tokens = [token for token in sentence.tokens if token.is_word]
    return sum(token.quoted for token in word_tokens) / len(word_tokens) if word_tokens else 0.0


def form_of_relation(sentence: Sentence, relation: Relation) -> Form:
    """A turn of a transcript is somebody's words, with quotation marks or without."""
    return "direct" if relation.manner == "turn" else form_of(sentence, relation.content)


def form_of(sentence: Sentence, content: list[Span]) -> Form:
    """direct, mixed or indirect by how many of the content's words stand in quotation marks."""
    word_tokens = [token for token in tokens_in(sentence, content) if token.is_word]
    quoted = [token for token in word_tokens if token.quoted]
    if word_tokens and len(quoted) == len(word_tokens):
        return "direct"
    titled = len(quoted) <= TITLE_WORDS and all(token.is_capital for token in quoted)
    return "indirect" if not quoted or titled else "mixed"
