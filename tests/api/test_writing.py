"""What can be done over the REST API: the same services as the screens, versions, roles, history."""

from typing import Any

import pytest

from claims.choices import State
from claims.models import Claim, ClaimState, EvidenceLink, Review
from tests.api.checking import CheckedClient
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


def review(client: CheckedClient, claim: Claim, **body: Any) -> Any:
    return client.post(f"/api/v1/claims/{claim.pk}/reviews/", {"expected_version": 1, **body})


def version_of(claim: Claim) -> int:
    return ClaimState.objects.get(pk=claim.pk).version


# ---- Judging ---------------------------------------------------------------------------------------


def test_both_verdicts_in_one_request_and_on_to_the_cross_check(reviewer: CheckedClient) -> None:
    set_desk(min_evidence=0)
    claim = make_story_claim()
    appearance = claim.appearances.get()
    response = review(
        reviewer,
        claim,
        judgements=[
            {"kind": "veracity", "verdict": "false", "rationale": "The plans of 1954 say 40 million."},
            {"verdict": "confirmed", "rationale": "Heard it on air.", "appearance": appearance.pk},
        ],
        submit=True,
    )
    assert response.status_code == 201
    told = response.json()
    assert [(made["kind"], made["verdict_label"]) for made in told["reviews"]] == [
        ("veracity", "False"),
        ("attribution", "Confirmed at primary"),
    ]
    assert told["reviews"][0]["reviewer"]["name"] == "Rhea Lind"
    assert (told["claim"]["state"], told["claim"]["veracity"]) == ("in_cross_check", None)
    assert response["ETag"] == f'"{version_of(claim)}"' == f'"{told["claim"]["version"]}"'


def test_saying_what_stands_already_writes_nothing(reviewer: CheckedClient) -> None:
    claim = make_claim()
    verdict = {"verdict": "true", "rationale": "So say the minutes."}
    first = review(reviewer, claim, judgements=[verdict])
    again = review(reviewer, claim, judgements=[verdict], expected_version=first.json()["claim"]["version"])
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {"reviews": [], "claim": first.json()["claim"]}
    assert Review.objects.count() == 1


def test_a_later_judgement_supersedes_and_both_are_told(reviewer: CheckedClient) -> None:
    claim = make_claim()
    first = review(reviewer, claim, judgements=[{"verdict": "true"}]).json()
    review(reviewer, claim, judgements=[{"verdict": "false"}], expected_version=first["claim"]["version"])
    told = reviewer.get(f"/api/v1/reviews/?claim={claim.pk}").json()["results"]
    assert [made["verdict"] for made in told] == ["false", "true"]
    assert told[0]["supersedes"] == told[1]["id"] and told[1]["superseded_by"] == told[0]["id"]
    standing = reviewer.get(f"/api/v1/reviews/?claim={claim.pk}&standing=true").json()["results"]
    assert [made["verdict"] for made in standing] == ["false"]


def test_all_judgements_are_recorded_or_none(reviewer: CheckedClient) -> None:
    claim, other = make_claim(), make_claim()
    response = review(
        reviewer,
        claim,
        judgements=[{"verdict": "true"}, {"verdict": "confirmed", "appearance": other.appearances.get().pk}],
    )
    assert (response.status_code, response.json()["code"]) == (404, "appearance_not_found")
    assert not Review.objects.exists()
    assert ClaimState.objects.get(pk=claim.pk).state == State.QUEUED


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "judgements"),
        ({"judgements": [{}]}, "judgements.0.verdict"),
        ({"judgements": [{"verdict": "maybe"}]}, "judgements.0.verdict"),
        ({"judgements": [{"verdict": "true", "kind": "attribution"}]}, "judgements.0.appearance"),
        (
            {"judgements": [{"verdict": "true", "kind": "veracity", "appearance": 1}]},
            "judgements.0.appearance",
        ),
        ({"judgements": [{"verdict": "true"}, {"verdict": "false"}]}, "judgements"),
        ({"judgements": [{"verdict": "true", "appearance": 10**30}]}, "judgements.0.appearance"),
        ({"judgements": [{"verdict": "true"}], "expected_version": "x"}, "expected_version"),
        ({"judgements": "true"}, "judgements"),
        ({"judgements": [{"verdict": "true", "rationale": "a\x00b"}]}, "judgements.0.rationale"),
    ],
)
def test_an_invalid_review_names_the_field(reviewer: CheckedClient, body: dict[str, Any], field: str) -> None:
    response = review(reviewer, make_claim(), **body)
    assert (response.status_code, response.json()["code"]) == (400, "invalid")
    assert [error["field"] for error in response.json()["errors"]][:1] == [field]
    assert not Review.objects.exists()


