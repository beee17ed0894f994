"""The record of who did what. Written in the same transaction as the change it tells of."""

from typing import Any

from django.db import models

from claims.models import AuditEvent, Claim
from claims.services.outbox import tell_of_audit
from factcheck.models import User


def record_event(
    *,
    by: User | None,
    verb: str,
    target: models.Model,
    claim: Claim | None = None,
    claim_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Writes one AuditEvent, and what webhooks are told of it. `by=None` is the workbench itself; before/after hold only what changed."""
    event = AuditEvent.objects.create(
        actor=by,
        verb=verb,
        claim_id=claim.pk if claim else claim_id,
        object_type=target._meta.model_name or "",
        object_id=target.pk,
        before=before or {},
        after=after or {},
        reason=reason,
    )
    tell_of_audit(event, target)
    return event
