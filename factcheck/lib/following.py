"""What one task's row leads to is done by the same worker right after it, where that spares a message and costs no one.

Only the quick way: a row says that it is undone as ever, and whoever dies in between leaves it to the sweeper.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task

logger = logging.getLogger(__name__)

# A task that took longer sends messages: what follows has time limits of its own to keep.
LONGEST_SECONDS = 30.0

_Waiting = list[tuple[Task[Any, None], int]]
_waiting: ContextVar[_Waiting | None] = ContextVar("what this worker does next", default=None)


def wake(task: Task[Any, None], pk: int) -> None:
    """Has `task` done for the row `pk`: by this worker, once it is through with what it is at, or else by any."""
    waiting = _waiting.get()
    if waiting is None:
        task.delay(pk)
    else:
        waiting.append((task, pk))


@contextmanager
def and_what_follows() -> Iterator[None]:
    """Around a task's work: what it wakes is done after it, here; of each, only its own row suffers when it fails."""
    began, waiting = time.monotonic(), _Waiting()
    token = _waiting.set(waiting)
    try:
        yield
        while waiting and time.monotonic() - began < LONGEST_SECONDS:
            task, pk = waiting.pop(0)
            try:
                task(pk)
            except Exception:  # as where it had been a task of its own; the sweeper has it done again
                logger.exception("%s %s", task.name, pk)
    finally:
        _waiting.reset(token)
        for task, pk in waiting:
            task.delay(pk)
