"""Exports and other desks' checks over the API; every answer is held to the OpenAPI document."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from claims.models import Export, PriorCheck, PriorMatch
from claims.services.exporting import run_export
from claims.services.priorimporting import run_prior_import
from claims.services.priormatching import suggest_matches
from tests.api.checking import CheckedClient
from tests.elsewhere.checks import review
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db


def client(role: str) -> CheckedClient:
    return CheckedClient(make_user(role=role))


def test_an_export_is_asked_for_watched_and_got() -> None:
    viewer, reviewer, editor = client("viewer"), client("reviewer"), client("editor")
    make_claim(text="The dam holds.")
    make_claim(text="The lake is deep.", state="new")
    asked = viewer.post(
        "/api/v1/exports/", {"subject": "claims", "format": "csv", "filters": {"state": "queued"}}
    )
    assert asked.status_code == 202
    where = asked["Location"].removeprefix("http://testserver")
    assert (asked.json()["state"], asked.json()["file_url"]) == ("queued", None)
    assert viewer.get(f"{where}file/").json()["code"] == "export_not_ready"
    run_export(export_id=asked.json()["id"])
    told = viewer.get(where).json()
    assert (told["state"], told["lines"], told["total"]) == ("done", 1, 1)
    path = told["file_url"].removeprefix("http://testserver")
    assert "The dam holds." in file_at(path, viewer)
    assert [one["id"] for one in editor.get("/api/v1/exports/").json()["results"]] == [told["id"]]
    assert reviewer.get("/api/v1/exports/").json()["results"] == []
    assert reviewer.get(where).status_code == 404
    assert viewer.post(f"{where}cancel/").json()["code"] == "already_ended"
    assert viewer.post(f"{where}retry/").json()["code"] == "not_ended"


def file_at(path: str, client: CheckedClient) -> str:
    """Its body is a stream, and no JSON to be held to a schema."""
    plain = APIClient()
    plain.credentials(**client._credentials)
    response = plain.get(path)
    assert response["Repr-Digest"].startswith("sha-256=:")
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"subject": "claims", "format": "csv", "filters": {"stat": "queued"}}, 400, "unknown_filter"),
        ({"subject": "claims", "format": "csv", "filters": {"state": "nowhere"}}, 400, "unknown_filter"),
        ({"subject": "claims", "format": "csv", "view": 99}, 404, "view_not_found"),
        ({"subject": "corrections", "format": "webannotation"}, 400, "unknown_format"),
        ({"subject": "article", "format": "csv"}, 404, "article_not_found"),
        ({"subject": "claims", "format": "xml"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_exported_says_why(given: dict[str, Any], status: int, code: str) -> None:
    answer = client("viewer").post("/api/v1/exports/", given)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Export.objects.exists()


def test_checks_of_other_desks_come_in_are_found_and_matched() -> None:
    researcher, reviewer, viewer = client("researcher"), client("reviewer"), client("viewer")
    claim = make_story_claim()
    rows = json.dumps([review(), 7, review("The lake is deep.", url="https://brook-desk.example/lake")])
    file = SimpleUploadedFile("checks.json", rows.encode(), "application/json")
    asked = researcher.post("/api/v1/prior-imports/", {"file": file}, format="multipart")
    assert asked.status_code == 202
    run_prior_import(import_id=asked.json()["id"])
    suggest_matches()
    where = asked["Location"].removeprefix("http://testserver")
    told = viewer.get(where).json()
    assert (told["state"], told["added"], told["refused"]) == ("done", 2, 1)
    broken = viewer.get(f"{where}problems/").json()["results"]
    assert [(one["place"], one["code"]) for one in broken] == [(2, "not_a_claim_review")]
    found = viewer.get("/api/v1/prior-checks/?q=dam&match=suggested").json()["results"]
    assert [(one["publisher"], one["rating"], one["score"]) for one in found] == [
        ("Brook Desk", "Mostly wrong", 1.67)
    ]
    assert viewer.get(f"/api/v1/prior-checks/{found[0]['id']}/").json() == found[0]
    (match,) = viewer.get(f"/api/v1/claims/{claim.pk}/prior-matches/").json()
    assert (match["state"], match["prior_check"]["id"]) == ("suggested", found[0]["id"])
    decide = f"/api/v1/prior-matches/{match['id']}/decide/"
    assert viewer.post(decide, {"state": "confirmed"}).status_code == 403
    assert reviewer.post(decide, {"state": "confirmed"}).json()["state"] == "confirmed"
    assert reviewer.post(decide, {"state": "confirmed"}).json()["code"] == "nothing_changed"
    lake = PriorCheck.objects.get(url__endswith="lake")
    made = reviewer.post(f"/api/v1/claims/{claim.pk}/prior-matches/", {"prior_check": lake.pk})
    assert (made.status_code, made.json()["nearness"]) == (201, None)
    assert PriorMatch.objects.filter(claim=claim, state="confirmed").count() == 2
    assert researcher.post(f"{where}retry/").status_code == 202
    assert researcher.post(f"{where}retry/").json()["code"] == "not_ended"


def test_what_cannot_be_brought_in_says_why(settings: Any) -> None:
    researcher = client("researcher")
    for url, code in (("file:///etc/passwd", "invalid_url"), ("https://x.example:22/", "forbidden_port")):
        answer = researcher.post("/api/v1/prior-imports/", {"url": url})
        assert answer.status_code in (400, 202), url
        if answer.status_code == 400:
            assert answer.json()["code"] == code
    settings.PRIOR_MAX_BYTES = 10
    file = SimpleUploadedFile("checks.json", b"[" * 11, "application/json")
    answer = researcher.post("/api/v1/prior-imports/", {"file": file}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "too_large")
    assert client("viewer").post("/api/v1/prior-imports/", {"url": "https://x.example/"}).status_code == 403
    assert researcher.get("/api/v1/prior-checks/?match=nonsense").status_code == 400
