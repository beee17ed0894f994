"""Many people write at once: nobody's work is thrown away because two counts were waited for crosswise."""

import threading

import pytest
from django.db import connection, connections, transaction

from claims.choices import Form, State
from claims.models import ClaimState
from claims.services.assigning import take_claim
from claims.services.reviewing import Judgement, record_review
from claims.tallying import SHARDS
from factcheck.models import User
from tests.factories import make_claim, make_user, set_desk

pytestmark = pytest.mark.django_db(transaction=True)


def shard() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0]) % SHARDS


def judge(by: User, claim_id: int) -> None:
    version = ClaimState.objects.get(pk=claim_id).version
    record_review(
        by=by, claim_id=claim_id, expected_version=version, judgements=[Judgement("false")], submit=True
    )


def test_two_reviewers_whose_counts_share_a_shard_both_submit() -> None:
    set_desk(min_evidence=0)
    rhea, ray = make_user("rhea", "reviewer"), make_user("ray", "reviewer")
    first, second = (make_claim(text=text, form=Form.OWN_VOICE).pk for text in ("It holds.", "It leaks."))
    take_claim(by=ray, claim_id=second)
    here = shard()
    failures: list[Exception] = []

    def ray_submits() -> None:
        try:
            while shard() != here:
                connection.close()  # the next connection gets the next process
            judge(ray, second)
        except Exception as error:  # noqa: BLE001 - told below, where the test can fail of it
            failures.append(error)
        finally:
            connections.close_all()

    other = threading.Thread(target=ray_submits)
    with transaction.atomic():
        take_claim(by=rhea, claim_id=first)  # counted: one more in review
        other.start()
        other.join(timeout=1)  # as far as he gets: he has to wait for her, sooner or later
        judge(rhea, first)
    other.join()
    assert failures == []
    assert set(ClaimState.objects.values_list("state", "veracity")) == {(State.IN_CROSS_CHECK, "")}
