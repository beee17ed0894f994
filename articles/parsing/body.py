"""The main text of a page, as paragraphs."""

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.etree import LxmlError, _Element
from lxml.html import HtmlElement
from readability import Document as Readability
from readability.readability import Unparseable
from trafilatura import bare_extraction
from trafilatura.utils import HTML_PARSER, load_html

from .text import normalise_line, normalise_text

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
# Fewer words than any article has: the careful reading missed it.
_TOO_FEW_WORDS = 60
# A second opinion counts only where it finds much more; it takes captions and bylines along, so that a text of
# ordinary length must be far surpassed.
_SHORT_WORDS = 200
_MUCH_MORE_THAN_SHORT = 1.6
_MUCH_MORE = 2.5

_BLOCKS = frozenset(
    """address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 head header hr item li list main nav ol p pre quote row section summary table tbody td tr
    ul""".split()  # noqa: SIM905 - a word list
)
_BREAK_AFTER_SENTENCE = re.compile(r"(?<=[.!?…:\"”»’)。！？])\n(?!\n)")
_BREAKS = frozenset({"br", "lb"})
_CELLS = frozenset({"cell", "td", "th"})
_SKIPPED = frozenset(
    {"graphic", "script", "style", "noscript", "template", "iframe", "button", "select", "svg"}
)


def load_page(characters: str) -> HtmlElement | None:
    """The tree of a page or of a piece of one; None if there is nothing in it.

    The characters are decoded already: what the page says of its bytes would mislead the parser, and a NUL would
    end its reading.
    """
    characters = _XML_DECLARATION.sub("", characters).replace("\0", "")
    tree = load_html(characters)
    if tree is None:  # a fragment, or no HTML by its beginning
        try:
            tree = lxml_html.document_fromstring(characters, parser=HTML_PARSER, ensure_head_body=True)
        except LxmlError:
            return None
    return tree


def main_text(tree: HtmlElement, url: str) -> tuple[str, str]:
    """The article text of a page and what found it; ("", "") where there is none.

    trafilatura reads carefully first, less carefully where that finds next to nothing; readability is believed
    where it finds much more than either.
    """
    text, found_by = _by_trafilatura(tree, url, fast=False), "trafilatura"
    if _count_words(text) < _TOO_FEW_WORDS:
        quick = _by_trafilatura(tree, url, fast=True)
        if _count_words(quick) > _count_words(text):
            text, found_by = quick, "trafilatura-fast"
    words = _count_words(text)
    enough = words * (_MUCH_MORE_THAN_SHORT if words < _SHORT_WORDS else _MUCH_MORE)
    # Asking costs as much as all the rest, so only where the page has that many words to find.
    if _count_words(shown_text(tree)) > enough:
        other = _by_readability(tree)
        if _count_words(other) > enough:
            text, found_by = other, "readability"
    return (text, found_by) if text else ("", "")


def shown_text(tree: HtmlElement) -> str:
    """All that a page shows, on one line."""
    return normalise_line(" ".join(tree.xpath("//body//text()[not(parent::script or parent::style)]")))


def _by_trafilatura(tree: HtmlElement, url: str, *, fast: bool) -> str:
    document = bare_extraction(
        tree,
        url=url or None,
        fast=fast,
        favor_precision=not fast,
        include_comments=False,
        include_tables=True,
    )
    body = getattr(document, "body", None)
    return "" if body is None else _as_text(body)


def _by_readability(tree: HtmlElement) -> str:
    try:
        summary = Readability(lxml_html.tostring(tree, encoding="unicode")).summary(html_partial=True)
        return _as_text(lxml_html.fragment_fromstring(summary, create_parent="div"))
    except (Unparseable, LxmlError, ValueError, AssertionError):  # a second opinion may be missing
        return ""


def _as_text(body: _Element) -> str:
    paragraphs = (
        re.sub(r"\s*\n\s*", "\n", normalise_text(part)) for part in "".join(_flatten(body)).split("\n\n")
    )
    # Old pages part their paragraphs by line breaks: one after the end of a sentence is such a parting.
    return normalise_text(_BREAK_AFTER_SENTENCE.sub("\n\n", "\n\n".join(part for part in paragraphs if part)))


def _flatten(element: _Element) -> Iterator[str]:
    """The text of `element`: blocks apart by blank lines, line breaks kept, white space as a browser shows it."""
    tag = element.tag if isinstance(element.tag, str) else ""  # type: ignore[redundant-expr] # comments have none
    if tag in _BREAKS:
        yield "\n"
    elif tag and tag not in _SKIPPED:
        edge = "\n\n" if tag in _BLOCKS else " " if tag in _CELLS else ""
        yield edge
        if element.text:
            yield re.sub(r"\s+", " ", element.text)
        for child in element:
            yield from _flatten(child)
            if child.tail:
                yield re.sub(r"\s+", " ", child.tail)
        yield edge


def _count_words(text: str) -> int:
    return len(re.findall(r"\w+", text))
