"""Claims whose words are nowhere in a later text of their article: a person finds them, or says that they are gone."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.models import Article, ArticleVersion
from claims import permissions
from claims.choices import Anchoring, OrphanState, SpanRole
from claims.models import Appearance, Hop, Orphan, Span
from claims.reanchoring import occurrences
from claims.services import readings
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.storing import make_room
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.models import User

SHOWN_PLACES = 10
AROUND = 40  # code points shown on both sides of a place


@transaction.atomic
def anchor_by_hand(
    *, by: User, orphan_id: int, quote: str = "", start: int | None = None, end: int | None = None
) -> Orphan:
    """Ties a lost claim to where its words are now: `start` and `end` in its article's current text, or the words
    themselves, where they stand there once.

    Raises Refused, Missing, Conflict (`already_decided`), DomainError (`earlier_text`, `outside_text`,
    `quote_not_found`, `quote_ambiguous` with the `places`).
    """
    orphan, version = _lock(orphan_id, by=by)
    lost = orphan.appearance
    case = lock_case(claim_id=lost.claim_id)
    place = _place(version, quote, start, end)
    found = _already_there(lost, version, place) or _add(lost, version, place)
    _resolve(orphan, OrphanState.ANCHORED, by=by, found=found)
    bump(case)
    record_event(
        by=by,
        verb="anchor_by_hand",
        target=found,
        claim=case.claim,
        before={"text": case.claim.text},
        after={
            "text": version.text[place[0] : place[1]],
            "text_version": version.number,
            "version": case.version,
        },
    )
    return orphan


@transaction.atomic
def mark_gone(*, by: User, orphan_id: int) -> Orphan:
    """Says that the article does not say it any more. `reopen_orphan` undoes it. Raises Refused, Missing, Conflict."""
    orphan, version = _lock(orphan_id, by=by)
    _resolve(orphan, OrphanState.GONE, by=by)
    _record(orphan, version, "mark_gone", by=by)
    return orphan


@transaction.atomic
def reopen_orphan(*, by: User, orphan_id: int) -> Orphan:
    """Undoes `mark_gone`. Raises Refused, Missing, DomainError `not_gone`."""
    orphan, version = _lock(orphan_id, by=by, open_only=False)
    if orphan.state != OrphanState.GONE:
        raise DomainError("not_gone", "Only what was marked as gone can be opened again: reload the page.")
    orphan.state, orphan.resolved_by, orphan.resolved_at = OrphanState.OPEN, None, None
    orphan.save(update_fields=["state", "resolved_by", "resolved_at"])
    _record(orphan, version, "reopen_orphan", by=by)
    return orphan


def _lock(orphan_id: int, *, by: User, open_only: bool = True) -> tuple[Orphan, ArticleVersion]:
    """The orphan, locked, its article locked before it, and that article's current text."""
    permissions.require(by, "anchor")
    orphans = Orphan.objects.filter(pk=orphan_id)
    article_id = orphans.values_list("appearance__version__article", flat=True).first()
    if article_id is None:
        raise Missing("orphan_not_found", f"There is no orphan {orphan_id}.")
    article = Article.objects.select_for_update(no_key=True).get(pk=article_id)
    orphan = (
        orphans.select_for_update(of=("self",)).select_related("appearance__version", "resolved_by").get()
    )
    if open_only and orphan.state != OrphanState.OPEN:
        raise Conflict(
            "already_decided",
            f"{orphan.resolved_by or 'A later text'} settled this already: {orphan.get_state_display().lower()}.",
            current={"orphan": orphan.pk, "state": orphan.state},
        )
    assert article.current is not None, "an article with appearances has texts"
    return orphan, article.current


def _place(version: ArticleVersion, quote: str, start: int | None, end: int | None) -> tuple[int, int]:
    if start is not None and end is not None:
        if not 0 <= start < end <= version.text_length or not version.text[start:end].strip():
            raise DomainError(
                "outside_text",
                f"Choose words of version {version.number}: it has {version.text_length:,} characters.",
            )
        return start, end
    places = occurrences(version.text, quote)
    if not places:
        raise DomainError(
            "quote_not_found",
            f"These words are not in version {version.number}: mark them in the text, or copy them from it.",
        )
    if len(places) > 1:
        raise DomainError(
            "quote_ambiguous",
            f"These words stand in version {version.number} {len(places)} times: choose which, or add words around them.",
            places=[_shown(version.text, place) for place in places[:SHOWN_PLACES]],
        )
    return places[0]


def _shown(text: str, place: tuple[int, int]) -> dict[str, Any]:
    start, end = place
    return {
        "start": start,
        "end": end,
        "prefix": text[max(0, start - AROUND) : start],
        "exact": text[start:end],
        "suffix": text[end : end + AROUND],
    }


def _already_there(lost: Appearance, version: ArticleVersion, place: tuple[int, int]) -> Appearance | None:
    """The same claim's appearance at that very place, or the one itself where the article shows its own text again."""
    if version.number <= lost.version.number:
        raise DomainError(
            "earlier_text",
            "The article shows its earlier text again, and the claim stands in it: there is nothing to find.",
        )
    for appearance in Appearance.objects.filter(claim=lost.claim_id, version=version).prefetch_related(
        "spans"
    ):
        content = [(span.start, span.end) for span in appearance.spans.all() if span.role == SpanRole.CONTENT]
        if readings.overlap(sorted(content), [place]) >= readings.SAME:
            return appearance
    return None


def _add(lost: Appearance, version: ArticleVersion, place: tuple[int, int]) -> Appearance:
    """The lost appearance again, with its chain; where the text names its hops nobody has said."""
    appearance = Appearance.objects.create(
        claim_id=lost.claim_id,
        version=version,
        position=make_room(version.pk, place[0]),
        form=lost.form,
        attribution=lost.attribution,
        confidence=lost.confidence,
        decided_by=lost.decided_by,
        speaker_confidence=lost.speaker_confidence,
        speaker_by=lost.speaker_by,
        previous=lost,
        anchoring=Anchoring.HAND,
        anchor_confidence=1.0,
    )
    Span.objects.create(appearance=appearance, role=SpanRole.CONTENT, start=place[0], end=place[1])
    Hop.objects.bulk_create(
        Hop(
            appearance=appearance,
            position=hop.position,
            role=hop.role,
            name=hop.name,
            outlet_id=hop.outlet_id,
            confidence=hop.confidence,
            decided_by=hop.decided_by,
        )
        for hop in lost.hops.all()
    )
    return appearance


def _resolve(orphan: Orphan, state: OrphanState, *, by: User, found: Appearance | None = None) -> None:
    orphan.state, orphan.resolved_by, orphan.resolved_at, orphan.found = state, by, timezone.now(), found
    orphan.save(update_fields=["state", "resolved_by", "resolved_at", "found"])


def _record(orphan: Orphan, version: ArticleVersion, verb: str, *, by: User) -> None:
    record_event(
        by=by,
        verb=verb,
        target=orphan.appearance,
        claim_id=orphan.appearance.claim_id,
        after={"state": orphan.state, "text_version": version.number},
    )
