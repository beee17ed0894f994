"""By when the desk should be done with a claim: its due date."""

from datetime import datetime

from django.db import transaction

from claims import permissions
from claims.choices import DONE, NoticeKind, State
from claims.models import Assignment, ClaimState
from claims.services.audit import record_event
from claims.services.cases import lock_case, plain
from claims.services.guards import open_assignment
from claims.services.notices import OF_DUE_DATE, tell_of_event, withdraw
from factcheck.lib.errors import DomainError, Refused
from factcheck.models import User


@transaction.atomic
def set_due(*, by: User, claim_id: int, due_at: datetime | None) -> ClaimState:
    """Sets by when a claim is due, or with None that it is not; for editors, and for whoever handed it over.

    It plans the work and is no part of it: the case's version stays, so that nobody's judging is stopped by it. Whoever
    has the claim is told. Raises Refused, Missing, DomainError `not_under_way`.
    """
    case = lock_case(claim_id=claim_id)
    assignment = open_assignment(claim_id=claim_id)
    if not may_set_due(by, assignment):
        raise Refused(
            "role_required",
            "Only an editor, or whoever handed the claim over, may say by when it is due: ask one of them.",
        )
    if case.state in DONE and due_at is not None:
        raise DomainError(
            "not_under_way",
            f"This claim is {State(case.state).label.lower()}: a due date is for claims that are still being worked on.",
        )
    if due_at == case.due_at:
        return case
    before, case.due_at = case.due_at, due_at
    case.save(update_fields=["due_at"])
    withdraw(*OF_DUE_DATE, claim_id=claim_id)
    event = record_event(
        by=by,
        verb="set_due",
        target=case.claim,
        claim=case.claim,
        before={"due_at": plain(before)},
        after={"due_at": plain(due_at)},
    )
    if due_at is not None and assignment is not None:
        tell_of_event([assignment.reviewer_id], NoticeKind.DUE_SET, event, moment=due_at)
    return case


def may_set_due(user: User, assignment: Assignment | None) -> bool:
    """Whether it is for `user` to say by when a claim with this open assignment is due."""
    gave_it = assignment is not None and assignment.given_by_id == user.pk
    return permissions.may(user, "plan") or (gave_it and permissions.may(user, "take"))
