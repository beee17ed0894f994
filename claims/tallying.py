"""Triggers that keep the tallies true, whoever writes: page, API, admin, bulk statement or psql.

Four tables are kept so, each by fragments of SQL that say what a row counts for. The triggers run a fragment over the rows
that a statement wrote, and `manage.py recount_tallies` runs the same one over all rows there are.

Tally, dimensions and their keys (days are UTC):
  state            a State                    claims in that state
  veracity         a Veracity                 claims with that current verdict
  state_on         "queued 2026-11-27"        claims in that state since that day; of states that are not done
  outlet           outlet id                  claims that first appeared there
  outlet_own       outlet id                  those of them that it makes in its own voice
  outlet_judged    outlet id                  those of them with a verdict
  speaker          speaker id                 claims of that speaker
  speaker_judged   speaker id                 those of them with a verdict
  tag              tag id                     claims with that tag
  claims_day       YYYY-MM-DD                 claims that came in
  reviews_day      YYYY-MM-DD                 judgements made
  queue_in         YYYY-MM-DD                 times that a claim came into the queue
  queue_out        YYYY-MM-DD                 times that one left it
  judged_day       YYYY-MM-DD                 verdicts submitted
  published_day    YYYY-MM-DD                 verdicts published, corrections aside
  set_aside_day    YYYY-MM-DD                 claims dismissed, or found to be duplicates
StayTally: claims that left a state, by day, and how long they had been in it. VerdictTally: current verdicts by the month in which
they were given, of the desk, an outlet, an outlet's own voice, a speaker, a tag. PairTally: answers of author and cross-checker.

Two writers never wait for each other crosswise. What everybody writes is spread over shards by connection, and a transaction has
its shard to itself from its first write on: it writes it in several statements, in any order. The keys of outlets and speakers
in Tally are not spread: they are written in key order, by one statement of a transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pgtrigger

SHARDS = 8
LOCK = 7_411  # the first half of the advisory locks' keys; the second is the shard
SHARD = f"mod(pg_backend_pid(), {SHARDS})"
UNSPREAD = ("outlet", "outlet_own", "outlet_judged", "speaker", "speaker_judged")
_UNSPREAD = ", ".join(f"'{name}'" for name in UNSPREAD)
_DONE = "'published', 'dismissed', 'duplicate', 'retracted'"


@dataclass(frozen=True, slots=True)
class Kept:
    """A table of tallies: the columns that say what is counted, the sums, and the shard that a key of it goes to."""

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...] = ("n",)
    shard: str = SHARD


TALLY = Kept(
    "claims_tally",
    ("dimension", "key"),
    shard=f"CASE WHEN dimension IN ({_UNSPREAD}) THEN 0 ELSE {SHARD} END",
)
STAYS = Kept("claims_staytally", ("day", "state", "bucket"), ("n", "seconds"))
VERDICTS = Kept("claims_verdicttally", ("scope", "subject", "scale", "month", "verdict"))
PAIRS = Kept(
    "claims_pairtally",
    ("month", "kind", "author", "checker", "author_verdict", "checker_verdict"),
)


def _day(moment: str) -> str:
    return f"to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')"


def _tallied(*keys: str) -> str:
    """The fragment of Tally in which each row counts for all of `keys` that are not null."""
    return f"""
        SELECT t.dimension, t.key, r.delta AS n
          FROM {{rows}} r CROSS JOIN LATERAL (VALUES {", ".join(keys)}) AS t (dimension, key)
         WHERE t.key IS NOT NULL"""


_CASE = _tallied(
    "('state', r.state)",
    "('veracity', NULLIF(r.veracity, ''))",
    f"('state_on', CASE WHEN r.state NOT IN ({_DONE}) THEN r.state || ' ' || {_day('r.entered_at')} END)",
    f"('queue_in', CASE WHEN r.state = 'queued' THEN {_day('r.entered_at')} END)",
    "('outlet', r.outlet_id::text)",
    "('outlet_own', CASE WHEN r.form = 'own-voice' THEN r.outlet_id::text END)",
    "('outlet_judged', CASE WHEN r.veracity <> '' THEN r.outlet_id::text END)",
    "('speaker', r.speaker_id::text)",
    "('speaker_judged', CASE WHEN r.veracity <> '' THEN r.speaker_id::text END)",
)
_CLAIM = _tallied(f"('claims_day', {_day('r.created_at')})")
_REVIEW = _tallied(f"('reviews_day', {_day('r.created_at')})")
_CLAIM_TAG = _tallied("('tag', r.tag_id::text)")
_MOVE = _tallied(
    f"('queue_in', CASE WHEN r.state = 'queued' THEN {_day('r.entered_at')} END)",
    *(
        f"('{name}', CASE WHEN {move} THEN {_day('r.left_at')} END)"
        for name, move in (
            ("queue_out", "r.state = 'queued'"),
            ("judged_day", "r.state = 'in_review' AND r.next IN ('in_cross_check', 'in_vote')"),
            ("published_day", "r.state = 'approved' AND r.next = 'published'"),
            ("set_aside_day", "r.next IN ('dismissed', 'duplicate')"),
        )
    ),
)
_STAY = """
        SELECT (r.left_at AT TIME ZONE 'UTC')::date AS day, r.state,
               floor(ln(greatest(1, t.seconds)) / ln(2))::int AS bucket, r.delta AS n, r.delta * t.seconds AS seconds
          FROM {rows} r
         CROSS JOIN LATERAL (SELECT greatest(0, extract(epoch FROM r.left_at - r.entered_at))::bigint AS seconds) t"""
_VERDICT = """
        SELECT t.scope, t.subject, 'veracity' AS scale, date_trunc('month', r.judged_on)::date AS month,
               r.veracity AS verdict, r.delta AS n
          FROM {rows} r
         CROSS JOIN LATERAL (
               VALUES ('desk', 0::bigint), ('outlet', r.outlet_id),
                      ('own', CASE WHEN r.form = 'own-voice' THEN r.outlet_id END), ('speaker', r.speaker_id)
                UNION ALL SELECT 'tag', g.tag_id FROM claims_claimtag g WHERE g.claim_id = r.claim_id
               ) AS t (scope, subject)
         WHERE r.veracity <> '' AND t.subject IS NOT NULL"""
_VERDICT_TAG = """
        SELECT 'tag' AS scope, r.tag_id AS subject, 'veracity' AS scale, date_trunc('month', s.judged_on)::date AS month,
               s.veracity AS verdict, r.delta AS n
          FROM {rows} r JOIN claims_claimstate s ON s.claim_id = r.claim_id
         WHERE s.veracity <> ''"""
_ATTRIBUTION = """
        SELECT t.scope, t.subject, 'attribution' AS scale, date_trunc('month', r.attributed_on)::date AS month,
               r.attribution AS verdict, r.delta AS n
          FROM {rows} r
          JOIN articles_articleversion v ON v.id = r.version_id JOIN articles_article a ON a.id = v.article_id
         CROSS JOIN LATERAL (VALUES ('desk', 0::bigint), ('outlet', a.outlet_id)) AS t (scope, subject)
         WHERE r.attribution <> ''"""
_ANSWERS = """
        SELECT date_trunc('month', c.at AT TIME ZONE 'UTC')::date AS month, p.kind, c.author_id AS author,
               c.checker_id AS checker, one.verdict AS author_verdict, other.verdict AS checker_verdict, r.delta AS n
          FROM {rows} r {joined}
          JOIN claims_review one ON one.id = p.author_review_id
          JOIN claims_review other ON other.id = p.checker_review_id
         WHERE c.undone_at IS NULL"""
_PAIR = _ANSWERS.replace(
    "{joined}",
    "CROSS JOIN LATERAL (SELECT r.kind, r.author_review_id, r.checker_review_id) p "
    "JOIN claims_crosscheck c ON c.id = r.cross_check_id",
)
# r is a cross-check itself, as it was and as it is.
_CROSS_CHECK = _ANSWERS.replace(
    "{joined}",
    "CROSS JOIN LATERAL (SELECT r.at, r.author_id, r.checker_id, r.undone_at) c "
    "JOIN claims_verdictpair p ON p.cross_check_id = r.id",
)

# What each tally is, whole: per source the fragment, over all of its rows.
TRUTH: dict[Kept, list[tuple[str, str]]] = {
    TALLY: [
        ("claims_claimstate", _CASE),
        ("claims_claim", _CLAIM),
        ("claims_review", _REVIEW),
        ("claims_stay", _MOVE),
        ("claims_claimtag", _CLAIM_TAG),
    ],
    STAYS: [("claims_stay", _STAY)],
    VERDICTS: [("claims_claimstate", _VERDICT), ("claims_appearance", _ATTRIBUTION)],
    PAIRS: [("claims_verdictpair", _PAIR)],
}


def whole(kept: Kept) -> str:
    """SELECT of the keys and sums that `kept` would have if it were counted now, one row per key."""
    rows = " UNION ALL ".join(
        fragment.format(rows=f"(SELECT 1 AS delta, x.* FROM {table} x)") for table, fragment in TRUTH[kept]
    )
    return f"SELECT {_columns(kept.keys)}, {_summed(kept)} FROM ({rows}) f GROUP BY {_columns(kept.keys)}"


def drift(kept: Kept) -> str:
    """SELECT of the keys whose tally is not what counting gives, with what has to be added to it.

    One statement sees one moment of the database, and a tally is written in the transaction of what it counts: there is
    no drift to be seen but a real one, whoever writes meanwhile.
    """
    columns = ", ".join((*kept.keys, *kept.sums))
    now = ", ".join(f"-{name}" for name in kept.sums)
    return f"""SELECT {_columns(kept.keys)}, {_summed(kept)}
                 FROM ({whole(kept)} UNION ALL SELECT {_columns(kept.keys)}, {now} FROM {kept.table}) f ({columns})
                GROUP BY {_columns(kept.keys)} HAVING {_any(kept)}"""


def repair(kept: Kept) -> str:
    """INSERT that adds what `drift` finds; call it with the advisory lock of the connection's shard."""
    return _upsert(kept, drift(kept))


