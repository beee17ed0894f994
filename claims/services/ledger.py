"""What the desk says of a speaker: other names, roles, the Wikidata item, statements that contradict each other."""

import re
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from claims import permissions
from claims.choices import SpeakerKind
from claims.models import Contradiction, Speaker, SpeakerAlias, SpeakerRole
from claims.models.speaker import WIKIDATA
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.speakers import name_key
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.models import User

NAME_CHARACTERS = 300
ROLE_CHARACTERS = 200


def lock_speaker(speaker_id: int) -> Speaker:
    """The speaker, locked until the transaction ends. Raises Missing `speaker_not_found`."""
    speaker = Speaker.objects.select_for_update().filter(pk=speaker_id).first()
    if speaker is None:
        raise Missing(
            "speaker_not_found",
            f"There is no speaker {speaker_id}: check the number, or look for it in the list.",
        )
    return speaker


@transaction.atomic
def add_alias(*, by: User, speaker_id: int, name: str) -> SpeakerAlias:
    """Another name of the speaker: whom a text calls so is the speaker from now on.

    Raises Refused, Missing, Conflict `name_taken`, DomainError (`no_name`, `own_name`, `known_alias`, `merged`,
    `named_elsewhere`).
    """
    permissions.require(by, "describe_speakers")
    speaker = _unmerged(lock_speaker(speaker_id))
    if speaker.kind == SpeakerKind.OUTLET:
        raise DomainError(
            "named_elsewhere", "An outlet is known by its name among the outlets: change it there."
        )
    name = " ".join(name.split())
    key = name_key(name)
    if not key or len(name) > NAME_CHARACTERS:
        raise DomainError("no_name", f"Give the other name, of {NAME_CHARACTERS} characters at most.")
    if key == speaker.name_key:
        raise DomainError("own_name", f"“{name}” is the speaker's own name: give another one.")
    known_by = {"kind": speaker.kind, "outlet": speaker.outlet_id}
    other = Speaker.objects.filter(name_key=key, **known_by).first()
    if other is not None and other.merged_into_id is None:
        raise Conflict(
            "name_taken",
            f"“{name}” is a speaker of its own (number {other.pk}): if they are the same, merge the two.",
            current={"id": other.pk, "name": other.name},
        )
    alias = SpeakerAlias.objects.select_related("speaker").filter(key=key, **known_by).first()
    if alias is not None and alias.speaker_id == speaker.pk:
        raise DomainError("known_alias", f"“{name}” is a name of this speaker already.")
    if alias is not None or other is not None:
        owner = alias.speaker if alias is not None else other
        assert owner is not None
        raise Conflict(
            "name_taken",
            f"“{name}” is another name of {owner.name}: take it from there first, or merge the two.",
            current={"id": owner.pk, "name": owner.name},
        )
    alias = SpeakerAlias.objects.create(
        speaker=speaker, name=name, key=key, kind=speaker.kind, outlet_id=speaker.outlet_id, added_by=by
    )
    record_event(by=by, verb="add_alias", target=speaker, after={"alias": name})
    return alias


@transaction.atomic
def remove_alias(*, by: User, speaker_id: int, alias_id: int) -> None:
    """Takes a name from the speaker; what was said under it stays. Raises Refused, Missing, DomainError `of_a_merge`."""
    permissions.require(by, "describe_speakers")
    speaker = lock_speaker(speaker_id)
    alias = SpeakerAlias.objects.filter(pk=alias_id, speaker=speaker).first()
    if alias is None:
        raise Missing("alias_not_found", "That is not a name of this speaker any more: reload the page.")
    if alias.merge_id is not None:
        raise DomainError(
            "of_a_merge", f"“{alias.name}” came with a merge: un-merge the two, and the name goes with it."
        )
    alias.delete()
    record_event(by=by, verb="remove_alias", target=speaker, before={"alias": alias.name})


@transaction.atomic
def add_role(
    *,
    by: User,
    speaker_id: int,
    title: str,
    organization: str = "",
    since: date | None = None,
    until: date | None = None,
) -> SpeakerRole:
    """What the speaker was, and when: an end that is not known stays open.

    Raises Refused, Missing, DomainError (`no_title`, `ends_before_it_starts`, `merged`).
    """
    permissions.require(by, "describe_speakers")
    speaker = _unmerged(lock_speaker(speaker_id))
    title, organization = (" ".join(words.split()) for words in (title, organization))
    if not title or max(len(title), len(organization)) > ROLE_CHARACTERS:
        raise DomainError("no_title", f"Say what they were, in {ROLE_CHARACTERS} characters at most.")
    if since and until and until < since:
        raise DomainError(
            "ends_before_it_starts", "The role would end before it starts: turn the dates round."
        )
    role = SpeakerRole.objects.create(
        speaker=speaker, title=title, organization=organization, since=since, until=until, added_by=by
    )
    record_event(by=by, verb="add_role", target=speaker, after=_role_data(role))
    return role


