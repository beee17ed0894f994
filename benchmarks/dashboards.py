"""`manage.py benchmark dashboards`: what the pages of the dashboards cost with many claims, and what keeping their tallies costs.

The desk is made by set-based SQL, under the triggers that keep the tallies; counting it anew afterwards says whether they are true.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial

from django.db import connection
from django.test import Client

from benchmarks import desk, filling
from benchmarks.measuring import Operation, Target, measure, table
from benchmarks.scratch import scratch_database
from claims.agreement import agreement_view
from claims.choices import ReviewKind
from claims.dashboards import flow, now, records, travel, verdicts
from claims.dashboards.agreement import agreement_board
from claims.models import Stay
from claims.models.desk import read_once
from claims.services.tallies import find_drift, fold_tallies
from factcheck.models import User

PAGE = Target(p95_ms=20)
WRITES = ("two verdicts, submitted", "claims of an article")
_COUNTED = (
    "claims_claim",
    "claims_claimstate",
    "claims_review",
    "claims_appearance",
    "claims_claimtag",
    "claims_stay",
)


def report(*, claims: int, seconds: float) -> Iterator[str]:
    """Fills a scratch database with `claims` claims, then measures each page for `seconds`, its reads alone and whole."""
    with scratch_database() as name:
        began = time.perf_counter()
        reviewer = filling.fill(claims)
        took = time.perf_counter() - began
        yield f"{name}: {claims:,} claims and {Stay.objects.count():,} stays made in {took:.0f} s, tallies kept by the triggers"
        began = time.perf_counter()
        wrong = len(find_drift())
        yield f"counted anew in {time.perf_counter() - began:.0f} s: {wrong:,} tallies are not true"
        yield f"{fold_tallies():,} rows of tallies folded\n"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        yield table([measure(one, seconds=seconds) for one in pages(reviewer)])
        yield "\nWrites with the triggers that keep tallies, and without any:\n"
        yield table([measure(one, seconds=seconds) for one in writes(reviewer)])
        wrong = len(find_drift())
        yield f"\ncounted anew after the writes: {wrong:,} tallies are not true (those that were not kept)"


def pages(reviewer: User) -> list[Operation]:
    reviewer.is_superuser = True  # agreement is for editors
    reviewer.save()
    client = Client(SERVER_NAME="localhost")
    client.force_login(reviewer)
    busiest = verdicts.Asked("all", ReviewKind.VERACITY, verdicts.Subject("outlet", 1, "Outlet 1"))

    def get(path: str) -> Callable[[], None]:
        def fetch() -> None:
            response = client.get(path)
            if response.status_code != 200:
                raise RuntimeError(f"{path} answered {response.status_code}.")

        return fetch

    reads: list[tuple[str, Callable[[], object]]] = [
        ("desk now", now.desk_now),
        ("flow, four weeks", partial(flow.flow, 28)),
        ("flow, a year", partial(flow.flow, 364)),
        ("verdicts, of the desk", partial(verdicts.verdicts, verdicts.Asked("all"))),
        ("verdicts, of the busiest outlet", partial(verdicts.verdicts, busiest)),
        ("agreement", lambda: agreement_board(agreement_view())),
        ("record of the busiest outlet", partial(records.outlet_record, 1)),
        ("record of the busiest speaker", partial(records.speaker_record, 1)),
        ("how a claim travelled", partial(travel.travel, 5)),
    ]
    paths = {
        "desk now": "/dashboard/",
        "flow, four weeks": "/dashboard/flow/",
        "flow, a year": "/dashboard/flow/?period=364",
        "verdicts, of the desk": "/dashboard/verdicts/?period=all",
        "verdicts, of the busiest outlet": "/dashboard/verdicts/?period=all&outlet=1",
        "agreement": "/dashboard/agreement/",
        "record of the busiest outlet": "/dashboard/outlets/1/",
        "record of the busiest speaker": "/dashboard/speakers/1/",
        "how a claim travelled": "/review/5/travel/",
    }
    return [
        Operation(desk.EMPTY_REQUEST, lambda: client.get("/")),
        *(Operation(f"reads: {name}", _as_in_a_request(read), target=PAGE) for name, read in reads),
        *(
            Operation(f"page: {name}", get(path), baseline=desk.EMPTY_REQUEST, target=PAGE)
            for name, path in paths.items()
        ),
        Operation("api: stats", get("/api/v1/stats/"), baseline=desk.EMPTY_REQUEST, target=PAGE),
        Operation(
            "api: verdicts",
            get("/api/v1/stats/verdicts/?period=all"),
            baseline=desk.EMPTY_REQUEST,
            target=PAGE,
        ),
    ]


def _as_in_a_request(read: Callable[[], object]) -> Callable[[], None]:
    def once() -> None:
        with read_once():
            read()

    return once


def writes(reviewer: User) -> Iterator[Operation]:
    """What reviewers and workers do most, with tallies and then without: the difference is what they cost."""
    for kept in (True, False):
        operations = desk.writes(reviewer, first=0 if kept else desk.MOST_STORED)
        if not kept:
            _stop_counting()
        for one in operations:
            if any(name in one.name for name in WRITES):
                words = "with tallies" if kept else "without"
                yield Operation(f"{one.name}, {words}", one.run, one.inputs, one.units)


def _stop_counting() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT tgname, tgrelid::regclass::text FROM pg_trigger
                WHERE tgname LIKE 'pgtrigger_tally_%%' AND tgrelid = ANY(%s::regclass[])""",
            [list(_COUNTED)],
        )
        for trigger, counted in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {counted} DISABLE TRIGGER {connection.ops.quote_name(trigger)}")
