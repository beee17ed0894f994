"""From a `Target` to a connected socket: resolve, check every address, connect to a checked one, check the peer.

The socket that comes back draws on the fetch's `Budget` with every read, so that time and bytes are bounded
under everything built on it: status line, endless headers, chunk sizes, trailers, body.
"""

import queue
import socket
import ssl
import threading
from functools import cache
from typing import Any

import certifi

from .addresses import AddressPolicy
from .errors import FetchError
from .limits import Budget
from .urls import Target

_ATTEMPTS = 4
_ATTEMPT_SECONDS = 4.0

_Records = list[tuple[Any, ...]]


class _BudgetedReads:
    """Mixin for socket classes: http.client reads through `recv_into` only."""

    budget: Budget | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.budget is None:  # inside the TLS handshake, which the socket's own time-out bounds
            return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]
        self.settimeout(self.budget.seconds_left(self.budget.limits.idle_seconds))  # type: ignore[attr-defined]
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        self.budget.spend_wire(count)
        return count


class _Socket(_BudgetedReads, socket.socket):
    pass


class _TLSSocket(_BudgetedReads, ssl.SSLSocket):
    pass


def connect(target: Target, policy: AddressPolicy, budget: Budget) -> socket.socket:
    """A socket connected to an address of `target.host` that `policy` allows, over TLS where the scheme says so.

    Raises FetchError: forbidden_port, forbidden_address, dns_failed, connect_failed, tls_failed, timed_out.
    """
    records = check_name(target, policy, budget)
    sock = _connect_to_first(target, records, budget)
    try:
        if not policy.allows_address(sock.getpeername()[0]):
            raise _forbidden(target)
        if target.scheme == "https":
            return _secure(sock, target, budget)
        sock.budget = budget
        return sock
    except BaseException:
        sock.close()
        raise


def check_name(target: Target, policy: AddressPolicy, budget: Budget) -> _Records:
    """What the host's name resolves to, all of which `policy` allows.

    Raises FetchError: forbidden_port, forbidden_address, dns_failed, timed_out.
    """
    if not policy.allows_port(target.port):
        raise FetchError(
            "forbidden_port",
            f"{target.netloc} uses port {target.port}, but only {' and '.join(map(str, policy.ports))} may be fetched: "
            "if it is your own site, an operator can allow its port and address; or upload the page.",
        )
    records = _resolve(target, budget)
    if not all(policy.allows_address(record[4][0]) for record in records):
        raise _forbidden(target)
    return records


def _resolve(target: Target, budget: Budget) -> _Records:
    """What getaddrinfo says of the host. It knows no time-out, so a thread waits for it and may be left behind."""
    answers: queue.SimpleQueue[_Records | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(target.host, target.port, 0, socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(
                error if isinstance(error, OSError) else socket.gaierror(socket.EAI_NONAME, str(error))
            )

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=budget.seconds_left(budget.limits.total_seconds))
    except queue.Empty:
        raise budget.timed_out() from None
    if isinstance(answer, OSError) or not answer:
        raise FetchError(
            "dns_failed",
            f"There is no site named {target.host}, or its name cannot be looked up now: check the link.",
            retryable=getattr(answer, "errno", None) == socket.EAI_AGAIN,
        )
    return answer


def _connect_to_first(target: Target, records: _Records, budget: Budget) -> _Socket:
    """The first of the checked addresses that answers. IPv4 first: a dead IPv6 route beside it is common."""
    seconds = budget.seconds_left(budget.limits.connect_seconds)
    for record in sorted(records, key=lambda record: record[0] != socket.AF_INET)[:_ATTEMPTS]:
        family, kind, protocol, _, address = record
        try:
            sock = _Socket(family, kind, protocol)
        except OSError:  # a family this machine does not have
            continue
        try:
            sock.settimeout(min(_ATTEMPT_SECONDS, budget.seconds_left(seconds)))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError:
            sock.close()
        except BaseException:
            sock.close()
            raise
    raise FetchError(
        "connect_failed",
        f"{target.netloc} cannot be reached: the site may be down; try again later.",
        retryable=True,
    )


def _secure(sock: _Socket, target: Target, budget: Budget) -> _TLSSocket:
    sock.settimeout(budget.seconds_left(budget.limits.connect_seconds))
    try:
        secured = tls_context().wrap_socket(sock, server_hostname=target.host)
    except TimeoutError:
        raise budget.timed_out() from None
    except ssl.SSLCertVerificationError as error:
        raise FetchError(
            "tls_failed",
            f"The certificate of {target.netloc} is not valid ({error.verify_message}), so what it sends cannot be "
            "trusted to be the site's: check the link.",
        ) from None
    except OSError:
        raise FetchError(
            "tls_failed",
            f"No secure connection to {target.netloc} could be made: try again later.",
            retryable=True,
        ) from None
    assert isinstance(secured, _TLSSocket)  # by the context's sslsocket_class
    secured.budget = budget
    return secured


@cache
def tls_context() -> ssl.SSLContext:
    """The machine's certificates plus certifi's, so that an image without any can fetch as well."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _TLSSocket
    return context


def _forbidden(target: Target) -> FetchError:
    return FetchError(
        "forbidden_address",
        f"{target.netloc} is not on the public internet, so it may not be fetched: "
        "if it is your own site, an operator can allow its address; or upload the page.",
    )
