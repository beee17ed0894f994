"""Pages as different publishing systems make them: what each says of its article, and in which way."""

import json
from datetime import date, datetime

import pytest

from articles.parsing import ParsedArticle, parse

from .pages import PARAGRAPHS, RUSSIAN, TEXT

TITLE = "Port of Velmora reopens on Thursday"
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
AT = datetime.fromisoformat("2024-11-13T08:00:00+01:00")


def told(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def read(
    head: str = f"<title>{TITLE}</title>", above: str = f"<h1>{TITLE}</h1>", body: str = BODY
) -> ParsedArticle:
    html = f"<!doctype html><html lang=en><head>{head}</head><body><article>{above}{body}</article></body></html>"
    return parse(
        html.encode(), url="https://velmora-courier.example/port", content_type="text/html; charset=utf-8"
    )


def test_a_graph_whose_article_names_its_author_and_publisher_by_reference() -> None:
    article = read(
        f"<title>{TITLE} - Velmora Courier</title>"
        + told(
            {
                "@context": "https://schema.org",
                "@graph": [
                    {
                        "@type": "NewsArticle",
                        "headline": TITLE,
                        "datePublished": "2024-11-13T08:00:00+01:00",
                        "dateModified": "2024-11-14T09:00:00+01:00",
                        "author": [{"@id": "#tamsin"}, {"name": "Leif Arendt"}, {"@id": "#nobody"}],
                        "publisher": {"@id": "#paper"},
                        "articleSection": ["Harbour", "Local"],
                    },
                    {"@type": "WebPage", "datePublished": "2001-01-01T00:00:00Z"},
                    {"@type": "Person", "@id": "#tamsin", "name": "Tamsin Okoro"},
                    {"@type": "Organization", "@id": "#paper", "name": "Velmora Courier"},
                ],
            }
        )
    )
    assert (article.text, article.title) == (TEXT, TITLE)
    assert (article.byline, article.site_name, article.section) == (
        "Tamsin Okoro, Leif Arendt",
        "Velmora Courier",
        "Harbour",
    )
    assert (article.published_at, article.published_on) == (AT, date(2024, 11, 13))
    assert article.modified_at == datetime.fromisoformat("2024-11-14T09:00:00+01:00")
    for field in ("byline", "section", "published_at", "published_on", "modified_at"):
        assert article.provenance[field] == "json-ld"


def test_microdata_alone() -> None:
    article = read(
        above=(
            f'<div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">{TITLE}</h1>'
            '<span itemprop="author" itemscope><span itemprop="name">Tamsin Okoro</span></span>'
            '<time itemprop="datePublished" datetime="2024-11-13T08:00:00+01:00">13 Nov</time>'
            '<meta itemprop="dateModified" content="2024-11-14T08:00:00+01:00">'
            '<span itemprop="articleSection">Harbour</span></div>'
        )
    )
    assert (article.byline, article.section, article.published_at) == ("Tamsin Okoro", "Harbour", AT)
    assert article.modified_at == datetime.fromisoformat("2024-11-14T08:00:00+01:00")
    assert article.provenance["published_at"] == article.provenance["section"] == "microdata"


def test_meta_elements_alone() -> None:
    article = read(
        f'<title>{TITLE}</title><meta property="article:published_time" content="2024-11-13T08:00:00+01:00">'
        '<meta property="article:modified_time" content="2024-11-14T08:00:00+01:00">'
        '<meta property="article:section" content="Harbour"><meta name="author" content="Tamsin Okoro">'
    )
    assert (article.section, article.published_at, article.byline) == ("Harbour", AT, "Tamsin Okoro")
    assert article.provenance["section"] == article.provenance["modified_at"] == "meta"


def test_a_live_blog_is_as_old_as_it_says_and_not_as_its_entries() -> None:
    entry = {"@type": "BlogPosting", "headline": "Ferries are back", "datePublished": "2024-11-13T17:00:00Z"}
    article = read(
        f"<title>Live: {TITLE}</title>"
        + told(
            {
                "@type": "LiveBlogPosting",
                "headline": f"Live: {TITLE}",
                "datePublished": "2024-11-13T08:00:00+01:00",
                "liveBlogUpdate": [entry],
            }
        )
    )
    assert article.published_at == AT


def test_related_stories_that_come_first_are_not_the_article() -> None:
    article = read(
        f"<title>{TITLE} | Velmora Courier</title>"
        + told(
            [
                {
                    "@type": "NewsArticle",
                    "headline": "Storm over Velmora",
                    "datePublished": "2001-01-01T00:00:00Z",
                },
                {"@type": "NewsArticle", "headline": TITLE, "datePublished": "2024-11-13T08:00:00+01:00"},
            ]
        )
    )
    assert article.published_at == AT


@pytest.mark.parametrize(
    "shown", [1731481200, 1731481200000, "1731481200", "20241113T070000Z", "20241113070000Z"]
)
def test_an_instant_in_another_way_of_writing(shown: object) -> None:
    article = read(
        f"<title>{TITLE}</title>" + told({"@type": "Article", "headline": TITLE, "datePublished": shown})
    )
    assert article.published_at == AT


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "13. November 2024, 08:00 Uhr"),
        ("fr", "Publié le 13 novembre 2024 à 08h00"),
        ("es", "13 de noviembre de 2024"),
        ("en", "November 13, 2024"),
    ],
)
def test_a_date_that_is_only_shown_is_a_day(language: str, line: str) -> None:
    article = read(above=f'<h1>{TITLE}</h1><p class="date">{line}</p>')
    assert (article.published_at, article.published_on) == (None, date(2024, 11, 13)), language
    assert article.provenance["published_on"] == "htmldate"


def test_a_date_in_russian() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in RUSSIAN)
    article = read(
        "<title>Порт</title>", '<h1>Порт откроется</h1><p class="date">13 ноября 2024, 08:00</p>', body
    )
    assert (article.published_on, article.language) == (date(2024, 11, 13), "ru")


@pytest.mark.parametrize(
    ("head", "above"),
    [
        (
            f"<title>{TITLE} - Velmora Courier</title>",
            f"<h1>Velmora Courier</h1><h1>Harbour</h1><h1>{TITLE}</h1>",
        ),
        (f"<title>Velmora Courier - {TITLE}</title>", f"<h1>{TITLE}</h1>"),
        (
            f'<title>{TITLE} | News | Velmora Courier</title><meta property="og:site_name" content="Velmora Courier">',
            f"<div class=headline>{TITLE}</div>",
        ),
        (
            f'<meta property="og:title" content="{TITLE} | Harbour Talk | Velmora Courier"><meta property="og:site_name" content="Velmora Courier">',
            "",
        ),
    ],
)
def test_the_headline_without_what_stands_around_it(head: str, above: str) -> None:
    assert read(head, above).title == TITLE


def test_a_byline_that_goes_on_with_place_and_date_names_no_month() -> None:
    above = f'<h1>{TITLE}</h1><div class="byline">By Tamsin Okoro and Leif Arendt | November 13, 2024</div>'
    assert read(above=above).byline == "Tamsin Okoro, Leif Arendt"


def test_a_dateline_has_a_place_and_a_day() -> None:
    head = (
        f'<title>{TITLE}</title><meta property="article:published_time" content="2024-11-13T08:00:00+01:00">'
    )
    article = read(head, body=BODY.replace("<p>The port", "<p>VELMORA, Nov. 12 (Courier) — The port", 1))
    assert (article.dateline, article.dateline_on) == ("VELMORA", date(2024, 11, 12))
    assert article.provenance["dateline"] == article.provenance["dateline_on"] == "heuristic"
