"""One child process that never outlives us."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from factcheck.localservices.privilege import exec_shim

# What is tried in turn to stop a child, each with the seconds it is given.
StopPlan = Sequence[tuple[signal.Signals, float]]


class Child:
    """A program in its own session, so that a terminal's Ctrl-C reaches us alone and we stop things in order.

    On Linux it gets `death_signal` (else the first of its stop plan) when we die, however we die. The kernel ties
    that to the *thread* that starts it: start children from the main thread.

    Output goes to the end of `log`, or to `output` when there is no log. Raises OSError.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        stop_plan: StopPlan,
        environment: Mapping[str, str],
        working_dir: Path,
        log: Path | None = None,
        options: Sequence[str] = (),
        death_signal: signal.Signals | None = None,
    ) -> None:
        self._stop_plan = stop_plan
        tied = (f"--parent={os.getpid()}", f"--death-signal={int(death_signal or stop_plan[0][0])}")
        log_file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log else None
        try:
            self._process = subprocess.Popen(
                exec_shim(command, (*tied, *options)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if log_file is None else log_file,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=working_dir,
                start_new_session=True,
            )
        finally:
            if log_file is not None:
                os.close(log_file)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> IO[bytes]:
        """What it prints, both streams; only without a log."""
        assert self._process.stdout is not None
        return self._process.stdout

    def poll(self) -> int | None:
        """Its exit status (a signal's number negative), None while it runs."""
        return self._process.poll()

    def stop(self) -> int:
        """Stop it by its plan and wait; nothing of its session is left. Returns its exit status."""
        for sign, seconds in self._stop_plan:
            if self.poll() is not None:
                break
            self._process.send_signal(sign)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        self._kill_session()
        return self._process.wait()

    def _kill_session(self) -> None:
        with contextlib.suppress(
            ProcessLookupError, PermissionError
        ):  # macOS says EPERM of a group of zombies
            os.killpg(self.pid, signal.SIGKILL)
