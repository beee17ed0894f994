"""Names: every record is checked, and what was checked is what is connected to."""

import socket
import threading
from collections.abc import Callable

import pytest

from articles.fetching import AddressPolicy, FetchError, Limits, fetch, transport

from .server import TestServer

Names = Callable[..., list[str]]


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("10.0.0.1",),
        ("169.254.169.254",),
        ("fe80::1",),
        ("64:ff9b::7f00:1",),
        ("8.8.8.8", "127.0.0.1"),
        ("192.168.0.1", "8.8.8.8"),
        ("8.8.8.8", "::1"),
    ],
)
def test_a_name_with_any_private_record_is_refused(
    names: Names, addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    names("news.example", *addresses)
    monkeypatch.setattr(transport._Socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(FetchError) as refused:
        fetch("http://news.example/story")
    assert refused.value.code == "forbidden_address"
    assert "news.example" in refused.value.message
    assert not any(address in refused.value.message for address in addresses)


def test_a_name_is_looked_up_once_and_connected_to_as_checked(names: Names, server: TestServer) -> None:
    server.page("/", "<p>here</p>")
    looked_up = names("news.example", "127.0.0.1", then=("10.0.0.1",))
    fetched = fetch(server.url("/", host="news.example"), policy=server.policy)
    assert fetched.content == b"<p>here</p>"
    assert looked_up == ["news.example"]
    assert server.requests[0].headers["host"] == f"news.example:{server.port}"


def test_a_name_that_changes_its_mind_between_hops_is_checked_again(names: Names, server: TestServer) -> None:
    names("news.example", "127.0.0.1", then=("10.0.0.1",))
    server.redirect("/", "/story")
    with pytest.raises(FetchError) as refused:
        fetch(server.url("/", host="news.example"), policy=server.policy)
    assert refused.value.code == "forbidden_address"
    assert [seen.path for seen in server.requests] == ["/"]


def test_the_peer_is_checked_once_more_after_connecting(
    names: Names, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names("news.example", "127.0.0.1")
    monkeypatch.setattr(transport._Socket, "getpeername", lambda self: ("10.0.0.1", 80))
    with pytest.raises(FetchError) as refused:
        fetch(server.url("/", host="news.example"), policy=server.policy)
    assert refused.value.code == "forbidden_address"
    assert server.requests == []


def test_a_dead_ipv6_address_beside_a_good_one_does_no_harm(names: Names, server: TestServer) -> None:
    names("news.example", "::1", "127.0.0.1")  # nobody listens on ::1
    server.page("/", "<p>here</p>")
    policy = AddressPolicy(allow=("127.0.0.1/32", "::1/128"), ports=(server.port,))
    assert fetch(server.url("/", host="news.example"), policy=policy).status == 200


def test_the_next_address_is_tried_where_the_first_refuses(names: Names, server: TestServer) -> None:
    names("news.example", "127.0.0.2", "127.0.0.1")
    server.page("/", "<p>here</p>")
    policy = AddressPolicy(allow=("127.0.0.0/8",), ports=(server.port,))
    assert fetch(server.url("/", host="news.example"), policy=policy).status == 200


def test_an_unknown_name_is_said_to_be_unknown(names: Names) -> None:
    names("known.example", "8.8.8.8")
    with pytest.raises(FetchError) as failed:
        fetch("http://unknown.example/")
    assert (failed.value.code, failed.value.retryable) == ("dns_failed", False)
    assert "unknown.example" in failed.value.message


def test_a_resolver_in_trouble_may_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(FetchError) as failed:
        fetch("http://news.example/")
    assert (failed.value.code, failed.value.retryable) == ("dns_failed", True)


def test_a_resolver_that_stalls_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: released.wait(60) and [])
    try:
        with pytest.raises(FetchError) as failed:
            fetch("http://news.example/", limits=Limits(total_seconds=0.3))
    finally:
        released.set()
    assert (failed.value.code, failed.value.retryable) == ("timed_out", True)


def test_names_outside_ascii_are_looked_up_as_the_web_does(names: Names, server: TestServer) -> None:
    names("xn--e1afmkfd.xn--p1ai", "127.0.0.1")
    server.page("/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C", "<p>here</p>")
    fetched = fetch(f"http://Пример.РФ:{server.port}/новость", policy=server.policy)
    assert fetched.status == 200
    assert (
        fetched.final_url
        == f"http://xn--e1afmkfd.xn--p1ai:{server.port}/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"
    )


def test_nobody_there_is_said_to_be_worth_another_try(server: TestServer) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(FetchError) as failed:
            fetch(f"http://127.0.0.1:{port}/", policy=AddressPolicy(allow=("127.0.0.1/32",), ports=(port,)))
    assert (failed.value.code, failed.value.retryable) == ("connect_failed", True)
