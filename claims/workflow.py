"""The one transition table: which move leads from which states to which, who may make it, and what has to be so first.

Page, API, admin and commands all go by it. What a guard asks for is in claims.services.guards.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from claims.choices import LeaseEnd, State
from factcheck.lib.errors import DomainError


@dataclass(frozen=True, slots=True)
class Move:
    """One way from state to state. `to` None: back to where the claim was held from.

    `guards` are names of claims.services.guards, asked in this order. `ends_lease`: how the lease on the claim ends,
    if somebody has one.
    """

    name: str
    label: str
    sources: frozenset[State]
    to: State | None
    permission: str  # a key of claims.permissions.MAY
    guards: tuple[str, ...] = ()
    ends_lease: LeaseEnd | None = None


def _move(
    name: str,
    label: str,
    sources: Iterable[State],
    to: State | None,
    permission: str,
    *guards: str,
    ends_lease: LeaseEnd | None = None,
) -> Move:
    return Move(name, label, frozenset(sources), to, permission, guards, ends_lease)


_UNDECIDED = (State.NEW, State.QUEUED, State.IN_REVIEW)
_UNPUBLISHED = (*_UNDECIDED, State.IN_CROSS_CHECK, State.IN_VOTE, State.APPROVED)

MOVES = {
    move.name: move
    for move in [
        # Triage
        _move(
            "queue",
            "Put into the queue",
            [State.NEW, State.DISMISSED, State.DUPLICATE],
            State.QUEUED,
            "triage",
        ),
        _move(
            "dismiss",
            "Dismiss",
            _UNDECIDED,
            State.DISMISSED,
            "triage",
            "free",
            ends_lease=LeaseEnd.DISMISSED,
        ),
        _move(
            "mark_duplicate",
            "Mark as a duplicate",
            _UNDECIDED,
            State.DUPLICATE,
            "triage",
            "free",
            "another_claim",
            ends_lease=LeaseEnd.DUPLICATE,
        ),
        _move(
            "hold",
            "Put on hold",
            _UNPUBLISHED,
            State.ON_HOLD,
            "triage",
            "free",
            "reason",
            ends_lease=LeaseEnd.HELD,
        ),
        _move("resume", "Take off hold", [State.ON_HOLD], None, "triage"),
        # Review
        _move("take", "Take for review", [State.QUEUED], State.IN_REVIEW, "take"),
        _move(
            "release",
            "Put back",
            [State.IN_REVIEW],
            State.QUEUED,
            "take",
            "holder",
            ends_lease=LeaseEnd.RELEASED,
        ),
        _move(
            "submit",
            "Submit for cross-check",
            [State.IN_REVIEW],
            State.IN_CROSS_CHECK,
            "review",
            "holder",
            "verdicts",
            "evidence",
            "cross_check_wanted",
            ends_lease=LeaseEnd.SUBMITTED,
        ),
        _move(
            "submit_unchecked",
            "Submit for approval",
            [State.IN_REVIEW],
            State.IN_VOTE,
            "review",
            "holder",
            "verdicts",
            "evidence",
            "no_cross_check_wanted",
            ends_lease=LeaseEnd.SUBMITTED,
        ),
        # The second pair of eyes, and the editors
        _move(
            "agree",
            "Confirm in cross-check",
            [State.IN_CROSS_CHECK],
            State.IN_VOTE,
            "review",
            "not_the_author",
            "free",
            ends_lease=LeaseEnd.CHECKED,
        ),
        _move(
            "differ",
            "Send back: the cross-check differs",
            [State.IN_CROSS_CHECK],
            State.IN_REVIEW,
            "review",
            "not_the_author",
            "free",
            ends_lease=LeaseEnd.CHECKED,
        ),
        _move(
            "approve",
            "Approve",
            [State.IN_VOTE],
            State.APPROVED,
            "approve",
            "not_the_author",
            "evidence",
            "quorum",
        ),
        _move(
            "send_back",
            "Send back to review",
            [State.IN_VOTE, State.APPROVED],
            State.IN_REVIEW,
            "approve",
            "reason",
        ),
        # What readers see
        _move("publish", "Publish", [State.APPROVED], State.PUBLISHED, "publish"),
        _move("correct", "Correct", [State.PUBLISHED], State.CORRECTING, "publish", "reason"),
        _move(
            "publish_correction",
            "Publish the correction",
            [State.CORRECTING],
            State.PUBLISHED,
            "publish",
            "reason",
            "verdicts",
        ),
        _move(
            "retract", "Retract", [State.PUBLISHED, State.CORRECTING], State.RETRACTED, "publish", "reason"
        ),
    ]
}


def require_move(name: str, state: str) -> Move:
    """The move `name`, if it leads anywhere from `state`; else DomainError `illegal_move` saying what does."""
    move = MOVES[name]
    if state not in move.sources:
        possible = ", ".join(sorted(source.label.lower() for source in move.sources))
        raise DomainError(
            "illegal_move",
            f"This claim is {State(state).label.lower()}; “{move.label.lower()}” is for claims that are {possible}.",
        )
    return move


def reachable_states() -> frozenset[State]:
    """The states that some move leads to or from."""
    return frozenset(
        state for move in MOVES.values() for state in {*move.sources, *([move.to] if move.to else [])}
    )


def moves_from(state: str) -> list[Move]:
    return [move for move in MOVES.values() if state in move.sources]


def move_to(state: str, to: str, *, held_from: str = "") -> Move:
    """The one move from `state` to `to`. Raises DomainError `illegal_move`, saying where it can go from here."""
    moves = {(move.to.value if move.to else held_from): move for move in moves_from(state)}
    if to not in moves:
        possible = ", ".join(sorted(State(one).label.lower() for one in moves)) or "nothing"
        raise DomainError(
            "illegal_move",
            f"A claim that is {State(state).label.lower()} cannot become “{to}”; from here it can become: {possible}.",
        )
    return moves[to]
