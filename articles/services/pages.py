"""One page of the web: fetched, kept as it came, read as an article."""

from articles.fetching import Fetched
from articles.models import Snapshot
from articles.parsing import ParsedArticle, parse_in_child
from articles.parsing.urls import url_key
from articles.services.snapshots import keep_snapshot
from articles.services.visits import PATIENCE_SECONDS, fetch_politely


def fetch_page(
    url: str, *, etag: str = "", last_modified: str = "", line: str = "", patience: float = PATIENCE_SECONDS
) -> tuple[Fetched, Snapshot | None]:
    """What `url` answers, and its bytes as kept: None where it is `not_modified` since the answer that had `etag` or
    `last_modified`. `line` and `patience`: see `fetch_politely`. Raises FetchError."""
    fetched = fetch_politely(url, line=line, patience=patience, etag=etag, last_modified=last_modified)
    if fetched.not_modified:
        return fetched, None
    snapshot = keep_snapshot(
        content=fetched.content,
        media_type=fetched.media_type,
        charset=fetched.charset,
        url=fetched.final_url,
        headers=fetched.headers,
        redirects=fetched.redirects,
        status=fetched.status,
    )
    return fetched, snapshot


def parse_page(fetched: Fetched) -> tuple[ParsedArticle, str]:
    """The article of a fetched page, and the address it is known by. Raises ParsingError."""
    content_type = (
        f"{fetched.media_type}; charset={fetched.charset}" if fetched.charset else fetched.media_type
    )
    parsed = parse_in_child(
        fetched.content,
        url=fetched.final_url,
        content_type=content_type,
        kind="text" if fetched.media_type == "text/plain" else "html",
    )
    return parsed, canonical_url(parsed, fetched.final_url)


def canonical_url(parsed: ParsedArticle, fetched_url: str) -> str:
    """The page's own canonical address, unless it points to another host: then it says nothing about this page."""
    canonical_host = url_key(parsed.canonical_url).split("/")[2:3]
    fetched_host = url_key(fetched_url).split("/")[2:3]
    same = [host.removeprefix("www.") for host in canonical_host] == [
        host.removeprefix("www.") for host in fetched_host
    ]
    return parsed.canonical_url if canonical_host and same else fetched_url
