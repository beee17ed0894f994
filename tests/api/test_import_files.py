"""Files over the REST API, and asking twice under one key."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections

from articles.models import Container, ImportItem, ImportJob
from articles.services.expanding import expand_container
from claims.models import ExtractionRun
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user

pytestmark = pytest.mark.django_db

TABLE = b"head,body,on\nThe dam,The old dam at Lakeside holds.,03/04/2026\nThe quay,,\n"
MAPPING = {"title": "head", "text": "body", "published": "on", "dates": "day_first"}


def send(client: CheckedClient, *files: tuple[str, bytes], key: str = "", **fields: Any) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/api/v1/imports/", {"files": uploads, **fields}, format="multipart", headers=headers)


def test_a_table_with_a_mapping_becomes_items(researcher: CheckedClient) -> None:
    asked = send(
        researcher, ("rows.csv", TABLE), outlet="Lakeside Post", mapping=json.dumps(MAPPING), extract="false"
    )
    assert asked.status_code == 202
    job = asked.json()
    assert (job["state"], job["total"], job["extract"]) == ("queued", 0, False)
    [file] = job["files"]
    assert (file["kind"], file["state"], file["items"], file["columns"]) == (
        "csv",
        "queued",
        0,
        ["head", "body", "on"],
    )
    expand_container(container_id=file["id"])
    job = researcher.get(job["url"]).json()
    assert (job["state"], job["items"]["done"], job["items"]["failed"]) == ("done", 1, 1)
    assert job["files"][0]["state"] == "done"
    one, two = researcher.get(job["items_url"]).json()["results"]
    assert (one["kind"], one["place"], one["file"], one["outcome"]) == ("row", 2, file["id"], "new_article")
    assert (two["error"]["code"], two["place"]) == ("row_empty", 3)
    assert not ExtractionRun.objects.exists()
    lines = researcher.get("/api/v1/imports/").json()["results"]
    assert lines[0]["state"] == "done"


def test_a_table_whose_columns_tell_themselves_needs_no_mapping(researcher: CheckedClient) -> None:
    rows = b'{"title": "The dam", "text": "The old dam holds.", "source": "Lakeside Post"}\n'
    [file] = send(researcher, ("rows.jsonl", rows)).json()["files"]
    assert file["mapping"] == {"title": "title", "text": "text", "outlet": "source"}


@pytest.mark.parametrize(
    ("files", "fields", "status", "code"),
    [
        ([("rows.csv", b"a,b\n1,2\n")], {}, 400, "mapping_needed"),
        ([("rows.csv", TABLE)], {"mapping": '{"text": "no such"}'}, 400, "mapping_wrong"),
        ([("rows.csv", TABLE)], {"mapping": '{"txt": "body"}'}, 400, "invalid"),
        ([("rows.csv", TABLE)], {"mapping": "{"}, 400, "invalid"),
        ([("rows.csv", b"")], {}, 400, "empty"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(
    researcher: CheckedClient, files: Any, fields: Any, status: int, code: str
) -> None:
    answer = send(researcher, *files, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not ImportJob.objects.exists()


def test_a_file_of_no_known_type_fails_by_itself(researcher: CheckedClient) -> None:
    job = send(researcher, ("a.png", b"\x89PNG"), ("a.txt", b"The dam holds."), outlet="Post").json()
    assert (job["total"], job["files"]) == (2, [])


def test_the_same_request_under_the_same_key_is_the_same_import(researcher: CheckedClient) -> None:
    form = {"mapping": json.dumps(MAPPING), "outlet": "Post"}
    first = send(researcher, ("rows.csv", TABLE), key="k-1", **form)
    again = send(researcher, ("rows.csv", TABLE), key="k-1", **form)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert (ImportJob.objects.count(), Container.objects.count()) == (1, 1)
    other = send(researcher, ("rows.csv", TABLE + b"More,More.,\n"), key="k-1", **form)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert send(researcher, ("rows.csv", TABLE), key="k-2", **form).json()["id"] != first.json()["id"]


def test_json_requests_take_a_key_too_and_each_account_has_its_own(researcher: CheckedClient) -> None:
    body = {"urls": ["https://a.example/1"]}
    first = researcher.post("/api/v1/imports/", body, headers={"Idempotency-Key": "k"})
    assert (
        researcher.post("/api/v1/imports/", body, headers={"Idempotency-Key": "k"}).json()["id"]
        == first.json()["id"]
    )
    changed = {**body, "label": "Other"}
    assert researcher.post("/api/v1/imports/", changed, headers={"Idempotency-Key": "k"}).status_code == 422
    other = CheckedClient(make_user("otto", "researcher"))
    assert (
        other.post("/api/v1/imports/", body, headers={"Idempotency-Key": "k"}).json()["id"]
        != first.json()["id"]
    )
    assert (
        researcher.post("/api/v1/imports/", body, headers={"Idempotency-Key": "x" * 201}).status_code == 400
    )
    assert ImportItem.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_one_import(monkeypatch: pytest.MonkeyPatch) -> None:
    user: User = make_user("rosa", "researcher")
    with_key = CheckedClient(user)._credentials

    def ask(_: int) -> tuple[int, int]:
        client = CheckedClient()
        client.credentials(**with_key)
        try:
            answer = client.post(
                "/api/v1/imports/", {"urls": ["https://a.example/1"]}, headers={"Idempotency-Key": "at once"}
            )
            return answer.status_code, answer.json()["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert len(set(answers)) == 1 and answers[0][0] == 202
    assert ImportItem.objects.count() == 1


def test_uploads_may_be_as_large_as_files_of_many(
    researcher: CheckedClient, settings: Any, django_assert_num_queries: Callable[..., Any]
) -> None:
    settings.CONTAINER_MAX_BYTES = 2_000_000
    answer = send(researcher, ("rows.csv", b"x" * 4_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
