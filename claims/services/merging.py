"""Two speakers that are one: what one said, its names and its roles go to the other, and can go back."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from claims import permissions
from claims.choices import SpeakerKind
from claims.models import Claim, ClaimState, Contradiction, Speaker, SpeakerAlias, SpeakerMerge, SpeakerRole
from claims.services.audit import record_event
from claims.services.ledger import lock_speaker
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

REASON_CHARACTERS = 500


@transaction.atomic
def merge_speakers(*, by: User, speaker_id: int, into: int, reason: str = "") -> SpeakerMerge:
    """Makes `speaker_id` one with `into`; its name is another name of that one from then on, for every later text too.

    Verdicts, evidence and history are the claims', and go where they go. An unnamed source is merged with another of its
    outlet only. Raises Refused, Missing, DomainError (`into_itself`, `merged`, `outlets_stay`, `unnamed_stays`,
    `two_items`).
    """
    permissions.require(by, "merge_speakers")
    if speaker_id == into:
        raise DomainError("into_itself", "That is one speaker already: give the number of another one.")
    locked = {pk: lock_speaker(pk) for pk in sorted((speaker_id, into))}  # in one order for all writers
    source, target = locked[speaker_id], locked[into]
    _require_mergeable(source, target)
    claims = _move_claims(source.pk, target.pk)
    aliases = _move(SpeakerAlias, source.pk, target.pk)
    roles = _move(SpeakerRole, source.pk, target.pk)
    merge = SpeakerMerge.objects.create(
        source=source,
        target=target,
        claims=claims,
        aliases=aliases,
        roles=roles,
        reason=reason.strip()[:REASON_CHARACTERS],
        by=by,
    )
    SpeakerAlias.objects.create(
        speaker=target,
        name=source.name,
        key=source.name_key,
        kind=source.kind,
        outlet_id=source.outlet_id,
        merge=merge,
        added_by=by,
    )
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    for speaker, told in ((source, {"merged_into": target.pk}), (target, {"merged": source.pk})):
        record_event(
            by=by,
            verb="merge_speakers",
            target=speaker,
            after={**told, "merge": merge.pk, "claims": len(claims), "aliases": aliases, "roles": roles},
            reason=merge.reason,
        )
    return merge


@transaction.atomic
def unmerge_speakers(*, by: User, merge_id: int) -> tuple[SpeakerMerge, int]:
    """Gives back what the merge moved; returns the merge, and how many of its claims stay because somebody has said since
    that they are another's.

    Raises Refused, Missing `merge_not_found`, DomainError (`not_merged`, `merged_on`, `contradicted_since`).
    """
    permissions.require(by, "merge_speakers")
    merge = SpeakerMerge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise Missing("merge_not_found", f"There is no merge {merge_id}: reload the page.")
    locked = {pk: lock_speaker(pk) for pk in sorted((merge.source_id, merge.target_id))}
    merge.refresh_from_db()
    source, target = locked[merge.source_id], locked[merge.target_id]
    if merge.undone_at is not None:
        raise DomainError("not_merged", f"{source.name} was un-merged already: reload the page.")
    if target.merged_into_id is not None:
        raise DomainError(
            "merged_on",
            f"{target.name} was itself merged, into speaker {target.merged_into_id}: un-merge those two first.",
        )
    _sweep(merge)
    if crossing := _contradictions_across(merge):
        first, second = crossing
        raise DomainError(
            "contradicted_since",
            f"#{first} and #{second} are linked as the same speaker's contradiction: withdraw that link first.",
            claims=[first, second],
        )
    back = _move_claims(target.pk, source.pk, only=merge.claims)
    SpeakerAlias.objects.filter(merge=merge).delete()
    SpeakerAlias.objects.filter(pk__in=merge.aliases, speaker=target).update(speaker=source)
    SpeakerRole.objects.filter(pk__in=merge.roles, speaker=target).update(speaker=source)
    source.merged_into = None
    source.save(update_fields=["merged_into"])
    merge.undone_by, merge.undone_at = by, timezone.now()
    merge.save(update_fields=["undone_by", "undone_at"])
    for speaker, told in ((source, {"merged_into": target.pk}), (target, {"merged": source.pk})):
        record_event(
            by=by,
            verb="unmerge_speakers",
            target=speaker,
            before={**told, "merge": merge.pk},
            after={"claims": len(back), "stay": len(merge.claims) - len(back)},
        )
    return merge, len(merge.claims) - len(back)


def sweep_merged() -> int:
    """Moves on what was stored for a speaker while it was being merged; returns how many claims.

    An extraction that had found the speaker before the merge stores its claims after it.
    """
    left = Claim.objects.filter(speaker=OuterRef("source"))
    moved = 0
    for merge_id in SpeakerMerge.objects.filter(Exists(left), undone_at=None).values_list("pk", flat=True):
        with transaction.atomic():
            merge = SpeakerMerge.objects.select_for_update().get(pk=merge_id)
            if merge.undone_at is None:
                moved += _sweep(merge)
    return moved


def _sweep(merge: SpeakerMerge) -> int:
    """To the merge's target, and on where that was merged too: each merge keeps what it moved, to give it back."""
    late = _move_claims(merge.source_id, merge.target_id)
    if late:
        merge.claims = [*merge.claims, *late]
        merge.save(update_fields=["claims"])
        record_event(
            by=None,
            verb="merge_late_claims",
            target=merge.target,
            after={"merge": merge.pk, "claims": len(late)},
        )
        onward = (
            SpeakerMerge.objects.select_for_update().filter(source=merge.target_id, undone_at=None).first()
        )
        if onward is not None:
            _sweep(onward)
    return len(late)


