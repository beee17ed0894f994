"""Speakers, talk and replies through the API, each answer held to the document."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Claim, ClaimState, SpeakerMerge
from tests.api.checking import CheckedClient
from tests.factories import make_claim, make_outlet, make_speaker, make_user

pytestmark = pytest.mark.django_db


def answered(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json() if response.content else None


def refused(response: Any, status: int) -> str:
    assert response.status_code == status, response.content
    return response.json()["code"]


def test_a_speaker_is_named_described_and_found(researcher: CheckedClient, viewer: CheckedClient) -> None:
    mira = make_speaker("Mira Tolland")
    at = f"/api/v1/speakers/{mira.pk}/"
    told = answered(researcher.post(f"{at}aliases/", {"name": "The Mayor"}), 201)
    assert [alias["name"] for alias in told["aliases"]] == ["The Mayor"]
    assert [row["id"] for row in answered(viewer.get("/api/v1/speakers/?q=mayor"))["results"]] == [mira.pk]
    other = make_speaker("Ada Merrow")
    taken = researcher.post(f"/api/v1/speakers/{other.pk}/aliases/", {"name": "mayor"})
    assert refused(taken, 409) == "name_taken"
    assert taken.json()["current"]["id"] == mira.pk
    assert answered(researcher.patch(at, {"wikidata": "q42"}))["wikidata"] == "Q42"
    assert refused(researcher.patch(at, {"wikidata": "42"}), 400) == "not_an_item"
    role = {"title": "mayor", "organization": "Lakeside", "since": "2021-05-01"}
    told = answered(researcher.post(f"{at}roles/", role), 201)["roles"][0]
    assert (told["since"], told["until"]) == ("2021-05-01", None)
    ended = answered(researcher.patch(f"{at}roles/{told['id']}/", {"until": "2026-01-31"}))
    assert ended["roles"][0]["until"] == "2026-01-31"
    assert answered(researcher.delete(f"{at}roles/{told['id']}/"))["roles"] == []
    alias = answered(viewer.get(at))["aliases"][0]["id"]
    assert refused(viewer.delete(f"{at}aliases/{alias}/"), 403) == "role_required"
    assert answered(researcher.delete(f"{at}aliases/{alias}/"))["aliases"] == []
    assert refused(researcher.delete(f"{at}aliases/{alias}/"), 404) == "alias_not_found"
    assert refused(viewer.get("/api/v1/speakers/999999/"), 404) == "speaker_not_found"


def test_speakers_are_merged_and_un_merged(editor: CheckedClient, reviewer: CheckedClient) -> None:
    mira, tolland = make_speaker("Mira Tolland"), make_speaker("Tolland")
    make_claim(speaker=tolland, veracity="true")
    at = f"/api/v1/speakers/{tolland.pk}/"
    assert refused(reviewer.post(f"{at}merge/", {"into": mira.pk}), 403) == "role_required"
    assert refused(editor.post(f"{at}merge/", {"into": tolland.pk}), 400) == "into_itself"
    told = answered(editor.post(f"{at}merge/", {"into": mira.pk, "reason": "The same."}))
    assert (told["id"], told["claims"], told["judged"]) == (mira.pk, 1, 1)
    assert [merge["merged"] for merge in told["merges"]] == [tolland.pk]
    assert answered(reviewer.get(at))["merged_into"] == mira.pk
    merge = SpeakerMerge.objects.get().pk
    assert refused(editor.post(f"{at}unmerge/", {"merge": merge}), 404) == "merge_not_found"
    back = answered(editor.post(f"/api/v1/speakers/{mira.pk}/unmerge/", {"merge": merge}))
    assert (back["id"], back["claims"], back["merged_into"]) == (tolland.pk, 1, None)
    official = make_speaker("an official", "unnamed", make_outlet("Lakeside Post"))
    unnamed = editor.post(f"/api/v1/speakers/{official.pk}/merge/", {"into": mira.pk})
    assert refused(unnamed, 400) == "unnamed_stays"


def test_contradictions_are_linked_and_withdrawn(reviewer: CheckedClient) -> None:
    one, other = (make_claim(speaker="Mira Tolland", text=text) for text in ("It holds.", "It leaks."))
    given = {"claim": other.pk, "other": one.pk, "note": "In one week."}
    link = answered(reviewer.post("/api/v1/contradictions/", given), 201)
    assert (link["first"], link["second"]) == (one.pk, other.pk)
    assert refused(reviewer.post("/api/v1/contradictions/", given), 400) == "already_linked"
    at = f"/api/v1/speakers/{one.speaker_id}/"
    assert [row["note"] for row in answered(reviewer.get(at))["contradictions"]] == ["In one week."]
    answered(reviewer.delete(f"/api/v1/contradictions/{link['id']}/"), 204)
    assert answered(reviewer.get(at))["contradictions"] == []


@pytest.fixture
def claim() -> Claim:
    return make_claim()


def test_colleagues_talk(reviewer: CheckedClient, researcher: CheckedClient, claim: Claim) -> None:
    at = f"/api/v1/claims/{claim.pk}/comments/"
    first = answered(researcher.post(at, {"text": "@rhea, where is the plan?"}), 201)
    answer = answered(reviewer.post(at, {"text": "In the archive.", "thread": first["id"]}), 201)
    assert answer["thread"] == first["id"]
    told = answered(researcher.get(at))["results"]
    assert [row["text"] for row in told] == ["In the archive.", "@rhea, where is the plan?"]
    mine = f"{at}{first['id']}/"
    assert refused(reviewer.patch(mine, {"text": "Mine."}), 403) == "not_your_comment"
    assert answered(researcher.patch(mine, {"text": "Where is it?"}))["edited_at"]
    answered(researcher.delete(mine), 204)
    assert answered(researcher.get(at))["results"][1]["text"] == ""
    assert refused(researcher.post(at, {"text": " "}), 400) == "invalid"
    assert refused(CheckedClient(make_user(role="viewer")).post(at, {"text": "Hm."}), 403) == "role_required"
    assert refused(researcher.get("/api/v1/claims/999999/comments/"), 404) == "claim_not_found"
    assert ClaimState.objects.get(pk=claim.pk).version == 1


def test_a_reply_is_asked_for_and_entered(researcher: CheckedClient, claim: Claim) -> None:
    at = f"/api/v1/claims/{claim.pk}/replies/"
    deadline = (timezone.now() + timedelta(days=2)).isoformat()
    asked = {"asked": "The dam board", "channel": "email", "deadline": deadline, "hold": True}
    assert refused(researcher.post(at, asked), 428) == "version_required"
    reply = answered(researcher.post(at, {**asked, "expected_version": 1}), 201)
    assert (reply["holds"], reply["answered_at"]) == (True, None)
    case = ClaimState.objects.get(pk=claim.pk)
    assert case.state == "on_hold"
    answer = {"answer": "Forty million."}
    to = f"{at}{reply['id']}/answer/"
    assert refused(researcher.post(to, {**answer, "expected_version": 1}), 409) == "stale"
    assert answered(researcher.post(to, answer, headers={"If-Match": f'"{case.version}"'}))["answer"] == (
        "Forty million."
    )
    assert ClaimState.objects.get(pk=claim.pk).state == "queued"
    assert [row["entered_by"]["username"] for row in answered(researcher.get(at))["results"]] == ["rosa"]
