"""`manage.py benchmark import`: what it costs to bring in pages, from the request to the claims in the database.

Everything is real and of its own: pages on a local server, PostgreSQL, Valkey, Celery workers. Its CPU is read from
/proc, so nothing that any process of it does is left out but the page server's and the benchmark's own.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from kombu import pools

from articles.models import ArticleVersion, ImportItem
from articles.services.importing import ItemRequest, request_import
from benchmarks import clockedworker, pages
from benchmarks.scratch import own_server, scratch_database
from claims.choices import RunState
from claims.models import Claim, ExtractionRun
from factcheck.celery import app
from factcheck.demo.newsroom import ACCOUNTS
from factcheck.localservices.valkey import Valkey
from factcheck.models import User

ROOT = Path(__file__).resolve().parents[1]
WARM_UP = 40  # pages: workers load their libraries and their model, and each begins a child that parses
MOST_OVERHEAD = 0.15
POLL_SECONDS = 0.5
PATIENCE = 120.0  # seconds without any item or text ending
WORK = ("parse", "extract")
_TICKS = os.sysconf("SC_CLK_TCK")


class Stalled(Exception):
    """The workers do not get on: the log of theirs that the message ends with says why."""


@dataclass(frozen=True, slots=True)
class ImportCost:
    """What a job of `pages` cost. `stages`: CPU seconds by stage, in the order of the way."""

    pages: int
    page_bytes: float
    words: float
    claims: int
    workers: int
    wall: float
    stages: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.stages.values())

    @property
    def overhead(self) -> float:
        """The share of all CPU that is neither parsing nor extraction."""
        return 1 - sum(self.stages[name] for name in WORK) / self.total


@dataclass(slots=True)
class _Rig:
    """The processes of a run, and where their clocks are."""

    worker: subprocess.Popen[bytes]
    clocks: Path
    log: Path

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far: by stage inside the workers, by program for the rest."""
        stages = clockedworker.read_clocks(self.clocks)
        worker_pids = [self.worker.pid, *_below(self.worker.pid)]
        parse = sum(_seconds(pid) for pid in worker_pids if _is_parser(pid)) + sum(
            _seconds_of_dead(pid) for pid in _children(self.worker.pid)
        )
        workers = sum(_seconds(pid) for pid in worker_pids if not _is_parser(pid))
        stages["parse"] = parse
        # All that the pool does between the stages: tasks, rows claimed and ended, messages taken and sent.
        inner = sum(
            seconds
            for name, seconds in stages.items()
            if name not in ("parse", "import task", "extraction task")
        )
        within = inner - stages["place among stories"]  # a task of its own
        stages["tasks and rows"] = stages.pop("import task") + stages.pop("extraction task") - within
        stages["messages"] = workers - inner - stages["tasks and rows"]
        for name in ("postgres", "valkey"):
            stages[name] = _program(name)
        return stages


def run(*, pages_wanted: int, workers: int = 2) -> ImportCost:
    """Brings `pages_wanted` pages in by `workers` worker processes. Raises LocalServiceError, Stalled."""
    with tempfile.TemporaryDirectory(prefix="factcheck-import-") as name, own_server(), scratch_database():
        folder = Path(name)
        (folder / "pages").mkdir()
        size, words = pages.write_pages(folder / "pages", pages_wanted + WARM_UP)
        by = User.objects.create_superuser(ACCOUNTS[-1].username)
        with (
            _page_server(folder / "pages") as port,
            _broker(folder) as url,
            _workers(folder, port, url, workers) as rig,
        ):
            _bring_in(rig, by, port, range(pages_wanted, pages_wanted + WARM_UP))
            claims, before, began = Claim.objects.count(), rig.cpu(), time.monotonic()
            _bring_in(rig, by, port, range(pages_wanted))
            wall, after = time.monotonic() - began, rig.cpu()
            return ImportCost(
                pages=pages_wanted,
                page_bytes=size,
                words=words,
                claims=Claim.objects.count() - claims,
                workers=workers,
                wall=wall,
                stages={name: after[name] - before[name] for name in ORDER},
            )


ORDER = (
    "fetch", "keep", "hand over to the child", "parse", "record", "extract", "store", "place among stories",
    "tasks and rows", "messages", "postgres", "valkey",
)  # fmt: skip
_MEANS = {
    "fetch": "connect, read, decompress",
    "keep": "the snapshot: digest, gzip, file, row",
    "hand over to the child": "page out, article back",
    "parse": "in the child",
    "record": "outlet, article, version",
    "extract": "the claims of the text",
    "store": "claims, appearances, spans, hops, speakers",
    "place among stories": "signature, candidates, what they share",
    "tasks and rows": "item and run taken and ended",
    "messages": "Celery: taken, acknowledged, sent",
    "postgres": "all statements of all stages",
    "valkey": "the queue",
}


