"""A text is read again by a newer extractor: what it finds otherwise is proposed, and a person decides.

Nothing that a person did is ever overwritten: a proposal changes what it was made from, or is refused.
Locks are taken in one order by all: the article's row, then the proposal's, then the case's.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.models import Article
from claims import permissions
from claims.choices import DismissReason, ProposalKind, ProposalState, ReviewKind, RunState, State
from claims.extraction.types import Extraction
from claims.models import (
    Appearance,
    ClaimState,
    EvidenceLink,
    ExtractionProposal,
    ExtractionRun,
    HopCheck,
    Review,
)
from claims.services import readings
from claims.services.applying import apply_reading
from claims.services.audit import record_event
from claims.services.cases import bump, case_as_data, lock_case, move_case
from claims.services.curating import dismiss_claim
from claims.services.guards import open_assignment, taken_by_another
from claims.services.readings import Reading
from claims.services.storing import make_room, measured, store_claims
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.models import User

# How the fields of a reading are called in a sentence.
IN_WORDS = {
    "content": "words",
    "source": "source",
    "cue": "cue",
    "speaker": "speaker",
    "chain": "chain",
    "form": "form",
    "checkable": "checkability",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of one proposal among many; `code` and `message` say why it could not be done."""

    proposal_id: int
    done: bool
    code: str = ""
    message: str = ""


# ---- Proposing -------------------------------------------------------------------------------------


def propose(run: ExtractionRun, found: Extraction) -> list[ExtractionProposal]:
    """Stores what `run` would have otherwise, in the text's order. The article's row is locked by the caller.

    What a person would not see is no difference, and what they rejected is not proposed to them again. Open proposals
    of earlier runs are outdated by it. A text that the extractor did not read at all says nothing about its claims.
    """
    if found.skipped:
        return []
    mine = ExtractionProposal.objects.filter(run__version=run.version_id)
    mine.filter(state=ProposalState.OPEN).update(state=ProposalState.OUTDATED)
    appearances = list(
        readings.with_all(Appearance.objects.filter(version=run.version_id)).order_by("position")
    )
    old = [readings.as_it_stands(appearance) for appearance in appearances]
    new = [readings.as_found(run.version.text, item, found.language) for item in found.claims]
    pairs = readings.pair_up(old, new)
    kept = {i for i, _ in pairs}
    met = {j for _, j in pairs}
    proposals = [
        *(
            _proposal(run, ProposalKind.CHANGE, appearances[i], old[i], new[j])
            for i, j in pairs
            if readings.differences(old[i], new[j])
        ),
        *(_proposal(run, ProposalKind.ADD, None, None, one) for j, one in enumerate(new) if j not in met),
        *(
            _proposal(run, ProposalKind.REMOVE, appearances[i], one, None)
            for i, one in enumerate(old)
            if i not in kept and _was_the_extractors(appearances[i])
        ),
    ]
    rejected = [_identity(one) for one in mine.filter(state=ProposalState.REJECTED)]
    proposals = [one for one in proposals if _identity(one) not in rejected]
    proposals.sort(key=_place)
    for position, proposal in enumerate(proposals, 1):
        proposal.position = position
    ExtractionProposal.objects.bulk_create(proposals, batch_size=1000)
    record_event(
        by=None,
        verb="propose",
        target=run,
        after={"proposals": len(proposals), "claims": len(new), "extractor": run.extractor},
    )
    return proposals


def changes(proposal: ExtractionProposal) -> list[str]:
    """The fields that the proposal would change; none for a claim to add or to take out."""
    if not proposal.before or not proposal.found:
        return []
    return readings.differences(proposal.before, proposal.found)


def _proposal(
    run: ExtractionRun,
    kind: ProposalKind,
    appearance: Appearance | None,
    before: Reading | None,
    found: Reading | None,
) -> ExtractionProposal:
    return ExtractionProposal(run=run, kind=kind, appearance=appearance, before=before, found=found)


def _was_the_extractors(appearance: Appearance) -> bool:
    """Whether it is news that an extractor does not find it: not of what a person put there, nor of what is off the desk."""
    return appearance.run_id is not None and appearance.claim.case.state != State.DISMISSED


def _identity(proposal: ExtractionProposal) -> tuple[str, int | None, Any]:
    found = proposal.found
    shown = [readings.seen(found, field) for field in readings.FIELDS] if found else None
    return proposal.kind, proposal.appearance_id if proposal.kind != ProposalKind.ADD else None, shown


