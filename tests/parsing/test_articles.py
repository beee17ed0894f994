"""Pages to articles: what is kept of a page, what is left out, and where each field came from."""

import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.parsing import ParsedArticle, ParsingError, parse
from articles.parsing.dates import day_of, read_date

from .pages import PARAGRAPHS, TEXT, page

URL = "https://velmora-courier.example/news/port"
JSON_LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Port of Velmora reopens on Thursday",
    "datePublished": "2024-11-13T12:34:00+04:00",
    "dateModified": "2024-11-13T10:00:00Z",
    "author": [{"@type": "Person", "name": "By Tamsin Okoro"}, {"@type": "Person", "name": "Leif Arendt"}],
    "publisher": {"@type": "Organization", "name": "Velmora Courier"},
}


def linked_data(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def article(html: str, url: str = URL) -> ParsedArticle:
    return parse(html.encode(), url=url, content_type="text/html; charset=utf-8")


def test_a_page_that_says_all_of_itself() -> None:
    head = linked_data(JSON_LD) + (
        "<title>Port of Velmora reopens on Thursday | Velmora Courier</title>"
        '<meta property="og:site_name" content="Velmora Courier">'
        '<link rel="Canonical" href="/news/port?ref=top#x">'
    )
    assert article(page(head=head)) == ParsedArticle(
        text=TEXT,
        title="Port of Velmora reopens on Thursday",
        byline="Tamsin Okoro, Leif Arendt",
        site_name="Velmora Courier",
        published_at=datetime(2024, 11, 13, 12, 34, tzinfo=timezone(timedelta(hours=4))),
        published_on=date(2024, 11, 13),
        modified_at=datetime(2024, 11, 13, 10, 0, tzinfo=UTC),
        dateline="",
        language="en",
        canonical_url="https://velmora-courier.example/news/port?ref=top",
        provenance={
            "text": "trafilatura",
            "encoding": "utf-8",
            "title": "h1",
            "byline": "json-ld",
            "site_name": "meta",
            "published_at": "json-ld",
            "published_on": "json-ld",
            "modified_at": "json-ld",
            "language": "text",
            "canonical_url": "link",
        },
    )


def test_a_page_that_says_nothing_of_itself_still_has_its_text() -> None:
    bare = article(
        "<html><body>" + "".join(f"<p>{part}</p>" for part in PARAGRAPHS) + "</body></html>", url=""
    )
    assert bare.text == TEXT
    assert (bare.title, bare.byline, bare.site_name, bare.canonical_url, bare.dateline) == (
        "",
        "",
        "",
        "",
        "",
    )
    assert (bare.published_at, bare.published_on, bare.modified_at) == (None, None, None)
    assert bare.language == "en"


@pytest.mark.parametrize(
    ("head", "before", "title"),
    [
        # the h1 is the site's name, in one way or another
        (
            '<title>Port reopens on Thursday | The Courier</title><meta property="og:site_name" content="The Courier">',
            "<h1>The Courier</h1><h2>Port reopens on Thursday</h2>",
            "Port reopens on Thursday",
        ),
        (
            '<meta property="og:title" content="Port reopens on Thursday">',
            '<h1><a href="/">Your home for news on Thursday</a></h1>',
            "Port reopens on Thursday",
        ),
        # the h1 is worded otherwise than what is shared
        (
            '<meta property="og:title" content="Port of Velmora back in business, says harbour master">',
            "<h1>Harbour master: Port of Velmora back in business from Thursday</h1>",
            "Harbour master: Port of Velmora back in business from Thursday",
        ),
        # no h1
        (
            "<title>Port reopens — The Courier</title><meta property='og:site_name' content='The Courier'>",
            "",
            "Port reopens",
        ),
        (
            "<title>Port — a history</title><meta property='og:site_name' content='The Courier'>",
            "",
            "Port — a history",
        ),
        (linked_data({"@type": "NewsArticle", "headline": "Port &amp; pier"}), "", "Port & pier"),
        ("", "<h1>  Port\n reopens </h1>", "Port reopens"),
    ],
)
def test_the_title_is_the_headline(head: str, before: str, title: str) -> None:
    assert article(page(head=head, before=before)).title == title


@pytest.mark.parametrize(
    ("head", "instant", "day"),
    [
        (
            '<meta property="article:published_time" content="2024-11-13T23:30:00-0500">',
            "2024-11-13T23:30:00-05:00",
            "2024-11-13",
        ),
        (
            '<meta name="pubdate" content="Wed, 13 Nov 2024 08:00:00 GMT">',
            "2024-11-13T08:00:00+00:00",
            "2024-11-13",
        ),
        (
            '<meta property="article:published_time" content="2024-11-13 08:00:00 +00:00">',
            "2024-11-13T08:00:00+00:00",
            "2024-11-13",
        ),
        # a day stays a day, and a time without a zone is no instant
        ('<meta name="date" content="2024-11-13">', None, "2024-11-13"),
        ('<meta property="article:published_time" content="2024-11-13T08:00:00">', None, "2024-11-13"),
        # a template's nonsense is passed over
        (linked_data({"@type": "NewsArticle", "datePublished": "0001-01-01T00:00:00Z"}), None, None),
        (
            linked_data({"@type": "NewsArticle", "datePublished": "1970-01-01T00:00:00Z"})
            + '<meta property="article:published_time" content="2024-11-13T08:00:00Z">',
            "2024-11-13T08:00:00+00:00",
            "2024-11-13",
        ),
        ('<meta property="article:published_time" content="2999-01-01T00:00:00Z">', None, None),
        ('<meta property="article:published_time" content="2024-13-45T99:00:00Z">', None, None),
        # a time shown on the page counts where it agrees with the day
        (
            """<meta name="date" content="2024-11-13">
            <time datetime="2020-01-01T08:00:00Z"></time><time datetime="2024-11-13T08:00:00+01:00"></time>""",
            "2024-11-13T08:00:00+01:00",
            "2024-11-13",
        ),
    ],
)
def test_when_it_was_published(head: str, instant: str | None, day: str | None) -> None:
    found = article(page(head=head), url="")
    assert (found.published_at.isoformat() if found.published_at else None) == instant
    assert (found.published_on.isoformat() if found.published_on else None) == day


@given(
    st.text(max_size=40)
    | st.from_regex(r"[0-9]{1,6}-[0-9]{1,3}-[0-9]{1,3}[T ]?[0-9:.]*[Z+-]?[0-9:]*", fullmatch=True)
)
def test_no_date_is_too_strange_to_be_passed_over(value: str) -> None:
    when = read_date(value)
    assert when is None or date(1990, 1, 1) <= day_of(when)
    assert not isinstance(when, datetime) or when.tzinfo is not None


def test_the_article_itself_is_asked_not_its_neighbours() -> None:
    data = [
        {"@type": "WebSite", "name": "Elsewhere"},
        {"@graph": [{"@type": "Organization", "name": "Elsewhere"}, JSON_LD]},
        {"@type": "NewsArticle", "headline": "Another story", "datePublished": "2001-01-01T00:00:00Z"},
    ]
    found = article(page(head=linked_data(data)))
    assert found.published_on == date(2024, 11, 13)
    assert found.byline == "Tamsin Okoro, Leif Arendt"


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[" * 100_000,
        "null",
        '"x"',
        "[1, [2]]",
        '{"@type": {"a": 1}}',
        '{"@type": "NewsArticle", "author": 7}',
        "<!-- {} -->",
    ],
)
def test_broken_linked_data_costs_nothing_but_itself(broken: str) -> None:
    assert (
        article(page(head=f'<title>Port</title><script type="application/ld+json">{broken}</script>')).text
        == TEXT
    )


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://other.example/story", "https://other.example/story"),
        ("//other.example/story", "https://other.example/story"),
        ("/story", "https://velmora-courier.example/story"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("http://localhost/story", ""),
        ("http://127.0.0.1/story", ""),
        ("http://2130706433/story", ""),
        ("http://[::1]/story", ""),
        ("http://intranet/story", ""),
        ("http://printer.local/story", ""),
        ("https://user:secret@other.example/story", ""),
        ("https://other.example/a b", ""),
        ("http://[", ""),
    ],
)
def test_a_page_may_not_name_any_address_as_its_own(link: str, canonical: str) -> None:
    assert (
        article(page(head=f'<title>Port</title><link rel="canonical" href="{link}">')).canonical_url
        == canonical
    )


