"""Judging: verdicts are recorded, superseded, and submitted for cross-check."""

from dataclasses import dataclass

from django.db import transaction

from claims import permissions
from claims.choices import VERDICTS, Form, LeaseEnd, ReviewKind, State
from claims.models import Appearance, Assignment, ClaimState, Review
from claims.services.assigning import end_assignment, open_assignment, take_claim
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case, move_case
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
    *, by: User, claim_id: int, expected_version: int, judgements: list[Judgement], submit: bool = False
) -> list[Review]:
    """Records `judgements` on a claim that `by` has (or takes it, if nobody has); with `submit`, sends it to cross-check.

    Returns the new reviews; a judgement that says what already stands makes none. Raises Refused, Missing,
    Conflict (`stale`, `taken`), DomainError (`unknown_verdict`, `verdict_missing`, `illegal_move`, `not_yours`).
    """
    permissions.require(by, "review")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    assignment = _assignment_for(case, by=by)
    reviews = [review for judgement in judgements if (review := _record(case, judgement, by=by))]
    if reviews and case.edited:  # who judges has the words before them as the article has them now
        note_seen(case, by=by)
    if submit:
        _require_verdicts(case)
        if case.state == State.IN_REVIEW:
            move_case(case, "submit", by=by)
        if assignment:
            end_assignment(assignment, LeaseEnd.SUBMITTED)
    return reviews


def current_reviews(claim_id: int) -> list[Review]:
    """The judgements that stand: those that nobody superseded."""
    return list(
        Review.objects.filter(claim_id=claim_id, superseded_by=None)
        .select_related("reviewer", "appearance")
        .order_by("pk")
    )


def _assignment_for(case: ClaimState, *, by: User) -> Assignment | None:
    """The lease under which `by` judges. While nobody has acted on a submitted verdict, its author may still change it."""
    assignment = open_assignment(claim_id=case.pk)
    if assignment and assignment.reviewer_id == by.pk:
        return assignment
    if assignment is None and case.state == State.IN_CROSS_CHECK:
        if not Review.objects.filter(claim_id=case.pk, reviewer=by, superseded_by=None).exists():
            raise DomainError(
                "not_yours",
                "This claim waits for its cross-check; until then only its author may change the verdict.",
            )
        return None
    assignment = take_claim(by=by, claim_id=case.pk)
    case.refresh_from_db(fields=["state", "version", "entered_at"])
    return assignment


def _record(case: ClaimState, judgement: Judgement, *, by: User) -> Review | None:
    if judgement.verdict not in VERDICTS[judgement.kind].values:
        known = ", ".join(VERDICTS[judgement.kind].values)
        raise DomainError(
            "unknown_verdict", f"“{judgement.verdict}” is not on the scale: use one of {known}."
        )
    appearance = None
    if judgement.appearance_id is not None:
        appearance = Appearance.objects.filter(pk=judgement.appearance_id, claim_id=case.pk).first()
        if appearance is None:
            raise Missing(
                "appearance_not_found", "That appearance does not belong to this claim: reload the page."
            )
    standing = Review.objects.filter(
        claim_id=case.pk, kind=judgement.kind, appearance=appearance, superseded_by=None
    ).first()
    if standing and (standing.verdict, standing.rationale, standing.reviewer_id) == (
        judgement.verdict,
        judgement.rationale,
        by.pk,
    ):
        return None
    review = Review.objects.create(
        claim_id=case.pk,
        appearance=appearance,
        kind=judgement.kind,
        verdict=judgement.verdict,
        rationale=judgement.rationale,
        reviewer=by,
        supersedes=standing,
    )
    if appearance:
        appearance.attribution = judgement.verdict
        appearance.save(update_fields=["attribution"])
        bump(case)
    else:
        bump(case, veracity=judgement.verdict)
    record_event(
        by=by,
        verb="review",
        target=review,
        claim_id=case.pk,
        before={"verdict": standing.verdict, "rationale": standing.rationale} if standing else {},
        after={
            "kind": review.kind,
            "verdict": review.verdict,
            "rationale": review.rationale,
            "version": case.version,
        },
    )
    return review


def _require_verdicts(case: ClaimState) -> None:
    missing = []
    if not case.veracity:
        missing.append(ReviewKind.VERACITY)
    appearances = Appearance.objects.filter(claim_id=case.pk).exclude(form=Form.OWN_VOICE)
    if appearances.exists() and not appearances.exclude(attribution="").exists():
        missing.append(ReviewKind.ATTRIBUTION)
    if missing:
        questions = " and ".join(f"“{kind.label}”" for kind in missing)
        raise DomainError(
            "verdict_missing",
            f"Answer {questions} before you submit.",
            missing=[kind.value for kind in missing],
        )
