"""Claims whose article changed their words after the desk had judged them: the reviewer looks, and says what stands."""

from django.db import transaction
from django.utils import timezone

from claims import permissions
from claims.choices import NoticeKind
from claims.models import ClaimState, Review, Rewording
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.guards import open_assignment
from claims.services.notices import withdraw
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role, has_role
from factcheck.models import User


@transaction.atomic
def confirm_verdict(*, by: User, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Says that the verdict stands although the article changed the claim's words, which clears the flag.

    For whoever judged the claim or has it under review, and for editors. Raises Refused, Missing, Conflict `stale`,
    DomainError (`not_edited`, `not_yours`).
    """
    permissions.require(by, "review")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    if not case.edited:
        raise DomainError(
            "not_edited", "Nothing is flagged here any more: somebody has looked at the change already."
        )
    if not may_confirm(by, case):
        raise DomainError(
            "not_yours",
            "Only who judged this claim, or an editor, may say that the verdict stands: ask them to look.",
        )
    note_seen(case, by=by)
    return case


def may_confirm(user: User, case: ClaimState) -> bool:
    """Whether it is for `user` to look at the change of this claim's words."""
    if not permissions.may(user, "review"):
        return False
    if has_role(user, Role.EDITOR) or Review.objects.filter(claim=case.pk, reviewer=user).exists():
        return True
    assignment = open_assignment(claim_id=case.pk)
    return assignment is not None and assignment.reviewer_id == user.pk


def note_seen(case: ClaimState, *, by: User) -> None:
    """Clears the flag of a locked case: `by` has seen every change so far."""
    before = case.edited
    Rewording.objects.filter(claim=case.pk, seen_at=None).update(seen_by=by, seen_at=timezone.now())
    bump(case, edited="")
    withdraw(NoticeKind.EDITED, claim_id=case.pk)
    record_event(
        by=by,
        verb="see_rewording",
        target=case.claim,
        claim=case.claim,
        before={"edited": before},
        after={"edited": "", "version": case.version},
    )
