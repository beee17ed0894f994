"""One row of a table as the article it holds."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from articles.parsing.language import find_language
from articles.parsing.pipeline import parse_text
from articles.parsing.text import normalise_line
from articles.parsing.types import ParsedArticle, ParsingError

from .columns import TableMapping
from .rowdates import read_row_date

_LONGEST_FIELD = 1_000
_LANGUAGE_SAMPLE = 200  # characters: telling the language is what a row would cost most
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2}", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|em|strong|b|i|ul|ol|li|h[1-6]|blockquote|figure|img)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_NOT_SHOWN = re.compile(r"<(script|style)\b[^<>]{0,2000}>.*?</\1\s{0,20}>", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|div|ul|ol|li|h[1-6]|blockquote|figure)\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]{0,2000}>", re.IGNORECASE)
_ANY_TAG = re.compile(r"</?[a-z][^<>]{0,2000}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RowArticle:
    """What a row says. `parsed` is None where it gives an address only, and its page is to be fetched."""

    parsed: ParsedArticle | None
    url: str = ""
    title: str = ""
    outlet: str = ""
    external_id: str = ""
    published_at: datetime | None = None
    published_on: date | None = None


def read_row(values: Mapping[str, str], mapping: TableMapping) -> RowArticle:
    """The article of a row, each field as the importer's table has it, what it lacks as its text tells.

    Raises ParsingError: `row_empty` (neither text nor address), those of `read_row_date` and of `parse_text`.
    """

    def given(name: str) -> str:
        return values.get(mapping.columns.get(name, ""), "")

    def line(name: str) -> str:
        value = given(name)
        return normalise_line(value[: 4 * _LONGEST_FIELD])[:_LONGEST_FIELD].strip() if value else ""

    text, url, title = given("text"), given("url").replace("\0", "").strip(), line("title")
    when = read_row_date(line("published"), mapping.dates)
    instant = when if isinstance(when, datetime) else None
    day = when.date() if isinstance(when, datetime) else when
    about = {"url": url, "title": title, "outlet": line("outlet"), "external_id": line("id")[:200]}
    if not text.strip():
        if not url:
            raise ParsingError(
                "row_empty", "This row has neither a text nor a web address: fill in one of them."
            )
        return RowArticle(None, **about, published_at=instant, published_on=day)
    language, byline = line("language"), line("byline")
    if _MARKUP.search(text):
        text = without_markup(text)
    code = language.lower()[:10] if _CODE.fullmatch(language) else ""
    guessed = "" if code else find_language(text[:_LANGUAGE_SAMPLE])[0]
    found = parse_text(text, title=title, language=code or guessed)
    provenance = {**found.provenance, "text": "table"}
    stated = (("title", title), ("byline", byline), ("language", code))
    provenance |= dict.fromkeys((name for name, value in stated if value), "table")
    provenance |= {"language": "text"} if guessed else {}
    if when is not None:
        provenance |= {"published_on": "table"} | ({"published_at": "table"} if instant else {})
        if instant is None:
            provenance.pop("published_at", None)
    parsed = ParsedArticle(
        text=found.text,
        title=found.title,
        byline=byline,
        published_at=instant if when is not None else found.published_at,
        published_on=day if when is not None else found.published_on,
        dateline=found.dateline,
        language=found.language,
        provenance=provenance,
    )
    return RowArticle(parsed, **about, published_at=instant, published_on=day)


def without_markup(text: str) -> str:
    """The words of a text that somebody kept as HTML, its paragraphs as paragraphs."""
    text = _NOT_SHOWN.sub("", text)
    text = _BREAK.sub("\n", _BLOCK.sub("\n\n", text))
    return html.unescape(_ANY_TAG.sub("", text))
