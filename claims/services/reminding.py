"""Reminders: what time brings to an inbox. Each statement may run twice, and any number at once: a notice's key is unique.

What lies further back than LATE is history: a desk that was switched off for months is not told of all of it at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from claims.choices import DONE, NoticeKind
from claims.models import DeskSettings

AHEAD = timedelta(days=1)  # of a due date or a deadline
LATE = timedelta(days=30)
LEASE_AHEAD = timedelta(minutes=10)  # at most, and never more than a quarter of the desk's lease


@dataclass(frozen=True, slots=True)
class _Reminder:
    """`found`: a SELECT of recipient_id, claim_id, reply_id, moment, key. `instead_of`: the kind that it makes moot."""

    kind: NoticeKind
    found: str
    instead_of: NoticeKind | None = None


# Of a claim that is due: whoever has it; while nobody does, the author of its verdict; else whoever said that it is due.
_DUE = """
    SELECT COALESCE(held.reviewer_id, c.author_id, (
               SELECT e.actor_id FROM claims_auditevent e
                WHERE e.claim_id = c.claim_id AND e.verb = 'set_due' ORDER BY e.id DESC LIMIT 1)) AS recipient_id,
           c.claim_id, NULL::bigint AS reply_id, c.due_at AS moment,
           '{stage}:' || c.claim_id || ':' || extract(epoch FROM c.due_at)::bigint AS key
      FROM claims_claimstate c
      LEFT JOIN claims_assignment held ON held.claim_id = c.claim_id AND held.ended_at IS NULL
     WHERE c.due_at > %(after)s AND c.due_at <= %(until)s AND NOT (c.state IN ({done}))
"""
_REPLY = """
    SELECT r.asked_by_id AS recipient_id, r.claim_id, r.id AS reply_id, r.deadline AS moment,
           '{stage}:' || r.id AS key
      FROM claims_reply r
     WHERE r.answered_at IS NULL AND r.deadline > %(after)s AND r.deadline <= %(until)s
"""
_LEASE = """
    SELECT a.reviewer_id AS recipient_id, a.claim_id, NULL::bigint AS reply_id, a.leased_until AS moment,
           'lease:' || a.id || ':' || extract(epoch FROM a.leased_until)::bigint AS key
      FROM claims_assignment a
     WHERE a.ended_at IS NULL AND a.leased_until > %(after)s AND a.leased_until <= %(until)s
"""
_TELL = """
    WITH found AS ({found}), told AS (
        INSERT INTO claims_notice (recipient_id, kind, claim_id, reply_id, moment, key, at)
        SELECT f.recipient_id, %(kind)s, f.claim_id, f.reply_id, f.moment, f.key, now() FROM found f
         WHERE f.recipient_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM claims_notice n WHERE n.recipient_id = f.recipient_id AND n.key = f.key)
        ON CONFLICT DO NOTHING
        RETURNING recipient_id, claim_id, reply_id
    ), moot AS (
        DELETE FROM claims_notice n USING told
         WHERE n.claim_id = told.claim_id AND n.recipient_id = told.recipient_id
           AND n.reply_id IS NOT DISTINCT FROM told.reply_id AND n.kind = %(moot)s AND n.read_at IS NULL
    )
    SELECT count(*) FROM told
"""


def _due(stage: str) -> str:
    return _DUE.format(stage=stage, done=", ".join(f"'{state.value}'" for state in DONE))


_SOON = (
    _Reminder(NoticeKind.DUE_SOON, _due("due_soon")),
    _Reminder(NoticeKind.REPLY_DUE, _REPLY.format(stage="reply_due")),
)
_PAST = (
    _Reminder(NoticeKind.OVERDUE, _due("overdue"), NoticeKind.DUE_SOON),
    _Reminder(NoticeKind.REPLY_MISSING, _REPLY.format(stage="reply_missing"), NoticeKind.REPLY_DUE),
)
_ENDING = _Reminder(NoticeKind.LEASE_ENDING, _LEASE)


def remind() -> int:
    """Tells of due dates and deadlines a day before and when they have come, and of leases that end soon; returns how many."""
    now = timezone.now()
    lease_ahead = min(LEASE_AHEAD, timedelta(minutes=DeskSettings.current().lease_minutes) / 4)
    spans = [
        *((one, now, now + AHEAD) for one in _SOON),
        *((one, now - LATE, now) for one in _PAST),
        (_ENDING, now, now + lease_ahead),
    ]
    told = 0
    for reminder, after, until in spans:
        given: dict[str, datetime | str] = {
            "after": after,
            "until": until,
            "kind": reminder.kind.value,
            "moot": reminder.instead_of.value if reminder.instead_of else "",
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TELL.format(found=reminder.found), given)
            told += cursor.fetchone()[0]
    return told
