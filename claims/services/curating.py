"""Triage: what the desk will look at, what it will not, and what has to wait."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from claims.choices import DismissReason, NoticeKind, ReviewStage, State
from claims.models import Assignment, ClaimState
from claims.services.assigning import lease_until
from claims.services.cases import lock_case, move_case
from claims.services.guards import Answers
from claims.services.notices import tell_assigned
from factcheck.lib.errors import DomainError
from factcheck.models import User


@transaction.atomic
def queue_claim(*, by: User, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Puts a new, dismissed or duplicate claim into the queue. Raises Refused, Missing, Conflict `stale`, `illegal_move`."""
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "queue", by=by)
    return case


@transaction.atomic
def dismiss_claim(
    *, by: User, claim_id: int, reason: str, note: str = "", expected_version: int | None = None
) -> ClaimState:
    """Takes a claim off the desk, for a reason of DismissReason.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`unknown_reason`, `illegal_move`).
    """
    if reason not in DismissReason.values:
        raise DomainError("unknown_reason", f"Say why: one of {', '.join(DismissReason.values)}.")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "dismiss", by=by, answers=Answers(reason=note), dismiss_reason=reason)
    return case


@transaction.atomic
def mark_duplicate(
    *, by: User, claim_id: int, of: int | None, expected_version: int | None = None
) -> ClaimState:
    """Takes a claim off the desk because claim `of` says the same; it shares that one's verdict.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`original_missing`, `its_own_duplicate`,
    `original_is_duplicate`, `has_duplicates`, `illegal_move`).
    """
    # Both in one order, so that two people who mark two claims crosswise do not wait for each other.
    for pk in sorted({claim_id, of or claim_id}):
        ClaimState.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "mark_duplicate", by=by, answers=Answers(duplicate_of=of), duplicate_of_id=of)
    return case


@transaction.atomic
def hold_claim(
    *,
    by: User,
    claim_id: int,
    reason: str,
    until: datetime | None = None,
    expected_version: int | None = None,
) -> ClaimState:
    """Sets a claim aside, for a reason, until somebody takes it off hold or `until` has come.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`reason_missing`, `already_past`, `illegal_move`).
    """
    if until is not None and until <= timezone.now():
        raise DomainError("already_past", "The hold would end in the past: give a later time, or none.")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(
        case,
        "hold",
        by=by,
        answers=Answers(reason=reason, until=until),
        held_from=case.state,
        hold_reason=reason[:500],
        hold_until=until,
    )
    return case


@transaction.atomic
def resume_claim(*, by: User | None, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Takes a claim off hold: back to where it was; one under review goes to whoever had it, if they take it off.

    `by=None` is the workbench itself, when the hold's time has come. Raises Refused, Missing, Conflict `stale`,
    `illegal_move`.
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "resume", by=by)
    if case.state == State.IN_REVIEW:
        # Whoever had it has it again, or it would be under review by nobody.
        last = Assignment.objects.filter(claim_id=claim_id, stage=ReviewStage.AUTHOR).order_by("-pk").first()
        if last is not None:
            again = Assignment.objects.create(
                claim_id=claim_id, reviewer_id=last.reviewer_id, leased_until=lease_until()
            )
            tell_assigned(again, by=by, kind=NoticeKind.RESUMED)
    return case


def resume_due() -> int:
    """Takes the claims off hold whose time has come; returns how many."""
    due = ClaimState.objects.filter(state=State.ON_HOLD, hold_until__lte=timezone.now())
    resumed = 0
    for claim_id in list(due.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            case = lock_case(claim_id=claim_id)
            if case.state == State.ON_HOLD and case.hold_until and case.hold_until <= timezone.now():
                resume_claim(by=None, claim_id=claim_id)
                resumed += 1
    return resumed
