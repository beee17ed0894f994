"""Writing what an extractor found: claims, their cases, appearances, spans and hops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Min

from articles.models import ArticleVersion, Outlet
from claims import extraction
from claims.choices import HopRole, SpanRole, State
from claims.extraction.types import ExtractedClaim
from claims.extraction.types import Hop as ExtractedHop
from claims.models import Appearance, Claim, ClaimState, ExtractionRun, Hop, Span, Speaker
from claims.services.speakers import SpeakerKey, ensure_speakers
from factcheck.lib.copying import copy_columns, take_keys
from factcheck.lib.prepared import Prepared

STEP = 40  # characters of a step's name
SPAN_ROLES = tuple(SpanRole)
NOWHERE = (None, None)
_Said = tuple[str, int | None]  # a claim's words, and the key of whoever said them
_CLAIMS_OF_ARTICLE = Prepared(
    lambda article: (
        Claim.objects.filter(appearances__version__article=article)
        .order_by("-pk")
        .values_list("text", "speaker", "pk")
    )
)
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
    if not items:
        return []
    again = again or {}
    version = run.version
    outlet = version.article.outlet
    fresh = {index: item for index, item in enumerate(items) if index not in again}
    speakers = ensure_speakers(
        {(item.speaker_kind, item.speaker) for item in fresh.values() if item.speaker}, quoted_by=outlet
    )
    said = {index: _said(version.text, item, speakers) for index, item in fresh.items()}
    # A new version of the article repeats most of the old one's claims: those are the same claims, appearing again.
    claims = {(text, speaker): pk for text, speaker, pk in _CLAIMS_OF_ARTICLE(version.article_id)}
    new: dict[_Said, ExtractedClaim] = {}
    for index, words in said.items():
        if words not in claims:
            new.setdefault(words, fresh[index])
    claims |= _store_new_claims(new, language, outlet)
    made = [
        (again[index].previous.claim_id if index in again else claims[said[index]], item)
        for index, item in enumerate(items)
    ]
    more = [
        _anchored(again[index], run) if index in again else (run.pk, *_FIRST) for index in range(len(items))
    ]
    appearances = _store_appearances(version, made, more, first_position=first_position)
    pairs = list(zip(appearances, items, strict=True))
    write_spans(pairs)
    write_hops(pairs, outlet)
    return appearances


# What an appearance has beside what the extractor measured: see _anchored, and one that is nobody's again.
_MORE = ("run_id", "previous_id", "anchoring", "anchor_confidence", "attribution", "attributed_on")
_FIRST = (None, "", None, "", None)


def _store_appearances(
    version: ArticleVersion,
    made: Sequence[tuple[int, ExtractedClaim]],
    more: Sequence[Sequence[object]],
    *,
    first_position: int,
) -> list[Appearance]:
    """One for each claim's key and item; `more`: of each the _MORE columns. What else they have is read when it is asked for."""
    keys = take_keys(Appearance, len(made))
    copy_columns(
        Appearance,
        ("id", "claim_id", "version_id", "position", "form", *MEASURED, *_MORE),
        (
            (key, claim_id, version.pk, position, item.form, *measured(item).values(), *columns)
            for position, (key, (claim_id, item), columns) in enumerate(
                zip(keys, made, more, strict=True), first_position
            )
        ),
    )
    return [
        Appearance.from_db(None, ("id", "claim_id", "version_id"), (key, claim_id, version.pk))
        for key, (claim_id, _) in zip(keys, made, strict=True)
    ]


def _anchored(again: Again, run: ExtractionRun) -> tuple[object, ...]:
    """What an appearance has of the one that it is again; the desk's judgement of that goes on."""
    return (
        run.pk if again.is_found else None,
        again.previous.pk,
        again.anchoring,
        again.confidence,
        again.previous.attribution,
        again.previous.attributed_on,
    )


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


MEASURED = (
    "confidence",
    "decided_by",
    "speaker_confidence",
    "speaker_by",
    "embedded",
)  # in the order of `measured`


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


def _said(text: str, item: ExtractedClaim, speakers: Mapping[SpeakerKey, Speaker]) -> _Said:
    speaker = speakers[item.speaker_kind, item.speaker].pk if item.speaker else None
    return extraction.claim_text(text, item), speaker


def _store_new_claims(new: Mapping[_Said, ExtractedClaim], language: str, outlet: Outlet) -> dict[_Said, int]:
    """New claims and their cases; gives their keys.

    A checkable claim goes straight into the queue, most worth checking first; the rest waits for triage.
    """
    if not new:
        return {}
    keys = take_keys(Claim, len(new))
    rows = [(key, *said, item) for key, (said, item) in zip(keys, new.items(), strict=True)]
    copy_columns(
        Claim,
        ("id", "text", "speaker_id", "language", "checkable", "reasons", "score"),
        (
            (key, text, speaker, language[:10], item.checkable, list(item.reasons), item.score)
            for key, text, speaker, item in rows
        ),
    )
    # All at once: counted in one statement, see claims.tallying.
    copy_columns(
        ClaimState,
        ("claim_id", "state", "priority", "outlet_id", "speaker_id", "form", "checkable"),
        (
            (
                key, (State.QUEUED if item.checkable else State.NEW).value, round(item.score * 100), outlet.pk, speaker,
                item.form, item.checkable,
            )
            for key, _, speaker, item in rows
        ),
    )  # fmt: skip
    return dict(zip(new, keys, strict=True))


def _known_outlets(names: set[str]) -> dict[str, Outlet]:
    lower = {name.casefold() for name in names}
    sql = "SELECT * FROM articles_outlet WHERE lower(name) = ANY(%s::text[])"
    outlets = Outlet.objects.raw(sql, [sorted(lower)]) if lower else ()
    return {outlet.name.casefold(): outlet for outlet in outlets}


def store_reading(
    version: ArticleVersion, item: ExtractedClaim, language: str, *, position: int
) -> Appearance:
    """One claim that a person made out in a text, always a new one. The article's row is locked by the caller."""
    outlet = version.article.outlet
    key = (item.speaker_kind, item.speaker)
    speakers = ensure_speakers([key] if item.speaker else [], quoted_by=outlet)
    [claim_id] = _store_new_claims({_said(version.text, item, speakers): item}, language, outlet).values()
    [appearance] = _store_appearances(version, [(claim_id, item)], [(None, *_FIRST)], first_position=position)
    write_spans([(appearance, item)])
    write_hops([(appearance, item)], outlet)
    return appearance
