"""A POST to an address that somebody else named: whatever it answers, it costs little and leads nowhere else."""

import time

import pytest

from articles.fetching import FetchError, Limits, post

from .server import Seen, TestServer

QUICK = Limits(total_seconds=1.0, connect_seconds=1.0, idle_seconds=1.0, wire_bytes=200_000)


def send(server: TestServer, path: str) -> object:
    return post(
        server.url(path), b'{"id": "1"}', headers={"webhook-id": "1"}, policy=server.policy, limits=QUICK
    )


def test_what_is_sent_and_what_is_kept_of_the_answer(server: TestServer) -> None:
    server.raw(
        "/ok", b"HTTP/1.1 202 Accepted\r\nRetry-After: 7\r\nContent-Length: 900\r\n\r\n" + b"thanks " * 128
    )
    answer = send(server, "/ok")
    assert (answer.status, answer.retry_after) == (202, 7)  # type: ignore[attr-defined]
    assert answer.answer.startswith("thanks thanks")  # type: ignore[attr-defined]
    assert len(answer.answer) <= 500  # type: ignore[attr-defined]
    (seen,) = server.requests
    assert seen.headers["webhook-id"] == "1"
    assert seen.headers["content-length"] == "11"
    assert "cookie" not in seen.headers


def test_a_redirect_is_an_answer_and_is_not_followed(server: TestServer) -> None:
    server.raw("/away", b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /ok\r\nContent-Length: 0\r\n\r\n")
    assert send(server, "/away").status == 307  # type: ignore[attr-defined]
    assert [seen.path for seen in server.requests] == ["/away"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"X-Filler: y\r\n" * 50_000, "bad_response"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "bad_response"),
        (b"", "bad_response"),
    ],
    ids=["endless headers", "another protocol", "nothing"],
)
def test_what_is_no_answer(server: TestServer, answer: bytes, code: str) -> None:
    server.raw("/odd", answer)
    with pytest.raises(FetchError) as refused:
        send(server, "/odd")
    assert refused.value.code == code


def test_who_says_nothing_is_not_waited_for(server: TestServer) -> None:
    def silent(_: object, seen: Seen) -> None:
        time.sleep(3)

    server.handle("/silent", silent)
    with pytest.raises(FetchError) as refused:
        send(server, "/silent")
    assert refused.value.code == "timed_out"


def test_an_answer_that_never_ends_has_been_given(server: TestServer) -> None:
    server.raw("/endless", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"y" * 100)
    assert send(server, "/endless").status == 200  # type: ignore[attr-defined]


def test_nothing_is_sent_inside(server: TestServer) -> None:
    with pytest.raises(FetchError) as refused:
        post(server.url("/ok"), b"{}", headers={})
    assert refused.value.code in ("forbidden_port", "forbidden_address")
    assert server.requests == []
