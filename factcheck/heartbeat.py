"""The worker's sign of life: what it is, in the cache, renewed every few seconds, gone soon after the worker is."""

import logging
import time
from typing import Any, TypedDict

from celery.signals import heartbeat_sent, worker_ready
from django.core.cache import cache
from redis.exceptions import RedisError

from factcheck.lib.errors import file_problem

logger = logging.getLogger(__name__)

KEY = "worker-heartbeat"
SECONDS = 20  # Celery sends a heartbeat every 2 seconds


class Heartbeat(TypedDict):
    """`extractor` is its version, or "" when it cannot be loaded; `problem` is then a sentence that says why."""

    at: float
    extractor: str
    problem: str


_logged = ""  # the problem that this worker's log has told last: it is told once, not at every beat


@worker_ready.connect
@heartbeat_sent.connect
def beat(**_: Any) -> None:
    extractor, problem = _extractor()
    _log(problem)
    cache.set(KEY, Heartbeat(at=time.time(), extractor=extractor, problem=problem), timeout=SECONDS)


def _extractor() -> tuple[str, str]:
    """The extractor's version and what is wrong with it; one of them is ""."""
    from claims import extraction

    try:
        return extraction.load(), ""
    except OSError as error:
        return "", file_problem(error)
    except Exception as error:  # noqa: BLE001 - a damaged extractor must show in /readyz, not stop the worker's heart
        return "", f"The extractor does not load ({type(error).__name__}): install this version again."


def _log(problem: str) -> None:
    global _logged  # noqa: PLW0603 - one worker, one log
    if problem and problem != _logged:
        logger.error("The extractor cannot be loaded, texts wait to be read. %s", problem)
    if _logged and not problem:
        logger.warning("The extractor is loaded again.")
    _logged = problem


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
