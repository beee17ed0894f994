"""`manage.py benchmark desk`: what the desk's screens, writes and API cost with many claims in it."""

import random
import time
from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Max
from django.test import Client

from articles.models import Article, ArticleVersion, Outlet
from benchmarks import filling
from benchmarks.measuring import Cost, Operation, Target, measure
from benchmarks.scratch import scratch_database
from claims import extraction, queries
from claims.choices import RunState, Stance, State, Veracity
from claims.dashboards import now
from claims.extraction.types import ExtractedClaim, Extraction, Hop
from claims.models import ClaimState, ExtractionRun
from claims.narrowing import Filters
from claims.services import assigning, evidence, extracting, reviewing
from claims.services.reviewing import Judgement
from factcheck.models import User

FEWEST_CLAIMS = 200
# What is used up by being measured: so many of each are made ready.
MOST_WRITES = 1500
MOST_STORED = 60
CLAIMS_STORED = 25  # of one article

LIST = Target(cpu_ms=3, p95_ms=15)
SEARCH = Target(p95_ms=30)
NONE = Target()

SELECT_1 = "SELECT 1"
RAW_LIST = "50 claims, raw SQL and orjson"
RAW_REVIEW = "two verdicts, raw SQL"
EMPTY_REQUEST = "a request that shows nothing"

_RAW_LIST = """
    SELECT c.id, c.text, c.language, c.score, c.created_at, s.state, s.version, s.priority, s.veracity, s.form,
           s.checkable, s.entered_at, s.speaker_id, p.name, s.outlet_id, o.name
      FROM claims_claimstate s JOIN claims_claim c ON c.id = s.claim_id
      JOIN articles_outlet o ON o.id = s.outlet_id LEFT JOIN claims_speaker p ON p.id = s.speaker_id
     ORDER BY s.claim_id DESC LIMIT 50
"""
_RAW_VERDICT = """
    INSERT INTO claims_review (claim_id, appearance_id, kind, verdict, rationale, reviewer_id, created_at)
    VALUES (%(claim)s, %(appearance)s, %(kind)s, %(verdict)s, 'As the papers say.', %(reviewer)s, now())
"""
_RAW_EVENT = """
    INSERT INTO claims_auditevent (at, actor_id, verb, claim_id, object_type, object_id, before, after, reason)
    VALUES (now(), %(reviewer)s, 'review', %(claim)s, 'review', 1, '{}', '{}', '')
"""


def run(*, claims: int, seconds: float, keep: bool = False, only: str = "") -> Iterator[Cost]:
    """Fills a scratch database with `claims` claims, measures one operation after the other, `seconds` each.

    `only`: a part of the names of those wanted. Prints how long filling took.
    """
    with scratch_database(keep=keep) as name:
        began = time.perf_counter()
        reviewer = filling.fill(claims)
        took = time.perf_counter() - began
        print(f"{name}: {claims:,} claims made in {took:.0f} s ({claims / took:,.0f} a second, by SQL)\n")
        # What a worker process of the server did would not be seen.
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        # Writes are made ready, and leave dead rows behind, after the reads.
        for group in (baselines, reads, writes):
            for operation in group(reviewer):
                if only.casefold() in operation.name.casefold():
                    yield measure(operation, seconds=seconds)


def baselines(reviewer: User) -> list[Operation]:
    client = _signed_in(reviewer)
    return [
        Operation(SELECT_1, lambda: _rows("SELECT 1")),
        Operation(RAW_LIST, raw_list),
        Operation(EMPTY_REQUEST, lambda: client.get("/")),
    ]


