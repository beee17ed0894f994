"""Whether a claim is still what somebody judged: its words and its speaker, then and now. Reads the history.

What an article changed by itself is claims.changes' matter; here it is people at the desk who changed the claim.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.models import AuditEvent, Claim

# The events that change a claim's words or speaker, and tell in `before` what they were.
VERBS = ("edit", "split", "accept_proposal", "undo")


@dataclass(frozen=True, slots=True)
class WordChange:
    """What became of a claim since it was judged; an empty pair where it is as it was. `by` made the latest change."""

    by: str
    at: datetime
    words: tuple[str, str] | None
    speaker: tuple[str, str] | None


def history_of_words(claim_id: int, since: datetime) -> list[AuditEvent]:
    events = AuditEvent.objects.filter(claim_id=claim_id, verb__in=VERBS, at__gt=since)
    return list(events.select_related("actor").order_by("pk"))


def changed_since(claim: Claim, judged_at: datetime, events: Iterable[AuditEvent]) -> WordChange | None:
    """None where the claim says what it said when it was judged, as by the same person. `events`: the oldest first."""
    later = [
        one
        for one in events
        if one.verb in VERBS and one.at > judged_at and ("text" in one.before or "speaker" in one.before)
    ]
    words = next((str(one.before["text"]) for one in later if "text" in one.before), claim.text)
    now = claim.speaker.name if claim.speaker else ""
    speaker = next((_name(one.before["speaker"]) for one in later if "speaker" in one.before), now)
    if not later or (words, speaker) == (claim.text, now):
        return None
    return WordChange(
        by=str(later[-1].actor or "The workbench"),
        at=later[-1].at,
        words=(words, claim.text) if words != claim.text else None,
        speaker=(speaker, now) if speaker != now else None,
    )


def _name(speaker: dict[str, Any] | None) -> str:
    return str(speaker["name"]) if speaker else ""
