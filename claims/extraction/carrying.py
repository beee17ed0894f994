"""A chain once stated holds for what the same speaker says beside it."""

from dataclasses import dataclass

from .outlets import identity
from .types import Hop
from .vehicles import PLATFORMS

WORKS = frozenset({"book", "memoir", "documentary", "essay"})
POSTS = frozenset(PLATFORMS.values()) | {"post", "blog post", "text message"}
BRIEFLY = 4  # claims after which a post is no longer what is read from
FAR = 25
CARRIED = 0.8  # of a hop's confidence is left where the text does not repeat it


@dataclass(frozen=True, slots=True)
class Stated:
    """What one claim's own sentence says of its chain; `resumes` when a document already met speaks on,
    `same_vehicle` when it says "in the interview" of one told of before. `when`: the days it names. `writes`:
    its cue is of writing.
    """

    speaker: str
    hops: tuple[Hop, ...] = ()
    resumes: bool = False
    same_vehicle: bool = False
    when: frozenset[str] = frozenset()
    writes: bool = False


def carry_over(entries: list[Stated]) -> list[tuple[Hop, ...]]:
    """Carry stated chains over one speaker's other statements; entries in text order.

    A chain once stated holds for what the same speaker says later, until another is stated, and for what
    came before the first. Hops carried over have no spans of their own.
    """
    result = [entry.hops for entry in entries]
    current: dict[str, tuple[Hop, ...]] = {}
    days: dict[str, frozenset[str]] = {}
    waiting: dict[str, list[int]] = {}
    last: dict[str, int] = {}
    ended: set[str] = set()
    for i, entry in enumerate(entries):
        if not entry.speaker:
            continue
        known = current.get(entry.speaker)
        since = i - last.get(entry.speaker, i)
        last[entry.speaker] = i
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
            ended.discard(entry.speaker)
            days[entry.speaker] = entry.when
            for earlier in waiting.pop(entry.speaker, []):
                if not is_another_day(entries[earlier].when, entry.when):
                    result[earlier] = without_spans(entry.hops)
        elif known and ends_here(known, entry, days.get(entry.speaker, entry.when), since):
            del current[entry.speaker]
            ended.add(entry.speaker)
        elif known:
            result[i] = without_spans(known)
        elif entry.speaker not in ended:
            waiting.setdefault(entry.speaker, []).append(i)
    return result


def ends_here(known: tuple[Hop, ...], entry: Stated, when: frozenset[str], since: int) -> bool:
    """A chain ends at a different time, with a book that was quoted once, with a post of long ago."""
    name = known[0].name
    if name in WORKS and not entry.writes:
        return True
    return since > (BRIEFLY if name in POSTS and not entry.writes else FAR) or is_another_day(
        entry.when, when
    )


def is_another_day(when: frozenset[str], other: frozenset[str]) -> bool:
    return bool(when) and bool(other) and not when & other


def without_spans(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    return tuple(
        Hop(hop.name, hop.role, confidence=round(hop.confidence * CARRIED, 3), decided_by="carried-on")
        for hop in hops
    )
