"""Correcting what an extractor made of a text: words, spans, speaker, chain and form; splitting, merging and adding claims.

Every edit is kept with how it was before, so that it can be undone (claims.services.undoing) and learned from
(`manage.py export_corrections`). What somebody judged already is not changed under them: from the cross-check on, a claim
has to come back to review first.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from articles.models import Article, ArticleVersion
from claims import permissions, workflow
from claims.choices import Form, HopRole, LineageKind, SpanRole, SpeakerKind, State
from claims.extraction import claim_text
from claims.models import Appearance, Assignment, ClaimState, EvidenceLink, Lineage
from claims.services import readings
from claims.services.applying import apply_reading
from claims.services.assigning import lease_until
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case, move_case
from claims.services.guards import Answers, open_assignment, taken_by_another
from claims.services.readings import Reading, with_all
from claims.services.storing import make_room, store_reading
from claims.services.tagging import copy_tags
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

EDITABLE = (State.NEW, State.QUEUED, State.IN_REVIEW, State.DISMISSED, State.CORRECTING)
PERSON = "person"  # the step that decided, where no step of the extractor's did
MOST_HOPS = 12

Spans = Sequence[Sequence[int]]


@transaction.atomic
def edit_claim(
    *, by: User, appearance_id: int, changes: Reading, expected_version: int | None = None
) -> Appearance:
    """Changes what `changes` names of an appearance's reading: `content`, `source`, `cue` (spans as [start, end]), `speaker`
    ({"kind", "name"} or None), `chain` ([{"name", "role", "span", "cue"}], publisher last), `form`, `checkable`.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`bad_span`, `bad_chain`, `bad_speaker`,
    `content_missing`, `decided`, `nothing_changed`).
    """
    permissions.require(by, "edit")
    appearance = _appearance(appearance_id)
    case = lock_case(claim_id=appearance.claim_id, expected_version=expected_version)
    _require_editable(case, by=by)
    text = appearance.version.text
    now = readings.as_it_stands(appearance)
    wanted = _checked({**now, **changes}, text, publisher=appearance.version.article.outlet.name)
    fields = readings.differences(now, wanted)
    # Where a hop stands is seen on screen, and no difference that an extractor would propose.
    if "chain" in changes and wanted["chain"] != now["chain"] and "chain" not in fields:
        fields.append("chain")
    if not fields:
        raise DomainError("nothing_changed", "That is how it stands already: nothing was changed.")
    _write(appearance, case, now, wanted, fields, by=by, verb="edit")
    return appearance


@transaction.atomic
def add_claim(*, by: User, version_id: int, reading: Reading) -> Appearance:
    """Adds a claim that the extractor missed. `reading`: as `changes` of `edit_claim`, with `content` at least.

    Without a chain, it is the publisher alone; without a speaker it is nobody's yet, or, in the outlet's own voice, the
    outlet's. Raises Refused, Missing, DomainError as `edit_claim`, and `already_there`.
    """
    permissions.require(by, "edit")
    version = ArticleVersion.objects.select_related("article__outlet").filter(pk=version_id).first()
    if version is None:
        raise Missing("version_not_found", f"There is no text {version_id}: reload the page.")
    Article.objects.select_for_update().get(pk=version.article_id)  # whoever extracts from it waits
    outlet = version.article.outlet
    form = reading.get("form") or Form.INDIRECT
    own_voice = form == Form.OWN_VOICE
    full: Reading = {
        "source": [],
        "cue": [],
        "speaker": {"kind": SpeakerKind.OUTLET, "name": outlet.name} if own_voice else None,
        "chain": [_hop(outlet.name, HopRole.PUBLISHER)],
        "checkable": True,
        "reasons": [],
        "score": 0.5,
        "language": version.language,
        "confidence": 1.0,
        "decided_by": PERSON,
        "speaker_confidence": None,
        "speaker_by": PERSON,
        "embedded": None,
        **reading,
        "form": form,
    }
    full = _checked(full, version.text, publisher=outlet.name)
    for other in Appearance.objects.filter(version=version).prefetch_related("spans"):
        content = sorted([s.start, s.end] for s in other.spans.all() if s.role == SpanRole.CONTENT)
        if content == full["content"]:
            raise DomainError(
                "already_there",
                f"These words are claim #{other.claim_id} already: open that one.",
                claim=other.claim_id,
            )
    appearance = _store(version, full)
    record_event(
        by=by,
        verb="add_claim",
        target=appearance,
        claim=appearance.claim,
        after=_told(full, ["content", "source", "cue", "speaker", "chain", "form"]) | {"version": 1},
    )
    return appearance


@transaction.atomic
def split_claim(
    *, by: User, appearance_id: int, parts: Sequence[Spans], expected_version: int | None = None
) -> list[Appearance]:
    """Makes two or more claims of one: the first of `parts` (content spans each) stays its words, the others become
    claims of their own with the same speaker, chain, evidence, and with whoever has it. Returns the new ones.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`bad_span`, `one_part`, `appears_twice`, `decided`).
    """
    permissions.require(by, "edit")
    if len(parts) < 2:
        raise DomainError("one_part", "Give at least two parts, each with its own words.")
    appearance = _appearance(appearance_id)
    Article.objects.select_for_update().get(pk=appearance.version.article_id)
    case = lock_case(claim_id=appearance.claim_id, expected_version=expected_version)
    _require_editable(case, by=by)
    if Appearance.objects.filter(claim=case.pk).count() > 1:
        raise DomainError(
            "appears_twice",
            "This claim stands in several texts, so that its words cannot be parted in one of them: edit it there instead.",
        )
    text, now = appearance.version.text, readings.as_it_stands(appearance)
    publisher = appearance.version.article.outlet.name
    wanted = [_checked({**now, "content": list(part)}, text, publisher=publisher) for part in parts]
    _write(appearance, case, now, wanted[0], ["content"], by=by, verb="split", lineage=len(parts))
    assignment = open_assignment(claim_id=case.pk)
    made = []
    for reading in wanted[1:]:
        part = _store(appearance.version, reading)
        _follow(case, part.claim_id, assignment, by=by, kind=LineageKind.SPLIT)
        made.append(part)
    return made


@transaction.atomic
def merge_claims(*, by: User, claim_id: int, into: int, expected_version: int | None = None) -> ClaimState:
    """Makes `claim_id` one with `into`: its appearances, evidence and tags go there, and it stays as a duplicate of it.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`decided`, and those of `mark_duplicate`).
    """
    permissions.require(by, "edit")
    # Both in one order: of two merges that cross, one waits and then finds what the other did.
    for pk in sorted({claim_id, into}):
        ClaimState.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    _require_editable(case, by=by)
    moved = list(Appearance.objects.filter(claim=claim_id).values_list("pk", flat=True))
    event = move_case(case, "mark_duplicate", by=by, answers=Answers(duplicate_of=into), duplicate_of_id=into)
    Appearance.objects.filter(pk__in=moved).update(claim=into)
    target = lock_case(claim_id=into)
    links = _copy_evidence(claim_id, into, by=by)
    tags = copy_tags(claim_id, into, by=by)
    Lineage.objects.create(kind=LineageKind.MERGED, source_id=claim_id, target_id=into, by=by)
    bump(target)
    record_event(
        by=by,
        verb="merge",
        target=target.claim,
        claim=target.claim,
        before={"claim": claim_id, "text": case.claim.text},
        after={
            "appearances": moved,
            "links": links,
            "tags": tags,
            "of_event": event.pk,
            "version": target.version,
        },
    )
    return target


# ---- What edits share ------------------------------------------------------------------------------


def _appearance(appearance_id: int) -> Appearance:
    appearance = with_all(Appearance.objects.filter(pk=appearance_id)).first()
    if appearance is None:
        raise Missing("appearance_not_found", "That appearance is not there any more: reload the page.")
    return appearance


def why_not_editable(case: ClaimState, assignment: Assignment | None, *, by: User) -> DomainError | None:
    """Why `by` may not change what was extracted of the claim as it stands; None where they may. `assignment`: the open one.

    What is refused here is not offered on screen either.
    """
    if not permissions.may(by, "edit"):
        return permissions.refusal("edit")
    if assignment and assignment.reviewer_id != by.pk:
        return taken_by_another(assignment)
    if case.state == State.CORRECTING:
        return None if permissions.may(by, "publish") else permissions.refusal("publish")
    if case.state not in EDITABLE:
        return DomainError(
            "decided",
            f"This claim is {State(case.state).label.lower()}: what it says was judged, so that it has to go back "
            "to review before it is changed.",
        )
    return None


def edits_open_to(user: User, case: ClaimState, assignment: Assignment | None, *, appears: int) -> list[str]:
    """Which of edit, split and merge `user` may do with the claim now; it appears in so many texts."""
    if why_not_editable(case, assignment, by=user):
        return []
    return [
        "edit",
        *(["split"] if appears == 1 else []),
        *(["merge"] if case.state in workflow.MOVES["mark_duplicate"].sources else []),
    ]


def _require_editable(case: ClaimState, *, by: User) -> None:
    if refusal := why_not_editable(case, open_assignment(claim_id=case.pk), by=by):
        raise refusal


def _write(
    appearance: Appearance,
    case: ClaimState,
    now: Reading,
    wanted: Reading,
    fields: list[str],
    *,
    by: User,
    verb: str,
    **more: Any,
) -> None:
    changed = apply_reading(appearance, case, wanted, fields)
    if "speaker" in fields:
        appearance.speaker_by, appearance.speaker_confidence = PERSON, None
        appearance.save(update_fields=["speaker_by", "speaker_confidence"])
    bump(case, **changed)
    record_event(
        by=by,
        verb=verb,
        target=appearance,
        claim=case.claim,
        before=_told(now, fields),
        after={**_told(wanted, fields), **more, "version": case.version},
    )


def _store(version: ArticleVersion, reading: Reading) -> Appearance:
    position = make_room(version.pk, reading["content"][0][0])
    return store_reading(version, readings.as_claim(reading), reading["language"], position=position)


def _told(reading: Reading, fields: list[str]) -> Reading:
    """The part of a reading that an event keeps."""
    told = {field: reading[field] for field in fields}
    if "content" in fields:
        told["text"] = reading["text"]
    if "speaker" in fields:
        told |= {name: reading[name] for name in ("speaker_by", "speaker_confidence")}
    return told


def _checked(reading: Reading, text: str, *, publisher: str) -> Reading:
    """`reading` with its spans in order and its chain complete, or a DomainError that says what is wrong with it."""
    checked = dict(reading)
    for role in SpanRole.values:
        checked[role] = _spans(reading[role], text)
    if not checked["content"]:
        raise DomainError("content_missing", "A claim needs words of the text: select them.")
    if reading["form"] not in Form.values:
        raise DomainError("unknown_form", f"Say how it is told: one of {', '.join(Form.values)}.")
    speaker = reading["speaker"]
    if speaker is not None:
        name = " ".join(str(speaker.get("name", "")).split())
        if not name or len(name) > 300 or speaker.get("kind") not in SpeakerKind.values:
            raise DomainError(
                "bad_speaker", f"A speaker needs a name and a kind: {', '.join(SpeakerKind.values)}."
            )
        checked["speaker"] = {"kind": speaker["kind"], "name": name}
    checked["chain"] = _chain(reading["chain"], text, publisher)
    checked["text"] = claim_text(text, readings.as_claim(checked | {"text": ""}))
    return checked


def _chain(hops: Sequence[dict[str, Any]], text: str, publisher: str) -> list[dict[str, Any]]:
    """The hops in their order with the publisher last; it is added where nobody named it."""
    if len(hops) > MOST_HOPS:
        raise DomainError("bad_chain", f"A chain has {MOST_HOPS} steps at most.")
    chain = []
    for hop in hops:
        name = " ".join(str(hop.get("name", "")).split())
        if not name or len(name) > 300 or hop.get("role") not in HopRole.values:
            raise DomainError("bad_chain", f"A step needs a name and a role: {', '.join(HopRole.values)}.")
        span, cue = (_spans([hop[part]], text)[0] if hop.get(part) else None for part in ("span", "cue"))
        chain.append(
            {
                "name": name,
                "role": hop["role"],
                "span": span,
                "cue": cue,
                "confidence": hop.get("confidence"),
                "decided_by": hop.get("decided_by", PERSON),
            }
        )
    publishers = [hop for hop in chain if hop["role"] == HopRole.PUBLISHER]
    if len(publishers) > 1:
        raise DomainError("bad_chain", "A page has one publisher: leave one of them.")
    if publishers and publishers[0] is not chain[-1]:
        raise DomainError("bad_chain", "The publisher is the last step: move it to the end.")
    return chain if publishers else [*chain, _hop(publisher, HopRole.PUBLISHER)]


def _hop(name: str, role: str) -> dict[str, Any]:
    return {
        "name": name,
        "role": role,
        "span": None,
        "cue": None,
        "confidence": None,
        "decided_by": PERSON,
    }


def _spans(spans: Spans, text: str) -> list[list[int]]:
    """In the text's order. Raises DomainError `bad_span` for what is no stretch of it, or cuts a character in two."""
    checked = sorted([int(start), int(end)] for start, end in spans)
    last = 0
    for start, end in checked:
        if not 0 <= start < end <= len(text):
            raise DomainError(
                "bad_span",
                f"{start}–{end} is no stretch of this text, which has {len(text):,} characters: select the words again.",
            )
        if start < last:
            raise DomainError("bad_span", "Two stretches of one part overlap: select them again.")
        if any(place < len(text) and _joins_back(text[place]) for place in (start, end)):
            raise DomainError(
                "bad_span",
                f"{start}–{end} cuts a character from its accent or mark: select whole characters.",
            )
        last = end
    return checked


