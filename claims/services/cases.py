"""The write lock on a claim's case, and the one way its state changes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from claims import permissions, workflow
from claims.choices import DONE, Form, LeaseEnd, NoticeKind, State
from claims.decisions import redacted
from claims.models import Assignment, AuditEvent, ClaimState
from claims.services.audit import record_event
from claims.services.guards import GUARDS, Answers, open_assignment
from claims.services.notices import OF_DUE_DATE, withdraw
from factcheck.lib.errors import Conflict, Missing
from factcheck.models import User

# Columns that belong to one state, and what they hold in all others.
SIDE_COLUMNS: dict[str, Any] = {
    "dismiss_reason": "",
    "held_from": "",
    "hold_reason": "",
    "hold_until": None,
    "duplicate_of_id": None,
}


def lock_case(*, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """The claim's state row, locked until the transaction ends.

    Raises Missing if there is no such claim, Conflict `stale` if somebody wrote to it since `expected_version`;
    its details carry `current` (the case as it stands) and `changes` (what happened in between).
    """
    case = (
        ClaimState.objects.select_for_update(of=("self",)).select_related("claim").filter(pk=claim_id).first()
    )
    if case is None:
        raise Missing(
            "claim_not_found",
            f"There is no claim #{claim_id}: check the number, or look for it in the list.",
        )
    if expected_version is not None and case.version != expected_version:
        raise Conflict(
            "stale",
            "Somebody changed this claim while you were working on it. Nothing of yours is lost: compare, then submit again.",
            current=case_as_data(case),
            changes=_changes_since(case, expected_version),
        )
    return case


def case_as_data(case: ClaimState) -> dict[str, Any]:
    """The case as plain data, for conflicts and audit."""
    return {
        "claim": case.pk,
        "version": case.version,
        "state": case.state,
        "state_label": State(case.state).label,
        "veracity": case.veracity,
        "veracity_label": case.get_veracity_display(),
        "form": Form(case.form).value,
    }


def _changes_since(case: ClaimState, version: int) -> list[dict[str, Any]]:
    events: QuerySet[AuditEvent] = AuditEvent.objects.filter(claim_id=case.pk, after__version__gt=version)
    told = []
    for event in events.select_related("actor").order_by("pk"):
        before, after = event.before, event.after
        if case.state == State.IN_CROSS_CHECK:
            before, after = redacted(event.verb, before, after)
        told.append(
            {
                "at": event.at.isoformat(),
                "actor": str(event.actor) if event.actor else "",
                "verb": event.verb,
                "before": before,
                "after": after,
            }
        )
    return told


def bump(case: ClaimState, **changes: Any) -> None:
    """Writes `changes` to a locked case and counts its version up: every write to a claim's case goes through here."""
    case.version += 1
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=["version", *changes])


def move_case(
    case: ClaimState,
    name: str,
    *,
    by: User | None,
    answers: Answers | None = None,
    verdict: Callable[[], dict[str, Any]] | None = None,
    told: dict[str, Any] | None = None,
    **changes: Any,
) -> AuditEvent:
    """Makes the move `name` on a locked case: permission, transition table, guards, lease, write, audit.

    `changes` are further columns to write with it; `verdict` is called once the guards let the move pass, when it also
    changes the desk's verdict, and says what to (see claims.services.reviewing.let_stand); `told` is for the record alone. `by=None` is the workbench itself, which needs no role and meets
    no guards. Raises Refused, Conflict or DomainError: `illegal_move`, or what a guard says.
    """
    answers = answers or Answers()
    if by is not None:
        permissions.require(by, workflow.MOVES[name].permission)
    move = workflow.require_move(name, case.state)
    if by is not None:
        for guard in move.guards:
            GUARDS[guard](case, by, answers)
    to = move.to or State(case.held_from)
    attributions: dict[str, str] = {}
    if verdict is not None:
        stands = verdict()
        changes["veracity"], attributions = stands["veracity"], stands["attributions"]
    kept = {column: empty for column, empty in SIDE_COLUMNS.items() if getattr(case, column) != empty}
    changes = {"state": to.value, **kept, **changes}
    before = {
        column: plain(getattr(case, column)) for column in changes if getattr(case, column) != changes[column]
    }
    if move.ends_lease and (assignment := open_assignment(claim_id=case.pk)):
        end_assignment(assignment, move.ends_lease)
        before["lease"] = {"reviewer": assignment.reviewer_id, "stage": assignment.stage}
    bump(case, entered_at=timezone.now(), **changes)
    after = {column: plain(getattr(case, column)) for column in before if column != "lease"}
    if to in DONE:
        withdraw(*OF_DUE_DATE, claim_id=case.pk)
    if attributions:
        before["attributions"] = attributions
    return record_event(
        by=by,
        verb=name,
        target=case.claim,
        claim=case.claim,
        before=before,
        after={**after, **(told or {}), "version": case.version},
        reason=answers.reason,
    )


def end_assignment(assignment: Assignment, end: LeaseEnd) -> None:
    assignment.end = end
    assignment.ended_at = timezone.now()
    assignment.save(update_fields=["end", "ended_at"])
    withdraw(
        NoticeKind.LEASE_ENDING,
        NoticeKind.ASSIGNED,
        claim_id=assignment.claim_id,
        recipient_id=assignment.reviewer_id,
    )


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value
