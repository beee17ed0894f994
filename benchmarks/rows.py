"""`manage.py benchmark rows`: what importing a large table of texts costs, its claims left for later.

In a scratch database, with files of its own: a table of JSON lines, 200 words a row, of words made up here.
"""

import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group
from django.core.files.storage import FileSystemStorage
from django.db import connection

from articles.models import ArticleVersion, Container, ImportItem, ImportJob, Snapshot
from articles.parsing.formats.columns import TableMapping
from articles.parsing.guarded import read_rows_in_child
from articles.services import expanding
from articles.services.containers import ContainerRequest, add_container, prepare_container
from benchmarks.measuring import backend_clock
from benchmarks.scratch import scratch_database
from factcheck.models import User

WORDS_A_ROW = 200
FEWEST_ROWS = 1_000
TARGET_ROWS_A_SECOND = 1_500
_OUTLETS = 40
_SEED = 20_260_301
# Memory is looked at after these many rows, as far as there are so many.
_LOOKS = (10_000, 50_000, 100_000)


@dataclass(frozen=True, slots=True)
class Import:
    """How a table was imported: wall seconds and CPU seconds of reading it, of this process, of the child that parses
    rows for it, and of its database's."""

    rows: int
    stored: int
    failed: int
    file_bytes: int
    keeping_seconds: float
    wall_seconds: float
    app_seconds: float
    child_seconds: float
    db_seconds: float | None
    memory_mib: dict[int, tuple[float, float]]  # rows -> resident now, the most so far

    @property
    def rows_a_second(self) -> float:
        return self.rows / self.wall_seconds


def run(rows: int = 100_000) -> Import:
    """Writes the table, keeps it as an upload is kept, and reads it into a scratch database."""
    with (
        tempfile.TemporaryDirectory(prefix="factcheck-rows-") as folder,
        _snapshots_in(Path(folder) / "snapshots"),
        scratch_database(),
    ):
        table = Path(folder) / "rows.jsonl"
        _write_table(table, rows)
        return _import(table)


def report(done: Import) -> str:
    app, child, db = (
        seconds * 1000 / done.rows
        for seconds in (done.app_seconds, done.child_seconds, done.db_seconds or 0.0)
    )
    missed = "" if done.rows_a_second >= TARGET_ROWS_A_SECOND else ", missed"
    cpu = f"{app:.3f} here, {child:.3f} in the parsing child, {db:.3f} in PostgreSQL, {app + child + db:.3f} together"
    lines = [
        f"{done.rows:,} rows of {WORDS_A_ROW} words ({done.file_bytes / 1e6:,.0f} MB), claims left for later",
        f"  kept as uploaded in {done.keeping_seconds:.1f} s",
        f"  {done.stored:,} versions and {done.rows:,} items stored, {done.failed:,} failed, in {done.wall_seconds:.1f} s",
        f"  {done.rows_a_second:,.0f} rows/s (target {TARGET_ROWS_A_SECOND:,}{missed})",
        f"  CPU-ms a row: {cpu}",
    ]
    lines += [
        f"  memory after {n:>7,} rows: {now:,.0f} MiB, at most {most:,.0f} MiB"
        for n, (now, most) in done.memory_mib.items()
    ]
    return "\n".join(lines)


def _import(table: Path) -> Import:
    by = User.objects.create_user("benchmark", password=None)
    by.groups.add(Group.objects.get_or_create(name="researcher")[0])
    began = time.perf_counter()
    with table.open("rb") as file:
        prepared = prepare_container(ContainerRequest(file, table.name, "jsonl", ask=True))
    keeping = time.perf_counter() - began
    job = ImportJob.objects.create(created_by=by, total=0, extract=False)
    container = add_container(job, prepared)
    Container.objects.filter(pk=container.pk).update(state=Container.State.QUEUED)
    memory: dict[int, tuple[float, float]] = {}
    backend_cpu = backend_clock()
    read_rows_in_child([], TableMapping())  # its start is no part of it
    wall, app, child, db = time.perf_counter(), time.process_time(), _child_seconds(), backend_cpu()
    with _looking(memory):
        ended = expanding.expand_container(container_id=container.pk, slice_seconds=float("inf"))
    wall, app, db_after = time.perf_counter() - wall, time.process_time() - app, backend_cpu()
    child = _child_seconds() - child
    assert ended is not None and ended.state == Container.State.DONE, ended and ended.error_message
    job.refresh_from_db()
    return Import(
        rows=job.total,
        stored=ArticleVersion.objects.count(),
        failed=ImportItem.objects.filter(state=ImportItem.State.FAILED).count(),
        file_bytes=table.stat().st_size,
        keeping_seconds=keeping,
        wall_seconds=wall,
        app_seconds=app,
        child_seconds=child,
        db_seconds=None if db is None or db_after is None else db_after - db,
        memory_mib=memory,
    )


@contextmanager
def _looking(memory: dict[int, tuple[float, float]]) -> Iterator[None]:
    """Notes this process's memory after so many rows, by looking at the statements that move a container on."""
    looks = iter(_LOOKS)
    wanted = next(looks)
    made = 0

    def note(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        nonlocal wanted, made
        if sql.startswith('UPDATE "articles_container"') and '"made"' in sql:
            made += expanding_chunk(params)
            while made >= wanted:
                memory[wanted] = _memory()
                wanted = next(looks, 1 << 62)
        return execute(sql, params, many, context)

    def expanding_chunk(params: object) -> int:
        # cursor, place, made + n, ...
        return int(params[2]) if isinstance(params, tuple | list) else 0

    with connection.execute_wrapper(note):
        yield


def _child_seconds() -> float:
    """CPU of the children that parse, those that have ended and the one there is."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = ended.ru_utime + ended.ru_stime
    for process in Path("/proc").glob("[0-9]*"):
        try:
            fields = process.joinpath("stat").read_text().rpartition(")")[2].split()
            command = process.joinpath("cmdline").read_bytes()
        except OSError:  # ended meanwhile
            continue
        if int(fields[1]) == os.getpid() and b"articles.parsing.child" in command:
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds


def _memory() -> tuple[float, float]:
    """MiB resident in this process: now, and at most so far."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) / 1024, int(status["VmHWM"].split()[0]) / 1024


def _write_table(path: Path, rows: int) -> None:
    draw = random.Random(_SEED)
    syllables = [a + b for a in "bdfgklmnprstv" for b in ("a", "e", "i", "o", "u", "an", "er", "il", "or")]
    words = ["".join(draw.choices(syllables, k=draw.randint(1, 4))) for _ in range(4_000)]
    with path.open("w", encoding="utf-8") as out:
        for number in range(rows):
            drawn = draw.choices(words, k=WORDS_A_ROW)
            text = "\n\n".join(
                " ".join(drawn[at : at + 40]).capitalize() + "." for at in range(0, WORDS_A_ROW, 40)
            )
            row = {
                "id": f"row-{number}",
                "title": " ".join(drawn[:8]).capitalize(),
                "text": text,
                "url": f"https://outlet{number % _OUTLETS}.example/story/{number}",
                "outlet": f"Outlet {number % _OUTLETS}",
                "author": " ".join(drawn[8:10]).title(),
                "published": f"2026-{1 + number % 9:02}-{1 + number % 28:02}T08:{number % 60:02}:00+01:00",
            }
            out.write(json.dumps(row) + "\n")


@contextmanager
def _snapshots_in(folder: Path) -> Iterator[None]:
    field = Snapshot._meta.get_field("file")
    before, field.storage = field.storage, FileSystemStorage(folder)
    try:
        yield
    finally:
        field.storage = before
