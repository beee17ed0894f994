"""The pytest plugin: throw-away servers for a run of tests, and nothing of them afterwards."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.localservices import pytest_plugin
from factcheck.localservices.environment import BASE_DIR

pytestmark = pytest.mark.slow

PLUGIN = "factcheck.localservices.pytest_plugin"
USES_BOTH = """
import os
import psycopg, redis

def test_both():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("off",)
    assert redis.from_url(os.environ["REDIS_URL"]).ping()
    with open("told", "a") as told:
        print(os.environ["FACTCHECK_VAR"], file=told)

def test_both_again():
    test_both()
"""


@pytest.fixture
def environment() -> dict[str, str]:
    """As in a shell where nothing is set."""
    ours = ("DATABASE_URL", "REDIS_URL", "FACTCHECK_", "PYTEST_", "SECRET_KEY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": str(BASE_DIR)}


def command(folder: Path, *arguments: str) -> list[str]:
    options = ["-p", PLUGIN, "-p", "no:django", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    return [sys.executable, "-m", "pytest", *options, *arguments]


def run(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(folder, *arguments), cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_has_both_servers_and_leaves_nothing(
    tmp_path: Path,
    environment: dict[str, str],
    processes_mentioning: Callable[[str], list[int]],
    workers: str,
) -> None:
    (tmp_path / "test_both.py").write_text(USES_BOTH)
    done = run(tmp_path, environment, "-n", workers)
    assert done.returncode == 0, done.stdout + done.stderr
    roots = {Path(line).parent for line in (tmp_path / "told").read_text().splitlines()}
    assert len(roots) == 1, "one pair of servers a run"
    root = roots.pop()
    assert not root.exists()
    assert processes_mentioning(str(root)) == []


@pytest.mark.parametrize("option", ["--collect-only", "--help", "--fixtures"])
def test_what_runs_no_test_starts_no_server(tmp_path: Path, environment: dict[str, str], option: str) -> None:
    (tmp_path / "test_both.py").write_text(USES_BOTH)
    done = run(
        tmp_path, environment | {"FACTCHECK_PG_BIN": "/nowhere", "FACTCHECK_PG_AS": "a mistake"}, option
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_named_servers_are_used_instead(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "test_names.py").write_text(
        "import os\ndef test_names():\n    assert os.environ['DATABASE_URL'] + os.environ['REDIS_URL'] == 'dbredis'\n"
    )
    named = {"DATABASE_URL": "db", "REDIS_URL": "redis", "FACTCHECK_PG_AS": "a mistake"}
    done = run(tmp_path, environment | named)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_server_that_cannot_run_is_said_in_words(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "test_both.py").write_text(USES_BOTH)
    done = run(tmp_path, environment | {"FACTCHECK_PG_AS": "a mistake"})
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "it can be `namespace` or `nobody`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")
def test_servers_of_a_killed_run_die_with_it(
    tmp_path: Path,
    environment: dict[str, str],
    processes_mentioning: Callable[[str], list[int]],
    wait_for: Callable[..., None],
) -> None:
    (tmp_path / "test_long.py").write_text(
        "import os, time\n"
        f"def test_long():\n    open({str(tmp_path / 'var')!r}, 'w').write(os.environ['FACTCHECK_VAR'])\n    time.sleep(600)\n"
    )
    told = tmp_path / "var"
    with subprocess.Popen(
        command(tmp_path), cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL
    ) as pytest_run:
        wait_for(lambda: told.exists() and told.read_text(), "the test to begin")
        root = Path(told.read_text()).parent
        assert len(processes_mentioning(str(root))) >= 2
        pytest_run.send_signal(signal.SIGKILL)
    wait_for(lambda: not processes_mentioning(str(root)), "the servers to die")
    an_hour_ago = time.time() - 3600
    os.utime(root / "in-use", (an_hour_ago, an_hour_ago))
    pytest_plugin._remove_left_behind(root.parent)
    assert not root.exists()
