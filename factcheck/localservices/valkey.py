"""Valkey on a Unix socket, from its binary alone."""

import os
import shutil
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from factcheck.localservices.binaries import find_valkey
from factcheck.localservices.errors import LocalServiceError
from factcheck.localservices.files import keep_short, own_folder, socket_dir, tail
from factcheck.localservices.process import Child

START_SECONDS = 30.0
POLL_SECONDS = 0.02
STOP_PLAN = ((signal.SIGTERM, 10.0),)
PING, PONG = b"*1\r\n$4\r\nPING\r\n", b"+PONG"


class Valkey:
    """A Valkey server that keeps its data in `home`; a throw-away one keeps nothing and `stop` removes the folder."""

    name = "valkey"

    def __init__(self, home: Path, *, throwaway: bool = False) -> None:
        """Choose the binary and the folders. Raises LocalServiceError."""
        self._server = find_valkey()
        self._home = home
        self._throwaway = throwaway
        own_folder(home, owner=os.geteuid())
        self._sockets = socket_dir(home, owner=os.geteuid())
        self._socket = self._sockets / "valkey.sock"
        self._child: Child | None = None
        self.log = home / "valkey.log"

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"unix://{quote(str(self._socket), safe='/')}?db=0"

    def start(self) -> None:
        """Start it and wait until it answers. Raises LocalServiceError `valkey_failed`."""
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._home),
            "save": "",
            "appendonly": "no" if self._throwaway else "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",  # a queue must not forget
            "daemonize": "no",
        }
        command: list[str | Path] = [self._server]
        for name, value in settings.items():
            command += [f"--{name}", value]
        keep_short(self.log)
        log_start = self.log.stat().st_size if self.log.exists() else 0
        self._child = Child(
            command, stop_plan=STOP_PLAN, environment=os.environ, working_dir=self._home, log=self.log
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._child.poll() is not None or time.monotonic() > deadline:
                raise LocalServiceError(
                    "valkey_failed",
                    f"Valkey does not start. The end of {self.log}:\n{tail(self.log, start=log_start)}",
                )
            time.sleep(POLL_SECONDS)

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

    def _answers(self) -> bool:
        """Whether it answers PING; not while it still loads what it had."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self._socket))
                connection.sendall(PING)
                return connection.recv(16).startswith(PONG)
        except OSError:
            return False
