"""Whether a document of the web still says what it said: its text is compared, not what stands around it.

Advertisements, the time of day and the latest headlines change a page's bytes at every look and nothing of what it says.
"""

import re

from articles.models import Snapshot
from articles.parsing import ParsingError, parse_in_child
from articles.parsing.types import Kind
from articles.services.snapshots import read_snapshot

_KINDS: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_QUOTATION = re.compile("[\"'`´‘’‚‛“”„‟«»‹›]")
_DASHES = re.compile("[‐‑‒–—―−]")
_GAP = re.compile(r"\s*(?:\[?…\]?|\[?\.\.\.\]?)\s*")


def text_of(content: bytes, *, media_type: str, charset: str = "", url: str = "") -> str | None:
    """The text of a document as an import reads it; None for what has none that can be read (a picture, a damaged file)."""
    kind = _KINDS.get(media_type.lower())
    if kind is None:
        return None
    content_type = f"{media_type}; charset={charset}" if charset else media_type
    try:
        return parse_in_child(content, url=url, content_type=content_type, kind=kind).text
    except ParsingError:
        return None


def text_of_copy(snapshot: Snapshot) -> str | None:
    try:
        content = read_snapshot(snapshot)
    except OSError:
        return None
    return text_of(content, media_type=snapshot.media_type, charset=snapshot.charset, url=snapshot.url)


def holds_quote(text: str | None, quote: str) -> bool:
    """Whether the words stand in the text: whatever its marks, dashes, line ends and capitals; "…" leaves words out."""
    if text is None:
        return False
    at, plain = 0, _plain(text)
    for piece in _GAP.split(quote.strip()):
        words = _plain(piece)
        if not words:
            continue
        found = plain.find(words, at)
        if found < 0:
            return False
        at = found + len(words)
    return at > 0


def _plain(text: str) -> str:
    return " ".join(_DASHES.sub("-", _QUOTATION.sub("", text)).casefold().split())
