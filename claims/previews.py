"""Reads of a claim that another one's page points to: enough to see whether it is the same."""

from dataclasses import dataclass

from claims.models import Appearance, ClaimState


@dataclass(frozen=True, slots=True)
class Preview:
    case: ClaimState
    appearance: Appearance | None  # where it stands first


def preview_of(claim_id: int | None) -> Preview | None:
    """Two queries. None: there is no such claim."""
    case = ClaimState.objects.select_related("claim", "speaker", "outlet").filter(pk=claim_id).first()
    if case is None:
        return None
    appearances = Appearance.objects.filter(claim=case.pk).select_related("version__article__outlet")
    return Preview(case, appearances.defer("version__text").order_by("pk").first())
