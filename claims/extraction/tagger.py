"""Attribution relations of a document: what the learned model reads, told as the rules tell relations.

`tag(document, reading)` is all that later steps (claims, speakers, chains) know of how relations are found.
The model finds speech and its boundaries far better than rules do; the rules know constructions that its corpus
lacks (headlines, hearsay, reports inside reports) and name each. Measured on PolNeAR (training/RESULTS.md): of
relations that both find, the model's content is right more often in plain speech ("X said C", "C, said X"), the
rules' in the constructions of `RULED`; of what only the rules find, little is right unless the model thinks of a
cue there at all.
"""

from bisect import bisect_right

from . import rules
from .document import Document, Sentence
from .finite import has_finite
from .lexicon import DETERMINERS, NEGATIONS, PERSONAL, PREPOSITIONS, VerbForm, lexicon, words
from .nouns import DOCUMENTS, STUDIES, head_noun
from .reading import Learned, Reading
from .relations import Relation
from .turns import Turns
from .types import Span

# Manners whose content and source follow the guidelines by construction.
RULED = frozenset(
    [
        "accusation",
        "announced",
        "apposition",
        "according-to",
        "belief",
        "denial",
        "description",
        "headline",
        "hearsay",
        "noun",
        "passive",
        "quoted-as",
        "told",
        "view",
    ]
)
PLAIN = frozenset({"said", "said-after", "inverted"})
FAINT = 0.08  # the model's probability of a cue below which plain speech found by rules alone is none
SURE = 0.5  # a relation that only the model finds is a claim from this probability on
UNCHANGED = words(
    "spread hit cut burst split shut quit broadcast"
)  # the same in the past: "the fire spread within minutes"
NO_CLAUSE = words("to about of for with")  # what opens so is no clause
QUOTED_ENOUGH = 4  # words in quotation marks: somebody's words even without a verb
SAME_QUOTE = 0.6  # of a sentence's words in a content that runs on: it belongs to that content
MARKS = frozenset(":―—–-")
# Cues of the corpus that tell what somebody wants, does or is asked, not what is so.
NO_STATEMENT = words(
    "want wants wanted wanting plan plans planned planning urge urges urged urging call calls called calling ask asks "
    "asked asking hope hopes hoped hoping try tries tried trying refuse refuses refused decline declines declined "
    "vow vows vowed support supports supported oppose opposes opposed praise praises praised criticize criticizes "
    "criticized attack attacks attacked slam slams slammed blast blasts blasted condemn condemns condemned welcome "
    "welcomes welcomed discuss discusses discussed propose proposes proposed seek seeks sought endorse endorses endorsed "
    "demand demands demanded encourage encourages encouraged question questions questioned offer offers offered "
    "mock mocks mocked defend defends defended blame blames blamed respond responds responded speak speaks spoke "
    "talk talks talked reject rejects rejected apologize apologizes apologized intend intends intended like likes liked "
    "love loves loved need needs needed decide decides decided invoke invokes invoked tout touts "
    "touted promote promotes promoted threaten threatens threatened consider considers considered expect expects expected"
)
JOINTS = words("and but while whereas though although as because")  # they belong to the clause behind them
OURSELVES = words("we us our ours i me my")  # outside quotation marks the outlet itself
RELAYS = words("citing cited cites via quoting per")
FINDINGS = words(
    "show shows showed shown showing find finds found finding suggest suggests suggested indicate indicates indicated "
    "reveal reveals revealed conclude concludes concluded"
)


