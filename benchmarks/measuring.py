"""What an operation costs: CPU of this process and of its PostgreSQL backend, queries, and wall time.

CPU is what is compared, with a baseline of the same run: wall time tells more of what else the machine does.
"""

import math
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection

WARM_UP_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """What the operation may cost: CPU-ms together, wall ms of the 95th percentile, units done a second."""

    cpu_ms: float | None = None
    p95_ms: float | None = None
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """Something to be measured. `inputs`: one for each call of `run`, as many as there are; None calls it without.

    `units` is how many of the thing that counts (claims, say) one call handles. `baseline` names an operation.
    """

    name: str
    run: Callable[..., object]
    inputs: Sequence[Any] | None = None
    units: int = 1
    baseline: str = ""
    target: Target = Target()


@dataclass(frozen=True, slots=True)
class Cost:
    """One call's cost, in milliseconds of CPU (means) and of wall time. `db_ms`: None where it cannot be seen."""

    operation: Operation
    rounds: int
    queries: int
    app_ms: float
    db_ms: float | None
    p50_ms: float
    p95_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.app_ms + (self.db_ms or 0.0)

    @property
    def per_second(self) -> float:
        """Units done a second of wall time, one after the other."""
        return self.operation.units * 1000 / self.p50_ms

    def missed(self) -> list[str]:
        """Which of the targets it does not meet, as columns of the table."""
        target = self.operation.target
        return [
            column
            for column, over in (
                ("CPU-ms", target.cpu_ms is not None and self.cpu_ms > target.cpu_ms),
                ("p95", target.p95_ms is not None and self.p95_ms > target.p95_ms),
                ("per s", target.per_second is not None and self.per_second < target.per_second),
            )
            if over
        ]


def measure(operation: Operation, *, seconds: float) -> Cost:
    """Calls the operation for `seconds`, or until its inputs are used up. Raises ValueError if they are too few."""
    calls = iter(_calls(operation))
    with _counted_queries() as counted:
        next(calls)()
    queries = len(counted)
    for _ in range(WARM_UP_ROUNDS - 1):
        next(calls)()
    backend_cpu = backend_clock()
    walls: list[float] = []
    deadline = time.monotonic() + seconds
    app, db = time.process_time(), backend_cpu()
    for call in calls:
        began = time.perf_counter()
        call()
        walls.append((time.perf_counter() - began) * 1000)
        if time.monotonic() > deadline:
            break
    app, db_after = time.process_time() - app, backend_cpu()
    if not walls:
        raise ValueError(f"{operation.name}: more than {WARM_UP_ROUNDS} inputs are needed.")
    return Cost(
        operation=operation,
        rounds=len(walls),
        queries=queries,
        app_ms=app * 1000 / len(walls),
        db_ms=None if db is None or db_after is None else (db_after - db) * 1000 / len(walls),
        p50_ms=percentile(walls, 50),
        p95_ms=percentile(walls, 95),
    )


def _calls(operation: Operation) -> Iterator[Callable[[], object]]:
    if operation.inputs is None:
        while True:
            yield operation.run
    for item in operation.inputs:
        yield partial(operation.run, item)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least `share` per cent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


@contextmanager
def _counted_queries() -> Iterator[list[str]]:
    """The statements sent meanwhile: all but BEGIN and COMMIT."""
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


def backend_clock() -> Callable[[], float | None]:
    """Reads the CPU seconds that our connection's server process has used; None if it is not on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}")
    try:
        is_ours = process.joinpath("cmdline").read_bytes().startswith(b"postgres")
    except OSError:
        is_ours = False
    if not is_ours:
        return lambda: None
    ticks_a_second = os.sysconf("SC_CLK_TCK")

    def cpu_seconds() -> float:
        # After the name, which may hold spaces: fields 14 and 15 of the line are utime and stime.
        fields = process.joinpath("stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks_a_second

    return cpu_seconds


def table(costs: Sequence[Cost]) -> str:
    """The costs as text, one line each. A figure that misses its target has a `!`."""
    known = {cost.operation.name: cost for cost in costs}
    lines = [
        ("operation", "queries", "app", "db", "CPU-ms", "p50", "p95", "per s", "× baseline", "target"),
        *(_line(cost, known.get(cost.operation.baseline)) for cost in costs),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if place in (0, len(widths) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _line(cost: Cost, baseline: Cost | None) -> tuple[str, ...]:
    missed = cost.missed()

    def figure(column: str, value: float) -> str:
        digits = 0 if value >= 100 else 1 if value >= 10 else 2
        return f"{value:,.{digits}f}" + ("!" if column in missed else "")

    target = cost.operation.target
    wanted = [
        words.format(value)
        for words, value in (
            ("{:g} CPU-ms", target.cpu_ms),
            ("p95 {:g} ms", target.p95_ms),
            ("{:,.0f} a second", target.per_second),
        )
        if value is not None
    ]
    return (
        cost.operation.name,
        str(cost.queries),
        figure("app", cost.app_ms),
        "?" if cost.db_ms is None else figure("db", cost.db_ms),
        figure("CPU-ms", cost.cpu_ms),
        figure("p50", cost.p50_ms),
        figure("p95", cost.p95_ms),
        figure("per s", cost.per_second),
        f"{cost.cpu_ms / baseline.cpu_ms:.1f}" if baseline and baseline.cpu_ms else "",
        ", ".join(wanted),
    )
