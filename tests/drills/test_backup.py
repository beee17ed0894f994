"""A back-up taken while imports run, restored into an empty database: nothing is missing, and the work goes on."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from articles.models import ImportItem
from articles.services.importing import ItemRequest, request_import
from factcheck.localservices.binaries import find_postgres_bin
from tests.drills.workers import ROOT, Workers
from tests.factories import make_user
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

ITEMS = 40
RESTORED = "factcheck_restored"


@pytest.fixture
def server() -> Iterator[TestServer]:
    with TestServer() as server:
        for n in range(ITEMS):
            text = (
                f"<p>Mayor Mira Tolland said that dam number {n} holds {n + 2} million litres of water.</p>"
                * 3
            )
            server.page(
                f"/{n}",
                f"<html><head><title>Dam {n}</title></head><body><article><h1>Dam {n}</h1>{text}</article></body></html>",
            )
        yield server


def database(name: str) -> str:
    return psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname=name)


@pytest.fixture
def restored() -> Iterator[str]:
    """The connection string of an empty database beside the tests' own."""
    with psycopg.connect(database("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(RESTORED)))
        yield database(RESTORED)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(RESTORED)))


def count_rows(database: psycopg.Connection[tuple[object, ...]]) -> dict[str, int]:
    tables = [
        str(name)
        for (name,) in database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
    ]
    return {
        table: int(str(row[0]))
        for table in tables
        if (
            row := database.execute(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            ).fetchone()
        )
    }


def back_up(folder: Path) -> dict[str, int]:
    """As docs/operations.md has it: the database first, the snapshots after it. How many rows were in the dump."""
    with psycopg.connect(database(connection.settings_dict["NAME"])) as here:
        # What the dump sees is what is counted, whatever the workers write meanwhile.
        here.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        exported = here.execute("SELECT pg_export_snapshot()").fetchone()
        assert exported
        subprocess.run(
            [
                find_postgres_bin() / "pg_dump",
                *("-Fc", "--snapshot", exported[0], "-f", folder / "factcheck.dump", here.info.dsn),
            ],
            check=True,
        )
        rows = count_rows(here)
    shutil.copytree(settings.STORAGES["snapshots"]["OPTIONS"]["location"], folder / "snapshots")
    return rows


def manage(*arguments: str, database: str, snapshots: Path) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database, "SNAPSHOT_DIR": str(snapshots)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def wait_for(database: str, statement: str, wanted: int, workers: Workers) -> None:
    end = time.monotonic() + 120
    with psycopg.connect(database, autocommit=True) as there:
        while (row := there.execute(statement).fetchone()) is None or row[0] < wanted:  # type: ignore[arg-type]
            if time.monotonic() > end:
                log = (workers.folder / "worker.log").read_text()[-3000:]
                pytest.fail(f"{row} of {wanted}: {statement}\n{log}")
            time.sleep(0.1)


DONE_ITEMS = "SELECT count(*) FROM articles_importitem WHERE state = 'done'"
DONE_RUNS = "SELECT count(*) FROM claims_extractionrun WHERE state = 'done'"


def test_a_back_up_taken_while_imports_run_can_be_restored(
    server: TestServer, restored: str, tmp_path: Path
) -> None:
    here = database(connection.settings_dict["NAME"])
    request_import(
        by=make_user(role="researcher"),
        items=[
            ItemRequest(kind="url", url=server.url(f"/{n}"), outlet="Lakeside Post") for n in range(ITEMS)
        ],
    )
    workers = Workers(server.port, tmp_path)
    try:
        wait_for(here, DONE_RUNS, ITEMS // 4, workers)
        rows = back_up(tmp_path)
    finally:
        workers.stop()
    undone = ITEMS - ImportItem.objects.filter(state="done").count()
    assert rows["claims_extractionrun"] >= ITEMS // 4
    assert undone > 0, "the back-up was to be taken before the end"

    subprocess.run(
        [find_postgres_bin() / "pg_restore", "--exit-on-error", "-d", restored, tmp_path / "factcheck.dump"],
        check=True,
    )
    with psycopg.connect(restored) as there:
        assert count_rows(there) == rows
        states = dict(
            there.execute("SELECT state, count(*) FROM articles_importitem GROUP BY state").fetchall()
        )
    snapshots = tmp_path / "snapshots"
    print(
        f"\n{sum(rows.values()):,} rows in {len(rows)} tables restored; items in the middle of it: {states}"
    )
    print(manage("verify_audit", database=restored, snapshots=snapshots))
    print(manage("verify_snapshots", database=restored, snapshots=snapshots))
    triggers = [
        re.sub(r"\x1b\[\d+m", "", line)
        for line in manage("pgtrigger", "ls", database=restored, snapshots=snapshots).splitlines()
    ]
    assert len(triggers) > 15
    assert not [line for line in triggers if not line.startswith("INSTALLED ENABLED ")]

    # What was undone in it is done there: no message of the old broker is needed.
    workers = Workers(server.port, tmp_path, database=restored, snapshots=snapshots)
    try:
        wait_for(restored, DONE_RUNS, ITEMS, workers)
    finally:
        workers.stop()
    with psycopg.connect(restored) as there:
        assert count_rows(there)["articles_articleversion"] == ITEMS
