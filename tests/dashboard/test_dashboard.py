"""The dashboard: what it counts is what is there, at a cost that does not grow with the claims."""

import html as html_
import json
import random
import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import ImportItem
from articles.services.importing import ItemRequest, request_import
from claims.choices import DismissReason, State
from claims.dashboards.figures import share
from claims.dashboards.filters import verdicts_asked
from claims.dashboards.flow import flow
from claims.dashboards.now import desk_now
from claims.dashboards.verdicts import verdicts
from claims.models import Claim, ClaimState, Tag, Tally, VerdictTally
from claims.services.assigning import release_claim, take_claim, take_next
from claims.services.curating import dismiss_claim, queue_claim
from claims.services.publishing import publish_claim
from claims.services.reviewing import Judgement, record_review
from claims.services.seconding import cross_check, vote_claim
from claims.services.tagging import add_tag, merge_tags, tag_claim
from claims.services.tallies import find_drift, fold_tallies
from claims.services.undoing import undo_move
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role
from tests.factories import make_article_version, make_claim, make_run, make_speaker, make_user, set_desk

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
    set_desk(min_evidence=0)
    editor = make_user("eva", Role.EDITOR)
    for name in ("dams", "locks"):
        add_tag(by=editor, name=name)

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
                Judgement(dice.choice(["true", "false"]), str(dice.random())),
                Judgement(dice.choice(["confirmed", "own_voice"]), "", appearance.pk),
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

    def check() -> None:
        case = dice.choice(list(ClaimState.objects.filter(state=State.IN_CROSS_CHECK)) or [None])
        if case is not None:
            cross_check(
                by=people[case.author_id == people[0].pk],
                claim_id=case.pk,
                expected_version=case.version,
                judgements=[
                    Judgement(dice.choice(["true", "false"]), ""),
                    Judgement(dice.choice(["confirmed", "own_voice"]), "", case.claim.appearances.get().pk),
                ],
            )

    def topic() -> None:
        tag_claim(
            by=editor,
            claim_id=some_claim(),
            **{dice.choice(["add", "remove"]): [dice.choice(["dams", "locks"])]},
        )

    steps = [
        insert,
        check,
        check,
        topic,
        lambda: vote_claim(by=editor, claim_id=some_claim()),
        lambda: publish_claim(by=editor, claim_id=some_claim()),
        lambda: undo_move(by=dice.choice([*people, editor]), claim_id=some_claim()),
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
    merge_tags(by=editor, tag_id=Tag.objects.get(name="locks").pk, into="dams")
    fold_tallies()
    assert_tallies_are_true()
    Tally.objects.filter(dimension="state").delete()
    VerdictTally.objects.update(n=7)
    call_command("recount_tallies", stdout=StringIO())
    assert_tallies_are_true()


def test_recounting_names_what_is_not_true_and_mends_it() -> None:
    make_claim(state=State.QUEUED)
    call_command("recount_tallies", check=True, stdout=(said := StringIO()))
    assert said.getvalue() == "All are true.\n"
    Tally.objects.filter(dimension="state", key="queued").update(n=3)
    with pytest.raises(CommandError, match="1 are not true"):
        call_command("recount_tallies", check=True, stdout=(said := StringIO()))
    assert said.getvalue() == "claims_tally: state queued: -2 missing\n"
    call_command("recount_tallies", stdout=(said := StringIO()))
    assert said.getvalue() == "1 mended.\n"
    assert find_drift() == []


# ---- What the page says ----------------------------------------------------------------------------


def test_counts_by_state_with_every_name_there_is() -> None:
    make_claim(state=State.NEW)
    make_claim(state=State.QUEUED)
    make_claim(state=State.QUEUED)
    make_claim(state=State.APPROVED, veracity="half_true")
    desk = desk_now()
    states = dict(desk.board["states"].values())
    assert {state: n for state, n in states.items() if n} == {"new": 1, "queued": 2, "approved": 1}
    assert list(states) == State.values
    assert (desk.claims, desk.queued, desk.judged) == (4, 2, 1)


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        (0, "today"), (1, "days"), (2, "days"), (3, "week"), (7, "week"), (8, "month"),
        (30, "month"), (31, "older"), (400, "older"), (-1, "today"),
    ],
)  # fmt: skip
def test_the_age_of_what_waits_in_buckets(age: int, bucket: str) -> None:
    claim = make_claim()
    since(claim, age)
    desk = desk_now(NOW)
    chart = desk.board["ages"]
    row = next(row for row in chart.rows if row[0].value == State.QUEUED)
    assert {
        column.key: cell.value for column, cell in zip(chart.columns[1:], row[1:], strict=True) if cell.value
    } == {bucket: 1}
    assert desk.oldest is not None
    assert desk.oldest.claim == claim


