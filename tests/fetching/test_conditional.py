"""Asking only for what changed: ETag and Last-Modified of an earlier answer, and 304 as an answer."""

import socket

import pytest

from articles.fetching import FetchError, fetch

from .server import Seen, TestServer

ETAG = '"v1-Ü"'
MODIFIED = "Thu, 14 Nov 2024 09:30:00 GMT"


@pytest.fixture
def story(server: TestServer) -> str:
    """The address of a page that answers 304 to whoever has it already."""

    def answer(connection: socket.socket, seen: Seen) -> None:
        same = (
            ETAG in seen.headers.get("if-none-match", "") or seen.headers.get("if-modified-since") == MODIFIED
        )
        head = f"ETag: {ETAG}\r\nLast-Modified: {MODIFIED}\r\n".encode("latin-1")
        if same:
            connection.sendall(b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n")
        else:
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n"
                + head
                + b"\r\n<p>here</p>"
            )

    return server.handle("/story", answer)


def test_what_was_not_changed_is_not_sent_again(server: TestServer, story: str) -> None:
    first = fetch(story, policy=server.policy)
    assert (first.not_modified, first.content) == (False, b"<p>here</p>")
    for known in (
        {"etag": first.headers["etag"], "last_modified": first.headers["last-modified"]},
        {"etag": first.headers["etag"]},
        {"last_modified": first.headers["last-modified"]},
    ):
        again = fetch(story, policy=server.policy, **known)
        assert (again.status, again.not_modified, again.content) == (304, True, b"")
        assert again.headers["etag"] == ETAG
        assert again.final_url == story
    assert server.requests[1].headers["if-none-match"] == ETAG


def test_a_page_that_changed_comes_whole(server: TestServer, story: str) -> None:
    fetched = fetch(story, policy=server.policy, etag='"v0"', last_modified="Wed, 13 Nov 2024 09:30:00 GMT")
    assert (fetched.not_modified, fetched.content) == (False, b"<p>here</p>")


def test_the_question_is_asked_where_redirects_lead(server: TestServer, story: str) -> None:
    server.redirect("/short", "/story")
    fetched = fetch(server.url("/short"), policy=server.policy, etag=ETAG)
    assert (fetched.not_modified, fetched.final_url) == (True, story)
    assert fetched.redirects == (server.url("/short"),)


def test_nothing_changed_is_no_answer_to_who_did_not_ask(server: TestServer) -> None:
    server.page("/", b"", status="304 Not Modified")
    with pytest.raises(FetchError) as refused:
        fetch(server.url("/"), policy=server.policy)
    assert (refused.value.code, refused.value.status) == ("http_status", 304)


@pytest.mark.parametrize("validator", ['"a"\r\nX-Injected: 1', "\x00", "а" * 5, "x" * 2_000, " "])
def test_what_no_server_can_have_said_is_not_sent(server: TestServer, story: str, validator: str) -> None:
    fetched = fetch(story, policy=server.policy, etag=validator, last_modified=validator)
    assert fetched.content == b"<p>here</p>"
    assert not {"if-none-match", "if-modified-since", "x-injected"} & set(server.requests[0].headers)
