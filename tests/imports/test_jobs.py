"""What people do with an import that is under way: cancel it, retry it, read how it went."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import ArticleVersion, ImportEvent, ImportItem, ImportJob
from articles.services import running
from articles.services.importing import ItemRequest, request_import
from articles.services.jobs import cancel_import, retry_cancelled, retry_failed
from articles.services.reporting import COLUMNS
from articles.services.running import run_import_item, undone_items
from factcheck import heartbeat
from factcheck.lib.errors import Refused
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TEXT = "The quay at Larn is shut, harbour master Ivo Brandt said on Monday. It was built in 1931."


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def desk(researcher: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(heartbeat, "last_heartbeat", lambda: {"at": 0.0, "extractor": "1"})
    client.force_login(researcher)
    return client


def job_of(by: User, n: int, label: str = "") -> ImportJob:
    items = [ItemRequest(kind="text", text=f"{TEXT} Part {i}.", outlet="Larn Courier") for i in range(n)]
    return request_import(by=by, items=items, label=label)


def fail(item: ImportItem, code: str, message: str = "It took too long: try again later.") -> None:
    ImportItem.objects.filter(pk=item.pk).update(
        state="failed", error_code=code, error_message=message, leased_until=None, finished_at=timezone.now()
    )


def states(job: ImportJob) -> list[str]:
    return list(job.items.order_by("position").values_list("state", flat=True))


def body(response: Any) -> str:
    return " ".join(response.content.decode().split())


# ---- Cancelling ------------------------------------------------------------------------------------


def test_what_waits_is_cancelled_at_once_and_what_was_done_stays(researcher: User) -> None:
    job = job_of(researcher, 3)
    run_import_item(item_id=job.items.get(position=1).pk)
    assert cancel_import(by=researcher, job=job) == 2
    assert states(job) == ["done", "cancelled", "cancelled"]
    assert not undone_items().exists()
    for item in job.items.all():
        assert run_import_item(item_id=item.pk) is None, "a message that was on its way does nothing"
    assert ArticleVersion.objects.count() == 1


def test_a_running_item_stops_at_its_next_stage_and_records_nothing(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(researcher, 1)

    def cancelled_meanwhile(*args: Any, **kwargs: Any) -> Any:
        cancel_import(by=researcher, job=job)
        return parse(*args, **kwargs)

    parse = running.parse_in_child
    monkeypatch.setattr(running, "parse_in_child", cancelled_meanwhile)
    assert run_import_item(item_id=job.items.get().pk) is None
    assert states(job) == ["cancelled"]
    assert not ArticleVersion.objects.exists()


def test_one_cancelled_while_it_is_being_stored_leaves_no_article(
    researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(researcher, 1)

    def cancelled_meanwhile(*args: Any, **kwargs: Any) -> Any:
        recorded = record(*args, **kwargs)
        cancel_import(by=researcher, job=job)
        return recorded

    record = running.record_version
    monkeypatch.setattr(running, "record_version", cancelled_meanwhile)
    run_import_item(item_id=job.items.get().pk)
    assert not ArticleVersion.objects.exists(), "its transaction was taken back"


def test_cancelled_items_are_taken_up_again_and_one_can_be_alone(researcher: User) -> None:
    job = job_of(researcher, 3)
    cancel_import(by=researcher, job=job)
    second = job.items.get(position=2)
    assert retry_failed(by=researcher, job=job, item_id=second.pk) == 1
    assert states(job) == ["cancelled", "queued", "cancelled"]
    assert cancel_import(by=researcher, job=job, item_id=second.pk) == 1
    assert retry_cancelled(by=researcher, job=job) == 3
    for item in undone_items():
        run_import_item(item_id=item.pk)
    assert states(job) == ["done"] * 3


def test_who_did_what_is_kept(researcher: User) -> None:
    job = job_of(researcher, 3)
    editor = make_user("edda", "editor")
    cancel_import(by=editor, job=job)
    cancel_import(by=editor, job=job)  # nothing left to cancel: nothing to tell
    retry_cancelled(by=researcher, job=job)
    fail(job.items.get(position=1), "timed_out")
    retry_failed(by=editor, job=job, error_code="timed_out")
    told = [(e.by.username, e.verb, e.items, e.error_code) for e in ImportEvent.objects.order_by("pk")]
    assert told == [
        ("edda", "cancel", 3, ""),
        ("rosa", "retry", 3, ""),
        ("edda", "retry", 1, "timed_out"),
    ]


@pytest.mark.parametrize("act", [cancel_import, retry_failed, retry_cancelled])
def test_a_viewer_may_do_none_of_it(researcher: User, act: Callable[..., int]) -> None:
    job = job_of(researcher, 1)
    with pytest.raises(Refused):
        act(by=make_user("vic", "viewer"), job=job)
    assert states(job) == ["queued"]
    assert not ImportEvent.objects.exists()


# ---- Errors by code --------------------------------------------------------------------------------


def test_errors_are_grouped_and_each_kind_is_retried_alone(desk: Client, researcher: User) -> None:
    job = job_of(researcher, 5)
    for position, code in ((1, "timed_out"), (2, "http_status"), (3, "timed_out"), (4, "gave_up")):
        fail(job.items.get(position=position), code, f"Sentence on {code}.")
    html = body(desk.get(f"/imports/{job.pk}/"))
    assert "0 of 5 imported, 4 failed, 1 to go." in html
    assert re.findall(r'name="code" value="(\w+)"', html) == ["timed_out", "gave_up", "http_status"]
    assert "Sentence on timed_out." in html
    narrowed = body(desk.get(f"/imports/{job.pk}/?code=timed_out"))
    assert re.findall(r'<td data-label="No." class="num tight">(\d+)', narrowed) == ["1", "3"]
    desk.post(f"/imports/{job.pk}/retry/", {"code": "timed_out"})
    assert states(job) == ["queued", "failed", "queued", "failed", "queued"]
    assert "queued 2 items (<code>timed_out</code>) again" in body(desk.get(f"/imports/{job.pk}/"))


@pytest.mark.parametrize("code", ["x" * 500, "\0", "<b>", "'; --"])
def test_a_code_that_no_item_has_shows_nothing(desk: Client, researcher: User, code: str) -> None:
    job = job_of(researcher, 1)
    answer = desk.get(f"/imports/{job.pk}/", {"code": code})
    assert answer.status_code == 200
    assert "No such items" in body(answer)
    assert desk.post(f"/imports/{job.pk}/retry/", {"code": code}).status_code == 302


def test_buttons_cancel_and_take_up_again(desk: Client, researcher: User) -> None:
    job = job_of(researcher, 2)
    assert "Cancel 2 to go" in body(desk.get(f"/imports/{job.pk}/"))
    answer = desk.post(f"/imports/{job.pk}/cancel/", follow=True)
    html = body(answer)
    assert "2 items cancelled. What was done before stays." in html
    assert "0 of 2 imported, 2 cancelled." in html
    assert "hx-trigger" not in html, "nothing will change by itself any more"
    assert "ended, some cancelled" in body(desk.get("/imports/"))
    desk.post(f"/imports/{job.pk}/retry/", {"cancelled": "1"})
    assert states(job) == ["queued", "queued"]
    assert "nothing to cancel" in body(
        desk.post(f"/imports/{job_of(researcher, 1).pk}/cancel/", {"item": "99999"}, follow=True)
    )


def test_each_item_says_how_long_its_stages_took(desk: Client, researcher: User) -> None:
    job = job_of(researcher, 1)
    item = run_import_item(item_id=job.items.get().pk)
    assert item is not None
    assert list(item.timings) == ["waited", "parsing", "recording"]
    assert all(isinstance(ms, int) and ms >= 0 for ms in item.timings.values())
    html = body(desk.get(f"/imports/{job.pk}/"))
    assert re.search(r"Reading the page [\d.]+ m?s", html)
    assert f"/snapshots/{item.snapshot.sha256}/" in html


# ---- The report ------------------------------------------------------------------------------------


def streamed(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_report_has_a_row_for_each_item(desk: Client, researcher: User) -> None:
    job = job_of(researcher, 3, label="Three")
    run_import_item(item_id=job.items.get(position=1).pk)
    fail(job.items.get(position=2), "timed_out", '=cmd|"/c calc"!A1')
    answer = desk.get(f"/imports/{job.pk}/report.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="import-{job.pk}.csv"'
    rows = list(csv.DictReader(io.StringIO(streamed(answer).decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["state"] for row in rows] == ["done", "failed", "queued"]
    article = ArticleVersion.objects.get().article_id
    assert rows[0]["article"] == f"http://testserver/articles/{article}/?version=1"
    assert rows[0]["parsing_ms"].isdecimal()
    assert rows[1]["error_message"] == '\'=cmd|"/c calc"!A1', "no spreadsheet runs it"
    told = json.loads(streamed(desk.get(f"/imports/{job.pk}/report.json")))
    assert (told["label"], [row["position"] for row in told["items"]]) == ("Three", [1, 2, 3])
    assert told["items"][1]["error_message"] == '=cmd|"/c calc"!A1'


def test_the_report_of_many_items_is_read_in_pieces(
    desk: Client, researcher: User, django_assert_max_num_queries: Any
) -> None:
    job = request_import(
        by=researcher, items=[ItemRequest(kind="url", url=f"https://a.example/{n}") for n in range(1200)]
    )
    with django_assert_max_num_queries(8):
        assert streamed(desk.get(f"/imports/{job.pk}/report.csv")).count(b"\r\n") == 1201


# ---- The API ---------------------------------------------------------------------------------------


def test_cancel_retry_and_report_over_the_api(researcher: User) -> None:
    api = CheckedClient(researcher)
    job = job_of(researcher, 3)
    address = f"/api/v1/imports/{job.pk}"
    fail(job.items.get(position=1), "timed_out")
    told = api.post(f"{address}/cancel/").json()
    assert (told["cancelled"], told["job"]["items"]["cancelled"], told["job"]["state"]) == (2, 2, "done")
    assert [row["position"] for row in api.get(f"{address}/items/?state=cancelled").json()["results"]] == [
        2,
        3,
    ]
    assert [
        row["position"] for row in api.get(f"{address}/items/?error_code=timed_out").json()["results"]
    ] == [1]
    assert api.post(f"{address}/retry/", {"error_code": "empty"}).json()["retried"] == 0
    assert api.post(f"{address}/retry/", {"error_code": "timed_out"}).json()["retried"] == 1
    assert api.post(f"{address}/retry/", {"cancelled": True}).json()["retried"] == 2
    refused = api.post(f"{address}/retry/", {"cancelled": True, "error_code": "x"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    item = job.items.get(position=3).pk
    assert api.post(f"{address}/cancel/", {"item": item}).json()["cancelled"] == 1
    assert states(job) == ["queued", "queued", "cancelled"]


def test_the_report_over_the_api(researcher: User, client: Client) -> None:
    client.force_login(researcher)
    job = job_of(researcher, 2)
    address = f"/api/v1/imports/{job.pk}/report/"
    assert len(json.loads(streamed(client.get(address)))["items"]) == 2
    table = client.get(address, {"as": "csv"})
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert streamed(table).count(b"\r\n") == 3
    assert client.get(address, {"as": "xml"}).json()["errors"][0]["code"] == "unknown_format"
    assert client.get("/api/v1/imports/999999/report/").status_code == 404
