"""What newer extractors propose, over the REST API."""

import pytest

from claims.models import Claim, ExtractionProposal
from claims.services import assigning
from claims.services.reviewing import Judgement, record_review
from tests.api.checking import CheckedClient
from tests.factories import make_proposal, make_run, make_story_claim, make_user

pytestmark = pytest.mark.django_db


def address(proposal: ExtractionProposal, verb: str = "") -> str:
    return f"/api/v1/proposals/{proposal.pk}/" + (f"{verb}/" if verb else "")


def test_a_proposal_tells_how_it_stood_and_what_was_found(viewer: CheckedClient) -> None:
    claim = make_story_claim()
    proposal = make_proposal(claim, form="mixed", speaker={"kind": "person", "name": "Mira Holm"})
    told = viewer.get(address(proposal)).json()
    assert (told["kind"], told["state"], told["changes"]) == ("change", "open", ["speaker", "form"])
    assert (told["before"]["speaker"]["name"], told["found"]["speaker"]["name"]) == (
        "Mira Tolland",
        "Mira Holm",
    )
    assert [hop["name"] for hop in told["before"]["chain"]] == [
        "Radio Brook",
        "Northern Wire",
        "Lakeside Post",
    ]
    assert told["before"]["content"] == told["found"]["content"]
    assert (told["claim"], told["claim_version"], told["extractor"]) == (claim.pk, 1, proposal.run.extractor)


def test_proposals_are_listed_newest_first_and_narrowed(viewer: CheckedClient) -> None:
    first = make_proposal(form="mixed")
    second = make_proposal()
    second.state = "outdated"
    second.save()

    def found(query: str) -> list[int]:
        return [row["id"] for row in viewer.get(f"/api/v1/proposals/?{query}").json()["results"]]

    assert found("") == [second.pk, first.pk]
    assert found("state=open") == [first.pk]
    assert found("kind=remove") == [second.pk]
    assert found(f"run={first.run_id}") == [first.pk]
    assert found(f"article={first.run.version.article_id}") == [first.pk]
    assert found(f"version={second.run.version_id}") == [second.pk]
    assert found(f"claim={first.appearance.claim_id}") == [first.pk]
    assert viewer.get("/api/v1/proposals/?colour=red").status_code == 400


def test_accepting_needs_the_claims_version_and_a_role(
    viewer: CheckedClient, researcher: CheckedClient
) -> None:
    proposal = make_proposal(form="mixed")
    assert viewer.post(address(proposal, "accept"), {"expected_version": 1}).json()["code"] == "role_required"
    assert viewer.post(address(proposal, "reject")).status_code == 403
    assert researcher.post(address(proposal, "accept"), {}).json()["code"] == "version_required"
    assert researcher.post(address(proposal, "accept"), {"expected_version": 7}).json()["code"] == "stale"
    response = researcher.post(address(proposal, "accept"), {}, headers={"If-Match": '"7"'})
    assert (response.status_code, response.json()["code"]) == (412, "stale")
    told = researcher.post(address(proposal, "accept"), {"expected_version": 1}).json()
    assert (told["state"], told["decided_by"]["username"], told["claim_version"]) == ("accepted", "rosa", 2)
    again = researcher.post(address(proposal, "reject"))
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert researcher.get("/api/v1/appearances/").json()["results"][0]["form"] == "mixed"


def test_a_claim_that_is_new_is_added_without_a_version(researcher: CheckedClient) -> None:
    changed = make_proposal(text="Mira Tolland", content=[[0, 12]])
    added = ExtractionProposal.objects.create(
        run=make_run(changed.run.version, again=True), position=1, kind="add", found=changed.found
    )
    told = researcher.post(address(added, "accept"), {}).json()
    assert told["state"] == "accepted"
    assert Claim.objects.get(pk=told["claim"]).text == "Mira Tolland"


def test_what_was_judged_is_refused_with_a_reason(researcher: CheckedClient) -> None:
    ray = make_user("ray", "reviewer")
    proposal = make_proposal(text="The old dam", content=[[0, 11]])
    claim = proposal.appearance.claim
    record_review(by=ray, claim_id=claim.pk, expected_version=1, judgements=[Judgement("true")])
    assigning.release_claim(by=ray, claim_id=claim.pk)
    version = researcher.get(address(proposal)).json()["claim_version"]
    refused = researcher.post(address(proposal, "accept"), {"expected_version": version})
    assert (refused.status_code, refused.json()["code"]) == (409, "judged")
    other = make_proposal(make_story_claim(), run=proposal.run, form="mixed")
    body = {"run": proposal.run_id, "decision": "accept"}
    told = researcher.post("/api/v1/proposals/decide/", body).json()
    assert (told["done"], told["refused"]) == (1, 1)
    assert [(one["proposal"], one["code"]) for one in told["decisions"]] == [
        (proposal.pk, "judged"),
        (other.pk, ""),
    ]
    body["decision"] = "reject"
    assert researcher.post("/api/v1/proposals/decide/", body).json()["done"] == 1


def test_a_rejection_can_be_undone(researcher: CheckedClient, viewer: CheckedClient) -> None:
    proposal = make_proposal(form="mixed")
    assert researcher.post(address(proposal, "reopen")).json()["code"] == "not_rejected"
    assert researcher.post(address(proposal, "reject")).json()["state"] == "rejected"
    assert viewer.post(address(proposal, "reopen")).status_code == 403
    told = researcher.post(address(proposal, "reopen")).json()
    assert (told["state"], told["decided_by"], told["decided_at"]) == ("open", None, None)


def test_what_is_not_there_is_said_to_be_missing(researcher: CheckedClient, viewer: CheckedClient) -> None:
    for verb in ("", "accept/", "reject/", "reopen/"):
        ask = researcher.post if verb else researcher.get
        assert ask(f"/api/v1/proposals/99/{verb}", **({"data": {}} if verb else {})).status_code == 404
    body = {"run": 99, "decision": "accept"}
    assert researcher.post("/api/v1/proposals/decide/", body).json()["code"] == "run_not_found"
    assert viewer.post("/api/v1/proposals/decide/", body).status_code == 403
    assert researcher.post("/api/v1/proposals/decide/", {"run": 1, "decision": "maybe"}).status_code == 400
