"""Making an appearance and its claim as a reading has them, whether an extractor proposes it or a person says so."""

from typing import Any

from claims.choices import SpanRole
from claims.models import Appearance, ClaimState, Hop, Span
from claims.services import readings
from claims.services.readings import Reading
from claims.services.speakers import ensure_speakers
from claims.services.storing import write_hops, write_spans


def apply_reading(
    appearance: Appearance, case: ClaimState, wanted: Reading, fields: list[str]
) -> dict[str, Any]:
    """Writes `fields` of `wanted` to the appearance and its claim, locked by the caller.

    Returns what is to change in the case. Words, speaker and checkability are the claim's, wherever it appears.
    """
    claim, item, outlet = case.claim, readings.as_claim(wanted), appearance.version.article.outlet
    changed: dict[str, Any] = {}
    if "speaker" in fields:
        key = (item.speaker_kind, item.speaker)
        claim.speaker = ensure_speakers([key], quoted_by=outlet)[key] if item.speaker else None
        changed["speaker"] = claim.speaker
    if "content" in fields:
        claim.text = wanted["text"]
    if "checkable" in fields:
        claim.checkable = changed["checkable"] = item.checkable
    if {"content", "checkable"} & set(fields):
        if case.priority == round(claim.score * 100):  # nobody gave it another one
            changed["priority"] = round(item.score * 100)
        claim.reasons, claim.score = list(item.reasons), item.score
    claim.save(update_fields=["text", "speaker", "checkable", "reasons", "score"])
    roles = [role for role in SpanRole if role in fields]
    Span.objects.filter(appearance=appearance, role__in=roles).delete()
    write_spans([(appearance, item)], roles)
    if "chain" in fields:
        Hop.objects.filter(appearance=appearance).delete()
        write_hops([(appearance, item)], outlet)
    if "form" in fields:
        appearance.form = item.form
        appearance.save(update_fields=["form"])
        if not Appearance.objects.filter(claim=claim, pk__lt=appearance.pk).exists():
            changed["form"] = item.form
    return changed
