"""`manage.py benchmark stories`: whether copies are found and strangers left apart, and what placing a text costs.

All of it goes the way that imported texts go, through the database and `place_version`.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from django.db import connection

from articles.models import Article, ArticleVersion, Outlet, Placement
from articles.services.placing import place_version
from articles.similarity import BANDS, FEWEST_WORDS, band_keys, signature_of, split_words
from benchmarks.measuring import backend_clock
from benchmarks.scratch import scratch_database
from benchmarks.shareddata import SHARED, NotThere, need, read_jsonl
from benchmarks.storytexts import Newsroom

SEED = 20_211
SMALL, LARGE = 10_000, 1_000_000  # articles that are there already
WANTED_RECALL = 0.99
WANTED_GROWTH = 1.5
WARM_UP = 60
# How often two unrelated news texts have a band in common: 71 of 352,000 pairs of real ones, 740 words long.
STRANGERS_SHARE_A_BAND = 2e-4
CLUSTERS = SHARED / "matching" / "clusters"


@dataclass(frozen=True, slots=True)
class Given:
    """A text to be placed. Texts of one `work` are copies of one another, or parts of it; no others are."""

    work: int
    kind: str
    text: str
    outlet: int


# ---- Found, and left apart -------------------------------------------------------------------------


def quality(*, originals: int, seed: int = SEED) -> Iterator[str]:
    """Lines of a report: per kind of copy how many joined their original's story, and strangers made one."""
    newsroom = Newsroom(seed)
    given: list[Given] = []
    for work in range(originals):
        text = newsroom.article()
        given.append(Given(work, "original", text, len(given)))
        for kind, copy in newsroom.copies.items():
            given.append(Given(work, kind, copy(text), len(given)))
    newsroom.random.shuffle(given)  # copies come in before their originals, too
    yield f"seed {seed}: {originals} originals, each with {len(newsroom.copies)} copies, all outlets different, in any order"
    found = _placed(given)
    for kind in newsroom.copies:
        joined = [found[number] for number, one in enumerate(given) if one.kind == kind]
        with_original = sum(
            story is not None and story == _story_of_original(given, found, one.work)
            for story, one in zip(joined, (one for one in given if one.kind == kind), strict=True)
        )
        recall = with_original / originals
        yield f"  {kind:<24} recall {recall:.4f}{'' if recall >= WANTED_RECALL else '!'}  ({with_original} of {originals})"
    yield _apart("  unrelated works", given, found)

    subjects = [text for _ in range(originals) for text in newsroom.on_one_subject()]
    given = [Given(work, "", text, work) for work, text in enumerate(subjects)]
    found = _placed(given)
    tied = sum(found[a] is not None and found[a] == found[a + 1] for a in range(0, len(found), 2))
    yield f"  one subject, shared names and one or two quotations: {tied} false merges{'!' if tied else ''} in {originals} pairs"
    yield _apart("  all of these", given, found)

    given = []
    for outlet in range(0, 20, 2):  # a house with two titles, one footer, many short reports
        around = newsroom.furniture()
        for _ in range(8):
            text = newsroom.article(words=newsroom.random.randint(110, 220))
            given.append(Given(len(given), "", "\n\n".join([text, *around]), outlet + len(given) % 2))
    yield _apart("  short reports, each outlet's and its sister's with one footer", given, _placed(given))


def clusters() -> Iterator[str]:
    """The same on claims that people put into clusters, each text once. Raises NotThere."""
    texts, labels = (CLUSTERS / f"variants_dev_{name}.jsonl" for name in ("texts", "labels"))
    need(texts, labels)
    cluster_of = {row["id"]: row["cluster"] for row in read_jsonl(labels)}
    numbers = {cluster: number for number, cluster in enumerate(sorted(set(cluster_of.values())))}
    different = {row["text"]: numbers[cluster_of[row["id"]]] for row in read_jsonl(texts)}
    given = [Given(work, "", text, number) for number, (text, work) in enumerate(different.items())]
    long = sum(len(split_words(one.text)) >= FEWEST_WORDS for one in given)
    yield f"claims in {len(numbers)} clusters: {len(given)} different texts, {long} of {FEWEST_WORDS} words or more (shorter ones have to be the same)"
    yield _apart("  of different clusters", given, _placed(given))


