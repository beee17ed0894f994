"""Folders the servers' users can reach, and helpers that look at processes from outside."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def temp_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A temp folder with a short path, gone afterwards: pytest's own are so deep that sockets go there."""
    tmp_path_factory.getbasetemp()  # stays where it is
    folder = Path(tempfile.mkdtemp(prefix="fct-"))
    folder.chmod(0o711)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield
    shutil.rmtree(folder)


@pytest.fixture
def open_home() -> Iterator[Path]:
    """A folder anybody may pass through, unlike tmp_path: PostgreSQL may run as nobody."""
    home = Path(tempfile.mkdtemp(prefix="factcheck-open-"))
    home.chmod(0o711)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def wait_for() -> Callable[..., None]:
    """Wait until something is so, and fail saying what was waited for."""

    def wait(is_so: Callable[[], object], what: str, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}"
            time.sleep(0.05)

    return wait


@pytest.fixture
def is_alive() -> Callable[[int], bool]:
    """Whether a process runs; a zombie does not."""
    return _is_alive


@pytest.fixture
def processes_mentioning() -> Callable[[str], list[int]]:
    """Living processes other than this one whose command line or environment has a text in it."""
    return _processes_mentioning


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _processes_mentioning(text: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        pid = int(folder.name)
        try:
            told = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in told and pid != os.getpid() and _is_alive(pid):
            found.append(pid)
    return found
