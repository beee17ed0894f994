"""What people corrected in extractions, in the shape in which extractors are measured and trained."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import ArticleVersion
from claims.choices import DismissReason, State
from claims.models import Appearance, AuditEvent
from claims.services import readings
from claims.services.readings import with_all

# Verbs after which a claim is as a person wants it.
CORRECTING = ("edit", "add_claim", "split", "split_off", "merge")
WRONG = (DismissReason.NOT_A_CLAIM, DismissReason.EXTRACTION_ERROR)


def corrected_versions(*, since: str | None = None) -> QuerySet[ArticleVersion]:
    """Texts with a claim that somebody edited, added, split, merged or dismissed as none, oldest first.

    `since`: a day as YYYY-MM-DD. Raises ValueError for anything else.
    """
    events = AuditEvent.objects.filter(claim=OuterRef("claim"), actor__isnull=False)
    if since:
        events = events.filter(at__date__gte=date.fromisoformat(since))
    corrected = events.filter(verb__in=CORRECTING)
    dismissed = events.filter(verb="dismiss")
    appearances = Appearance.objects.filter(version=OuterRef("pk")).filter(
        Exists(corrected) | (Q(claim__case__dismiss_reason__in=WRONG) & Exists(dismissed))
    )
    return ArticleVersion.objects.filter(Exists(appearances)).select_related("article__outlet").order_by("pk")


def version_as_gold(version: ArticleVersion) -> dict[str, Any]:
    """One text with its claims as they stand."""
    appearances = list(with_all(Appearance.objects.filter(version=version)).order_by("position"))
    by_hand = set(
        AuditEvent.objects.filter(
            claim__in=[one.claim_id for one in appearances], verb__in=CORRECTING, actor__isnull=False
        ).values_list("claim_id", flat=True)
    )
    kept = [
        one
        for one in appearances
        if not (one.claim.case.state == State.DISMISSED and one.claim.case.dismiss_reason in WRONG)
    ]
    published = version.published_at or version.published_on
    return {
        "id": f"version-{version.pk}",
        "outlet": version.article.outlet.name,
        "title": version.title,
        "published": published.isoformat() if published else "",
        "text": version.text,
        "claims": [
            _claim(readings.as_it_stands(one)) | {"corrected": one.claim_id in by_hand} for one in kept
        ],
        "removed": len(appearances) - len(kept),
    }


def _claim(reading: readings.Reading) -> dict[str, Any]:
    speaker = reading["speaker"]
    return {
        "content": reading["content"],
        "cue": reading["cue"],
        "source": reading["source"],
        "form": reading["form"],
        "speaker": speaker["name"] if speaker else "",
        "speaker_kind": speaker["kind"] if speaker else "",
        "chain": [{"name": hop["name"], "role": hop["role"]} for hop in reading["chain"]],
        "checkable": reading["checkable"],
    }
