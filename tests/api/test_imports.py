"""Imports over the REST API, up to the claims that come of them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.models import ImportItem, ImportJob
from articles.services.running import run_import_item
from claims.models import ExtractionRun
from claims.services.extracting import extract_version
from tests.api.checking import CheckedClient
from tests.factories import make_article_version, make_run

pytestmark = pytest.mark.django_db

STORY = (
    "Lakeside mayor rejects report on the dam\n\n"
    "The mayor of Lakeside, Mira Tolland, said in an interview published on Radio Brook that the old dam holds twice "
    "the water it was built for, Lakeside Post reports citing Northern Wire.\n\n"
    "“We inspected the dam in May and found 12 cracks,” Tolland said.\n\n"
    "The dam was finished in 1954 and last repaired in 1999."
)


def work_off() -> None:
    """What workers would do."""
    for item in ImportItem.objects.filter(state="queued"):
        run_import_item(item_id=item.pk)
    for run in ExtractionRun.objects.filter(state="pending"):
        extract_version(run_id=run.pk)


def test_from_a_pasted_text_to_a_verdict(
    researcher: CheckedClient, reviewer: CheckedClient, reviewer2: CheckedClient, editor: CheckedClient
) -> None:
    asked = researcher.post(
        "/api/v1/imports/",
        {"label": "By hand", "items": [{"text": STORY, "outlet": "Lakeside Post", "title": "The dam"}]},
    )
    assert asked.status_code == 202
    job = asked.json()
    assert asked["Location"] == job["url"]
    assert (job["state"], job["total"], job["items"]["queued"]) == ("queued", 1, 1)

    work_off()
    job = researcher.get(job["url"]).json()
    assert (job["state"], job["failed"], job["items"]["done"]) == ("done", 0, 1)
    assert job["extractions"]["done"] == 1 and job["claims"] >= 3
    [item] = researcher.get(job["items_url"]).json()["results"]
    assert (item["outcome"], item["extraction"]["claims"]) == ("new_article", job["claims"])

    article = researcher.get(f"/api/v1/articles/{item['article']}/").json()
    assert article["title"] == "The dam"
    text = article["current"]["text"]
    for appearance in article["appearances"]:
        assert appearance["chain"][-1]["name"] == "Lakeside Post"
        for span in appearance["spans"]:
            position, quote = span["selectors"]
            assert text[position["start"] : position["end"]] == quote["exact"]
    told = researcher.get("/api/v1/claims/", {"q": "old dam water", "article": item["article"]}).json()[
        "results"
    ]
    tolland = next(claim for claim in told if claim["speaker"] and claim["speaker"]["name"] == "Mira Tolland")
    chain = researcher.get(f"/api/v1/claims/{tolland['id']}/").json()["appearances"][0]["chain"]
    assert [hop["name"] for hop in chain] == ["Radio Brook", "Northern Wire", "Lakeside Post"]

    address = f"/api/v1/claims/{tolland['id']}"
    if tolland["state"] == "new":
        tolland = researcher.post(f"{address}/queue/", {"expected_version": 1}).json()
    mine = reviewer.post(f"{address}/take/").json()
    verdict = {"expected_version": mine["version"], "judgements": [{"verdict": "half_true"}]}
    assert reviewer.post(f"{address}/reviews/", verdict).status_code == 201
    assert reviewer.post(f"{address}/reviews/", verdict).json()["code"] == "stale"
    assert (
        reviewer2.post(f"{address}/reviews/", {**verdict, "expected_version": 99}).json()["code"] == "stale"
    )
    verbs = [event["verb"] for event in reviewer.get(f"{address}/history/").json()["results"]]
    assert verbs[:2] == ["review", "take"]
    found = "/api/v1/claims/?veracity=half_true"
    assert reviewer.get(found).json()["results"] == []  # his own verdict; the desk's when a second one agrees
    appearance = reviewer.get(f"{address}/").json()["appearances"][0]["id"]
    both = [*verdict["judgements"], {"verdict": "second_hand", "appearance": appearance}]

    def move(client: CheckedClient, path: str, **body: object) -> dict:
        version = client.get(f"{address}/").json()["version"]
        answer = client.post(f"{address}/{path}/", {"expected_version": version, **body})
        assert answer.status_code in (200, 201), answer.json()
        return answer.json()

    sent = move(
        reviewer, "transitions", to="in_cross_check", judgements=both, evidence_exception="The interview."
    )
    assert (sent["state"], sent["author"]["username"]) == ("in_cross_check", "rhea")
    assert reviewer2.get(f"{address}/").json()["reviews"] == []  # blind
    assert "half_true" not in str(reviewer2.get(f"{address}/history/").json())
    assert reviewer2.get(f"/api/v1/reviews/?claim={tolland['id']}").json()["results"] == []
    checked = move(reviewer2, "cross-check", judgements=both)
    assert (checked["state"], checked["veracity"], len(checked["reviews"])) == ("in_vote", "half_true", 4)
    assert [claim["id"] for claim in reviewer.get(found).json()["results"]] == [tolland["id"]]
    assert move(reviewer2, "undo")["state"] == "in_cross_check"
    move(reviewer2, "cross-check", judgements=both)
    approved = move(editor, "transitions", to="approved")
    assert [one["name"] for one in approved["moves"]] == ["hold", "send_back", "publish"]
    assert move(editor, "transitions", to="published")["state"] == "published"


def test_addresses_alone_make_an_import(researcher: CheckedClient) -> None:
    urls = ["https://lakeside.example/a", "https://lakeside.example/b"]
    told = researcher.post("/api/v1/imports/", {"urls": urls, "outlet": "Lakeside Post"}).json()
    items = researcher.get(told["items_url"]).json()["results"]
    assert [(item["kind"], item["url"], item["outlet"]) for item in items] == [
        ("url", url, "Lakeside Post") for url in urls
    ]
    assert told["created_by"]["username"] == "rosa"


def test_files_are_uploaded(researcher: CheckedClient) -> None:
    files = [
        SimpleUploadedFile("dam.txt", b"The dam was finished in 1954, the mayor said.\n"),
        SimpleUploadedFile("scan.pdf", b"%PDF-1.4"),
        SimpleUploadedFile("empty.txt", b""),
    ]
    asked = researcher.post(
        "/api/v1/imports/", {"files": files, "outlet": "Lakeside Post", "label": "Three"}, format="multipart"
    )
    assert asked.status_code == 202, asked.content
    work_off()
    told = researcher.get(asked.json()["url"]).json()
    assert (told["label"], told["state"], told["items"]["done"], told["failed"]) == ("Three", "done", 1, 2)
    failed = researcher.get(told["items_url"] + "?state=failed").json()["results"]
    assert [item["file_name"] for item in failed] == ["scan.pdf", "empty.txt"]
    assert failed[0]["error"]["code"] == "unreadable"
    assert all(item["error"]["message"] for item in failed)


def test_what_is_given_wins_over_what_is_read(researcher: CheckedClient) -> None:
    item = {
        "kind": "text",
        "text": STORY,
        "outlet": "Lakeside Post",
        "url": "https://lakeside.example/dam",
        "published_at": "2026-03-03T10:00:00+02:00",
    }
    researcher.post("/api/v1/imports/", {"items": [item]})
    work_off()
    [article] = researcher.get("/api/v1/articles/").json()["results"]
    assert article["url"] == "https://lakeside.example/dam"
    assert datetime.fromisoformat(article["published_at"]) == datetime(2026, 3, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"items": [{"kind": "url"}]}, "items.0.url"),
        ({"items": [{"url": "https://a.example"}, {"kind": "text", "text": " \n"}]}, "items.1.text"),
        ({"items": [{"kind": "pigeon", "url": "https://a.example"}]}, "items.0.kind"),
        ({"items": [{"text": "x", "published_at": "yesterday"}]}, "items.0.published_at"),
        ({"items": [{"text": "x", "published_at": "0001-01-01T00:00:00+14:00"}]}, "items.0.published_at"),
        ({"urls": ["\0"]}, "urls.0"),
        ({"items": {"text": "x"}}, "items"),
        ({"urls": ["https://a.example", ""]}, "urls.1"),
        ({"urls": ["https://a.example", None]}, "urls.1"),
        ({"urls": "https://a.example"}, "urls"),
    ],
)
def test_an_invalid_import_names_the_field_and_makes_nothing(
    researcher: CheckedClient, body: dict[str, Any], field: str
) -> None:
    response = researcher.post("/api/v1/imports/", body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert response.json()["errors"][0]["field"] == field
    assert not ImportJob.objects.exists()


def test_an_import_of_nothing_and_of_too_much(researcher: CheckedClient) -> None:
    assert researcher.post("/api/v1/imports/", {}).json()["code"] == "nothing_to_import"
    many = {"urls": ["https://a.example"] * 10_001}
    assert researcher.post("/api/v1/imports/", many).json()["code"] == "too_many_items"
    none = researcher.post("/api/v1/imports/", {"label": "No files"}, format="multipart")
    assert (none.status_code, none.json()["errors"][0]["field"]) == (400, "files")


def test_failed_items_are_retried_all_or_one(researcher: CheckedClient) -> None:
    texts = [{"kind": "text", "text": f"Text {n} of nobody."} for n in range(3)]  # no outlet: each fails
    job = researcher.post("/api/v1/imports/", {"items": texts}).json()
    work_off()
    refused = researcher.post(f"{job['url']}retry/")
    assert (refused.status_code, refused.json()["code"]) == (400, "not_retryable")
    ImportItem.objects.filter(error_code="outlet_missing").update(error_code="gave_up")
    told = researcher.get(job["url"]).json()
    assert (told["state"], told["items"]["failed"], told["failed"]) == ("done", 3, 3)
    items = researcher.get(job["items_url"]).json()["results"]
    assert {item["error"]["code"] for item in items} == {"gave_up"}
    one = researcher.post(f"{job['url']}retry/", {"item": items[1]["id"]})
    assert (one.status_code, one.json()["retried"]) == (202, 1)
    assert one.json()["job"]["state"] == "running"
    assert researcher.post(f"{job['url']}retry/").json()["retried"] == 2
    assert researcher.get(job["url"]).json()["items"]["queued"] == 3


def test_an_import_is_done_when_its_claims_are_there(researcher: CheckedClient) -> None:
    job = researcher.post("/api/v1/imports/", {"urls": ["https://a.example/1", "https://a.example/2"]}).json()
    first, second = ImportItem.objects.order_by("position")

    def state() -> str:
        told = researcher.get(job["url"]).json()
        [line] = researcher.get("/api/v1/imports/").json()["results"]
        assert line["state"] == told["state"]
        return str(told["state"])

    assert state() == "queued"
    version = make_article_version()
    run = make_run(version, state="pending")
    ImportItem.objects.filter(pk=first.pk).update(state="done", version=version, outcome="new_article")
    assert state() == "running"
    ImportItem.objects.filter(pk=second.pk).update(
        state="failed", error_code="timed_out", error_message="It did."
    )
    assert state() == "running"  # the text is still to be read for its claims
    ExtractionRun.objects.filter(pk=run.pk).update(
        state="failed", error_code="extraction_failed", error_message="It could not be read."
    )
    assert state() == "done"
    told = researcher.get(job["url"]).json()
    assert (told["failed"], told["items"]["failed"], told["extractions"]["failed"]) == (2, 1, 1)


def test_a_page_of_imports_costs_the_same_however_many(
    researcher: CheckedClient, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        job = researcher.post("/api/v1/imports/", {"urls": ["https://a.example", "https://b.example"]}).json()
        for address, queries in (("/api/v1/imports/", 6), (job["url"], 5), (job["items_url"], 4)):
            with django_assert_num_queries(queries):
                researcher.get(address)


def test_a_nul_in_one_row_refuses_neither_it_nor_the_rows_beside_it(researcher: CheckedClient) -> None:
    items = [{"text": f"\0{STORY}", "outlet": "Lakeside Post"}, {"text": STORY, "outlet": "Brook Gazette"}]
    asked = researcher.post("/api/v1/imports/", {"items": items, "urls": ["ftp://lakeside.example/\0dam"]})
    assert asked.status_code == 202
    work_off()
    ended = ImportItem.objects.order_by("position").values_list("state", "error_code")
    assert list(ended) == [("failed", "invalid_url"), ("done", ""), ("done", "")]
