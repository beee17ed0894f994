"""`manage.py up` as a person meets it: started, refused, interrupted, killed, started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from factcheck.localservices import LocalServiceError
from factcheck.localservices.environment import BASE_DIR
from factcheck.localservices.up import check_port

pytestmark = pytest.mark.slow

READY_SECONDS = 120
STOP_SECONDS = 60
OURS = ("DATABASE_URL", "REDIS_URL", "FACTCHECK_", "PYTEST_", "SECRET_KEY", "LOG_LEVEL", "STATIC_FROM_SOURCE")


class Up:
    """A `manage.py up` with a var folder and a port of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.var = var
        self.port = port
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        self.environment = kept | {"FACTCHECK_VAR": str(var)}
        self.log = var.parent / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", *arguments]

    def start(self, *arguments: str) -> "Up":
        """Start it and wait until it says ready."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command("up", "--port", str(self.port), "--no-seed", *arguments),
                cwd=BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.wait_for("ready: http://", READY_SECONDS)
        return self

    def wait_for(self, text: str, seconds: float) -> None:
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while text not in self.printed():
            assert self.process.poll() is None, f"ended before {text!r}:\n{self.printed()}"
            assert time.monotonic() < deadline, f"no {text!r}:\n{self.printed()}"
            time.sleep(0.05)

    def signal(self, sign: signal.Signals) -> int:
        """Send a signal and wait for the end. Returns the exit status."""
        assert self.process is not None
        self.process.send_signal(sign)
        return self.process.wait(STOP_SECONDS)

    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def shell(self, source: str) -> str:
        """What `manage.py shell -c` prints beside it, in a shell that sets nothing."""
        done = subprocess.run(
            self.command("shell", "--no-imports", "-c", source),
            cwd=BASE_DIR,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def database_url(self) -> str:
        told = dict(line.split("=", 1) for line in (self.var / "up.env").read_text().splitlines())
        return told["DATABASE_URL"]


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    it = Up(tmp_path / "var", port)
    yield it
    if it.process and it.process.poll() is None:
        it.signal(signal.SIGTERM)


Processes = Callable[[str], list[int]]


def test_one_command_then_others_beside_it_then_ctrl_c(up: Up, processes_mentioning: Processes) -> None:
    up.start()
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/readyz") as answer:
        assert answer.status == 200

    # Another command, in a shell that sets nothing, is beside it.
    make = (
        "from django.contrib.auth import get_user_model as u; u().objects.create_user('kept'); print('made')"
    )
    assert up.shell(make) == "made"

    # A second one is refused with the address of the first; so is its port to one with its own folder.
    second = subprocess.run(
        up.command("up", "--port", str(up.port)),
        cwd=BASE_DIR,
        env=up.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert f"up already (http://127.0.0.1:{up.port}/, process" in second.stderr
    assert "Traceback" not in second.stderr
    elsewhere = up.environment | {"FACTCHECK_VAR": str(up.var.parent / "elsewhere")}
    third = subprocess.run(
        up.command("up", "--port", str(up.port)),
        cwd=BASE_DIR,
        env=elsewhere,
        check=False,
        capture_output=True,
        text=True,
    )
    assert third.returncode == 1
    assert f"Port {up.port} on 127.0.0.1 is taken" in third.stderr
    assert "--port" in third.stderr

    assert up.signal(signal.SIGINT) == 0
    stopped = [line.split()[2] for line in up.printed().splitlines() if " stopped in " in line]
    assert stopped == ["web", "beat", "worker", "valkey", "postgres"]
    assert "Traceback" not in up.printed()
    assert processes_mentioning(str(up.var)) == []
    assert not (up.var / "up.env").exists()

    count = "from django.contrib.auth import get_user_model as u; print(u().objects.filter(username='kept').count())"
    up.start()
    assert up.shell(count) == "1"


@pytest.mark.drill
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_or_a_closed_terminal_stops_it_in_order(
    up: Up, processes_mentioning: Processes, sign: signal.Signals
) -> None:
    up.start()
    assert up.signal(sign) == 0
    assert "all stopped" in up.printed()
    assert processes_mentioning(str(up.var)) == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_killed_it_leaves_no_orphan_and_the_next_start_works(
    up: Up, processes_mentioning: Processes, wait_for: Callable[..., None]
) -> None:
    up.start()
    with psycopg.connect(up.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")
    assert len(processes_mentioning(str(up.var))) >= 6
    up.signal(signal.SIGKILL)
    wait_for(lambda: not processes_mentioning(str(up.var)), "the end of all it started", STOP_SECONDS)

    up.start()
    with psycopg.connect(up.database_url()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


@pytest.mark.drill
def test_killed_servers_and_programs_come_back_and_nothing_is_lost(
    up: Up, processes_mentioning: Processes
) -> None:
    up.start()
    with psycopg.connect(up.database_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert row
    os.kill(int(row[0].split()[0]), signal.SIGKILL)
    up.wait_for("postgres started again", READY_SECONDS)
    with psycopg.connect(up.database_url()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)

    assert up.process
    for pid in processes_mentioning(str(up.var)):
        told = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"valkey-server" in told or (
            b"gunicorn" in told and Path(f"/proc/{pid}/stat").read_text().split()[3] == str(up.process.pid)
        ):
            os.kill(pid, signal.SIGKILL)
    up.wait_for("valkey started again", READY_SECONDS)
    up.wait_for("web started again", READY_SECONDS)
    assert up.signal(signal.SIGINT) == 0


@pytest.mark.drill
def test_once_takes_an_article_all_the_way_then_stops(up: Up) -> None:
    done = subprocess.run(
        up.command("up", "--port", str(up.port), "--once"),
        cwd=BASE_DIR,
        env=up.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "account reviewer" in done.stdout
    assert "the API answers with the claim of Maren Oduya" in done.stdout
    assert "all stopped" in done.stdout


@pytest.mark.drill
def test_named_servers_are_used_and_none_started(up: Up) -> None:
    up.environment |= {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    database = f"up_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database}")
    try:
        up.environment["DATABASE_URL"] = os.environ["DATABASE_URL"].replace("/factcheck?", f"/{database}?")
        up.start()
        assert up.signal(signal.SIGINT) == 0
        assert "PostgreSQL" not in up.printed()
        assert "Valkey" not in up.printed()
        assert not (up.var / "postgres").exists()
    finally:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database} WITH (FORCE)")


def test_an_address_that_is_not_ours_is_said_in_words() -> None:
    with pytest.raises(LocalServiceError, match="--host") as raised:
        check_port("203.0.113.7", 8000)
    assert raised.value.code == "port_unusable"
