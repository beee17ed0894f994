"""Sweepers: the database says what is undone, messages only make it quick."""

from typing import Any

from celery import Task, current_app
from django.db.models import QuerySet
from kombu.exceptions import ChannelError

BUSY = 100  # messages waiting: the workers have enough to do, what is undone is most likely among it
BATCH = 1000


def messages_waiting() -> int:
    """How many messages wait in the broker's default queue."""
    with current_app.connection_for_read() as connection:
        try:
            channel: Any = connection.default_channel
            return int(channel.queue_declare(current_app.conf.task_default_queue, passive=True).message_count)
        except ChannelError:  # no queue: nothing was ever sent, or the broker was emptied
            return 0


def nudge(task: Task[Any, None], undone: QuerySet[Any]) -> int:
    """Sends a message for each undone row, unless the workers are busy with messages already; returns how many.

    A row whose message is still on its way gets a second one: tasks claim their row first, so the second does nothing.
    """
    if messages_waiting() >= BUSY:
        return 0
    ids = list(undone.values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        task.delay(pk)
    return len(ids)
