"""Feeds, sitemaps and articles to poll: invented outlets, people and events."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
XML = "application/xml"
TEXT = (
    "The quay at Larn is shut until the storm has passed, harbour master Ivo Brandt said on Monday.\n\n"
    "The quay was built in 1931. It was last repaired eleven years ago."
)


def article(title: str, text: str = TEXT) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def item(
    link: str, title: str = "A story", when: datetime | None = None, guid: str = "", more: str = ""
) -> str:
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        + (f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "")
        + (f"<pubDate>{format_datetime(when)}</pubDate>" if when else "")
        + f"{more}</item>"
    )


def numbered(count: int, first: int = 1) -> list[str]:
    """Items 1, 2, ...; the later one is newer."""
    return [
        item(f"/s/{n}", f"Story {n}", NOON + timedelta(minutes=n), f"g{n}")
        for n in range(first, first + count)
    ][::-1]


def rss(*items: str, title: str = "Larn Courier") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://courier.example/</link>{''.join(items)}</channel></rss>"
    )


def atom(*entries: str, title: str = "Larn Courier") -> str:
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{title}</title>'
        f'<link rel="alternate" href="https://courier.example/"/>{"".join(entries)}</feed>'
    )


def atom_entry(link: str, updated: str, title: str = "A story", guid: str = "") -> str:
    return (
        f'<entry><title>{title}</title><link href="{link}"/><id>{guid or link}</id>'
        f"<updated>{updated}</updated></entry>"
    )


def sitemap(*urls: tuple[str, str] | str) -> str:
    rows = [(url, "") if isinstance(url, str) else url for url in urls]
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(
            f"<url><loc>{escape(url)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
            for url, changed in rows
        )
        + "</urlset>"
    )


def sitemap_index(urls: Sequence[tuple[str, str] | str]) -> str:
    rows = [(url, "") if isinstance(url, str) else url for url in urls]
    return (
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        + "".join(
            f"<sitemap><loc>{escape(url)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
            for url, changed in rows
        )
        + "</sitemapindex>"
    )
