"""One GET, with its redirects."""

import http.client
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin

from .addresses import PUBLIC_ONLY, AddressPolicy
from .agent import USER_AGENT
from .body import incomplete, read_body
from .errors import FetchError
from .limits import DEFAULT_LIMITS, Budget, Limits
from .transport import connect
from .urls import Target, read_url

PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/plain"})

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_HEADER_VALUE = re.compile(r"[!-~\xa1-\xff](?:[ -~\xa1-\xff]{0,1000}[!-~\xa1-\xff])?")
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Fetched:
    """What an address answered.

    `url` is the address asked for, `final_url` the one that answered, `redirects` those that pointed on, in
    order. `headers` has lower-case names; repeated ones are joined with ", ". `media_type` is lower case without
    parameters; `charset` is the one of the Content-Type header, or "". `content` is decompressed; it is empty where
    nothing changed since the caller's copy (`not_modified`). `moved_to` is where permanent redirects (301, 308) lead
    from `url`, up to the first that is not permanent; "" where there is none.
    """

    url: str
    final_url: str
    status: int
    headers: dict[str, str]
    media_type: str
    charset: str
    content: bytes
    redirects: tuple[str, ...]
    fetched_at: datetime
    moved_to: str = ""

    @property
    def not_modified(self) -> bool:
        """Whether the address said (304) that the copy whose `etag` or `last_modified` was given is still right."""
        return self.status == HTTPStatus.NOT_MODIFIED


def fetch(
    url: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
    policy: AddressPolicy = PUBLIC_ONLY,
    accept: Collection[str] | None = PAGE_TYPES,
    etag: str = "",
    last_modified: str = "",
    before_request: Callable[[Target], None] = lambda target: None,
) -> Fetched:
    """GET `url` and follow its redirects; a 2xx answer with a body of a media type in `accept` (None: any).

    `etag` and `last_modified` are those headers of an earlier answer: where the page is still that one, the answer
    is `not_modified`. `before_request` is called with each address just before it is asked, redirects too; it may wait,
    or refuse by a FetchError. No cookies, credentials or proxies are used. Raises FetchError; its codes: invalid_url, forbidden_port,
    forbidden_address, dns_failed, connect_failed, tls_failed, timed_out, too_large, too_many_redirects,
    redirect_loop, insecure_redirect, http_status, bad_response, incomplete, unsupported_encoding, not_html
    (where `accept` is PAGE_TYPES), unexpected_type (where it is something else), empty.
    """
    target = read_url(url)
    before_request(target)
    budget = Budget(limits, target.shown)
    headers = _request_headers(accept, etag, last_modified)
    passed: list[str] = []
    moved_to, still_permanent = "", True
    while True:
        answer = _get_one(target, policy, budget, accept, headers)
        if isinstance(answer, Fetched):
            return replace(answer, url=url, redirects=tuple(passed), moved_to=moved_to)
        still_permanent = still_permanent and answer.permanent
        moved_to = answer.target.url if still_permanent else moved_to
        passed.append(target.url)
        if answer.target.url in passed:
            raise FetchError(
                "redirect_loop", f"{budget.shown} sends its readers round in a circle: check the link."
            )
        if len(passed) > limits.redirects:
            raise FetchError(
                "too_many_redirects",
                f"{budget.shown} redirects more than {limits.redirects} times: use the address it ends at.",
            )
        if target.scheme == "https" and answer.target.scheme == "http":
            raise FetchError(
                "insecure_redirect",
                f"{budget.shown} redirects from a secure to an insecure address ({answer.target.shown}): "
                "if that is intended, import that address itself.",
            )
        target = answer.target
        before_request(target)


@dataclass(frozen=True)
class _Redirect:
    target: Target
    permanent: bool


def _get_one(
    target: Target,
    policy: AddressPolicy,
    budget: Budget,
    accept: Collection[str] | None,
    headers: Sequence[tuple[str, str]],
) -> Fetched | _Redirect:
    """One request, no redirect followed: the answer, or where it points."""
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = connect(target, policy, budget)
    try:
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", target.netloc), *headers):
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        if response.status in _REDIRECTS and response.getheader("Location"):
            return _Redirect(_location(response, target), response.status in _PERMANENT)
        conditional = any(name.startswith("If-") for name, _ in headers)
        return _read(response, target, budget, accept, conditional=conditional)
    except TimeoutError:
        raise budget.timed_out() from None
    except http.client.IncompleteRead:
        raise incomplete(budget) from None
    except (http.client.HTTPException, ValueError):
        raise FetchError(
            "bad_response",
            f"{target.shown} did not answer as a web server does: check the link.",
            retryable=True,
        ) from None
    except OSError:
        raise incomplete(budget) from None
    finally:
        connection.close()


