"""A text as paragraphs, sentences, tokens and quotations: what every later step reads."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from .lexicon import words
from .quotes import Quotation, find_quotations
from .sentences import Paragraph, find_paragraphs, split_sentences
from .types import Span

TOKEN = re.compile(
    r"(?:[A-Za-z]\.){2,}"  # U.S.
    r"|[A-Z]\.(?=\s+[A-Z])"  # the initial of a name
    r"|[$£€]?\d[\d.,:]*\d\w*(?:-[A-Za-z]\w*)*|[$£€]?\d\w*(?:-[A-Za-z]\w*)*"  # 52-page, 56-year-old
    r"|(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Cmdr|Capt|Sgt|Prof|Rev|Hon|St|Jr|Sr|Jan|Feb|Aug|Sept|Oct|Nov|Dec)\."
    r"|(?:E|Yahoo)!(?=\s)|\w+(?:[-'’.]\w+)*|…|\.\.\.|''|’’|``|[^\w\s]"
)
FUNCTION_LIKE = words("us it who as in on at am is he or no so may will an do be by if of to up we me my go")


@dataclass(slots=True)
class Token:
    text: str
    lower: str
    start: int
    end: int
    quoted: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalnum() or self.text[0] in "$£€"

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


@dataclass(slots=True)
class Sentence:
    """One sentence: its span, its paragraph's number, its tokens, and whether it is running prose."""

    start: int
    end: int
    paragraph: int
    tokens: list[Token]
    prose: bool = True
    headline: bool = False
    dateline_agency: str = ""
    number: int = 0


@dataclass(slots=True)
class Document:
    text: str
    paragraphs: list[Paragraph]
    sentences: list[Sentence]
    quotations: list[Quotation]
    outlet: str = ""
    named_outlets: frozenset[str] = frozenset()  # filled by `outlets.learn_outlets`
    _quote_starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._quote_starts = [quotation.start for quotation in self.quotations]

    def quotation_at(self, position: int) -> Quotation | None:
        """The quotation that covers a position, marks included."""
        index = bisect_right(self._quote_starts, position) - 1
        if index >= 0 and self.quotations[index].start <= position < self.quotations[index].end:
            return self.quotations[index]
        return None

    def words(self, span: Span) -> str:
        return " ".join(self.text[span[0] : span[1]].split())


def read_document(text: str, title: str = "", outlet: str = "") -> Document:
    """Cut a text into paragraphs, quotations, sentences and tokens. Linear; never raises."""
    paragraphs = find_paragraphs(text, title)
    quotations = find_quotations(text, [(p.start, p.end) for p in paragraphs])
    sentences: list[Sentence] = []
    starts = [q.start for q in quotations]
    for number, paragraph in enumerate(paragraphs):
        for index, (start, end) in enumerate(split_sentences(text, paragraph.body_start, paragraph.end)):
            tokens = tokenize(text, start, end, quotations, starts)
            if not any(token.is_word for token in tokens):
                continue
            sentence = Sentence(start, end, number, tokens, paragraph.prose, paragraph.headline)
            sentence.dateline_agency = paragraph.agency if index == 0 else ""
            sentence.number = len(sentences)
            sentences.append(sentence)
    return Document(text, paragraphs, sentences, quotations, outlet)


def tokenize(text: str, start: int, end: int, quotations: list[Quotation], starts: list[int]) -> list[Token]:
    tokens = []
    index = max(bisect_right(starts, start) - 1, 0)
    for match in TOKEN.finditer(text, start, end):
        at = match.start()
        while index < len(quotations) and quotations[index].end <= at:
            index += 1
        quoted = index < len(quotations) and quotations[index].start <= at
        word = match.group()
        tokens.append(Token(word, word.lower(), at, match.end(), quoted))
    spell_out_abbreviations(tokens)
    return tokens


def spell_out_abbreviations(tokens: list[Token]) -> None:
    """ "WHO", "US", "IT" in a sentence of ordinary case are names, not "who", "us", "it"."""
    if sum(token.text.isupper() for token in tokens) > len(tokens) / 2:
        return
    for token in tokens:
        if token.lower in FUNCTION_LIKE and token.text.isupper():
            token.lower = token.text
