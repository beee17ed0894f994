"""One door for every move, by the state it leads to: what the API's `transitions` and bulk actions call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from claims import workflow
from claims.models import ClaimState
from claims.services import assigning, curating, publishing, reviewing, seconding
from claims.services.reviewing import Judgement
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User


@dataclass(frozen=True, slots=True)
class Given:
    """What may be given with a move; each move asks for its own, and says which is missing."""

    reason: str = ""
    dismiss_reason: str = ""
    until: datetime | None = None
    duplicate_of: int | None = None
    evidence_exception: str = ""
    judgements: list[Judgement] = field(default_factory=list)


def transition(
    *,
    by: User,
    claim_id: int,
    expected_version: int,
    to: str = "",
    move: str = "",
    given: Given | None = None,
) -> ClaimState:
    """Makes the named move, or moves a claim to the state `to` by the one move that leads there from where it is.

    Raises as the move's own service does, and `illegal_move` where no move leads there.
    """
    given = given or Given()
    case = ClaimState.objects.filter(pk=claim_id).first()
    if case is None:
        raise Missing(
            "claim_not_found", f"There is no claim #{claim_id}: check the number, or look for it in the list."
        )
    name = move or workflow.move_to(case.state, to, held_from=case.held_from).name
    MAKERS[name](given, by=by, claim_id=claim_id, expected_version=expected_version)
    case.refresh_from_db()
    return case


def _cross_check(given: Given, **common: Any) -> object:
    if not given.judgements:
        raise DomainError(
            "verdict_missing",
            "A cross-check gives its own verdicts; whether the claim goes on or back follows from them.",
        )
    return seconding.cross_check(judgements=given.judgements, **common)


def _submit(given: Given, **common: Any) -> object:
    return reviewing.record_review(
        judgements=given.judgements, submit=True, evidence_exception=given.evidence_exception, **common
    )


def _dismiss(given: Given, **common: Any) -> object:
    return curating.dismiss_claim(reason=given.dismiss_reason, note=given.reason, **common)


def _take(_: Given, *, expected_version: int, **common: Any) -> object:
    return assigning.take_claim(**common)


def _release(_: Given, *, expected_version: int, **common: Any) -> object:
    return assigning.release_claim(**common)


MAKERS: dict[str, Callable[..., object]] = {
    "queue": lambda given, **common: curating.queue_claim(**common),
    "dismiss": _dismiss,
    "mark_duplicate": lambda given, **common: curating.mark_duplicate(of=given.duplicate_of, **common),
    "hold": lambda given, **common: curating.hold_claim(reason=given.reason, until=given.until, **common),
    "resume": lambda given, **common: curating.resume_claim(**common),
    "take": _take,
    "release": _release,
    "submit": _submit,
    "submit_unchecked": _submit,
    "agree": _cross_check,
    "differ": _cross_check,
    "approve": lambda given, **common: seconding.vote_claim(note=given.reason, **common),
    "send_back": lambda given, **common: seconding.send_back(reason=given.reason, **common),
    "publish": lambda given, **common: publishing.publish_claim(**common),
    "correct": lambda given, **common: publishing.open_correction(reason=given.reason, **common),
    "publish_correction": lambda given, **common: publishing.publish_correction(note=given.reason, **common),
    "retract": lambda given, **common: publishing.retract_claim(reason=given.reason, **common),
}
MOVE_NAMES = [(name, workflow.MOVES[name].label) for name in MAKERS]