def test_a_verdict_of_the_other_scale_is_refused(reviewer: CheckedClient) -> None:
    response = review(reviewer, make_claim(), judgements=[{"verdict": "misquoted"}])
    assert (response.status_code, response.json()["code"]) == (400, "unknown_verdict")


# ---- Conflicts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "status"), [({"expected_version": 1}, 409), ({"headers": {"If-Match": '"1"'}}, 412)]
)
def test_a_stale_write_is_refused_with_what_happened_in_between(
    reviewer: CheckedClient, reviewer2: CheckedClient, how: dict[str, Any], status: int
) -> None:
    claim = make_claim(state=State.IN_REVIEW)
    reviewer2.post(
        f"/api/v1/claims/{claim.pk}/evidence/",
        {"url": "https://dams.example/1954", "stance": "refutes", "expected_version": 1},
    )
    body = {"judgements": [{"verdict": "true"}], **{k: v for k, v in how.items() if k != "headers"}}
    response = reviewer.post(f"/api/v1/claims/{claim.pk}/reviews/", body, headers=how.get("headers"))
    told = response.json()
    assert (response.status_code, told["code"]) == (status, "stale")
    assert told["current"]["version"] == 2
    assert [(change["verb"], change["actor"]) for change in told["changes"]] == [("link_evidence", "ray")]
    assert not Review.objects.exists()


def test_if_match_takes_the_etag_of_the_claim(reviewer: CheckedClient) -> None:
    claim = make_claim()
    tag = reviewer.get(f"/api/v1/claims/{claim.pk}/")["ETag"]
    address = f"/api/v1/claims/{claim.pk}/reviews/"
    body = {"judgements": [{"verdict": "true"}]}
    assert reviewer.post(address, body).json()["code"] == "version_required"
    both = reviewer.post(address, {**body, "expected_version": 7}, headers={"If-Match": tag})
    assert (both.status_code, both.json()["code"]) == (400, "invalid_if_match")
    for wrong in ("*", "1", '"x"', '"1", "2"', '"' + "9" * 40 + '"'):
        refused = reviewer.post(address, body, headers={"If-Match": wrong})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_if_match"), wrong
    assert reviewer.post(address, body, headers={"If-Match": f"W/{tag}"}).status_code == 201


def test_two_reviewers_cannot_have_one_claim(reviewer: CheckedClient, reviewer2: CheckedClient) -> None:
    claim = make_claim()
    assert (
        reviewer.post(f"/api/v1/claims/{claim.pk}/take/").json()["assignment"]["reviewer"]["username"]
        == "rhea"
    )
    refused = reviewer2.post(f"/api/v1/claims/{claim.pk}/take/")
    assert (refused.status_code, refused.json()["code"]) == (409, "taken")
    assert "Rhea Lind" in refused.json()["detail"]
    assert reviewer2.post(f"/api/v1/claims/{claim.pk}/release/").json()["code"] == "not_yours"
    assert reviewer.post(f"/api/v1/claims/{claim.pk}/release/").json()["assignment"] is None
    assert reviewer2.post(f"/api/v1/claims/{claim.pk}/take/").status_code == 200


