"""How other commands find a running workbench, and that nobody else reads what is kept."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.localservices import LocalServiceError, adopt_env, files, local_defaults
from factcheck.localservices.environment import lock_file, make_var_dir, write_env
from factcheck.localservices.files import keep_short, own_folder, socket_dir, tail

TOLD = {"DATABASE_URL": "postgresql:///of-up", "REDIS_URL": "unix:///of-up", "SECRET_KEY": "of-up"}
HOLD_LOCK = "import fcntl, sys, time; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); time.sleep(60)"


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACTCHECK_VAR", str(tmp_path / "var"))
    for name in (*TOLD, "STATIC_FROM_SOURCE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return make_var_dir()


@pytest.fixture
def running_up(var: Path) -> Iterator[None]:
    """Another process that holds the lock and has told its addresses, as a running `manage.py up` does."""
    write_env(TOLD)
    command = [sys.executable, "-c", HOLD_LOCK, str(lock_file())]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield
        holder.kill()


def test_a_command_beside_up_reaches_the_same_services(running_up: None) -> None:
    adopt_env()
    assert {name: os.environ[name] for name in TOLD} == TOLD


def test_what_a_killed_up_left_behind_is_not_believed(var: Path) -> None:
    write_env(TOLD)
    lock_file().touch()
    adopt_env()
    assert "DATABASE_URL" not in os.environ


def test_without_any_up_nothing_is_set() -> None:
    adopt_env()
    assert "DATABASE_URL" not in os.environ


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_a_shell_that_points_elsewhere_is_left_alone(
    running_up: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "of-production")
    adopt_env()
    assert {key: os.environ.get(key) for key in TOLD} == {**dict.fromkeys(TOLD), name: "of-production"}


def test_what_the_shell_says_itself_wins(running_up: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "mine")
    adopt_env()
    assert (os.environ["SECRET_KEY"], os.environ["REDIS_URL"]) == ("mine", TOLD["REDIS_URL"])


def test_the_secret_key_is_random_kept_and_private(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local_defaults()
    first = os.environ["SECRET_KEY"]
    monkeypatch.delenv("SECRET_KEY")
    local_defaults()
    assert os.environ["SECRET_KEY"] == first
    assert len(first) > 50
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600


def test_the_addresses_are_private_for_they_may_hold_passwords(var: Path) -> None:
    write_env(TOLD)
    assert stat.S_IMODE((var / "up.env").stat().st_mode) == 0o600


def test_a_var_folder_that_cannot_be_made_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FACTCHECK_VAR", str(tmp_path / "file" / "var"))
    with pytest.raises(LocalServiceError, match="Set FACTCHECK_VAR") as raised:
        make_var_dir()
    assert raised.value.code == "var_not_writable"


def test_sockets_of_a_deep_folder_go_to_a_short_private_one(tmp_path: Path) -> None:
    deep = tmp_path / "a-long-name-for-a-folder" / ("x" * 80)
    deep.mkdir(parents=True)
    folder = socket_dir(deep, owner=os.geteuid())
    assert len(str(folder / ".s.PGSQL.5432.lock")) <= 100
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder == socket_dir(deep, owner=os.geteuid())
    assert folder != socket_dir(tmp_path / ("y" * 100), owner=os.geteuid())


def test_a_link_somebody_put_in_our_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "ours").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LocalServiceError, match="somebody else"):
        own_folder(tmp_path / "ours", owner=os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 12345)
    with pytest.raises(LocalServiceError, match="somebody else"):
        own_folder(tmp_path / "theirs", owner=os.geteuid())


def test_the_end_of_a_log_is_its_last_lines_after_a_place(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"old\n" + b"".join(b"line %d\n" % number for number in range(2000)) + b"\xff end\n")
    assert tail(log, lines=2) == "line 1999\n\ufffd end"
    assert "old" not in tail(log, lines=5000, start=4)
    assert tail(tmp_path / "none") == ""


def test_a_long_log_is_begun_anew_and_the_last_one_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONG_LOG_BYTES", 10)
    log = tmp_path / "log"
    keep_short(log)
    log.write_text("short")
    keep_short(log)
    assert log.read_text() == "short"
    log.write_text("longer than that")
    keep_short(log)
    assert not log.exists()
    assert (tmp_path / "log.1").read_text() == "longer than that"
