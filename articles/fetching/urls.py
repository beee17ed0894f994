"""Reading an address once, strictly, so that what is checked is what is connected to."""

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit

import idna

from .errors import FetchError

MAX_URL_CHARACTERS = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", re.ASCII)
# WHATWG's "ends in a number": such a host is read as an IPv4 address by some resolvers and not by others.
_ENDS_IN_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$", re.ASCII)
# Characters that are legal in a path or query, "%" included: what is quoted already stays as it is.
_SAFE = "%/:?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True)
class Target:
    """An http(s) address in parts: `host` ASCII, lower case, without brackets or final dot; `path` with query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"

    @property
    def shown(self) -> str:
        """Host and path, for messages: no query, which may carry a token, and never a screenful."""
        shown = self.netloc + self.path.partition("?")[0].rstrip("/")
        return shown if len(shown) <= 120 else shown[:119] + "…"


def read_url(url: str) -> Target:
    """The parts of `url`, or FetchError `invalid_url` with what is wrong with it.

    Refused: any scheme but http and https, a user name or password, control characters, backslashes, more
    than 2,048 characters, hosts that are neither a name nor a plainly written address (`127.1`, `0x7f.1`).
    Spaces around it are dropped; a fragment is dropped; letters outside ASCII are encoded.
    """
    url = url.strip(" ")
    if len(url) > MAX_URL_CHARACTERS:
        raise _invalid(f"The address is longer than {MAX_URL_CHARACTERS} characters: check the link.")
    if not url:
        raise _invalid("The address is empty: give one that begins with https:// or http://.")
    if _UNREADABLE.search(url):
        raise _invalid(
            "The address contains a line break, a control character or a backslash: check the link."
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid("The address cannot be read: check the link.") from None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise _invalid("Only addresses that begin with https:// or http:// can be fetched.")
    if "@" in parts.netloc:
        raise _invalid("The address contains a user name or password: remove the part before the @.")
    host = _read_ipv6(parts.hostname or "") if "[" in parts.netloc else _read_host(parts.hostname or "")
    try:
        path = quote(parts.path or "/", safe=_SAFE) + (
            f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
        )
    except UnicodeEncodeError:  # a lone surrogate
        raise _invalid("The address contains a broken character: copy the link again.") from None
    return Target(scheme, host, port if port is not None else _DEFAULT_PORTS[scheme], path)


def _read_host(host: str) -> str:
    if not host:
        raise _invalid("The address names no site: check the link.")
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise _invalid("The site's name cannot be read: check the link.") from None
    host = host.lower().removesuffix(".")
    if _ENDS_IN_NUMBER.search(host):
        if not _IPV4.fullmatch(host):
            raise _invalid(
                "The site is given by a number that is not a plain IP address: use the site's name."
            )
    elif len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise _invalid("The site's name cannot be read: check the link.")
    return host


def _read_ipv6(host: str) -> str:
    try:
        address = IPv6Address(host)
    except ValueError:
        raise _invalid("The site's address cannot be read: check the link.") from None
    if address.scope_id is not None:
        raise _invalid("The site's address is one of a local network: use the site's name.")
    return address.compressed


def _invalid(message: str) -> FetchError:
    return FetchError("invalid_url", message)
