"""Attribution relations of a document: the seam for a learned model.

`tag(document)` is all that later steps (claims, speakers, chains) know of how relations are found.
"""

from .clauses import clause_subject
from .constructions import resolve
from .cues import find_cues
from .document import Document, Sentence, Token
from .finite import has_finite
from .lexicon import LEADING_CONJUNCTIONS, lexicon, words
from .nouns import without_article
from .outlets import is_outlet_here
from .phrases import is_appositive, phrase_start
from .relations import Relation
from .speaking import THAT_IS, Found, Piece
from .types import Span

FINAL = frozenset('.!?…"”»)]')
JOINTS = words("after and but while whereas though although as because")
CLAUSE_JOINTS = words("and but while whereas though although")
LONGEST_HEADLINE_SOURCE = 5  # tokens


def tag(document: Document) -> list[Relation]:
    """All relations in text order, those within one sentence told apart as outer and nested."""
    relations: list[Relation] = []
    for sentence in document.sentences:
        if sentence.prose:
            relations += tag_sentence(sentence, document)
    return relations


def tag_sentence(sentence: Sentence, document: Document) -> list[Relation]:
    tokens = sentence.tokens
    hi = content_end(tokens)
    found: list[Found] = []
    cues = find_cues(tokens, headline=sentence.headline)
    for cue in sorted(cues, key=lambda c: c.kind == "adverb"):  # hearsay only where nothing else ascribes
        item = resolve(tokens, cue, hi, found)
        if item:
            settle(tokens, item, found)
            found.append(item)
    drop_echoes(found)
    relations = [as_relation(sentence, item) for item in found]
    outer = [item for item in found if item.link != "nested"]
    extra = None
    if not outer:
        extra = headline(sentence, hi) if sentence.headline else announced(sentence, hi)
    elif len(outer) == 1 and outer[0].side == "left" and is_outlet(tokens, outer[0].source, document):
        extra = apposed(sentence, outer[0].content[0])
    if extra:
        relations.append(extra)
    return [relation for relation in relations if relation.content]


def content_end(tokens: list[Token]) -> int:
    """The end of a sentence's words: its full stop is left out, unless a quotation holds it."""
    hi = len(tokens)
    while hi > 0 and (
        tokens[hi - 1].text in FINAL and not tokens[hi - 1].quoted or tokens[hi - 1].text == "."
    ):
        hi -= 1
    return hi


# ---- what the cues of one sentence do to each other ----------------------------------------------


def settle(tokens: list[Token], new: Found, found: list[Found]) -> None:
    """Give a new cue its place beside the earlier ones: it ends their content, frames it, or stands in it."""
    for earlier in found[::-1]:
        if new.side == "right" and new.source[0] <= earlier.cue.start < new.source[1]:
            found.remove(earlier)  # "a refugee who feared reprisals told ...": who speaks is described by it
            continue
        if new.manner == "participle" and new.content == earlier.content:
            found.remove(earlier)  # "responded by saying that C"
            continue
        start, end = earlier.content[-1]
        if (earlier.side == "left" and len(earlier.content) == 1) or earlier.link == "nested":
            continue
        if not start < new.cue.start < end:
            continue
        frames = new.side == "left" and new.content[0][0] <= earlier.cue.start
        if earlier.cue.kind == "noun":
            new.link = "nested"
        elif frames:
            earlier.link = "nested"
            earlier.content[-1] = (start, back_over(tokens, start, new.boundary, frozenset()))
        elif new.link == "coordinate" or is_coordinate(tokens, new, start):
            new.link = "coordinate"
            earlier.content[-1] = (start, back_over(tokens, start, new.boundary, JOINTS))
            if is_emptied(tokens, earlier):
                found.remove(earlier)  # "wrote a letter asking", "responded by saying"
        else:
            new.link = "nested"


def is_emptied(tokens: list[Token], item: Found) -> bool:
    """Whether the clause that made a verb's content a statement turned out to be the next cue's."""
    words_left = [i for piece in item.content for i in range(*piece) if tokens[i].is_word]
    if item.manner not in ("said", "participle") or any(tokens[i].quoted for i in words_left):
        return False
    named = item.cue.form is not None and {"inf", "np", "of", "as", "as2"} & item.cue.form.takes
    return not named and not any(has_finite(tokens, *piece) for piece in item.content)


def back_over(tokens: list[Token], start: int, end: int, joints: frozenset[str]) -> int:
    """Back from a boundary over the comma and the conjunction before it."""
    while end > start and (tokens[end - 1].text in ",;—–" or tokens[end - 1].lower in joints):
        if tokens[end - 1].quoted:
            break
        end -= 1
    return end


def is_coordinate(tokens: list[Token], new: Found, start: int) -> bool:
    """Whether a later clause with its own cue stands beside the earlier one: ", while police say"."""
    before = new.boundary - 1
    if before <= start:
        return False
    if tokens[before].text == ";":
        return True
    joined = tokens[before].lower in CLAUSE_JOINTS or tokens[before].lower == "after"
    return joined and (tokens[before - 1].text in ",;—–" or tokens[before - 1].quoted) and new.side == "right"


def drop_echoes(found: list[Found]) -> None:
    """ "X said, according to Y, that C": a cue whose content lies before another's is no relation of its own."""
    for item in list(found):
        if item.side == "left" and any(
            other.side == "right"
            and other.cue.start < item.cue.start
            and other.cue.start >= item.content[0][0]
            and other.content[0][0] >= item.cue.end
            for other in found
            if other is not item
        ):
            found.remove(item)