def _placed(given: Sequence[Given]) -> list[int | None]:
    """Records and places the texts one after the other, in an empty database; gives the story of each in the end."""
    _empty()
    outlets = [Outlet(name=f"Outlet {number}") for number in range(max(one.outlet for one in given) + 1)]
    Outlet.objects.bulk_create(outlets)
    articles = record([(outlets[one.outlet], one.text) for one in given])
    for article in articles:
        place_version(article_id=article)
    story = dict(Placement.objects.values_list("article", "story"))
    return [story[article] for article in articles]


def record(texts: Sequence[tuple[Outlet, str]]) -> list[int]:
    """The texts as articles that are to be placed; gives their keys."""
    articles = Article.objects.bulk_create(
        Article(outlet=outlet, key=f"benchmark:{number}:{time.time_ns()}")
        for number, (outlet, _) in enumerate(texts)
    )
    versions = ArticleVersion.objects.bulk_create(
        ArticleVersion(
            article=article,
            number=1,
            text=text,
            text_length=len(text),
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        for article, (_, text) in zip(articles, texts, strict=True)
    )
    for article, version in zip(articles, versions, strict=True):
        article.current = version
    Article.objects.bulk_update(articles, ["current"], batch_size=500)
    Placement.objects.bulk_create(
        Placement(article=article, version=version)
        for article, version in zip(articles, versions, strict=True)
    )
    return [article.pk for article in articles]


def _story_of_original(given: Sequence[Given], found: Sequence[int | None], work: int) -> int | None:
    return next(
        story for story, one in zip(found, given, strict=True) if one.work == work and one.kind == "original"
    )


def _apart(what: str, given: Sequence[Given], found: Sequence[int | None]) -> str:
    """How many pairs of texts of different works ended in one story."""
    works_of: dict[int, list[int]] = defaultdict(list)
    for story, one in zip(found, given, strict=True):
        if story is not None:
            works_of[story].append(one.work)
    false = sum(a != b for works in works_of.values() for a, b in combinations(works, 2))
    texts_of: dict[int, int] = defaultdict(int)
    for one in given:
        texts_of[one.work] += 1
    pairs = (len(given) ** 2 - sum(n * n for n in texts_of.values())) // 2
    return f"{what}: {false} false merges{'!' if false else ''} in {pairs:,} pairs"


# ---- What it costs ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Insert:
    """CPU milliseconds to place one text among so many: of this process, and of its database backend (None: unseen)."""

    articles: int
    placed: int
    app_ms: float
    db_ms: float | None
    joined: int
    sizes: dict[str, int]  # bytes, by relation

    @property
    def cpu_ms(self) -> float:
        return self.app_ms + (self.db_ms or 0)


def insert_cost(*, articles: int, placed: int, seed: int = SEED) -> Insert:
    """Fills an empty database with `articles` synthetic articles, then places `placed` texts, half of them copies."""
    newsroom = Newsroom(seed)
    texts: list[str] = []
    kinds = list(newsroom.copies.values())
    while len(texts) < placed + WARM_UP:
        original = newsroom.article()
        texts += [original, kinds[len(texts) % len(kinds)](original)]
    _empty()
    fill(articles, near=texts)
    outlets = [Outlet(name=f"Benchmark {number}") for number in range(50)]
    Outlet.objects.bulk_create(outlets)
    waiting = record([(outlets[number % 50], text) for number, text in enumerate(texts)])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    for article in waiting[:WARM_UP]:
        place_version(article_id=article)
    backend = backend_clock()
    app, db = time.process_time(), backend()
    for article in waiting[WARM_UP:]:
        place_version(article_id=article)
    app, db_after = time.process_time() - app, backend()
    measured = len(waiting) - WARM_UP
    return Insert(
        articles=articles,
        placed=measured,
        app_ms=app * 1000 / measured,
        db_ms=None if db is None or db_after is None else (db_after - db) * 1000 / measured,
        joined=Placement.objects.filter(pk__in=waiting[WARM_UP:], story__isnull=False).count(),
        sizes=_sizes(),
    )


_FILL = (
    "INSERT INTO articles_outlet (name, domain, created_at) SELECT 'Synthetic ' || n, '', now() FROM generate_series(1, 200) n",
    """INSERT INTO articles_article (id, outlet_id, key, url, title, byline, language, created_at)
       SELECT n, 1 + n %% 200, 'synthetic:' || n, '', '', '', 'en', now() FROM generate_series(1, %(articles)s) n""",
    """INSERT INTO articles_articleversion (id, article_id, number, text, text_length, sha256, title, byline, dateline, language,
                                           provenance, created_at)
       SELECT n, n, 1, 'Text ' || n, length('Text ' || n), encode(sha256(n::text::bytea), 'hex'), '', '', '', 'en', '{}', now()
         FROM generate_series(1, %(articles)s) n""",
    "UPDATE articles_article SET current_id = id WHERE current_id IS NULL",
    """INSERT INTO articles_placement (article_id, version_id, placed_at, attempts, signature)
       SELECT n, n, now(), 1, decode(repeat(md5(n::text), 32), 'hex') FROM generate_series(1, %(articles)s) n""",
    "ALTER TABLE articles_band DROP CONSTRAINT articles_band_pkey",
    """INSERT INTO articles_band (key, article_id)
       SELECT hashint8extended(n::bigint * %(bands)s + band, 42), n
         FROM generate_series(1, %(articles)s) n, generate_series(1, %(bands)s) band""",
    # Strangers that happen to have a band in common with a text to be placed, as often as real ones do
    """INSERT INTO articles_band (key, article_id)
       SELECT DISTINCT key, 1 + floor(random() * %(articles)s)::bigint
         FROM unnest(%(near)s::bigint[]) key, generate_series(1, %(strangers)s)""",
    "ALTER TABLE articles_band ADD CONSTRAINT articles_band_pkey PRIMARY KEY (key, article_id)",
)  # fmt: skip


def fill(articles: int, *, near: Sequence[str]) -> None:
    """`articles` synthetic articles with bands, some of which they share with the texts of `near`."""
    chosen = []
    rng = Newsroom(1).random
    strangers = max(1, round(STRANGERS_SHARE_A_BAND * articles))
    bands = min(4, strangers)  # of each text, that strangers have, too
    for text in near:
        if signature := signature_of(text):
            chosen += rng.sample(band_keys(signature), bands)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for statement in _FILL:
            cursor.execute(
                statement,
                {
                    "articles": articles,
                    "bands": BANDS,
                    "near": chosen,
                    "strangers": strangers // bands,
                },
            )
        for table in ("articles_article", "articles_articleversion"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [articles])


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE articles_outlet, articles_story, articles_band RESTART IDENTITY CASCADE")


def _sizes() -> dict[str, int]:
    relations = ("articles_band", "articles_band_pkey", "articles_placement", "articles_placement_pkey")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, pg_relation_size(name::regclass) FROM unnest(%s::text[]) name", [list(relations)]
        )
        return dict(cursor.fetchall())


