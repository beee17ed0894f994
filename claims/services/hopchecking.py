"""Checking a chain step by step: was the statement really there, and in these words?"""

from django.db import transaction

from claims import permissions
from claims.choices import HopResult
from claims.models import Appearance, Hop, HopCheck
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.documents import document_at
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User


@transaction.atomic
def check_hop(
    *,
    by: User,
    claim_id: int,
    appearance_id: int,
    position: int,
    result: str,
    url: str = "",
    wording: str = "",
    note: str = "",
    expected_version: int | None = None,
) -> HopCheck:
    """Records what `by` found at the step at `position` of the chain; it supersedes the check before it. What is at `url`
    is kept and watched as evidence is.

    Raises Refused, Missing (`claim_not_found`, `appearance_not_found`, `hop_not_found`), Conflict `stale`, DomainError
    (`unknown_result`, `wording_missing`, `where_missing`, and those of `documents.require_evidence_url`).
    """
    permissions.require(by, "check_hops")
    if result not in HopResult.values:
        raise DomainError("unknown_result", f"Say what you found: one of {', '.join(HopResult.values)}.")
    url, wording, note = url.strip(), wording.strip(), note.strip()
    if result == HopResult.ALTERED and not wording:
        raise DomainError(
            "wording_missing", "Give the words as they stand there, so that both can be compared."
        )
    if not url and not note:
        raise DomainError("where_missing", "Say where you looked: give a link, or a note.")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    if not Appearance.objects.filter(pk=appearance_id, claim_id=claim_id).exists():
        raise Missing(
            "appearance_not_found", "That appearance does not belong to this claim: reload the page."
        )
    hop = Hop.objects.filter(appearance_id=appearance_id, position=position).first()
    if hop is None:
        raise Missing("hop_not_found", "That step is not in the chain any more: reload the page.")
    document = document_at(url, by=by) if url else None
    of_hop = {"appearance_id": appearance_id, "role": hop.role, "name": hop.name}
    before = HopCheck.objects.filter(superseded_by=None, **of_hop).first()
    check = HopCheck.objects.create(
        **of_hop, result=result, document=document, wording=wording, note=note, by=by, supersedes=before
    )
    bump(case)
    record_event(
        by=by,
        verb="check_hop",
        target=check,
        claim_id=claim_id,
        before={"result": before.result, "wording": before.wording, "note": before.note} if before else {},
        after={
            "role": hop.role,
            "name": hop.name,
            "result": result,
            "url": url,
            "wording": wording,
            "note": note,
            "version": case.version,
        },
    )
    return check
