"""Writing what an extractor found: claims, their cases, appearances, spans and hops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Min
from django.db.models.functions import Lower

from articles.models import ArticleVersion, Outlet
from claims import extraction
from claims.choices import HopRole, SpanRole, State
from claims.extraction.types import ExtractedClaim
from claims.extraction.types import Hop as ExtractedHop
from claims.models import Appearance, Claim, ClaimState, ExtractionRun, Hop, Span, Speaker
from claims.services.speakers import SpeakerKey, ensure_speakers
from factcheck.lib.copying import copy_columns, copy_rows, take_keys

STEP = 40  # characters of a step's name
SPAN_ROLES = tuple(SpanRole)
NOWHERE = (None, None)
FAR = 1_000_000  # no text has so many claims: where positions are parked while a place is made among them


@dataclass(frozen=True, slots=True)
class Again:
    """That an item is a claim which an earlier text of the article had: `previous` is where."""

    previous: Appearance
    anchoring: str
    confidence: float
    is_found: bool  # the extractor found it in this text too


def store_claims(
    run: ExtractionRun,
    items: Sequence[ExtractedClaim],
    language: str,
    *,
    first_position: int = 1,
    again: Mapping[int, Again] | None = None,
) -> list[Appearance]:
    """Claims, their cases, appearances, spans and hops, each kind in one statement. The article's row is locked by the caller.

    `again`: by their index, the items that are claims of an earlier text once more; the others are looked up by their
    words and speaker, or are new.
    """
    again = again or {}
    version = run.version
    outlet = version.article.outlet
    fresh = {index: item for index, item in enumerate(items) if index not in again}
    speakers = ensure_speakers(
        {(item.speaker_kind, item.speaker) for item in fresh.values() if item.speaker}, quoted_by=outlet
    )
    rows = {index: _claim_row(version.text, item, language, speakers) for index, item in fresh.items()}
    # A new version of the article repeats most of the old one's claims: those are the same claims, appearing again.
    earlier = {
        (claim.text, claim.speaker_id): claim
        for claim in Claim.objects.filter(appearances__version__article_id=version.article_id).order_by("-pk")
    }
    known = {index: earlier.setdefault((row.text, row.speaker_id), row) for index, row in rows.items()}
    new = {index: row for index, row in rows.items() if known[index] is row}
    for row, key in zip(new.values(), take_keys(Claim, len(new)), strict=True):
        row.pk, row._state.adding = key, False
    copy_rows(list(new.values()))
    # All at once: counted in one statement, see claims.tallying.
    copy_rows([_case_row(row, items[index], outlet) for index, row in new.items()])

    appearances = [
        Appearance(
            pk=key,
            claim=again[index].previous.claim if index in again else known[index],
            version=version,
            position=position,
            form=item.form,
            run=run if index not in again or again[index].is_found else None,
            **measured(item),
            **(_anchored(again[index]) if index in again else {}),
        )
        for position, (key, (index, item)) in enumerate(
            zip(take_keys(Appearance, len(items)), enumerate(items), strict=True), first_position
        )
    ]
    copy_rows(appearances)
    pairs = list(zip(appearances, items, strict=True))
    write_spans(pairs)
    write_hops(pairs, outlet)
    return appearances


def _anchored(again: Again) -> dict[str, object]:
    """What an appearance has of the one that it is again; the desk's judgement of that goes on."""
    return {
        "previous": again.previous,
        "anchoring": again.anchoring,
        "anchor_confidence": again.confidence,
        "attribution": again.previous.attribution,
        "attributed_on": again.previous.attributed_on,
    }


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


def measured(item: ExtractedClaim) -> dict[str, object]:
    """What an appearance keeps of how the extractor came to it, by column."""
    return {
        "confidence": item.confidence,
        "decided_by": item.decided_by[:STEP],
        "speaker_confidence": item.speaker_confidence,
        "speaker_by": item.speaker_by[:STEP],
        "embedded": {"speaker": item.embedded.speaker, "content": item.embedded.content}
        if item.embedded
        else None,
    }


def write_spans(
    pairs: Sequence[tuple[Appearance, ExtractedClaim]], roles: Sequence[SpanRole] = SPAN_ROLES
) -> None:
    """The spans of appearances that have none in these roles."""
    copy_columns(
        Span,
        ("appearance_id", "role", "start", "end"),
        (
            (appearance.pk, role.value, start, end)
            for appearance, item in pairs
            for role, spans in (
                (SpanRole.CONTENT, item.content),
                (SpanRole.SOURCE, item.source),
                (SpanRole.CUE, item.cue),
            )
            if role in roles
            for start, end in spans
        ),
    )


def write_hops(pairs: Sequence[tuple[Appearance, ExtractedClaim]], outlet: Outlet) -> None:
    """The chains of appearances that have none, in a text that `outlet` published."""
    known = _known_outlets({hop.name for _, item in pairs for hop in item.chain} - {outlet.name}) | {
        outlet.name.casefold(): outlet
    }

    def outlet_of(hop: ExtractedHop) -> int | None:
        found = outlet if hop.role == HopRole.PUBLISHER.value else known.get(hop.name.casefold())
        return found.pk if found else None

    copy_columns(
        Hop,
        (
            "appearance_id", "position", "role", "name", "outlet_id", "start", "end", "cue_start", "cue_end",
            "confidence", "decided_by",
        ),
        (
            (
                appearance.pk, position, hop.role, hop.name[:300], outlet_of(hop), *(hop.span or NOWHERE),
                *(hop.cue or NOWHERE), hop.confidence, hop.decided_by[:STEP],
            )
            for appearance, item in pairs
            for position, hop in enumerate(item.chain, 1)
        ),
    )  # fmt: skip


def _claim_row(text: str, item: ExtractedClaim, language: str, speakers: dict[SpeakerKey, Speaker]) -> Claim:
    return Claim(
        text=extraction.claim_text(text, item),
        speaker=speakers[item.speaker_kind, item.speaker] if item.speaker else None,
        language=language[:10],
        checkable=item.checkable,
        reasons=list(item.reasons),
        score=item.score,
    )


def _case_row(claim: Claim, item: ExtractedClaim, outlet: Outlet) -> ClaimState:
    """A checkable claim goes straight into the queue, most worth checking first; the rest waits for triage."""
    return ClaimState(
        claim=claim,
        state=State.QUEUED if item.checkable else State.NEW,
        priority=round(item.score * 100),
        outlet=outlet,
        speaker=claim.speaker,
        form=item.form,
        checkable=item.checkable,
    )


def _known_outlets(names: set[str]) -> dict[str, Outlet]:
    lower = {name.casefold() for name in names}
    outlets = Outlet.objects.annotate(lower_name=Lower("name")).filter(lower_name__in=lower) if lower else ()
    return {outlet.name.casefold(): outlet for outlet in outlets}


def store_reading(
    version: ArticleVersion, item: ExtractedClaim, language: str, *, position: int
) -> Appearance:
    """One claim that a person made out in a text, always a new one. The article's row is locked by the caller."""
    outlet = version.article.outlet
    key = (item.speaker_kind, item.speaker)
    speakers = ensure_speakers([key] if item.speaker else [], quoted_by=outlet)
    claim = _claim_row(version.text, item, language, speakers)
    claim.save()
    _case_row(claim, item, outlet).save(force_insert=True)
    appearance = Appearance.objects.create(
        claim=claim, version=version, position=position, form=item.form, **measured(item)
    )
    write_spans([(appearance, item)])
    write_hops([(appearance, item)], outlet)
    return appearance