def report(cost: ImportCost) -> str:
    """The cost as lines to print; a share of overhead that misses its target has a `!`."""
    per = 1000 / cost.pages
    lines = [
        (
            f"{cost.pages:,} pages of {cost.page_bytes / 1000:.0f} KB and {cost.words:.0f} words on average, "
            f"{cost.claims:,} claims, {cost.workers} worker processes"
        ),
        (
            f"{cost.wall:.0f} s, {cost.pages / cost.wall:.1f} articles a second, "
            f"{cost.total * per:.1f} CPU-ms an article, {cost.total / cost.wall:.2f} cores busy"
        ),
        "",
        f"{'stage':<24}{'CPU-ms an article':>18}{'share':>8}",
    ]
    lines += [
        f"{name:<24}{seconds * per:>18.2f}{seconds / cost.total:>8.1%}  {'work: ' if name in WORK else ''}{_MEANS[name]}"
        for name, seconds in cost.stages.items()
    ]
    missed = "!" if cost.overhead > MOST_OVERHEAD else ""
    work = sum(cost.stages[name] for name in WORK)
    lines += [
        "",
        (
            f"work {work * per:.1f} CPU-ms, overhead {(cost.total - work) * per:.1f} CPU-ms: "
            f"{cost.overhead:.1%}{missed} (target: at most {MOST_OVERHEAD:.0%})"
        ),
    ]
    return "\n".join(lines)


def _bring_in(rig: _Rig, by: User, port: int, numbers: range) -> None:
    items = [ItemRequest(kind="url", url=f"http://127.0.0.1:{port}/{number}") for number in numbers]
    job = request_import(by=by, items=items)
    undone, changed = -1, time.monotonic()
    while True:
        left = job.items.filter(state__in=["queued", "running"]).count()
        left += ExtractionRun.objects.filter(state__in=[RunState.PENDING, RunState.RUNNING]).count()
        if left != undone:
            undone, changed = left, time.monotonic()
        if not left:
            break
        if time.monotonic() - changed > PATIENCE or rig.worker.poll() is not None:
            raise Stalled(
                f"{left} left: {list(job.items.values_list('state', 'stage', 'queued_at', 'error_code'))}.\n{rig.log.read_text()[-3000:]}"
            )
        time.sleep(POLL_SECONDS)
    failed = list(job.items.exclude(state=ImportItem.State.DONE).values_list("url", "error_message")[:3])
    if failed or ArticleVersion.objects.count() < len(numbers):
        raise Stalled(f"Some pages did not become articles: {failed}")


@contextmanager
def _page_server(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.pages", str(folder)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()


def _forget_connections() -> None:
    """Has Celery connect anew: a pool that is closed stays closed, for whoever sends something later in this process."""
    pools.reset()
    app._pool = app.amqp._producer_pool = None  # type: ignore[attr-defined]


@contextmanager
def _broker(folder: Path) -> Iterator[str]:
    """A throw-away Valkey; what this process sends goes there as well."""
    valkey = Valkey(folder / "valkey", throwaway=True)
    before = app.conf["broker_url"]
    try:
        valkey.start()
        app.conf["broker_url"] = "redis+socket" + valkey.url[4:]
        _forget_connections()
        yield valkey.url
    finally:
        app.conf["broker_url"] = before
        _forget_connections()
        valkey.stop()


@contextmanager
def _workers(folder: Path, port: int, broker: str, processes: int) -> Iterator[_Rig]:
    clocks, log = folder / "clocks", folder / "worker.log"
    clocks.mkdir()
    given = connection.settings_dict
    environment: dict[str, Any] = os.environ | {
        "DATABASE_URL": psycopg.conninfo.make_conninfo(
            dbname=given["NAME"], user=given["USER"], host=given["HOST"], port=given["PORT"] or None
        ),
        "REDIS_URL": broker,
        "SECRET_KEY": settings.SECRET_KEY,
        "FACTCHECK_VAR": str(folder / "var"),
        "FETCH_ALLOW_ADDRESSES": "127.0.0.1/32",
        "FETCH_ALLOW_PORTS": str(port),
        "LOG_LEVEL": "WARNING",
        clockedworker.FOLDER: str(clocks),
    }
    command = [
        sys.executable, "-m", "celery", "-A", "benchmarks.clockedworker", "worker", f"--concurrency={processes}",
        "--loglevel=WARNING", "--without-mingle", "--without-gossip",
    ]  # fmt: skip
    with log.open("wb") as out:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield _Rig(worker, clocks, log)
    finally:
        worker.terminate()
        try:
            worker.wait(20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in task.read_text().split()
    ]


def _below(pid: int) -> list[int]:
    return [found for child in _children(pid) for found in (child, *_below(child))]


def _fields(pid: int) -> list[int]:
    """utime, stime, and both of its children that have ended, in ticks."""
    return [int(n) for n in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]]


def _seconds(pid: int) -> float:
    return sum(_fields(pid)[:2]) / _TICKS


def _seconds_of_dead(pid: int) -> float:
    return sum(_fields(pid)[2:]) / _TICKS


def _is_parser(pid: int) -> bool:
    return b"articles.parsing.child" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _program(name: str) -> float:
    """All processes of that server that this process started, those that have ended among them."""
    roots = [
        pid for pid in _children(os.getpid()) if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    return sum(sum(_fields(pid)) / _TICKS for root in roots for pid in (root, *_below(root)))
