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

from factcheck.models import User

logger = logging.getLogger(__name__)

SECONDS = 45  # without a look, then somebody is not here any more
POLL_SECONDS = 20  # how often an open page looks
_PATIENCE = 0.5  # seconds for the cache to answer; a page does without it then


def look(claim_id: int, *, by: User) -> list[str]:
    """Notes that `by` looks at the claim now; the names of the others who do, in order. One trip to the cache.

    Empty where the cache does not answer.
    """
    key, now, me = f"presence:{claim_id}", time.time(), f"{by.pk} {by}"
    try:
        pipe = _client().pipeline(transaction=False)
        pipe.zadd(key, {me: now})
        pipe.zremrangebyscore(key, "-inf", now - SECONDS)
        pipe.expire(key, SECONDS)
        pipe.zrange(key, 0, -1)
        here: list[bytes] = pipe.execute()[-1]
    except redis.RedisError as error:  # a line a page while it is away, no traceback
        logger.warning("Nobody is told who else looks at a claim: the cache does not answer: %s", error)
        return []
    others = [member.decode().partition(" ") for member in here]
    return sorted({name for pk, _, name in others if pk != str(by.pk)}, key=str.casefold)


@functools.cache
def _client() -> Any:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
    )
