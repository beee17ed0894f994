"""The worker dies in the middle, the broker forgets everything: every import still ends, once."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client

from articles.models import ArticleVersion, ImportItem
from articles.services.importing import ItemRequest, request_import
from claims.models import Appearance, ExtractionRun
from tests.drills.workers import Workers
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

ITEMS = 50


@pytest.fixture
def server() -> Iterator[TestServer]:
    with TestServer() as server:
        for n in range(ITEMS):
            text = "".join(
                f"<p>Mayor Mira Tolland said on day {day} that dam number {n} holds {day * (n + 1)} litres of water.</p>"
                for day in range(9)
            )
            page = f"<html><head><title>Dam {n}</title></head><body><article><h1>Dam {n}</h1>{text}</article></body></html>".encode()
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n\r\n".encode()
            )

            def slowly(sock: Any, seen: Any, answer: bytes = head + page) -> None:
                time.sleep(0.15)  # long enough to be killed in the middle
                sock.sendall(answer)

            server.handle(f"/{n}", slowly)
        yield server


@pytest.fixture
def workers(server: TestServer, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(server.port, tmp_path)
    try:
        yield workers
    finally:
        workers.stop()


def wait_until(reached: Any, seconds: float, workers: Workers) -> None:
    end = time.monotonic() + seconds
    while not reached():
        died = [p.args for p in (workers.worker, workers.beat) if p.poll() is not None]
        if died or time.monotonic() > end:
            logs = "".join(
                (workers.folder / f"{name}.log").read_text()[-3000:] for name in ("worker", "beat")
            )
            states = Counter(ImportItem.objects.values_list("state", "error_message"))
            pytest.fail(
                f"not reached in {seconds} s: items {states}, runs {Counter(runs_by_state())}\n{logs}"
            )
        time.sleep(0.1)


def runs_by_state() -> list[str]:
    return list(ExtractionRun.objects.values_list("state", flat=True))


def done_items() -> int:
    return ImportItem.objects.filter(state="done").count()


def test_kill_9_and_an_emptied_broker_lose_nothing(workers: Workers, server: TestServer) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    job = request_import(
        by=make_user(role="researcher"),
        items=[
            ItemRequest(kind="url", url=server.url(f"/{n}"), outlet="Lakeside Post") for n in range(ITEMS)
        ],
    )
    started = time.monotonic()
    broker = redis.from_url(django_settings.REDIS_URL)
    for already in (5, 15, 25):
        wait_until(lambda wanted=already: done_items() >= wanted, 90, workers)
        time.sleep(chance.random() * 0.3)
        workers.kill_and_replace_worker()
        if already == 15:
            broker.flushall()
    assert done_items() < ITEMS, "the worker was to be killed before the end"
    wait_until(lambda: done_items() == ITEMS, 120, workers)
    wait_until(lambda: runs_by_state() == ["done"] * ITEMS, 120, workers)
    print(
        f"{ITEMS} imports, 3 kill -9, 1 flush: all done and extracted in {time.monotonic() - started:.1f} s"
    )

    assert ImportItem.objects.filter(job=job, state="done").count() == ITEMS
    assert ArticleVersion.objects.count() == ITEMS
    assert ExtractionRun.objects.count() == ITEMS
    texts = Counter(ArticleVersion.objects.values_list("sha256", flat=True))
    assert set(texts.values()) == {1}
    found = sum(ExtractionRun.objects.values_list("claims", flat=True))
    assert found >= 9 * ITEMS
    assert Appearance.objects.count() == found


def test_a_page_says_so_when_the_worker_of_a_job_has_died(
    workers: Workers, server: TestServer, client: Client
) -> None:
    user = make_user(role="researcher")
    client.force_login(user)
    items = [ItemRequest(kind="url", url=server.url(f"/{n}"), outlet="Lakeside Post") for n in range(ITEMS)]
    address = request_import(by=user, items=items).get_absolute_url()
    wait_until(lambda: done_items() > 0, 90, workers)
    assert "No worker has been heard of" not in client.get(address).content.decode()
    os.killpg(workers.worker.pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while "No worker has been heard of" not in client.get(address).content.decode():
        assert time.monotonic() < deadline, "nobody says that nothing goes on"
        time.sleep(1)
