"""A child never outlives its parent and takes nothing with it when it is stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from factcheck.localservices.process import Child

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent")

PARENT = """
import os, signal, sys, time
from pathlib import Path
from factcheck.localservices.process import Child
child = Child(["/bin/sleep", "60"], stop_plan=((signal.SIGTERM, 5.0),), environment=os.environ, working_dir=Path("/"))
print(child.pid, flush=True)
time.sleep(60)
"""


def start(script: str, *, plan: tuple[tuple[signal.Signals, float], ...], log: Path | None = None) -> Child:
    command = [sys.executable, "-c", script]
    return Child(command, stop_plan=plan, environment=os.environ, working_dir=Path("/"), log=log)


@linux_only
def test_a_child_dies_with_a_parent_that_was_killed(
    wait_for: Callable[..., None], is_alive: Callable[[int], bool]
) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    wait_for(lambda: not is_alive(child), "the child to die")


def test_what_does_not_hear_is_killed_in_the_end() -> None:
    deaf = start(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
        plan=((signal.SIGTERM, 0.2),),
    )
    deaf.output.readline()
    assert deaf.stop() == -signal.SIGKILL


def test_the_plan_is_followed_in_turn() -> None:
    child = start(
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: print('heard', flush=True))\n"
        "signal.signal(signal.SIGQUIT, lambda *_: sys.exit(7))\n"
        "print('up', flush=True)\n"
        "while True: time.sleep(60)",
        plan=((signal.SIGTERM, 0.5), (signal.SIGQUIT, 20.0)),
    )
    child.output.readline()
    assert child.stop() == 7
    assert child.output.read() == b"heard\n"


def test_stopping_leaves_none_of_its_session(
    wait_for: Callable[..., None], is_alive: Callable[[int], bool]
) -> None:
    child = start(
        "import subprocess, time; print(subprocess.Popen(['/bin/sleep', '60']).pid, flush=True); time.sleep(60)",
        plan=((signal.SIGTERM, 5.0),),
    )
    grandchild = int(child.output.readline())
    child.stop()
    wait_for(lambda: not is_alive(grandchild), "the grandchild to die")


def test_both_streams_go_to_the_log_after_what_was_there(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("before\n")
    child = start(
        "import sys; print('out', flush=True); print('err', file=sys.stderr)",
        plan=((signal.SIGTERM, 5.0),),
        log=log,
    )
    while child.poll() is None:
        os.sched_yield()
    assert child.stop() == 0
    assert log.read_text() == "before\nout\nerr\n"


def test_a_program_that_is_not_there_is_named() -> None:
    child = Child(
        ["/nowhere/server"], stop_plan=((signal.SIGTERM, 5.0),), environment=os.environ, working_dir=Path("/")
    )
    assert child.output.read() == b"cannot run /nowhere/server: No such file or directory\n"
    assert child.stop() == 1
