"""Workers that poll at the same time, with real connections."""

import socket
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Feed, FeedEntry, ImportItem, ImportJob
from articles.services.feeds import add_feed
from articles.services.polling import poll_feed
from articles.tasks import poll_feeds
from factcheck.lib.errors import Conflict
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import Seen, TestServer

from .pages import item, rss

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def researcher(monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr("articles.services.feeds.poll_feed_task.delay", lambda _pk: None)
    monkeypatch.setattr("articles.services.importing.wake_import_job.delay", lambda _pk: None)
    return make_user("rosa", "researcher")


def at_once(count: int, act: Any) -> list[Any]:
    results: list[Any] = []
    gate = threading.Barrier(count)

    def run(n: int) -> None:
        gate.wait()
        try:
            results.append(act(n))
        except Exception as error:  # noqa: BLE001 - what went wrong in a thread is an answer like any other
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_workers_poll_a_feed_once(researcher: User, server: TestServer) -> None:
    asked = threading.Semaphore(0)

    def slowly(connection: socket.socket, seen: Seen) -> None:
        asked.acquire(timeout=1)
        body = rss(*(item(f"/{n}") for n in range(20))).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )

    server.handle("/feed", slowly)
    feed = add_feed(by=researcher, url=server.url("/feed"), outlet="Larn Courier")
    polled = at_once(6, lambda _n: poll_feed(feed_id=feed.pk))
    assert [one for one in polled if one is not None] == [feed], polled
    assert len(server.requests) == 1
    assert (ImportJob.objects.count(), ImportItem.objects.count(), FeedEntry.objects.count()) == (1, 20, 20)


def test_a_feed_that_many_add_at_once_is_there_once(researcher: User) -> None:
    added = at_once(5, lambda n: add_feed(by=researcher, url="https://courier.example/rss", name=f"Mine {n}"))
    assert sum(isinstance(one, Feed) for one in added) == 1
    assert sum(isinstance(one, Conflict) for one in added) == 4, added


def test_the_sweeper_wakes_workers_for_what_is_due_and_for_nothing_else(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    due, later, paused = (
        add_feed(by=researcher, url=f"https://courier.example/{n}", outlet="Larn Courier") for n in range(3)
    )
    Feed.objects.filter(pk=later.pk).update(next_poll_at=timezone.now() + timedelta(minutes=5))
    Feed.objects.filter(pk=paused.pk).update(active=False)
    woken: list[int] = []
    monkeypatch.setattr("articles.tasks.poll_feed.delay", woken.append)
    poll_feeds()
    assert woken == [due.pk]
