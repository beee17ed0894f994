"""What reading a feed answers with, and its way through JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .types import ParsingError

# Decompressed size of a feed or sitemap. A sitemap may have 50,000 addresses, far more than a page's size.
MAX_FEED_BYTES = 20_000_000
MOST_SITEMAP_ENTRIES = 50_000  # by their specification
LONGEST_FEED_URL = 2048

FeedKind = Literal["rss", "atom", "sitemap", "sitemap_index", "page"]


@dataclass(frozen=True)
class ListedEntry:
    """One entry of a feed or sitemap; strings are "" and instants None where it does not say.

    `url` is absolute, and nobody has judged it yet: it may be of any scheme and lead anywhere. `guid` is what the
    feed knows the entry by. `title` and `summary` are plain text, without markup. `updated_at` is the latest change
    it tells of, its publication included.
    """

    url: str
    guid: str = ""
    title: str = ""
    summary: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class FeedLink:
    """A sitemap that an index names, or a feed that a page offers."""

    url: str
    title: str = ""
    updated_at: datetime | None = None


@dataclass(frozen=True)
class ParsedFeed:
    """What an address of a feed holds: entries in their order, or `links` to where entries are.

    A `sitemap_index` and a `page` have links and no entries. `total` counts the entries of the document, those
    beyond the limit included. `damaged`: it is not well-formed, and what could be read is here.
    """

    kind: FeedKind
    title: str = ""
    site_url: str = ""
    entries: tuple[ListedEntry, ...] = ()
    links: tuple[FeedLink, ...] = ()
    total: int = 0
    damaged: bool = False


def check_feed_size(count: int) -> None:
    """Raise ParsingError `too_large` for more than MAX_FEED_BYTES bytes."""
    if count > MAX_FEED_BYTES:
        raise ParsingError(
            "too_large",
            f"This feed is larger than {MAX_FEED_BYTES // 1_000_000} MB: look for one of a section of the site.",
        )


def feed_as_plain(feed: ParsedFeed) -> dict[str, Any]:
    """`feed` in JSON's types; instants as ISO 8601."""
    # Not asdict: it copies each of 50,000 entries value by value.
    rows = {
        name: [_without_instants(vars(row)) for row in getattr(feed, name)] for name in ("entries", "links")
    }
    return {**vars(feed), **rows}


def feed_from_plain(plain: Mapping[str, Any]) -> ParsedFeed:
    """The reverse. Raises TypeError, KeyError or ValueError for anything that is no feed."""
    fields = dict(plain)
    fields["entries"] = tuple(ListedEntry(**_with_instants(row)) for row in plain["entries"])
    fields["links"] = tuple(FeedLink(**_with_instants(row)) for row in plain["links"])
    return ParsedFeed(**fields)


def _without_instants(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def _with_instants(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in ("published_at", "updated_at") and value else value
        for name, value in row.items()
    }