def _place(proposal: ExtractionProposal) -> tuple[int, int]:
    spans = (proposal.found or proposal.before or {})["content"]
    return (spans[0][0], spans[-1][1]) if spans else (0, 0)


# ---- Deciding --------------------------------------------------------------------------------------


@transaction.atomic
def accept_proposal(*, by: User, proposal_id: int, expected_version: int | None = None) -> ExtractionProposal:
    """Does what the proposal says. `expected_version` is that of its claim, where it has one.

    Raises Refused, Missing, Conflict: `already_decided`, `outdated`, `stale`, `taken` by another reviewer, `judged` (a
    verdict, evidence or a dismissal rests on what would change), `changed_since` (somebody changed the same thing).
    """
    permissions.require(by, "decide_proposals")
    proposal = _lock(proposal_id)
    _decide(proposal, ProposalState.ACCEPTED, by=by)
    if proposal.kind == ProposalKind.ADD:
        _add(proposal, by=by)
    elif proposal.kind == ProposalKind.CHANGE:
        _change(proposal, by=by, expected_version=expected_version)
    else:
        _remove(proposal, by=by, expected_version=expected_version)
    return proposal


@transaction.atomic
def reject_proposal(*, by: User, proposal_id: int) -> ExtractionProposal:
    """Leaves everything as it is; the same is not proposed again. `reopen_proposal` undoes it.

    Raises Refused, Missing, Conflict (`already_decided`, `outdated`).
    """
    permissions.require(by, "decide_proposals")
    proposal = _lock(proposal_id)
    _decide(proposal, ProposalState.REJECTED, by=by)
    record_event(
        by=by,
        verb="reject_proposal",
        target=proposal,
        claim_id=proposal.appearance.claim_id if proposal.appearance else None,
        after={"kind": proposal.kind, "changes": changes(proposal), "extractor": proposal.run.extractor},
    )
    return proposal


@transaction.atomic
def reopen_proposal(*, by: User, proposal_id: int) -> ExtractionProposal:
    """Undoes a rejection. Raises Refused, Missing, DomainError `not_rejected`, Conflict `outdated`."""
    permissions.require(by, "decide_proposals")
    proposal = _lock(proposal_id)
    if proposal.state != ProposalState.REJECTED:
        raise DomainError("not_rejected", "Only a rejected proposal can be opened again: reload the page.")
    newer = ExtractionRun.objects.filter(
        version=proposal.run.version_id, pk__gt=proposal.run_id, state=RunState.DONE, again=True
    )
    gone = proposal.kind != ProposalKind.ADD and proposal.appearance is None
    if gone or newer.exists():
        raise _outdated(proposal)
    proposal.state, proposal.decided_by, proposal.decided_at = ProposalState.OPEN, None, None
    proposal.save(update_fields=["state", "decided_by", "decided_at"])
    record_event(
        by=by,
        verb="reopen_proposal",
        target=proposal,
        claim_id=proposal.appearance.claim_id if proposal.appearance else None,
        after={"kind": proposal.kind, "changes": changes(proposal), "extractor": proposal.run.extractor},
    )
    return proposal


def accept_all(*, by: User, run_id: int) -> list[Decision]:
    """Accepts the open proposals of a run, each by itself: what cannot be done says why and stays open. Raises Refused, Missing."""
    return [_try(accept_proposal, by=by, proposal_id=pk) for pk in _open_ids(run_id, by=by)]


def reject_all(*, by: User, run_id: int) -> list[Decision]:
    """Rejects the open proposals of a run. Raises Refused, Missing."""
    return [_try(reject_proposal, by=by, proposal_id=pk) for pk in _open_ids(run_id, by=by)]


def _open_ids(run_id: int, *, by: User) -> list[int]:
    permissions.require(by, "decide_proposals")
    if not ExtractionRun.objects.filter(pk=run_id).exists():
        raise Missing("run_not_found", f"There is no extraction {run_id}.")
    proposals = ExtractionProposal.objects.filter(run=run_id, state=ProposalState.OPEN)
    return list(proposals.order_by("position").values_list("pk", flat=True))


def _try(decide: Any, *, by: User, proposal_id: int) -> Decision:
    try:
        decide(by=by, proposal_id=proposal_id)
    except DomainError as error:
        return Decision(proposal_id, False, error.code, error.message)
    return Decision(proposal_id, True)


