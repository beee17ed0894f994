"""Redirects: each hop is a new address, checked as the first one was."""

from collections.abc import Callable

import pytest

from articles.fetching import AddressPolicy, FetchError, Limits, fetch

from .server import TestServer


def refusal(url: str, policy: AddressPolicy, limits: Limits | None = None) -> FetchError:
    with pytest.raises(FetchError) as refused:
        fetch(url, policy=policy, limits=limits or Limits(total_seconds=5))
    return refused.value


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 T", "308 P"])
def test_redirects_are_followed_and_written_down(server: TestServer, status: str) -> None:
    server.redirect("/short", "/longer?x=1#part", status)
    server.redirect("/longer", "the%20story", status)
    server.page("/the%20story", "<p>here</p>")
    fetched = fetch(server.url("/short"), policy=server.policy)
    assert fetched.url == server.url("/short")
    assert fetched.final_url == server.url("/the%20story")
    assert fetched.redirects == (server.url("/short"), server.url("/longer?x=1"))
    assert fetched.content == b"<p>here</p>"


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "//127.0.0.2/",
        "http://[::1]/",
        "http://0.0.0.0/",
    ],
)
def test_a_redirect_to_an_address_of_our_own_network_is_refused(server: TestServer, location: str) -> None:
    server.redirect("/", location)
    assert refusal(server.url("/"), server.policy).code == "forbidden_address"


def test_a_redirect_to_a_name_of_our_own_network_is_refused(
    server: TestServer, names: Callable[..., list[str]]
) -> None:
    names("intranet.example", "10.0.0.1")
    server.redirect("/", "http://intranet.example/")
    assert refusal(server.url("/"), server.policy).code == "forbidden_address"


@pytest.mark.parametrize("port", [22, 6379])
def test_a_redirect_to_another_port_is_refused(server: TestServer, port: int) -> None:
    server.redirect("/", f"http://127.0.0.1:{port}/")
    assert refusal(server.url("/"), server.policy).code == "forbidden_port"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "data:text/html,x",
        "http://u:p@127.0.0.1/",
        "http://127.1/",
        "/\\x",
        "http://[",
    ],
)
def test_a_redirect_to_what_is_no_web_address_is_refused(server: TestServer, location: str) -> None:
    server.redirect("/", location)
    assert refusal(server.url("/"), server.policy).code == "invalid_url"


def test_a_circle_is_recognised(server: TestServer) -> None:
    server.redirect("/a", "/b")
    server.redirect("/b", "/a")
    error = refusal(server.url("/a"), server.policy)
    assert (error.code, error.retryable) == ("redirect_loop", False)
    assert len(server.requests) == 2


def test_a_page_that_points_at_itself_is_a_circle(server: TestServer) -> None:
    server.redirect("/a", "/a#again")
    assert refusal(server.url("/a"), server.policy).code == "redirect_loop"


def test_an_endless_chain_ends_after_five(server: TestServer) -> None:
    for step in range(10):
        server.redirect(f"/{step}", f"/{step + 1}")
    assert refusal(server.url("/0"), server.policy).code == "too_many_redirects"
    assert len(server.requests) == 6


def test_five_are_not_too_many(server: TestServer) -> None:
    for step in range(5):
        server.redirect(f"/{step}", f"/{step + 1}")
    server.page("/5", "<p>here</p>")
    assert len(fetch(server.url("/0"), policy=server.policy).redirects) == 5


def test_cookies_and_credentials_are_not_carried_on(server: TestServer) -> None:
    server.redirect("/", "/next", **{"Set-Cookie": "session=1; Path=/", "WWW-Authenticate": "Basic realm=x"})
    server.page("/next", "<p>here</p>", headers={"Set-Cookie": "a=b"})
    fetch(server.url("/"), policy=server.policy)
    fetch(server.url("/next"), policy=server.policy)
    for seen in server.requests:
        assert not {"cookie", "authorization", "proxy-authorization", "referer"} & set(seen.headers)


def test_netrc_and_proxies_of_the_environment_are_not_used(
    server: TestServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with TestServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        server.page("/", "<p>here</p>")
        assert fetch(server.url("/"), policy=server.policy).content == b"<p>here</p>"
        assert proxy.requests == []
    assert "authorization" not in server.requests[0].headers


def test_a_meta_refresh_is_not_followed(server: TestServer) -> None:
    page = '<meta http-equiv="refresh" content="0; url=http://10.0.0.1/"><p>here</p>'
    server.page("/", page, headers={"Refresh": "0; url=http://10.0.0.1/"})
    assert fetch(server.url("/"), policy=server.policy).content == page.encode()
    assert len(server.requests) == 1


def test_a_redirect_without_an_address_is_an_error_of_the_site(server: TestServer) -> None:
    server.page("/", b"", status="302 Found")
    error = refusal(server.url("/"), server.policy)
    assert (error.code, error.status) == ("http_status", 302)


def test_the_time_limit_counts_all_hops_together(server: TestServer) -> None:
    for step in range(6):
        head = f"HTTP/1.1 302 Found\r\nLocation: /{step + 1}\r\n\r\n".encode()
        server.drip(f"/{step}", head, seconds=0.01, head=b"")
    error = refusal(server.url("/0"), server.policy, Limits(total_seconds=1.0))
    assert error.code == "timed_out"
