"""What is read of a feed, whatever it is made of: read_feed, in this process and in the child."""

import gzip
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from articles.parsing import ChildLimits, ParsingError, read_feed_in_child
from articles.parsing.feeds import MOST_FEED_ENTRIES, read_feed

from .pages import atom, atom_entry, item, rss, sitemap, sitemap_index

URL = "https://courier.example/news/feed.xml"
IMPATIENT = ChildLimits(cpu_seconds=4, wall_seconds=30)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def refused(data: bytes | str) -> str:
    with pytest.raises(ParsingError) as error:
        read_feed(data.encode() if isinstance(data, str) else data, url=URL)
    assert error.value.message.endswith("."), error.value.message
    return error.value.code


def test_rss_is_read_with_its_links_dates_and_names() -> None:
    more = "<description>&lt;p&gt;Storm.&lt;/p&gt;&lt;p&gt;Closed.&lt;/p&gt;</description>"
    feed = read_feed(rss(item("/quay?a=1&b=2", "Quay & pier shut", NOON, "q-1", more)).encode(), url=URL)
    assert (feed.kind, feed.title, feed.site_url) == ("rss", "Larn Courier", "https://courier.example/")
    [entry] = feed.entries
    assert entry.url == "https://courier.example/quay?a=1&b=2"
    assert (entry.title, entry.guid, entry.summary) == ("Quay & pier shut", "q-1", "Storm. Closed.")
    assert (entry.published_at, entry.updated_at) == (NOON, NOON)


def test_atom_tells_when_an_entry_changed() -> None:
    feed = read_feed(atom(atom_entry("../quay", "2026-03-02T14:30:00+02:30", guid="tag:q")).encode(), url=URL)
    [entry] = feed.entries
    assert (feed.kind, entry.url, entry.guid) == ("atom", "https://courier.example/quay", "tag:q")
    assert (entry.published_at, entry.updated_at) == (None, NOON)


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Mar 2026 12:00:00 GMT",
        "Mon, 02 Mar 2026 14:00:00 +0200",
        "Mon, 02 Mar 2026 07:00:00 EST",
        "2 Mar 2026 12:00 Z",
        "2026-03-02T12:00:00Z",
        "2026-03-02T21:00:00+09:00",
        "2026-03-02 12:00:00 UTC",
    ],
)
def test_one_instant_however_it_is_written(written: str) -> None:
    feed = read_feed(rss(item("/a", more=f"<pubDate>{written}</pubDate>")).encode(), url=URL)
    assert feed.entries[0].published_at == NOON


@pytest.mark.parametrize(
    "written", ["yesterday", "0001-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "9999", ""]
)
def test_what_is_no_date_is_none(written: str) -> None:
    feed = read_feed(rss(item("/a", more=f"<pubDate>{written}</pubDate>")).encode(), url=URL)
    assert feed.entries[0].published_at is None


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "utf-8"), ("windows-1251", "windows-1251"), ("utf-8", "windows-1251"), ("koi8-r", "utf-8"),
     ("utf-16", "utf-16"), ("iso-8859-1", "koi8-r")],
)  # fmt: skip
def test_letters_come_out_right_whatever_the_feed_says_of_them(declared: str, actual: str) -> None:
    title = "Порт Вельморы откроется в четверг после шторма, который повредил причал"
    text = rss(item("/a", title), title=title).replace('encoding="utf-8"', f'encoding="{declared}"')
    feed = read_feed(text.encode(actual), url=URL, content_type="text/xml")
    assert (feed.title, feed.entries[0].title) == (title, title)


@pytest.mark.parametrize(
    "broken",
    [
        rss(item("/a", "One"), item("/b", "Two")).replace("</channel></rss>", ""),
        rss(item("/a", "One"), item("/b", "Two")).replace("</title>", " & more</title>"),
        rss(item("/a", "One"), item("/b", "Two")).replace("One", "One\x00\x0b"),
        "\n\n" + rss(item("/a", "One"), item("/b", "Two")),
        "<!-- made by hand -->"
        + rss(item("/a", "One"), item("/b", "Two")).replace("</item>", "<x:y>1</x:y></item>"),
    ],
    ids=["cut off", "bare ampersand", "control characters", "blank lines first", "unknown prefix"],
)
def test_bad_xml_that_people_would_still_read_is_read(broken: str) -> None:
    feed = read_feed(broken.encode(), url=URL)
    assert [entry.url for entry in feed.entries] == ["https://courier.example/a", "https://courier.example/b"]
    assert [entry.title[:3] for entry in feed.entries] == ["One", "Two"]


