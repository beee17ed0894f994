"""Judging: verdicts are recorded, superseded, and submitted for the cross-check.

What an author answers is theirs until somebody else has confirmed it: only then does it become the desk's verdict,
in ClaimState.veracity and Appearance.attribution, see `let_stand`.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction

from claims import permissions
from claims.choices import VERDICTS, ReviewKind, ReviewStage, State
from claims.models import Appearance, Assignment, ClaimState, DeskSettings, Review
from claims.services.assigning import take_claim
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case, move_case
from claims.services.guards import Answers, change_since, open_assignment, standing
from claims.services.rewordings import note_seen
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User


@dataclass(frozen=True, slots=True)
class Judgement:
    """One verdict as somebody gives it. `appearance_id` for an attribution verdict, None for a veracity verdict."""

    verdict: str
    rationale: str = ""
    appearance_id: int | None = None

    @property
    def kind(self) -> ReviewKind:
        return ReviewKind.VERACITY if self.appearance_id is None else ReviewKind.ATTRIBUTION


@transaction.atomic
def record_review(
    *,
    by: User,
    claim_id: int,
    expected_version: int,
    judgements: list[Judgement],
    submit: bool = False,
    evidence_exception: str = "",
) -> list[Review]:
    """Records `judgements` on a claim that `by` has (or takes it, if nobody has); with `submit`, sends it on.

    A published verdict is changed the same way while a correction is open, by an editor. Returns the new reviews; a
    judgement that says what already stands makes none. Raises Refused, Missing, Conflict (`stale`, `taken`),
    DomainError (`unknown_verdict`, `verdict_missing`, `evidence_missing`, `illegal_move`, `not_yours`).
    """
    permissions.require(by, "review")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    _lease_for(case, by=by)
    reviews = [
        review
        for judgement in judgements
        if (review := record_judgement(case, judgement, by=by, stage=ReviewStage.AUTHOR))
    ]
    if reviews and case.edited:  # who judges has the words before them as the article has them now
        note_seen(case, by=by)
    if submit:
        _submit(case, by=by, evidence_exception=evidence_exception)
    return reviews


def record_judgement(
    case: ClaimState, judgement: Judgement, *, by: User, stage: ReviewStage
) -> Review | None:
    """Writes one judgement on a locked case; None when it says what already stands."""
    if judgement.verdict not in VERDICTS[judgement.kind].values:
        known = ", ".join(VERDICTS[judgement.kind].values)
        raise DomainError(
            "unknown_verdict", f"“{judgement.verdict}” is not on the scale: use one of {known}."
        )
    appearance = None
    if judgement.appearance_id is not None:
        # Not in the default order, which would join the text and its article for the one row.
        appearance = (
            Appearance.objects.order_by("pk").filter(pk=judgement.appearance_id, claim_id=case.pk).first()
        )
        if appearance is None:
            raise Missing(
                "appearance_not_found", "That appearance does not belong to this claim: reload the page."
            )
    before = Review.objects.filter(
        claim_id=case.pk, kind=judgement.kind, appearance=appearance, stage=stage, superseded_by=None
    ).first()
    # An author works towards the next submission, a cross-checker on the last one.
    of_round = case.round if stage == ReviewStage.CROSS_CHECK else case.round + 1
    said = (judgement.verdict, judgement.rationale, by.pk, ReviewStage.AUTHOR)
    same = before and (before.verdict, before.rationale, before.reviewer_id, before.stage) == said
    if before and same and change_since(case, before) is None:  # else the same verdict on other words
        return None
    review = Review.objects.create(
        claim_id=case.pk,
        appearance=appearance,
        stage=stage,
        round=of_round,
        kind=judgement.kind,
        verdict=judgement.verdict,
        rationale=judgement.rationale,
        reviewer=by,
        supersedes=before,
    )
    bump(case)
    record_event(
        by=by,
        verb="review",
        target=review,
        claim_id=case.pk,
        before={"verdict": before.verdict, "rationale": before.rationale} if before else {},
        after={
            "kind": review.kind,
            "stage": review.stage,
            "verdict": review.verdict,
            "rationale": review.rationale,
            "version": case.version,
        },
    )
    return review


def let_stand(case: ClaimState) -> dict[str, Any]:
    """Makes the author's answers the desk's verdict: {"veracity": the new one, "attributions": {appearance: the old one}}.

    For `move_case`, which writes the one and keeps the others for undoing.
    """
    veracity, given = "", {}
    for review in standing(case.pk):
        if review.kind == ReviewKind.VERACITY:
            veracity = review.verdict
        else:
            given[review.appearance_id] = review.verdict
    # An appearance in a later text of the article that nobody judged there has the verdict of the one that it is again.
    stands: dict[int | None, str] = {}
    replaced: dict[str, str] = {}
    for appearance in Appearance.objects.filter(claim_id=case.pk).order_by("pk"):
        verdict = given.get(appearance.pk) or stands.get(appearance.previous_id, "")
        stands[appearance.pk] = verdict
        if verdict and verdict != appearance.attribution:
            replaced[str(appearance.pk)] = appearance.attribution
            Appearance.objects.filter(pk=appearance.pk).update(attribution=verdict)
    return {"veracity": veracity, "attributions": replaced}


def current_reviews(claim_id: int) -> list[Review]:
    """The author's judgements that stand: those that nobody superseded."""
    return standing(claim_id)


def _lease_for(case: ClaimState, *, by: User) -> Assignment | None:
    """The lease under which `by` judges. Until somebody looks at it, the author may still change a submitted verdict."""
    assignment = open_assignment(claim_id=case.pk)
    if case.state == State.CORRECTING:
        permissions.require(by, "publish")
        return None
    if case.state == State.IN_CROSS_CHECK:
        if case.author_id != by.pk or assignment is not None:
            raise DomainError(
                "not_yours",
                "This claim is in cross-check: "
                + (
                    "somebody is looking at it, so that your verdict stays as it is until they have judged."
                    if case.author_id == by.pk
                    else "take it, and give your own verdict without seeing the author's."
                ),
            )
        return None
    if assignment and assignment.reviewer_id == by.pk:
        return assignment
    assignment = take_claim(by=by, claim_id=case.pk)
    case.refresh_from_db(fields=["state", "version", "entered_at"])
    return assignment


def _submit(case: ClaimState, *, by: User, evidence_exception: str) -> None:
    if case.state == State.IN_CROSS_CHECK:  # the author changed a verdict that waits there already
        return
    desk = DeskSettings.current()
    answers = Answers(reason=evidence_exception, evidence_exception=evidence_exception, desk=desk)
    changes: dict[str, Any] = {
        "author_id": by.pk,
        "round": case.round + 1,
        "evidence_exception": evidence_exception.strip()[:500],
    }
    if desk.cross_check:
        move_case(case, "submit", by=by, answers=answers, **changes)
    else:
        move_case(
            case, "submit_unchecked", by=by, answers=answers, verdict=partial(let_stand, case), **changes
        )
