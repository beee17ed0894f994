"""Triggers that keep Tally true, whoever writes: page, API, admin, bulk statement or psql.

Dimensions and their keys:
  state            a State                    claims in that state
  veracity         a Veracity                 claims with that current verdict
  queued_on        YYYY-MM-DD (UTC)           claims in the queue since that day
  outlet           outlet id                  claims that first appeared there
  outlet_judged    outlet id                  those of them with a verdict
  speaker          speaker id                 claims of that speaker
  speaker_judged   speaker id                 those of them with a verdict
  claims_week      ISO week, 2026-W47 (UTC)   claims that came in
  reviews_week     ISO week                   judgements made

Two writers never wait for each other crosswise. The few keys that everybody writes are spread over shards by
connection, and a transaction has its shard to itself from its first write on: it writes them in several statements, in
any order. The other keys are written in key order, by one statement of a transaction.
"""

import pgtrigger

SHARDS = 8
_LOCK = 7_411  # the first half of the advisory locks' keys; the second is the shard
_SHARDED = "'state', 'veracity', 'queued_on', 'claims_week', 'reviews_week'"

_CASE_KEYS = """
    ('state', r.state),
    ('veracity', NULLIF(r.veracity, '')),
    ('queued_on', CASE WHEN r.state = 'queued' THEN to_char(r.entered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') END),
    ('outlet', r.outlet_id::text),
    ('outlet_judged', CASE WHEN r.veracity <> '' THEN r.outlet_id::text END),
    ('speaker', r.speaker_id::text),
    ('speaker_judged', CASE WHEN r.veracity <> '' THEN r.speaker_id::text END)
"""


def _week(dimension: str) -> str:
    return f"""('{dimension}', to_char(r.created_at AT TIME ZONE 'UTC', 'IYYY-"W"IW'))"""


def _tally(name: str, operation: pgtrigger.Operation, keys: str) -> pgtrigger.Trigger:
    new = "SELECT 1 AS delta, n.* FROM new_rows n"
    old = "SELECT -1 AS delta, o.* FROM old_rows o"
    rows, referencing = {
        pgtrigger.Insert: (new, pgtrigger.Referencing(new="new_rows")),
        pgtrigger.Delete: (old, pgtrigger.Referencing(old="old_rows")),
        pgtrigger.Update: (f"{new} UNION ALL {old}", pgtrigger.Referencing(new="new_rows", old="old_rows")),
    }[operation]
    shard = f"mod(pg_backend_pid(), {SHARDS})"
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"""
            PERFORM pg_advisory_xact_lock({_LOCK}, {shard});
            INSERT INTO claims_tally (dimension, key, shard, n)
            SELECT t.dimension, t.key,
                   CASE WHEN t.dimension IN ({_SHARDED}) THEN {shard} ELSE 0 END AS shard,
                   sum(r.delta)
              FROM ({rows}) r CROSS JOIN LATERAL (VALUES {keys}) AS t (dimension, key)
             WHERE t.key IS NOT NULL
             GROUP BY 1, 2, 3
            HAVING sum(r.delta) <> 0
             ORDER BY 1, 2, 3
                ON CONFLICT (dimension, key, shard) DO UPDATE SET n = claims_tally.n + EXCLUDED.n;
            RETURN NULL;
        """,
    )


CLAIM_STATE = [
    _tally("tally_state_insert", pgtrigger.Insert, _CASE_KEYS),
    _tally("tally_state_update", pgtrigger.Update, _CASE_KEYS),
    _tally("tally_state_delete", pgtrigger.Delete, _CASE_KEYS),
]
CLAIMS_PER_WEEK = _tally("tally_claims_week", pgtrigger.Insert, _week("claims_week"))
REVIEWS_PER_WEEK = _tally("tally_reviews_week", pgtrigger.Insert, _week("reviews_week"))
