"""What exports are written from: whole claims as plain data, some hundred at a time.

The keys are those of the REST API wherever both show a thing. What a cross-checker must not see yet is in nobody's
export: a file is handed on, and nobody knows who will read it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from articles.models import ArticleVersion
from claims import decisions, workflow
from claims.choices import RATING, Veracity
from claims.models import (
    Appearance,
    AuditEvent,
    ClaimState,
    ClaimTag,
    Correction,
    EvidenceLink,
    Hop,
    HopCheck,
    Review,
    Span,
    verdict_label,
)

Row = dict[str, Any]

CONTEXT = 32  # code points before and after a quote, so that it can be found again in another text
_TEXTS_AT_ONCE = 20

_CASE_COLUMNS = (
    "pk", "claim__text", "claim__language", "claim__reasons", "claim__score", "claim__created_at", "state", "version",
    "priority", "veracity", "dismiss_reason", "held_from", "hold_reason", "hold_until", "duplicate_of", "edited", "due_at",
    "form", "checkable", "entered_at", "speaker", "speaker__name", "speaker__kind", "speaker__wikidata", "outlet",
    "outlet__name", "author__username", "tag_names",
)  # fmt: skip
_APPEARANCE_COLUMNS = (
    "pk", "claim", "version", "version__number", "version__sha256", "version__created_at", "version__article",
    "version__title", "version__language", "version__published_at", "version__published_on", "version__article__url",
    "version__article__outlet", "version__article__outlet__name", "position", "form", "attribution", "confidence",
    "speaker_confidence", "previous", "anchoring", "anchor_confidence", "created_at",
)  # fmt: skip


def read_claims(ids: Sequence[int], *, whole: bool) -> list[Row]:
    """The claims of these keys, in this order: seven queries, or eleven for what is `whole`.

    Not whole, they are without their reviews, hop checks, history and corrections.
    """
    tags = ClaimTag.objects.filter(claim=OuterRef("pk")).order_by("tag__name").values("tag__name")
    cases = ClaimState.objects.filter(pk__in=ids).annotate(tag_names=ArraySubquery(tags))
    rows = {row["pk"]: row for row in cases.values(*_CASE_COLUMNS)}
    appearances = _appearances(ids, whole=whole)
    evidence = _evidence(ids)
    more: dict[str, Mapping[int, list[Row]]] = {}
    if whole:
        more = {
            "reviews": _reviews(ids),
            "history": _history(ids, {pk for pk, row in rows.items() if row["state"] == "in_cross_check"}),
            "corrections": _by(
                corrections_as_rows(Correction.objects.filter(claim__in=ids, undone_at=None).order_by("pk")),
                "claim",
            ),
        }
    return [
        {
            **_case(rows[pk]),
            "appearances": appearances[pk],
            "evidence": evidence[pk],
            **{name: found[pk] for name, found in more.items()},
        }
        for pk in ids
        if pk in rows
    ]


def corrections_as_rows(corrections: QuerySet[Correction]) -> list[Row]:
    """Corrections, with what stood before and after: one query."""
    columns = ("pk", "claim", "claim__text", "reason", "note", "before", "after", "opened_at", "published_at")
    return [
        {
            "id": row["pk"],
            "claim": row["claim"],
            "text": row["claim__text"],
            "reason": row["reason"],
            "note": row["note"],
            "before": row["before"],
            "after": row["after"],
            "opened_by": row["opened_by__username"],
            "opened_at": row["opened_at"],
            "published_by": row["published_by__username"],
            "published_at": row["published_at"],
        }
        for row in corrections.values(*columns, "opened_by__username", "published_by__username")
    ]


def _case(row: Row) -> Row:
    veracity = row["veracity"]
    return {
        "id": row["pk"],
        "text": row["claim__text"],
        "language": row["claim__language"],
        "speaker": {
            "id": row["speaker"],
            "name": row["speaker__name"],
            "kind": row["speaker__kind"],
            "wikidata": row["speaker__wikidata"],
        }
        if row["speaker"]
        else None,
        "outlet": {"id": row["outlet"], "name": row["outlet__name"]},
        "form": row["form"],
        "checkable": row["checkable"],
        "reasons": row["claim__reasons"],
        "score": row["claim__score"],
        "state": row["state"],
        "version": row["version"],
        "priority": row["priority"],
        "veracity": veracity or None,
        "veracity_label": verdict_label(veracity),
        "rating": RATING.get(Veracity(veracity)) if veracity else None,
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
        "due_at": row["due_at"],
        "author": row["author__username"],
        "tags": row["tag_names"],
        "entered_at": row["entered_at"],
        "created_at": row["claim__created_at"],
    }


# ---- Appearances -----------------------------------------------------------------------------------


def _appearances(ids: Sequence[int], *, whole: bool) -> defaultdict[int, list[Row]]:
    rows = list(Appearance.objects.filter(claim__in=ids).order_by("pk").values(*_APPEARANCE_COLUMNS))
    keys = [row["pk"] for row in rows]
    hops = _by(
        Hop.objects.filter(appearance__in=keys)
        .order_by("appearance", "position")
        .values(
            "appearance",
            "position",
            "role",
            "name",
            "outlet",
            "start",
            "end",
            "cue_start",
            "cue_end",
            "confidence",
        ),
        "appearance",
    )
    spans = _quoted(
        Span.objects.filter(appearance__in=keys)
        .order_by("appearance", "role", "start")
        .values("appearance", "role", "start", "end", version=F("appearance__version"))
    )
    checks = _hop_checks(keys) if whole else {}
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        pk = row["pk"]
        one = _appearance(row, hops[pk], spans[pk])
        found[row["claim"]].append(one | {"hop_checks": checks[pk]} if whole else one)
    return found


def _quoted(spans: Iterable[Any]) -> defaultdict[int, list[Row]]:
    """The spans per appearance, each with its words and what stands around them. Few texts are held at a time."""
    rows = [dict(span) for span in spans]
    of_version = _by(rows, "version")
    texts = ArticleVersion.objects.filter(pk__in=list(of_version)).values_list("pk", "text")
    for version, text in texts.iterator(chunk_size=_TEXTS_AT_ONCE):
        for row in of_version[version]:
            start, end = row["start"], row["end"]
            row["exact"] = text[start:end]
            row["prefix"] = text[max(0, start - CONTEXT) : start]
            row["suffix"] = text[end : end + CONTEXT]
    names = ("role", "start", "end", "exact", "prefix", "suffix")
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["appearance"]].append({name: row[name] for name in names})
    return found


def _appearance(row: Row, hops: Iterable[Row], spans: list[Row]) -> Row:
    return {
        "id": row["pk"],
        "article": {
            "id": row["version__article"],
            "title": row["version__title"],
            "url": row["version__article__url"],
            "outlet": {"id": row["version__article__outlet"], "name": row["version__article__outlet__name"]},
            "published": row["version__published_at"] or row["version__published_on"],
            "language": row["version__language"],
        },
        "version": {
            "id": row["version"],
            "number": row["version__number"],
            "sha256": row["version__sha256"],
            "kept_at": row["version__created_at"],
        },
        "position": row["position"],
        "form": row["form"],
        "attribution": row["attribution"] or None,
        "attribution_label": verdict_label(row["attribution"]),
        "chain": [
            {
                "position": hop["position"],
                "role": hop["role"],
                "name": hop["name"],
                "outlet": hop["outlet"],
                "span": _stretch(hop["start"], hop["end"]),
                "cue": _stretch(hop["cue_start"], hop["cue_end"]),
                "confidence": hop["confidence"],
            }
            for hop in hops
        ],
        "spans": spans,
        "confidence": row["confidence"],
        "speaker_confidence": row["speaker_confidence"],
        "previous": row["previous"],
        "anchoring": row["anchoring"] or None,
        "anchor_confidence": row["anchor_confidence"],
        "created_at": row["created_at"],
    }


def _stretch(start: int | None, end: int | None) -> Row | None:
    return None if start is None else {"start": start, "end": end}


def _hop_checks(appearances: Sequence[int]) -> defaultdict[int, list[Row]]:
    checks = HopCheck.objects.filter(appearance__in=appearances).order_by("pk")
    columns = (
        "pk", "appearance", "role", "name", "result", "document__url", "snapshot__sha256", "wording", "note", "by__username",
        "at", "supersedes",
    )  # fmt: skip
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in checks.values(*columns):
        found[row["appearance"]].append(
            {
                "id": row["pk"],
                "role": row["role"],
                "name": row["name"],
                "result": row["result"],
                "url": row["document__url"] or "",
                "snapshot": row["snapshot__sha256"],
                "wording": row["wording"],
                "note": row["note"],
                "by": row["by__username"],
                "at": row["at"],
                "supersedes": row["supersedes"],
            }
        )
    return found


# ---- What was decided ------------------------------------------------------------------------------


def _reviews(ids: Sequence[int]) -> defaultdict[int, list[Row]]:
    reviews = decisions.visible_reviews(Review.objects.filter(claim__in=ids), None).order_by("pk")
    columns = (
        "pk", "claim", "appearance", "stage", "round", "kind", "verdict", "rationale", "reviewer__username", "supersedes",
        "superseded_by", "created_at",
    )  # fmt: skip
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in reviews.values(*columns):
        found[row["claim"]].append(
            {
                "id": row["pk"],
                "appearance": row["appearance"],
                "stage": row["stage"],
                "round": row["round"],
                "kind": row["kind"],
                "verdict": row["verdict"],
                "verdict_label": verdict_label(row["verdict"]),
                "rationale": row["rationale"],
                "reviewer": row["reviewer__username"],
                "supersedes": row["supersedes"],
                "superseded_by": row["superseded_by"],
                "created_at": row["created_at"],
            }
        )
    return found


def _evidence(ids: Sequence[int]) -> defaultdict[int, list[Row]]:
    links = decisions.with_told_stances(
        EvidenceLink.objects.filter(claim__in=ids, withdrawn_at=None), None
    ).order_by("pk")
    columns = (
        "pk", "claim", "evidence__origin", "evidence__url", "evidence__title", "evidence__file_name", "evidence__version",
        "evidence__start", "evidence__end", "evidence__snapshot__sha256", "snapshot__sha256", "told_stance", "kind", "quote",
        "accessed_at", "added_by__username", "added_at",
    )  # fmt: skip
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in links.values(*columns):
        found[row["claim"]].append(
            {
                "id": row["pk"],
                "stance": row["told_stance"] or None,
                "kind": row["kind"],
                "quote": row["quote"],
                "origin": row["evidence__origin"],
                "url": row["evidence__url"],
                "title": row["evidence__title"],
                "file_name": row["evidence__file_name"],
                "passage": {
                    "version": row["evidence__version"],
                    "start": row["evidence__start"],
                    "end": row["evidence__end"],
                }
                if row["evidence__version"]
                else None,
                "snapshot": row["evidence__snapshot__sha256"],
                "snapshot_when_linked": row["snapshot__sha256"],
                "accessed_at": row["accessed_at"],
                "added_by": row["added_by__username"],
                "added_at": row["added_at"],
            }
        )
    return found


def _history(ids: Sequence[int], blind: set[int]) -> defaultdict[int, list[Row]]:
    """The moves from state to state, and their undoing; of `blind` claims without what a cross-checker may not see."""
    moves = AuditEvent.objects.filter(claim__in=ids, verb__in=[*workflow.MOVES, "undo"]).order_by("pk")
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in moves.values("pk", "claim", "at", "actor__username", "verb", "before", "after", "reason"):
        before, after = row["before"], row["after"]
        if row["claim"] in blind:
            before, after = decisions.redacted(row["verb"], before, after)
        found[row["claim"]].append(
            {
                "id": row["pk"],
                "at": row["at"],
                "by": row["actor__username"],
                "verb": row["verb"],
                "before": before,
                "after": after,
                "reason": row["reason"],
            }
        )
    return found


def _by(rows: Iterable[Any], name: str) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found
