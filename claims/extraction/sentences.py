"""Paragraphs and sentences: where running prose is, and where each sentence of it ends."""

import re
from dataclasses import dataclass

from .lexicon import lexicon, words
from .types import Span

ABBREVIATIONS = words(
    "Mr Mrs Ms Mx Dr Prof Rev Hon Sen Rep Gov Gen Col Maj Lt Sgt Capt Cmdr Adm Cpl Pvt Pres Sec St Ste Mt Ft Jr Sr "
    "vs etc e.g i.e cf al Inc Ltd Co Corp Bros No Nos Vol Fig pp approx Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct "
    "Nov Dec Calif Ala Ariz Ark Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla "
    "Ore Pa Tenn Tex Va Vt Wash Wis Wyo Ave Blvd Rd Dept Gov't"
)
# A sentence is cut here at the latest: text without full stops must not cost more than its length.
LONGEST_SENTENCE = 1_500

END = re.compile(r"(?:[.!?]+|…)[\"'”’»)\]]*(?=\s)|[.!?][”’\"]+(?=[A-Z“\"])")
NEXT = re.compile(r"[\s…]*[\"'“‘«(\[]*")
LAST_WORD = re.compile(r"([\w.'’]+)$")
REPORTED_NEXT = re.compile(r"(?:[A-Z][\w.'’-]+\s+){1,4}(\w+)")
DATELINE = re.compile(
    r"(?P<place>[A-ZÀ-Þ][\w.'’À-ÿ -]{1,40}(?:,\s*[\w. ]{2,25}){0,3})?\s*"
    r"(?:[(/\[]\s*(?P<agency>[A-Z][\w .&-]{1,30}?)\s*[)/\]]\s*(?:[—–―:.-]+|-{1,2})\s*"
    r"|(?<=[A-Z])\s*(?:—|–|―|--)\s*|\s+-\s+(?=[A-Z]))"
)
TERMINAL = re.compile(r"[.!?…][\"'”’»)\]]*\s*$")
SHORTEST_PROSE_LINE = 15  # words: a longer line without a full stop is a sentence that lost it


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. Its sentences start at `body_start`, after a dateline; headings are not prose."""

    start: int
    end: int
    body_start: int
    agency: str
    prose: bool
    headline: bool


def find_paragraphs(text: str, title: str = "") -> list[Paragraph]:
    """Paragraphs are lines, except where a text was wrapped by hand."""
    spans = paragraph_spans(text)
    found: list[Paragraph] = []
    wanted = " ".join(title.split()).casefold()
    for start, end in spans:
        line = text[start:end]
        headline = not found and is_headline(line, wanted, len(spans))
        agency, body = ("", start) if headline else dateline(text, start, end)
        ended = bool(TERMINAL.search(line[-8:])) or line.rstrip()[-1:] in '”"’,:;'
        prose = headline or (ended and not is_label(line)) or len(line[:400].split()) >= SHORTEST_PROSE_LINE
        found.append(Paragraph(start, end, body, agency, prose, headline))
    return found


def paragraph_spans(text: str) -> list[Span]:
    wrapped = is_hand_wrapped(text)
    spans: list[Span] = []
    for match in re.finditer(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+", text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start == end:
            continue
        if spans:
            gap = text[spans[-1][1] : start].count("\n")
            if gap <= 1 and (wrapped or text[start].islower()) and end - spans[-1][0] < 20_000:
                spans[-1] = (spans[-1][0], end)
                continue
        spans.append((start, end))
    return spans


def is_hand_wrapped(text: str) -> bool:
    """Lines of one even width, most ending in mid-sentence."""
    sample = [line for line in text[:20_000].splitlines() if line.strip()]
    if len(sample) < 6:
        return False
    even = sum(50 <= len(line) <= 100 and not TERMINAL.search(line[-8:]) for line in sample)
    return even > 0.5 * len(sample) and max(map(len, sample)) <= 110


def is_headline(line: str, wanted: str, paragraphs: int) -> bool:
    plain = " ".join(line.split())
    if wanted:
        return plain.casefold() == wanted
    return (
        paragraphs > 2
        and 5 <= len(plain.split()) <= 30
        and not TERMINAL.search(plain)
        and plain[-1] not in ":,"
    )


def is_label(line: str) -> bool:
    """A section heading, credit or pull quote that happens to end in a quotation mark or a colon."""
    return len(line) < 120 and not re.search(r"[.!?,…][\"”’»]?(?:\s|$)", line) and len(line.split()) <= 12


def dateline(text: str, start: int, end: int) -> tuple[str, int]:
    """(agency, where the story begins) of a paragraph that opens like "HAYWARD, Calif. (AP) — "."""
    match = DATELINE.match(text, start, min(end, start + 120))
    if not match or match.end() >= end:
        return "", start
    place = (match["place"] or "").strip()
    agency = (match["agency"] or "").strip()
    if agency or (place and place.split(",")[0].isupper() and len(place) > 2):
        return agency, match.end()
    return "", start


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Spans of the sentences between two positions, surrounding space left out."""
    found: list[Span] = []
    begin = start
    for match in END.finditer(text, start, end):
        if match.end() <= begin:
            continue
        while match.end() - begin > LONGEST_SENTENCE:
            cut = text.rfind(" ", begin + LONGEST_SENTENCE // 2, begin + LONGEST_SENTENCE)
            cut = cut if cut > 0 else begin + LONGEST_SENTENCE
            found.append((begin, cut))
            begin = cut
        if is_sentence_end(text, begin, match, end):
            found.append((begin, match.end()))
            gap = NEXT.match(text, match.end(), end)
            begin = match.end() + (len(gap.group()) - len(gap.group().lstrip(" \t…\xa0")) if gap else 0)
    while end - begin > LONGEST_SENTENCE:
        cut = text.rfind(" ", begin + LONGEST_SENTENCE // 2, begin + LONGEST_SENTENCE)
        cut = cut if cut > 0 else begin + LONGEST_SENTENCE
        found.append((begin, cut))
        begin = cut
    found.append((begin, end))
    return [span for span in (strip_span(text, a, b) for a, b in found) if span[0] < span[1]]


def strip_span(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def is_sentence_end(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    gap = NEXT.match(text, match.end(), min(end, match.end() + 20))
    following = gap.end() if gap else match.end()
    if following >= end:
        return True
    if text[following].islower():
        return False
    mark = match.group()
    if mark == "!" and text[max(begin, match.start() - 5) : match.start()].split()[-1:] in (["E"], ["Yahoo"]):
        return False  # "E! News"
    if mark[0] in "!?" or mark[-1] in '"”’':
        if len(mark) > 1 and mark[0] in "!?":
            reported = REPORTED_NEXT.match(text, following, min(end, following + 60))
            return not (reported and reported[1] in lexicon().verbs)
        return True
    if mark[0] == "…":
        return text[following].isupper()
    if mark == ".":
        last = LAST_WORD.search(text, max(begin, match.start() - 20), match.start())
        word = last[1] if last else ""
        if word.strip("'’") in ABBREVIATIONS and not (
            word in ("No", "Co", "Inc", "Ltd", "Corp") and starts_afresh(text, following)
        ):
            return False
        if len(word) == 1 and word.isupper() and word != "I":
            return False  # an initial
        if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
            return starts_afresh(text, following)
    return True


def starts_afresh(text: str, at: int) -> bool:
    """After "U.S." or "p.m." only a word that opens sentences says that one has ended."""
    word = re.compile(r"\w+").match(text, at)
    return bool(word) and word.group() in FRESH if word else False


FRESH = words(
    "The A An He She It They We I In On At But And However This That These Those His Her Its Their There When "
    "While As After Before If For Some Many Most One Two Officials Police"
)
