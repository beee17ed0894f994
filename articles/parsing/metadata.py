"""What a page says about its article, each field with where it was found."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from .dates import day_of, is_plausible, month_number, read_date
from .jsonld import article_node, first_string, names
from .text import normalise_line
from .urls import public_link

# In the order they are believed.
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date", "pubdate", "publishdate",
    "publish-date", "publish_date", "publication_date", "date", "cxenseparse:recs:publishtime", "bt:pubdate",
)  # fmt: skip
_MODIFIED_META = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod")
_SECTION_META = ("article:section", "parsely-section", "sailthru.section", "cxenseparse:section", "section")
_MAX_FIELD_CHARACTERS = 1_000
_MAX_HEADINGS = 20
# Share of words in common from which a heading is the headline by another wording.
_SAME_HEADLINE = 0.5
_BEFORE_NAME = re.compile(r"^(?:by|von|par|por|written by)\b[:\s]+", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"[,\s]+(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|June|July|August|"
    r"(?:Septem|Octo|Novem|Decem)ber)\b.*$"
)
_HOME = re.compile(r"/?(?:index\.\w+)?|https?://[^/]+/?")
_SITE_IN_TITLE = (
    re.compile(r"(?P<title>.+?)\s+[-–—|•·:»]\s+(?P<site>[^|]+?)", re.DOTALL),
    re.compile(r"(?P<title>.+)\s+[-–—|•·:»]\s+(?P<site>[^|]+?)", re.DOTALL),
    re.compile(r"(?P<site>[^|]+?)\s*[-–—|•·:»]\s+(?P<title>.+)", re.DOTALL),
)


@dataclass
class PageMetadata:
    """The fields of ParsedArticle that do not come from its text."""

    title: str = ""
    byline: str = ""
    site_name: str = ""
    published_at: datetime | None = None
    published_on: date | None = None
    modified_at: datetime | None = None
    canonical_url: str = ""
    declared_language: str = ""
    section: str = ""
    paywalled: bool = False
    announced_words: int = 0
    provenance: dict[str, str] = field(default_factory=dict)


def read_metadata(tree: HtmlElement, url: str) -> PageMetadata:
    """Everything `tree` says about its article. `url` is where it was fetched, or ""."""
    meta = _meta_values(tree)
    node = article_node(tree, [meta.get("og:title", ""), _line(tree.findtext(".//title") or "")])
    found = PageMetadata(declared_language=_line(tree.get("lang", "")))
    _read_access(found, node, meta)
    generic = extract_metadata(tree, default_url=url or None, date_config={"extensive_search": False})

    found.byline = found_in(
        found,
        "byline",
        [("json-ld", ", ".join(dict.fromkeys(map(_name, names(node.get("author")))))),
         ("trafilatura", ", ".join(filter(_is_name, map(_name, (generic.author or "").split("; ")))))],
    )  # fmt: skip
    found.site_name = found_in(
        found,
        "site_name",
        [("meta", meta.get("og:site_name", "")),
         ("json-ld", first_string(names(node.get("publisher")))),
         ("trafilatura", generic.sitename or "")],
    )  # fmt: skip
    found.title = found_in(found, "title", _titles(tree, meta, node, found.site_name))
    found.section = found_in(
        found,
        "section",
        [("json-ld", first_string(node.get("articleSection"))),
         *(("meta", meta.get(name, "")) for name in _SECTION_META),
         ("microdata", _microdata(tree, "articleSection"))],
    )  # fmt: skip
    links = tree.xpath("//link[translate(@rel, 'CANOIL', 'canoil')='canonical']/@href")
    found.canonical_url = found_in(
        found,
        "canonical_url",
        [
            ("link", public_link(links[0], url) if links else ""),
            ("meta", public_link(meta.get("og:url", ""), url)),
        ],
    )
    _read_dates(found, tree, url, node, meta)
    return found


def _read_access(found: PageMetadata, node: dict[str, object], meta: dict[str, str]) -> None:
    """Whether the article must be paid for, and how long it is, by what the page says."""
    parts = node.get("hasPart")
    nodes = [node, *(parts if isinstance(parts, list) else [parts])]
    if any(_is_no(part.get("isAccessibleForFree")) for part in nodes if isinstance(part, dict)):
        found.paywalled, found.provenance["paywalled"] = True, "json-ld"
    elif meta.get("article:content_tier", "").lower() == "locked":
        found.paywalled, found.provenance["paywalled"] = True, "meta"
    announced = str(node.get("wordCount", ""))
    found.announced_words = (
        int(announced) if announced.isascii() and announced.isdecimal() and len(announced) < 7 else 0
    )


def _is_no(value: object) -> bool:
    return str(value).lower().rpartition("/")[2] in ("false", "no", "0")


def _microdata(tree: HtmlElement, name: str) -> str:
    """The first element of the page that says it is `name`."""
    for element in tree.xpath(f"//*[@itemprop='{name}']")[:1]:
        return str(element.get("content") or " ".join(element.itertext()))
    return ""


def found_in(found: PageMetadata, name: str, candidates: Iterable[tuple[str, str]]) -> str:
    """The first candidate that says something; where it came from is written down."""
    for origin, value in candidates:
        if value := _line(value):
            found.provenance[name] = origin
            return value
    return ""


def _line(value: str) -> str:
    return normalise_line(value[: 4 * _MAX_FIELD_CHARACTERS])[:_MAX_FIELD_CHARACTERS].strip()


def _name(value: str) -> str:
    """A byline's name: no "By" before it, no date behind it."""
    return _AFTER_NAME.sub("", _BEFORE_NAME.sub("", _line(value)))