def fold(kept: Kept) -> str:
    """Statement that joins the rows of one shard, its parameter, to those of shard 0."""
    columns = _columns((*kept.keys, *kept.sums))
    return f"""WITH gone AS (DELETE FROM {kept.table} WHERE shard = %s RETURNING {columns})
               INSERT INTO {kept.table} ({_columns(kept.keys)}, shard, {_columns(kept.sums)})
               SELECT {_columns(kept.keys)}, 0, {_columns(kept.sums)} FROM gone
                   ON CONFLICT ({_columns(kept.keys)}, shard) DO UPDATE SET {_on_top(kept)}"""


def drop_nothings(kept: Kept) -> str:
    """Statement that deletes the rows of shard 0 that say nothing; keys that are not spread belong to no shard."""
    nothing = " AND ".join(f"{name} = 0" for name in kept.sums)
    spread = f" AND dimension NOT IN ({_UNSPREAD})" if kept is TALLY else ""
    return f"DELETE FROM {kept.table} WHERE shard = 0 AND {nothing}{spread}"


def _columns(names: Iterable[str]) -> str:
    return ", ".join(names)


def _summed(kept: Kept) -> str:
    return ", ".join(f"sum({name})::bigint AS {name}" for name in kept.sums)


def _any(kept: Kept) -> str:
    return " OR ".join(f"sum({name}) <> 0" for name in kept.sums)