def test_what_is_not_the_article_is_left_out() -> None:
    html = page(
        [PARAGRAPHS[0], "Read more: Storm damages port", *PARAGRAPHS[1:]],
        before="<p>Local news</p><h1>Port of Velmora reopens on Thursday</h1><p>Port of Velmora reopens on Thursday</p>",
        after=(
            "<script>alert(1)</script><style>p{}</style><p>Follow Tamsin Okoro on Twitter @tokoro</p>"
            "<p>Sign up for our newsletter.</p>"
        ),
    )
    assert article(html).text == TEXT


def test_paragraphs_quotes_lists_and_line_breaks_keep_apart() -> None:
    html = page(
        [
            *PARAGRAPHS,
            "First line of the poem<br>second line of it.<br><br>And another verse of the harbour song",
        ],
        after="<ul><li>The ferries run from six in the morning.</li><li>The market opens at seven.</li></ul>"
        "<blockquote>It was a long three weeks, Calder said.</blockquote>",
    )
    assert article(html).text.split("\n\n")[5:] == [
        "First line of the poem\nsecond line of it.",
        "And another verse of the harbour song",
        "The ferries run from six in the morning.",
        "The market opens at seven.",
        "It was a long three weeks, Calder said.",
    ]


def test_entities_controls_and_broken_characters_come_out_fit_to_store() -> None:
    html = page([PARAGRAPHS[0] + " &#0;&#xD800;&#x1F600; a\x00b\x07c &amp;lt; Cafe\u0301", *PARAGRAPHS[1:]])
    text = article(html).text
    assert text.endswith(PARAGRAPHS[-1])
    assert "😀" in text
    assert "abc &lt; Café" in text
    assert not set(text) & {"\0", "\x07", "\ud800"}