def tag(document: Document, reading: Reading, turns: Turns) -> list[Relation]:
    """All relations in text order, those within one sentence told apart as outer and nested."""
    ruled: dict[int, list[Relation]] = {}
    for relation in rules.tag(document):
        ruled.setdefault(relation.sentence, []).append(relation)
    starts = [sentence.start for sentence in document.sentences]
    learned: dict[int, list[Learned]] = {}
    for item in reading.found:
        learned.setdefault(bisect_right(starts, (item.cue or item.content)[0][0]) - 1, []).append(item)
    relations: list[Relation] = []
    for sentence in document.sentences:
        here, items = ruled.get(sentence.number, []), learned.get(sentence.number, [])
        found = (
            tag_sentence(document, reading, sentence, here, items)
            if sentence.prose and (here or items)
            else []
        )
        relations += turns.among(sentence, found)
    return relations


def tag_sentence(
    document: Document, reading: Reading, sentence: Sentence, ruled: list[Relation], items: list[Learned]
) -> list[Relation]:
    """The relations of one sentence: what both found, what one found and the other does not speak against."""
    certain: set[int] = set()
    extra: list[Relation] = []
    handed_on: list[list[Span]] = []
    for item in items:
        partner = next((relation for relation in ruled if touches(relation.cue, item.cue)), None)
        if partner is not None:
            certain.add(id(partner))
            learn_from(document, partner, item, ruled)
        elif told := told_as_relation(document, sentence, item):
            extra.append(told)
        else:
            handed_on.append(list(item.content))
    kept = [
        relation
        for relation in ruled
        if id(relation) in certain
        or is_kept(reading, relation, ruled, certain)
        or any(overlap(relation.content, content) > SAME_QUOTE for content in handed_on)
    ]
    for relation in kept:  # who stands in nothing any more stands for itself
        if relation.nested:
            relation.nested = any(holds(other, relation) for other in kept if other is not relation)
    kept += [
        relation
        for relation in extra
        if not any(overlap(relation.content, other.content) > SAME_QUOTE for other in kept)
    ]
    return sorted(
        kept, key=lambda relation: (relation.cue or relation.source or relation.content or relation.beyond)[0]
    )


def learn_from(document: Document, relation: Relation, item: Learned, beside: list[Relation]) -> None:
    """Take over what the model knows better about a relation that the rules found too.

    What the rules give to another cue of the sentence stays there: the model sees one cue where there are two.
    """
    relation.confidence = item.confidence
    relation.beyond = elsewhere(document, document.sentences[relation.sentence], item.content)
    apart = within(document.sentences[relation.sentence], item, [])
    if (
        relation.manner in PLAIN
        and item.confidence >= SURE
        and not overlap(apart, relation.content)
        and states_something(document.sentences[relation.sentence], apart)
    ):
        # "X said C1, and Ann Doe, the adviser, said he and his staff C2": the rules looked on the wrong side
        relation.content, relation.source = apart, list(item.source)
        relation.manner, relation.antecedent, relation.nested = "said", None, False
        return
    if (
        relation.manner in RULED
        or relation.nested
        or any(holds(relation, r) for r in beside if r is not relation)
    ):
        return  # of a report inside a report the model tells one half
    named = [span for r in beside if not holds(relation, r) for span in (*r.source, *r.cue)]
    here = within(document.sentences[relation.sentence], item, named)
    others = [r.content for r in beside if r is not relation and not r.nested and not relation.nested]
    mine = [
        piece
        for piece in here
        if overlap([piece], relation.content) > 0
        or not any(overlap([piece], content) > SAME_QUOTE for content in others)
    ]
    sentence = document.sentences[relation.sentence]
    if mine and (overlap(mine, relation.content) or states_something(sentence, mine)):
        relation.content = mine
    if item.source and not relation.source:
        relation.source = list(item.source)
    elif relation.source and is_longer_description(document, relation.source, item):
        relation.source = [(relation.source[0][0], item.source[0][1])]


def is_longer_description(document: Document, source: list[Span], item: Learned) -> bool:
    """ "two people briefed on the talks", where the rules stop at "two people briefed": nobody with a name."""
    if len(source) != 1 or len(item.source) != 1 or item.source[0][0] != source[0][0]:
        return False
    more = document.text[source[0][1] : item.source[0][1]]
    whole = document.text[source[0][0] : item.source[0][1]]
    return (
        bool(more.strip(" ,"))
        and more[:1] == " "
        and not any(ch.isupper() for ch in whole[1:])
        and "," not in more
    )


