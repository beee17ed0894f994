"""What readers see: publishing a verdict, correcting it in the open, taking it back."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from claims.models import ClaimState, Correction, FactCheck
from claims.services.cases import lock_case, move_case
from claims.services.editions import renew_editions, retract_editions
from claims.services.guards import Answers, standing
from claims.services.reviewing import let_stand
from factcheck.lib.errors import DomainError
from factcheck.models import User


@transaction.atomic
def publish_claim(*, by: User, claim_id: int, expected_version: int | None = None) -> ClaimState:
    """Publishes an approved verdict that has no page of its own here; one with a page is published by that.

    Raises Refused, Missing, Conflict `stale`, DomainError (`illegal_move`, `fact_check_waiting`).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "publish", by=by)
    if FactCheck.objects.filter(claim=claim_id).exists():
        raise DomainError(
            "fact_check_waiting",
            "A fact-check of this claim has been begun: publish that, and the claim is published with it.",
        )
    return case


@transaction.atomic
def open_correction(
    *, by: User, claim_id: int, reason: str, expected_version: int | None = None
) -> Correction:
    """Opens a published verdict for correction; what was published is kept with it.

    Raises Refused, Missing, Conflict `stale`, DomainError (`reason_missing`, `illegal_move`).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "correct", by=by, answers=Answers(reason=reason))
    return Correction.objects.create(
        claim_id=claim_id, reason=reason, before=_verdict_in_words(claim_id), opened_by=by
    )


@transaction.atomic
def publish_correction(
    *, by: User, claim_id: int, note: str, expected_version: int | None = None
) -> Correction:
    """Publishes what the verdict and the claim's pages say now, with a dated note to readers on what was changed.

    Raises Refused, Missing, Conflict `stale`, DomainError (`reason_missing`, `verdict_missing`, `illegal_move`, and what
    may be wrong with a page: see claims.drafting.troubles).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(
        case, "publish_correction", by=by, answers=Answers(reason=note), verdict=partial(let_stand, case)
    )
    correction = Correction.objects.filter(claim_id=claim_id, published_at=None, undone_at=None).first()
    if correction is None:
        raise DomainError("no_correction", "No correction of this claim is open: reload the page.")
    correction.note = note
    correction.after = _verdict_in_words(claim_id)
    correction.published_by, correction.published_at = by, timezone.now()
    correction.save()
    renew_editions(case, by=by, correction=correction)
    return correction


@transaction.atomic
def retract_claim(*, by: User, claim_id: int, reason: str, expected_version: int | None = None) -> ClaimState:
    """Takes a published verdict back; that it was published, and why (`reason`, which readers are told), stays to be seen.

    Raises Refused, Missing, Conflict `stale`, DomainError (`reason_missing`, `illegal_move`).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    move_case(case, "retract", by=by, answers=Answers(reason=reason))
    retract_editions(case, reason=reason)
    return case


def _verdict_in_words(claim_id: int) -> dict[str, Any]:
    return {
        "reviews": [
            {
                "kind": review.kind,
                "appearance": review.appearance_id,
                "verdict": review.verdict,
                "rationale": review.rationale,
                "by": str(review.reviewer),
            }
            for review in standing(claim_id)
        ]
    }