def test_markup_in_fields_is_text() -> None:
    head = linked_data(JSON_LD | {"author": {"name": "<script>alert(1)</script>\ud800\0Mallory"}})
    found = article(page(head=head, before="<h1>Port &lt;img src=x onerror=alert(1)&gt; reopens</h1>"))
    found.byline.encode()
    assert "\0" not in found.byline
    assert found.title == "Port <img src=x onerror=alert(1)> reopens"


def test_a_field_is_never_a_screenful() -> None:
    found = article(page(head=f"<title>{'long ' * 100_000}</title>", before=""))
    assert len(found.title) <= 1000


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf"])
def test_nothing_is_said_to_be_nothing(data: bytes) -> None:
    with pytest.raises(ParsingError) as refused:
        parse(data)
    assert refused.value.code == "empty"


@pytest.mark.parametrize(
    "html",
    [
        "<html><body></body></html>",
        "<html><body><div id=app></div><script>render()</script></body></html>",
        "<html><head><title>Only a title</title></head></html>",
        page(["12 345", "67 %"], head="", before=""),
        "<!-- -->",
    ],
)
def test_a_page_without_an_article_is_said_to_have_none(html: str) -> None:
    with pytest.raises(ParsingError) as refused:
        article(html)
    assert refused.value.code in {"no_article_text", "empty"}
    assert "paste" in refused.value.message


@pytest.mark.parametrize(
    ("code", "html"),
    [
        (
            "consent_page",
            page(
                [
                    "We value your privacy. We and our partners store and access cookies on your device to show you news."
                ],
                head="<title>Velmora Courier</title>",
                before="<h1>Before you continue to the Courier</h1>",
            ),
        ),
        (
            "paywall",
            page(
                [PARAGRAPHS[0], "Subscribe to continue reading this article. Already a subscriber? Log in."]
            ),
        ),
        ("paywall", page(PARAGRAPHS[:1], head=linked_data(JSON_LD | {"isAccessibleForFree": "False"}))),
        (
            "bot_check",
            page(
                [
                    "Checking your browser before accessing velmora-courier.example. This takes up to five seconds."
                ],
                head="<title>Just a moment...</title>",
                before="",
            ),
        ),
        (
            "bot_check",
            "<html><head><title>x</title></head><body><div>Enable JavaScript and cookies to continue</div></body></html>",
        ),
    ],
)
def test_what_stands_in_the_articles_place_is_recognised(code: str, html: str) -> None:
    with pytest.raises(ParsingError) as refused:
        article(html)
    assert refused.value.code == code
    assert "paste" in refused.value.message


def test_a_cookie_banner_beside_a_short_article_is_no_gate() -> None:
    short = [*PARAGRAPHS[:3], "We value your privacy and ask you to accept all cookies."]
    assert PARAGRAPHS[2] in article(page(short)).text


def test_an_article_about_such_things_is_an_article() -> None:
    paragraphs = [
        *PARAGRAPHS,
        "The paper tells its readers to subscribe to continue reading, and to accept all cookies.",
        *PARAGRAPHS,
    ]
    assert "accept all cookies" in article(page(paragraphs)).text
    free = linked_data(JSON_LD | {"isAccessibleForFree": False})
    assert article(page(paragraphs, head=free)).text


def test_too_much_is_refused_before_any_work() -> None:
    with pytest.raises(ParsingError) as refused:
        parse(b"<p>" + b"x" * 10_000_000)
    assert refused.value.code == "too_large"
    assert "10 MB" in refused.value.message