# ---- from tokens to characters -------------------------------------------------------------------


def as_relation(sentence: Sentence, item: Found) -> Relation:
    tokens = sentence.tokens
    content = [trim(tokens, *piece) for piece in item.content]
    return Relation(
        sentence=sentence.number,
        cue=spans(tokens, [(item.cue.start, item.cue.end)]),
        source=spans(tokens, [item.source]),
        content=sorted(spans(tokens, content)),
        manner=item.manner,
        base=item.cue.form.base if item.cue.form else "",
        nested=item.link == "nested",
        antecedent=antecedent(tokens, item.source),
    )


def spans(tokens: list[Token], pieces: list[Piece]) -> list[Span]:
    return [(tokens[a].start, tokens[b - 1].end) for a, b in pieces if 0 <= a < b]


def antecedent(tokens: list[Token], source: Piece) -> Span | None:
    """Whom a relative "who" stands for."""
    if source[1] - source[0] != 1 or tokens[source[0]].lower not in ("who", "which", "that"):
        return None
    end = source[0]
    while end > 0 and tokens[end - 1].text == ",":
        end -= 1
    start = phrase_start(tokens, end, 0)
    return (tokens[start].start, tokens[end - 1].end) if start >= 0 else None


def trim(tokens: list[Token], start: int, end: int) -> Piece:
    """Leave out conjunctions before content, and commas and dashes around it."""
    while start < end and not tokens[start].quoted:
        token = tokens[start]
        leads = token.lower in LEADING_CONJUNCTIONS
        if token.lower in ("while", "because", "so", "though", "that") and (token.is_capital or start == 0):
            leads = False
        if token.lower == "that" and start + 1 < end and tokens[start + 1].lower in THAT_IS:
            leads = False  # "said that was untrue"
        if not leads and (token.is_word or token.text in "([#@$"):
            break
        start += 1
    while start < end and tokens[end - 1].text in ",;:—–-" and not tokens[end - 1].quoted:
        end -= 1
    return start, end


# ---- attributions without a verb -----------------------------------------------------------------


def headline(sentence: Sentence, hi: int) -> Relation | None:
    """ "C - X" and "X: C": a dash or a colon is the only mark."""
    tokens = sentence.tokens
    marks = [i for i, token in enumerate(tokens[:hi]) if token.text in ":-—–|" and not token.quoted]
    if not marks:
        return None
    first, last = marks[0], marks[-1]
    tail = hi - last - 1
    credited = tokens[last].text != ":" and 1 <= tail <= LONGEST_HEADLINE_SOURCE and last >= 4
    if credited and not has_finite(tokens, last + 1, hi):
        return unmarked(sentence, (last + 1, hi), (0, last), "headline")
    names = 1 <= first <= LONGEST_HEADLINE_SOURCE and tokens[0].lower not in lexicon().verbs
    if tokens[first].text == ":" and names and has_finite(tokens, first + 1, hi):
        return unmarked(sentence, (0, first), (first + 1, hi), "headline")
    return None


def announced(sentence: Sentence, hi: int) -> Relation | None:
    """ "X fired back: "...": a colon announces a quotation, whatever the verb."""
    tokens = sentence.tokens
    for colon in range(2, hi - 1):
        if tokens[colon].text != ":" or tokens[colon].quoted or not tokens[colon + 1].quoted:
            continue
        source = clause_subject(tokens, colon, 0)
        if source[0] >= 0:
            relation = unmarked(sentence, source, (colon + 1, hi), "announced")
            relation.cue = spans(tokens, [(source[1], colon)])
            return relation
    return None


def apposed(sentence: Sentence, piece: Piece) -> Relation | None:
    """ "C, Ann Doe, the minister of trade, in an interview": a source with no verb, inside "X reports"."""
    tokens = sentence.tokens
    lo, hi = piece
    commas = [i for i in range(lo, hi) if tokens[i].text == "," and not tokens[i].quoted]
    for comma in commas:
        name_end = next((k for k in commas if k > comma), hi)
        named = tokens[comma + 1 : name_end]
        if not 1 <= len(named) <= 6 or not all(token.is_capital for token in named):
            continue
        if has_finite(tokens, lo, comma) and (
            name_end == hi or is_appositive(tokens, name_end + 1, vehicle_at(tokens, name_end + 1, hi))
        ):
            return unmarked(
                sentence, (comma + 1, vehicle_at(tokens, name_end, hi)), (lo, comma), "apposition"
            )
    return None


def vehicle_at(tokens: list[Token], start: int, hi: int) -> int:
    """Where "in an interview", "in a statement" begins behind a source; `hi` when nowhere."""
    return next(
        (k for k in range(start, hi) if tokens[k].lower in ("in", "at", "during", "on") and k > start + 1), hi
    )


def unmarked(sentence: Sentence, source: Piece, content: Piece, manner: str) -> Relation:
    tokens = sentence.tokens
    while source[1] > source[0] and not tokens[source[1] - 1].is_word:
        source = (source[0], source[1] - 1)
    return Relation(
        sentence.number, [], spans(tokens, [source]), spans(tokens, [trim(tokens, *content)]), manner
    )


def is_outlet(tokens: list[Token], source: Piece, document: Document) -> bool:
    if source[0] < 0:
        return False
    name = without_article(" ".join(token.text for token in tokens[source[0] : source[1]]))
    return is_outlet_here(document, name) or name == without_article(document.outlet)
