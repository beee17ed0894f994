"""The worker dies in the middle, the broker forgets everything: every import still ends, once."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection

from articles.models import ArticleVersion, ImportItem
from articles.services.importing import ItemRequest, request_import
from claims.models import Appearance, ExtractionRun
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
ITEMS = 50


class Workers:
    """A Celery worker and beat of this project against the test's own database and broker."""

    def __init__(self, port: int, folder: Path) -> None:
        test_database = psycopg.conninfo.make_conninfo(
            os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]
        )
        self.folder = folder
        self.env = os.environ | {
            "DATABASE_URL": test_database,
            "SWEEP_SECONDS": "1",
            "IMPORT_LEASE_SECONDS": "6",
            "EXTRACTION_LEASE_SECONDS": "6",
            "FETCH_ALLOW_ADDRESSES": "127.0.0.1/32",
            "FETCH_ALLOW_PORTS": str(port),
        }
        self.beat = self._start("beat", "-s", str(folder / "beat.db"), "--pidfile=")
        self.worker = self.start_worker()

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--concurrency=2", "--without-mingle", "--without-gossip")

    def kill_and_replace_worker(self) -> None:
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.worker = self.start_worker()

    def stop(self) -> None:
        for process in (self.beat, self.worker):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{arguments[0]}.log").open("ab")
        command = [sys.executable, "-m", "celery", "-A", "factcheck", *arguments, "--loglevel=INFO"]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )


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
