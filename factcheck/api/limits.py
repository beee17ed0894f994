"""How often somebody may ask: counted per key, per account or, for who is not signed in, per address.

Counts lie in the cache, a window of a minute each. A cache that is away lets everybody through.
"""

import functools
import logging
import math
import time
from typing import Any, NamedTuple

import redis
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request

from factcheck.lib.clients import client_address

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds
_PATIENCE = 0.5  # seconds for the cache to answer
_LOGGED_EVERY = 60.0
_LEFT_ALONE = 5.0  # seconds after it did not answer


class Count(NamedTuple):
    """What somebody has of a window: `limit` requests in all, `left`, and `resets_in` seconds."""

    limit: int
    left: int
    resets_in: int

    @property
    def is_over(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        """As the IETF's draft on rate limit headers names them."""
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.left)),
            "RateLimit-Reset": str(self.resets_in),
        }
        return told | {"Retry-After": told["RateLimit-Reset"]} if self.is_over else told


def count_request(request: Request, *, anonymous: bool = False) -> Count | None:
    """Counts one request of whoever asks. None: there is no limit, or the cache does not answer."""
    key = getattr(None if anonymous else request.user, "through_key", None)
    if key is not None:
        who, limit = f"key:{key.pk}", settings.API_RATE_KEY
    elif not anonymous and request.user and request.user.is_authenticated:
        who, limit = f"user:{request.user.pk}", settings.API_RATE_USER
    else:
        return count_address(request._request)
    return _count(who, limit, time.time()) if limit else None


def count_address(request: HttpRequest) -> Count | None:
    """Counts one request of somebody who need not be signed in, by where it comes from."""
    limit = settings.API_RATE_ANONYMOUS
    return _count(f"address:{client_address(request)}", limit, time.time()) if limit else None


def _count(who: str, limit: int, now: float) -> Count | None:
    if time.monotonic() < _away_until:
        return None
    window = int(now // WINDOW)
    try:
        pipe = _client().pipeline(transaction=False)
        pipe.incr(name := f"rate:{who}:{window}")
        pipe.expire(name, WINDOW * 2)
        asked: int = pipe.execute()[0]
    except redis.RedisError as error:
        _log(error)
        return None
    return Count(limit, limit - asked, math.ceil((window + 1) * WINDOW - now))


_logged_at = _away_until = -math.inf


def _log(error: Exception) -> None:
    """One line, not one a request; and for a while nobody waits for the cache again."""
    global _logged_at, _away_until  # noqa: PLW0603 - of this process
    _away_until = time.monotonic() + _LEFT_ALONE
    if time.monotonic() - _logged_at >= _LOGGED_EVERY:
        _logged_at = time.monotonic()
        logger.warning("Nobody's requests are counted: the cache does not answer: %s", error)


@functools.cache
def _client() -> Any:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),  # the library's own waits are longer than anybody's request
    )
