"""Readings: one claim in one text as plain data, as an extractor found it or as it stands at the desk.

A reading is what proposals keep: {"text", "content", "source", "cue", "speaker", "chain", "form", "checkable", ...},
its spans as [start, end].
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from claims.choices import SpanRole, SpeakerKind
from claims.extraction import claim_text
from claims.extraction.types import Embedded, ExtractedClaim, Hop, Span
from claims.models import Appearance
from claims.services.speakers import name_key

Reading = dict[str, Any]

# What a person sees of a claim; readings that differ in none of these are the same.
FIELDS = ("content", "source", "cue", "speaker", "chain", "form", "checkable")
# Of the characters that two readings ascribe together, the part that both do, from which on they are the same claim.
SAME = 0.5


def as_found(text: str, item: ExtractedClaim, language: str) -> Reading:
    """What an extractor found in `text`."""
    return {
        "text": claim_text(text, item),
        "content": _pairs(item.content),
        "source": _pairs(item.source),
        "cue": _pairs(item.cue),
        "speaker": {"kind": item.speaker_kind, "name": item.speaker} if item.speaker else None,
        "chain": [
            {
                "name": hop.name,
                "role": hop.role,
                "span": list(hop.span) if hop.span else None,
                "cue": list(hop.cue) if hop.cue else None,
                "confidence": hop.confidence,
                "decided_by": hop.decided_by,
            }
            for hop in item.chain
        ],
        "form": item.form,
        "checkable": item.checkable,
        "reasons": list(item.reasons),
        "score": item.score,
        "language": language,
        "confidence": item.confidence,
        "decided_by": item.decided_by,
        "speaker_confidence": item.speaker_confidence,
        "speaker_by": item.speaker_by,
        "embedded": {"speaker": item.embedded.speaker, "content": _pairs(item.embedded.content)}
        if item.embedded
        else None,
    }


def with_all(appearances: QuerySet[Appearance]) -> QuerySet[Appearance]:
    """Appearances with all that a reading is made of."""
    return appearances.select_related("claim__speaker__outlet", "claim__case").prefetch_related(
        "spans", "hops"
    )


def as_it_stands(appearance: Appearance) -> Reading:
    """How an appearance stands, with its claim: reads its claim, case, speaker, spans and hops."""
    claim = appearance.claim
    speaker = claim.speaker
    spans: dict[str, list[list[int]]] = {role: [] for role in SpanRole.values}
    for span in sorted(appearance.spans.all(), key=lambda span: span.start):
        spans[span.role].append([span.start, span.end])
    named = speaker and (
        speaker.outlet.name if speaker.kind == SpeakerKind.OUTLET and speaker.outlet else speaker.name
    )
    return {
        "text": claim.text,
        **spans,
        "speaker": {"kind": speaker.kind, "name": named} if speaker else None,
        "chain": [
            {
                "name": hop.name,
                "role": hop.role,
                "span": None if hop.start is None else [hop.start, hop.end],
                "cue": None if hop.cue_start is None else [hop.cue_start, hop.cue_end],
                "confidence": hop.confidence,
                "decided_by": hop.decided_by,
            }
            for hop in sorted(appearance.hops.all(), key=lambda hop: hop.position)
        ],
        "form": appearance.form,
        "checkable": claim.checkable,
        "reasons": list(claim.reasons),
        "score": claim.score,
        "language": claim.language,
        "confidence": appearance.confidence,
        "decided_by": appearance.decided_by,
        "speaker_confidence": appearance.speaker_confidence,
        "speaker_by": appearance.speaker_by,
        "embedded": appearance.embedded,
    }


def as_claim(found: Reading) -> ExtractedClaim:
    """The reverse of `as_found`."""
    speaker, embedded = found["speaker"], found["embedded"]
    return ExtractedClaim(
        content=_spans(found["content"]),
        cue=_spans(found["cue"]),
        source=_spans(found["source"]),
        form=found["form"],
        speaker=speaker["name"] if speaker else "",
        speaker_kind=speaker["kind"] if speaker else "",
        chain=tuple(
            Hop(
                name=hop["name"],
                role=hop["role"],
                span=tuple(hop["span"]) if hop["span"] else None,
                cue=tuple(hop["cue"]) if hop["cue"] else None,
                confidence=hop["confidence"],
                decided_by=hop["decided_by"],
            )
            for hop in found["chain"]
        ),
        checkable=found["checkable"],
        reasons=tuple(found["reasons"]),
        score=found["score"],
        confidence=found["confidence"],
        decided_by=found["decided_by"],
        speaker_confidence=found["speaker_confidence"],
        speaker_by=found["speaker_by"],
        embedded=Embedded(embedded["speaker"], _spans(embedded["content"])) if embedded else None,
    )


def differences(one: Reading, other: Reading) -> list[str]:
    """Those of FIELDS in which a person would see two readings differ."""
    return [field for field in FIELDS if seen(one, field) != seen(other, field)]


def seen(reading: Reading, field: str) -> Any:
    """What a person sees in a field, in a form that can be compared."""
    value = reading[field]
    if field == "speaker":
        return (value["kind"], name_key(value["name"])) if value else None
    if field == "chain":
        return [(hop["role"], hop["name"].casefold()[:300]) for hop in value]
    return value


def pair_up(old: Sequence[Reading], new: Sequence[Reading]) -> list[tuple[int, int]]:
    """Which of `new` is which of `old`, as indexes into both: the most overlapping content first, each used once.

    Among equals, the one that differs in less.
    """
    candidates = []
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            if (shared := overlap(one["content"], other["content"])) >= SAME:
                candidates.append((-shared, len(differences(one, other)), i, j))
    pairs: list[tuple[int, int]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for _, _, i, j in sorted(candidates):
        if i not in used_old and j not in used_new:
            pairs.append((i, j))
            used_old.add(i)
            used_new.add(j)
    return sorted(pairs)


def overlap(one: Sequence[Sequence[int]], other: Sequence[Sequence[int]]) -> float:
    """Of the characters in the spans of either, the part that is in both: Jaccard's index. Spans of one do not overlap."""
    if not one or not other or one[0][0] >= other[-1][1] or other[0][0] >= one[-1][1]:
        return 0.0
    both = sum(
        max(0, min(end, other_end) - max(start, other_start))
        for start, end in one
        for other_start, other_end in other
    )
    either = sum(end - start for spans in (one, other) for start, end in spans) - both
    return both / either


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[start, end] for start, end in spans]


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)
