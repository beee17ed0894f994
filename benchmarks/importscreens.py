"""`manage.py benchmark import --screens`: the import screens with 10,000 items in a job."""

from collections.abc import Iterator

from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client

from articles.models import Article, ArticleVersion, ImportItem, ImportJob, Outlet, Snapshot
from benchmarks.measuring import Cost, Operation, Target, measure
from benchmarks.scratch import scratch_database
from claims.models import ExtractionRun
from factcheck.models import User

ITEMS = 10_000
JOBS = 60  # one list's page of them, and some
PAGE = Target(p95_ms=100)

_FILLED = [Outlet, Article, ArticleVersion, ExtractionRun, ImportJob, ImportItem, Snapshot, User]
# Of each job 70 % are done, 18 % have failed in one of six ways, 2 % are cancelled, 2 are running, the rest waits.
_STATE = """CASE WHEN p % 10 < 7 THEN 'done' WHEN p % 50 < 48 AND p % 10 < 9 THEN 'failed'
                 WHEN p % 50 >= 48 THEN 'cancelled' WHEN p IN (9, 19) THEN 'running' ELSE 'queued' END"""
_STATEMENTS = (
    """INSERT INTO articles_outlet (id, name, domain, created_at)
       SELECT o, 'Outlet ' || o, 'outlet' || o || '.example', now() FROM generate_series(1, 50) o""",
    """INSERT INTO articles_snapshot (id, sha256, size, media_type, charset, file, url, headers, redirects, created_at)
       SELECT p, encode(sha256(p::text::bytea), 'hex'), 90000, 'text/html', 'utf-8', 'x', 'https://a.example/' || p,
              '{"server": "nginx"}', '[]', now() FROM generate_series(1, %(items)s) p""",
    """INSERT INTO articles_article (id, outlet_id, key, url, title, byline, language, created_at)
       SELECT p, 1 + p %% 50, 'k' || p, 'https://a.example/' || p, 'The council and the harbour, part ' || p, '', 'en', now()
         FROM generate_series(1, %(items)s) p""",
    """INSERT INTO articles_articleversion (id, article_id, number, text, text_length, sha256, title, byline, dateline,
                                            language, provenance, created_at, snapshot_id)
       SELECT p, p, 1, t, length(t), encode(sha256(convert_to(t, 'UTF8')), 'hex'), 'Part ' || p, '', '', 'en', '{}', now(), p
         FROM generate_series(1, %(items)s) p CROSS JOIN LATERAL (SELECT p || repeat(' words of a text', 180) AS t) x""",
    "UPDATE articles_article SET current_id = id",
    """INSERT INTO claims_extractionrun (id, version_id, extractor, state, attempts, error_code, error_message, skipped,
                                         claims, created_at, finished_at)
       SELECT p, p, 'benchmark', CASE WHEN p %% 10 = 1 THEN 'pending' ELSE 'done' END, 1, '', '', '', 12, now(), now()
         FROM generate_series(1, %(items)s) p""",
    """INSERT INTO articles_importjob (id, created_by_id, label, total, created_at)
       SELECT j, %(user)s, 'Job ' || j, %(items)s, now() FROM generate_series(1, %(jobs)s) j""",
    f"""INSERT INTO articles_importitem (job_id, position, kind, url, file_name, outlet_name, title, snapshot_id, state,
                                         stage, attempts, leased_until, error_code, error_message, outcome, version_id,
                                         queued_at, started_at, finished_at, timings)
        SELECT j, p, 'url', 'https://a.example/' || p, '', '', '', p, state,
               CASE WHEN state = 'running' THEN 'parsing' ELSE '' END, 1,
               CASE WHEN state = 'running' THEN now() + interval '1 day' END,
               CASE WHEN state = 'failed' THEN 'code_' || p %% 6 ELSE '' END,
               CASE WHEN state = 'failed' THEN 'a.example/' || p || ' could not be read: check the link.' ELSE '' END,
               CASE WHEN state = 'done' THEN 'new_article' ELSE '' END,
               CASE WHEN state = 'done' THEN p END, now(), now(), now(),
               '{{"waited": 1200, "fetching": 310, "parsing": 80, "recording": 9}}'
          FROM generate_series(1, %(jobs)s) j CROSS JOIN generate_series(1, %(items)s) p
         CROSS JOIN LATERAL (SELECT {_STATE.replace("%", "%%")} AS state) s""",
)  # fmt: skip


def run(*, seconds: float) -> Iterator[Cost]:
    """Fills a scratch database with JOBS jobs of ITEMS items, and measures each screen for `seconds`."""
    with scratch_database():
        user = User.objects.create_superuser("benchmark")
        fill(user, items=ITEMS, jobs=JOBS)
        for operation in screens(user, items=ITEMS):
            yield measure(operation, seconds=seconds)


def fill(user: User, *, items: int, jobs: int) -> None:
    """Makes jobs of `items` items each, in every state, by SQL. Expects an empty desk."""
    given = {"items": items, "jobs": jobs, "user": user.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, given)
        for statement in connection.ops.sequence_reset_sql(no_style(), _FILLED):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)" if connection.get_autocommit() and not connection.in_atomic_block else "ANALYZE")  # fmt: skip


def screens(user: User, *, items: int) -> list[Operation]:
    """A request for each screen, and for the look that an open page takes every second."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    job = ImportJob.objects.latest("pk").get_absolute_url()

    def get(name: str, path: str, **headers: str) -> Operation:
        def fetch() -> None:
            response = client.get(path, headers=headers)
            if response.status_code not in (200, 204):
                raise RuntimeError(f"{path} answered {response.status_code}.")

        return Operation(name, fetch, target=PAGE)

    html = client.get(job).content.decode()
    look = html.partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
    return [
        get("imports: list", "/imports/"),
        get("imports: list, second page", "/imports/?after=11"),
        get("import: first page", job),
        get("import: middle", f"{job}?after={items // 2}"),
        get("import: end", f"{job}?before={items}"),
        get("import: failed", f"{job}?state=failed"),
        get("import: failed, deep", f"{job}?state=failed&after={items * 9 // 10}"),
        get("import: one error", f"{job}?code=code_1"),
        get("import: one error, deep", f"{job}?code=code_1&after={items * 9 // 10}"),
        get("import: cancelled", f"{job}?state=cancelled"),
        get("import: running", f"{job}?state=running"),
        get("import: a look, nothing new", look, hx_request="true"),
        get("import: a look, all new", f"{job}?seen=0-x", hx_request="true"),
        get("snapshot", Snapshot.objects.latest("pk").get_absolute_url()),
    ]