def _joins_back(character: str) -> bool:
    """Whether it belongs to the character before it: an accent, a variation selector, a joiner."""
    return unicodedata.combining(character) != 0 or unicodedata.category(character) in ("Mn", "Me", "Cf")


def _follow(
    case: ClaimState, claim_id: int, assignment: Assignment | None, *, by: User, kind: LineageKind
) -> None:
    """What hangs on a claim follows to the one that was split off it: its state, whoever has it, its evidence, its tags."""
    Lineage.objects.create(kind=kind, source_id=case.pk, target_id=claim_id, by=by)
    part = lock_case(claim_id=claim_id)
    links = _copy_evidence(case.pk, claim_id, by=by)
    copy_tags(case.pk, claim_id, by=by)
    changes: dict[str, Any] = {"priority": case.priority}
    if case.state == State.IN_REVIEW:
        changes["state"] = State.IN_REVIEW
    bump(part, **changes)
    if assignment and case.state == State.IN_REVIEW:
        Assignment.objects.create(
            claim_id=claim_id, reviewer_id=assignment.reviewer_id, leased_until=lease_until()
        )
    record_event(
        by=by,
        verb="split_off",
        target=part.claim,
        claim=part.claim,
        before={"claim": case.pk},
        after={"state": part.state, "links": links, "version": part.version},
    )


def _copy_evidence(source: int, target: int, *, by: User) -> list[int]:
    """Links the documents of one claim to another, where they are not; returns the new links' keys."""
    there = EvidenceLink.objects.filter(claim=target, withdrawn_at=None).values("evidence")
    links = EvidenceLink.objects.filter(claim=source, withdrawn_at=None).exclude(evidence__in=there)
    made = [
        EvidenceLink.objects.create(
            evidence_id=link.evidence_id,
            claim_id=target,
            stance=link.stance,
            kind=link.kind,
            quote=link.quote,
            accessed_at=link.accessed_at,
            snapshot_id=link.snapshot_id,
            seen_at=link.seen_at,
            quote_seen_at=link.quote_seen_at,
            quote_gone_at=link.quote_gone_at,
            added_by_id=link.added_by_id,
        )
        for link in links.order_by("pk")
    ]
    return [link.pk for link in made]
