"""Bytes of a feed's address -> its entries: RSS, Atom, sitemaps, their indexes; of a page, the feeds it offers.

RSS and Atom are feedparser's, which is given text and asks no network; sitemaps need two dozen lines of lxml. A
document that declares entities is refused before either sees it: feeds need none, attacks do.
"""

import calendar
import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

from .dates import is_plausible, read_date
from .encoding import decode
from .feedtypes import (
    LONGEST_FEED_URL,
    MAX_FEED_BYTES,
    MOST_SITEMAP_ENTRIES,
    FeedLink,
    ListedEntry,
    ParsedFeed,
    check_feed_size,
)
from .text import normalise_line
from .types import ParsingError

MOST_FEED_ENTRIES = 5_000  # feedparser takes half a millisecond for each
MOST_LINKS = 10_000
_MOST_OFFERS = 30
_MOST_GZIP_MEMBERS = 64
_LONGEST_TITLE = 300
_LONGEST_SUMMARY = 300
_SUMMARIES = 50  # of the first entries: they are for looking at

_GZIP = b"\x1f\x8b"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BEFORE_ROOT = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[(?P<declarations>.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTRY_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_BLOCK_EDGE = re.compile(r"(?=<(?:br|/?(?:p|div|li|ul|ol|h[1-6]|tr|td|blockquote))\b)", re.IGNORECASE)
_PLAIN_LINK = re.compile("[!-~]+")
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_FEED_TYPES = {
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/rdf+xml": "rss",
    "application/xml": "",
    "text/xml": "",
}


def read_feed(data: bytes, *, url: str = "", content_type: str = "") -> ParsedFeed:
    """What is listed in `data`, fetched from `url` with the header `content_type`; links are resolved against `url`.

    gzip, as of sitemap.xml.gz, is unpacked. Raises ParsingError: empty, not_text, too_large, entities_refused (a
    document that declares entities), not_a_feed. Takes as long as the document makes it: use `read_feed_in_child`.
    """
    data = _unpacked(data)
    if not data.strip():
        raise ParsingError("empty", "There is nothing at this address: check that it is a feed's.")
    characters, _ = decode(data, content_type)
    characters = _NOT_XML.sub("", characters)
    root = _root_of(characters)
    if root in ("urlset", "sitemapindex"):
        return _read_sitemap(characters, url)
    if root in _FEED_ROOTS or (
        root != "html" and re.search(r"<(?:rss|feed|rdf:rdf)\b", characters[:2000], re.IGNORECASE)
    ):
        return _read_with_feedparser(characters, url)
    if _PAGE.search(characters[:20_000]):
        return _read_page(characters, url)
    raise ParsingError(
        "not_a_feed",
        "This is no RSS or Atom feed, no sitemap and no page: check the address, or give the site's own.",
    )


def _unpacked(data: bytes) -> bytes:
    check_feed_size(len(data))
    if not data.startswith(_GZIP):
        return data
    unpacked = bytearray()
    for _ in range(_MOST_GZIP_MEMBERS):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            unpacked += member.decompress(data, MAX_FEED_BYTES + 1 - len(unpacked))
        except zlib.error:
            raise _damaged_file() from None
        check_feed_size(len(unpacked))
        if not member.eof:
            raise _damaged_file()
        data = member.unused_data
        if not data.startswith(_GZIP):
            return bytes(unpacked)
    raise _damaged_file()


def _damaged_file() -> ParsingError:
    return ParsingError("not_text", "This compressed file is damaged or built oddly: check the address.")


def _root_of(characters: str) -> str:
    """The root element's local name in lower case, "" where none is found. Raises ParsingError `entities_refused`."""
    at = _end_of(_BEFORE_ROOT, characters, 0)
    doctype = _DOCTYPE.match(characters, at)
    if doctype is not None:
        if "<!entity" in (doctype["declarations"] or "").lower():
            raise ParsingError(
                "entities_refused",
                "This document declares entities of its own, which feeds do not need and attacks use: it is not read.",
            )
        at = _end_of(_BEFORE_ROOT, characters, doctype.end())
    root = _ROOT.match(characters, at)
    return root[1].lower() if root else ""


def _end_of(pattern: re.Pattern[str], characters: str, at: int) -> int:
    match = pattern.match(characters, at)
    return match.end() if match else at


# ---- RSS and Atom ------------------------------------------------------------------------------------


def _read_with_feedparser(characters: str, url: str) -> ParsedFeed:
    import feedparser  # type: ignore[import-untyped]  # no type hints of its own

    characters, total = _cut(characters)
    # A stream, never a string: that one it would open as an address or a file. The encoding is settled already. No
    # markup leaves this module (`_plain`), so that nothing is to be sanitised, which would take most of the time.
    found = feedparser.parse(
        io.BytesIO(characters.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version") and not found["entries"]:
        raise ParsingError("not_a_feed", "This is no feed that can be read: check the address.")
    about = found["feed"]
    entries = tuple(
        _entry(entry, url, with_summary=place < _SUMMARIES)
        for place, entry in enumerate(found["entries"][:MOST_FEED_ENTRIES])
    )
    return ParsedFeed(
        kind="atom" if str(found.get("version") or "").startswith("atom") else "rss",
        title=_plain(_said(about, "title"))[:_LONGEST_TITLE],
        site_url=_absolute(_said(about, "link"), url),
        entries=entries,
        total=max(total, len(entries)),
        damaged=bool(found.get("bozo")),
    )


def _cut(characters: str) -> tuple[str, int]:
    """The document without the entries beyond the limit, and how many it has. Feeds begin with the newest."""
    kept_end, last_end, total = 0, 0, 0
    for match in _ENTRY_END.finditer(characters):
        total, last_end = total + 1, match.end()
        if total == MOST_FEED_ENTRIES:
            kept_end = last_end
    if total <= MOST_FEED_ENTRIES:
        return characters, total
    return characters[:kept_end] + characters[last_end:], total


def _entry(entry: dict[str, Any], base: str, *, with_summary: bool) -> ListedEntry:
    published = _instant(entry, "published") or _instant(entry, "created")
    updated = _instant(entry, "updated")
    # Some services put their own counting address into the link; the site's own stands beside it.
    link = _said(entry, "feedburner_origlink") or _said(entry, "link")
    return ListedEntry(
        url=_absolute(link, base),
        guid=normalise_line(str(_said(entry, "id") or ""))[:LONGEST_FEED_URL],
        title=_plain(_said(entry, "title"))[:_LONGEST_TITLE],
        summary=_plain(_said(entry, "summary"))[:_LONGEST_SUMMARY] if with_summary else "",
        published_at=published,
        updated_at=max(filter(None, (published, updated)), default=None),
    )


def _instant(entry: dict[str, Any], name: str) -> datetime | None:
    """As written, where it is a date as it should be; else as feedparser understands it, which knows many more forms."""
    written = _said(entry, name)
    if isinstance(written, str) and (when := _as_instant(written)):
        return when
    parsed = _said(entry, f"{name}_parsed")
    try:
        when = datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return when if when and is_plausible(when.date()) else None


def _said(found: dict[str, Any], name: str) -> Any:
    """What stands there under this name itself: feedparser's own `get` answers "published" when asked for "updated"."""
    return dict.get(found, name)


def _as_instant(written: str) -> datetime | None:
    """In UTC; a day stands for its first moment."""
    found = read_date(written)
    if found is None:
        return None
    if not isinstance(found, datetime):
        found = datetime.combine(found, time(), UTC)
    return found.astimezone(UTC)


# ---- Sitemaps ----------------------------------------------------------------------------------------


def _read_sitemap(characters: str, url: str) -> ParsedFeed:
    root, damaged = _tree(characters)
    rows = [_sitemap_row(element, url) for element in root if _name(element) in ("url", "sitemap")]
    rows = [row for row in rows if row.url]
    if _name(root) == "sitemapindex":
        links = tuple(FeedLink(row.url, updated_at=row.updated_at) for row in rows[:MOST_LINKS])
        return ParsedFeed(kind="sitemap_index", links=links, damaged=damaged)
    return ParsedFeed(
        kind="sitemap", entries=tuple(rows[:MOST_SITEMAP_ENTRIES]), total=len(rows), damaged=damaged
    )


def _tree(characters: str) -> tuple[etree._Element, bool]:
    """The root element, as much of it as can be read, and whether that is less than all."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_XML_DECLARATION.sub("", characters).encode(), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise ParsingError("not_a_feed", "This sitemap is damaged and cannot be read: check the address.")
    return root, bool(parser.error_log)


def _sitemap_row(element: etree._Element, base: str) -> ListedEntry:
    """One <url> or <sitemap>; a news sitemap's own date and title count before the rest."""
    said: dict[str, str] = {}
    for part in _parts(element):
        said.setdefault(_name(part), " ".join((part.text or "").split()))
    published = _as_instant(said.get("publication_date", ""))
    changed = _as_instant(said.get("lastmod", ""))
    return ListedEntry(
        url=_absolute(said.get("loc", ""), base),
        title=normalise_line(said["title"])[:_LONGEST_TITLE] if "title" in said else "",
        published_at=published,
        updated_at=max(filter(None, (published, changed)), default=None),
    )


def _parts(element: etree._Element) -> Iterator[etree._Element]:
    """What stands in a row: its own fields, then those of <news:news>; pictures and videos have titles of their own."""
    yield from element
    for part in element:
        if _name(part) == "news":
            yield from part


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


# ---- Pages -------------------------------------------------------------------------------------------


def _read_page(characters: str, url: str) -> ParsedFeed:
    """The feeds that a page offers by <link rel=alternate>."""
    from .body import load_page

    tree = load_page(characters)
    if tree is None:
        return ParsedFeed(kind="page")
    base = next(iter(tree.xpath("//base/@href")), "")
    base = _absolute(base, url) or url
    links: dict[str, FeedLink] = {}
    for link in tree.xpath("//link[@href and @rel and @type]"):
        media_type = link.get("type", "").split(";")[0].strip().lower()
        if "alternate" in link.get("rel", "").lower().split() and media_type in _FEED_TYPES:
            address = _absolute(link.get("href"), base)
            if address.startswith(("http://", "https://")):
                title = normalise_line(link.get("title", ""))[:_LONGEST_TITLE]
                links.setdefault(address, FeedLink(address, title))
    title = normalise_line(" ".join(tree.xpath("//head/title//text()")))[:_LONGEST_TITLE]
    return ParsedFeed(kind="page", title=title, site_url=url, links=tuple(links.values())[:_MOST_OFFERS])


def _absolute(link: Any, base: str) -> str:
    """`link` resolved against `base`; "" for what is none. One that is too long keeps what shows that it is."""
    if not isinstance(link, str) or not link.strip():
        return ""
    address: str = link if _PLAIN_LINK.fullmatch(link) else normalise_line(link)
    try:
        return urljoin(base, address)[: LONGEST_FEED_URL + 1]
    except ValueError:
        return address[: LONGEST_FEED_URL + 1]


def _plain(markup: Any) -> str:
    """What a reader would see of a piece of HTML, on one line."""
    if not isinstance(markup, str):
        return ""
    if "<" in markup or "&" in markup:
        try:
            tree = lxml_html.fromstring(f"<div>{_BLOCK_EDGE.sub(' ', markup)}</div>")
            shown: Any = tree.xpath("//text()[not(ancestor::script or ancestor::style)]")
            markup = "".join(shown)
        except (etree.LxmlError, ValueError):
            markup = re.sub(r"<[^>]*>", " ", markup)
    return normalise_line(markup)
