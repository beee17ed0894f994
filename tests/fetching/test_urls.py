"""Which URLs are read at all, and as what. Nothing here may reach the network: names are refused first."""

from collections.abc import Callable

import pytest

from articles.fetching import FetchError, fetch

INVALID = [
    "",
    "   ",
    "example.org/story",
    "//example.org/story",
    "http://",
    "http:///story",
    "https://:443/",
    "file:///etc/passwd",
    "gopher://example.org/",
    "ftp://example.org/",
    "data:text/html,<p>x",
    "javascript:alert(1)",
    "http://user@example.org/",
    "http://user:secret@example.org/",
    "http://example.org@127.0.0.1/",
    "http://@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http:\\\\example.org/",
    "http://example.org/a\r\nX-Injected: 1",
    "http://example.org/a\tb",
    "http://exam\nple.org/",
    "\x00http://example.org/",
    "http://example.org/\x7f",
    "http://example.org:port/",
    "http://example.org:99999/",
    "http://example.org:-1/",
    "http://[::1",
    "http://[fe80::1%25eth0]/",
    "http://[v1.x]/",
    "http://exa mple.org/",
    "http://exa%6dple.org/",
    "http://-example.org/",
    "http://a..example.org/",
    "http://" + "a" * 64 + ".org/",
    "http://" + "a." * 130 + "org/",
    "http://example.org/" + "a" * 10_000,
    "http://example.org/\ud800",
    # numbers that some resolvers take for an address
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1.5/",
    "http://1.2.3.4.example.0x/",
    "http://256.1.1.1/",
    "http://１２７.1/",
]


@pytest.mark.parametrize("url", INVALID)
def test_what_is_no_plain_web_address_is_refused_before_any_look_up(
    url: str, names: Callable[..., list[str]]
) -> None:
    looked_up = names("unused.example", "8.8.8.8")
    with pytest.raises(FetchError) as refused:
        fetch(url)
    assert (refused.value.code, refused.value.retryable) == ("invalid_url", False)
    assert refused.value.message.endswith(".")
    assert "secret" not in refused.value.message
    assert looked_up == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1./",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７．０．０．１/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[::]/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "https://192.168.1.1/",
    ],
)
def test_addresses_of_our_own_network_are_refused_however_they_are_written(url: str) -> None:
    with pytest.raises(FetchError) as refused:
        fetch(url)
    assert refused.value.code == "forbidden_address"


@pytest.mark.parametrize("name", ["localhost", "localhost.", "LOCALHOST", "ｌocalhost"])
def test_localhost_is_refused_whatever_it_is_called(name: str, names: Callable[..., list[str]]) -> None:
    names("localhost", "127.0.0.1", "::1")
    with pytest.raises(FetchError) as refused:
        fetch(f"http://{name}/")
    assert refused.value.code == "forbidden_address"


@pytest.mark.parametrize("port", [1, 22, 25, 3306, 5432, 6379, 8080, 11211, 65535])
def test_only_the_web_ports_are_fetched(port: int, names: Callable[..., list[str]]) -> None:
    looked_up = names("example.org", "8.8.8.8")
    with pytest.raises(FetchError) as refused:
        fetch(f"http://example.org:{port}/")
    assert refused.value.code == "forbidden_port"
    assert looked_up == []
