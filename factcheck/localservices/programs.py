"""The workbench's own programs as services: what they print goes to the console."""

import signal
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from factcheck.localservices.console import Console
from factcheck.localservices.environment import BASE_DIR
from factcheck.localservices.process import Child, StopPlan

STOP_PLAN: StopPlan = ((signal.SIGTERM, 10.0),)
# TERM lets the running tasks finish, QUIT drops them: they come back, for a task is acknowledged when done.
WORKER_STOP_PLAN: StopPlan = ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 5.0))
WORKER_DEATH_SIGNAL = signal.SIGKILL  # the broker is gone too: a gentle end would wait for it to come back
WEB_THREADS = 8
KEPT_LINES = 15


class Program:
    """One program, run from the project's folder."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        console: Console,
        environment: Mapping[str, str],
        stop_plan: StopPlan = STOP_PLAN,
        death_signal: signal.Signals | None = None,
    ) -> None:
        self.name = name
        self._command = command
        self._console = console
        self._environment = environment
        self._stop_plan = stop_plan
        self._death_signal = death_signal
        self._child: Child | None = None
        self._reader: threading.Thread | None = None
        self._last_lines: deque[str] = deque(maxlen=KEPT_LINES)

    def start(self) -> None:
        """Start it; whether it is of use yet only its own answers tell."""
        self._child = Child(
            self._command,
            stop_plan=self._stop_plan,
            environment=self._environment,
            working_dir=BASE_DIR,
            death_signal=self._death_signal,
        )
        self._reader = threading.Thread(target=self._read, args=[self._child], daemon=True)
        self._reader.start()

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Stop it, and let what it said last be seen."""
        if self._child and self._reader:
            self._child.stop()
            self._reader.join(1)

    def last_lines(self) -> str:
        """What it printed last."""
        if self._reader and self.poll() is not None:
            self._reader.join(1)
        return "\n".join(self._last_lines)

    def _read(self, child: Child) -> None:
        for raw in child.output:
            line = raw.decode(errors="replace").rstrip("\n")
            self._last_lines.append(line)
            self._console.say(self.name, line)


def manage(*arguments: str) -> list[str | Path]:
    """The command line of a manage.py command, with this very Python."""
    return [sys.executable, "manage.py", *arguments]


def worker_command(*, concurrency: int) -> list[str | Path]:
    """The worker runs what is enqueued; it has no colleagues to greet or to gossip with."""
    alone = ["--without-mingle", "--without-gossip"]
    return [*_celery(), "worker", "--concurrency", str(concurrency), *alone]


def beat_command(*, schedule: Path) -> list[str | Path]:
    """Beat enqueues the sweepers; what ran when lies in the file `schedule`."""
    return [*_celery(), "beat", "--schedule", schedule, "--pidfile="]


def web_command(*, bind: str, log_level: str) -> list[str | Path]:
    """The web server; `bind` is host:port."""
    options = ["--bind", bind, "--worker-class", "gthread", "--threads", str(WEB_THREADS)]
    options += ["--graceful-timeout", "5", "--no-control-socket", "--log-level", log_level.lower()]
    return [sys.executable, "-m", "gunicorn", "factcheck.wsgi", *options]


def _celery() -> list[str | Path]:
    # Root may run it here: nobody else's tasks come in.
    python = [sys.executable, "-W", "ignore:You're running the worker with superuser privileges"]
    return [*python, "-m", "celery", "--quiet", "--skip-checks", "--app", "factcheck"]
