"""`manage.py benchmark api`: every request is answered and measured, and lists ask a fixed number of times."""

import pytest

from benchmarks import filling
from benchmarks.api import operations
from benchmarks.desk import FEWEST_CLAIMS
from benchmarks.measuring import measure


@pytest.mark.django_db(transaction=True)
def test_every_request_is_measured_and_lists_ask_as_often_as_pinned() -> None:
    costs = [measure(one, seconds=0.001) for one in operations(filling.fill(FEWEST_CLAIMS))]
    queries = {cost.operation.name.removeprefix("api: "): cost.queries for cost in costs}
    assert len(queries) == len(costs) > 40
    # Who asks, the keys of the page, its rows, and what the desk calls verdicts: no more at any depth.
    pinned = {"claims": 4, "articles": 3, "speakers": 3, "reviews": 4, "audit": 3, "outlets": 3}
    assert {name: queries[name] for name in pinned} == pinned
    for name in pinned:
        assert queries[f"{name}, deep"] <= queries[name]
