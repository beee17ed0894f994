"""Paragraphs of a page's main text that are not the article's: its headline again, pointers elsewhere, appeals."""

import re

# How far down a page may repeat its headline, and how long what stands above it may be and still be a label.
_HEADLINE_WITHIN = 4
_LABEL_WORDS = 8
_POINTER_CHARACTERS = 250

_POINTER = re.compile(
    r"""\W*(?:
        (?:related|recommended|more|read\ more|read\ also|also\ read|read\ next|see\ also|see\ more|watch|watch\ more|
           listen|filed\ under|tags?|topics|share|photos?|gallery|lesen\ sie\ auch|mehr\ zum\ thema|lire\ aussi|
           à\ lire\ aussi|lea\ también|leer\ más|leggi\ anche|leia\ também|читайте\ также|смотрите\ также|
           читайте\ також|по\ теме|həmçinin\ oxuyun|ayrıca\ oku)\s*[:|»›>]
        |also\ on\ [\w-]+\.\w+\b
        |(?:advertisement|advertising|comments?|share\ this(?:\ \w+)?|реклама|anzeige|publicité)\W*$
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_APPEAL = re.compile(
    r"""\W*(?:
        (?:follow|like|find)\ .{1,80}\b(?:on|at)\ (?:twitter|facebook|instagram|youtube|telegram|x|linkedin|threads|@)
        |(?:follow|tweet)\ .{1,60}@\w
        |(?:sign\ up|subscribe|click\ here|get\ (?:the\ latest|our)|join\ our|download\ (?:the|our)\ app|support\ our)\b
        |(?:like|enjoy(?:ed)?)\ this\ (?:story|article)|share\ (?:it|this)\ with
        |have\ a\ (?:news\ )?tip\b|reach\ (?:the\ )?(?:reporters?|\w+\ \w+)\ (?:at|on)\b
        |(?:https?://|www\.|twitter\.com/|@)\S+\W*$
        |[\w.+-]+@[\w-]+\.[\w.-]+\W*$
        |(?:подписывайтесь|abonnieren\ sie|suivez-nous|síguenos|bizi\ izləyin)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def without_boilerplate(text: str, title: str) -> str:
    """`text` without the headline and labels above it at its start, pointers to other articles anywhere, and
    appeals to follow, subscribe or write at its end. Never nothing: a text of boilerplate only stays as it is."""
    paragraphs = [part for part in _below_headline(text.split("\n\n"), title) if not _is_pointer(part)]
    while paragraphs and len(paragraphs[-1]) <= _POINTER_CHARACTERS and _APPEAL.match(paragraphs[-1]):
        paragraphs.pop()
    return "\n\n".join(paragraphs) or text


def without_title(text: str, title: str) -> str:
    """`text` without its first paragraph where that is its title."""
    paragraphs = text.split("\n\n")
    if title and len(paragraphs) > 1 and _letters(paragraphs[0]) == _letters(title):
        return "\n\n".join(paragraphs[1:])
    return text


def _below_headline(paragraphs: list[str], title: str) -> list[str]:
    wanted = _letters(title)
    for index, paragraph in enumerate(paragraphs[:_HEADLINE_WITHIN]):
        if wanted and _letters(paragraph) == wanted and index + 1 < len(paragraphs):
            above = [part for part in paragraphs[:index] if len(part.split()) > _LABEL_WORDS]
            return above + paragraphs[index + 1 :]
    return paragraphs


def _is_pointer(paragraph: str) -> bool:
    return len(paragraph) <= _POINTER_CHARACTERS and _POINTER.match(paragraph) is not None


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
