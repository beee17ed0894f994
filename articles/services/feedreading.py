"""What is listed at a feed's address: fetched, read, the sitemaps of an index followed. Nothing is stored here."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from articles.fetching import Fetched, FetchError, Limits
from articles.parsing import FeedLink, ListedEntry, ParsedFeed, ParsingError, read_feed_in_child, url_key
from articles.parsing.feedtypes import MAX_FEED_BYTES, MOST_SITEMAP_ENTRIES
from articles.services.turns import WaitingForTurn
from articles.services.visits import fetch_politely

# What servers send feeds and sitemaps as; text/html besides, for a page that offers feeds and for servers that err.
FEED_TYPES = frozenset(
    """application/atom+xml application/gzip application/octet-stream application/rdf+xml application/rss+xml
    application/x-gzip application/xhtml+xml application/xml text/html text/plain text/xml""".split()  # noqa: SIM905 - a word list
)
FEED_LIMITS = Limits(total_seconds=20.0, wire_bytes=MAX_FEED_BYTES, body_bytes=MAX_FEED_BYTES)

MOST_SITEMAPS = 20  # of an index, in one poll
DEEPEST_INDEX = 2  # an index within an index is read, one within that is not
INDEX_SECONDS = 30.0  # for all of them: a poll ends well within a task's time limit
PATIENCE_SECONDS = 8.0  # while the site is busy with others of ours; then the poll waits for its turn
# A sitemap's lastmod is a day, and outlets' clocks differ: what changed shortly before the last poll is read again.
OVERLAP = timedelta(days=2)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """What a feed's address answered; `feed` is None where nothing changed. `notes`: what a person should know."""

    fetched: Fetched
    feed: ParsedFeed | None
    notes: tuple[str, ...] = ()

    @property
    def may_be_skipped(self) -> bool:
        """Whether the same answer next time means that there is nothing to read. An index without dates stays the same
        while what it names changes; of one that was not read wholly, the rest is tried again."""
        if self.feed is None or self.feed.kind != "sitemap_index":
            return True
        return not self.notes and all(link.updated_at for link in self.feed.links)

    @property
    def etag(self) -> str:
        return self.fetched.headers.get("etag", "")

    @property
    def last_modified(self) -> str:
        return self.fetched.headers.get("last-modified", "")

    @property
    def sha256(self) -> str:
        return _digest(self.fetched)


def read_feed_at(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    sha256: str = "",
    since: datetime | None = None,
    most_sitemaps: int = MOST_SITEMAPS,
) -> FeedAnswer:
    """The entries listed at `url`. Of an index, those of the sitemaps that changed after `since`, `most_sitemaps` of them.

    `etag`, `last_modified` and `sha256` are those of an earlier answer: where it is the same, `feed` is None.

    Raises FetchError (WaitingForTurn where the site is busy with others of ours), ParsingError.
    """
    fetched = fetch_feed(url, etag=etag, last_modified=last_modified)
    if fetched.not_modified or _digest(fetched) == sha256:
        return FeedAnswer(fetched, None)
    feed = parse_feed(fetched)
    notes: list[str] = []
    if feed.total > len(feed.entries):
        notes.append(f"Only the first {len(feed.entries):,} of its {feed.total:,} entries were read.")
    if feed.damaged:
        notes.append("It is not well-formed; what could be read of it was.")
    if feed.kind == "sitemap_index":
        entries, more = _follow(feed, fetched.final_url, since, most_sitemaps)
        feed = replace(feed, entries=tuple(entries), total=len(entries))
        notes.extend(more)
    return FeedAnswer(fetched, feed, tuple(notes))


def _digest(fetched: Fetched) -> str:
    return hashlib.sha256(fetched.content).hexdigest()


def fetch_feed(url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
    """What `url` answers, in the turn of its site. Raises FetchError, WaitingForTurn among them."""
    return fetch_politely(
        url,
        patience=PATIENCE_SECONDS,
        limits=FEED_LIMITS,
        accept=FEED_TYPES,
        etag=etag,
        last_modified=last_modified,
    )


def parse_feed(fetched: Fetched) -> ParsedFeed:
    """Raises ParsingError."""
    charset = f"; charset={fetched.charset}" if fetched.charset else ""
    return read_feed_in_child(
        fetched.content, url=fetched.final_url, content_type=f"{fetched.media_type}{charset}"
    )


def _follow(
    index: ParsedFeed, url: str, since: datetime | None, most: int
) -> tuple[list[ListedEntry], list[str]]:
    """The entries of an index's sitemaps, each read once however often it is named, and notes on what was left out."""
    entries: list[ListedEntry] = []
    failures: list[FetchError | ParsingError] = []
    seen = {url_key(url)}
    waiting = [(link, 1) for link in _changed(index.links, since)]
    read = left_out = 0
    deadline = time.monotonic() + INDEX_SECONDS
    while waiting:
        link, depth = waiting.pop(0)
        key = url_key(link.url)
        if key in seen:
            continue
        seen.add(key)
        if read >= most or len(entries) >= MOST_SITEMAP_ENTRIES or time.monotonic() > deadline:
            left_out += 1
            continue
        read += 1
        try:
            found = parse_feed(fetch_feed(link.url))
        except WaitingForTurn:
            read, left_out = read - 1, left_out + 1
            continue
        except (FetchError, ParsingError) as error:
            failures.append(error)
            continue
        entries.extend(found.entries)
        if found.kind == "sitemap_index" and depth < DEEPEST_INDEX:
            waiting.extend((inner, depth + 1) for inner in _changed(found.links, since))
        elif found.kind == "sitemap_index":
            left_out += len(found.links)
    if failures and len(failures) == read:
        raise failures[0]
    notes = (
        [f"{len(failures)} of its {read} sitemaps could not be read: {failures[0].message}"]
        if failures
        else []
    )
    if left_out or len(entries) > MOST_SITEMAP_ENTRIES:
        notes.append(
            f"{left_out:,} more of its sitemaps were left out: a poll reads {MOST_SITEMAPS}, the latest changed first. "
            "Add the sitemap of its news instead, if it has one."
            if most == MOST_SITEMAPS
            else f"{left_out:,} more of its sitemaps were not looked at now."
        )
    return entries[:MOST_SITEMAP_ENTRIES], notes


def _changed(links: Sequence[FeedLink], since: datetime | None) -> list[FeedLink]:
    """What may have changed after `since`, latest first; then, without dates, from both ends: some count up, some down."""
    dated = [link for link in links if link.updated_at]
    undated = [link for link in links if not link.updated_at]
    if since is not None:
        dated = [link for link in dated if link.updated_at and link.updated_at >= since - OVERLAP]
    dated.sort(key=lambda link: link.updated_at or LONG_AGO, reverse=True)
    half = MOST_SITEMAPS // 2
    return [*dated, *undated[:half], *undated[half:][::-1]]
