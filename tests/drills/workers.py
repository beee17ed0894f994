"""Workers for drills: real processes, that die as drills want them to."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


class Workers:
    """A Celery worker and beat of this project against the test's own database and broker."""

    def __init__(
        self, port: int, folder: Path, *, database: str = "", snapshots: Path | None = None, **settings: str
    ) -> None:
        """`database`: another one than the tests', as a connection string; `snapshots`: where theirs lie;
        `settings` go into the environment."""
        self.folder = folder
        self.env = os.environ | {
            "DATABASE_URL": database
            or psycopg.conninfo.make_conninfo(
                os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]
            ),
            "SWEEP_SECONDS": "1",
            "IMPORT_LEASE_SECONDS": "6",
            "EXTRACTION_LEASE_SECONDS": "6",
            "FETCH_ALLOW_ADDRESSES": "127.0.0.1/32",
            "FETCH_ALLOW_PORTS": str(port),
            **settings,
        }
        if snapshots:
            self.env["SNAPSHOT_DIR"] = str(snapshots)
        self.beat = self._start("beat", "-s", str(folder / "beat.db"), "--pidfile=")
        self.worker = self.start_worker()

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker", "--concurrency=2", "--without-mingle", "--without-gossip")

    def kill_and_replace_worker(self) -> None:
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()
        self.worker = self.start_worker()

    def kill_a_process(self, chance: random.Random) -> None:
        """One of the worker's own processes dies; the worker replaces it."""
        children = Path(f"/proc/{self.worker.pid}/task/{self.worker.pid}/children").read_text().split()
        if children:
            os.kill(int(chance.choice(children)), signal.SIGKILL)

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
