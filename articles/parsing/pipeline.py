"""The steps from bytes to a ParsedArticle."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from .boilerplate import without_boilerplate, without_title
from .dateline import Dateline, find_dateline
from .dates import day_of, find_stated_date
from .encoding import decode
from .gates import refuse_gate
from .language import find_language
from .text import normalise_line, normalise_text
from .types import MAX_BYTES, MAX_TEXT_CHARACTERS, Kind, ParsedArticle, ParsingError

# Less than this is a page's furniture; scripts that set no spaces have few "words" and are counted by letters.
_FEWEST_WORDS = 10
_FEWEST_LETTERS = 60
_LONGEST_TITLE = 200
_LONGEST_DATE_LINE = 100
_DATE_WITHIN = 4


def parse(
    data: bytes,
    *,
    url: str = "",
    content_type: str = "",
    kind: Kind = "html",
    title: str = "",
) -> ParsedArticle:
    """The article in `data`, fetched from `url` with the header `content_type`; `title` as for `parse_text`.

    Raises ParsingError; see there. Takes as long as the page makes it: use `parse_in_child` for pages of strangers.
    """
    check_size(len(data))
    if not data.strip():
        raise _empty()
    if kind == "pdf" or kind == "docx":
        return _parse_document(data, kind, title)
    characters, encoding = decode(data, content_type)
    if kind == "text":
        return parse_text(characters, title=title)
    return _parse_html(characters, url, encoding)


def parse_text(data: bytes | str, *, title: str = "", language: str = "") -> ParsedArticle:
    """The article in a plain text file or a paste.

    Without `title`, the first line becomes the title, and leaves the text, where it looks like one: a line of its
    own of at most 200 characters that does not end as a sentence or a dateline does, with more text after it.
    `language` is taken as it is, where somebody knows it.
    """
    if isinstance(data, bytes):
        check_size(len(data))
        data, _ = decode(data)
    text = normalise_text(data)
    if not text:
        raise _empty()
    _check_length(text)
    return _article_of(
        _paragraphs(text), {"text": "text"}, title=title, title_from="given", language=language
    )


def _parse_document(data: bytes, kind: Literal["pdf", "docx"], title: str) -> ParsedArticle:
    if kind == "pdf":
        from .formats.pdf import read_pdf as read
    else:
        from .formats.word import read_docx as read
    document = read(data)
    paragraphs = [line for paragraph in document.paragraphs if (line := normalise_line(paragraph))]
    if not paragraphs:
        raise _empty()
    _check_length("\n\n".join(paragraphs))
    given = normalise_line(title)
    found = _article_of(
        paragraphs,
        {"text": kind, **document.provenance},
        title=given or document.title,
        title_from="given" if given else document.provenance.get("title", kind),
    )
    if not found.title and document.heading:
        named = {**found.provenance, "title": "heading"}
        found = replace(found, title=normalise_line(document.heading), provenance=named)
    # A date that stands in the text is the article's; that of the file's making is the next best.
    return replace(
        found,
        byline=normalise_line(document.byline),
        published_on=found.published_on or document.published_on,
    )


def _article_of(
    paragraphs: list[str], provenance: dict[str, str], *, title: str, title_from: str, language: str = ""
) -> ParsedArticle:
    """The article that plain paragraphs make: its title, where nobody gave one, is the line that looks like it."""
    title = normalise_line(title)
    if title:
        provenance["title"] = title_from
        paragraphs = without_title("\n\n".join(paragraphs), title).split("\n\n")
    elif len(paragraphs) > 1 and _looks_like_title(paragraphs[0]):
        title, provenance["title"] = paragraphs.pop(0), "first line"
    text = "\n\n".join(paragraphs)
    if not any(character.isalpha() for character in text):
        raise ParsingError("no_article_text", "There is no sentence in this text: paste the article's words.")
    language, origin = (language, "given") if language else find_language(text)
    dateline = next(filter(None, map(find_dateline, paragraphs[:3])), None)
    provenance |= {"language": origin} if language else {}
    when = _stated_date(paragraphs)
    provenance |= {"published_on": "stated"} if when else {}
    provenance |= {"published_at": "stated"} if isinstance(when, datetime) else {}
    published_on = day_of(when) if when else None
    return ParsedArticle(
        text=text,
        title=title,
        published_at=when if isinstance(when, datetime) else None,
        published_on=published_on,
        **_dateline(dateline, published_on, provenance),
        language=language,
        provenance=provenance,
    )


def _parse_html(characters: str, url: str, encoding: str) -> ParsedArticle:
    from .body import load_page, main_text, shown_text
    from .metadata import read_metadata

    tree = load_page(characters)
    if tree is None:
        raise _empty()
    found = read_metadata(tree, url)
    text, found_by = main_text(tree, url)
    shown = "" if text else shown_text(tree)[:20_000]
    refuse_gate(found.title, text, shown, free=not found.paywalled, announced_words=found.announced_words)
    text = without_boilerplate(text, found.title)
    first, _, rest = text.partition("\n\n")
    if rest and first == found.title:  # the headline, which some pages have inside the body
        text = rest
    if len(text.split()) < _FEWEST_WORDS and sum(map(str.isalpha, text)) < _FEWEST_LETTERS:
        raise ParsingError(
            "no_article_text",
            "No article text was found on this page (it may need a login or a script): paste the text instead.",
        )
    _check_length(text)
    language, origin = find_language(text, found.declared_language)
    provenance = {"text": found_by, "encoding": encoding, **found.provenance}
    provenance |= {"language": origin} if language else {}
    return ParsedArticle(
        text=text,
        title=found.title,
        byline=found.byline,
        site_name=found.site_name,
        published_at=found.published_at,
        published_on=found.published_on,
        modified_at=found.modified_at,
        **_dateline(find_dateline(text), found.published_on, provenance),
        language=language,
        canonical_url=found.canonical_url,
        section=found.section,
        paywalled=found.paywalled,
        provenance=provenance,
    )


def _dateline(found: Dateline | None, published: date | None, provenance: dict[str, str]) -> dict[str, Any]:
    """The fields a dateline gives; where they came from is written down."""
    if found is None:
        return {}
    fields = {"dateline": found.place, "dateline_on": found.on(published)}
    provenance |= {name: "heuristic" for name, value in fields.items() if value}
    return fields


def _stated_date(paragraphs: list[str]) -> datetime | date | None:
    """The date in a line above the text: short, among the first, and no sentence."""
    for paragraph in paragraphs[:_DATE_WITHIN]:
        if len(paragraph) <= _LONGEST_DATE_LINE and not paragraph.endswith((".", "!", "?", ",", '"', "”")):
            when = find_stated_date(paragraph)
            if when is not None:
                return when
    return None


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text, whichever way it marks them.

    Blank lines part them where there are any. Lines within one are joined where they look wrapped at a fixed width
    (all but the last nearly equally long, most not ending a sentence); otherwise each line is a paragraph.
    """
    paragraphs: list[str] = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        paragraphs.extend([" ".join(lines)] if _is_wrapped(lines) else lines)
    return [line for line in paragraphs if line]


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < 3:
        return False
    body = [len(line) for line in lines[:-1]]
    ends = sum(line.endswith((".", "!", "?", '."', ".”", "…")) for line in lines[:-1])
    return 40 <= max(body) <= 130 and min(body) >= 0.6 * max(body) and ends <= 0.34 * len(body)


def _looks_like_title(line: str) -> bool:
    return (
        len(line) <= _LONGEST_TITLE
        and any(character.isalpha() for character in line)
        and not re.search(r"[.,;:…]$|[.!?][\"”»’']$", line)
        and not find_dateline(line)
    )


def check_size(count: int) -> None:
    """Raise ParsingError `too_large` for more than MAX_BYTES bytes."""
    if count > MAX_BYTES:
        raise ParsingError(
            "too_large",
            f"This is {count / 1_000_000:.1f} MB; at most {MAX_BYTES // 1_000_000} MB can be read: "
            "paste the article's text instead.",
        )


def _check_length(text: str) -> None:
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ParsingError(
            "too_large",
            f"The text has {len(text):,} characters; one article may have {MAX_TEXT_CHARACTERS:,}: split it up.",
        )


def _empty() -> ParsingError:
    return ParsingError("empty", "There is nothing in it: paste the article's text.")
