"""ClaimReview as others publish it, read row by row: a broken one costs none of its neighbours.

Taken are a page with JSON-LD, one ClaimReview, a list or @graph of them, a schema.org DataFeed (as Data Commons' dump is),
JSON lines, and answers of Google's claims:search. Every text is untrusted: cut, unescaped and without what no database
keeps; addresses are only ever shown as links.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import orjson

# A bomb is many small things or deep nesting; orjson sees to the depth. A ClaimReview has some forty of these.
MOST_PARTS = 3_000_000
MOST_TEXT = 2_000  # characters of a claim
_SHORT = 300  # of names and ratings
_SCRIPT, _SCRIPT_END = re.compile(rb"<script\b", re.IGNORECASE), re.compile(rb"</script", re.IGNORECASE)
_LONGEST_TAG = 1_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_SCRIPTS = 1_000


class Unreadable(Exception):
    """The whole is nothing to be read. `code` is stable, `message` a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass(frozen=True, slots=True)
class Reading:
    """One ClaimReview. `rating` is in its desk's own words; `score` is where the rating stands on 1 to 5, only where
    the desk gives both ends of its scale."""

    text: str
    url: str
    publisher: str
    site: str
    rating: str
    rating_value: float | None = None
    best: float | None = None
    worst: float | None = None
    claimant: str = ""
    claimant_kind: str = "person"
    claimed_on: date | None = None
    reviewed_on: date | None = None
    title: str = ""
    language: str = ""
    appearances: list[str] = field(default_factory=list)

    @property
    def score(self) -> float | None:
        value, best, worst = self.rating_value, self.best, self.worst
        if value is None or best is None or worst is None or not worst <= value <= best or worst == best:
            return None
        return round(1 + 4 * (value - worst) / (best - worst), 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of what was given, by its place from 1: what was read, or why it was not."""

    place: int
    reading: Reading | None = None
    code: str = ""
    message: str = ""


class _Wrong(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def read_claim_reviews(content: bytes) -> list[Entry]:
    """Every row of `content`. Raises Unreadable: `malformed_json`, `too_complex`, `no_claim_reviews`."""
    content = content.removeprefix(b"\xef\xbb\xbf").strip()
    if sum(map(content.count, (b"{", b"[", b","))) > MOST_PARTS:
        raise Unreadable("too_complex", "This has more parts than any list of fact-checks: split it up.")
    entries = []
    for place, node in enumerate(_nodes(content), 1):
        try:
            entries.append(Entry(place, _read(node)))
        except _Wrong as wrong:
            entries.append(Entry(place, None, wrong.code, wrong.message))
    if not entries:
        raise Unreadable(
            "no_claim_reviews",
            "There is no ClaimReview in this: give a page, a feed or a file that has some.",
        )
    return entries


# ---- Finding the rows ------------------------------------------------------------------------------


def _nodes(content: bytes) -> Iterator[Any]:
    if content.startswith(b"<"):
        for source in _scripts(content):
            try:
                yield from _within(orjson.loads(source), strict=False)
            except orjson.JSONDecodeError:
                yield _Wrong("malformed_json", "The page's JSON-LD is not JSON.")
        return
    try:
        whole = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        lines = [line for line in content.splitlines() if line.strip()]
        if len(lines) < 2 or not any(_loads(line) for line in lines[:20]):
            raise Unreadable("malformed_json", f"This is no JSON that can be read: {error}.") from None
        for line in lines:
            yield _loads(line) or _Wrong("malformed_json", "This line is not JSON.")
        return
    yield from _within(whole, strict=True)


def _scripts(page: bytes) -> Iterator[bytes]:
    """What a page's scripts of JSON-LD hold."""
    at = 0
    for _ in range(_MOST_SCRIPTS):
        opened = _SCRIPT.search(page, at)
        if opened is None:
            return
        head_end = page.find(b">", opened.end(), opened.end() + _LONGEST_TAG)
        if head_end < 0:
            at = opened.end()
            continue
        closed = _SCRIPT_END.search(page, head_end)
        if closed is None:
            return
        if b"ld+json" in page[opened.end() : head_end].lower():
            yield page[head_end + 1 : closed.start()].decode("utf-8", "replace").strip().encode()
        at = closed.end()


def _loads(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _within(value: Any, *, strict: bool) -> Iterator[Any]:
    """The rows of a value, in order. Within a page, or a graph of many things, only what says that it is a ClaimReview is
    one; a list or a feed is of nothing else."""
    waiting = [(value, strict)]
    while waiting:
        one, of_nothing_else = waiting.pop()
        if isinstance(one, list):
            waiting += [(item, of_nothing_else) for item in reversed(one)]
        elif not isinstance(one, dict):
            if of_nothing_else:
                yield one
        elif "dataFeedElement" in one:
            waiting += [(item, True) for item in reversed(_list(one["dataFeedElement"]))]
        elif "item" in one and not _is_review(one):  # a DataFeedItem
            waiting += [(item, True) for item in reversed(_list(one["item"]))]
        elif "@graph" in one:
            waiting += [(item, False) for item in reversed(_list(one["@graph"]))]
        elif isinstance(one.get("claims"), list):
            yield from _google(one["claims"])
        elif _is_review(one) or of_nothing_else:
            yield one


def _google(claims: list[Any]) -> Iterator[Any]:
    """Rows of an answer of claims:search, as ClaimReview."""
    for claim in claims:
        reviews = claim.get("claimReview") if isinstance(claim, dict) else None
        for review in _list(reviews) or [None]:
            if not isinstance(review, dict):
                yield claim
                continue
            told = review.get("publisher")
            publisher = told if isinstance(told, dict) else {}
            yield {
                "@type": "ClaimReview",
                "claimReviewed": claim.get("text"),
                "url": review.get("url"),
                "headline": review.get("title"),
                "datePublished": review.get("reviewDate"),
                "inLanguage": review.get("languageCode"),
                "author": {"name": publisher.get("name"), "url": publisher.get("site")},
                "reviewRating": {"alternateName": review.get("textualRating")},
                "itemReviewed": {
                    "@type": "Claim",
                    "author": {"name": claim.get("claimant")},
                    "datePublished": claim.get("claimDate"),
                },
            }


def _is_review(node: dict[str, Any]) -> bool:
    return any(isinstance(name, str) and name.endswith("ClaimReview") for name in _list(node.get("@type")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


# ---- Reading one -----------------------------------------------------------------------------------


def _read(node: Any) -> Reading:
    if isinstance(node, _Wrong):
        raise node
    if not isinstance(node, dict) or not _is_review(node):
        raise _Wrong("not_a_claim_review", "This is not a ClaimReview: its @type does not say so.")
    text = _text(node.get("claimReviewed"))
    if not text:
        raise _Wrong("claim_missing", "It does not say which claim was checked (claimReviewed).")
    if len(text) > MOST_TEXT:
        raise _Wrong(
            "claim_too_long", f"Its claim has more than {MOST_TEXT:,} characters: that is a whole text."
        )
    url, host = _address(node.get("url"))
    if not url:
        raise _Wrong("url_missing", "It does not say where the check is to be read (url, a web address).")
    rating, value, best, worst = _rating(_first(node.get("reviewRating")))
    if not rating:
        raise _Wrong("rating_missing", "It does not say how the claim was rated (reviewRating).")
    desk = _first(node.get("author")) or _first(node.get("publisher"))
    _, site = _address(desk.get("url")) if isinstance(desk, dict) else ("", "")
    item = _first(node.get("itemReviewed"))
    item = item if isinstance(item, dict) else {}
    claimant, kind = _claimant(_first(item.get("author")))
    return Reading(
        text=text,
        url=url,
        publisher=_name(desk) or site or host,
        site=site or host,
        rating=rating,
        rating_value=value,
        best=best,
        worst=worst,
        claimant=claimant,
        claimant_kind=kind,
        claimed_on=_day(item.get("datePublished")),
        reviewed_on=_day(node.get("datePublished")),
        title=_text(node.get("headline") or node.get("name"))[:_SHORT],
        language=_text(node.get("inLanguage")).partition("-")[0].lower()[:10],
        appearances=_appearances(item),
    )


def _rating(rating: Any) -> tuple[str, float | None, float | None, float | None]:
    if not isinstance(rating, dict):
        return _text(rating)[:_SHORT], None, None, None
    value, best, worst = (_number(rating.get(name)) for name in ("ratingValue", "bestRating", "worstRating"))
    words = _text(rating.get("alternateName")) or _text(rating.get("name"))
    if not words and value is not None:
        words = f"{value:g} of {best:g}" if best is not None else f"{value:g}"
    return words[:_SHORT], value, best, worst


def _claimant(author: Any) -> tuple[str, str]:
    kinds = _list(author.get("@type")) if isinstance(author, dict) else []
    is_group = any(isinstance(kind, str) and kind.endswith("Organization") for kind in kinds)
    return _name(author), "organization" if is_group else "person"


def _appearances(item: dict[str, Any]) -> list[str]:
    found = []
    for one in [*_list(item.get("firstAppearance")), *_list(item.get("appearance"))][:20]:
        url, _ = _address(one.get("url") if isinstance(one, dict) else one)
        if url and url not in found:
            found.append(url)
    return found


def _name(value: Any) -> str:
    return _text(value.get("name") if isinstance(value, dict) else value)[:_SHORT]


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value if not isinstance(value, list) else None


def _text(value: Any) -> str:
    """On one line, without marks of HTML's own and what no database keeps."""
    value = _first(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    kept = "".join(c for c in unescape(value[: MOST_TEXT * 3]) if c.isprintable() or c.isspace())
    return " ".join(kept.encode("utf-8", "ignore").decode().split())


def _number(value: Any) -> float | None:
    try:
        number = (
            float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
        )
    except (ValueError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) and abs(number) < 1e6 else None


def _address(value: Any) -> tuple[str, str]:
    """A web address and its host without www.; ("", "") for anything else."""
    text = _text(value)
    if "://" not in text and re.fullmatch(
        r"[\w.-]+\.\w{2,}", text
    ):  # a bare host, as Google gives a publisher's site
        text = f"https://{text}"
    if len(text) > 2_000 or " " in text:
        return "", ""
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return "", ""
    is_web = parts.scheme in ("http", "https") and "." in host and "@" not in parts.netloc
    return (text, host[:253]) if is_web else ("", "")


def _day(value: Any) -> date | None:
    found = _DAY.match(_text(value))
    try:
        return date.fromisoformat(found[0]) if found and found[0] > "1900" else None
    except ValueError:
        return None
