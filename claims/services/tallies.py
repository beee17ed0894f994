"""Upkeep of the tallies: joining the rows that writers were spread over, and counting everything anew."""

from dataclasses import dataclass

from django.db import connection, transaction

from claims.tallying import LOCK, PAIRS, SHARD, SHARDS, STAYS, TALLY, TRUTH, UNSPREAD, VERDICTS, Kept, drift, repair


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
    return sum(_fold(kept, shard) for kept in (TALLY, STAYS, VERDICTS, PAIRS) for shard in range(1, SHARDS))


@transaction.atomic
def _fold(kept: Kept, shard: int) -> int:
    with connection.cursor() as cursor:
        for one in (0, shard):  # never waited for: whoever has one may wait for the other
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, one])
            if cursor.fetchone() != (True,):
                return 0
        keys, sums = ", ".join(kept.keys), ", ".join(kept.sums)
        on_top = ", ".join(f"{name} = {kept.table}.{name} + EXCLUDED.{name}" for name in kept.sums)
        cursor.execute(
            f"""WITH gone AS (DELETE FROM {kept.table} WHERE shard = %s RETURNING {keys}, {sums})
                INSERT INTO {kept.table} ({keys}, shard, {sums}) SELECT {keys}, 0, {sums} FROM gone
                    ON CONFLICT ({keys}, shard) DO UPDATE SET {on_top}""",
            [shard],
        )
        joined = cursor.rowcount
        nothing = " AND ".join(f"{name} = 0" for name in kept.sums)
        # Rows of a key that is not spread belong to no shard.
        spread = "AND dimension <> ALL(%s)" if kept is TALLY else ""
        given = [list(UNSPREAD)] if spread else []
        cursor.execute(f"DELETE FROM {kept.table} WHERE shard = 0 AND {nothing} {spread}", given)
        return joined + cursor.rowcount
