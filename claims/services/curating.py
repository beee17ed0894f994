"""Triage: what the desk will look at, and what it will not."""

from django.db import transaction

from claims.choices import DismissReason, LeaseEnd
from claims.models import ClaimState
from claims.services.assigning import end_assignment, open_assignment, taken_by_another
from claims.services.cases import lock_case, move_case
from factcheck.lib.errors import DomainError
from factcheck.models import User


@transaction.atomic
def queue_claim(*, by: User, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Puts a new or dismissed claim into the queue. Raises Refused, Missing, Conflict `stale`, `illegal_move`."""
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
    assignment = open_assignment(claim_id=claim_id)
    if assignment and assignment.reviewer_id != by.pk:
        raise taken_by_another(assignment)
    move_case(case, "dismiss", by=by, reason=note, dismiss_reason=reason)
    if assignment:
        end_assignment(assignment, LeaseEnd.DISMISSED)
    return case
