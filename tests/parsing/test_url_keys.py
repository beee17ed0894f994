"""url_key: one key for an article, however its address is written."""

import pytest

from articles.parsing import url_key

KEY = "https://example.org/news/story?id=7&page=2"


@pytest.mark.parametrize(
    "url",
    [
        KEY,
        " https://example.org/news/story?id=7&page=2 ",
        "HTTPS://EXAMPLE.ORG/news/story?page=2&id=7",
        "https://example.org:443/news/story?id=7&page=2#comments",
        "https://user:secret@example.org/news/story?id=7&page=2",
        "https://example.org/news/../news/./story?id=7&page=2",
        "https://example.org/news/story?id=7&utm_source=feed&utm_medium=rss&page=2",
        "https://example.org/news/story?fbclid=IwAR0x&id=7&gclid=1&page=2&yclid=3&_ga=2",
    ],
)
def test_the_same_page_has_one_key(url: str) -> None:
    assert url_key(url) == KEY


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/news/story?id=7&page=2",
        "https://www.example.org/news/story?id=7&page=2",
        "https://example.org:8443/news/story?id=7&page=2",
        "https://example.org/news/story?id=8&page=2",
        "https://example.org/news/Story?id=7&page=2",
        "https://example.org/news/story",
    ],
)
def test_other_pages_have_other_keys(url: str) -> None:
    assert url_key(url) not in ("", KEY)


def test_letters_are_written_one_way() -> None:
    assert url_key("https://пример.example/новость") == url_key(
        "https://xn--e1afmkfd.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"
    )


@pytest.mark.parametrize(
    "url", ["http://a.example/x?id=1&lang=en", "https://b.example/%7Euser/", "https://[2a00::1]:8080/?q=a+b"]
)
def test_a_key_is_its_own_key(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url) != ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "story",
        "ftp://example.org/",
        "mailto:a@example.org",
        "http://",
        "http://[::1",
        "https://example.org/" + "a" * 3000,
    ],
)
def test_what_is_no_web_address_has_none(url: str) -> None:
    assert url_key(url) == ""
