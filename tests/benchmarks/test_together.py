"""Reviewers at work at once, and the proof that what is verified afterwards can fail."""

import random
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command

from benchmarks import together
from benchmarks.together import Done
from claims.choices import LeaseEnd
from claims.models import Assignment, AuditEvent, ClaimState
from claims.services import assigning, reviewing
from claims.services.reviewing import Judgement
from tests.factories import make_claim, make_user


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_eight_reviewers_at_once_lose_nothing() -> None:
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")
    said = StringIO()
    call_command(
        "benchmark", "desk", together=True, claims=200, reviewers=8, seconds=5, seed=seed, stdout=said
    )
    lines = said.getvalue().splitlines()
    assert lines[0].startswith(f"seed {seed}: 8 reviewers on 200 claims")
    kinds = {line[:14].strip() for line in lines if line[:1].isalpha()}
    assert {"take next", "draft", "edit", "evidence", "submit", "release", "undo"} <= kinds
    assert "verified: " in said.getvalue()


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_a_run_in_which_a_promise_is_broken_ends_with_a_sentence() -> None:
    """A desk that says OK to drafts and keeps none of them."""
    with (
        patch("benchmarks.together.reviewing.record_review", return_value=[]),
        pytest.raises(CommandError, match="did not keep its promises"),
    ):
        call_command(
            "benchmark", "desk", together=True, claims=200, reviewers=8, seconds=5, seed=1, stdout=StringIO()
        )


@pytest.mark.django_db
def test_leases_that_overlap_are_found() -> None:
    claim, (ada, ben) = make_claim(), (make_user("ada", "reviewer"), make_user("ben", "reviewer"))
    first = assigning.take_claim(by=ada, claim_id=claim.pk)
    assigning.release_claim(by=ada, claim_id=claim.pk)
    second = assigning.take_claim(by=ben, claim_id=claim.pk)
    assert together.leased_twice() == []
    Assignment.objects.filter(pk=first.pk).update(ended_at=second.leased_until, end=LeaseEnd.RELEASED)
    assert together.leased_twice() == [
        f"Claim {claim.pk} was leased twice at once: assignments {first.pk} and {second.pk} overlap."
    ]


@pytest.mark.django_db
def test_a_rationale_that_is_nowhere_is_found() -> None:
    claim, ada = make_claim(), make_user("ada", "reviewer")
    reviewing.record_review(
        by=ada, claim_id=claim.pk, expected_version=1, judgements=[Judgement("false", "Kept.")]
    )
    kept = Done("submit", claim.pk, 1.0, rationales=("Kept.",))
    gone = Done("submit", claim.pk, 1.0, rationales=("Gone.",))
    refused = Done("submit", claim.pk, 1.0, code="stale", rationales=("Refused.",))
    assert together.lost([kept, refused]) == []
    assert together.lost([kept, gone]) == [
        f"“Gone.” on claim {claim.pk} was answered with OK (submit) and is not in its history."
    ]


@pytest.mark.django_db
def test_a_judgement_replaced_unseen_is_found() -> None:
    claim, ada = make_claim(), make_user("ada", "reviewer")
    versions, keys = [], []
    for verdict in ("false", "true"):
        versions.append(ClaimState.objects.get(pk=claim.pk).version)
        (review,) = reviewing.record_review(
            by=ada, claim_id=claim.pk, expected_version=versions[-1], judgements=[Judgement(verdict, "So.")]
        )
        keys.append(review.pk)
    honest = [
        Done("draft", claim.pk, 1.0, reviews=(key,), seen=seen)
        for key, seen in zip(keys, versions, strict=True)
    ]
    assert together.superseded_unseen(honest) == []
    blind = Done("draft", claim.pk, 1.0, reviews=(keys[1],), seen=versions[0])
    (sentence,) = together.superseded_unseen([blind])
    assert sentence.startswith(f"Judgement {keys[0]} of claim {claim.pk} was replaced by {keys[1]}")


@pytest.mark.django_db
def test_crashes_and_a_history_changed_past_the_desk_are_violations() -> None:
    claim, ada = make_claim(), make_user("ada", "reviewer")
    assigning.take_claim(by=ada, claim_id=claim.pk)
    assert together.violations([Done("take", claim.pk, 1.0, code="taken")]) == []
    crash = Done("take", claim.pk, 1.0, crash="OperationalError: deadlock detected")
    assert together.violations([crash]) == [
        "1 crashed instead of being refused, take: OperationalError: deadlock detected."
    ]
    ClaimState.objects.filter(pk=claim.pk).update(version=40)
    assert any("is at version 40" in sentence for sentence in together.violations([]))
    assert AuditEvent.objects.filter(claim=claim).exists()