def _on_top(kept: Kept) -> str:
    return ", ".join(f"{name} = {kept.table}.{name} + EXCLUDED.{name}" for name in kept.sums)


def _upsert(kept: Kept, summed: str) -> str:
    """INSERT of `summed`, a SELECT of keys and sums with one row per key, on top of what is there."""
    return f"""
            INSERT INTO {kept.table} ({_columns(kept.keys)}, shard, {_columns(kept.sums)})
            SELECT {_columns(kept.keys)}, {kept.shard} AS shard, {_columns(kept.sums)} FROM ({summed}) s
             ORDER BY {_columns(kept.keys)}
                ON CONFLICT ({_columns(kept.keys)}, shard) DO UPDATE SET {_on_top(kept)};"""


# ---- Triggers --------------------------------------------------------------------------------------

_NEW, _OLD = "SELECT 1 AS delta, x.* FROM new_rows x", "SELECT -1 AS delta, x.* FROM old_rows x"
_ROWS = {
    pgtrigger.Insert: (_NEW, pgtrigger.Referencing(new="new_rows")),
    pgtrigger.Delete: (_OLD, pgtrigger.Referencing(old="old_rows")),
    pgtrigger.Update: (f"{_NEW} UNION ALL {_OLD}", pgtrigger.Referencing(new="new_rows", old="old_rows")),
}