def _require_mergeable(source: Speaker, target: Speaker) -> None:
    for speaker in (source, target):
        if speaker.merged_into_id is not None:
            raise DomainError(
                "merged",
                f"{speaker.name} was merged already, into speaker {speaker.merged_into_id}: give that number.",
            )
        if speaker.kind == SpeakerKind.OUTLET:
            raise DomainError(
                "outlets_stay", f"{speaker.name} is an outlet, and speaks as itself: it is not merged."
            )
    unnamed = [speaker.kind == SpeakerKind.UNNAMED for speaker in (source, target)]
    if any(unnamed) and not (all(unnamed) and source.outlet_id == target.outlet_id):
        raise DomainError(
            "unnamed_stays",
            "An unnamed source is merged only with another unnamed source of the same outlet: who it was nobody said.",
        )
    if source.wikidata and target.wikidata and source.wikidata != target.wikidata:
        raise DomainError(
            "two_items",
            f"{source.name} is {source.wikidata} and {target.name} is {target.wikidata}: two items are two speakers. "
            "Mend the numbers first.",
        )


def _move_claims(source: int, target: int, only: Sequence[int] | None = None) -> list[int]:
    """Gives the claims of one speaker (or those of them in `only`) to another: the case's copy first, as every writer does."""
    cases = ClaimState.objects.select_for_update(of=("self",)).filter(claim__speaker=source).order_by("pk")
    if only is not None:
        cases = cases.filter(pk__in=only)
    claims = list(cases.values_list("pk", flat=True))
    ClaimState.objects.filter(pk__in=claims).update(speaker=target)
    Claim.objects.filter(pk__in=claims).update(speaker=target)
    return claims


def _move(model: type[SpeakerAlias] | type[SpeakerRole], source: int, target: int) -> list[int]:
    moved = list(model._default_manager.filter(speaker=source).order_by("pk").values_list("pk", flat=True))
    model._default_manager.filter(pk__in=moved).update(speaker=target)
    return moved


def _contradictions_across(merge: SpeakerMerge) -> tuple[int, int] | None:
    """Two claims linked as one speaker's, of which un-merging would give one back and keep the other."""
    theirs = set(merge.claims)
    links = Contradiction.objects.filter(withdrawn_at=None, first__speaker=merge.target)
    for first, second in links.order_by("pk").values_list("first_id", "second_id"):
        if (first in theirs) != (second in theirs):
            return first, second
    return None
