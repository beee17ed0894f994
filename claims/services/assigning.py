"""Who has which claim: leases, taken, handed over and given back."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from claims import permissions, workflow
from claims.choices import LeaseEnd, NoticeKind, ReviewStage, State
from claims.models import Assignment, Claim, ClaimState, DeskSettings
from claims.narrowing import Filters, narrowed
from claims.services.audit import record_event
from claims.services.cases import bump, end_assignment, lock_case, move_case
from claims.services.guards import Answers, open_assignment, taken_by_another
from claims.services.notices import OF_DUE_DATE, tell, tell_assigned, withdraw
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role, has_role
from factcheck.models import User

ONE_OPEN = "assignment_one_open"  # the constraint by which nobody has what somebody else has

# Picks and locks the most pressing claim that waits, for its review or for somebody else's eyes, in one statement; one
# that somebody else is taking right now is passed over. Among equals a cross-check comes first: it is nearly done.
_TAKE_NEXT = """
    WITH queued AS (
        SELECT claim_id, state, priority FROM claims_claimstate
         WHERE state = 'queued'
         ORDER BY priority DESC, claim_id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), waiting AS (
        SELECT claim_id, state, priority FROM claims_claimstate c
         WHERE state = 'in_cross_check' AND author_id <> %(by)s
           AND NOT EXISTS (SELECT 1 FROM claims_assignment a WHERE a.claim_id = c.claim_id AND a.ended_at IS NULL)
         ORDER BY priority DESC, claim_id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), next AS (
        SELECT * FROM (SELECT * FROM queued UNION ALL SELECT * FROM waiting) both_kinds
         ORDER BY priority DESC, state LIMIT 1
    )
    UPDATE claims_claimstate c
       SET version = version + 1,
           state = CASE WHEN c.state = 'queued' THEN 'in_review' ELSE c.state END,
           entered_at = CASE WHEN c.state = 'queued' THEN now() ELSE c.entered_at END
      FROM next
     WHERE c.claim_id = next.claim_id
    RETURNING c.claim_id, c.version, next.state
"""


def take_next(*, by: User, within: Filters | None = None) -> Assignment | None:
    """Leases the most pressing claim that waits to `by`: a queued one to review, or somebody else's to cross-check.

    `within`: only of the claims that these filters leave, whatever state they name. None when nothing waits. Raises Refused.
    """
    permissions.require(by, "take")
    while True:
        try:
            return _take_waiting(by, within)
        except IntegrityError as error:
            # A lease that began after the statement did is not seen by it, and a claim in cross-check does not change its
            # state with one: the database refuses the second lease. Then the next claim is this one's; each time round,
            # somebody else has got one.
            if ONE_OPEN not in str(error):
                raise


@transaction.atomic
def _take_waiting(by: User, within: Filters | None) -> Assignment | None:
    row = _take_within(within, by) if within is not None else _take(by)
    if row is None:
        return None
    claim_id, version, state = row
    stage = ReviewStage.AUTHOR if state == State.QUEUED else ReviewStage.CROSS_CHECK
    assignment = Assignment.objects.create(
        claim_id=claim_id, reviewer=by, stage=stage, leased_until=lease_until()
    )
    if stage == ReviewStage.AUTHOR:
        verb, before = "take", {"state": State.QUEUED}
        after = {"state": workflow.MOVES["take"].to, "version": version}
    else:
        verb, before, after = "take_cross_check", {}, {"version": version}
    record_event(by=by, verb=verb, target=Claim(pk=claim_id), claim_id=claim_id, before=before, after=after)
    return assignment


def _take(by: User) -> tuple[int, int, str] | None:
    """Key, new version and former state of the claim picked."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NEXT, {"by": by.pk})
        row: tuple[int, int, str] | None = cursor.fetchone()
    return row


