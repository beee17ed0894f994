"""A job of 1,000 items while everything around it dies in turn: every item ends, each version is there once."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import Error, connection

from articles.models import ArticleVersion, ImportItem
from articles.services.importing import ItemRequest, request_import
from claims.models import Appearance, ExtractionRun
from factcheck.localservices.postgres import Postgres
from tests.drills.workers import Workers
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = pytest.mark.drill

ITEMS = 1000
# What happens, at a random moment each; twice is twice.
TROUBLES = (
    ("worker killed",) * 4 + ("process killed",) * 4 + ("broker flushed",) * 2 + ("PostgreSQL restarted",)
)
PATIENCE = 180.0  # seconds without anything ending


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Postgres]:
    """A server of this drill's own, with everything on disk, so that it can be restarted."""
    folder = Path(tmp_path_factory.mktemp("chaos"))
    for above in (folder, *folder.parents):
        if above.stat().st_uid == os.geteuid() and above != Path("/"):
            above.chmod(
                above.stat().st_mode | 0o011
            )  # PostgreSQL may run as another user and has to pass through
    server = Postgres(folder / "postgres")
    before = dict(connection.settings_dict)
    try:
        server.start()
        given = psycopg.conninfo.conninfo_to_dict(server.url)
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict.update(
                NAME=given["dbname"], USER=given["user"], HOST=given["host"], PORT=str(given["port"])
            )
            ContentType.objects.clear_cache()
            call_command("migrate", verbosity=0, interactive=False)
            yield server
            connection.close()
    finally:
        connection.settings_dict.update(before)
        ContentType.objects.clear_cache()
        server.stop()


@pytest.fixture
def server() -> Iterator[TestServer]:
    with TestServer() as server:
        for n in range(ITEMS):
            text = (
                f"<p>Mayor Mira Tolland said that dam number {n} holds {n + 2} million litres of water.</p>"
                * 2
            )
            text += f"<p>It was built in {1000 + n}, the council of district {n} reported on Monday.</p>"
            server.page(
                f"/{n}",
                f"<html><head><title>Dam {n}</title></head><body><article><h1>Dam {n}</h1>{text}</article></body></html>",
            )
        yield server


@pytest.fixture
def workers(postgres: Postgres, server: TestServer, tmp_path: Path) -> Iterator[Workers]:
    workers = Workers(server.port, tmp_path, database=postgres.url)
    try:
        yield workers
    finally:
        workers.stop()


def ended() -> int:
    """Items and readings that have ended; what there was when the database was last there."""
    try:
        items = ImportItem.objects.exclude(state__in=["queued", "running"]).count()
        return items + ExtractionRun.objects.exclude(state__in=["pending", "running"]).count()
    except Error:
        connection.close()
        return 0


def wait_for(wanted: int, workers: Workers) -> None:
    most, moved = -1, time.monotonic()
    while (now := ended()) < wanted:
        if now > most:
            most, moved = now, time.monotonic()
        if time.monotonic() - moved > PATIENCE:
            log = (workers.folder / "worker.log").read_text()[-3000:]
            states = Counter(ImportItem.objects.values_list("state", "error_message"))
            pytest.fail(f"{now} of {wanted} ended, and nothing has for {PATIENCE:.0f} s: {states}\n{log}")
        time.sleep(0.1)


def test_a_thousand_items_all_end_once_whatever_dies(
    workers: Workers, postgres: Postgres, server: TestServer
) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    chance = random.Random(seed)
    broker = redis.from_url(django_settings.REDIS_URL)

    def restart() -> None:
        connection.close()
        postgres.stop()
        time.sleep(1)
        postgres.start()

    happen: dict[str, Callable[[], object]] = {
        "worker killed": workers.kill_and_replace_worker,
        "process killed": lambda: workers.kill_a_process(chance),
        "broker flushed": broker.flushall,
        "PostgreSQL restarted": restart,
    }
    job = request_import(
        by=make_user(role="researcher"),
        items=[
            ItemRequest(kind="url", url=server.url(f"/{n}"), outlet="Lakeside Post") for n in range(ITEMS)
        ],
    )
    began = time.monotonic()
    # Each at so many endings of the 2,000 there will be: of an item, and of the reading of its text.
    moments = sorted(chance.sample(range(20, 2 * ITEMS - 200), len(TROUBLES)))
    lines = []
    for moment, trouble in zip(moments, chance.sample(TROUBLES, len(TROUBLES)), strict=True):
        wait_for(moment, workers)
        had, at = ended(), time.monotonic()
        happen[trouble]()
        wait_for(had + 1, workers)
        lines.append((trouble, at - began, had, time.monotonic() - at))
    assert ended() < 2 * ITEMS, "all of it was to happen before the end"
    wait_for(2 * ITEMS, workers)
    took = time.monotonic() - began

    print(f"{'what happened':<22}{'at':>8}{'ended by then':>16}{'next ended after':>18}")
    for trouble, at, had, recovered in lines:
        print(f"{trouble:<22}{at:>6.1f} s{had:>16,}{recovered:>16.1f} s")
    tries = Counter(job.items.values_list("attempts", flat=True))
    print(
        f"{ITEMS:,} items in {took:.0f} s; tries: {', '.join(f'{n}: {c}' for n, c in sorted(tries.items()))}"
    )

    assert Counter(job.items.values_list("state", flat=True)) == {"done": ITEMS}
    assert set(ExtractionRun.objects.values_list("state", flat=True)) == {"done"}
    assert ArticleVersion.objects.count() == ExtractionRun.objects.count() == ITEMS
    assert set(Counter(ArticleVersion.objects.values_list("sha256", flat=True)).values()) == {1}
    found = sum(ExtractionRun.objects.values_list("claims", flat=True))
    assert found >= ITEMS
    assert Appearance.objects.count() == found
