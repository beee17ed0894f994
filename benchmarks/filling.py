"""Fills a database with a synthetic desk, by set-based SQL: the same one for the same number of claims.

Every text is really made of its claims, so that spans, offsets and lengths are true. All names are invented.
"""

import random
import re
from itertools import product

from django.contrib.auth.models import Group
from django.core.management.color import no_style
from django.db import connection, transaction

from articles.models import Article, ArticleVersion, Outlet
from claims import extraction
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    ClaimTag,
    CrossCheck,
    EvidenceLink,
    ExtractionRun,
    Hop,
    Review,
    Span,
    Speaker,
    Stay,
    Tag,
    VerdictPair,
)
from claims.models.audit import HASH
from factcheck.models import User

COMMON_WORD, RARE_WORD = "budget", "zeppelin"  # in every twentieth claim; in some twenty claims
COMMON_NAME = "Borvik"  # the surname of one speaker in sixty
LONG_ARTICLE = 300  # claims of article 1, of some 10,000 words
CLAIMS_AN_ARTICLE = 10
OUTLETS = 200
VOCABULARY = 2000
TAGS = 40
PEOPLE = 8  # who cross-check

_FILLED = [
    User, Outlet, Speaker, Article, ArticleVersion, ExtractionRun, Claim, ClaimState, Appearance, Span, Hop,
    Review, AuditEvent, Assignment, EvidenceLink, Stay, Tag, ClaimTag, CrossCheck, VerdictPair,
]  # fmt: skip

_MADE = """
    CREATE TEMPORARY TABLE made ON COMMIT DROP AS
    SELECT id, article, speaker, name, chance, score, content, sentence,
           row_number() OVER in_text AS position,
           (sum(length(sentence) + 2) OVER in_text - length(sentence) - 2)::int AS start
      FROM (SELECT g.id, g.article, g.chance, g.score, w.content, s.id AS speaker, s.name,
                   CASE WHEN g.own_voice THEN '' ELSE s.name || ' said that ' END || w.content AS sentence
              FROM (SELECT id, random() AS chance, random() AS score, random() < 0.1 AS own_voice,
                           1 + floor(power(random(), 2) * %(speakers)s)::int AS named,
                           CASE WHEN id <= %(long)s THEN 1
                                ELSE 2 + (id - %(long)s - 1) / %(an_article)s END AS article
                      FROM generate_series(1, %(claims)s) AS id) g
              LEFT JOIN claims_speaker s ON s.id = g.named AND NOT g.own_voice
             CROSS JOIN LATERAL (
                   SELECT string_agg((%(words)s::text[])[1 + floor(power(random(), 3) * %(vocabulary)s)::int], ' ')
                          || CASE WHEN g.id %% 20 = 0 THEN ' ' || %(common)s ELSE '' END
                          || CASE WHEN g.id %% greatest(%(claims)s / 20, 1) = 1 THEN ' ' || %(rare)s ELSE '' END
                          AS content
                     FROM generate_series(1, CASE WHEN g.id <= %(long)s THEN 30 ELSE 12 + g.id %% 8 END)) w) claim
    WINDOW in_text AS (PARTITION BY article ORDER BY id)
"""
_STATE = """CASE WHEN chance < 0.55 THEN 'queued' WHEN chance < 0.75 THEN 'new'
                 WHEN chance < 0.80 THEN 'in_cross_check' WHEN chance < 0.85 THEN 'approved'
                 WHEN chance < 0.90 THEN 'published' WHEN chance < 0.91 THEN 'on_hold' ELSE 'dismissed' END"""
_VERDICT = "(ARRAY['true', 'mostly_true', 'half_true', 'misleading', 'false', 'unproven'])[1 + floor(score * 6)::int]"