def _take_within(within: Filters, by: User) -> tuple[int, int, str] | None:
    """As `_take`, of the claims that `within` leaves: each kind by its own index, passing over what is being taken."""
    asked = narrowed(ClaimState.objects.all(), replace(within, state=""))
    others = asked.filter(state=State.IN_CROSS_CHECK).exclude(author=by)
    free = ~Exists(Assignment.objects.filter(claim=OuterRef("pk"), ended_at=None))
    kinds = [others.filter(free), asked.filter(state=State.QUEUED)]
    best: ClaimState | None = None
    for waiting in kinds:
        found = waiting.order_by("-priority", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if found is not None and (best is None or found.priority > best.priority):
            best = found
    if best is None:
        return None
    before = best.state
    if before == State.QUEUED:
        bump(best, state=State.IN_REVIEW, entered_at=timezone.now())
    else:
        bump(best)
    return best.pk, best.version, before


@transaction.atomic
def take_claim(*, by: User, claim_id: int) -> Assignment:
    """Leases this claim to `by`, to review it or, if it waits for that, to cross-check it; or renews their lease.

    Raises Refused, Conflict `taken`, DomainError (`illegal_move`, `own_verdict`).
    """
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id)
    current = open_assignment(claim_id=claim_id)
    if current and current.reviewer_id != by.pk and current.leased_until < timezone.now():
        _expire(current, case)
        current = None
    if current is None:
        return _lease(case, by=by)
    if current.reviewer_id != by.pk:
        raise taken_by_another(current)
    current.leased_until = lease_until()
    current.save(update_fields=["leased_until"])
    withdraw(NoticeKind.LEASE_ENDING, claim_id=claim_id, recipient_id=by.pk)
    return current


def _lease(case: ClaimState, *, by: User) -> Assignment:
    if case.state != State.IN_CROSS_CHECK:
        move_case(case, "take", by=by)
        return Assignment.objects.create(claim_id=case.pk, reviewer=by, leased_until=lease_until())
    if case.author_id == by.pk:
        raise DomainError(
            "own_verdict",
            "This is your own verdict: somebody else has to cross-check it. Take the next claim.",
        )
    bump(case)
    record_event(
        by=by,
        verb="take_cross_check",
        target=case.claim,
        claim=case.claim,
        after={"version": case.version},
    )
    return Assignment.objects.create(
        claim_id=case.pk, reviewer=by, stage=ReviewStage.CROSS_CHECK, leased_until=lease_until()
    )


@transaction.atomic
def release_claim(*, by: User, claim_id: int) -> None:
    """Puts the claim that `by` has back to where it waits. Raises Refused, Missing, DomainError `not_yours`."""
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id)
    assignment = open_assignment(claim_id=claim_id)
    if assignment is None or assignment.reviewer_id != by.pk:
        raise DomainError("not_yours", "You do not have this claim, so there is nothing to put back.")
    _give_up(assignment, case, LeaseEnd.RELEASED, by=by)


@transaction.atomic
def hand_over(*, by: User, claim_id: int, to: User, note: str = "") -> Assignment:
    """Gives a claim under review or in cross-check to `to`: whoever has it may, and editors may for others.

    Raises Refused, Missing, DomainError (`not_yours`, `cannot_take`, `own_verdict`, `illegal_move`).
    """
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id)
    assignment = open_assignment(claim_id=claim_id)
    if assignment is None:
        workflow.require_move("release", case.state)
        raise DomainError("not_yours", "Nobody has this claim: let them take it.")
    return _hand_over(case, assignment, by=by, to=to, note=note)


def _hand_over(case: ClaimState, assignment: Assignment, *, by: User, to: User, note: str) -> Assignment:
    if assignment.reviewer_id != by.pk and not has_role(by, Role.EDITOR):
        raise DomainError("not_yours", "You do not have this claim: ask whoever has it, or an editor.")
    _require_taker(case, to, assignment.stage)
    end_assignment(assignment, LeaseEnd.HANDED_OVER)
    withdraw(*OF_DUE_DATE, claim_id=case.pk, recipient_id=assignment.reviewer_id)
    bump(case)
    record_event(
        by=by,
        verb="hand_over",
        target=case.claim,
        claim=case.claim,
        before={"reviewer": str(assignment.reviewer)},
        after={"reviewer": str(to), "version": case.version},
        reason=note,
    )
    given = Assignment.objects.create(
        claim_id=case.pk, reviewer=to, stage=assignment.stage, given_by=by, leased_until=lease_until()
    )
    tell_assigned(given, by=by, note=note)
    return given


