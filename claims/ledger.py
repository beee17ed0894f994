"""Reads of the speaker ledger: who said what, as what, and against what else they said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from articles.queries import keyset_page
from claims.models import (
    Appearance,
    Claim,
    ClaimState,
    Contradiction,
    Speaker,
    SpeakerAlias,
    SpeakerMerge,
    SpeakerRole,
    Tally,
)
from claims.narrowing import SPEAKERS_PER_NAME
from claims.queries import ClaimRow, claim_rows
from factcheck.lib.paging import Page
from factcheck.lib.prepared import Prepared

SHOWN_CONTRADICTIONS = 50


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A line of the list. `claims` and `judged` come from the tallies."""

    speaker: Speaker
    claims: int
    judged: int


@dataclass(frozen=True, slots=True)
class Said:
    """One claim of a speaker: on which day it was published, and what they were then."""

    row: ClaimRow
    at: datetime | None
    roles: list[SpeakerRole]


@dataclass(frozen=True, slots=True)
class SpeakerView:
    """What a speaker's page shows. `merged`: merges into this one that stand."""

    speaker: Speaker
    aliases: list[SpeakerAlias]
    roles: list[SpeakerRole]
    merged: list[SpeakerMerge]
    away: SpeakerMerge | None  # the merge that made this one part of another
    contradictions: list[Contradiction]
    page: Page[Said]
    claims: int
    judged: int


def named_like(words: str) -> QuerySet[Speaker]:
    """Speakers who have `words` in their name or in another name of theirs; of those names, the first by name."""
    # Asked first, so that both halves are found by their trigram indexes.
    by_alias = SpeakerAlias.objects.filter(name__icontains=words).order_by("name")
    found = list(by_alias.values_list("speaker_id", flat=True)[:SPEAKERS_PER_NAME])
    return Speaker.objects.filter(Q(name__icontains=words) | Q(pk__in=found))


def speaker_page(*, words: str = "", kind: str = "", before: str = "", after: str = "") -> Page[SpeakerRow]:
    """Speakers, newest first, without those that were merged: three queries at most."""
    speakers = named_like(words) if words else Speaker.objects.all()
    speakers = speakers.filter(merged_into=None).select_related("outlet")
    if kind:
        speakers = speakers.filter(kind=kind)
    found = keyset_page(speakers, before=before, after=after)
    counts = claim_counts(speaker.pk for speaker in found.rows)
    rows = [SpeakerRow(one, *counts.get(one.pk, (0, 0))) for one in found.rows]
    return Page(rows, found.before, found.after)


def claim_counts(speakers: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Per speaker, how many claims are theirs and how many of them have a verdict."""
    keys = [str(pk) for pk in speakers]
    tallies = Tally.objects.filter(dimension__in=["speaker", "speaker_judged"], key__in=keys).order_by()
    counts: dict[int, dict[str, int]] = {}
    for dimension, key, n in tallies.values_list("dimension", "key").annotate(total=Sum("n")):
        counts.setdefault(int(key), {})[dimension] = n
    return {pk: (one.get("speaker", 0), one.get("speaker_judged", 0)) for pk, one in counts.items()}


def speaker_view(speaker_id: int, *, before: str = "", after: str = "") -> SpeakerView | None:
    """One speaker with a page of claims, newest first. None: there is no such speaker."""
    speaker = Speaker.objects.select_related("outlet", "merged_into").filter(pk=speaker_id).first()
    if speaker is None:
        return None
    merges = SpeakerMerge.objects.filter(undone_at=None).select_related("source", "by")
    roles = list(SpeakerRole.objects.filter(speaker=speaker))
    claims, judged = claim_counts([speaker.pk]).get(speaker.pk, (0, 0))
    return SpeakerView(
        speaker=speaker,
        aliases=list(SpeakerAlias.objects.filter(speaker=speaker)),
        roles=roles,
        merged=list(merges.filter(target=speaker).defer("claims")),
        away=merges.filter(source=speaker).defer("claims").first() if speaker.merged_into_id else None,
        contradictions=contradictions_of(speaker),
        page=said_page(speaker, roles, before=before, after=after),
        claims=claims,
        judged=judged,
    )


def said_page(
    speaker: Speaker, roles: Sequence[SpeakerRole], *, before: str = "", after: str = ""
) -> Page[Said]:
    """A page of what the speaker said, newest first, with what they were on each day."""
    # Through the claim: its (speaker, -id) index gives them newest first.
    claims = keyset_page(Claim.objects.filter(speaker=speaker).only("pk"), before=before, after=after)
    keys = [claim.pk for claim in claims.rows]
    cases = ClaimState.objects.select_related("claim", "speaker", "outlet").defer("claim__search")
    rows = claim_rows(list(cases.filter(pk__in=keys).order_by("-pk")))
    return Page([_said(row, roles) for row in rows], claims.before, claims.after)


def roles_on(roles: Iterable[SpeakerRole], day: date) -> list[SpeakerRole]:
    """Those of `roles` that were held on that day; an end that nobody gave is open."""
    return [
        role
        for role in roles
        if (role.since is None or role.since <= day) and (role.until is None or role.until >= day)
    ]


def roles_then(appearance: Appearance, speaker: Speaker | None) -> list[SpeakerRole]:
    """What the speaker was on the day the text came out: one query."""
    if speaker is None:
        return []
    at = appearance.version.published_at or appearance.version.created_at
    return roles_on(_ROLES(speaker.pk), timezone.localdate(at))


def contradictions_of(speaker: Speaker) -> list[Contradiction]:
    """Between the speaker's own statements, the latest first."""
    links = Contradiction.objects.filter(withdrawn_at=None, first__speaker=speaker).select_related(
        "first__case", "second__case", "by"
    )
    return list(links.defer("first__search", "second__search")[:SHOWN_CONTRADICTIONS])


def contradictions_with(claim_id: int) -> list[tuple[Contradiction, Claim]]:
    """What contradicts this claim of its speaker, with the other claim: one query."""
    return [
        (link, link.second if link.first_id == claim_id else link.first) for link in _CONTRADICTIONS(claim_id)
    ]


_ROLES = Prepared(lambda speaker: SpeakerRole.objects.filter(speaker=speaker))
_CONTRADICTIONS = Prepared(
    lambda claim: (
        Contradiction.objects.filter(Q(first=claim) | Q(second=claim), withdrawn_at=None)
        .select_related("first", "second", "by")
        .defer("first__search", "second__search")
    )
)


def _said(row: ClaimRow, roles: Sequence[SpeakerRole]) -> Said:
    if row.appearance is None:
        return Said(row, None, [])
    at = row.appearance.version.published_at or row.appearance.version.created_at
    return Said(row, at, roles_on(roles, timezone.localdate(at)))