def _lock(proposal_id: int) -> ExtractionProposal:
    """The proposal, locked, its article locked before it. Raises Missing."""
    proposals = ExtractionProposal.objects.filter(pk=proposal_id)
    article = proposals.values_list("run__version__article", flat=True).first()
    if article is None:
        raise Missing("proposal_not_found", f"There is no proposal {proposal_id}.")
    Article.objects.select_for_update(no_key=True).get(pk=article)
    return (
        proposals.select_for_update(of=("self",))
        .select_related("run__version__article__outlet", "appearance", "decided_by")
        .get()
    )


def _require_open(proposal: ExtractionProposal) -> None:
    """Raises Conflict (`already_decided`, `outdated`)."""
    if proposal.state == ProposalState.OUTDATED:
        raise _outdated(proposal)
    if proposal.state != ProposalState.OPEN:
        raise Conflict(
            "already_decided",
            f"{proposal.decided_by} {proposal.get_state_display().lower()} this proposal already.",
            current=_as_data(proposal),
        )


def _outdated(proposal: ExtractionProposal) -> Conflict:
    return Conflict(
        "outdated",
        "A newer extraction replaced this proposal: look at what it proposes.",
        current=_as_data(proposal),
    )


def _as_data(proposal: ExtractionProposal) -> dict[str, Any]:
    return {
        "proposal": proposal.pk,
        "state": proposal.state,
        "decided_by": str(proposal.decided_by) if proposal.decided_by else "",
    }


def _decide(proposal: ExtractionProposal, state: ProposalState, *, by: User) -> None:
    """Raises Conflict (`already_decided`, `outdated`)."""
    _require_open(proposal)
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


# ---- A claim to add --------------------------------------------------------------------------------


def _add(proposal: ExtractionProposal, *, by: User) -> None:
    found = proposal.found
    assert found is not None, "the database sees to it"
    position = make_room(proposal.run.version_id, found["content"][0][0])
    [appearance] = store_claims(
        proposal.run, [readings.as_claim(found)], found["language"], first_position=position
    )
    proposal.appearance = appearance
    proposal.save(update_fields=["appearance"])
    record_event(
        by=by,
        verb="accept_proposal",
        target=proposal,
        claim=appearance.claim,
        after={"kind": proposal.kind, "text": found["text"], "extractor": proposal.run.extractor},
    )


# ---- A claim to change -----------------------------------------------------------------------------


def _change(proposal: ExtractionProposal, *, by: User, expected_version: int | None) -> None:
    before, found = proposal.before, proposal.found
    assert proposal.appearance and before is not None and found is not None, "the database sees to it"
    case = lock_case(claim_id=proposal.appearance.claim_id, expected_version=expected_version)
    appearance = readings.with_all(Appearance.objects.filter(pk=proposal.appearance.pk)).get()
    now = readings.as_it_stands(appearance)
    wanted = readings.differences(before, found)
    _require_unchanged(case, before, now, [field for field in wanted if _differ(now, found, field)])
    todo = [field for field in wanted if _differ(now, found, field)]
    if not todo:
        return  # another proposal, or a person, has done it already
    _require_free(case, by=by)
    _require_unjudged(case, appearance, todo)
    changed = apply_reading(appearance, case, found, todo)
    columns = {**measured(readings.as_claim(found)), "run": proposal.run}
    for column, value in columns.items():
        setattr(appearance, column, value)
    appearance.save(update_fields=list(columns))
    bump(case, **changed)
    record_event(
        by=by,
        verb="accept_proposal",
        target=proposal,
        claim=case.claim,
        before={field: now[field] for field in todo} | ({"text": now["text"]} if "content" in todo else {}),
        after={field: found[field] for field in todo}
        | ({"text": found["text"]} if "content" in todo else {})
        | {
            "kind": proposal.kind,
            "changes": todo,
            "extractor": proposal.run.extractor,
            "version": case.version,
        },
    )
    if case.state == State.NEW and changed.get("checkable"):
        move_case(case, "queue", by=by)


def _differ(one: Reading, other: Reading, field: str) -> bool:
    return bool(readings.seen(one, field) != readings.seen(other, field))


def _require_unchanged(case: ClaimState, before: Reading, now: Reading, fields: list[str]) -> None:
    """Raises Conflict `changed_since` if any of `fields` is not any more what the proposal was made from."""
    if since := [field for field in fields if _differ(before, now, field)]:
        raise Conflict(
            "changed_since",
            f"Somebody changed this claim's {_listed(since)} since this was proposed, and that stays: reject the proposal.",
            current=case_as_data(case),
            fields=since,
        )


