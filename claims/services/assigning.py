"""Who has which claim: leases, taken and given back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from claims import permissions, workflow
from claims.choices import LeaseEnd, State
from claims.models import Assignment, Claim, ClaimState
from claims.services.audit import record_event
from claims.services.cases import lock_case, move_case
from factcheck.lib.errors import Conflict, DomainError
from factcheck.models import User

# Picks, locks and moves the next claim in one statement; one that somebody else is taking right now is passed over.
_TAKE_NEXT = """
    UPDATE claims_claimstate
       SET state = %(to)s, version = version + 1, entered_at = now()
     WHERE claim_id = (
            SELECT claim_id FROM claims_claimstate
             WHERE state = 'queued'
             ORDER BY priority DESC, claim_id
             LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING claim_id, version
"""


@transaction.atomic
def take_next(*, by: User) -> Assignment | None:
    """Leases the most pressing queued claim to `by`; None when the queue is empty. Raises Refused."""
    permissions.require(by, "take")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NEXT, {"to": workflow.MOVES["take"].to.value})
        row = cursor.fetchone()
    if row is None:
        return None
    claim_id, version = row
    assignment = Assignment.objects.create(claim_id=claim_id, reviewer=by, leased_until=_until())
    record_event(
        by=by,
        verb="take",
        target=Claim(pk=claim_id),
        claim_id=claim_id,
        before={"state": State.QUEUED},
        after={"state": workflow.MOVES["take"].to, "version": version},
    )
    return assignment


@transaction.atomic
def take_claim(*, by: User, claim_id: int) -> Assignment:
    """Leases this claim to `by`, or renews their lease. Raises Refused, Conflict `taken`, `illegal_move`."""
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id)
    current = open_assignment(claim_id=claim_id)
    if current and current.reviewer_id != by.pk and current.leased_until < timezone.now():
        _expire(current, case)
        current = None
    if current is None:
        move_case(case, "take", by=by)
        return Assignment.objects.create(claim_id=claim_id, reviewer=by, leased_until=_until())
    if current.reviewer_id != by.pk:
        raise taken_by_another(current)
    current.leased_until = _until()
    current.save(update_fields=["leased_until"])
    return current


@transaction.atomic
def release_claim(*, by: User, claim_id: int) -> None:
    """Puts the claim that `by` has back into the queue. Raises Refused, Missing, DomainError `not_yours`."""
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id)
    assignment = open_assignment(claim_id=claim_id)
    if assignment is None or assignment.reviewer_id != by.pk:
        raise DomainError("not_yours", "You do not have this claim, so there is nothing to put back.")
    end_assignment(assignment, LeaseEnd.RELEASED)
    move_case(case, "release", by=by)


def release_expired_leases() -> int:
    """Puts claims whose lease ran out back into the queue; returns how many."""
    overdue = Assignment.objects.filter(ended_at=None, leased_until__lt=timezone.now())
    return sum(_release_if_expired(claim_id) for claim_id in list(overdue.values_list("claim_id", flat=True)))


@transaction.atomic
def _release_if_expired(claim_id: int) -> bool:
    case = lock_case(claim_id=claim_id)
    assignment = open_assignment(claim_id=claim_id)
    if assignment is None or assignment.leased_until >= timezone.now():
        return False  # renewed or ended since
    _expire(assignment, case)
    return True


def _expire(assignment: Assignment, case: ClaimState) -> None:
    end_assignment(assignment, LeaseEnd.EXPIRED)
    if case.state == State.IN_REVIEW:
        move_case(case, "release", by=None, reason=f"the lease of {assignment.reviewer} ran out")


def open_assignment(*, claim_id: int) -> Assignment | None:
    return Assignment.objects.select_related("reviewer").filter(claim_id=claim_id, ended_at=None).first()


def end_assignment(assignment: Assignment, end: LeaseEnd) -> None:
    assignment.end = end
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["end", "ended_at"])


def taken_by_another(assignment: Assignment) -> Conflict:
    until = timezone.localtime(assignment.leased_until)
    return Conflict(
        "taken",
        f"{assignment.reviewer} has this claim until {until:%H:%M}. Nothing of yours is lost: ask them, or take the next one.",
    )


def _until() -> datetime:
    return timezone.now() + timedelta(minutes=settings.REVIEW_LEASE_MINUTES)
