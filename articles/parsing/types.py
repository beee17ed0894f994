"""What parsing answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

# What `parse` reads: a page, a plain text, and documents.
Kind = Literal["html", "text", "pdf", "docx"]
# A long book chapter; no article comes near. What is longer is several articles, or no article.
MAX_TEXT_CHARACTERS = 200_000
# Decompressed size of a page or file; the fetcher's own limit is the same.
MAX_BYTES = 10_000_000
# Raise it when the same bytes are read otherwise than before: what was read by an older one is read again.
PARSER_VERSION = "1"


class ParsingError(Exception):
    """There is no article to be had from these bytes.

    `code` is stable snake_case: empty, not_text, too_large, no_article_text, access_denied, bot_check, consent_page, paywall,
    of documents no_text_in_pdf, encrypted, archive_bomb, archive_too_large, broken_archive, unreadable (and see the readers
    of `formats` for theirs), of `parse_in_child` too_slow, too_complex, unreadable. `message` is a sentence a person can act on. Trying the
    same bytes again gives the same answer.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class ParsedArticle:
    """One article. Strings are "" where nothing was found; every string can be stored in any database.

    `text` is NFC with "\\n" line ends, its paragraphs separated by one blank line, without the title.
    `published_at` is given only where the page names an instant with its zone; `published_on` is the day in the
    outlet's own zone, given as well where only a day is known. `modified_at` is an instant like it. `section` is the
    part of the outlet ("Politics"). `dateline` is the place the text begins with, `dateline_on` the day it names there.
    `language` is an ISO 639-1 code. `paywalled`: the page says that it must be paid for, though all of it was shown.
    `provenance` names, for each field found, where it came from
    ("json-ld", "meta", "h1", "htmldate", "heuristic", ...).
    """

    text: str
    title: str = ""
    byline: str = ""
    site_name: str = ""
    published_at: datetime | None = None
    published_on: date | None = None
    modified_at: datetime | None = None
    section: str = ""
    dateline: str = ""
    dateline_on: date | None = None
    language: str = ""
    canonical_url: str = ""
    paywalled: bool = False
    provenance: Mapping[str, str] = field(default_factory=dict)
