"""How costs are taken and told."""

import pytest

from benchmarks.measuring import WARM_UP_ROUNDS, Cost, Operation, Target, measure, percentile, table
from factcheck.models import User


def cost(name: str, *, cpu: float, p95: float = 1.0, **fields: object) -> Cost:
    operation = Operation(name, run=lambda: None, **fields)  # type: ignore[arg-type]
    return Cost(operation, rounds=9, queries=2, app_ms=cpu / 2, db_ms=cpu / 2, p50_ms=1.0, p95_ms=p95)


def test_percentiles_are_values_that_were_measured() -> None:
    assert percentile([5, 1, 4, 2, 3], 50) == 3
    assert percentile([5, 1, 4, 2, 3], 95) == 5
    assert percentile([7], 95) == 7


def test_the_table_marks_what_misses_its_target_and_compares_with_the_baseline() -> None:
    told = table(
        [
            cost("plain", cpu=2.0),
            cost("slow", cpu=8.0, p95=20, baseline="plain", target=Target(cpu_ms=3, p95_ms=30)),
            cost("within", cpu=1.0, baseline="plain", target=Target(per_second=800)),
        ]
    )
    _, plain, slow, within = (line.split() for line in told.splitlines())
    assert plain == ["plain", "2", "1.00", "1.00", "2.00", "1.00", "1.00", "1,000"]
    assert slow[4:9] == ["8.00!", "1.00", "20.0", "1,000", "4.0"]
    assert slow[9:] == ["3", "CPU-ms,", "p95", "30", "ms"]
    assert "!" not in "".join(within)


def test_database_costs_that_cannot_be_seen_are_not_made_up() -> None:
    unseen = Cost(Operation("far", run=lambda: None), 9, 1, app_ms=2.0, db_ms=None, p50_ms=1.0, p95_ms=1.0)
    assert unseen.cpu_ms == 2.0
    assert table([unseen]).splitlines()[1].split()[3] == "?"


@pytest.mark.django_db
def test_queries_are_those_of_one_call_and_inputs_serve_once() -> None:
    User.objects.create_user("ada")
    seen: list[int] = []

    def ask(number: int) -> None:
        seen.append(number)
        assert User.objects.filter(username="ada").exists()
        assert not User.objects.filter(username="bo").exists()

    measured = measure(Operation("ask", ask, inputs=range(10)), seconds=60)
    assert seen == list(range(10))
    assert measured.queries == 2
    assert measured.rounds == 10 - WARM_UP_ROUNDS


@pytest.mark.django_db
def test_too_few_inputs_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"^ask: more than 3 inputs"):
        measure(Operation("ask", lambda number: number, inputs=range(3)), seconds=60)
