"""Whether the audit history is whole: every event in its place, unchanged, and none missing at the end."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from claims.models.audit import CHAIN, HASH

_BROKEN = f"""
    SELECT e.id, e.chain, e.number,
           CASE WHEN e.chain <> {CHAIN.format(row="e")} THEN 'belongs to another chain'
                WHEN e.number <> e.place THEN 'does not follow on the one before it: an event was taken out or put in'
                ELSE 'is not what was written' END AS problem
      FROM (SELECT *, row_number() OVER (PARTITION BY chain ORDER BY number) AS place,
                   COALESCE(lag(hash) OVER (PARTITION BY chain ORDER BY number), '') AS hash_before
              FROM claims_auditevent) e
     WHERE e.chain <> {CHAIN.format(row="e")} OR e.number <> e.place
        OR e.hash <> {HASH.format(row="e", before="e.hash_before")}
     ORDER BY e.id
"""  # noqa: S608 - no value from outside
# Every write to a case counts its version up, and its event says so.
_CUT_SHORT = """
    SELECT c.claim_id, c.version, COALESCE(max((e.after->>'version')::int), 1)
      FROM claims_claimstate c LEFT JOIN claims_auditevent e ON e.claim_id = c.claim_id AND e.after ? 'version'
     GROUP BY c.claim_id, c.version
    HAVING c.version <> COALESCE(max((e.after->>'version')::int), 1)
     ORDER BY c.claim_id
"""
_ENDS = "SELECT DISTINCT ON (chain) chain, number, hash FROM claims_auditevent ORDER BY chain, number DESC"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a sentence; `event` is None where events are missing."""

    sentence: str
    event: int | None = None


def audit_problems() -> Iterator[Problem]:
    """What does not hold, event by event and then claim by claim; nothing for a history that is whole."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        for event, chain, number, problem in cursor.fetchall():
            yield Problem(f"Event {event} ({chain}, number {number}) {problem}.", event)
        cursor.execute(_CUT_SHORT)
        for claim, version, told in cursor.fetchall():
            yield Problem(
                f"Claim {claim} is at version {version}, but its history ends at {told}: its newest events are gone, "
                "or it was changed past the workbench."
            )


def audit_digest() -> tuple[int, int, str]:
    """How many events in how many chains, and a digest over the chains' ends, to be kept elsewhere and compared."""
    digest, events, chains = hashlib.sha256(), 0, 0
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        for chain, number, end in cursor:
            digest.update(f"{chain} {number} {end}\n".encode())
            chains += 1
            events += number
    return events, chains, digest.hexdigest()