def test_markup_never_leaves_the_reading() -> None:
    script = "&lt;script&gt;alert(1)&lt;/script&gt;"
    attack = f"{script}Dam &lt;img src=x onerror=alert(2)&gt;holds&lt;svg/onload=alert(3)&gt;"
    more = "<description><![CDATA[<b>Bold</b><script>alert(4)</script><a href='javascript:alert(5)'>go</a>]]></description>"
    text = rss("<item><title>" + attack + "</title><link>javascript:alert(6)</link>" + more + "</item>")
    feed = read_feed(text.replace("Larn Courier", attack).encode(), url=URL)
    [entry] = feed.entries
    assert (feed.title, entry.title, entry.summary) == ("Dam holds", "Dam holds", "Boldgo")
    assert entry.url.startswith("javascript:") or entry.url == ""  # judged by whoever would fetch it


# ---- Sitemaps --------------------------------------------------------------------------------------


def test_a_news_sitemap_gives_dates_and_titles() -> None:
    text = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><url><loc> /quay </loc>
      <image:image><image:loc>https://courier.example/a.png</image:loc><image:title>A wet quay</image:title></image:image>
      <news:news><news:publication><news:name>Larn Courier</news:name><news:language>en</news:language></news:publication>
      <news:publication_date>2026-03-02T12:00:00Z</news:publication_date><news:title>Quay shut &amp; wet</news:title></news:news></url></urlset>"""
    feed = read_feed(text.encode(), url=URL)
    [entry] = feed.entries
    assert (feed.kind, entry.url, entry.title) == (
        "sitemap",
        "https://courier.example/quay",
        "Quay shut & wet",
    )
    assert (entry.published_at, entry.updated_at) == (NOON, NOON)


def test_a_sitemap_without_a_namespace_or_compressed_is_one_too() -> None:
    text = sitemap(("https://courier.example/a", "2026-03-02"), "https://courier.example/b")
    bare = text.replace(' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"', "")
    for data in (text.encode(), bare.encode(), gzip.compress(text.encode())):
        feed = read_feed(data, url=URL)
        assert [entry.url[-2:] for entry in feed.entries] == ["/a", "/b"]
        assert feed.entries[0].updated_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_an_index_names_its_sitemaps() -> None:
    feed = read_feed(sitemap_index([("/one.xml", "2026-03-02T12:00:00Z"), "/two.xml"]).encode(), url=URL)
    assert (feed.kind, feed.entries) == ("sitemap_index", ())
    assert [(link.url, link.updated_at) for link in feed.links] == [
        ("https://courier.example/one.xml", NOON),
        ("https://courier.example/two.xml", None),
    ]


# ---- Pages -----------------------------------------------------------------------------------------


def test_a_page_offers_its_feeds() -> None:
    page = """<!doctype html><html><head><title>Larn Courier</title><base href="https://cdn.courier.example/x/">
      <link rel="alternate" type="application/rss+xml" title="All news" href="/rss">
      <link rel="ALTERNATE nofollow" type="application/atom+xml; charset=utf-8" href="sport.atom">
      <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
      <link rel="alternate" hreflang="fr" type="text/html" href="/fr">
      <link rel="stylesheet" type="text/css" href="/a.css"></head><body><p>News</p></body></html>"""
    feed = read_feed(page.encode(), url="https://courier.example/")
    assert (feed.kind, feed.title) == ("page", "Larn Courier")
    assert [(link.url, link.title) for link in feed.links] == [
        ("https://cdn.courier.example/rss", "All news"),
        ("https://cdn.courier.example/x/sport.atom", ""),
    ]


def test_what_is_no_feed_says_so() -> None:
    assert refused("") == "empty"
    assert refused("Just a line of words.") == "not_a_feed"
    assert refused('{"version": "https://jsonfeed.org/version/1"}') == "not_a_feed"
    assert refused(b"%PDF-1.7 \x00\x01") == "not_text"
    assert refused("<catalogue><book/></catalogue>") == "not_a_feed"


# ---- Attacks ---------------------------------------------------------------------------------------

BOMB = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 10))
PROLOGUES = {
    "file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    "web": '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://169.254.169.254/">]>',
    "parameter": '<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>',
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY b0 "ha">{BOMB}<!ENTITY x "&b9;">]>',
    "after a comment": '<!-- <rss> --><?x y?><!DOCTYPE rss [<!entity x "]>"><!ENTITY y SYSTEM "file:///etc/passwd">]>',
}


@pytest.mark.parametrize("prologue", PROLOGUES.values(), ids=PROLOGUES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "make",
    [lambda: rss(item("/a", "T")), lambda: sitemap("https://courier.example/a")],
    ids=["rss", "sitemap"],
)
def test_entities_are_refused(prologue: str, encoding: str, make) -> None:
    text = (
        make()
        .replace("?>", f"?>{prologue}", 1)
        .replace("<title>T", "<title>&x;")
        .replace("/a</loc>", "/&x;</loc>")
    )
    text = text.replace('encoding="utf-8"', f'encoding="{encoding}"')
    assert refused(text.encode(encoding)) == "entities_refused"


def test_a_doctype_without_entities_is_none_of_that() -> None:
    doctype = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss.dtd">'
    )
    feed = read_feed(rss(item("/a", "T")).replace("?>", f"?>{doctype}", 1).encode(), url=URL)
    assert feed.entries[0].title == "T"


def test_an_entity_that_slips_through_expands_to_nothing_of_ours() -> None:
    """Each parser is closed by itself as well, whatever the look at the prologue misses."""
    from articles.parsing.feeds import _read_sitemap, _read_with_feedparser

    text = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "boom">]>'
    with open("/etc/hostname") as file:
        secret = file.read().strip()
    for feed in (
        _read_sitemap(
            text
            + sitemap("https://courier.example/&x;")
            .replace('<?xml version="1.0"?>', "")
            .replace("&amp;", "&"),
            URL,
        ),
        _read_with_feedparser(text + rss(item("/a")).split("?>")[1].replace("A story", "&x;"), URL),
    ):
        assert secret not in repr(feed)


def test_bombs_are_refused_before_they_go_off() -> None:
    assert refused(gzip.compress(b"<urlset>" + b" " * 300_000_000)) == "too_large"
    assert refused(gzip.compress(gzip.compress(b"<urlset/>"))) == "not_text"
    assert refused(gzip.compress(b"") * 1000) in ("not_text", "empty")
    assert refused(gzip.compress(sitemap().encode())[:-9]) == "not_text"
    assert refused(b"x" * 20_000_001) == "too_large"


@pytest.mark.slow
def test_fifty_thousand_entries_are_read_within_the_childs_limits() -> None:
    feed = read_feed_in_child(
        rss(*(item(f"/{n}", f"Story {n}", NOON, f"g{n}") for n in range(50_000))).encode(), url=URL
    )
    assert (feed.total, len(feed.entries)) == (50_000, MOST_FEED_ENTRIES)
    assert feed.entries[-1].title == f"Story {MOST_FEED_ENTRIES - 1}"
    feed = read_feed_in_child(
        sitemap(*(f"https://courier.example/{n}" for n in range(50_001))).encode(), url=URL
    )
    assert (feed.total, len(feed.entries)) == (50_001, 50_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        b"<rss><channel>" + b"<item>" * 300_000,
        b"<rss><channel><item><title>" + b"<b>" * 500_000 + b"</title></item></channel></rss>",
        b"<urlset>" + b"<url>" * 300_000,
        b"<urlset><url " + b" ".join(b'a%d="1"' % n for n in range(300_000)) + b"/></urlset>",
        b"<rss version='2.0'>" + b"<!--" * 1_000_000,
        b"<?x" * 2_000_000,
        b"<!DOCTYPE rss [" + b"<!ELEMENT a (b)>" * 500_000,
        b"</item>" * 2_000_000 + b"<rss>",
    ],
    ids=[
        "deep items",
        "deep markup",
        "deep sitemap",
        "attributes",
        "comments",
        "instructions",
        "doctype",
        "ends",
    ],
)
def test_hostile_documents_end_within_their_limits_and_the_next_is_read(hostile: bytes) -> None:
    try:
        read, code = len(read_feed_in_child(hostile, url=URL, limits=IMPATIENT).entries), ""
    except ParsingError as error:
        read, code = 0, error.code
    assert read <= MOST_FEED_ENTRIES
    assert code in ("", "too_slow", "too_complex", "unreadable", "not_a_feed", "not_text", "entities_refused")
    assert read_feed_in_child(rss(item("/a", "T", NOON)).encode(), url=URL).entries[0].title == "T"


def test_the_child_answers_as_the_reading_itself() -> None:
    for text in (
        rss(item("/a", "T", NOON)),
        sitemap(("/a", "2026-03-02")),
        sitemap_index(["/b"]),
        f"{format_datetime(NOON)}<html>",
    ):
        assert read_feed_in_child(text.encode(), url=URL) == read_feed(text.encode(), url=URL)
