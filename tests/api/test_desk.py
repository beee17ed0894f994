"""Tags, views, acts on many claims and the desk's settings over the API."""

import pytest

from claims.choices import State
from claims.models import Assignment, ClaimState, ClaimTag, Tag
from claims.services import tagging
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_article_version, make_claim

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


def answered(response, status: int = 200) -> dict:
    assert response.status_code == status, response.content
    return response.json() if response.content else {}


def refused(response, status: int) -> str:
    return answered(response, status)["code"]


def test_the_vocabulary(editor: CheckedClient, reviewer: CheckedClient) -> None:
    assert refused(reviewer.post(f"{V1}/tags/", {"name": "Dams"}), 403) == "role_required"
    dams = answered(editor.post(f"{V1}/tags/", {"name": "Dams"}), 201)
    energy = answered(editor.post(f"{V1}/tags/", {"name": "Energy"}), 201)
    assert refused(editor.post(f"{V1}/tags/", {"name": "dams"}), 400) == "tag_exists"
    assert [row["name"] for row in answered(reviewer.get(f"{V1}/tags/"))["results"]] == ["Energy", "Dams"]
    assert answered(editor.patch(f"{V1}/tags/{dams['id']}/", {"name": "Weirs"}))["name"] == "Weirs"
    assert answered(editor.patch(f"{V1}/tags/{dams['id']}/", {"retired": True}))["retired_at"]
    assert answered(editor.patch(f"{V1}/tags/{dams['id']}/", {"retired": False}))["retired_at"] is None
    assert refused(editor.patch(f"{V1}/tags/99999/", {"retired": True}), 404) == "tag_not_found"
    into = answered(editor.post(f"{V1}/tags/{dams['id']}/merge/", {"into": "energy"}))
    assert into["id"] == energy["id"]
    assert Tag.objects.get(pk=dams["id"]).merged_into_id == energy["id"]


def test_a_claims_tags_are_read_changed_and_found(editor: CheckedClient, researcher: CheckedClient) -> None:
    version = make_article_version()
    claim, other = make_claim(version, priority=80), make_claim(version, priority=20)
    for name in ("Energy", "Dams"):
        editor.post(f"{V1}/tags/", {"name": name})
    address = f"{V1}/claims/{claim.pk}/tags/"
    assert refused(researcher.post(address, {"add": ["Dams"]}), 428) == "version_required"
    body = {"expected_version": 1, "add": ["energy", "Dams"]}
    tagged = answered(researcher.post(address, body))
    assert [tag["name"] for tag in tagged["tags"]] == ["Dams", "Energy"]
    assert refused(researcher.post(address, body), 409) == "stale"
    assert (
        refused(researcher.post(address, {"add": ["Moon"]}, headers={"If-Match": '"2"'}), 404)
        == "tag_not_found"
    )
    answered(researcher.post(address, {"remove": ["DAMS"]}, headers={"If-Match": '"2"'}))
    [row] = answered(researcher.get(f"{V1}/claims/?tag=energy"))["results"]
    assert (row["id"], [tag["name"] for tag in row["tags"]]) == (claim.pk, ["Energy"])
    assert refused(researcher.get(f"{V1}/claims/?tag=moon"), 400) == "invalid"
    assert [row["id"] for row in answered(researcher.get(f"{V1}/claims/?min_score=0.5"))["results"]] == [
        claim.pk
    ]
    assert answered(researcher.get(f"{V1}/claims/?older_than=1"))["results"] == []
    assert refused(researcher.get(f"{V1}/claims/?older_than=-1"), 400) == "invalid"
    assert answered(researcher.get(f"{V1}/claims/?older_than={'9' * 30}"))["results"] == []
    assert other.pk in [
        row["id"] for row in answered(researcher.get(f"{V1}/claims/?older_than=0"))["results"]
    ]
    assert refused(researcher.get(f"{V1}/claims/?mine=true"), 400) == "invalid"