_INTO = re.compile(r"\s*(?:INSERT INTO|CREATE TEMPORARY TABLE) (\w+)")
_STATEMENTS = (
    """INSERT INTO articles_outlet (id, name, domain, created_at)
       SELECT o, 'Outlet ' || o, 'outlet' || o || '.example', now() FROM generate_series(1, %(outlets)s) AS o""",
    """INSERT INTO claims_speaker (id, name, name_key, kind, created_at)
       SELECT place, name, lower(name), 'person', now() FROM unnest(%(names)s::text[]) WITH ORDINALITY AS n (name, place)""",
    _MADE,
    """INSERT INTO articles_article (id, outlet_id, key, url, title, byline, language, current_id, created_at)
       SELECT article, 1 + floor(power(random(), 2) * %(outlets)s)::int, 'benchmark:' || article, '',
              'The story of ' || min(content), '', 'en', article, now() - random() * interval '200 days'
         FROM made GROUP BY article""",
    """INSERT INTO articles_articleversion (id, article_id, number, text, text_length, sha256, title, byline, dateline,
                                            language, provenance, created_at)
       SELECT article, article, 1, text, length(text), encode(sha256(convert_to(text, 'UTF8')), 'hex'), '', '', '',
              'en', '{}', now()
         FROM (SELECT article, string_agg(sentence, E'.\\n' ORDER BY id) AS text FROM made GROUP BY article) t""",
    """INSERT INTO claims_extractionrun (id, version_id, extractor, state, attempts, error_code, error_message, skipped,
                                         claims, created_at, finished_at)
       SELECT article, article, %(extractor)s, 'done', 1, '', '', '', count(*), now(), now() FROM made GROUP BY article""",
    """INSERT INTO claims_claim (id, text, speaker_id, language, checkable, reasons, score, created_at)
       SELECT id, content, speaker, 'en', chance < 0.55, '{}', score,
              now() - interval '200 days' * (1 - id::float / %(claims)s)
         FROM made""",
    f"""INSERT INTO claims_claimstate (claim_id, state, version, priority, veracity, dismiss_reason, outlet_id, speaker_id,
                                       form, checkable, entered_at, author_id, round, judged_on, held_from, hold_reason,
                                       hold_until, due_at)
        SELECT m.id, state, 1, round(score * 100), CASE WHEN state IN ('approved', 'published') THEN {_VERDICT} ELSE '' END,
               CASE WHEN state = 'dismissed' THEN 'not_relevant' ELSE '' END, a.outlet_id, m.speaker,
               CASE WHEN m.speaker IS NULL THEN 'own-voice' ELSE 'indirect' END, chance < 0.55,
               now() - random() * interval '60 days',
               CASE WHEN state IN ('in_cross_check', 'approved', 'published') THEN %(reviewer)s END,
               CASE WHEN state IN ('in_cross_check', 'approved', 'published') THEN 1 ELSE 0 END,
               CASE WHEN state IN ('approved', 'published') THEN (now() - score * interval '700 days')::date END,
               CASE WHEN state = 'on_hold' THEN 'queued' ELSE '' END,
               CASE WHEN state = 'on_hold' THEN 'The ministry answers next week.' ELSE '' END,
               CASE WHEN state = 'on_hold' THEN now() + score * interval '30 days' END,
               CASE WHEN m.id %% 500 = 0 THEN now() + (score - 0.3) * interval '20 days' END
          FROM made m JOIN articles_article a ON a.id = m.article CROSS JOIN LATERAL (SELECT {_STATE} AS state) s""",
    """INSERT INTO claims_appearance (id, claim_id, version_id, position, form, attribution, confidence, decided_by,
                                      run_id, created_at)
       SELECT id, id, article, position, CASE WHEN speaker IS NULL THEN 'own-voice' ELSE 'indirect' END,
              CASE WHEN chance BETWEEN 0.8 AND 0.9 AND speaker IS NOT NULL
                   THEN (ARRAY['confirmed', 'confirmed', 'second_hand', 'misquoted', 'not_found'])[1 + floor(score * 5)::int]
                   ELSE '' END,
              0.9, '', article, now()
         FROM made""",
    """INSERT INTO claims_span (appearance_id, role, start, "end")
       SELECT id, role, s, e
         FROM (SELECT *, start + length(sentence) AS ends, start + length(name) AS named FROM made) m
        CROSS JOIN LATERAL (VALUES ('content', ends - length(content), ends), ('source', start, named),
                                   ('cue', named + 1, named + 5)) AS span (role, s, e)
        WHERE speaker IS NOT NULL OR role = 'content'""",
    """INSERT INTO claims_hop (appearance_id, position, role, name, outlet_id)
       SELECT m.id, hop.position, hop.role, hop.name, hop.outlet
         FROM made m JOIN articles_article a ON a.id = m.article JOIN articles_outlet o ON o.id = a.outlet_id
        CROSS JOIN LATERAL (VALUES (1, 'relay', 'Northern Wire', NULL), (2, 'publisher', o.name, o.id))
                        AS hop (position, role, name, outlet)
        WHERE hop.role = 'publisher' OR m.score < 0.4""",
    """INSERT INTO claims_review (claim_id, kind, verdict, rationale, reviewer_id, created_at)
       SELECT claim_id, 'veracity', veracity, 'As the papers say.', %(reviewer)s, entered_at
         FROM claims_claimstate WHERE veracity <> ''""",
    f"""INSERT INTO claims_auditevent (at, actor_id, verb, claim_id, object_type, object_id, before, after, reason,
                                       chain, number, hash)
        SELECT *, {HASH.format(row="e", before="''")}
          FROM (SELECT created_at AS at, reviewer_id AS actor_id, 'review'::varchar AS verb, claim_id,
                       'review'::varchar AS object_type, id AS object_id, jsonb_build_object() AS before,
                       jsonb_build_object('verdict', verdict, 'version', 1) AS after, ''::text AS reason,
                       'claim:' || claim_id AS chain, 1 AS number
                  FROM claims_review) e""",
    # How those that were judged came there, one day and a few hours at a time.
    """INSERT INTO claims_stay (claim_id, state, next, entered_at, left_at)
       SELECT s.claim_id, way.state, way.next, begun + way.step * took, begun + (way.step + 1) * took
         FROM claims_claimstate s JOIN made m ON m.id = s.claim_id
        CROSS JOIN LATERAL (SELECT now() - (1 + m.score * 200) * interval '1 day' AS begun,
                                   power(m.chance * 10 - floor(m.chance * 10), 3) * interval '60 hours' + interval '1 minute' AS took) t
        CROSS JOIN LATERAL (VALUES (0, 'queued', 'in_review'), (1, 'in_review', 'in_cross_check'),
                                   (2, 'in_cross_check', 'in_vote'), (3, 'in_vote', 'approved'),
                                   (4, 'approved', 'published')) AS way (step, state, next)
        WHERE s.state IN ('approved', 'published') AND (way.step < 4 OR s.state = 'published')
           OR s.state = 'in_cross_check' AND way.step < 2""",
    """INSERT INTO claims_tag (id, name, created_by_id, created_at)
       SELECT t, 'Topic ' || t, %(reviewer)s, now() FROM generate_series(1, %(tags)s) AS t""",
    """INSERT INTO claims_claimtag (claim_id, tag_id, added_by_id, added_at)
       SELECT id, 1 + floor(power(score, 2) * %(tags)s)::int, %(reviewer)s, now() FROM made WHERE chance BETWEEN 0.78 AND 0.9""",
    # Every twentieth of them was cross-checked, by one of a few people.
    """INSERT INTO factcheck_user (id, username, password, first_name, last_name, email, is_active, is_staff, is_superuser, date_joined)
       SELECT %(reviewer)s + p, 'checker' || p, '!', '', '', '', true, false, false, now() FROM generate_series(1, %(people)s) AS p""",
    """INSERT INTO claims_crosscheck (id, claim_id, round, author_id, checker_id, agreed, at)
       SELECT row_number() OVER (), s.claim_id, 1, %(reviewer)s, %(reviewer)s + 1 + (s.claim_id / 20) %% %(people)s, true,
              s.judged_on + time '12:00'
         FROM claims_claimstate s WHERE s.veracity <> '' AND s.claim_id %% 20 = 0""",
    """INSERT INTO claims_review (claim_id, kind, stage, verdict, rationale, reviewer_id, created_at)
       SELECT c.claim_id, 'veracity', 'cross_check',
              CASE WHEN c.claim_id %% 100 = 0 THEN 'unproven' ELSE s.veracity END, 'As the papers say.', c.checker_id, c.at
         FROM claims_crosscheck c JOIN claims_claimstate s ON s.claim_id = c.claim_id""",
    """INSERT INTO claims_verdictpair (cross_check_id, kind, author_review_id, checker_review_id)
       SELECT c.id, 'veracity', a.id, b.id
         FROM claims_crosscheck c JOIN claims_review a ON a.claim_id = c.claim_id AND a.stage = 'author'
         JOIN claims_review b ON b.claim_id = c.claim_id AND b.stage = 'cross_check'""",
)  # fmt: skip


