"""Right of reply: the log of whom the desk asked about a claim, and what they answered."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from claims import permissions
from claims.choices import NoticeKind, ReplyChannel, State
from claims.models import ClaimState, Reply, with_merged
from claims.services.audit import record_event
from claims.services.cases import bump, lock_case
from claims.services.curating import hold_claim, resume_claim
from claims.services.notices import OF_WAITING_REPLY, tell, withdraw
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

ASKED_CHARACTERS = 300


@transaction.atomic
def ask_reply(
    *,
    by: User,
    claim_id: int,
    asked: str,
    channel: str,
    question: str = "",
    asked_at: datetime | None = None,
    deadline: datetime | None = None,
    hold: bool = False,
    expected_version: int | None = None,
) -> Reply:
    """Enters whom the desk asked, and how; with `hold`, the claim waits until the deadline or the answer.

    Raises Refused, Missing, Conflict (`stale`, `taken`), DomainError (`nobody_asked`, `unknown_channel`, `not_yet`,
    `deadline_past`, `deadline_missing`, `illegal_move`).
    """
    permissions.require(by, "ask_reply")
    asked, now = " ".join(asked.split()), timezone.now()
    if not asked or len(asked) > ASKED_CHARACTERS:
        raise DomainError("nobody_asked", f"Say whom you asked, in {ASKED_CHARACTERS} characters at most.")
    if channel not in ReplyChannel.values:
        raise DomainError("unknown_channel", f"Say how you asked: one of {', '.join(ReplyChannel.values)}.")
    asked_at = asked_at or now
    if asked_at > now:
        raise DomainError("not_yet", "Enter it once they were asked: that day is still to come.")
    if deadline is not None and deadline <= asked_at:
        raise DomainError("deadline_past", "The deadline is before they were asked: give a later day.")
    if hold and deadline is None:
        raise DomainError("deadline_missing", "Say until when the claim waits for the answer.")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    reply = Reply.objects.create(
        claim_id=claim_id,
        asked=asked,
        channel=channel,
        question=question.strip(),
        asked_at=asked_at,
        asked_by=by,
        deadline=deadline,
        holds=hold,
    )
    bump(case)
    record_event(
        by=by,
        verb="ask_reply",
        target=reply,
        claim_id=claim_id,
        after={
            "asked": asked,
            "channel": channel,
            "question": reply.question,
            "asked_at": asked_at.isoformat(),
            "deadline": deadline and deadline.isoformat(),
            "version": case.version,
        },
    )
    if hold:
        hold_claim(by=by, claim_id=claim_id, reason=hold_reason(reply), until=deadline)
    return reply


@transaction.atomic
def enter_answer(
    *,
    by: User,
    claim_id: int,
    reply_id: int,
    answer: str,
    answered_at: datetime | None = None,
    expected_version: int | None = None,
) -> Reply:
    """Enters what they answered; a claim that waited for it alone is taken off hold.

    Raises Refused, Missing, Conflict `stale`, DomainError (`no_answer`, `answered`, `before_asked`, `not_yet`).
    """
    permissions.require(by, "ask_reply")
    if not answer.strip():
        raise DomainError("no_answer", "Enter what they answered; that they declined to is an answer too.")
    case = lock_case(claim_id=claim_id, expected_version=expected_version)
    reply = Reply.objects.filter(with_merged(claim_id), pk=reply_id).first()
    if reply is None:
        raise Missing("reply_not_found", "Nobody was asked so about this claim: reload the page.")
    if reply.answered_at is not None:
        raise DomainError(
            "answered",
            f"The answer of {reply.asked} is entered already: what came later goes into a comment.",
        )
    answered_at = answered_at or timezone.now()
    if answered_at < reply.asked_at:
        raise DomainError(
            "before_asked", "They cannot have answered before they were asked: give a later day."
        )
    if answered_at > timezone.now():
        raise DomainError("not_yet", "Enter it once they have answered: that day is still to come.")
    reply.answer, reply.answered_at, reply.entered_by = answer.strip(), answered_at, by
    reply.save(update_fields=["answer", "answered_at", "entered_by"])
    bump(case)
    record_event(
        by=by,
        verb="enter_answer",
        target=reply,
        claim_id=claim_id,
        after={
            "asked": reply.asked,
            "answer": reply.answer,
            "answered_at": answered_at.isoformat(),
            "version": case.version,
        },
    )
    withdraw(*OF_WAITING_REPLY, claim_id=reply.claim_id, reply=reply)
    tell(
        [reply.asked_by_id],
        NoticeKind.REPLY_ENTERED,
        claim_id=claim_id,
        key=f"reply:{reply.pk}",
        by=by,
        reply=reply,
    )
    if _waited_for(reply, case):
        resume_claim(by=by, claim_id=claim_id)
    return reply


def hold_reason(reply: Reply) -> str:
    return f"Waiting for the reply of {reply.asked}."


def _waited_for(reply: Reply, case: ClaimState) -> bool:
    """Whether the claim is on hold for this reply, and for no other that is still to come."""
    if not reply.holds or case.state != State.ON_HOLD or case.hold_reason != hold_reason(reply):
        return False
    others = Reply.objects.filter(
        with_merged(case.pk), holds=True, answered_at=None, deadline__gt=timezone.now()
    )
    return not others.exists()