def test_many_claims_at_once_with_a_result_per_row(editor: CheckedClient, reviewer: CheckedClient) -> None:
    version = make_article_version()
    good, stale = make_claim(version), make_claim(version)
    rows = [{"id": good.pk, "expected_version": 1}, {"id": stale.pk, "expected_version": 5}]
    told = answered(editor.post(f"{V1}/claims/bulk/", {"act": "assign", "to": "rhea", "claims": rows}))
    assert (told["done"], told["refused"]) == (1, 1)
    assert [(row["claim"], row["done"], row["version"], row["code"]) for row in told["results"]] == [
        (good.pk, True, 2, ""),
        (stale.pk, False, 1, "stale"),
    ]
    assert Assignment.objects.get().reviewer.username == "rhea"
    again = [{"id": stale.pk, "expected_version": 1}]
    body = {"act": "dismiss", "reason": "not_relevant", "claims": again}
    assert answered(reviewer.post(f"{V1}/claims/bulk/", body))["done"] == 1
    assert ClaimState.objects.get(pk=stale.pk).state == State.DISMISSED
    tagging.add_tag(by=User.objects.get(username="edith"), name="Dams")
    rows = [{"id": good.pk, "expected_version": 2}]
    assert (
        answered(editor.post(f"{V1}/claims/bulk/", {"act": "tag", "tags": ["Dams"], "claims": rows}))["done"]
        == 1
    )
    assert ClaimTag.objects.get().claim == good


@pytest.mark.parametrize(
    "body",
    [
        {"act": "dismiss", "claims": [{"id": 1, "expected_version": 1}]},
        {"act": "publish", "claims": [{"id": 1, "expected_version": 1}]},
        {"act": "tag", "tags": [], "claims": [{"id": 1, "expected_version": 1}]},
        {"act": "tag", "tags": ["x"], "claims": []},
        {"act": "tag", "tags": ["x"], "claims": [{"id": 1}]},
        {"act": "tag", "tags": ["x"], "claims": [{"id": 1, "expected_version": 1}] * 201},
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(editor: CheckedClient, body: dict) -> None:
    assert refused(editor.post(f"{V1}/claims/bulk/", body), 400) == "invalid"


def test_nobody_of_that_name(editor: CheckedClient) -> None:
    body = {"act": "assign", "to": "nobody", "claims": [{"id": 1, "expected_version": 1}]}
    assert refused(editor.post(f"{V1}/claims/bulk/", body), 404) == "user_not_found"


def test_views_and_the_next_claim_out_of_one(editor: CheckedClient, reviewer: CheckedClient) -> None:
    version = make_article_version()
    make_claim(version, priority=90)
    wanted = make_claim(version, text="The mill is new.", priority=10)
    given = {"name": "Mills", "filters": {"q": "mill", "state": "queued", "form": "sung", "what": "x"}}
    assert refused(reviewer.post(f"{V1}/views/", {**given, "shared": True}), 403) == "role_required"
    view = answered(editor.post(f"{V1}/views/", {**given, "shared": True}), 201)
    assert view["filters"] == {"q": "mill", "state": "queued"}
    taken = answered(reviewer.post(f"{V1}/claims/next/", {"view": view["id"]}))
    assert taken["id"] == wanted.pk
    assert reviewer.post(f"{V1}/claims/next/", {"view": view["id"]}).status_code == 204
    assert refused(reviewer.post(f"{V1}/claims/next/", {"view": 99_999}), 404) == "view_not_found"
    own = answered(reviewer.post(f"{V1}/views/", given), 201)
    answered(reviewer.patch(f"{V1}/me/preferences/", {"default_view": own["id"]}))
    assert [(row["name"], row["is_default"]) for row in reviewer.get(f"{V1}/views/").json()] == [
        ("Mills", False),
        ("Mills", True),
    ]
    assert answered(reviewer.patch(f"{V1}/views/{own['id']}/", {"name": "Grain"}))["name"] == "Grain"
    assert refused(reviewer.patch(f"{V1}/views/{view['id']}/", {"name": "Grain"}), 403) == "role_required"
    answered(reviewer.delete(f"{V1}/views/{own['id']}/"), 204)
    assert answered(reviewer.get(f"{V1}/me/preferences/"))["default_view"] is None


def test_settings_of_the_desk_and_of_a_person(
    editor: CheckedClient, reviewer: CheckedClient, viewer: CheckedClient
) -> None:
    assert answered(viewer.get(f"{V1}/desk/"))["auto_assign"] is False
    change = {"auto_assign": True, "auto_assign_most": 5}
    assert refused(reviewer.patch(f"{V1}/desk/", change), 403) == "role_required"
    told = answered(editor.patch(f"{V1}/desk/", change))
    assert (told["auto_assign"], told["auto_assign_most"], told["quorum"]) == (True, 5, 1)
    assert refused(editor.patch(f"{V1}/desk/", {"auto_assign_most": 0}), 400) == "invalid"
    assert answered(reviewer.patch(f"{V1}/me/preferences/", {"wants_work": True}))["wants_work"] is True
    assert refused(viewer.patch(f"{V1}/me/preferences/", {"wants_work": True}), 403) == "role_required"
