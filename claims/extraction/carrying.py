"""A chain once stated holds for what the same speaker says beside it."""

from dataclasses import dataclass

from .outlets import identity
from .types import Hop

CARRIED = 0.8  # of a hop's confidence is left where the text does not repeat it


@dataclass(frozen=True, slots=True)
class Stated:
    """What one claim's own sentence says of its chain; `resumes` when a document already met speaks on,
    `same_vehicle` when it says "in the interview" of one told of before.
    """

    speaker: str
    hops: tuple[Hop, ...] = ()
    resumes: bool = False
    same_vehicle: bool = False


def carry_over(entries: list[Stated]) -> list[tuple[Hop, ...]]:
    """Carry stated chains over one speaker's other statements; entries in text order.

    A chain once stated holds for what the same speaker says later, until another is stated, and for what
    came before the first. Hops carried over have no spans of their own.
    """
    result = [entry.hops for entry in entries]
    current: dict[str, tuple[Hop, ...]] = {}
    waiting: dict[str, list[int]] = {}
    for i, entry in enumerate(entries):
        if not entry.speaker:
            continue
        known = current.get(entry.speaker)
        if known and entry.same_vehicle:
            result[i] = without_spans(known)
            continue
        if (
            entry.resumes
            and known
            and identity(known[0].name) == identity(entry.hops[0].name if entry.hops else "")
        ):
            result[i] = (*entry.hops, *without_spans(known[len(entry.hops) :]))
        elif entry.hops:
            current[entry.speaker] = entry.hops
            for earlier in waiting.pop(entry.speaker, []):
                result[earlier] = without_spans(entry.hops)
        elif known:
            result[i] = without_spans(known)
        else:
            waiting.setdefault(entry.speaker, []).append(i)
    return result


def without_spans(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    return tuple(
        Hop(hop.name, hop.role, confidence=round(hop.confidence * CARRIED, 3), decided_by="carried-on")
        for hop in hops
    )