def _require_free(case: ClaimState, *, by: User) -> None:
    """Raises Conflict `taken` while another reviewer is at work on the claim."""
    assignment = open_assignment(claim_id=case.pk)
    if assignment and assignment.reviewer_id != by.pk:
        raise taken_by_another(assignment)


def _require_unjudged(case: ClaimState, appearance: Appearance, todo: list[str]) -> None:
    """Raises Conflict `judged` if what people decided rests on what would change.

    Whether it is so rests on the claim's words, and so do evidence and a dismissal; whether they said it rests on how
    the appearance ascribes them. Words and speaker are the claim's, wherever it appears.
    """
    rests = []
    if {"content", "checkable"} & set(todo):
        if Review.objects.filter(claim=case.pk, kind=ReviewKind.VERACITY).exists():
            rests.append("a verdict on whether it is so")
        if case.state == State.DISMISSED:
            rests.append("the desk's decision to dismiss it")
    if "content" in todo and EvidenceLink.objects.filter(claim=case.pk, withdrawn_at=None).exists():
        rests.append("evidence")
    if set(todo) - {"checkable"}:
        judged = Review.objects.filter(claim=case.pk, appearance__isnull=False)
        if not {"content", "speaker"} & set(todo):
            judged = judged.filter(appearance=appearance)
        # A verdict on an earlier text's appearance stands for this one.
        if appearance.attribution or judged.exists():
            rests.append("a verdict on whether they said it")
    if rests:
        raise _judged(case, rests, todo)


def _judged(case: ClaimState, rests: list[str], fields: list[str]) -> Conflict:
    what = f"this claim's present {_listed(fields)}" if fields else "this claim"
    return Conflict(
        "judged",
        f"{' and '.join(rests).capitalize()} rest{'s' if len(rests) == 1 else ''} on {what}: reject the proposal.",
        current=case_as_data(case),
        fields=fields,
    )


def _listed(fields: list[str]) -> str:
    words = [IN_WORDS[field] for field in fields]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


# ---- A claim to take out ---------------------------------------------------------------------------


def _remove(proposal: ExtractionProposal, *, by: User, expected_version: int | None) -> None:
    """Takes the appearance out of the text; a claim that appears nowhere else is dismissed instead, as wrongly extracted."""
    before = proposal.before
    assert proposal.appearance and before is not None, "the database sees to it"
    case = lock_case(claim_id=proposal.appearance.claim_id, expected_version=expected_version)
    appearance = readings.with_all(Appearance.objects.filter(pk=proposal.appearance.pk)).get()
    now = readings.as_it_stands(appearance)
    _require_unchanged(case, before, now, readings.differences(before, now))
    _require_free(case, by=by)
    others = (
        Appearance.objects.filter(claim=case.pk)
        .exclude(pk=appearance.pk)
        .select_related("version__article__outlet")
    )
    if Review.objects.filter(appearance=appearance).exists():
        raise _judged(case, ["a verdict on whether they said it"], [])
    if first := others.order_by("pk").first():
        appearance.delete()
        bump(case, form=first.form, outlet=first.version.article.outlet)
    elif case.state != State.DISMISSED:
        _require_undecided(case)
        dismiss_claim(
            by=by,
            claim_id=case.pk,
            reason=DismissReason.EXTRACTION_ERROR,
            note=f"{proposal.run.extractor} does not find it in this text.",
        )
        case.refresh_from_db(fields=["state", "version"])
    record_event(
        by=by,
        verb="accept_proposal",
        target=proposal,
        claim=case.claim,
        before={"text": now["text"], "content": now["content"]},
        after={"kind": proposal.kind, "extractor": proposal.run.extractor, "version": case.version},
    )


def _require_undecided(case: ClaimState) -> None:
    judged = Review.objects.filter(claim=case.pk, kind=ReviewKind.VERACITY).exists()
    rests = ["a verdict on whether it is so"] if judged else []
    if EvidenceLink.objects.filter(claim=case.pk, withdrawn_at=None).exists():
        rests.append("evidence")
    if HopCheck.objects.filter(appearance__claim=case.pk).exists():
        rests.append("a check of its chain")
    if rests:
        raise _judged(case, rests, [])
