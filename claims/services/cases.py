"""The write lock on a claim's case, and the one way its state changes."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from claims import permissions, workflow
from claims.choices import Form, State, Veracity
from claims.models import AuditEvent, ClaimState
from claims.services.audit import record_event
from factcheck.lib.errors import Conflict, Missing
from factcheck.models import User


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
            f"There is no claim {claim_id}: check the number, or look for it in the list.",
        )
    if expected_version is not None and case.version != expected_version:
        raise Conflict(
            "stale",
            "Somebody changed this claim while you were working on it. Nothing of yours is lost: compare, then submit again.",
            current=case_as_data(case),
            changes=_changes_since(claim_id, expected_version),
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
        "veracity_label": Veracity(case.veracity).label if case.veracity else "",
        "form": Form(case.form).value,
    }


def _changes_since(claim_id: int, version: int) -> list[dict[str, Any]]:
    events: QuerySet[AuditEvent] = AuditEvent.objects.filter(claim_id=claim_id, after__version__gt=version)
    return [
        {
            "at": event.at.isoformat(),
            "actor": str(event.actor) if event.actor else "",
            "verb": event.verb,
            "before": event.before,
            "after": event.after,
        }
        for event in events.select_related("actor").order_by("pk")
    ]


def bump(case: ClaimState, **changes: Any) -> None:
    """Writes `changes` to a locked case and counts its version up: every write to a claim's case goes through here."""
    case.version += 1
    for name, value in changes.items():
        setattr(case, name, value)
    case.save(update_fields=["version", *changes])


def move_case(case: ClaimState, name: str, *, by: User | None, reason: str = "", **changes: Any) -> None:
    """Makes the move `name` on a locked case: permission, transition table, write, audit.

    `by=None` is the workbench itself, which needs no role. Raises Refused or DomainError `illegal_move`.
    """
    if by is not None:
        permissions.require(by, workflow.MOVES[name].permission)
    move = workflow.require_move(name, case.state)
    before = {"state": case.state}
    if move.to != State.DISMISSED:
        changes.setdefault("dismiss_reason", "")
    bump(case, state=move.to, entered_at=timezone.now(), **changes)
    record_event(
        by=by,
        verb=name,
        target=case.claim,
        claim=case.claim,
        before=before,
        after={"state": case.state, "version": case.version},
        reason=reason,
    )
