"""Fact-checks by API: the whole way of one, and what is refused."""

import pytest

from claims.models import ClaimState, FactCheck
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_story_claim, make_user
from tests.publishing.conftest import judged_claim

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/fact-checks/"


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann", "reviewer")


def version(claim: int) -> int:
    return ClaimState.objects.get(pk=claim).version


def test_from_a_draft_to_a_retraction(editor: CheckedClient, viewer: CheckedClient, ann: User) -> None:
    claim = judged_claim(ann).pk
    made = editor.post(ROOT, {"claim": claim, "language": "EN", "title": "The dam holds"})
    assert made.status_code == 201
    told = made.json()
    address = f"{ROOT}{told['id']}/"
    assert (told["stage"], told["url"], told["language"], told["version"]) == ("draft", None, "en", 1)
    assert told["summary"] == "By the survey."
    assert made["ETag"] == '"1"'
    changed = editor.patch(address, {"claim_reviewed": "False: it holds"}, headers={"If-Match": '"1"'}).json()
    assert [(one["code"], one["stops"]) for one in changed["troubles"]] == [("rating_in_claim", True)]
    assert editor.post(f"{address}publish/", {"expected_version": 2}).json()["code"] == "rating_in_claim"
    editor.patch(address, {"claim_reviewed": "The dam holds twice the water", "expected_version": 2})
    preview = editor.get(f"{address}preview/").json()
    assert preview["claim_review"]["claimReviewed"] == "The dam holds twice the water"
    assert preview["body_html"] == "<p>By the <em>survey</em>.</p>\n"
    done = editor.post(f"{address}publish/", {"expected_version": 3, "claim_version": version(claim)}).json()
    assert (done["stage"], done["url"].endswith(f"/fact-checks/{done['slug']}/")) == ("published", True)
    assert ClaimState.objects.get(pk=claim).state == "published"
    refused = editor.patch(address, {"title": "Late", "expected_version": 3})
    assert (refused.status_code, refused.json()["code"]) == (400, "published")

    opened = editor.post(f"{address}correct/", {"reason": "A slip.", "claim_version": version(claim)})
    assert opened.status_code == 200
    editor.patch(address, {"title": "The dam holds more", "expected_version": 3})
    editor.post(f"{address}publish-correction/", {"note": "A slip.", "claim_version": version(claim)})
    editions = editor.get(f"{address}editions/").json()["results"]
    assert [(one["number"], one["title"], one["correction"], one["listed"]) for one in editions] == [
        (2, "The dam holds more", "A slip.", True),
        (1, "The dam holds", None, False),
    ]
    stale = editor.post(f"{address}retract/", {"reason": "Of another dam.", "claim_version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    gone = editor.post(
        f"{address}retract/", {"reason": "Of another dam.", "claim_version": version(claim)}
    ).json()
    assert (gone["stage"], gone["retraction"]) == ("retracted", "Of another dam.")
    late = editor.post(f"{address}correct/", {"reason": "Late.", "claim_version": version(claim)})
    assert (late.status_code, late.json()["code"]) == (400, "retracted")
    assert "judge a new claim" in late.json()["detail"].lower()

    assert viewer.get(ROOT, {"stage": "retracted"}).json()["results"][0]["id"] == told["id"]
    assert viewer.get(ROOT, {"stage": "draft", "language": "en", "claim": claim}).json()["results"] == []
    assert viewer.get(address).json()["version"] == 4


def test_what_is_refused(editor: CheckedClient, reviewer: CheckedClient, ann: User) -> None:
    claim = judged_claim(ann).pk
    given = {"claim": claim, "language": "en"}
    assert reviewer.post(ROOT, given).status_code == 403
    assert editor.post(ROOT, given | {"claim": 999_999}).status_code == 404
    assert editor.post(ROOT, given | {"language": "?"}).json()["code"] == "unknown_language"
    assert editor.post(ROOT, given | {"claim": make_story_claim().pk}).json()["code"] == "not_approved"
    address = f"{ROOT}{editor.post(ROOT, given).json()['id']}/"
    assert editor.post(ROOT, given).status_code == 409
    assert editor.patch(address, {"title": "x"}).status_code == 428
    read_only = editor.patch(address, {"published_at": "2020-01-01T00:00:00Z", "expected_version": 1})
    assert (read_only.status_code, read_only.json()["errors"][0]["field"]) == (400, "published_at")
    stale = editor.patch(address, {"title": "x"}, headers={"If-Match": '"7"'})
    assert (stale.status_code, stale.json()["current"]["version"]) == (412, 1)
    assert editor.patch(address, {"slug": "Ü", "expected_version": 1}).json()["code"] == "slug_invalid"
    assert editor.get(f"{ROOT}999999/").status_code == 404
    assert reviewer.delete(address, headers={"If-Match": '"1"'}).status_code == 403
    assert editor.delete(address).status_code == 428
    assert editor.delete(address, headers={"If-Match": '"1"'}).status_code == 204
    assert not FactCheck.objects.exists()


def test_a_list_costs_two_queries(editor: CheckedClient, ann: User, django_assert_num_queries) -> None:
    for number in range(3):
        claim = judged_claim(ann)
        editor.post(ROOT, {"claim": claim.pk, "language": "en", "slug": f"dam-{number}"})
    with django_assert_num_queries(3):  # the key with its user; the page's ids; its rows
        assert len(editor.get(ROOT).json()["results"]) == 3