def fill(claims: int) -> User:
    """Makes `claims` claims and all that belongs to them; gives the reviewer who works on them. Expects an empty desk."""
    reviewer = User.objects.create_user("benchmark")
    reviewer.groups.add(Group.objects.get(name="reviewer"))
    names = _names()
    given: dict[str, int | str | list[str]] = {
        "claims": claims,
        "long": min(LONG_ARTICLE, claims // 2),
        "an_article": CLAIMS_AN_ARTICLE,
        "outlets": OUTLETS,
        "names": names,
        "speakers": len(names),
        "words": common_words(),
        "vocabulary": VOCABULARY,
        "common": COMMON_WORD,
        "rare": RARE_WORD,
        "extractor": extraction.VERSION,
        "reviewer": reviewer.pk,
        "tags": TAGS,
        "people": PEOPLE,
    }
    # Their triggers look every text up, row by row, or hold a lock for every chain: what they would make is true by construction.
    checked_by_row = ("claims_span", "claims_hop", "claims_auditevent")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.42)")
        # Unset, each trigger that looks for it rolls a subtransaction back, which walks all checks to come: quadratic in the rows.
        cursor.execute("SET LOCAL pgtrigger.ignore = '{}'")
        for table in checked_by_row:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in _STATEMENTS:
            cursor.execute(statement, given)
            if filled := _INTO.match(
                statement
            ):  # or what joins it next, triggers above all, is planned for an empty table
                cursor.execute(f"ANALYZE {filled[1]}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks to come cannot be altered
        for table in checked_by_row:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for statement in connection.ops.sequence_reset_sql(no_style(), _FILLED):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return reviewer


def _names() -> list[str]:
    first = [
        f"{a}{b}"
        for a, b in product(("Ar", "Bel", "Cor", "Dan", "El", "Fen", "Gar", "Hal"), ("a", "en", "is", "o"))
    ]
    last = [
        f"{a}{b}"
        for a, b in product(
            ("Brem", "Dral", "Holm", "Kest", "Lund", "Marn", "Norr", "Sol"),
            ("by", "er", "ik", "sen", "stad", "vik", "ow"),
        )
    ]
    return [f"{a} {b}" for a in first for b in (*last, COMMON_NAME)]


def common_words() -> list[str]:
    """The words claims are made of, the most common first."""
    rng = random.Random(42)
    syllables = [a + b for a, b in product("bdfgklmnprstv", "aeiou")]
    words: set[str] = set()
    while len(words) < VOCABULARY:
        words.add("".join(rng.choices(syllables, k=rng.randint(2, 4))))
    return sorted(words, key=lambda word: rng.random())
