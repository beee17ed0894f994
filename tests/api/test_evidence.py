"""Evidence of every origin and checks of a chain, through the REST API."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from claims.models import Claim, ClaimState, EvidenceLink, HopCheck
from claims.services.watching import look_at_document
from tests.api.checking import CheckedClient
from tests.claims.documents import PAGE, server  # noqa: F401 - a fixture
from tests.factories import make_article_version, make_claim, make_story_claim
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db


def addresses(claim: Claim) -> str:
    return f"/api/v1/claims/{claim.pk}/evidence/"


def test_from_linked_to_changed_to_still_holds(
    researcher: CheckedClient,
    server: TestServer,  # noqa: F811
) -> None:
    claim, url = make_claim(), server.page("/plans", PAGE)
    made = researcher.post(
        addresses(claim),
        {
            "url": url,
            "stance": "refutes",
            "kind": "data",
            "accessed_at": "2026-03-03T10:00:00Z",
            "expected_version": 1,
        },
    )
    told = made.json()["evidence"]
    assert (told["origin"], told["kind"], told["accessed_at"][:16]) == ("url", "data", "2026-03-03T10:00")
    assert (told["look"]["result"], told["snapshot"], told["flag"]) == (None, None, None)
    look_at_document(evidence_id=told["document"])
    (row,) = researcher.get(addresses(claim)).json()["results"]
    assert row["look"]["result"] == "kept"
    assert row["snapshot"] == row["snapshot_when_linked"]
    assert (row["snapshot"]["size"], row["snapshot"]["media_type"]) == (len(PAGE), "text/html")

    server.page("/plans", "Other.")
    again = researcher.post(f"{addresses(claim)}{row['id']}/look/")
    assert again.status_code == 202
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        look_at_document(evidence_id=told["document"])
        (row,) = researcher.get(addresses(claim)).json()["results"]
        assert (row["flag"], row["look"]["result"]) == ("changed", "changed")
        assert row["snapshot"] != row["snapshot_when_linked"]
        stale = researcher.post(f"{addresses(claim)}{row['id']}/see/", {"expected_version": 1})
        assert stale.status_code == 409
        seen = researcher.post(f"{addresses(claim)}{row['id']}/see/", headers={"If-Match": '"2"'})
        assert seen.json()["evidence"]["flag"] is None
        assert seen["ETag"] == '"3"'


def test_a_file_is_sent_as_multipart(researcher: CheckedClient) -> None:
    claim = make_claim()
    sent = {"expected_version": "1", "stance": "supports", "kind": "primary", "title": "Plans"}
    made = researcher.post(
        addresses(claim),
        {**sent, "file": SimpleUploadedFile("plans.pdf", b"%PDF-1.4 plans", "text/html")},
        format="multipart",
    )
    told = made.json()["evidence"]
    assert (made.status_code, told["origin"], told["file_name"]) == (201, "upload", "plans.pdf")
    assert (told["snapshot"]["media_type"], told["look"]) == ("application/pdf", None)
    for name, content, code in (
        ("run.js", b"alert(1)", "script"),
        ("plans.zip", b"PK\x03\x04..", "unsupported_file"),
        ("plans.txt", b"x" * 20_000_001, "too_large"),
    ):
        refused = researcher.post(
            addresses(claim),
            {**sent, "expected_version": "2", "file": SimpleUploadedFile(name, content)},
            format="multipart",
        )
        assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert ClaimState.objects.get(pk=claim.pk).version == 2


def test_a_passage_is_linked_by_its_place(researcher: CheckedClient) -> None:
    claim, version = make_claim(), make_article_version("The dam was finished in 1954.\n")
    passage = {"version": version.pk, "start": 4, "end": 28}
    made = researcher.post(addresses(claim), {"passage": passage, "stance": "context", "expected_version": 1})
    told = made.json()["evidence"]
    assert told["passage"] == {"article": version.article_id, **passage}
    assert told["quote"] == "dam was finished in 1954"
    for given, code in (
        ({"passage": {**passage, "end": 99}}, "outside_text"),
        ({"passage": passage, "url": "https://a.example"}, "several_documents"),
        ({"passage": passage}, "already_linked"),
        ({}, "invalid_url"),
        ({"url": "http://10.0.0.1/"}, "forbidden_address"),
    ):
        refused = researcher.post(addresses(claim), {**given, "stance": "context", "expected_version": 2})
        assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert EvidenceLink.objects.count() == 1


def test_a_step_is_checked_and_checked_again(reviewer: CheckedClient) -> None:
    claim = make_story_claim()
    address = f"/api/v1/claims/{claim.pk}/hop-checks/"
    given = {"appearance": claim.appearances.get().pk, "position": 2}
    first = reviewer.post(
        address, {**given, "result": "absent", "note": "Their archive.", "expected_version": 1}
    )
    assert first.status_code == 201
    told = first.json()["hop_check"]
    assert (told["role"], told["name"], told["supersedes"]) == ("relay", "Northern Wire", None)
    unsaid = reviewer.post(
        address, {**given, "result": "altered", "note": "The wire of 3 March.", "expected_version": 2}
    )
    assert (unsaid.status_code, unsaid.json()["code"]) == (400, "wording_missing")
    second = reviewer.post(
        address,
        {**given, "result": "altered", "url": "https://wire.example/1", "wording": "It may hold.", "expected_version": 2},
    ).json()["hop_check"]  # fmt: skip
    assert (second["supersedes"], second["url"]) == (told["id"], "https://wire.example/1")
    listed = reviewer.get(address).json()["results"]
    assert [(row["result"], row["superseded_by"]) for row in listed] == [("altered", None), ("absent", second["id"])]  # fmt: skip
    nowhere = reviewer.post(
        address, {**given, "position": 9, "result": "found", "note": "x", "expected_version": 3}
    )
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "hop_not_found")
    assert HopCheck.objects.count() == 2
