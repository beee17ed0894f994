"""What the readers of formats answer with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from articles.parsing.types import MAX_BYTES

# One row of a table: as much as a page may have.
MAX_ROW_BYTES = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Document:
    """The article in a document file, before its text is read any further. Strings may hold anything."""

    paragraphs: list[str]
    title: str = ""
    byline: str = ""
    published_on: date | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    heading: str = ""  # its first, for want of a title


@dataclass(frozen=True, slots=True)
class EntryError:
    """Why an entry of a file of many cannot be imported: a stable code and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table or of JSON lines.

    `number` is what a spreadsheet or an editor shows (the first is 1). `offset` and `end` are bytes into the file as
    `tables.normalised` gives it: where the row begins, and where reading goes on. Either `values` or `error` tells
    what is in it.
    """

    number: int
    offset: int
    end: int
    values: Mapping[str, str] = field(default_factory=dict)
    error: EntryError | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, or one response of a WARC. `number` counts from 1; `end` is where reading goes on."""

    number: int
    offset: int
    end: int
    name: str = ""
    url: str = ""
    content: bytes = b""
    media_type: str = ""
    charset: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fetched_at: str = ""  # ISO 8601
    status: int | None = None  # of the answer, in HTTP
    error: EntryError | None = None
