"""TLS: the name in the address is the one asked for and checked, though a checked IP address is connected to.

news_example.pem is a self-signed certificate for news.example with its key, made for these tests.
"""

import itertools
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from articles.fetching import FetchError, Limits, fetch, transport

from .server import TestServer

CERTIFICATE = Path(__file__).with_name("news_example.pem")
Names = Callable[..., list[str]]


@pytest.fixture
def asked_for() -> list[str | None]:
    """The server names that clients asked for."""
    return []


@pytest.fixture
def secure(asked_for: list[str | None]) -> Iterator[TestServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda connection, name, _: asked_for.append(name)
    with TestServer(tls=context) as running:
        yield running


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients trust the test certificate as they trust an authority's."""
    context = transport.tls_context.__wrapped__()
    context.load_verify_locations(CERTIFICATE)
    monkeypatch.setattr(transport, "tls_context", lambda: context)


@pytest.mark.usefixtures("trusted")
def test_the_certificate_is_checked_against_the_name_in_the_address(
    secure: TestServer, names: Names, asked_for: list[str | None]
) -> None:
    names("news.example", "127.0.0.1")
    secure.page("/", "<p>here</p>")
    assert fetch(secure.url("/", host="News.Example."), policy=secure.policy).content == b"<p>here</p>"
    assert asked_for == ["news.example"]
    assert secure.requests[0].headers["host"] == f"news.example:{secure.port}"


@pytest.mark.usefixtures("trusted")
def test_a_certificate_for_another_name_is_refused(secure: TestServer, names: Names) -> None:
    names("bank.example", "127.0.0.1")
    with pytest.raises(FetchError) as refused:
        fetch(secure.url("/", host="bank.example"), policy=secure.policy)
    assert (refused.value.code, refused.value.retryable) == ("tls_failed", False)
    assert "bank.example" in refused.value.message
    assert secure.requests == []


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: TestServer, names: Names) -> None:
    names("news.example", "127.0.0.1")
    with pytest.raises(FetchError) as refused:
        fetch(secure.url("/", host="news.example"), policy=secure.policy)
    assert refused.value.code == "tls_failed"
    assert secure.requests == []


def test_a_server_that_does_not_speak_tls_is_said_not_to(server: TestServer) -> None:
    server.page("/", "<p>x</p>")
    with pytest.raises(FetchError) as refused:
        fetch(server.url("/").replace("http:", "https:"), policy=server.policy)
    assert refused.value.code == "tls_failed"


def test_a_handshake_that_never_ends_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with TestServer() as server:
            server.port = port  # for its policy only
            with pytest.raises(FetchError) as refused:
                fetch(f"https://127.0.0.1:{port}/", policy=server.policy, limits=Limits(total_seconds=0.3))
    assert refused.value.code == "timed_out"


@pytest.mark.usefixtures("trusted")
def test_limits_hold_inside_tls_as_well(secure: TestServer, names: Names) -> None:
    names("news.example", "127.0.0.1")
    secure.stream("/endless", lambda: itertools.repeat(b"0" * 16_384))
    secure.drip("/drip", b"x", seconds=0.02)
    for path, limits, code in (
        ("/endless", Limits(wire_bytes=100_000), "too_large"),
        ("/drip", Limits(total_seconds=0.5), "timed_out"),
    ):
        with pytest.raises(FetchError) as refused:
            fetch(secure.url(path, host="news.example"), policy=secure.policy, limits=limits)
        assert refused.value.code == code


@pytest.mark.usefixtures("trusted")
def test_a_redirect_from_a_secure_to_an_insecure_address_is_not_followed(
    secure: TestServer, server: TestServer, names: Names
) -> None:
    names("news.example", "127.0.0.1")
    server.page("/", "<p>x</p>")
    secure.redirect("/", server.url("/"))
    with pytest.raises(FetchError) as refused:
        fetch(secure.url("/", host="news.example"), policy=secure.policy)
    assert refused.value.code == "insecure_redirect"
    assert server.requests == []
