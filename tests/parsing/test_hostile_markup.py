"""Markup that means harm: entities, schemes, names. What comes out is words, and nothing is opened on the way."""

import builtins
import socket
from typing import Any

import pytest

from articles.parsing import ParsedArticle, ParsingError, parse, parse_in_child

from .pages import PARAGRAPHS, TEXT, page

BOMB = "<!DOCTYPE html [<!ENTITY a 'lol'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)


def hostile(doctype: str, use: str) -> bytes:
    return (
        doctype + page([*PARAGRAPHS, f"The end of it {use} comes here."]).removeprefix("<!doctype html>")
    ).encode()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is opened or connected to from now on."""
    seen: list[Any] = []
    real = builtins.open

    def open_(file: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(file)
        return real(file, *arguments, **options)

    monkeypatch.setattr(builtins, "open", open_)
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: seen.append(address))
    return seen


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>',
        '<!DOCTYPE html [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>',
        '<!DOCTYPE html SYSTEM "http://127.0.0.1:1/x.dtd">',
    ],
)
@pytest.mark.parametrize("content_type", ["text/html", "application/xhtml+xml", "application/xml"])
def test_an_entity_opens_no_file_and_no_connection(
    doctype: str, content_type: str, opened: list[Any]
) -> None:
    parse(page().encode())  # libraries read their own files once
    opened.clear()
    text = parse(hostile(doctype, "&x;"), content_type=content_type).text
    assert "root:" not in text
    assert [what for what in opened if "passwd" in str(what) or "127.0.0.1" in str(what)] == []


def test_an_entity_bomb_is_not_blown_up() -> None:
    article = parse_in_child(hostile(BOMB + "]>", "&j;"))
    assert len(article.text) < 2 * len(TEXT)
    assert "lollol" not in article.text


@pytest.mark.parametrize(
    "given",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "\0\ud800\x1b[31m",
        "javascript:alert(1)",
    ],
)
def test_fields_are_words_whatever_they_say(given: str) -> None:
    head = (
        f'<title>{given}</title><meta name="author" content="{given.replace(chr(34), "&quot;")}">'
        f"<meta property=\"og:site_name\" content='{given}'><meta property=\"article:section\" content='{given}'>"
    )
    article = parse(page(head=head, before="").encode("utf-8", "surrogatepass"))
    for name in ("title", "byline", "site_name", "section", "text"):
        value = getattr(article, name)
        assert not set(value) & set("\0\ud800\x1b"), name
        value.encode()


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param(
            b"<p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">", id="one tag, 200,000 attributes"
        ),
        pytest.param(b"<p>" + b"<br>" * 1_000_000, id="a million line breaks"),
        pytest.param(b"<div>" * 2_000_000, id="two million nested blocks, 10 MB"),
        pytest.param(b"<b><i>" * 1_600_000, id="crossed formatting, 10 MB"),
    ],
)
def test_a_hostile_page_is_given_up_or_answered_and_the_worker_lives_on(
    hostile: bytes, request: pytest.FixtureRequest
) -> None:
    """With the limits that workers use."""
    data = (hostile + page().encode())[:10_000_000] if len(hostile) < 9_000_000 else hostile[:10_000_000]
    ended: ParsedArticle | ParsingError
    try:
        ended = parse_in_child(data)
        said = f"read, {len(ended.text)} characters"
    except ParsingError as error:
        ended, said = error, f"given up: {error.code}"
    print(f"{request.node.callspec.id}, {len(data):,} bytes: {said}")
    if isinstance(ended, ParsingError):
        assert ended.code in {"too_slow", "too_complex", "no_article_text"}
        assert "paste the" in ended.message
    assert parse_in_child(page().encode()).text == TEXT
