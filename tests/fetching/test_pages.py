"""Ordinary answers: what a caller gets of a page, and what it is told where there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from articles.fetching import FetchError, fetch

from .server import TestServer


def refusal(server: TestServer, path: str) -> FetchError:
    with pytest.raises(FetchError) as refused:
        fetch(server.url(path), policy=server.policy)
    return refused.value


def test_a_page_comes_with_everything_that_is_needed_to_keep_it(server: TestServer) -> None:
    server.page(
        "/story",
        "<p>Здравствуйте</p>".encode("windows-1251"),
        content_type="Text/HTML; Charset=windows-1251",
        headers={"ETag": '"abc"', "X-Twice": "a\x01b"},
    )
    before = datetime.now(UTC)
    fetched = fetch(f"  {server.url('/story')}#part ", policy=server.policy)
    assert fetched.status == 200
    assert fetched.final_url == server.url("/story")
    assert fetched.redirects == ()
    assert fetched.media_type == "text/html"
    assert fetched.charset == "windows-1251"
    assert fetched.content.decode("windows-1251") == "<p>Здравствуйте</p>"
    assert fetched.headers["etag"] == '"abc"'
    assert fetched.headers["x-twice"] == "ab"
    assert before <= fetched.fetched_at <= datetime.now(UTC)
    assert fetched.fetched_at.utcoffset() == timedelta(0)


def test_the_server_is_told_who_asks(server: TestServer) -> None:
    server.page("/", "<p>x</p>")
    fetch(server.url("/"), policy=server.policy)
    assert "factcheck-workbench" in server.requests[0].headers["user-agent"]
    assert "text/html" in server.requests[0].headers["accept"]


@pytest.mark.parametrize(
    ("status", "retryable", "advice"),
    [
        ("404 Not Found", False, "check the link"),
        ("410 Gone", False, "check the link"),
        ("401 Unauthorized", False, "paste the text"),
        ("403 Forbidden", False, "paste the text"),
        ("451 Unavailable For Legal Reasons", False, "paste the text"),
        ("429 Too Many Requests", True, "try again later"),
        ("500 Internal Server Error", True, "try again later"),
        ("503 Service Unavailable", True, "try again later"),
        ("599 Whatever", False, "check the link"),
    ],
)
def test_a_status_other_than_success_is_named(
    server: TestServer, status: str, retryable: bool, advice: str
) -> None:
    server.page("/story", "<h1>Sorry</h1>", status=status)
    error = refusal(server, "/story")
    assert (error.code, error.status, error.retryable) == ("http_status", int(status[:3]), retryable)
    assert f"127.0.0.1:{server.port}/story answered {status[:3]}" in error.message
    assert advice in error.message


def test_how_long_a_server_wants_to_be_left_alone_is_kept(server: TestServer) -> None:
    until = (datetime.now(UTC) + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    for path, value in (("/seconds", "120"), ("/date", until), ("/nonsense", "soon")):
        server.page(path, "", status="429 Too Many Requests", headers={"Retry-After": value})
    assert refusal(server, "/seconds").retry_after == 120
    wait = refusal(server, "/date").retry_after
    assert wait is not None
    assert 7100 <= wait <= 7200
    assert refusal(server, "/nonsense").retry_after is None


def test_a_query_is_sent_but_never_shown(server: TestServer) -> None:
    message = refusal(server, "/story?token=abc123").message
    assert server.requests[0].path == "/story?token=abc123"
    assert "abc123" not in message


@pytest.mark.parametrize(
    "media_type", ["application/pdf", "image/png", "application/json", "video/mp4", "text/css"]
)
def test_what_is_not_a_page_is_refused_by_its_type(server: TestServer, media_type: str) -> None:
    server.page("/", b"%PDF-1.7", content_type=media_type)
    error = refusal(server, "/")
    assert (error.code, error.retryable) == ("not_html", False)
    assert media_type in error.message


@pytest.mark.parametrize("media_type", ["text/html", "application/xhtml+xml", "text/plain"])
def test_pages_and_plain_texts_are_taken(server: TestServer, media_type: str) -> None:
    server.page("/", "<p>x</p>", content_type=media_type)
    assert fetch(server.url("/"), policy=server.policy).media_type == media_type


def test_a_page_without_a_type_is_recognised_by_its_looks(server: TestServer) -> None:
    server.page("/page", "<!doctype html><p>x</p>", content_type=None)
    server.page("/data", b"\x01\x02\x03", content_type=None)
    assert fetch(server.url("/page"), policy=server.policy).media_type == "text/html"
    assert refusal(server, "/data").code == "not_html"


def test_other_callers_say_what_they_take(server: TestServer) -> None:
    server.page("/feed", "<rss/>", content_type="application/rss+xml")
    fetched = fetch(server.url("/feed"), policy=server.policy, accept={"application/rss+xml"})
    assert fetched.content == b"<rss/>"
    assert fetch(server.url("/feed"), policy=server.policy, accept=None).media_type == "application/rss+xml"
    server.page("/page", "<p>x</p>")
    with pytest.raises(FetchError) as refused:
        fetch(server.url("/page"), policy=server.policy, accept={"application/rss+xml"})
    assert refused.value.code == "unexpected_type"


@pytest.mark.parametrize(
    ("status", "body"), [("200 OK", b""), ("200 OK", b" \r\n "), ("204 No Content", b"")]
)
def test_an_empty_page_is_said_to_be_empty(server: TestServer, status: str, body: bytes) -> None:
    server.page("/", body, status=status)
    error = refusal(server, "/")
    assert (error.code, error.retryable) == ("empty", False)


def test_spaces_and_letters_in_a_path_are_written_as_the_web_does(server: TestServer) -> None:
    server.page("/a%20%C3%A9%3F", "<p>x</p>")
    assert fetch(server.url("/a é%3F"), policy=server.policy).status == 200