def test_flow_of_the_last_weeks_and_the_time_that_claims_took(time_machine: Any) -> None:
    reviewer, set_to = make_user("rosa", Role.REVIEWER), set_desk(min_evidence=0)
    assert set_to.cross_check
    for days in (40, 3, 1):
        time_machine.move_to(NOW - timedelta(days=days), tick=False)
        claim = make_claim(form="own-voice")
        time_machine.move_to(NOW - timedelta(days=days) + timedelta(hours=2), tick=False)
        take_claim(by=reviewer, claim_id=claim.pk)
        version = ClaimState.objects.get(pk=claim.pk).version
        record_review(
            by=reviewer,
            claim_id=claim.pk,
            expected_version=version,
            judgements=[Judgement("false")],
            submit=True,
        )
    board = flow(28, now=NOW)
    assert len(board["throughput"].rows) == 28
    told = {row[0]: row[1:] for row in board["throughput"].values() if any(row[1:])}
    assert told == {"2026-03-15": [1, 1, 0, 0], "2026-03-17": [1, 1, 0, 0]}
    queued = next(row for row in board["stays"].values() if row[0] == State.QUEUED)
    assert (queued[1], queued[4]) == (2, 7200)
    assert 4096 <= queued[2] <= 8192, "the median, to within its bucket"


def test_verdicts_of_the_desk_an_outlet_a_speaker_and_a_topic() -> None:
    editor = make_user("eva", "editor")
    version = make_article_version(outlet="Harbour Post")
    made = [
        make_claim(version, speaker="Ivo Brandt", state=State.APPROVED, veracity=one)
        for one in ("false", "false", "true")
    ]
    make_claim(state=State.APPROVED, veracity="unproven")
    add_tag(by=editor, name="Harbours")
    tag_claim(by=editor, claim_id=made[0].pk, add=["harbours"])
    for given, expected in (
        ({}, {"false": 2, "true": 1, "unproven": 1}),
        ({"outlet": "harbour post"}, {"false": 2, "true": 1}),
        ({"speaker": str(made[0].speaker_id)}, {"false": 2, "true": 1}),
        ({"tag": "Harbours"}, {"false": 1}),
        ({"scale": "attribution"}, {}),
    ):
        asked, problems = verdicts_asked(given)
        rows = verdicts(asked, problems)["verdicts"].values()
        assert ({verdict: n for verdict, n, _ in rows if n}, problems) == (expected, [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"period": "7"}, "There is no period “7”"),
        ({"scale": "weight"}, "There is no scale “weight”"),
        ({"outlet": "999999"}, "There is no outlet “999999”"),
        ({"speaker": "nobody\0"}, "There is no speaker"),
        ({"tag": "1" * 40}, "There is no topic"),
    ],
)
def test_filters_on_nothing_are_told_in_a_sentence(client: Client, given: dict[str, str], words: str) -> None:
    client.force_login(make_user("eva", "editor"))
    assert words in client.get("/dashboard/verdicts/", given).content.decode()
    for response in (
        client.get("/dashboard/verdicts/", {**given, "as": "csv"}),
        client.get("/api/v1/stats/verdicts/", given),
    ):
        assert response.status_code == 400
        assert words in response.content.decode()


