"""The dashboard: what it counts is what is there, at a cost that does not grow with the claims."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import ImportItem
from articles.services.importing import ItemRequest, request_import
from claims import dashboards
from claims.choices import AttributionVerdict, DismissReason, State, Veracity
from claims.models import Claim, ClaimState
from claims.services.assigning import release_claim, take_next
from claims.services.curating import dismiss_claim, queue_claim
from claims.services.reviewing import Judgement, record_review
from claims.services.tallies import find_drift
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role
from tests.factories import make_article_version, make_claim, make_run, make_speaker, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 12, tzinfo=UTC)  # a Wednesday


def body(response: Any) -> str:
    return " ".join(response.content.decode().split())


def since(claim: Claim, days: int) -> None:
    ClaimState.objects.filter(pk=claim.pk).update(entered_at=NOW - timedelta(days=days))


# ---- Tallies are what a live count says ------------------------------------------------------------


def assert_tallies_are_true() -> None:
    assert find_drift() == []


@pytest.mark.parametrize("seed", [1, 2, 3, random.SystemRandom().randrange(10**6)])
def test_tallies_equal_a_live_count_whatever_happened(seed: int) -> None:
    print(f"seed {seed}")
    dice = random.Random(seed)
    people = [make_user(f"reviewer{n}", Role.REVIEWER) for n in range(2)]
    versions = [make_article_version(outlet=f"Outlet {n}") for n in range(3)]
    speakers = [None, *(make_speaker(f"Speaker {n}") for n in range(4))]

    def some_claim() -> int:
        return dice.choice(list(ClaimState.objects.values_list("pk", flat=True)))

    def insert() -> None:
        make_claim(
            dice.choice(versions), speaker=dice.choice(speakers), state=dice.choice([State.NEW, State.QUEUED])
        )

    def judge() -> None:
        claim = some_claim()
        case = ClaimState.objects.get(pk=claim)
        appearance = case.claim.appearances.get()
        record_review(
            by=dice.choice(people),
            claim_id=claim,
            expected_version=case.version,
            judgements=[
                Judgement(dice.choice(Veracity.values), str(dice.random())),
                Judgement(dice.choice(AttributionVerdict.values), "", appearance.pk),
            ],
            submit=dice.random() < 0.4,
        )

    def bulk_move() -> None:
        some = list(ClaimState.objects.filter(state=State.QUEUED).values_list("pk", flat=True))[
            : dice.randrange(4)
        ]
        moment = timezone.now() - timedelta(days=dice.randrange(60))
        ClaimState.objects.filter(pk__in=some).update(entered_at=moment, priority=dice.randrange(100))

    def bare_sql() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE claims_claimstate SET speaker_id = NULL WHERE claim_id = %s", [some_claim()]
            )

    steps = [
        insert,
        judge,
        judge,
        bulk_move,
        bare_sql,
        lambda: take_next(by=dice.choice(people)),
        lambda: release_claim(by=dice.choice(people), claim_id=some_claim()),
        lambda: queue_claim(by=people[0], claim_id=some_claim()),
        lambda: dismiss_claim(by=people[0], claim_id=some_claim(), reason=dice.choice(DismissReason.values)),
    ]
    for _ in range(5):
        insert()
    done = 0
    for _ in range(120):
        try:
            dice.choice(steps)()
            done += 1
        except DomainError:
            pass  # not every step is allowed everywhere; what is refused must leave the tallies alone too
    assert done > 40, "a walk that is refused everywhere proves nothing"
    assert_tallies_are_true()


# ---- What the page says ----------------------------------------------------------------------------


def test_counts_by_state_and_verdict_with_every_name_there_is() -> None:
    make_claim(state=State.NEW)
    make_claim(state=State.QUEUED)
    make_claim(state=State.QUEUED)
    make_claim(state=State.APPROVED, veracity="half_true")
    desk = dashboards.dashboard()
    assert {bar.key: bar.n for bar in desk.states if bar.n} == {"new": 1, "queued": 2, "approved": 1}
    assert [bar.key for bar in desk.states] == State.values
    assert [(bar.key, bar.score) for bar in desk.verdicts if bar.n] == [("half_true", 3)]
    assert (desk.claims, desk.queued, desk.judged) == (4, 2, 1)


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        (0, "today"), (1, "1–2 days"), (2, "1–2 days"), (3, "3–7 days"), (7, "3–7 days"), (8, "8–30 days"),
        (30, "8–30 days"), (31, "older"), (400, "older"), (-1, "today"),
    ],
)  # fmt: skip
def test_the_age_of_the_queue_in_buckets(age: int, bucket: str) -> None:
    claim = make_claim()
    since(claim, age)
    desk = dashboards.dashboard(NOW)
    assert {bar.label: bar.n for bar in desk.ages if bar.n} == {bucket: 1}
    assert desk.oldest is not None
    assert desk.oldest.claim == claim


def test_only_what_waits_in_the_queue_has_an_age() -> None:
    old = make_claim(state=State.IN_CROSS_CHECK)
    since(old, 50)
    desk = dashboards.dashboard(NOW)
    assert desk.oldest is None
    assert not any(bar.n for bar in desk.ages)


def test_throughput_of_the_last_twelve_weeks(time_machine: Any) -> None:
    reviewer = make_user("rosa", Role.REVIEWER)
    for moment, claims in ((NOW - timedelta(weeks=12), 1), (NOW - timedelta(weeks=11), 2), (NOW, 3)):
        time_machine.move_to(moment, tick=False)
        made = [make_claim() for _ in range(claims)]
        record_review(
            by=reviewer,
            claim_id=made[0].pk,
            expected_version=1,
            judgements=[Judgement("false", "It is shut.")],
        )
    desk = dashboards.dashboard(NOW)
    assert len(desk.weeks) == 12
    assert [
        (f"{week.monday}", week.key, week.claims, week.reviews) for week in desk.weeks if week.claims
    ] == [
        ("2025-12-29", "2026-W01", 2, 1),
        ("2026-03-16", "2026-W12", 3, 1),
    ]


def test_the_busiest_outlets_and_speakers_come_first() -> None:
    for n in range(1, 18):
        version = make_article_version(outlet=f"Outlet {n:02}")
        for _ in range(n):
            make_claim(version, speaker=f"Speaker {n:02}", veracity="true" if n == 17 else "")
    desk = dashboards.dashboard()
    assert [(row.name, row.claims, row.judged) for row in desk.outlets][:2] == [
        ("Outlet 17", 17, 17),
        ("Outlet 16", 16, 0),
    ]
    assert [row.name for row in desk.speakers] == [f"Speaker {n:02}" for n in range(17, 2, -1)]


@pytest.fixture
def failed_imports() -> ImportItem:
    by = make_user("rosa", "researcher")
    items = [ItemRequest(kind="url", url=f"https://a.example/{n}") for n in range(14)]
    job = request_import(by=by, items=items)
    for n, item in enumerate(job.items.order_by("position")):
        old = timedelta(days=8) if n == 13 else timedelta(minutes=n)
        code = "timed_out" if n < 10 else "too_large"
        ImportItem.objects.filter(pk=item.pk).update(
            state="failed", error_code=code, error_message=f"{code} <said>.", finished_at=timezone.now() - old
        )
    return job.items.earliest("position")


def test_failing_imports_by_reason_and_the_latest_ten(client: Client, failed_imports: ImportItem) -> None:
    client.force_login(make_user("eva", "editor"))
    html = body(client.get("/dashboard/"))
    reasons = re.findall(r'<code>(\w+)</code></td> <td data-label="Items" class="num tight">(\d+)<', html)
    assert reasons == [("timed_out", "10"), ("too_large", "3")], "the eight days old one is left out"
    assert "timed_out &lt;said&gt;." in html
    assert re.findall(r"https://a\.example/(\d+)", html) == [str(n) for n in range(10)]
    assert f'href="/imports/{failed_imports.job_id}/?state=failed"' in html


def test_texts_that_are_being_read_or_could_not_be(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    make_run(make_article_version(), "done")
    make_run(make_article_version(), "pending")
    make_run(make_article_version(), "failed", error_code="gave_up", error_message="The worker stopped.")
    html = body(client.get("/dashboard/"))
    assert (
        '<span class="figure__value">1</span><span class="figure__label">texts being read for claims;' in html
    )
    assert "1 failed" in html


def test_whether_a_worker_is_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make_user("eva", "editor"))
    monkeypatch.setattr("factcheck.heartbeat.last_heartbeat", lambda: {"at": 0.0, "extractor": "1"})
    assert "a worker is running" in body(client.get("/dashboard/"))
    monkeypatch.setattr("factcheck.heartbeat.last_heartbeat", lambda: None)
    html = body(client.get("/dashboard/"))
    assert "no worker heard of" in html
    assert "Start one with" in html


@pytest.mark.parametrize("role", ["viewer", "researcher", "reviewer", "editor", "admin"])
def test_everybody_at_the_desk_may_look(client: Client, role: str) -> None:
    assert client.get("/dashboard/")["Location"] == "/login/?next=/dashboard/"
    client.force_login(make_user("somebody", role))
    assert client.get("/dashboard/").status_code == 200


def test_an_empty_desk_says_what_to_do(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    html = body(client.get("/dashboard/"))
    assert "No claims yet" in html
    assert "Nothing failed in the last 7 days." in html


def test_numbers_lead_to_lists_of_as_many_claims(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    version = make_article_version(outlet="Harbour & Post")
    for n in range(3):
        make_claim(
            version,
            speaker="Ivo Brandt & Sons",
            state=State.APPROVED,
            veracity="false",
            text=f"Quay {n} is shut.",
        )
    make_claim(state=State.NEW, text="Something else.")
    html = client.get("/dashboard/").content.decode()
    links = re.findall(r'<a href="(/claims/\?(state|veracity|outlet|speaker)=[^"]+)">(\d+)</a>', html)
    assert {name for _, name, _ in links} == {"state", "veracity", "outlet", "speaker"}
    for address, _, n in links:
        listed = client.get(address.replace("&amp;", "&")).content.decode()
        assert len(re.findall(r'<td class="main">', listed)) == int(n), address


def test_what_it_costs_does_not_grow(client: Client, django_assert_num_queries: Any) -> None:
    client.force_login(make_user("eva", "editor"))
    for n in range(20):
        make_claim(make_article_version(outlet=f"Outlet {n}"), speaker=f"Speaker {n}", veracity="true")
    # roles too: editors are shown the way to agreement; the inbox's count, and how the desk names verdicts
    with django_assert_num_queries(14) as captured:
        assert client.get("/dashboard/").status_code == 200
    over_claims = [
        query["sql"]
        for query in captured
        if re.search(r"COUNT\(|GROUP BY", query["sql"]) and re.search(r'FROM "claims_claim', query["sql"])
    ]
    assert over_claims == []