def told_as_relation(document: Document, sentence: Sentence, item: Learned) -> Relation | None:
    """A relation that only the model found, if its words state something."""
    here = within(sentence, item, [])
    beyond = elsewhere(document, sentence, item.content)
    if not here and not beyond:
        return None
    cue = [document.text[start:end].lower() for start, end in item.cue]
    verb = next((w for part in cue for w in part.split() if w in lexicon().verbs), "")
    form = lexicon().verbs.get(verb)
    quoted = count_quoted(sentence, here)
    states = (
        states_something(sentence, here) or (not here and bool(beyond)) or takes_clause(sentence, here, form)
    )
    marked = bool(cue) and set(" ".join(cue)) <= MARKS
    if " ".join(document.text[start:end].lower() for start, end in item.source) in OURSELVES:
        return None
    said = set(" ".join(cue).split())
    opens = next((t.lower for t in sentence.tokens if here and t.start >= here[0][0] and t.is_word), "")
    if opens == "to" and not (form and "inf" in form.takes):
        return None  # "agreed to raise the charges": what was decided
    if said & NEGATIONS:
        return None  # "did not say which figures he meant"
    if said & RELAYS:  # "Trend reports citing TASS that C": through whom it came, which is no cue of C
        return None
    if item.confidence < SURE or not states or said & NO_STATEMENT:
        return None
    if said & FINDINGS and not quoted and not may_conclude(document, sentence, item.source):
        return None
    if not (form or marked or quoted):
        return None
    return Relation(
        sentence.number, [] if marked else list(item.cue), list(item.source), here, "read",
        form.base if form else "", confidence=item.confidence, beyond=beyond,
    )  # fmt: skip


def takes_clause(sentence: Sentence, spans: list[Span], form: VerbForm | None) -> bool:
    """Whether what follows a verb such as "say" is a clause even if no list knows the verb in it: "flu peaks early"."""
    if form is None or not spans:
        return False
    said = [t for t in sentence.tokens if t.is_word and any(start <= t.start < end for start, end in spans)]
    before = [t.lower for t in sentence.tokens if t.end <= spans[0][0]][-1:]
    plain = ("clause" in form.takes and form.base != "claim") or ("that" in form.takes and before == ["that"])
    looks_finite = any(
        (verb.lower.endswith("ed") or (verb.lower.endswith("s") and not verb.lower.endswith("ss")))
        and following.lower != "of"
        or (
            verb.lower in UNCHANGED
            and noun.lower not in DETERMINERS
            and following.lower in PREPOSITIONS - {"of"}
        )
        for noun, verb, following in zip(said, said[1:], said[2:], strict=False)
    )  # "claimed the northern quay" is no clause
    return plain and looks_finite and said[0].lower not in NO_CLAUSE


def states_something(sentence: Sentence, spans: list[Span]) -> bool:
    """Whether there is a verb in some words, or enough of them in quotation marks."""
    tokens = [t for t in sentence.tokens if any(start <= t.start < end for start, end in spans)]
    return has_finite(tokens, 0, len(tokens)) or count_quoted(sentence, spans) >= QUOTED_ENOUGH


def count_quoted(sentence: Sentence, spans: list[Span]) -> int:
    """How many words of some spans stand in quotation marks."""
    return sum(
        t.quoted and t.is_word and any(start <= t.start < end for start, end in spans)
        for t in sentence.tokens
    )


def may_conclude(document: Document, sentence: Sentence, source: tuple[Span, ...]) -> bool:
    """Whether a source is somebody, a study or a document: "tests showed C" is told by whoever tells of the tests."""
    tokens = [t for t in sentence.tokens if any(start <= t.start < end for start, end in source)]
    if not tokens:
        return False
    noun = head_noun(tokens)
    return noun in DOCUMENTS | STUDIES or tokens[-1].is_capital or tokens[0].lower in PERSONAL