def reads(reviewer: User) -> list[Operation]:
    """Screens, the reads behind them, and the API."""
    client = _signed_in(reviewer)
    claims: int = ClaimState.objects.aggregate(last=Max("pk"))["last"]
    deep = str(claims // 10)
    outlets = {"busiest": Outlet.objects.get(pk=1), "quietest": Outlet.objects.get(pk=filling.OUTLETS)}
    deep_queue = ClaimState.objects.filter(state=State.QUEUED, priority=20).order_by("pk").first()
    deep_queue_key = f"20.{deep_queue.pk}" if deep_queue else ""

    def page(name: str, filters: Filters, target: Target = LIST, after: str = "") -> Operation:
        return Operation(
            f"list: {name}",
            lambda: queries.claim_page(filters, after=after),
            baseline=RAW_LIST,
            target=target,
        )

    def get(name: str, path: str, target: Target = NONE, baseline: str = EMPTY_REQUEST) -> Operation:
        def fetch() -> None:
            response = client.get(path)
            if response.status_code != 200:
                raise RuntimeError(f"{path} answered {response.status_code}.")

        return Operation(name, fetch, baseline=baseline, target=target)

    everything = Filters()
    queue = Filters(state=State.QUEUED)
    in_long_article = min(filling.LONG_ARTICLE, claims // 2) // 2
    return [
        page("first page", everything),
        page("deep page", everything, after=deep),
        page("of a state", Filters(state=State.IN_CROSS_CHECK)),
        page("of a state, deep", Filters(state=State.IN_CROSS_CHECK), after=deep),
        page("of the busiest outlet", Filters(outlet=outlets["busiest"])),
        page("of the quietest outlet", Filters(outlet=outlets["quietest"])),
        page(
            "of the busiest outlet, one verdict", Filters(outlet=outlets["busiest"], veracity=Veracity.FALSE)
        ),
        page("of a verdict", Filters(veracity=Veracity.FALSE)),
        page("of a verdict nobody gave", Filters(veracity=Veracity.UNVERIFIABLE)),
        page("of a form", Filters(form="own-voice")),
        page("of a form that no claim has", Filters(form="direct")),
        page("of a speaker", Filters(speaker="Ara Holmby")),
        page("of a surname many share", Filters(speaker=filling.COMMON_NAME)),
        page("words, rare", Filters(words=filling.RARE_WORD), SEARCH),
        page("words, common", Filters(words=filling.COMMON_WORD), SEARCH),
        page("words, common, deep", Filters(words=filling.COMMON_WORD), SEARCH, after=deep),
        page("words, two", Filters(words=f"{filling.COMMON_WORD} {filling.common_words()[0]}"), SEARCH),
        page("words nobody used", Filters(words="xylophone"), SEARCH),
        page("queue", queue),
        page("queue, deep", queue, after=deep_queue_key),
        page("queue, words, common", Filters(state=State.QUEUED, words=filling.COMMON_WORD), SEARCH),
        page("queue, words, rare", Filters(state=State.QUEUED, words=filling.RARE_WORD), SEARCH),
        page("queue of the quietest outlet", Filters(state=State.QUEUED, outlet=outlets["quietest"])),
        Operation("dashboard: its reads", now.desk_now, baseline=SELECT_1, target=Target(p95_ms=20)),
        get("screen: claims", "/claims/"),
        get("screen: queue", "/queue/"),
        get("screen: articles", "/articles/"),
        get("screen: workbench, 10 claims", f"/review/{claims}/"),
        get("screen: workbench, 300 claims, 10,000 words", f"/review/{in_long_article}/"),
        get("screen: article, 300 claims, 10,000 words", "/articles/1/"),
        get("api: 50 claims", "/api/v1/claims/", LIST, RAW_LIST),
        get("api: 50 claims, deep", f"/api/v1/claims/?cursor={_cursor(deep)}", LIST, RAW_LIST),
        get("api: 50 claims by a common word", f"/api/v1/claims/?q={filling.COMMON_WORD}", SEARCH, RAW_LIST),
        get("api: a claim", f"/api/v1/claims/{claims}/"),
        get("api: 50 appearances of an article", "/api/v1/appearances/?article=1"),
    ]


def writes(reviewer: User, first: int = 0) -> list[Operation]:
    """What reviewers and workers do. Each input serves once, on claims of its own; articles are numbered from `first` on."""
    client = _signed_in(reviewer)
    queued = ClaimState.objects.filter(state=State.QUEUED).order_by("priority", "-pk")
    share = min(MOST_WRITES, queued.count() // 6)
    plain, judged, linked, over_http = (
        list(queued.values_list("pk", flat=True)[place * share : (place + 1) * share]) for place in range(4)
    )
    for claim in (*plain, *judged, *over_http):
        assigning.take_claim(by=reviewer, claim_id=claim)
    numbers = count(1)

    def verdicts(claim: int) -> None:
        reviewing.record_review(
            by=reviewer,
            claim_id=claim,
            expected_version=2,
            judgements=[
                Judgement(Veracity.FALSE, "As the papers say."),
                Judgement("confirmed", "As the papers say.", appearance_id=claim),
            ],
            submit=True,
            evidence_exception="The papers are all there is.",
        )

    def verdicts_by_api(claim: int) -> None:
        response = client.post(
            f"/api/v1/claims/{claim}/reviews/",
            {
                "expected_version": 2,
                "judgements": [{"verdict": "false", "rationale": "As the papers say."}],
            },
            content_type="application/json",
        )
        if response.status_code not in (200, 201):
            raise RuntimeError(f"The API answered {response.status_code}: {response.content!r}")

    def link(claim: int) -> None:
        evidence.link_evidence(
            by=reviewer,
            claim_id=claim,
            url=f"https://papers.example/{next(numbers)}",
            stance=Stance.REFUTES,
            quote="The papers say otherwise.",
        )

    next_claim = Target(per_second=800)
    return [
        Operation("write: next for me", lambda: assigning.take_next(by=reviewer), target=next_claim),
        Operation("write: next for me, api", lambda: client.post("/api/v1/claims/next/"), target=next_claim),
        Operation(RAW_REVIEW, lambda claim: _raw_review(claim, reviewer), plain),
        Operation(
            "write: two verdicts, submitted",
            verdicts,
            judged,
            baseline=RAW_REVIEW,
            target=Target(cpu_ms=2.5, per_second=500),
        ),
        Operation("write: one verdict, api", verdicts_by_api, over_http, baseline=RAW_REVIEW),
        Operation("write: link evidence", link, linked, baseline=RAW_REVIEW),
        Operation(
            f"write: claims of an article ({CLAIMS_STORED})",
            lambda given: _store(*given),
            [_to_store(first + number) for number in range(MOST_STORED)],
            units=CLAIMS_STORED,
            target=Target(per_second=8000),
        ),
    ]


def raw_list() -> bytes:
    return orjson.dumps(_rows(_RAW_LIST))


def _signed_in(user: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    return client


def _cursor(key: str) -> str:
    """The API's cursor of the page after the claim of this key."""
    return b64encode(f"p={key}".encode()).decode()


def _rows(sql: str, given: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


@transaction.atomic
def _raw_review(claim: int, reviewer: User) -> None:
    """The rows that two verdicts and their submission leave behind, and nothing else."""
    given: dict[str, int | str | None] = {"claim": claim, "reviewer": reviewer.pk}
    veracity = given | {"appearance": None, "kind": "veracity", "verdict": "false"}
    attribution = given | {"appearance": claim, "kind": "attribution", "verdict": "confirmed"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM claims_claimstate WHERE claim_id = %(claim)s FOR UPDATE", given)
        for verdict in (veracity, attribution):
            cursor.execute(_RAW_VERDICT, verdict)
        cursor.execute(
            """UPDATE claims_claimstate SET state = 'in_cross_check', author_id = %(reviewer)s, round = round + 1,
                      version = version + 1, entered_at = now() WHERE claim_id = %(claim)s""",
            given,
        )
        for _ in range(3):
            cursor.execute(_RAW_EVENT, given)
        cursor.execute(
            "UPDATE claims_assignment SET ended_at = now(), \"end\" = 'submitted' WHERE claim_id = %(claim)s",
            given,
        )


def _to_store(number: int) -> tuple[ExtractionRun, Extraction]:
    """A new article with what the extractor would find in it: eight speakers, one relay, spans in every role."""
    rng = random.Random(number)
    outlet = Outlet.objects.get(pk=1 + number % filling.OUTLETS)
    lines, found, start = [], [], 0
    for line in range(CLAIMS_STORED):
        speaker = f"Speaker {rng.randrange(8)} of story {number // 2}"
        content = " ".join(
            rng.choices(("harbour", "silt", "budget", "dredging", "council", "the", "of"), k=15)
        )
        content += f" {number}.{line}"
        lines.append(f"{speaker} said {content}")
        named, told = start + len(speaker), start + len(speaker) + 6
        found.append(
            ExtractedClaim(
                content=((told, told + len(content)),),
                cue=((named + 1, named + 5),),
                source=((start, named),),
                form="indirect",
                speaker=speaker,
                speaker_kind="person",
                chain=(Hop("Northern Wire", "relay"), Hop(outlet.name, "publisher")),
                checkable=True,
                reasons=("fact",),
                score=rng.random(),
                confidence=0.9,
                decided_by="benchmark",
                speaker_confidence=0.9,
                speaker_by="benchmark",
            )
        )
        start += len(lines[-1]) + 2
    text = ".\n".join(lines)
    article = Article.objects.create(outlet=outlet, key=f"stored:{number}", title=f"Stored {number}")
    version = ArticleVersion.objects.create(
        article=article, number=1, text=text, text_length=len(text), sha256=f"{number:064x}", language="en"
    )
    run = ExtractionRun.objects.create(version=version, extractor=extraction.VERSION, state=RunState.PENDING)
    return run, Extraction(tuple(found), (), "en", extraction.VERSION)


def _store(run: ExtractionRun, found: Extraction) -> None:
    with transaction.atomic():
        extracting._store(run, found)