def _request_headers(accept: Collection[str] | None, etag: str, last_modified: str) -> list[tuple[str, str]]:
    conditions = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return [
        ("User-Agent", USER_AGENT),
        ("Accept", ", ".join(sorted(accept)) if accept else "*/*"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
        # What cannot stand in a header is no validator that a server gave: the page is fetched whole.
        *((name, value) for name, value in conditions if value and _HEADER_VALUE.fullmatch(value)),
    ]


def _location(response: http.client.HTTPResponse, target: Target) -> Target:
    # http.client reads headers as latin-1; servers that do not encode their addresses send UTF-8.
    location = response.getheader("Location", "").encode("latin-1", "replace").decode("utf-8", "replace")
    try:
        return read_url(urljoin(target.url, location))
    except (FetchError, ValueError):
        raise FetchError(
            "invalid_url", f"{target.shown} redirects to an address that may not be fetched: check the link."
        ) from None


def _read(
    response: http.client.HTTPResponse,
    target: Target,
    budget: Budget,
    accept: Collection[str] | None,
    *,
    conditional: bool,
) -> Fetched:
    if response.status == HTTPStatus.NOT_MODIFIED and conditional:
        return _answer(response, target, b"", "", "")
    if not 200 <= response.status < 300:
        raise _status_error(response, target)
    media_type = response.headers.get_content_type() if response.getheader("Content-Type") else ""
    if accept is not None and media_type and media_type not in accept:
        raise _type_error(media_type, target, accept)
    content = read_body(response, budget)
    if not content.strip():
        raise FetchError("empty", f"{target.shown} answered with an empty page: check the link.")
    if not media_type:
        media_type = "text/html" if b"<" in content[:1024] else "application/octet-stream"
        if accept is not None and media_type not in accept:
            raise _type_error(media_type, target, accept)
    return _answer(
        response, target, content, media_type, _plain(response.headers.get_content_charset() or "")
    )


def _answer(
    response: http.client.HTTPResponse, target: Target, content: bytes, media_type: str, charset: str
) -> Fetched:
    return Fetched(
        url=target.url,
        final_url=target.url,
        status=response.status,
        headers={
            _plain(name.lower()): _plain(", ".join(response.headers.get_all(name, [])))
            for name in response.headers
        },
        media_type=media_type,
        charset=charset,
        content=content,
        redirects=(),
        fetched_at=datetime.now(UTC),
    )


def _plain(value: str) -> str:
    """A header value that any database stores: no control characters, no lone surrogates."""
    return "".join(c for c in value if c.isprintable()).encode("utf-8", "ignore").decode()


def _status_error(response: http.client.HTTPResponse, target: Target) -> FetchError:
    try:
        name = f"{response.status} {HTTPStatus(response.status).phrase}"
    except ValueError:
        name = str(response.status)
    retryable = response.status in _TRY_AGAIN
    if retryable:
        advice = "try again later."
    elif response.status in (401, 402, 403, 451):
        advice = "the site does not let us read it; paste the text instead."
    else:
        advice = "check the link."
    return FetchError(
        "http_status",
        f"{target.shown} answered {name}: {advice}",
        retryable=retryable,
        status=response.status,
        retry_after=retry_after(response.getheader("Retry-After") or ""),
    )


def retry_after(value: str) -> int | None:
    """Seconds from now, of either form of the header Retry-After; None where it says neither."""
    if value.strip().isdecimal():
        return int(value.strip()[:9])
    try:
        until = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0, round((until - datetime.now(UTC)).total_seconds()))


def _type_error(media_type: str, target: Target, accept: Collection[str]) -> FetchError:
    if accept == PAGE_TYPES:
        return FetchError(
            "not_html",
            f"{target.shown} is not a web page but {media_type}: download it and upload its text, or paste it.",
        )
    return FetchError(
        "unexpected_type", f"{target.shown} is {media_type}, which is not what is expected there."
    )
