"""What holds of every endpoint: sent twice is done once, fields and include, what cannot be written, and readings corrected by quotes."""

from typing import Any

import pytest

from claims.models import Comment, Tag
from claims.services.tagging import add_tag
from factcheck.api.answering import KEPT, forget_answers
from factcheck.models import AnsweredRequest
from tests.api.checking import CheckedClient
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_what_is_sent_twice_under_a_key_is_done_once(
    editor: CheckedClient, researcher: CheckedClient
) -> None:
    key = {"Idempotency-Key": "tags-1"}
    failed = editor.post("/api/v1/tags/", {"name": ""}, headers=key)
    assert failed.status_code == 400  # and can be mended under the same key
    first = editor.post("/api/v1/tags/", {"name": "Dams"}, headers=key)
    again = editor.post("/api/v1/tags/", {"name": "Dams"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (first.headers.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert Tag.objects.count() == 1
    other = editor.post("/api/v1/tags/", {"name": "Bridges"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    # The key is its sender's own.
    claim = make_claim()
    assert (
        researcher.post(f"/api/v1/claims/{claim.pk}/comments/", {"text": "So?"}, headers=key).status_code
        == 201
    )
    AnsweredRequest.objects.update(at=AnsweredRequest.objects.earliest("at").at - KEPT)
    assert forget_answers() == 2
    assert Comment.objects.count() == 1


def test_fields_leave_out_and_include_brings_along(viewer: CheckedClient) -> None:
    claim = make_story_claim()
    whole = viewer.get("/api/v1/claims/?include=appearances,reviews,evidence,assignment").json()["results"][0]
    assert [one["claim"]["id"] for one in whole["appearances"]] == [claim.pk]
    assert (whole["reviews"], whole["assignment"]) == ([], None)
    sparse = viewer.get("/api/v1/claims/?fields=id,text&include=reviews").json()["results"][0]
    assert sparse == {"id": claim.pk, "text": whole["text"], "reviews": []}
    assert viewer.get(f"/api/v1/claims/{claim.pk}/?fields=state").json() == {"state": "queued"}
    for wrong in ("fields=colour", "include=colour", "fields="):
        refused = viewer.get(f"/api/v1/claims/?{wrong}")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "unknown_field")


def test_pages_lead_both_ways_through_all_rows(viewer: CheckedClient) -> None:
    claims = [make_claim().pk for _ in range(5)]
    seen, url = [], "/api/v1/claims/?page_size=2&fields=id"
    pages = []
    while url:
        page = viewer.get(url).json()
        pages.append([row["id"] for row in page["results"]])
        seen += pages[-1]
        last, url = page, page["next"]
    assert seen == claims[::-1]
    back = viewer.get(last["previous"]).json()
    assert [row["id"] for row in back["results"]] == pages[-2]
    assert viewer.get(back["next"]).json()["results"] == last["results"]


@pytest.mark.parametrize(
    "sent", [{"id": 7}, {"name": "Dams", "created_at": "2026-01-01T00:00:00Z"}, {"nmae": "x"}]
)
def test_what_cannot_be_written_is_refused_with_a_sentence(
    editor: CheckedClient, sent: dict[str, Any]
) -> None:
    tag = add_tag(by=make_user("edda", "editor"), name="Weirs")
    refused = editor.patch(f"/api/v1/tags/{tag.pk}/", sent)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "not_writable"
    tag.refresh_from_db()
    assert tag.name == "Weirs"


def test_a_change_of_nothing_is_no_success(viewer: CheckedClient) -> None:
    refused = viewer.patch("/api/v1/me/preferences/", {})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "nothing_given")


def test_a_reading_is_corrected_by_quotes_and_taken_back(researcher: CheckedClient) -> None:
    claim = make_story_claim()
    appearance = claim.appearances.get()
    at = f"/api/v1/appearances/{appearance.pk}/"
    sent = {"expected_version": 1, "content": [{"exact": "The old dam", "suffix": " holds"}], "form": "mixed"}
    changed = researcher.patch(at, sent)
    assert changed.status_code == 200
    spans = [one for one in changed.json()["appearance"]["spans"] if one["role"] == "content"]
    assert [one["selectors"][1]["exact"] for one in spans] == ["The old dam"]
    stale = researcher.patch(at, {"form": "direct"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 2)
    assert researcher.patch(at, {"form": "direct"}).status_code == 428
    lost = researcher.patch(at, {"expected_version": 2, "content": [{"exact": "the new dam"}]})
    assert (lost.status_code, lost.json()["code"]) == (400, "quote_not_found")
    many = researcher.patch(at, {"expected_version": 2, "content": [{"exact": "dam"}]})
    assert (many.status_code, many.json()["code"]) == (400, "quote_ambiguous")
    assert researcher.post(f"/api/v1/claims/{claim.pk}/undo/", {"expected_version": 2}).status_code == 200


def test_a_move_goes_by_its_name_too(researcher: CheckedClient) -> None:
    claim = make_claim()
    at, reason = f"/api/v1/claims/{claim.pk}/transitions/", "The ministry answers on Monday."
    both = researcher.post(at, {"expected_version": 1, "to": "on_hold", "move": "hold", "reason": reason})
    assert both.status_code == 400
    held = researcher.post(at, {"expected_version": 1, "move": "hold", "reason": reason})
    assert held.json()["state"] == "on_hold"
