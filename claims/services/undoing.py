"""Undoing a move, until somebody else has acted on it.

The audit event of a move holds every column it changed, the lease it ended and the attributions it replaced; undoing
writes those back. What the move made besides (a cross-check, a vote, a correction) stays, marked as undone.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from claims import permissions, workflow
from claims.choices import DismissReason, LeaseEnd, LineageKind, State
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    ClaimState,
    Correction,
    CrossCheck,
    EvidenceLink,
    HopCheck,
    Lineage,
    Review,
    Vote,
)
from claims.services import readings
from claims.services.applying import apply_reading
from claims.services.assigning import lease_until
from claims.services.audit import record_event
from claims.services.cases import bump, end_assignment, lock_case
from claims.services.editions import undo_editions
from claims.services.guards import open_assignment
from claims.services.notices import withdraw
from claims.services.readings import with_all
from claims.services.tagging import change_tags
from factcheck.lib.errors import DomainError
from factcheck.models import User

# Whoever talks about a claim, or says by when it is due, has not acted on it.
TALK = ("comment", "edit_comment", "delete_comment", "set_due")
LOOK_BACK = 50  # events; what was moved longer ago than so many of them is history


@transaction.atomic
def undo_move(*, by: User, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Takes back the last move of the claim, if `by` made it and nobody else has acted on the claim since.

    Raises Refused, Missing, Conflict `stale`, DomainError (`nothing_to_undo`, `not_your_move`, `acted_upon`).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    event = require_undoable(claim_id, by=by)
    if event.verb in EDITS:
        permissions.require(by, "tag" if event.verb == "tag" else "edit")
        EDITS[event.verb](event, case, by)
        return case
    permissions.require(by, workflow.MOVES[event.verb].permission)
    lease = event.before.get("lease")
    columns = {
        column: _from_plain(column, value)
        for column, value in event.before.items()
        if column not in ("lease", "attributions")
    }
    now_held = open_assignment(claim_id=claim_id)
    if now_held:  # what the move, or `by` after it, took
        end_assignment(now_held, LeaseEnd.UNDONE)
    bump(case, entered_at=timezone.now(), **columns)
    if lease:
        Assignment.objects.create(
            claim_id=claim_id,
            reviewer_id=lease["reviewer"],
            stage=lease["stage"],
            leased_until=lease_until(),
        )
    for appearance, attribution in event.before.get("attributions", {}).items():
        Appearance.objects.filter(pk=int(appearance)).update(attribution=attribution)
    _mark_undone(event, case)
    withdraw(claim_id=claim_id, event=event)
    record_event(
        by=by,
        verb="undo",
        target=case.claim,
        claim=case.claim,
        before={"state": event.after["state"]},
        after={"state": case.state, "undoes": event.pk, "move": event.verb, "version": case.version},
    )
    return case


def undoable_move(events: Sequence[AuditEvent], *, by: User) -> AuditEvent | None:
    """The move that `by` may take back now, by a claim's last `events` (the newest first); None when there is none."""
    try:
        return _undoable(events[:LOOK_BACK], by=by)
    except DomainError:
        return None


def require_undoable(claim_id: int, *, by: User) -> AuditEvent:
    """The move that `by` may take back now. Raises DomainError, saying why there is none."""
    events = AuditEvent.objects.filter(claim_id=claim_id).select_related("actor").order_by("-pk")
    return _undoable(list(events[:LOOK_BACK]), by=by)


def _undoable(events: Sequence[AuditEvent], *, by: User) -> AuditEvent:
    undone = {event.after.get("undoes") for event in events if event.verb == "undo"}
    moves = [
        event
        for event in events
        if (event.verb in workflow.MOVES or event.verb in EDITS) and event.pk not in undone
    ]
    if not moves:
        raise DomainError("nothing_to_undo", "Nothing has been done with this claim that could be undone.")
    last = moves[0]
    if last.actor_id != by.pk:
        who = last.actor or "the workbench itself"
        raise DomainError(
            "not_your_move",
            f"“{label_of(last)}” was done by {who}: only whoever did it can undo it.",
        )
    for event in events:
        if event.pk > last.pk and event.actor_id not in (by.pk, None) and event.verb not in TALK:
            raise DomainError(
                "acted_upon",
                f"{event.actor} has worked on this claim since, so that it cannot be undone any more: talk to them.",
            )
    return last


def label_of(event: AuditEvent) -> str:
    """What is undone, in words."""
    return workflow.MOVES[event.verb].label if event.verb in workflow.MOVES else EDIT_LABELS[event.verb]


