"""The text of a PDF, its paragraphs put together again from lines."""

import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from articles.parsing.dates import is_plausible
from articles.parsing.types import MAX_TEXT_CHARACTERS, ParsingError

from .types import Document

MAX_PAGES = 500
# How many lines at a page's top and bottom may be a running head or foot, and on what share of pages it must stand.
_EDGE_LINES, _ON_PAGES = 2, 0.5
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|стр\.?|p\.)?\s*\d{1,4}\s*(?:(?:of|/|von|из)\s*\d{1,4})?\W*", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…:][\"”»’')\]]*$")
_NO_TITLE = re.compile(
    r"(?:microsoft word|untitled|unbenannt|document\d*|без имени)\b.*|.*\.(?:docx?|pdf|indd|qxd|rtf|tex|odt|pages)",
    re.IGNORECASE,
)
# A line this much shorter than the column is its paragraph's last.
_SHORT = 0.8
_HYPHENS = ("-", "\u2010", "\u00ad")


def read_pdf(data: bytes) -> Document:
    """The words of a PDF. Title and author are what it says of itself, the day that of its making.

    Raises ParsingError `encrypted`, `no_text_in_pdf` (a scan, most likely), `too_large`, `unreadable`.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _locked()
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise ParsingError(
                "too_large",
                f"This PDF has {count:,} pages; at most {MAX_PAGES} are read: upload the article's own pages.",
            )
        pages, length = [], 0
        for page in reader.pages:
            lines = [line.strip() for line in page.extract_text().splitlines()]
            length += sum(map(len, lines))
            if length > 2 * MAX_TEXT_CHARACTERS:
                raise ParsingError(
                    "too_large",
                    f"The text of this PDF is longer than the {MAX_TEXT_CHARACTERS:,} characters that one article may "
                    "have: upload the article's own pages.",
                )
            pages.append(lines)
        about = _about(reader)
    except (FileNotDecryptedError, DependencyError) as error:
        raise _locked() from error
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OSError,
        ZeroDivisionError,
    ) as error:
        raise ParsingError(
            "unreadable",
            "This PDF is damaged or built in an unusual way: print it to a new PDF, or paste its text.",
        ) from error
    paragraphs = join_lines(without_running_heads(pages))
    if not any(character.isalpha() for paragraph in paragraphs for character in paragraph):
        raise ParsingError(
            "no_text_in_pdf",
            "This PDF has no text in it, it is probably a scan: run it through text recognition (OCR), or paste its text.",
        )
    return replace(about, paragraphs=paragraphs)


def without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """The pages' lines without page numbers, and without what stands at the top or bottom of most pages alike."""
    seen = Counter(
        key for page in pages for key in {_shape(line) for line in _edges([line for line in page if line])}
    )
    most = max(2, _ON_PAGES * len(pages))
    kept = []
    for page in pages:
        filled = [place for place, line in enumerate(page) if line]
        edges = {*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]} if len(filled) > 2 * _EDGE_LINES else set()
        outermost = {*filled[:1], *filled[-1:]}
        kept.append(
            [
                line
                for place, line in enumerate(page)
                if not (place in edges and seen[_shape(line)] >= most)
                and not (place in outermost and _PAGE_NUMBER.fullmatch(line))
            ]
        )
    return kept


def join_lines(pages: list[list[str]]) -> list[str]:
    """Paragraphs out of lines: hyphens at line ends undone, page breaks crossed.

    A paragraph ends at an empty line, at a line much shorter than the column, and where a sentence ends before a
    line that begins another in a column nobody justified.
    """
    lines = [line for page in pages for line in [*_trimmed(page), None]]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return []
    width = lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]
    text = "\n".join(line or "" for line in lines)
    paragraphs: list[str] = []
    current = ""
    for line in lines:
        if line is None:  # the end of a page ends no sentence
            if current and _SENTENCE_END.search(current):
                paragraphs.append(current)
                current = ""
            continue
        if not line:
            if current:
                paragraphs.append(current)
            current = ""
            continue
        current = _joined(current, line, text)
        if line.endswith(_HYPHENS):
            continue
        if len(line) < _SHORT * width and (_SENTENCE_END.search(line) or len(line) < 0.6 * width):
            paragraphs.append(current)
            current = ""
    return [*paragraphs, current] if current else paragraphs


def _joined(before: str, line: str, text: str) -> str:
    if not before:
        return line
    if before.endswith("\u00ad"):
        return before[:-1] + line
    if before.endswith(_HYPHENS) and before[-2:-1].isalpha() and line[:1].islower():
        compound = f"{before.rpartition(' ')[2]}{line.partition(' ')[0]}".strip(".,;:!?")
        return (before if compound in text else before[:-1]) + line
    return f"{before} {line}"


def _trimmed(page: list[str]) -> list[str]:
    start = next((place for place, line in enumerate(page) if line), len(page))
    end = next((place for place in range(len(page), 0, -1) if page[place - 1]), start)
    return page[start:end]


def _edges(lines: list[str]) -> list[str]:
    return [*lines[:_EDGE_LINES], *lines[-_EDGE_LINES:]] if len(lines) > 2 * _EDGE_LINES else []


def _shape(line: str) -> str:
    """Alike on every page, whatever its number."""
    return re.sub(r"\d+", "#", " ".join(line.casefold().split()))


def _about(reader: PdfReader) -> Document:
    """What the PDF says of itself, without its words."""
    information = reader.metadata
    if information is None:
        return Document([])
    title, author = str(information.title or "").strip(), str(information.author or "").strip()
    title = "" if _NO_TITLE.fullmatch(title) else title
    day = _day(reader)
    provenance = {name: "pdf" for name, value in (("title", title), ("byline", author)) if value}
    provenance |= {"published_on": "pdf creation date"} if day else {}
    return Document([], title[:1000], author[:1000], day, provenance)


def _day(reader: PdfReader) -> date | None:
    try:
        made = reader.metadata.creation_date if reader.metadata else None
    except (ValueError, TypeError):
        return None
    return made.date() if made is not None and is_plausible(made.date()) else None


def _locked() -> ParsingError:
    return ParsingError(
        "encrypted",
        "This PDF is locked with a password: save a copy without one, or paste the article's text.",
    )
