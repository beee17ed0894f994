"""`manage.py benchmark publishing`: what readers and clients of the public search wait for, at many published fact-checks.

The fact-checks are made by SQL in a database of the benchmark's own; asked for are whole answers of the views.
"""

import random
import time
from collections.abc import Iterator
from statistics import quantiles
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from articles.models import Outlet
from benchmarks.measuring import backend_clock
from benchmarks.scratch import scratch_database

SEED = 6_011
WANTED_P95_MS = 30.0
WORDS = 20_000  # of the vocabulary; the n-th is drawn about 1/n as often as the first
DRAWN = "'w' || floor(exp(random() * ln({words})))::int"
_FACTS = (
    '{"claim_id": 1, "claim_text": "x", "claimant": {"kind": "person", "name": "Ada Merrow", "description": "", "job_title": "", '
    '"url": "", "same_as": []}, "claim_date": "", "rating": {"verdict": "false", "label": "False", "score": 1}, "appearances": [], '
    '"documents": []}'
)


def report(*, editions: int, seconds: float, seed: int = SEED) -> Iterator[str]:
    """Lines of a report: per question CPU (ours and the database's), p50, p95 and queries; "!" where the 95th percentile is above what is wanted."""
    with scratch_database():
        began = time.perf_counter()
        _fill(editions, seed)
        yield f"seed {seed}: {editions:,} fact-checks published, made in {time.perf_counter() - began:.0f} s"
        draw = random.Random(seed)
        questions: dict[str, Any] = {
            "search: a rare word": lambda: _search(query=f"w{draw.randint(15_000, WORDS - 1)}"),
            "search: a word of some thousands": lambda: _search(query=f"w{draw.randint(300, 600)}"),
            "search: a common word": lambda: _search(query=f"w{draw.randint(1, 5)}"),
            "search: two words": lambda: _search(query=f"w{draw.randint(5, 50)} w{draw.randint(50, 500)}"),
            "search: a word nobody used": lambda: _search(query="zeppelin"),
            "search: a common word, one language": lambda: _search(
                query=f"w{draw.randint(1, 5)}", languageCode="de"
            ),
            "search: a common word, of a day": lambda: _search(query=f"w{draw.randint(1, 5)}", maxAgeDays=1),
            "search: a rare word, of a day": lambda: _search(
                query=f"w{draw.randint(15_000, WORDS - 1)}", maxAgeDays=1
            ),
            "search: a language nobody writes": lambda: _search(query="w1", languageCode="fr"),
            "search: the whole site": lambda: _search(reviewPublisherSiteFilter=_site()),
            "list: the first page": lambda: "/fact-checks/",
            "list: far down": lambda: f"/fact-checks/?after={draw.randint(100, editions)}",
            "a fact-check's page": lambda: f"/fact-checks/check-{draw.randint(1, editions)}/",
        }
        yield f"  {'':<38} {'CPU-ms':>8} {'p50 ms':>8} {'p95 ms':>8} {'queries':>8}"
        with override_settings(PUBLIC_SITE=True, ALLOWED_HOSTS=["*"]):
            for name, question in questions.items():
                yield _line(name, question, seconds)


def _line(name: str, question: Any, seconds: float) -> str:
    client = Client()
    with CaptureQueriesContext(connection) as captured:
        for _ in range(5):
            _ask(client, question())
    queries = len(captured) / 5
    times: list[float] = []
    backend = backend_clock()
    used = time.process_time() + (backend() or 0.0)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < 40:
        address = question()
        began = time.perf_counter()
        _ask(client, address)
        times.append((time.perf_counter() - began) * 1000)
    cpu_ms = (time.process_time() + (backend() or 0.0) - used) / len(times) * 1000
    cut = quantiles(times, n=20)
    late = "!" if cut[18] > WANTED_P95_MS else ""
    return f"  {name:<38} {cpu_ms:>8.1f} {cut[9]:>8.1f} {cut[18]:>8.1f}{late} {queries:>7.1f}"


def _ask(client: Client, address: Any) -> None:
    path, parameters = address if isinstance(address, tuple) else (address, {})
    answer = client.get(path, parameters)
    assert answer.status_code == 200, (address, answer.status_code)


def _search(**parameters: Any) -> tuple[str, dict[str, Any]]:
    return "/v1alpha1/claims:search", parameters


def _site() -> str:
    return str(settings.PUBLIC_URL.partition("://")[2].partition(":")[0])


def _fill(editions: int, seed: int) -> None:
    outlet = Outlet.objects.create(name="Lakeside Post")
    user = get_user_model().objects.create(username="writer")
    drawn = DRAWN.format(words=WORDS)
    several = " || ' ' || ".join([drawn] * 8)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [seed / 10_000])
        cursor.execute("SET session_replication_role = replica")  # the triggers of a desk's own work
        cursor.execute(
            f"""INSERT INTO claims_claim (id, text, language, checkable, reasons, score, created_at)
                SELECT n, {several}, 'en', true, '{{}}', 0.5, now() FROM generate_series(1, %s) n""",
            [editions],
        )
        cursor.execute(
            """INSERT INTO claims_claimstate (claim_id, state, version, priority, veracity, dismiss_reason, round, edited,
                    evidence_exception, held_from, hold_reason, outlet_id, form, checkable, entered_at)
               SELECT n, 'published', 1, 0, 'false', '', 1, '', '', '', '', %s, 'direct', true, now()
                 FROM generate_series(1, %s) n""",
            [outlet.pk, editions],
        )
        cursor.execute(
            """INSERT INTO claims_factcheck (id, claim_id, slug, title, summary, body, claim_reviewed, unknown, social, language,
                    version, retraction, written_by_id, written_at, published_at, changed_at, current_id)
               SELECT n, n, 'check-' || n, 'x', 'x', '', 'x', '', '', 'en', 1, '', %s, now(),
                      now(), now(), n FROM generate_series(1, %s) n""",
            [user.pk, editions],
        )
        cursor.execute(
            f"""INSERT INTO claims_edition (id, fact_check_id, number, slug, title, summary, body, claim_reviewed, unknown, social,
                    language, base_language, claim_text, claimant, veracity, rating, facts, first_published_at, published_by_id,
                    published_at, listed)
                SELECT n, n, 1, 'check-' || n, {several}, {several}, '', {several}, '', '', l, l, {several}, 'Ada Merrow', 'false',
                       'False', %s, at, %s, at, true
                  FROM (SELECT n, CASE WHEN n %% 10 = 0 THEN 'de' ELSE 'en' END AS l,
                               now() - (%s - n) * interval '30 seconds' AS at FROM generate_series(1, %s) n) t""",
            [_FACTS, user.pk, editions, editions],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE claims_edition, claims_factcheck, claims_claim, claims_claimstate")
