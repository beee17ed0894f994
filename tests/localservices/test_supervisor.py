"""What crashes is started again, what keeps crashing is given up with its last words, all is stopped in reverse."""

import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from factcheck.localservices import LocalServiceError, supervisor
from factcheck.localservices.console import Console
from factcheck.localservices.programs import Program
from factcheck.localservices.supervisor import StopRequest, StopRequestedError, Supervisor


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "RESTART_DELAYS", (0.01, 0.02, 0.03))


@pytest.fixture
def printed() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def stop_request() -> Iterator[StopRequest]:
    """One that listens; the signals do again afterwards what they did before."""
    before = {sign: signal.getsignal(sign) for sign in supervisor.STOP_SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests under nohup has it ignored
    request = StopRequest()
    request.listen()
    yield request
    signal.set_wakeup_fd(-1)
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.fixture
def supervised(printed: io.StringIO) -> Iterator[Supervisor]:
    it = Supervisor(Console(printed), StopRequest())
    yield it
    it.stop_all()


Make = Callable[[str, str], Program]


@pytest.fixture
def program(printed: io.StringIO) -> Make:
    """A program by name, from Python source."""

    def make(name: str, source: str) -> Program:
        return Program(name, [sys.executable, "-c", source], console=Console(printed), environment=os.environ)

    return make


def pause_until(it: Supervisor, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline
        it.pause(0.02)


def test_every_line_bears_the_name_of_who_said_it(
    supervised: Supervisor, program: Make, printed: io.StringIO
) -> None:
    job = program("seed", "import sys; print('one\\ntwo', flush=True); sys.exit('three')")
    assert supervised.run_to_end(job) == 1
    assert printed.getvalue() == "    seed | one\n    seed | two\n    seed | three\n"
    assert job.last_lines() == "one\ntwo\nthree"


def test_a_killed_service_is_started_again(
    supervised: Supervisor, program: Make, printed: io.StringIO, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    supervised.start(
        program(
            "worker", f"import os, time; print(os.getpid(), file=open({str(pids)!r}, 'a')); time.sleep(60)"
        )
    )

    def started() -> list[str]:
        return pids.read_text().splitlines() if pids.exists() else []

    pause_until(supervised, lambda: len(started()) == 1)
    os.kill(int(started()[0]), signal.SIGKILL)
    pause_until(supervised, lambda: len(started()) == 2)
    assert "worker was killed by SIGKILL: starting it again in 0.01 s" in printed.getvalue()


def test_a_service_that_keeps_crashing_is_given_up_with_its_last_words(
    supervised: Supervisor, program: Make, printed: io.StringIO
) -> None:
    supervised.start(program("web", "print('no such module: teapot'); raise SystemExit(3)"))
    with pytest.raises(
        LocalServiceError, match=r"(?s)web ended with status 3, 4 times in a row.*teapot"
    ) as raised:
        supervised.pause(60)
    assert raised.value.code == "service_keeps_crashing"
    assert printed.getvalue().count("starting it again") == 3


def test_a_long_steady_run_forgives_earlier_crashes(
    supervised: Supervisor, program: Make, printed: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", 0.0)
    supervised.start(program("web", "raise SystemExit(3)"))
    pause_until(supervised, lambda: printed.getvalue().count("starting it again in 0.01 s") > 4)


class Fake:
    """A service that notes what is done to it."""

    def __init__(self, name: str, notes: list[str], *, fails_at_start: bool = False) -> None:
        self.name = name
        self._notes = notes
        self._fails = fails_at_start

    def start(self) -> None:
        self._notes.append(f"start {self.name}")
        if self._fails:
            raise LocalServiceError("broken", f"{self.name} is broken.")

    def poll(self) -> int | None:
        return None

    def stop(self) -> None:
        self._notes.append(f"stop {self.name}")

    def last_lines(self) -> str:
        return ""


def test_everything_is_stopped_in_reverse_even_the_one_that_failed_to_start(supervised: Supervisor) -> None:
    notes: list[str] = []
    supervised.start(Fake("postgres", notes))
    supervised.start(Fake("valkey", notes))
    with pytest.raises(LocalServiceError, match="web is broken"):
        supervised.start(Fake("web", notes, fails_at_start=True))
    supervised.stop_all()
    assert notes == [
        "start postgres",
        "start valkey",
        "start web",
        "stop web",
        "stop valkey",
        "stop postgres",
    ]


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_long_wait(
    stop_request: StopRequest, printed: io.StringIO, sign: signal.Signals
) -> None:
    it = Supervisor(Console(printed), stop_request)
    os.kill(os.getpid(), sign)
    with pytest.raises(StopRequestedError):
        it.pause(3600)


def test_a_signal_during_a_job_stops_the_job(
    stop_request: StopRequest, printed: io.StringIO, program: Make
) -> None:
    it = Supervisor(Console(printed), stop_request)
    interrupting = f"import os, signal, time; os.kill({os.getpid()}, signal.SIGINT); time.sleep(3600)"
    job = program("migrate", interrupting)
    with pytest.raises(StopRequestedError):
        it.run_to_end(job)
    assert job.poll() == -signal.SIGTERM


def test_under_nohup_a_closed_terminal_changes_nothing(stop_request: StopRequest) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    request = StopRequest()
    request.listen()
    os.kill(os.getpid(), signal.SIGHUP)
    request.pause(0)


class Closed(io.StringIO):
    """A terminal that went away."""

    def write(self, _text: str) -> int:
        raise OSError("Input/output error")


def test_a_terminal_that_went_away_is_no_reason_to_fail() -> None:
    it = Supervisor(Console(Closed()), StopRequest())
    notes: list[str] = []
    it.start(Fake("postgres", notes))
    it.stop_all()
    assert notes == ["start postgres", "stop postgres"]
