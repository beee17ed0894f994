"""Bytes as fetched or uploaded -> the article in them: a pure core, no Django, no network, no database.

`parse()` and `parse_text()` do the work in this process; `parse_in_child()` does the same in a child process with
limits of time and memory, which is what a web page of unknown origin deserves. The HTML libraries are heavy, so
they are imported when first used: `normalise_text` and `url_key` stay cheap for a web process.
"""

from .feedtypes import FeedLink, ListedEntry, ParsedFeed
from .guarded import ChildLimits, parse_in_child, read_feed_in_child
from .pipeline import parse, parse_text
from .text import normalise_text
from .types import PARSER_VERSION, ParsedArticle, ParsingError
from .urls import url_key

__all__ = [
    "PARSER_VERSION",
    "ChildLimits",
    "FeedLink",
    "ListedEntry",
    "ParsedArticle",
    "ParsedFeed",
    "ParsingError",
    "normalise_text",
    "parse",
    "parse_in_child",
    "parse_text",
    "read_feed_in_child",
    "url_key",
]