# ---- The queue -------------------------------------------------------------------------------------


def test_next_hands_out_the_most_pressing_claim_until_none_is_left(reviewer: CheckedClient) -> None:
    calm, pressing = make_claim(priority=10), make_claim(priority=90)
    first = reviewer.post("/api/v1/claims/next/")
    assert (first.json()["id"], first.json()["state"], first["ETag"]) == (pressing.pk, "in_review", '"2"')
    assert reviewer.post("/api/v1/claims/next/").json()["id"] == calm.pk
    empty = reviewer.post("/api/v1/claims/next/")
    assert (empty.status_code, empty.content) == (204, b"")


def test_a_claim_is_dismissed_with_a_reason_and_queued_again(researcher: CheckedClient) -> None:
    claim = make_claim()
    address = f"/api/v1/claims/{claim.pk}"
    gone = researcher.post(
        f"{address}/dismiss/", {"reason": "not_a_claim", "note": "A question.", "expected_version": 1}
    ).json()
    assert (gone["state"], gone["dismiss_reason"], gone["version"]) == ("dismissed", "not_a_claim", 2)
    back = researcher.post(f"{address}/queue/", headers={"If-Match": '"2"'}).json()
    assert (back["state"], back["dismiss_reason"]) == ("queued", None)
    again = researcher.post(f"{address}/queue/", {"expected_version": 3})
    assert (again.status_code, again.json()["code"]) == (400, "illegal_move")
    history = researcher.get(f"{address}/history/").json()["results"]
    assert [(event["verb"], event["reason"], event["actor"]["username"]) for event in history] == [
        ("queue", "", "rosa"),
        ("dismiss", "A question.", "rosa"),
    ]


# ---- Evidence --------------------------------------------------------------------------------------


def test_evidence_is_linked_and_withdrawn_and_stays_in_the_record(researcher: CheckedClient) -> None:
    claim = make_claim()
    address = f"/api/v1/claims/{claim.pk}/evidence/"
    linked = researcher.post(
        address,
        {
            "url": "https://dams.example/1954",
            "stance": "refutes",
            "title": "The dam's plans",
            "quote": "40 million",
            "expected_version": 1,
        },
    )
    assert linked.status_code == 201
    told = linked.json()["evidence"]
    assert (told["stance"], told["title"], told["added_by"]["username"]) == (
        "refutes",
        "The dam's plans",
        "rosa",
    )
    assert researcher.get(f"/api/v1/claims/{claim.pk}/").json()["evidence"] == [told]

    unversioned = researcher.delete(f"{address}{told['id']}/")
    assert (unversioned.status_code, unversioned.json()["code"]) == (428, "version_required")
    elsewhere = researcher.delete(
        f"/api/v1/claims/{make_claim().pk}/evidence/{told['id']}/?expected_version=1"
    )
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "link_not_found")
    stale = researcher.delete(f"{address}{told['id']}/?expected_version=1")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    withdrawn = researcher.delete(f"{address}{told['id']}/", headers={"If-Match": '"2"'})
    assert withdrawn.json()["evidence"]["withdrawn_by"]["username"] == "rosa"
    assert withdrawn["ETag"] == '"3"'
    assert researcher.get(f"/api/v1/claims/{claim.pk}/").json()["evidence"] == []
    assert [row["id"] for row in researcher.get(address).json()["results"]] == [told["id"]]
    twice = researcher.delete(f"{address}{told['id']}/", headers={"If-Match": '"3"'})
    assert (twice.status_code, twice.json()["code"]) == (404, "link_not_found")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://dams.example",
        "javascript:alert(1)",
        "https://",
        "http://[::1",
        "//dams.example",
        "https://" + "x" * 3000,
    ],
)
def test_evidence_needs_a_web_address(researcher: CheckedClient, url: str) -> None:
    response = researcher.post(
        f"/api/v1/claims/{make_claim().pk}/evidence/",
        {"url": url, "stance": "context", "expected_version": 1},
    )
    assert response.status_code == 400
    assert response.json()["code"] in {"invalid_url", "invalid"}
    assert not EvidenceLink.objects.exists()