def _undo_edit(event: AuditEvent, case: ClaimState, by: User) -> None:
    """Writes back the fields as they were; whoever changed one of them since would have acted on the claim."""
    appearance = with_all(Appearance.objects.filter(pk=event.object_id)).get()
    before = {**readings.as_it_stands(appearance), **event.before}
    fields = [field for field in readings.FIELDS if field in event.before]
    changed = apply_reading(appearance, case, before, fields)
    if "speaker" in fields:
        appearance.speaker_by = event.before["speaker_by"]
        appearance.speaker_confidence = event.before["speaker_confidence"]
        appearance.save(update_fields=["speaker_by", "speaker_confidence"])
    bump(case, **changed)
    _record_undo(event, case, by)


def _undo_split(event: AuditEvent, case: ClaimState, by: User) -> None:
    """The parts go off the desk; what was evidence for them stays evidence for the claim they came from."""
    parts = Lineage.objects.filter(source=case.pk, kind=LineageKind.SPLIT, undone_at=None)
    for claim_id in sorted(parts.values_list("target_id", flat=True)):
        part = lock_case(claim_id=claim_id)
        others = AuditEvent.objects.filter(claim_id=claim_id).exclude(actor=by).exclude(actor=None)
        if (other := others.select_related("actor").first()) is not None:
            raise DomainError(
                "acted_upon",
                f"{other.actor} has worked on #{claim_id}, which was split off, so that the split stays.",
            )
        if Review.objects.filter(claim=claim_id).exists():
            raise DomainError(
                "acted_upon",
                f"You have judged #{claim_id}, which was split off, so that the split stays.",
            )
        if HopCheck.objects.filter(appearance__claim=claim_id).exists():
            raise DomainError(
                "acted_upon",
                f"You have checked the chain of #{claim_id}, which was split off, so that the split stays.",
            )
        if (held := open_assignment(claim_id=claim_id)) is not None:
            end_assignment(held, LeaseEnd.UNDONE)
        before = part.state
        bump(part, state=State.DISMISSED, dismiss_reason=DismissReason.EXTRACTION_ERROR)
        record_event(
            by=by,
            verb="undo",
            target=part.claim,
            claim=part.claim,
            before={"state": before},
            after={"state": part.state, "move": "split_off", "version": part.version},
        )
        Appearance.objects.filter(claim=claim_id).delete()
    parts.update(undone_at=timezone.now())
    _undo_edit(event, case, by)


def _undo_merge(event: AuditEvent, case: ClaimState, by: User) -> None:
    """The other claim gets its appearances back, and its place on the desk."""
    source = lock_case(claim_id=event.before["claim"])
    Appearance.objects.filter(pk__in=event.after["appearances"], claim=case.pk).update(claim=source.pk)
    EvidenceLink.objects.filter(pk__in=event.after["links"], withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by
    )
    change_tags(case.pk, add=(), remove=event.after.get("tags", ()), by=by)
    Lineage.objects.filter(source=source.pk, target=case.pk, undone_at=None).update(undone_at=timezone.now())
    bump(case)
    _record_undo(event, case, by)
    undo_move(by=by, claim_id=source.pk)


def _undo_tag(event: AuditEvent, case: ClaimState, by: User) -> None:
    change_tags(case.pk, add=event.after["removed"], remove=event.after["added"], by=by)
    bump(case)
    _record_undo(event, case, by)


def _record_undo(event: AuditEvent, case: ClaimState, by: User) -> None:
    record_event(
        by=by,
        verb="undo",
        target=case.claim,
        claim=case.claim,
        before=event.after,
        after={**event.before, "undoes": event.pk, "move": event.verb, "version": case.version},
    )


EDITS: dict[str, Callable[[AuditEvent, ClaimState, User], None]] = {
    "edit": _undo_edit,
    "split": _undo_split,
    "merge": _undo_merge,
    "tag": _undo_tag,
}
EDIT_LABELS = {"edit": "Edit", "split": "Split", "merge": "Merge", "tag": "Change of tags"}


def _mark_undone(event: AuditEvent, case: ClaimState) -> None:
    now = timezone.now()
    of_claim: dict[str, Any] = {"claim_id": case.pk, "undone_at": None}
    undo_editions(event, case)
    if event.verb in ("agree", "differ"):
        CrossCheck.objects.filter(round=case.round, **of_claim).update(undone_at=now)
    elif event.verb == "approve":
        Vote.objects.filter(round=case.round, editor_id=event.actor_id, **of_claim).update(undone_at=now)
    elif event.verb == "correct":
        Correction.objects.filter(published_at=None, **of_claim).update(undone_at=now)
    elif event.verb == "publish_correction":
        last = Correction.objects.filter(**of_claim).order_by("-pk").first()
        if last is not None:
            last.published_by = last.published_at = None
            last.save(update_fields=["published_by", "published_at"])


def _from_plain(column: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if column == "hold_until" and value else value