# ---- The report ------------------------------------------------------------------------------------


def report(
    *,
    originals: int = 200,
    placed: int = 400,
    small: int = SMALL,
    large: int = LARGE,
    keep: bool = False,
) -> Iterator[str]:
    """All of it, line by line, in a scratch database."""
    with scratch_database(keep=keep):
        yield from quality(originals=originals)
        try:
            yield from clusters()
        except NotThere as missing:
            yield f"  clusters: not measured, {missing}"
        costs = [insert_cost(articles=articles, placed=placed) for articles in (small, large)]
        yield ""
        yield from cost_table(costs)
        if memory := _peak_memory():
            yield f"peak memory of this process: {memory} MiB"


def cost_table(costs: Sequence[Insert]) -> Iterator[str]:
    yield "articles there  placed  joined    app     db  CPU-ms  bands: table    index  placements"
    for cost in costs:
        db = "?" if cost.db_ms is None else f"{cost.db_ms:.2f}"
        mib = {name: size / 2**20 for name, size in cost.sizes.items()}
        yield (
            f"{cost.articles:>14,}  {cost.placed:>6}  {cost.joined:>6}  {cost.app_ms:>5.2f}  {db:>5}  {cost.cpu_ms:>6.2f}"
            f"  {mib['articles_band']:>8,.0f} MiB {mib['articles_band_pkey']:>5,.0f} MiB  {mib['articles_placement']:>6,.0f} MiB"
        )
    first, last = costs[0], costs[-1]
    growth = last.cpu_ms / first.cpu_ms
    yield f"{growth:.2f}{'' if growth <= WANTED_GROWTH else '!'} times the CPU at {last.articles:,} (wanted: {WANTED_GROWTH} at most)"


def _peak_memory() -> int | None:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), None)
