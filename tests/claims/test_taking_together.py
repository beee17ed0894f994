"""Two reviewers at one claim in the same moment."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from claims.choices import State
from claims.models import Assignment, ClaimState
from claims.services import assigning
from tests.factories import make_claim, make_user


@pytest.mark.django_db(transaction=True)
def test_a_cross_check_that_somebody_takes_meanwhile_is_passed_over() -> None:
    """Its row does not change with the lease, so that only the database's constraint tells whoever comes second."""
    author, quick, slow = (make_user(name, "reviewer") for name in ("ada", "ben", "cleo"))
    first, second = make_claim(), make_claim(content="The dam was finished in 1954")
    for priority, claim in ((90, first), (10, second)):
        ClaimState.objects.filter(pk=claim.pk).update(
            state=State.IN_CROSS_CHECK, author=author, round=1, priority=priority
        )
    settings = connection.get_connection_params()
    names = ("dbname", "user", "host", "port", "password")
    rivals: list[int] = []

    def somebody_is_quicker(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if "SKIP LOCKED" in sql and not rivals:
            rivals.append(first.pk)
            with psycopg.connect(**{name: settings[name] for name in names if settings.get(name)}) as rival:
                rival.execute(
                    """INSERT INTO claims_assignment (claim_id, reviewer_id, stage, taken_at, leased_until, "end")
                       VALUES (%s, %s, 'cross_check', now(), now() + interval '1 hour', '')""",
                    (first.pk, quick.pk),
                )
        return answer

    with connection.execute_wrapper(somebody_is_quicker):
        taken = assigning.take_next(by=slow)
    assert rivals
    assert taken is not None
    assert taken.claim_id == second.pk
    held = Assignment.objects.filter(ended_at=None).values_list("claim_id", "reviewer__username")
    assert sorted(held) == sorted([(first.pk, "ben"), (second.pk, "cleo")])
    assert ClaimState.objects.get(pk=first.pk).version == 1  # what the second tried left no trace
