"""Keeps services running: started in order, started again when they crash, stopped in reverse order."""

import os
import select
import signal
import time
from dataclasses import dataclass, field
from types import FrameType
from typing import Protocol

from factcheck.localservices.console import Console
from factcheck.localservices.errors import LocalServiceError

TICK_SECONDS = 0.2
RESTART_DELAYS = (0.5, 1.0, 2.0, 4.0, 8.0)  # one for each crash in a row; after the last we give up
STEADY_SECONDS = 60.0  # a service that ran this long begins a new row
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Service(Protocol):
    """What can be supervised."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Start, or start again. Raises LocalServiceError, OSError."""

    def poll(self) -> int | None:
        """The exit status, None while it runs."""

    def stop(self) -> None:
        """Stop if running."""

    def last_lines(self) -> str:
        """What it said last."""


class StopRequestedError(Exception):
    """Somebody wants everything stopped: a signal came."""


class StopRequest:
    """Turns Ctrl-C, SIGTERM and a closed terminal into a question that can be waited on."""

    def __init__(self) -> None:
        self._requested = False
        self._wakeup_read, self._wakeup_write = os.pipe()
        os.set_blocking(self._wakeup_write, False)

    def listen(self) -> None:
        """From now on the signals only set the flag. Main thread only."""
        for sign in STOP_SIGNALS:
            if sign == signal.SIGHUP and signal.getsignal(sign) == signal.SIG_IGN:
                continue  # under nohup
            signal.signal(sign, self._note)
        # A byte in the pipe ends the wait at once; an Event set inside a handler could deadlock with its own wait.
        signal.set_wakeup_fd(self._wakeup_write, warn_on_full_buffer=False)

    def pause(self, seconds: float) -> None:
        """Sleep. Raises StopRequestedError, at once when the request comes."""
        if not self._requested:
            select.select([self._wakeup_read], [], [], seconds)
        if self._requested:
            raise StopRequestedError

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self._requested = True


@dataclass
class _Watched:
    service: Service
    running_since: float = field(default_factory=time.monotonic)
    crashes: int = 0
    restart_at: float | None = None


class Supervisor:
    """The services of one run. All methods belong to the main thread: it is the one children are tied to."""

    def __init__(self, console: Console, stop_request: StopRequest) -> None:
        self._console = console
        self._stop_request = stop_request
        self._watched: list[_Watched] = []

    def start(self, service: Service) -> None:
        """Start a service and watch it from now on. Raises what its `start` raises."""
        watched = _Watched(service)
        self._watched.append(watched)  # first, so that a half-started one is stopped too
        service.start()
        watched.running_since = time.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait, looking after the services meanwhile.

        Raises StopRequestedError, and LocalServiceError `service_keeps_crashing`.
        """
        until = time.monotonic() + seconds
        while True:
            for watched in self._watched:
                self._look_after(watched)
            left = until - time.monotonic()
            if left <= 0:
                return
            self._stop_request.pause(min(left, TICK_SECONDS))

    def run_to_end(self, job: Service) -> int:
        """Run something that ends by itself. Returns its exit status. Raises as `pause` does."""
        try:
            job.start()
            while (status := job.poll()) is None:
                self.pause(TICK_SECONDS / 4)
            return status
        finally:
            job.stop()

    def stop_all(self) -> None:
        """Stop in reverse order, so that none loses what it stands on."""
        for watched in reversed(self._watched):
            began = time.monotonic()
            watched.service.stop()
            self._console.say("up", f"{watched.service.name} stopped in {time.monotonic() - began:.1f} s")
        self._watched.clear()

    def _look_after(self, watched: _Watched) -> None:
        now = time.monotonic()
        if watched.restart_at is not None:
            if now >= watched.restart_at:
                self._restart(watched)
            return
        status = watched.service.poll()
        if status is not None:
            self._note_crash(
                watched, f"{watched.service.name} {_ended(status)}", watched.service.last_lines()
            )

    def _restart(self, watched: _Watched) -> None:
        watched.restart_at = None
        try:
            watched.service.stop()  # whatever of it is left
            watched.service.start()
        except LocalServiceError as error:
            watched.running_since = time.monotonic()
            self._note_crash(watched, f"{watched.service.name} could not be started again", error.message)
        else:
            watched.running_since = time.monotonic()
            self._console.say("up", f"{watched.service.name} started again")

    def _note_crash(self, watched: _Watched, what: str, said: str) -> None:
        now = time.monotonic()
        if now - watched.running_since > STEADY_SECONDS:
            watched.crashes = 0
        if watched.crashes == len(RESTART_DELAYS):
            raise LocalServiceError(
                "service_keeps_crashing",
                f"{what}, {watched.crashes + 1} times in a row: giving up. It said last:\n{said}",
            )
        delay = RESTART_DELAYS[watched.crashes]
        watched.crashes += 1
        watched.restart_at = now + delay
        self._console.say("up", f"{what}: starting it again in {delay:g} s")


def _ended(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was killed by {signal.Signals(-status).name}"
