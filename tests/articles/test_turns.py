"""A host's turns, against the real broker: one at a time over all workers, a pause after each, a place in line for the rest."""

import contextlib
import itertools
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings

from articles.services import turns
from articles.services.turns import WaitingForTurn, give_back_turn, take_turn

HOST = "lake.example"


@pytest.fixture(autouse=True)
def _nobodys_turn() -> Iterator[None]:
    forget_turns()
    yield
    forget_turns()


def forget_turns() -> None:
    """As if the broker had been emptied."""
    broker = turns._broker(django_settings.REDIS_URL)
    for key in broker.scan_iter("turn:*"):
        broker.delete(key)
    turns._own_turns._free_at.clear()


def wait_of(host: str = HOST, *, pause: float = 1.0, line: str = "") -> float:
    with pytest.raises(WaitingForTurn) as busy:
        take_turn(host, pause=pause, line=line)
    assert (busy.value.code, busy.value.retryable) == ("waiting_for_turn", True)
    return busy.value.seconds


def test_one_at_a_time_and_a_pause_after_each() -> None:
    token = take_turn(HOST, pause=60)
    assert wait_of(pause=60) > 0
    give_back_turn(HOST, token, pause=60)
    assert 55 < wait_of(pause=60) <= 60
    assert take_turn("other.example", pause=60)


def test_a_host_that_asks_for_rest_gets_it() -> None:
    give_back_turn(HOST, take_turn(HOST, pause=1), pause=1, rest=600)
    assert 590 < wait_of() <= 600


def test_ten_thousand_that_wait_are_told_ten_thousand_moments() -> None:
    give_back_turn(HOST, take_turn(HOST, pause=600), pause=600)
    broker = turns._broker(django_settings.REDIS_URL)
    due = []
    for _ in range(10_000):
        wait_of(pause=600, line="a job")
        due.append(int(broker.get(f"turn:{HOST}:line:a job")))  # by the broker's clock, in milliseconds
    assert min(later - earlier for earlier, later in itertools.pairwise(due)) >= 600_000
    assert wait_of(pause=600, line="a job") > 5_000_000


def test_a_short_line_does_not_wait_behind_a_long_one() -> None:
    take_turn(HOST, pause=1)
    for _ in range(500):
        wait_of(line="a big job")
    assert wait_of(line="one page") < 5 < 400 < wait_of(line="a big job")


def test_asking_without_a_line_takes_no_place_in_one() -> None:
    take_turn(HOST, pause=1)
    first = wait_of(line="a job")
    for _ in range(100):
        wait_of()
    assert wait_of(line="a job") < first + 5


def test_a_slow_host_spreads_its_line_further() -> None:
    for _ in range(20):
        token = take_turn(HOST, pause=0.001)
        time.sleep(0.05)
        give_back_turn(HOST, token, pause=0.001)
        time.sleep(0.005)
    take_turn(HOST, pause=0.001)
    waits = [wait_of(pause=0.001, line="job") for _ in range(20)]
    assert waits[-1] - waits[0] > 19 * 0.03


def test_a_dead_workers_turn_runs_out_and_is_not_its_own_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LEASE_SECONDS", 0.05)
    dead = take_turn(HOST, pause=1)
    time.sleep(0.06)
    monkeypatch.setattr(turns, "LEASE_SECONDS", 60)
    alive = take_turn(HOST, pause=1)
    give_back_turn(HOST, dead, pause=0)  # it was only slow
    assert wait_of() > 0
    give_back_turn(HOST, alive, pause=0)
    assert take_turn(HOST, pause=1)


def test_an_emptied_broker_costs_a_turn_and_nothing_else() -> None:
    lost = take_turn(HOST, pause=60)
    forget_turns()
    mine = take_turn(HOST, pause=60)
    give_back_turn(HOST, lost, pause=0)
    assert wait_of() > 0
    give_back_turn(HOST, mine, pause=60)
    assert wait_of() > 50


def test_while_the_broker_is_away_a_process_keeps_its_own_turns(settings: Any) -> None:
    there = settings.REDIS_URL
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        token = take_turn(HOST, pause=60)
        assert wait_of(pause=60) > 0
        give_back_turn(HOST, token, pause=60, rest=120)
        assert 110 < wait_of(pause=60) <= 120
        assert take_turn("other.example", pause=60)
    settings.REDIS_URL = there
    give_back_turn(HOST, take_turn(HOST, pause=0), pause=0)


def _visit_in_turn(url: str, visits: int, report: Any) -> None:
    turns._broker.cache_clear()
    seen = []
    while len(seen) < visits:
        try:
            token = take_turn(HOST, pause=0.03, line="job")
        except WaitingForTurn as busy:
            time.sleep(busy.seconds)
            continue
        begun = time.monotonic()
        time.sleep(0.01)
        seen.append((begun, time.monotonic()))
        give_back_turn(HOST, token, pause=0.03)
    report.put(seen)


def test_four_processes_never_come_at_once() -> None:
    context = multiprocessing.get_context("fork")
    report = context.SimpleQueue()
    workers = [
        context.Process(target=_visit_in_turn, args=(django_settings.REDIS_URL, 8, report)) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    visits = sorted(itertools.chain.from_iterable(report.get() for _ in workers))
    for worker in workers:
        worker.join()
    assert len(visits) == 32
    # The broker counts whole milliseconds.
    assert min(later[0] - earlier[1] for earlier, later in itertools.pairwise(visits)) >= 0.03 - 0.002


def test_threads_of_one_process_take_turns_without_the_broker(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    got: list[str] = []

    def take() -> None:
        with contextlib.suppress(WaitingForTurn):
            got.append(take_turn(HOST, pause=60))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
