"""A claim on its way through the workflow, for the tests of the way."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from claims.choices import State
from claims.models import (
    Assignment,
    Claim,
    ClaimState,
    Correction,
    CrossCheck,
    Review,
)
from claims.services import publishing, reviewing, seconding
from claims.services.reviewing import Judgement
from claims.services.transitions import Given
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.factories import make_story_claim, set_desk


def case_of(claim: Claim) -> ClaimState:
    return ClaimState.objects.get(pk=claim.pk)


def submitted(by: User, verdict: str = "true", **fields: object) -> Claim:
    """A claim with both verdicts of `by`, waiting for its cross-check."""
    set_desk(min_evidence=0)
    claim = make_story_claim(**fields)
    judge(claim, by, verdict)
    return claim


def judge(claim: Claim, by: User, verdict: str, *, submit: bool = True) -> None:
    reviewing.record_review(
        by=by,
        claim_id=claim.pk,
        expected_version=case_of(claim).version,
        judgements=[
            Judgement(verdict, f"{by}: {verdict}"),
            Judgement("confirmed", f"{by} heard it", claim.appearances.get().pk),
        ],
        submit=submit,
    )


def check(claim: Claim, by: User, verdict: str) -> CrossCheck:
    return seconding.cross_check(
        by=by,
        claim_id=claim.pk,
        expected_version=case_of(claim).version,
        judgements=[
            Judgement(verdict, f"{by}: {verdict}"),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )


def in_vote(ann: User, ben: User) -> Claim:
    claim = submitted(ann)
    check(claim, ben, "true")
    return claim


def published(ann: User, ben: User, eve: User) -> Claim:
    claim = in_vote(ann, ben)
    seconding.vote_claim(by=eve, claim_id=claim.pk)
    publishing.publish_claim(by=eve, claim_id=claim.pk)
    return claim


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith((".", "?"))
    return refused.value.code


SIDES = {
    State.ON_HOLD: {"held_from": "queued", "hold_reason": "We wait."},
    State.DISMISSED: {"dismiss_reason": "not_relevant"},
}


def in_state(state: State, author: User) -> Claim:
    """A claim put into `state` by hand, with its author's verdicts where there would be some."""
    claim = make_story_claim()
    sides = dict(SIDES.get(state, {}))
    if state == State.DUPLICATE:
        sides["duplicate_of"] = make_story_claim()
    if state not in (State.NEW, State.QUEUED):
        Review.objects.create(claim=claim, kind="veracity", verdict="true", reviewer=author)
        Review.objects.create(
            claim=claim,
            kind="attribution",
            verdict="confirmed",
            appearance=claim.appearances.get(),
            reviewer=author,
        )
        sides |= {"author": author, "round": 1}
    ClaimState.objects.filter(pk=claim.pk).update(state=state, **sides)
    if state == State.CORRECTING:
        Correction.objects.create(claim=claim, reason="An error.", opened_by=author)
    return claim


def given_for(name: str, claim: Claim, original: Claim) -> Given:
    return Given(
        reason="Because.",
        dismiss_reason="not_relevant",
        duplicate_of=original.pk,
        judgements=[
            Judgement("false" if name == "differ" else "true"),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )


def without_verdicts(state: State, author: User, user: User, *, holder: bool) -> Claim:
    claim = make_story_claim()
    ClaimState.objects.filter(pk=claim.pk).update(state=state, author=author, round=1)
    if state == State.CORRECTING:
        Correction.objects.create(claim=claim, reason="An error.", opened_by=author)
    if holder:
        Assignment.objects.create(
            claim=claim, reviewer=user, leased_until=timezone.now() + timedelta(hours=1)
        )
    return claim
