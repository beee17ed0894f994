"""What has to be so before a move is made. The transition table names these; each raises a sentence that says what is missing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from claims.choices import Form, ReviewKind, ReviewStage, State
from claims.models import Appearance, Assignment, ClaimState, DeskSettings, EvidenceLink, Review, Vote
from claims.wordchanges import WordChange, changed_since, history_of_words
from factcheck.lib.errors import Conflict, DomainError, Missing
from factcheck.models import User


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody gave with a move. `reason` also stands for a note to readers, where the move publishes."""

    reason: str = ""
    evidence_exception: str = ""
    until: datetime | None = None
    duplicate_of: int | None = None
    desk: DeskSettings = field(default_factory=DeskSettings.current)


def open_assignment(*, claim_id: int) -> Assignment | None:
    return Assignment.objects.select_related("reviewer").filter(claim_id=claim_id, ended_at=None).first()


def standing(claim_id: int, stage: ReviewStage = ReviewStage.AUTHOR) -> list[Review]:
    """The judgements of this stage that nobody superseded."""
    reviews = Review.objects.filter(claim_id=claim_id, stage=stage, superseded_by=None)
    return list(reviews.select_related("reviewer", "appearance").order_by("pk"))


def change_since(case: ClaimState, review: Review) -> WordChange | None:
    """How people at the desk changed the claim since this judgement; None where it still says what was judged."""
    return changed_since(case.claim, review.created_at, history_of_words(case.pk, review.created_at))


def _holder(case: ClaimState, by: User, _: Answers) -> None:
    assignment = open_assignment(claim_id=case.pk)
    if assignment is None or assignment.reviewer_id != by.pk:
        raise DomainError("not_yours", "You do not have this claim: take it first.")


def _free(case: ClaimState, by: User, _: Answers) -> None:
    assignment = open_assignment(claim_id=case.pk)
    if assignment and assignment.reviewer_id != by.pk:
        raise taken_by_another(assignment)


def _reason(_case: ClaimState, _by: User, answers: Answers) -> None:
    if not answers.reason.strip():
        raise DomainError("reason_missing", "Say why: the reason is kept with the claim.")


def _another_claim(case: ClaimState, _by: User, answers: Answers) -> None:
    if answers.duplicate_of is None:
        raise DomainError("original_missing", "Say of which claim this one is a duplicate: give its number.")
    if answers.duplicate_of == case.pk:
        raise DomainError(
            "its_own_duplicate", "A claim cannot be a duplicate of itself: give another number."
        )
    original = ClaimState.objects.filter(pk=answers.duplicate_of).first()
    if original is None:
        raise Missing("original_not_found", f"There is no claim #{answers.duplicate_of}: check the number.")
    if original.state == State.DUPLICATE:
        raise DomainError(
            "original_is_duplicate",
            f"#{original.pk} is itself a duplicate, of #{original.duplicate_of_id}: give that number.",
        )
    if ClaimState.objects.filter(duplicate_of=case.pk).exists():
        raise DomainError(
            "has_duplicates", "Other claims are marked as duplicates of this one: mark them anew first."
        )


def _verdicts(case: ClaimState, _by: User, _: Answers) -> None:
    reviews = standing(case.pk)
    given = {review.kind for review in reviews}
    missing = [] if ReviewKind.VERACITY in given else [ReviewKind.VERACITY]
    quoted = Appearance.objects.filter(claim_id=case.pk).exclude(form=Form.OWN_VOICE)
    if ReviewKind.ATTRIBUTION not in given and quoted.exists():
        missing.append(ReviewKind.ATTRIBUTION)
    if missing:
        questions = " and ".join(f"“{kind.label}”" for kind in missing)
        raise DomainError(
            "verdict_missing",
            f"Answer {questions} before you submit.",
            missing=[kind.value for kind in missing],
        )
    outdated = {
        ReviewKind(review.kind): change for review in reviews if (change := change_since(case, review))
    }
    if outdated:
        questions = " and ".join(f"“{kind.label}”" for kind in sorted(outdated, reverse=True))
        change = max(outdated.values(), key=lambda one: one.at)
        raise DomainError(
            "verdict_outdated",
            f"{change.by} changed the claim's {'words' if change.words else 'speaker'} after {questions} was answered: "
            "look at the change, and give the verdict again.",
            outdated=[kind.value for kind in outdated],
        )


def _evidence(case: ClaimState, _by: User, answers: Answers) -> None:
    wanted = answers.desk.min_evidence
    linked = EvidenceLink.objects.filter(claim_id=case.pk, withdrawn_at=None).count()
    if linked >= wanted or answers.evidence_exception.strip() or case.evidence_exception:
        return
    pieces = "piece" if wanted == 1 else "pieces"
    raise DomainError(
        "evidence_missing",
        f"This desk asks for {wanted} {pieces} of evidence and {linked or 'none'} "
        f"{'is' if linked < 2 else 'are'} linked: link more, or say why fewer will do.",
        wanted=wanted,
        linked=linked,
    )


def _cross_check_wanted(_case: ClaimState, _by: User, answers: Answers) -> None:
    if not answers.desk.cross_check:
        raise DomainError("no_cross_check", "This desk works without a cross-check: submit it for approval.")


def _no_cross_check_wanted(_case: ClaimState, _by: User, answers: Answers) -> None:
    if answers.desk.cross_check:
        raise DomainError(
            "cross_check_first", "This desk cross-checks every claim: submit it for its cross-check."
        )


def _not_the_author(case: ClaimState, by: User, _: Answers) -> None:
    if case.author_id == by.pk:
        raise DomainError(
            "own_verdict", "This is your own verdict: somebody else has to look at it. Ask a colleague."
        )


def _quorum(case: ClaimState, _by: User, answers: Answers) -> None:
    votes = Vote.objects.filter(claim_id=case.pk, round=case.round, undone_at=None).count()
    if votes < answers.desk.quorum:
        left = answers.desk.quorum - votes
        raise DomainError(
            "quorum_missing",
            f"{left} more editor{'s have' if left > 1 else ' has'} to approve this claim.",
            left=left,
        )


Guard = Callable[[ClaimState, User, Answers], None]

GUARDS: dict[str, Guard] = {
    "holder": _holder,
    "free": _free,
    "reason": _reason,
    "another_claim": _another_claim,
    "verdicts": _verdicts,
    "evidence": _evidence,
    "cross_check_wanted": _cross_check_wanted,
    "no_cross_check_wanted": _no_cross_check_wanted,
    "not_the_author": _not_the_author,
    "quorum": _quorum,
}


def taken_by_another(assignment: Assignment) -> Conflict:
    until = timezone.localtime(assignment.leased_until)
    return Conflict(
        "taken",
        f"{assignment.reviewer} has this claim until {until:%H:%M}. Nothing of yours is lost: ask them, or take the next one.",
    )
