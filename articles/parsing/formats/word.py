"""The text of a Word document (.docx)."""

import io
import re
import zipfile
import zlib
from datetime import date

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml.etree import LxmlError

from articles.parsing.dates import is_plausible
from articles.parsing.types import ParsingError

from .archives import ArchiveLimits, list_members, open_archive
from .types import Document

_LIMITS = ArchiveLimits(members=2_000, bytes_in_all=60_000_000)
_TITLE_WITHIN = 3
# What programs write where nobody gave a title.
_NO_TITLE = re.compile(
    r"(?:microsoft (?:office )?word(?: - .*)?|(?:word|new|untitled)? ?(?:document|dokument|documento|документ|sənəd)|untitled"
    r"|title) ?\d*(?:\.docx?)?",
    re.IGNORECASE,
)


def read_docx(data: bytes) -> Document:
    """The words of a Word document: headings and paragraphs, tables' rows in their place. The day is that of its making.

    Raises ParsingError `archive_bomb`, `archive_too_large`, `encrypted`, `unreadable`.
    """
    with open_archive(io.BytesIO(data), _LIMITS) as archive:
        for member in list_members(archive, _LIMITS):
            if member.error is not None:
                raise ParsingError(member.error.code, f"This document cannot be read: {member.error.message}")
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(document.iter_inner_content())
        title, place = _headline(blocks)
        heading = title or _first_heading(blocks)
        paragraphs = [
            line for at, block in enumerate(blocks) if at != place for line in _lines(block) if line.strip()
        ]
        about = document.core_properties
        own_title, byline, made = about.title.strip(), about.author.strip(), about.created
    except (OpcError, LxmlError, KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile,
            zlib.error, NotImplementedError, RuntimeError, EOFError) as error:  # fmt: skip
        raise ParsingError(
            "unreadable",
            "This document is damaged or no Word document: save it anew as .docx, or paste its text.",
        ) from error
    provenance = {}
    if title:
        provenance["title"] = "heading"
    elif own_title and not _NO_TITLE.fullmatch(own_title):
        title, provenance["title"] = own_title, "docx"
    if byline.casefold() == "python-docx":  # its template's, who and when
        byline, made = "", None
    if byline:
        provenance["byline"] = "docx"
    day = _day(made.date() if made else None)
    if day:
        provenance["published_on"] = "docx creation date"
    return Document(paragraphs, title[:1000], byline[:1000], day, provenance, heading[:1000])


def _headline(blocks: list[Paragraph | Table]) -> tuple[str, int]:
    """The document's title where a style marks one among its first paragraphs, and where it stands; -1 for nowhere."""
    filled = [
        (place, block)
        for place, block in enumerate(blocks)
        if isinstance(block, Paragraph) and block.text.strip()
    ]
    for place, block in filled[:_TITLE_WITHIN]:
        style = block.style.style_id if block.style is not None else ""
        if style in ("Title", "Heading1"):
            return " ".join(block.text.split()), place
    return "", -1


def _first_heading(blocks: list[Paragraph | Table]) -> str:
    """The first paragraph that a style makes a heading, wherever it stands; "" for none."""
    for block in blocks:
        if not isinstance(block, Paragraph) or block.style is None:
            continue
        if block.text.strip() and (block.style.style_id or "").startswith(("Title", "Heading")):
            return " ".join(block.text.split())
    return ""


def _lines(block: Paragraph | Table) -> list[str]:
    if isinstance(block, Paragraph):
        return block.text.split("\n")
    rows = []
    for row in block.rows:
        cells = [" ".join(cell.text.split()) for cell in row.cells]
        # A merged cell comes once for each column it spans.
        rows.append(
            " | ".join(
                cell for place, cell in enumerate(cells) if cell and (place == 0 or cells[place - 1] != cell)
            )
        )
    return rows


def _day(made: date | None) -> date | None:
    return made if made is not None and is_plausible(made) else None
