"""Throw-away PostgreSQL and Valkey for the tests: `-p factcheck.localservices.pytest_plugin`.

One pair a run, shared by its xdist workers, nothing synced to disk, gone afterwards. DATABASE_URL or REDIS_URL
set: that one is used instead. pytest-django reads the settings before any conftest.py is loaded, so the
addresses have to be there by then.
"""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.postgres import Postgres
from factcheck.localservices.valkey import Valkey

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of ours in it
ROOM_BYTES = 2 * 2**30
PREFIX = "factcheck-test-"
LOCK = "in-use"
# Runs that start no test, as pytest's own options name them.
WITHOUT_TESTS = (
    "help",
    "version",
    "collectonly",
    "showfixtures",
    "show_fixtures_per_test",
    "markers",
    "cacheshow",
)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    os.environ.setdefault("SECRET_KEY", "only-for-tests")
    os.environ.setdefault("STATIC_FROM_SOURCE", "1")
    if _runs_tests(early_config):
        try:
            _start_services()
        except LocalServiceError as error:
            raise pytest.UsageError(error.message) from error
    return (yield)


def _runs_tests(config: pytest.Config) -> bool:
    """Whether this process starts tests itself; an xdist worker inherits its controller's addresses."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return False
    return not any(getattr(config.known_args_namespace, option, False) for option in WITHOUT_TESTS)


def _start_services() -> None:
    root = _make_root()
    os.environ["FACTCHECK_VAR"] = str(root / "var")  # files the tests make go the same way
    kinds: tuple[tuple[str, type[Postgres] | type[Valkey]], ...] = (
        ("DATABASE_URL", Postgres),
        ("REDIS_URL", Valkey),
    )
    for name, kind in kinds:
        if not os.environ.get(name):
            service = kind(root / kind.name, throwaway=True)
            atexit.register(service.stop)
            service.start()
            os.environ[name] = service.url


def _make_root() -> Path:
    """A folder for this run, in memory where there is room; locked while we live, removed at our end."""
    base = _base()
    _remove_left_behind(base)
    root = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    root.chmod(0o711)  # PostgreSQL may run as another user and has to pass through
    # Handlers run last in, first out: the services stop before their folder goes.
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    lock = (root / LOCK).open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    atexit.register(lock.close)
    return root


def _base() -> Path:
    usable = SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)
    if usable and shutil.disk_usage(SHARED_MEMORY).free > ROOM_BYTES:
        return SHARED_MEMORY
    return Path(tempfile.gettempdir())


def _remove_left_behind(base: Path) -> None:
    """Folders of runs that were killed: their services died with them, their files are still memory."""
    for root in base.glob(f"{PREFIX}*"):
        try:
            with (root / LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                is_old = (
                    time.time() - os.fstat(lock.fileno()).st_mtime > 60
                )  # not one that is just being made
        except OSError:
            continue
        if is_old:
            shutil.rmtree(root, ignore_errors=True)