def test_the_scheme_of_evidence_may_be_in_capitals(researcher: CheckedClient) -> None:
    claim = make_claim()
    given = {"url": "HTTPS://dams.example/1954", "stance": "context", "expected_version": 1}
    made = researcher.post(f"/api/v1/claims/{claim.pk}/evidence/", given).json()["evidence"]
    assert made["url"] == "https://dams.example/1954"


# ---- Roles -----------------------------------------------------------------------------------------

WRITES: dict[str, tuple[str, dict[str, Any], str]] = {
    # path, body, and the least role that may
    "take": ("claims/{claim}/take/", {}, "reviewer"),
    "release": ("claims/{claim}/release/", {}, "reviewer"),
    "next": ("claims/next/", {}, "reviewer"),
    "review": (
        "claims/{claim}/reviews/",
        {"expected_version": 1, "judgements": [{"verdict": "true"}]},
        "reviewer",
    ),
    "queue": ("claims/{claim}/queue/", {"expected_version": 1}, "researcher"),
    "dismiss": ("claims/{claim}/dismiss/", {"expected_version": 1, "reason": "not_relevant"}, "researcher"),
    "evidence": (
        "claims/{claim}/evidence/",
        {"expected_version": 1, "url": "https://dams.example", "stance": "context"},
        "researcher",
    ),
    "withdraw": ("claims/{claim}/evidence/{link}/?expected_version=1", {}, "researcher"),
    "see": ("claims/{claim}/evidence/{link}/see/", {"expected_version": 1}, "researcher"),
    "look": ("claims/{claim}/evidence/{link}/look/", {}, "researcher"),
    "check hop": (
        "claims/{claim}/hop-checks/",
        {
            "expected_version": 1,
            "appearance": "{appearance}",
            "position": 1,
            "result": "absent",
            "note": "Their archive.",
        },
        "reviewer",
    ),
    "import": ("imports/", {"urls": ["https://lakeside.example/dam"]}, "researcher"),
    "retry": ("imports/{job}/retry/", {}, "researcher"),
}
RANK = ["", "viewer", "researcher", "reviewer", "editor", "admin"]


@pytest.mark.parametrize("role", RANK)
@pytest.mark.parametrize("write", WRITES)
def test_each_write_is_for_its_role_and_above(write: str, role: str) -> None:
    from articles.services.importing import ItemRequest, request_import
    from claims.models import Evidence

    path, body, least = WRITES[write]
    admin = make_user(role="admin")
    user = make_user(role=role)
    claim = make_claim(state=State.NEW if write == "queue" else State.QUEUED)
    document = Evidence.objects.create(url="https://a.example", key="a", added_by=admin)
    link = EvidenceLink.objects.create(evidence=document, claim=claim, stance="context", added_by=admin)
    job = request_import(by=admin, items=[ItemRequest(kind="url", url="https://a.example")])
    client = CheckedClient(user)
    if write == "release" and RANK.index(role) >= RANK.index(least):
        client.post(f"/api/v1/claims/{claim.pk}/take/")
    before = (ClaimState.objects.values().get(pk=claim.pk), EvidenceLink.objects.values().get())
    address = "/api/v1/" + path.format(claim=claim.pk, link=link.pk, job=job.pk)
    if "appearance" in body:
        body = {**body, "appearance": claim.appearances.get().pk}
    response = client.delete(address) if write == "withdraw" else client.post(address, body)
    if RANK.index(role) >= RANK.index(least):
        assert response.status_code in {200, 201, 202}, response.content
    else:
        assert (response.status_code, response.json()["code"]) == (403, "role_required")
        assert before == (ClaimState.objects.values().get(pk=claim.pk), EvidenceLink.objects.values().get())
