"""Visiting a site as a polite guest does: when it is its turn, and where its robots.txt lets us."""

import time
from contextlib import suppress
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from articles.fetching import PUBLIC_ONLY, AddressPolicy, Fetched, FetchError, Limits, Target, fetch
from articles.fetching.robots import Robots, read_robots, robots_text
from articles.services.turns import WaitingForTurn, give_back_turn, take_turn

PATIENCE_SECONDS = 3.0  # for whoever has no queue to go back to, and for a host that a redirect leads to
_LONGEST_CRAWL_DELAY = 30.0
_LONGEST_REST = 3600.0
_REST_AFTER_429 = 60.0  # where the site does not say how long
_ROBOTS_FRESH_SECONDS = 24 * 3600
_ROBOTS_KEPT_SECONDS = 7 * _ROBOTS_FRESH_SECONDS  # to fall back on while the site's own cannot be had
_ROBOTS_LIMITS = Limits(total_seconds=10)
# A robots.txt that a site does not have, says RFC 9309 (2.3.1.3); one that is empty or never arrived at has no rules.
_NO_ROBOTS = frozenset({"empty", "too_many_redirects", "redirect_loop", "insecure_redirect"})
_NO_SITE = frozenset(
    {"forbidden_port", "forbidden_address", "dns_failed", "connect_failed", "tls_failed", "timed_out"}
)


def fetch_politely(
    url: str, *, line: str = "", patience: float = PATIENCE_SECONDS, **options: Any
) -> Fetched:
    """`fetch(url, **options)` under this desk's policy, in the turn of each host it comes to, as robots.txt allows.

    Sleeps for at most `patience` seconds, then raises WaitingForTurn with a place in `line` (see `take_turn`). Other
    FetchErrors: `fetch`'s, robots_disallowed, robots_unreachable.
    """
    with Visit(line=line, patience=patience) as visit:
        return fetch(url, policy=fetch_policy(), before_request=visit.come_to, **options)


def fetch_policy() -> AddressPolicy:
    """What this desk's fetcher may connect to."""
    return AddressPolicy(
        allow=tuple(settings.FETCH_ALLOW_ADDRESSES), ports=(80, 443, *settings.FETCH_ALLOW_PORTS)
    )


class Visit:
    """The way to one page over its redirects. A host keeps its turn while we stay: the site's robots.txt, once a day,
    and redirects within it are one visit, as they are for a reader's browser."""

    def __init__(self, *, line: str, patience: float) -> None:
        self._line, self._patience = line, patience
        self._host, self._token, self._pause = "", "", 0.0

    def __enter__(self) -> "Visit":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(rest=_rest_after(error))

    def come_to(self, target: Target) -> None:
        """Before each request. Raises FetchError: waiting_for_turn, robots_disallowed, robots_unreachable, and what
        keeps a site's robots.txt and its pages alike from being fetched."""
        robots = _known_robots(target)
        if robots is not None:
            _require_allowed(robots, target)
        host = target.host.removeprefix("www.")
        if host != self._host:
            first = not self._host
            self._leave()
            self._pause = _pause(target, robots)
            self._take(host, self._patience if first else max(self._patience, PATIENCE_SECONDS))
        if robots is None:
            robots = _fetch_robots(target)
            self._pause = _pause(target, robots)
            _require_allowed(robots, target)

    def _take(self, host: str, patience: float) -> None:
        self._host = host
        if not self._pause:  # a server of the desk's own
            return
        until = time.monotonic() + patience
        while not self._token:
            try:
                self._token = take_turn(host, pause=self._pause)
            except WaitingForTurn as busy:
                if busy.seconds > until - time.monotonic():
                    self._token = take_turn(host, pause=self._pause, line=self._line)
                else:
                    time.sleep(busy.seconds)

    def _leave(self, rest: float = 0) -> None:
        if self._token:
            give_back_turn(self._host, self._token, pause=self._pause, rest=rest)
        self._host, self._token = "", ""


def _pause(target: Target, robots: Robots | None) -> float:
    """Seconds between two visits to the target's host."""
    if not PUBLIC_ONLY.allows_address(target.host) and fetch_policy().allows_address(target.host):
        return float(settings.FETCH_ALLOWED_DELAY_SECONDS)
    wished = min(robots.crawl_delay, _LONGEST_CRAWL_DELAY) if robots else 0.0
    return max(float(settings.FETCH_HOST_DELAY_SECONDS), wished)


def _rest_after(error: BaseException | None) -> float:
    """How long a site that answered with "too much" wants to be left alone."""
    if not isinstance(error, FetchError) or error.status not in (429, 503):
        return 0.0
    unsaid = _REST_AFTER_429 if error.status == 429 else 0.0
    return min(unsaid if error.retry_after is None else float(error.retry_after), _LONGEST_REST)


# --- robots.txt


def _require_allowed(robots: Robots, target: Target) -> None:
    if not robots.allows(target.url):
        raise FetchError(
            "robots_disallowed",
            f"{target.netloc} asks programs not to fetch {target.shown} (its robots.txt): paste the text instead, or "
            "ask an admin to turn that rule off for this desk (FETCH_OBEY_ROBOTS).",
        )


def _known_robots(target: Target) -> Robots | None:
    """The rules that need no fetching; None where the site has to be asked."""
    if not settings.FETCH_OBEY_ROBOTS or target.path == "/robots.txt":
        return read_robots("")
    text, fresh_until = _kept_robots(target)
    return read_robots(text) if fresh_until > time.time() else None


def _fetch_robots(target: Target) -> Robots:
    try:
        fetched = fetch(_robots_url(target), policy=fetch_policy(), limits=_ROBOTS_LIMITS, accept=None)
        text = robots_text(fetched.content)
    except FetchError as error:
        if error.code in _NO_SITE:
            raise
        kept, fresh_until = _kept_robots(target)
        is_missing = error.status is not None and 400 <= error.status < 500 and error.status != 429
        if is_missing or error.code in _NO_ROBOTS:
            text = ""
        elif fresh_until:
            return read_robots(kept)
        else:
            raise FetchError(
                "robots_unreachable",
                f"Whether {target.netloc} may be fetched cannot be known, because its robots.txt cannot be read now: "
                "try again later, or paste the text instead.",
                retryable=True,
                status=error.status,
                retry_after=error.retry_after,
            ) from None
    with suppress(RedisError):  # kept nowhere while the cache is away
        cache.set(_robots_key(target), (text, time.time() + _ROBOTS_FRESH_SECONDS), _ROBOTS_KEPT_SECONDS)
    return read_robots(text)


def _kept_robots(target: Target) -> tuple[str, float]:
    """The text as last fetched and when it grows stale, in seconds since 1970; ("", 0) where there is none."""
    with suppress(RedisError):
        kept: tuple[str, float] | None = cache.get(_robots_key(target))
        return kept or ("", 0.0)
    return "", 0.0


def _robots_url(target: Target) -> str:
    return urljoin(target.url, "/robots.txt")


def _robots_key(target: Target) -> str:
    return f"robots:{target.scheme}:{target.netloc}"
