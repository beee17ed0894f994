"""The one transition table: which move leads from which states to which, and who may make it."""

from dataclasses import dataclass

from claims.choices import State
from factcheck.lib.errors import DomainError


@dataclass(frozen=True, slots=True)
class Move:
    name: str
    label: str
    sources: frozenset[State]
    to: State
    permission: str  # a key of claims.permissions.MAY


def _move(name: str, label: str, sources: list[State], to: State, permission: str) -> Move:
    return Move(name, label, frozenset(sources), to, permission)


MOVES = {
    move.name: move
    for move in [
        _move("queue", "Put into the queue", [State.NEW, State.DISMISSED], State.QUEUED, "triage"),
        _move("take", "Take for review", [State.QUEUED], State.IN_REVIEW, "take"),
        _move("release", "Put back", [State.IN_REVIEW], State.QUEUED, "take"),
        _move("submit", "Submit for cross-check", [State.IN_REVIEW], State.IN_CROSS_CHECK, "review"),
        _move("dismiss", "Dismiss", [State.NEW, State.QUEUED, State.IN_REVIEW], State.DISMISSED, "triage"),
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
    return frozenset(state for move in MOVES.values() for state in {*move.sources, move.to})


def moves_from(state: str) -> list[Move]:
    return [move for move in MOVES.values() if state in move.sources]