@transaction.atomic
def assign_claim(
    *, by: User, claim_id: int, to: User, note: str = "", expected_version: int | None = None
) -> Assignment:
    """Gives a claim to `to`, wherever it waits: out of the queue, for its cross-check, or from whoever has it.

    Editors may; others may hand over what they have, and take for themselves. Whoever has it already keeps it.
    Raises Refused, Missing, Conflict `stale`, DomainError (`not_yours`, `cannot_take`, `own_verdict`, `illegal_move`).
    """
    permissions.require(by, "take")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    assignment = open_assignment(claim_id=claim_id)
    if assignment is not None and assignment.reviewer_id == to.pk:
        raise DomainError("theirs_already", f"{to} has this claim already.")
    if assignment is not None:
        return _hand_over(case, assignment, by=by, to=to, note=note)
    if to != by:
        permissions.require(by, "assign")
    stage = ReviewStage.CROSS_CHECK if case.state == State.IN_CROSS_CHECK else ReviewStage.AUTHOR
    _require_taker(case, to, stage)
    return lease_to(case, to, by=by, note=note)


def lease_to(case: ClaimState, to: User, *, by: User | None, note: str = "") -> Assignment:
    """Leases a locked claim that waits to `to`, for `by` (None: the workbench itself). Raises `illegal_move`."""
    stage = ReviewStage.AUTHOR
    if case.state == State.IN_CROSS_CHECK:
        stage = ReviewStage.CROSS_CHECK
        bump(case)
        record_event(
            by=by,
            verb="give_cross_check",
            target=case.claim,
            claim=case.claim,
            after={"reviewer": str(to), "version": case.version},
            reason=note,
        )
    else:
        move_case(case, "take", by=by, answers=Answers(reason=note), told={"reviewer": str(to)})
    given = Assignment.objects.create(
        claim_id=case.pk,
        reviewer=to,
        stage=stage,
        given_by=by if by != to else None,
        leased_until=lease_until(),
    )
    tell_assigned(given, by=by, note=note)
    return given


def _require_taker(case: ClaimState, to: User, stage: str) -> None:
    if not to.is_active or not permissions.may(to, "take"):
        raise DomainError("cannot_take", f"{to} is no reviewer, so the claim cannot go to them.")
    if stage == ReviewStage.CROSS_CHECK and case.author_id == to.pk:
        raise DomainError("own_verdict", f"It is {to}'s own verdict: somebody else has to cross-check it.")


def release_expired_leases() -> int:
    """Puts claims whose lease ran out back to where they wait; returns how many."""
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
    _give_up(
        assignment, case, LeaseEnd.EXPIRED, by=None, reason=f"the lease of {assignment.reviewer} ran out"
    )
    tell(
        [assignment.reviewer_id],
        NoticeKind.LEASE_OVER,
        claim_id=case.pk,
        key=f"lease_over:{assignment.pk}",
        moment=assignment.leased_until,
    )


def _give_up(
    assignment: Assignment, case: ClaimState, end: LeaseEnd, *, by: User | None, reason: str = ""
) -> None:
    if case.state == State.IN_REVIEW:
        move_case(case, "release", by=by, answers=Answers(reason=reason))
        if end != LeaseEnd.RELEASED:
            Assignment.objects.filter(pk=assignment.pk).update(end=end)
        return
    end_assignment(assignment, end)
    bump(case)
    record_event(
        by=by,
        verb="release_cross_check",
        target=case.claim,
        claim=case.claim,
        after={"version": case.version},
        reason=reason,
    )


def lease_until() -> datetime:
    return timezone.now() + timedelta(minutes=DeskSettings.current().lease_minutes)
