import socket
from collections.abc import Callable, Iterator

import pytest

from .server import TestServer

Records = list[tuple[int, int, int, str, tuple[object, ...]]]


@pytest.fixture
def server() -> Iterator[TestServer]:
    with TestServer() as running:
        yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """names("a.example", "93.184.216.34", "::1") makes a name resolve so; returns the list of names looked up."""
    looked_up: list[str] = []
    known: dict[str, list[tuple[str, ...]]] = {}
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *arguments: object, **options: object) -> Records:
        looked_up.append(host)
        if host in known:
            # Each look-up takes the next set of addresses, so that a name can change its mind.
            sets = known[host]
            addresses = sets.pop(0) if len(sets) > 1 else sets[0]
            return [record(address, port) for address in addresses]
        if host.replace(".", "").isdigit() or ":" in host:
            return real(host, port, *arguments, **options)  # type: ignore[arg-type, return-value]
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def define(host: str, *addresses: str, then: tuple[str, ...] | None = None) -> list[str]:
        known[host] = [addresses] if then is None else [addresses, then]
        return looked_up

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return define


def record(address: str, port: int) -> tuple[int, int, int, str, tuple[object, ...]]:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
