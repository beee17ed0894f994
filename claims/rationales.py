"""Rationales as HTML: limited Markdown (CommonMark), sanitised. Pure: no database.

Paragraphs and line breaks as typed, emphasis, code, links, lists and quotations. Everything else, HTML above all, is shown as it
was typed: no heading may break the page's outline, and no picture may call home.
"""

from html import unescape

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_RULES = ["list", "blockquote", "emphasis", "backticks", "link", "autolink", "escape", "newline", "entity"]
_TAGS = {"p", "br", "em", "strong", "code", "a", "ul", "ol", "li", "blockquote"}
# "zero" knows paragraphs alone; `html` off: a tag that somebody types is text.
_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True}).enable(_RULES)


def rationale_html(text: str) -> SafeString:
    """What a reviewer wrote, to be set on a page. Links lead out of the desk and vouch for nothing (nofollow)."""
    return mark_safe(
        nh3.clean(
            _MARKDOWN.render(text),
            tags=_TAGS,
            attributes={"a": {"href"}, "ol": {"start"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )


def rationale_text(text: str) -> str:
    """The same without its marks, for places that take plain text alone: paragraphs are parted by an empty line."""
    html = _MARKDOWN.render(text).replace("</p>", "</p>\n")
    return unescape(nh3.clean(html.replace("<br>", "\n"), tags=set())).strip()
