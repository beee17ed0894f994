"""Upkeep of the tallies: joining the rows that writers were spread over, and counting everything anew."""

from dataclasses import dataclass

from django.db import connection, transaction

from claims.tallying import LOCK, SHARD, SHARDS, TRUTH, Kept, drift, drop_nothings, fold, repair


@dataclass(frozen=True, slots=True)
class Drift:
    """A tally that is not what counting gives: its table and key, and what has to be added to it."""

    table: str
    key: tuple[object, ...]
    missing: tuple[int, ...]


def find_drift() -> list[Drift]:
    """Tallies that are not true, of all tables. Reads every claim: minutes with a million, and nobody waits for it."""
    found = []
    with connection.cursor() as cursor:
        for kept in TRUTH:
            cursor.execute(drift(kept))
            places = len(kept.keys)
            found += [Drift(kept.table, row[:places], row[places:]) for row in cursor.fetchall()]
    return found


def recount_tallies() -> int:
    """Adds to the tallies what they lack, while everybody goes on working. Returns how many were not true."""
    mended = 0
    for kept in TRUTH:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({LOCK}, {SHARD})")
            cursor.execute(repair(kept))
            mended += cursor.rowcount
    return mended


def fold_tallies() -> int:
    """Joins the shards of each count in one row, and drops those that are nothing. Returns how many rows went.

    A shard whose writers are at work just now waits for the next time.
    """
    return sum(_fold(kept, shard) for kept in TRUTH for shard in range(1, SHARDS))


@transaction.atomic
def _fold(kept: Kept, shard: int) -> int:
    with connection.cursor() as cursor:
        for one in (0, shard):  # never waited for: whoever has one may wait for the other
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, one])
            if cursor.fetchone() != (True,):
                return 0
        cursor.execute(fold(kept), [shard])
        joined = cursor.rowcount
        cursor.execute(drop_nothings(kept))
        return int(joined + cursor.rowcount)