def is_kept(reading: Reading, relation: Relation, beside: list[Relation], certain: set[int]) -> bool:
    """Whether a relation that only the rules found stands: constructions do, plain speech if the model has a hunch."""
    relation.confidence = 0.6
    if relation.manner in RULED or not relation.cue:
        return True
    if any(
        r is not relation and id(r) in certain and (holds(r, relation) or holds(relation, r)) for r in beside
    ):
        return True  # a report inside a report: the model tells one of them only
    return hunch(reading, relation.cue) >= FAINT


def hunch(reading: Reading, cue: list[Span]) -> float:
    """The model's highest probability of a cue among the words of `cue`."""
    start, end = cue[0][0], cue[-1][1]
    first = bisect_right(reading.words.ends, start)
    last = bisect_right(reading.words.starts, end - 1)
    return float(reading.tags[first:last, 5:7].sum(1).max()) if first < last else 0.0


# ---- spans ---------------------------------------------------------------------------------------


def within(sentence: Sentence, item: Learned, others: list[Span]) -> list[Span]:
    """What of a content stands in a sentence, without sources, cues, conjunctions before and after, and marks around it.

    `others` are further sources and cues of the sentence.
    """
    found: list[Span] = []
    taken = [*item.source, *item.cue, *others]
    for start, end in item.content:
        inside = [
            k
            for k, t in enumerate(sentence.tokens)
            if start <= t.start < end and not any(a <= t.start < b for a, b in taken)
        ]
        if not inside:
            continue
        first = inside[0]
        last = next((k for k in range(first, inside[-1]) if k + 1 not in inside), inside[-1]) + 1
        # The corpus leaves quotation marks out that touch the words; a claim has them in it.
        if first and sentence.tokens[first - 1].quoted and not sentence.tokens[first - 1].is_word:
            first -= 1
        while (
            last < len(sentence.tokens) and sentence.tokens[last].quoted and not sentence.tokens[last].is_word
        ):
            last += 1
        first, last = rules.trim(
            sentence.tokens, first, min(last, max(rules.content_end(sentence.tokens), first))
        )
        while (
            last > first
            and sentence.tokens[last - 1].lower in JOINTS
            and not sentence.tokens[last - 1].quoted
        ):
            first, last = rules.trim(sentence.tokens, first, last - 1)
        if first < last:
            found.append((sentence.tokens[first].start, sentence.tokens[last - 1].end))
    return found


def elsewhere(document: Document, sentence: Sentence, spans: tuple[Span, ...]) -> list[Span]:
    """What of `spans` stands outside a sentence."""
    found: list[Span] = []
    for start, end in spans:
        if start < sentence.start:
            found.append((start, min(end, sentence.start)))
        if end > sentence.end:
            found.append((max(start, sentence.end), end))
    return [(start, end) for start, end in found if document.text[start:end].strip()]


def touches(one: list[Span] | tuple[Span, ...], other: list[Span] | tuple[Span, ...]) -> bool:
    return any(a < d and c < b for a, b in one for c, d in other)


def holds(outer: Relation, inner: Relation) -> bool:
    """Whether the inner relation's cue stands in the outer one's content."""
    anchor = (inner.cue or inner.source or inner.content or inner.beyond)[0]
    return any(start <= anchor[0] and anchor[1] <= end for start, end in outer.content)


def overlap(one: list[Span], other: list[Span]) -> float:
    """The share of the shorter one's characters that both have."""
    common = sum(max(0, min(b, d) - max(a, c)) for a, b in one for c, d in other)
    shorter = min(sum(b - a for a, b in one), sum(d - c for c, d in other))
    return common / shorter if shorter else 0.0
