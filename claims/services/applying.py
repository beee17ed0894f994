"""Making an appearance and its claim as a reading has them, whether an extractor proposes it or a person says so."""

from typing import Any

from django.db.models import F, Min, Prefetch, QuerySet

from claims.choices import SpanRole
from claims.models import Appearance, ClaimState, Hop, Span
from claims.services import readings
from claims.services.readings import Reading
from claims.services.speakers import ensure_speakers
from claims.services.storing import write_hops, write_spans

FAR = 1_000_000  # no text has so many claims: where positions are parked while a place is made among them


def with_all(appearances: QuerySet[Appearance]) -> QuerySet[Appearance]:
    """Appearances with all that a reading is made of."""
    hops = Prefetch("hops", queryset=Hop.objects.order_by("position"))
    return appearances.select_related(
        "claim__speaker__outlet", "claim__case", "version__article__outlet"
    ).prefetch_related("spans", hops)


def make_room(version_id: int, start: int) -> int:
    """The position that a claim beginning at `start` has in its text; those after it move up by one."""
    appearances = Appearance.objects.filter(version=version_id)
    later = appearances.filter(spans__role=SpanRole.CONTENT).annotate(begins=Min("spans__start"))
    place = later.filter(begins__gt=start).order_by("position").values_list("position", flat=True).first()
    if place is None:
        last = appearances.order_by("-position").values_list("position", flat=True).first()
        return (last or 0) + 1
    # In two steps: the database holds positions apart row by row.
    appearances.filter(position__gte=place).update(position=F("position") + FAR)
    appearances.filter(position__gte=FAR).update(position=F("position") - FAR + 1)
    return place


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