def test_an_outlets_record_tells_its_own_voice_from_what_others_said_and_few_as_few(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    version = make_article_version(outlet="Harbour Post")
    for veracity in ("false", "", "true", ""):
        make_claim(version, form="own-voice", state=State.APPROVED, veracity=veracity)
    claim = make_claim(version, speaker="Ivo Brandt", state=State.APPROVED, veracity="true")
    html = body(client.get(f"/dashboard/outlets/{version.article.outlet_id}/"))
    assert (
        "4 of 5 of its claims are in its own voice; checked: 2 of 4 of these, 1 of 1 of the attributed ones."
        in html
    )
    assert "%" not in re.sub(r"<script.*?</script>", "", html), "no percentage of so few"
    assert "1 of 1 of the claims attributed" in body(client.get(f"/dashboard/speakers/{claim.speaker_id}/"))
    assert client.get("/dashboard/outlets/999999/").status_code == 404
    assert share(0, 0) == "none yet"
    assert share(3, 12) == "25 % (3 of 12)"


def test_a_csv_has_the_tables_numbers_and_no_formula(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    make_claim(make_article_version(outlet="=HYPERLINK(1)"), state=State.APPROVED, veracity="false")
    response = client.get("/dashboard/verdicts/?as=csv&chart=by_outlet")
    assert response["Content-Disposition"].startswith('attachment; filename="dashboard-verdicts-by_outlet-')
    assert response.content.decode().splitlines() == ["outlet,claims,false", "'=HYPERLINK(1),1,1"]
    everything = client.get("/dashboard/?as=csv").content.decode().splitlines()
    assert everything[0] == "chart,row,column,value"
    assert "states,approved,claims,1" in everything
    assert client.get("/dashboard/?as=csv&chart=nothing").status_code == 404


def test_the_drawing_has_the_tables_own_values(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    make_claim(state=State.APPROVED, veracity="false")
    for address in ("/dashboard/", "/dashboard/flow/", "/dashboard/verdicts/"):
        html = client.get(address).content.decode()
        drawings = re.findall(r'<script id="([\w-]+)-data" type="application/json">(.*?)</script>', html)
        assert drawings, address
        for key, data in drawings:
            figure = html.split(f'<figure class="chart" id="{key}"')[1].split("</figure>")[0]
            cells = re.findall(r'<span dir="auto">(?:<a href="[^"]*">)?([^<]*)', figure)
            assert cells == [html_.escape(text) for row in json.loads(data)["texts"] for text in row]


def test_the_api_gives_the_same_numbers(client: Client) -> None:
    client.force_login(make_user("eva", "editor"))
    claim = make_claim(state=State.APPROVED, veracity="false", speaker="Ivo Brandt")
    for address in (
        "stats/", "stats/flow/?period=91", "stats/verdicts/", f"stats/outlets/{claim.case.outlet_id}/",
        f"stats/speakers/{claim.speaker_id}/", "stats/agreement/", f"claims/{claim.pk}/travel/",
    ):  # fmt: skip
        answer = client.get(f"/api/v1/{address}").json()
        assert answer["charts"][0]["columns"], address
    states = client.get("/api/v1/stats/").json()["charts"][0]
    assert {"state": "approved", "claims": 1} in states["rows"]
    assert client.get("/api/v1/stats/speakers/999999/").json()["code"] == "speaker_not_found"
    assert client.get("/api/v1/claims/999999/travel/").status_code == 404


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
    since(make_claim(state=State.NEW, text="Something else."), 4)
    for page in ("/dashboard/", "/dashboard/verdicts/"):
        links = re.findall(r'<a href="(/claims/\?[^"]+)">(\d+)</a>', client.get(page).content.decode())
        assert links, page
        for address, n in links:
            listed = client.get(address.replace("&amp;", "&")).content.decode()
            assert len(re.findall(r'<td class="main">', listed)) == int(n), address


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/dashboard/", 14), ("/dashboard/flow/", 6), ("/dashboard/verdicts/", 12), ("/dashboard/records/", 6),
        ("/dashboard/agreement/", 5),
    ],
)  # fmt: skip
def test_what_it_costs_does_not_grow(
    client: Client, django_assert_num_queries: Any, address: str, queries: int
) -> None:
    client.force_login(make_user("eva", "editor"))
    for n in range(20):
        make_claim(make_article_version(outlet=f"Outlet {n}"), speaker=f"Speaker {n}", veracity="true")
    # session, user, roles, the inbox's count, and how the desk names verdicts are among them
    with django_assert_num_queries(queries) as captured:
        assert client.get(address).status_code == 200
    over_claims = [
        query["sql"]
        for query in captured
        if re.search(r"COUNT\(|GROUP BY", query["sql"]) and re.search(r'FROM "claims_claim', query["sql"])
    ]
    assert over_claims == []
