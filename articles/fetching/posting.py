"""One POST to an address that somebody else named, as safe as the GET: no redirect is followed, little of the answer read."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

from .addresses import PUBLIC_ONLY, AddressPolicy
from .agent import AGENT
from .client import retry_after
from .errors import FetchError
from .limits import Budget, Limits
from .transport import check_name, connect
from .urls import Target, read_url

POST_LIMITS = Limits(
    total_seconds=15.0,
    connect_seconds=5.0,
    idle_seconds=15.0,
    wire_bytes=200_000,
    body_bytes=100_000,
    redirects=0,
)


@dataclass(frozen=True)
class Posted:
    """What was answered: `status`, the first bytes of the body as text, and the seconds that Retry-After asks for."""

    status: int
    answer: str
    retry_after: int | None


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    limits: Limits = POST_LIMITS,
    policy: AddressPolicy = PUBLIC_ONLY,
    answer_bytes: int = 500,
) -> Posted:
    """POST `body` to `url`; any answer is one, a redirect too. No cookies, credentials or proxies are used.

    Raises FetchError: invalid_url, forbidden_port, forbidden_address, dns_failed, connect_failed, tls_failed, timed_out,
    too_large, bad_response.
    """
    target = read_url(url)
    budget = Budget(limits, target.shown)
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = connect(target, policy, budget)
    try:
        connection.putrequest("POST", target.path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": target.netloc, "User-Agent": AGENT, "Accept": "*/*", "Connection": "close", **headers}
        for name, value in {**sent, "Content-Length": str(len(body))}.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return Posted(
            response.status,
            _first_words(response, answer_bytes),
            retry_after(response.getheader("Retry-After") or ""),
        )
    except TimeoutError:
        raise budget.timed_out() from None
    except (http.client.HTTPException, ValueError, OSError):
        raise FetchError(
            "bad_response",
            f"{target.shown} broke off, or did not answer as a web server does.",
            retryable=True,
        ) from None
    finally:
        connection.close()


def check_address(url: str, *, policy: AddressPolicy = PUBLIC_ONLY) -> Target:
    """Reads `url` and looks its name up now: FetchError as `post` would raise before it connects."""
    target = read_url(url)
    check_name(target, policy, Budget(Limits(total_seconds=5.0), target.shown))
    return target


def _first_words(response: http.client.HTTPResponse, most: int) -> str:
    """Of the body; one that breaks off or never comes is no worse than none: the status has been said."""
    try:
        read = response.read(most)
    except (http.client.HTTPException, OSError, ValueError, FetchError):
        return ""
    text = read.decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).strip()
