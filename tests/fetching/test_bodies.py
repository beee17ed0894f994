"""Bodies: capped before and after decompression, and in time, whatever the server says about them."""

import gzip
import itertools
import zlib
from collections.abc import Iterator

import pytest

from articles.fetching import Fetched, FetchError, Limits, fetch

from .server import TestServer

SMALL = Limits(total_seconds=10, wire_bytes=100_000, body_bytes=200_000)
SHORT = Limits(total_seconds=0.5, idle_seconds=0.3)


def get(server: TestServer, path: str, limits: Limits = SMALL) -> Fetched:
    return fetch(server.url(path), limits=limits, policy=server.policy)


def refusal(server: TestServer, path: str, limits: Limits = SMALL) -> FetchError:
    with pytest.raises(FetchError) as refused:
        get(server, path, limits)
    assert refused.value.message.endswith(".")
    return refused.value


def zeros() -> Iterator[bytes]:
    return itertools.repeat(b"0" * 65_536)


def test_an_announced_200_megabytes_are_refused_at_once(server: TestServer) -> None:
    server.stream(
        "/", zeros, head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 200000000\r\n\r\n"
    )
    error = refusal(server, "/", Limits())
    assert (error.code, error.retryable) == ("too_large", False)
    assert "6 MB" in error.message


def test_an_endless_body_is_cut_off(server: TestServer) -> None:
    server.stream("/", zeros)
    assert refusal(server, "/").code == "too_large"


def test_an_endless_chunked_body_is_cut_off(server: TestServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.stream("/", lambda: itertools.repeat(b"1000\r\n" + b"0" * 4096 + b"\r\n"), head)
    assert refusal(server, "/").code == "too_large"


def test_endless_chunk_sizes_and_trailers_are_cut_off(server: TestServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.stream("/extensions", lambda: itertools.repeat(b"1;" + b"x" * 60_000 + b"\r\n0\r\n"), head)
    server.stream("/trailers", lambda: itertools.repeat(b"X: y\r\n" * 1000), head + b"4\r\n<p>x\r\n0\r\n")
    assert refusal(server, "/extensions").code == "too_large"
    assert refusal(server, "/trailers").code == "too_large"


def test_a_gzip_bomb_is_not_blown_up(server: TestServer) -> None:
    server.gzip_bomb("/", megabytes=50)
    assert refusal(server, "/").code == "too_large"


def test_an_honest_page_within_the_limits_passes_though_it_unpacks_to_more_than_the_wire_limit(
    server: TestServer,
) -> None:
    page = b"<p>" + b"words " * 30_000
    server.page("/", gzip.compress(page), headers={"Content-Encoding": "gzip"})
    assert get(server, "/").content == page


def test_a_body_of_several_gzip_members_is_read_whole(server: TestServer) -> None:
    server.page(
        "/", gzip.compress(b"<p>one ") + gzip.compress(b"two") + b"\0\0", headers={"Content-Encoding": "gzip"}
    )
    assert get(server, "/").content == b"<p>one two"


def test_very_many_gzip_members_are_refused(server: TestServer) -> None:
    server.page("/", gzip.compress(b"") * 4000, headers={"Content-Encoding": "gzip"})
    assert refusal(server, "/").code == "unsupported_encoding"


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip, br", "x-unknown"])
def test_encodings_that_were_not_asked_for_are_refused(server: TestServer, encoding: str) -> None:
    server.page("/", zlib.compress(b"<p>x"), headers={"Content-Encoding": encoding})
    assert refusal(server, "/").code == "unsupported_encoding"
    assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_a_body_that_is_not_what_its_encoding_says_is_refused(server: TestServer) -> None:
    server.page("/", b"<p>plain</p>", headers={"Content-Encoding": "gzip"})
    assert refusal(server, "/").code == "unsupported_encoding"


def test_a_broken_off_body_is_no_page(server: TestServer) -> None:
    packed = gzip.compress(b"<p>" + bytes(range(256)) * 100)
    server.raw("/length", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 500\r\n\r\n<p>half")
    server.raw("/chunk", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<p>half")
    server.raw("/gzip", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed[: len(packed) // 2])
    for path in ("/length", "/chunk", "/gzip"):
        error = refusal(server, path)
        assert (error.code, error.retryable) == ("incomplete", True), path


def test_a_body_longer_than_it_says_ends_where_it_says(server: TestServer) -> None:
    server.raw(
        "/", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 10\r\n\r\n<p>ten</p>and more"
    )
    assert get(server, "/").content == b"<p>ten</p>"


@pytest.mark.parametrize(
    ("data", "head"),
    [
        (b"x", None),  # a body
        (b"X-Header: x\r\n", b"HTTP/1.1 200 OK\r\n"),  # headers
        (b"H", b""),  # a status line
        (b"HTTP/1.1 100 Continue\r\n\r\n", b""),  # interim answers
        (b"1\r\nx\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),  # chunks
    ],
)
def test_a_byte_at_a_time_does_not_outlast_the_limit(
    server: TestServer, data: bytes, head: bytes | None
) -> None:
    server.drip("/", data, seconds=0.02, head=head)
    error = refusal(server, "/", SHORT)
    assert (error.code, error.retryable) == ("timed_out", True)


def test_a_server_that_says_nothing_is_not_waited_for(server: TestServer) -> None:
    server.stream("/", lambda: iter([b"H"]) if server._stopping.wait(20) else iter([]), head=b"")
    assert refusal(server, "/", SHORT).code == "timed_out"


def test_endless_headers_are_cut_off(server: TestServer) -> None:
    server.stream("/many", lambda: itertools.repeat(b"X-Header: x\r\n"), head=b"HTTP/1.1 200 OK\r\n")
    server.stream("/long", lambda: itertools.repeat(b"x" * 65_536), head=b"HTTP/1.1 200 OK\r\nX: ")
    server.stream("/interim", lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n"), head=b"")
    assert refusal(server, "/many").code == "bad_response"
    assert refusal(server, "/long").code in {"bad_response", "too_large"}
    assert refusal(server, "/interim").code == "too_large"


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\0\0\0\0"])
def test_what_is_no_web_server_is_said_to_be_none(server: TestServer, answer: bytes) -> None:
    server.raw("/", answer)
    assert refusal(server, "/").code == "bad_response"