def _keeps(
    name: str, operation: pgtrigger.Operation, *fragments: tuple[Kept, str], first: str = ""
) -> pgtrigger.Trigger:
    """The trigger that adds what the rows of a statement count for, and takes away what they counted for before."""
    rows, referencing = _ROWS[operation]
    writes = "".join(
        _upsert(
            kept,
            f"SELECT {_columns(kept.keys)}, {_summed(kept)} FROM ({fragment.format(rows=f'({rows})')}) f "
            f"GROUP BY {_columns(kept.keys)} HAVING {_any(kept)}",
        )
        for kept, fragment in fragments
    )
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=f"""
            PERFORM pg_advisory_xact_lock({LOCK}, {SHARD});{first}{writes}
            RETURN NULL;
        """,
    )


# A claim that went from one state to another leaves a Stay behind.
_LEAVE = """
            INSERT INTO claims_stay (claim_id, state, next, entered_at, left_at)
            SELECT o.claim_id, o.state, n.state, o.entered_at, n.entered_at
              FROM old_rows o JOIN new_rows n ON n.claim_id = o.claim_id
             WHERE n.state <> o.state;"""
_CASE_COUNTS = ((TALLY, _CASE), (VERDICTS, _VERDICT))


def _dated(name: str, column: str, verdict: str) -> list[pgtrigger.Trigger]:
    """Keeps `column`, the day on which `verdict` was given, whoever gives it."""
    today = "(now() AT TIME ZONE 'UTC')::date"
    return [
        pgtrigger.Trigger(
            name=f"{name}_insert",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Condition(f"NEW.{verdict} <> ''"),
            func=f"NEW.{column} := COALESCE(NEW.{column}, {today}); RETURN NEW;",
        ),
        pgtrigger.Trigger(
            name=f"{name}_update",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(f"NEW.{verdict} IS DISTINCT FROM OLD.{verdict}"),
            func=f"NEW.{column} := CASE WHEN NEW.{verdict} <> '' THEN {today} END; RETURN NEW;",
        ),
    ]


CLAIM_STATE = [
    *_dated("claim_judged_on", "judged_on", "veracity"),
    _keeps("tally_state_insert", pgtrigger.Insert, *_CASE_COUNTS),
    _keeps("tally_state_update", pgtrigger.Update, *_CASE_COUNTS, first=_LEAVE),
    _keeps("tally_state_delete", pgtrigger.Delete, *_CASE_COUNTS),
]
STAY = [
    _keeps("tally_stay_insert", pgtrigger.Insert, (STAYS, _STAY), (TALLY, _MOVE)),
    _keeps("tally_stay_delete", pgtrigger.Delete, (STAYS, _STAY), (TALLY, _MOVE)),
]
CLAIM = [_keeps("tally_claims_day", pgtrigger.Insert, (TALLY, _CLAIM))]
REVIEW = [_keeps("tally_reviews_day", pgtrigger.Insert, (TALLY, _REVIEW))]
CLAIM_TAG = [
    _keeps(f"tally_tag_{name}", operation, (TALLY, _CLAIM_TAG), (VERDICTS, _VERDICT_TAG))
    for name, operation in (
        ("insert", pgtrigger.Insert),
        ("update", pgtrigger.Update),
        ("delete", pgtrigger.Delete),
    )
]
APPEARANCE = [
    *_dated("appearance_attributed_on", "attributed_on", "attribution"),
    *(
        _keeps(f"tally_appearance_{name}", operation, (VERDICTS, _ATTRIBUTION))
        for name, operation in (
            ("insert", pgtrigger.Insert),
            ("update", pgtrigger.Update),
            ("delete", pgtrigger.Delete),
        )
    ),
]
VERDICT_PAIR = [
    _keeps("tally_pair_insert", pgtrigger.Insert, (PAIRS, _PAIR)),
    _keeps("tally_pair_delete", pgtrigger.Delete, (PAIRS, _PAIR)),
]
CROSS_CHECK = [_keeps("tally_cross_check_update", pgtrigger.Update, (PAIRS, _CROSS_CHECK))]
