"""Who is looking at a claim just now: in the cache alone, gone by itself soon after the last look.

A lost cache loses no more than this. It tells who is there, never what anybody answered, so that a blind cross-check
stays blind.
"""

import functools
import logging
import time
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from factcheck.models import User

logger = logging.getLogger(__name__)

SECONDS = 45  # without a look, then somebody is not here any more
POLL_SECONDS = 20  # how often an open page looks
_PATIENCE = 0.5  # seconds for the cache to answer; a page does without it then
_PAUSE = 10  # seconds that a cache which did not answer is not asked again, so that it holds up no other page
_away_until = 0.0  # by the monotonic clock


def look(claim_id: int, *, by: User) -> list[str]:
    """Notes that `by` looks at the claim now; the names of the others who do, in order. One trip to the cache.

    Empty where the cache does not answer.
    """
    global _away_until  # noqa: PLW0603 - of this process, as is the connection
    if time.monotonic() < _away_until:
        return []
    key, now, me = f"presence:{claim_id}", time.time(), f"{by.pk} {by}"
    try:
        pipe = _client().pipeline(transaction=False)
        pipe.zadd(key, {me: now})
        pipe.zremrangebyscore(key, "-inf", now - SECONDS)
        pipe.expire(key, SECONDS)
        pipe.zrange(key, 0, -1)
        here: list[bytes] = pipe.execute()[-1]
    except redis.RedisError as error:  # a line a page while it is away, no traceback
        _away_until = time.monotonic() + _PAUSE
        logger.warning("Nobody is told who else looks at a claim: the cache does not answer: %s", error)
        return []
    others = [member.decode().partition(" ") for member in here]
    return sorted({name for pk, _, name in others if pk != str(by.pk)}, key=str.casefold)


@functools.cache
def _client() -> Any:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=_PATIENCE,
        socket_connect_timeout=_PATIENCE,
        retry=Retry(NoBackoff(), 0),  # left to itself, it tries ten more times, ever more slowly
    )
