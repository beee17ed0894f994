"""The worker's sign of life: what it is, in the cache, renewed every few seconds, gone soon after the worker is."""

import logging
import time
from typing import Any, TypedDict

from celery.signals import heartbeat_sent, worker_ready
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

KEY = "worker-heartbeat"
SECONDS = 20  # Celery sends a heartbeat every 2 seconds


class Heartbeat(TypedDict):
    at: float
    extractor: str


@worker_ready.connect
@heartbeat_sent.connect
def beat(**_: Any) -> None:
    cache.set(KEY, Heartbeat(at=time.time(), extractor=_extractor()), timeout=SECONDS)


def _extractor() -> str:
    """The extractor's version, or "" when it cannot be loaded."""
    from claims import extraction

    try:
        return extraction.load()
    except Exception:  # a damaged extractor must show in /readyz, not stop the worker's heart
        logger.exception("the extractor cannot be loaded")
        return ""


def last_heartbeat() -> Heartbeat | None:
    """The latest sign of life of any worker; None if there was none in the last SECONDS."""
    beat: Heartbeat | None = cache.get(KEY)
    return beat


def worker_is_heard() -> bool:
    """Whether any worker gave a sign of life lately; False as well when the cache that would tell does not answer."""
    try:
        return last_heartbeat() is not None
    except RedisError:
        return False
