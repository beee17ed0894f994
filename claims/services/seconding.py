"""The second pair of eyes: the blind cross-check, and the editors' votes."""

from functools import partial

from django.db import transaction

from claims import permissions, workflow
from claims.choices import NoticeKind, ReviewKind, ReviewStage
from claims.models import Appearance, Assignment, ClaimState, CrossCheck, Review, VerdictPair, Vote
from claims.services.assigning import lease_until
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case, move_case
from claims.services.guards import GUARDS, Answers, standing
from claims.services.notices import tell_of_event
from claims.services.reviewing import Judgement, let_stand, record_judgement
from factcheck.lib.errors import DomainError
from factcheck.models import User


@transaction.atomic
def cross_check(*, by: User, claim_id: int, expected_version: int, judgements: list[Judgement]) -> CrossCheck:
    """Records a second reviewer's own verdicts, given without seeing the author's, and compares them.

    The same verdicts: the claim goes on to the editors. Any other: it goes back to its author, with both rationales.
    Every question that the author answered has to be answered. Raises Refused, Missing, Conflict (`stale`, `taken`),
    DomainError (`own_verdict`, `verdict_missing`, `unknown_verdict`, `illegal_move`).
    """
    permissions.require(by, "review")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    workflow.require_move("agree", case.state)
    GUARDS["not_the_author"](case, by, Answers())
    GUARDS["free"](case, by, Answers())
    answered = {(review.kind, review.appearance_id): review for review in standing(claim_id)}
    given = {(judgement.kind.value, judgement.appearance_id): judgement for judgement in judgements}
    if missing := [key for key in answered if key not in given]:
        kinds = sorted({ReviewKind(kind) for kind, _ in missing})
        raise DomainError(
            "verdict_missing",
            f"Answer {' and '.join(f'“{kind.label}”' for kind in kinds)} too: the author did.",
            missing=[{"kind": kind, "appearance": appearance} for kind, appearance in missing],
        )
    checks: dict[tuple[str, int | None], Review] = {}
    for key, judgement in given.items():
        review = record_judgement(case, judgement, by=by, stage=ReviewStage.CROSS_CHECK)
        assert review is not None, "a cross-check is recorded even when it repeats an earlier one"
        checks[key] = review
    agreed = all(review.verdict == checks[key].verdict for key, review in answered.items())
    author_id = case.author_id
    assert author_id is not None, "the database holds that what is in cross-check has an author"
    check = CrossCheck.objects.create(
        claim_id=claim_id, round=case.round, author_id=author_id, checker=by, agreed=agreed
    )
    VerdictPair.objects.bulk_create(
        VerdictPair(cross_check=check, kind=review.kind, author_review=review, checker_review=checks[key])
        for key, review in answered.items()
    )
    if agreed:
        move_case(case, "agree", by=by, verdict=partial(let_stand, case))
    else:
        event = move_case(case, "differ", by=by)
        _give_to_author(case)
        tell_of_event([author_id], NoticeKind.SENT_BACK, event)
    return check


@transaction.atomic
def vote_claim(*, by: User, claim_id: int, expected_version: int | None = None, note: str = "") -> ClaimState:
    """An editor's yes; with as many as the desk's quorum the claim is approved.

    Raises Refused, Missing, Conflict `stale`, DomainError (`own_verdict`, `already_voted`, `evidence_missing`,
    `illegal_move`).
    """
    permissions.require(by, "approve")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    workflow.require_move("approve", case.state)
    answers = Answers(reason=note)
    GUARDS["not_the_author"](case, by, answers)
    if Vote.objects.filter(claim_id=claim_id, round=case.round, editor=by, undone_at=None).exists():
        raise DomainError(
            "already_voted", "You have approved this claim already; other editors have to, too."
        )
    vote = Vote.objects.create(claim_id=claim_id, round=case.round, editor=by, note=note)
    votes = Vote.objects.filter(claim_id=claim_id, round=case.round, undone_at=None).count()
    if votes >= answers.desk.quorum:
        move_case(case, "approve", by=by, answers=answers)
    else:
        bump(case)
        record_event(
            by=by,
            verb="vote",
            target=vote,
            claim_id=claim_id,
            after={"votes": votes, "quorum": answers.desk.quorum, "version": case.version},
            reason=note,
        )
    return case


@transaction.atomic
def send_back(*, by: User, claim_id: int, reason: str, expected_version: int | None = None) -> ClaimState:
    """An editor's no: back to the author, with the reason; the verdict is not the desk's any more.

    Raises Refused, Missing, Conflict `stale`, DomainError (`reason_missing`, `illegal_move`).
    """
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    event = move_case(
        case, "send_back", by=by, answers=Answers(reason=reason), verdict=partial(_no_verdict, case)
    )
    _give_to_author(case)
    tell_of_event([case.author_id], NoticeKind.SENT_BACK, event, note=reason)
    return case


def _no_verdict(case: ClaimState) -> dict[str, object]:
    judged = Appearance.objects.filter(claim_id=case.pk).exclude(attribution="")
    replaced = {str(pk): attribution for pk, attribution in judged.values_list("pk", "attribution")}
    judged.update(attribution="")
    return {"veracity": "", "attributions": replaced}


def _give_to_author(case: ClaimState) -> None:
    """A claim that is sent back is its author's again, for as long as a lease lasts; then anybody's."""
    if case.author_id is not None:
        Assignment.objects.create(claim_id=case.pk, reviewer_id=case.author_id, leased_until=lease_until())