@transaction.atomic
def end_role(*, by: User, speaker_id: int, role_id: int, until: date) -> SpeakerRole:
    """Says which day was the last. Raises Refused, Missing, DomainError `ends_before_it_starts`."""
    permissions.require(by, "describe_speakers")
    speaker = lock_speaker(speaker_id)
    role = _role(speaker, role_id)
    if role.since and until < role.since:
        raise DomainError(
            "ends_before_it_starts", f"The role starts on {role.since:%d %B %Y}: give a later day."
        )
    before = _role_data(role)
    role.until = until
    role.save(update_fields=["until"])
    record_event(by=by, verb="end_role", target=speaker, before=before, after=_role_data(role))
    return role


@transaction.atomic
def remove_role(*, by: User, speaker_id: int, role_id: int) -> None:
    """Takes a role back that they did not have. Raises Refused, Missing."""
    permissions.require(by, "describe_speakers")
    speaker = lock_speaker(speaker_id)
    role = _role(speaker, role_id)
    before = _role_data(role)
    role.delete()
    record_event(by=by, verb="remove_role", target=speaker, before=before)


@transaction.atomic
def set_wikidata(*, by: User, speaker_id: int, item: str) -> Speaker:
    """The speaker's item, as its number (Q42) or its address; "" takes it away.

    Raises Refused, Missing, DomainError (`not_an_item`, `merged`).
    """
    permissions.require(by, "describe_speakers")
    speaker = _unmerged(lock_speaker(speaker_id))
    number = item.strip().rstrip("/").rpartition("/")[2].upper()
    if number and not re.fullmatch(WIKIDATA, number):
        raise DomainError(
            "not_an_item", "A Wikidata item is a Q and a number, like Q42: copy it from its page."
        )
    if number != speaker.wikidata:
        before, speaker.wikidata = speaker.wikidata, number
        speaker.save(update_fields=["wikidata"])
        record_event(
            by=by,
            verb="set_wikidata",
            target=speaker,
            before={"wikidata": before},
            after={"wikidata": number},
        )
    return speaker


# ---- Contradictions -----------------------------------------------------------------------------------


@transaction.atomic
def link_contradiction(*, by: User, claim_id: int, other_id: int, note: str) -> Contradiction:
    """Says that two claims of one speaker cannot both be so, and why.

    Raises Refused, Missing, DomainError (`note_missing`, `same_claim`, `two_speakers`, `already_linked`).
    """
    permissions.require(by, "contradict")
    if claim_id == other_id:
        raise DomainError("same_claim", "A claim cannot contradict itself: give another number.")
    if not note.strip():
        raise DomainError("note_missing", "Say in what they contradict each other.")
    first, second = sorted((claim_id, other_id))
    cases = [lock_case(claim_id=pk) for pk in (first, second)]  # in one order for all writers
    speakers = {case.claim.speaker_id for case in cases}
    if len(speakers) > 1 or None in speakers:
        raise DomainError(
            "two_speakers",
            "These are not claims of one speaker: a contradiction is between somebody's own words.",
        )
    if Contradiction.objects.filter(first=first, second=second, withdrawn_at=None).exists():
        raise DomainError(
            "already_linked", "These two are linked already: withdraw that link to change its note."
        )
    link = Contradiction.objects.create(first_id=first, second_id=second, note=note.strip(), by=by)
    for case, other in zip(cases, reversed(cases), strict=True):
        bump(case)
        record_event(
            by=by,
            verb="contradict",
            target=link,
            claim_id=case.pk,
            after={"other": other.pk, "note": link.note, "version": case.version},
        )
    return link


@transaction.atomic
def withdraw_contradiction(*, by: User, contradiction_id: int) -> Contradiction:
    """Takes the link back; it stays in the history. Raises Refused, Missing."""
    permissions.require(by, "contradict")
    link = Contradiction.objects.filter(pk=contradiction_id).first()
    cases = [lock_case(claim_id=pk) for pk in (link.first_id, link.second_id)] if link else []
    if link is not None:
        link = Contradiction.objects.select_for_update().filter(pk=link.pk, withdrawn_at=None).first()
    if link is None:
        raise Missing("contradiction_not_found", "These two are not linked any more: reload the page.")
    link.withdrawn_by, link.withdrawn_at = by, timezone.now()
    link.save(update_fields=["withdrawn_by", "withdrawn_at"])
    for case, other in zip(cases, reversed(cases), strict=True):
        bump(case)
        record_event(
            by=by,
            verb="withdraw_contradiction",
            target=link,
            claim_id=case.pk,
            before={"other": other.pk, "note": link.note},
            after={"version": case.version},
        )
    return link


def _unmerged(speaker: Speaker) -> Speaker:
    if speaker.merged_into_id is not None:
        raise DomainError(
            "merged",
            f"{speaker.name} was merged into speaker {speaker.merged_into_id}: say it of that one, or un-merge them.",
        )
    return speaker


def _role(speaker: Speaker, role_id: int) -> SpeakerRole:
    role = SpeakerRole.objects.filter(pk=role_id, speaker=speaker).first()
    if role is None:
        raise Missing("role_not_found", "That role is not there any more: reload the page.")
    return role


def _role_data(role: SpeakerRole) -> dict[str, Any]:
    return {
        "title": role.title,
        "organization": role.organization,
        "since": role.since and role.since.isoformat(),
        "until": role.until and role.until.isoformat(),
    }
