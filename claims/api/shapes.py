"""What the REST API shows, as plain data built from rows of `.values()`: a page of a list costs one pass.

claims.api.serializers describes the same shapes for the OpenAPI document; a test holds every answer to it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from articles.models import ArticleVersion
from claims.choices import (
    Anchoring,
    Edited,
    Form,
    HopRole,
    ProposalKind,
    ProposalState,
    SpanRole,
    SpeakerKind,
    State,
)
from claims.models import Appearance, ClaimState, ClaimTag, Hop, Span, verdict_names
from claims.services.readings import differences
from factcheck.api.rows import KeyedRows

Row = dict[str, Any]
Shape = dict[str, Any]

CONTEXT = 32  # code points before and after a quote, so that it can be found again in another text

# ---- Claims ----------------------------------------------------------------------------------------

# Of ClaimState. The claim's search column is not among them.
CLAIM_COLUMNS = (
    "pk",
    "claim__text",
    "claim__language",
    "claim__reasons",
    "claim__score",
    "claim__created_at",
    "state",
    "version",
    "priority",
    "veracity",
    "dismiss_reason",
    "held_from",
    "hold_reason",
    "hold_until",
    "duplicate_of",
    "edited",
    "due_at",
    "form",
    "checkable",
    "entered_at",
    "speaker",
    "speaker__name",
    "speaker__kind",
    "outlet",
    "outlet__name",
    "tag_list",
)


def claim_rows() -> QuerySet[ClaimState]:
    """Cases with `tag_list`, so that a page of claims with their tags is one query."""
    tags = ClaimTag.objects.filter(claim=OuterRef("pk")).order_by("tag__name")
    return ClaimState.objects.annotate(
        tag_list=ArraySubquery(tags.values(data=JSONObject(id="tag_id", name="tag__name")))
    )


def _names(verdicts: Iterable[str]) -> dict[str, str]:
    """What the desk calls verdicts, asked for where there is any."""
    return verdict_names() if any(verdicts) else {}


def claims(rows: Iterable[Row]) -> list[Shape]:
    """Claims with their cases, of CLAIM_COLUMNS of `claim_rows`."""
    rows = list(rows)
    names = _names(row["veracity"] for row in rows)
    return [_claim(row, names) for row in rows]


def claim(row: Row) -> Shape:
    return claims([row])[0]


def _claim(row: Row, names: dict[str, str]) -> Shape:
    return {
        "id": row["pk"],
        "text": row["claim__text"],
        "speaker": speaker_reference(row, "speaker"),
        "outlet": outlet_reference(row, "outlet"),
        "form": row["form"],
        "language": row["claim__language"],
        "checkable": row["checkable"],
        "reasons": row["claim__reasons"],
        "score": row["claim__score"],
        "state": row["state"],
        "state_label": State(row["state"]).label,
        "version": row["version"],
        "priority": row["priority"],
        "veracity": row["veracity"] or None,
        "veracity_label": names.get(row["veracity"], row["veracity"]),
        "dismiss_reason": row["dismiss_reason"] or None,
        "hold": {
            "reason": row["hold_reason"],
            "until": row["hold_until"],
            "back_to": row["held_from"],
        }
        if row["held_from"]
        else None,
        "duplicate_of": row["duplicate_of"],
        "edited": row["edited"] or None,
        "edited_label": Edited(row["edited"]).label if row["edited"] else "",
        "due_at": row["due_at"],
        "tags": row["tag_list"],
        "entered_at": row["entered_at"],
        "created_at": row["claim__created_at"],
    }


# ---- Appearances -----------------------------------------------------------------------------------

APPEARANCE_COLUMNS = (
    "pk",
    "claim",
    "claim__text",
    "claim__speaker",
    "claim__speaker__name",
    "claim__speaker__kind",
    "version",
    "version__number",
    "version__article",
    "version__article__title",
    "version__article__url",
    "version__article__outlet",
    "version__article__outlet__name",
    "position",
    "form",
    "attribution",
    "confidence",
    "decided_by",
    "speaker_confidence",
    "speaker_by",
    "run__extractor",
    "embedded",
    "previous",
    "anchoring",
    "anchor_confidence",
    "created_at",
)


HOP_COLUMNS = (
    "position",
    "role",
    "name",
    "outlet",
    "outlet__name",
    "start",
    "end",
    "cue_start",
    "cue_end",
    "confidence",
    "decided_by",
)


_HOPS = KeyedRows(Hop.objects.order_by("appearance", "position"), "appearance", *HOP_COLUMNS, by="appearance")
_SPANS = KeyedRows(
    Span.objects.order_by("appearance", "role", "start"),
    *("appearance", "role", "start", "end"),
    by="appearance",
)
_TEXTS = KeyedRows(ArticleVersion.objects.order_by(), "pk", "text")


def appearances(rows: list[Row]) -> list[Shape]:
    """Appearances with their chains and spans, of APPEARANCE_COLUMNS: three more queries, however many."""
    keys = [row["pk"] for row in rows]
    hops, spans = _by_appearance(_HOPS.of(keys)), _by_appearance(_SPANS.of(keys))
    texts = {row["pk"]: row["text"] for row in _TEXTS.of({row["version"] for row in rows})}
    names = _names(row["attribution"] for row in rows)
    return [_appearance(row, hops[row["pk"]], spans[row["pk"]], texts[row["version"]], names) for row in rows]


def selectors(text: str, start: int, end: int) -> list[Shape]:
    """The stretch as W3C selectors: by position, and by quote with its surroundings."""
    return [
        {"type": "TextPositionSelector", "start": start, "end": end},
        {
            "type": "TextQuoteSelector",
            "exact": text[start:end],
            "prefix": text[max(0, start - CONTEXT) : start],
            "suffix": text[end : end + CONTEXT],
        },
    ]


def appearance_rows(found: QuerySet[Appearance]) -> list[Shape]:
    return appearances(list(found.values(*APPEARANCE_COLUMNS)))


def _by_appearance(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["appearance"]].append(row)
    return found


def _appearance(
    row: Row, hops: Iterable[Row], spans: Iterable[Row], text: str, names: dict[str, str]
) -> Shape:
    return {
        "id": row["pk"],
        "claim": {
            "id": row["claim"],
            "text": row["claim__text"],
            "speaker": speaker_reference(row, "claim__speaker"),
        },
        "article": {
            "id": row["version__article"],
            "title": row["version__article__title"],
            "url": row["version__article__url"],
            "outlet": outlet_reference(row, "version__article__outlet"),
        },
        "version": {"id": row["version"], "number": row["version__number"]},
        "position": row["position"],
        "form": row["form"],
        "form_label": Form(row["form"]).label,
        "attribution": row["attribution"] or None,
        "attribution_label": names.get(row["attribution"], row["attribution"]),
        "chain": [_hop(hop) for hop in hops],
        "spans": [
            {
                "role": span["role"],
                "start": span["start"],
                "end": span["end"],
                "selectors": selectors(text, span["start"], span["end"]),
            }
            for span in spans
        ],
        "embedded": _embedded(row["embedded"]),
        "confidence": row["confidence"],
        "decided_by": row["decided_by"],
        "speaker_confidence": row["speaker_confidence"],
        "speaker_by": row["speaker_by"],
        "extractor": row["run__extractor"],
        "previous": row["previous"],
        "anchoring": row["anchoring"] or None,
        "anchoring_label": Anchoring(row["anchoring"]).label if row["anchoring"] else "",
        "anchor_confidence": row["anchor_confidence"],
        "created_at": row["created_at"],
    }


def _hop(row: Row) -> Shape:
    return {
        "position": row["position"],
        "role": row["role"],
        "role_label": HopRole(row["role"]).label,
        "name": row["name"],
        "outlet": outlet_reference(row, "outlet"),
        "span": _stretch(row["start"], row["end"]),
        "cue": _stretch(row["cue_start"], row["cue_end"]),
        "confidence": row["confidence"],
        "decided_by": row["decided_by"],
    }


def _embedded(stored: Row | None) -> Shape | None:
    if not stored:
        return None
    return {"speaker": stored["speaker"], "content": [_stretch(*span) for span in stored["content"]]}


def _stretch(start: int | None, end: int | None) -> Shape | None:
    return None if start is None else {"start": start, "end": end}


# ---- People, outlets, speakers ---------------------------------------------------------------------


def person_columns(prefix: str) -> tuple[str, ...]:
    return (prefix, f"{prefix}__username", f"{prefix}__first_name", f"{prefix}__last_name")


def person(row: Row, prefix: str) -> Shape | None:
    """A member of the desk, of `person_columns(prefix)`."""
    if row[prefix] is None:
        return None
    username = row[f"{prefix}__username"]
    name = f"{row[f'{prefix}__first_name']} {row[f'{prefix}__last_name']}".strip()
    return {"id": row[prefix], "username": username, "name": name or username}


def speaker_reference(row: Row, prefix: str) -> Shape | None:
    if row[prefix] is None:
        return None
    return {"id": row[prefix], "name": row[f"{prefix}__name"], "kind": row[f"{prefix}__kind"]}


def outlet_reference(row: Row, prefix: str) -> Shape | None:
    return None if row[prefix] is None else {"id": row[prefix], "name": row[f"{prefix}__name"]}


ASSIGNMENT_COLUMNS = ("taken_at", "leased_until", *person_columns("reviewer"))


def assignment(row: Row) -> Shape:
    return {
        "reviewer": person(row, "reviewer"),
        "taken_at": row["taken_at"],
        "leased_until": row["leased_until"],
    }


ALIAS_COLUMNS = ("id", "name", "kind", "merge", "outlet", "outlet__name")
ROLE_COLUMNS = ("id", "title", "organization", "since", "until")


def alias(row: Row) -> Shape:
    return {
        **{name: row[name] for name in ("id", "name", "kind", "merge")},
        "outlet": outlet_reference(row, "outlet"),
    }


SPEAKER_COLUMNS = ("pk", "name", "kind", "outlet", "outlet__name", "wikidata", "merged_into", "created_at")


def speaker(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "name": row["name"],
        "kind": row["kind"],
        "kind_label": SpeakerKind(row["kind"]).label,
        "outlet": outlet_reference(row, "outlet"),
        "wikidata": row["wikidata"],
        "merged_into": row["merged_into"],
        "created_at": row["created_at"],
    }


# ---- Reviews, history ------------------------------------------------------------------------------

REVIEW_COLUMNS = (
    "pk",
    "claim",
    "appearance",
    "stage",
    "kind",
    "verdict",
    "rationale",
    "supersedes",
    "superseded_by",
    "created_at",
    *person_columns("reviewer"),
)


def reviews(rows: Iterable[Row]) -> list[Shape]:
    rows = list(rows)
    names = _names(row["verdict"] for row in rows)
    return [_review(row, names) for row in rows]


def _review(row: Row, names: dict[str, str]) -> Shape:
    return {
        "id": row["pk"],
        "claim": row["claim"],
        "appearance": row["appearance"],
        "stage": row["stage"],
        "kind": row["kind"],
        "verdict": row["verdict"],
        "verdict_label": names.get(row["verdict"], row["verdict"]),
        "rationale": row["rationale"],
        "reviewer": person(row, "reviewer"),
        "supersedes": row["supersedes"],
        "superseded_by": row["superseded_by"],
        "created_at": row["created_at"],
    }


EVENT_COLUMNS = (
    "pk",
    "at",
    "verb",
    "object_type",
    "object_id",
    "before",
    "after",
    "reason",
    *person_columns("actor"),
)


def event(row: Row) -> Shape:
    return {
        "id": row["pk"],
        "at": row["at"],
        "actor": person(row, "actor"),
        "verb": row["verb"],
        "object_type": row["object_type"],
        "object_id": row["object_id"],
        "before": row["before"],
        "after": row["after"],
        "reason": row["reason"],
    }


# ---- Proposals -------------------------------------------------------------------------------------

PROPOSAL_COLUMNS = (
    "pk",
    "run",
    "run__extractor",
    "run__version",
    "run__version__number",
    "run__version__article",
    "run__version__article__title",
    "run__version__article__url",
    "run__version__article__outlet",
    "run__version__article__outlet__name",
    "kind",
    "state",
    "position",
    "appearance",
    "appearance__claim",
    "appearance__claim__case__version",
    "before",
    "found",
    "created_at",
    "decided_at",
    *person_columns("decided_by"),
)


def proposal(row: Row) -> Shape:
    before, found = row["before"], row["found"]
    return {
        "id": row["pk"],
        "run": row["run"],
        "extractor": row["run__extractor"],
        "article": {
            "id": row["run__version__article"],
            "title": row["run__version__article__title"],
            "url": row["run__version__article__url"],
            "outlet": outlet_reference(row, "run__version__article__outlet"),
        },
        "version": {"id": row["run__version"], "number": row["run__version__number"]},
        "kind": row["kind"],
        "kind_label": ProposalKind(row["kind"]).label,
        "changes": differences(before, found) if before and found else [],
        "state": row["state"],
        "state_label": ProposalState(row["state"]).label,
        "position": row["position"],
        "appearance": row["appearance"],
        "claim": row["appearance__claim"],
        "claim_version": row["appearance__claim__case__version"],
        "before": _reading(before),
        "found": _reading(found),
        "decided_by": person(row, "decided_by"),
        "decided_at": row["decided_at"],
        "created_at": row["created_at"],
    }


def _reading(stored: Row | None) -> Shape | None:
    if stored is None:
        return None
    return {
        "text": stored["text"],
        **{role: [_stretch(*span) for span in stored[role]] for role in SpanRole.values},
        "speaker": stored["speaker"],
        "chain": [
            {
                "role": hop["role"],
                "role_label": HopRole(hop["role"]).label,
                "name": hop["name"],
                "span": _stretch(*hop["span"]) if hop["span"] else None,
                "cue": _stretch(*hop["cue"]) if hop["cue"] else None,
                "confidence": hop["confidence"],
                "decided_by": hop["decided_by"],
            }
            for hop in stored["chain"]
        ],
        "form": stored["form"],
        "checkable": stored["checkable"],
        "confidence": stored["confidence"],
        "decided_by": stored["decided_by"],
        "speaker_confidence": stored["speaker_confidence"],
        "speaker_by": stored["speaker_by"],
    }
