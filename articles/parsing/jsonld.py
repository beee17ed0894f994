"""What a page says of itself in JSON-LD."""

import json
import re
from collections.abc import Collection, Iterator
from html import unescape
from typing import Any

from lxml.html import HtmlElement

_ARTICLE = re.compile(r"(?:Article|Posting|Report|ClaimReview|^Review)$")
_MAX_SCRIPTS = 40
_MAX_NODES = 2_000


def article_node(tree: HtmlElement, titles: Collection[str] = ()) -> dict[str, Any]:
    """The JSON-LD object that describes the page's article: {} where there is none.

    Where several are given (related stories have their own), one with both a headline and a date; of these the first
    whose headline shares most words with one of `titles`. An author or publisher told by reference is filled in.
    """
    every = list(_nodes(tree))
    nodes = [node for node in every if _is_article(node)]
    complete = [node for node in nodes if node.get("headline") and node.get("datePublished")]
    called = [_words(title) for title in titles]
    best = max(complete or nodes, key=lambda node: _likeness(node, called), default={})
    named = {str(node["@id"]): node for node in every if "@id" in node and "name" in node}
    return best | {key: _resolved(best[key], named) for key in ("author", "publisher") if key in best}


def _likeness(node: dict[str, Any], called: list[frozenset[str]]) -> float:
    headline = _words(first_string(node.get("headline")))
    return max((len(headline & title) / len(title | headline) for title in called if title), default=0.0)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


def _resolved(value: Any, named: dict[str, dict[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, named) for item in value[:20]]
    if isinstance(value, dict) and "name" not in value:
        return named.get(str(value.get("@id")), value)
    return value


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
    """`value`, or the first of it where it is a list; "" if that is neither string nor number."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
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