def _is_name(value: str) -> bool:
    """Whether it can be a person's: what stands in a byline beside the names are months and the like."""
    return bool(value) and month_number(value) is None or " " in value


def _meta_values(tree: HtmlElement) -> dict[str, str]:
    """Content of the page's meta elements by lower-case name; the first of a name counts."""
    values: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = element.get("content") or ""
        if name and content.strip():
            values.setdefault(name.strip().lower(), _line(content))
    return values


def _titles(
    tree: HtmlElement, meta: dict[str, str], node: dict[str, object], site: str
) -> list[tuple[str, str]]:
    """Where the headline may be, best first: the h1 that shares words with what the page calls itself.

    Not an h1 that is the site's name or its link home.
    """
    declared = [
        ("og:title", _without_site(meta.get("og:title", ""), site)),
        ("json-ld", first_string(node.get("headline"))),
        ("meta", _without_site(meta.get("twitter:title", ""), site)),
        ("title", _without_site(_line(tree.findtext(".//title") or ""), site)),
    ]
    called = [_words(value) for _, value in declared if value]
    headings = [
        heading_text
        for heading in list(tree.iter("h1"))[:_MAX_HEADINGS]
        if (heading_text := _line(" ".join(heading.itertext())))
        and not _words(heading_text) <= _words(site)
        and not any(_HOME.fullmatch(link) for link in heading.xpath(".//a/@href | ancestor::a/@href"))
    ]
    best = max(headings, key=lambda heading: _overlap(_words(heading), called), default="")
    if best and (_overlap(_words(best), called) >= _SAME_HEADLINE or not called):
        return [("h1", best), *declared]
    return [*declared, ("h1", best)]


def _without_site(title: str, site: str) -> str:
    """`title` without " | The Site" at its end or "The Site: " at its start."""
    for pattern in _SITE_IN_TITLE:
        match = pattern.fullmatch(title)
        if match and site and _words(match["site"]) and _words(match["site"]) <= _words(site):
            return _without_department(match["title"])
    return title


def _without_department(title: str) -> str:
    """`title` without the part of the site that stands behind it: "Port reopens on Thursday | News"."""
    headline, bar, department = title.rpartition(" | ")
    is_one = bar and len(department.split()) <= 2 and len(headline.split()) > 3
    return headline if is_one else title


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def _overlap(words: frozenset[str], others: list[frozenset[str]]) -> float:
    """The greatest share that `words` has in common with one of `others`, of the smaller of the two."""
    if not words:
        return 0.0
    return max((len(words & other) / min(len(words), len(other)) for other in others if other), default=0.0)


def _read_dates(
    found: PageMetadata, tree: HtmlElement, url: str, node: dict[str, object], meta: dict[str, str]
) -> None:
    published = _candidates(tree, node, meta, "datePublished", _PUBLISHED_META)
    read = [(origin, when) for origin, value in published if (when := read_date(value)) is not None]
    instants = _instants(read)
    if read:
        origin, when = (instants or read)[0]
        found.published_on, found.provenance["published_on"] = day_of(when), origin
    else:
        guess = find_date(tree, url=url or None, original_date=True)
        # The first of January is what it makes of a mere year.
        if guess and not guess.endswith("-01-01") and is_plausible(date.fromisoformat(guess)):
            found.published_on, found.provenance["published_on"] = date.fromisoformat(guess), "htmldate"
    if not instants:
        # A page shows many times; one that agrees with the day it was published on is its own.
        shown = [
            ("time", when) for value in tree.xpath("//time/@datetime")[:20] if (when := read_date(value))
        ]
        instants = [(origin, when) for origin, when in _instants(shown) if when.date() == found.published_on]
    if instants:
        found.provenance["published_at"], found.published_at = instants[0]
    for origin, value in _candidates(tree, node, meta, "dateModified", _MODIFIED_META):
        if isinstance(when := read_date(value), datetime):
            found.modified_at, found.provenance["modified_at"] = when, origin
            break


def _instants(dates: Iterable[tuple[str, datetime | date]]) -> list[tuple[str, datetime]]:
    return [(origin, when) for origin, when in dates if isinstance(when, datetime)]


def _candidates(
    tree: HtmlElement, node: dict[str, object], meta: dict[str, str], name: str, meta_names: tuple[str, ...]
) -> list[tuple[str, str]]:
    """Where a page may say when it was published (or modified), best first."""
    marked = tree.xpath(f"//*[@itemprop='{name}']")[:5]
    return [
        ("json-ld", first_string(node.get(name))),
        *(("meta", meta[key]) for key in meta_names if key in meta),
        *(("microdata", element.get("content") or element.get("datetime") or "") for element in marked),
    ]
