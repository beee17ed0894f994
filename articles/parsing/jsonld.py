"""What a page says of itself in JSON-LD."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:Article|Posting|Report|ClaimReview|^Review)$")
_MAX_SCRIPTS = 40
_MAX_NODES = 2_000


def article_node(tree: HtmlElement) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article: {} where there is none.

    Where several are given (related stories have their own), the first with both a headline and a date.
    """
    nodes = [node for node in _nodes(tree) if _is_article(node)]
    complete = [node for node in nodes if node.get("headline") and node.get("datePublished")]
    return (complete or nodes or [{}])[0]


def names(value: Any) -> list[str]:
    """The names in an author or publisher: a string, an object with a name, or a list of either."""
    if isinstance(value, str):
        return [] if value.startswith(("http:", "https:")) else [unescape(value)]
    if isinstance(value, list):
        return [name for item in value[:20] for name in names(item)]
    if isinstance(value, dict):
        return names(value.get("name"))
    return []


def first_string(value: Any) -> str:
    """`value`, or the first of it where it is a list; "" if that is no string."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return unescape(value) if isinstance(value, str) else ""


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    return any(
        isinstance(name, str) and _ARTICLE.search(name)
        for name in (types if isinstance(types, list) else [types])
    )


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:_MAX_SCRIPTS]:
        # Real pages wrap it in comments and break lines within strings.
        source = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", script.text or "")
        try:
            waiting.append(json.loads(source, strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        value = waiting.pop(0)
        if isinstance(value, list):
            waiting = value[:_MAX_NODES] + waiting
        elif isinstance(value, dict):
            yield value
            waiting = [
                value[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in value
            ] + waiting
