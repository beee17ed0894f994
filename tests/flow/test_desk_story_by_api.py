"""One claim's whole way by the API: taken, drafted, submitted, cross-checked blind, sent back, agreed on, approved, published."""

from typing import Any

import pytest

from claims.choices import State
from claims.models import CrossCheck
from claims.services.verifying import audit_problems
from tests.api.checking import CheckedClient
from tests.factories import make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


def test_a_claim_goes_from_the_queue_to_publication_by_the_api() -> None:
    set_desk(min_evidence=1)
    claim = make_story_claim(priority=90)
    appearance, address = claim.appearances.get().pk, f"/api/v1/claims/{claim.pk}/"
    ann, ben, eve = (
        CheckedClient(make_user(name, role))
        for name, role in (("ann", "reviewer"), ("ben", "reviewer"), ("eve", "editor"))
    )

    def send(client: CheckedClient, path: str, **body: Any) -> Any:
        version = client.get(address).json()["version"]
        return client.post(f"{address}{path}", {"expected_version": version} | body)

    def judged(veracity: str, why: str) -> list[dict[str, Any]]:
        return [
            {"verdict": veracity, "rationale": why},
            {"verdict": "confirmed", "rationale": "Heard it.", "appearance": appearance},
        ]

    def rationales(client: CheckedClient) -> set[str]:
        return {one["rationale"] for one in client.get(address).json()["reviews"]} - {"Heard it."}

    # Ann takes it, corrects its chain, drafts, and cannot submit before there is evidence.
    assert ann.post("/api/v1/claims/next/").json()["id"] == claim.pk
    edited = ann.patch(
        f"/api/v1/appearances/{appearance}/",
        {
            "expected_version": ann.get(address).json()["version"],
            "chain": [{"role": "medium", "name": "Radio Brook"}, {"role": "relay", "name": "Coast Wire"}],
        },
    )
    assert edited.status_code == 200
    chain = [step["name"] for step in edited.json()["appearance"]["chain"]]
    assert chain[-3:] == ["Radio Brook", "Coast Wire", "Lakeside Post"]
    assert send(ann, "reviews/", judgements=judged("true", "The plans say so.")).status_code == 201
    early = send(ann, "reviews/", judgements=judged("true", "The plans say so."), submit=True)
    assert (early.status_code, early.json()["code"]) == (400, "evidence_missing")
    linked = send(
        ann, "evidence/", url="https://archive.example/plan", stance="supports", quote="one and a half"
    )
    assert linked.status_code == 201
    assert (
        send(ann, "reviews/", judgements=judged("true", "The plans say so."), submit=True).status_code == 200
    )
    assert ann.get(address).json()["state"] == State.IN_CROSS_CHECK

    # Ben sees no verdict, and comes to another one: it goes back with both rationales.
    assert rationales(ben) == set()
    assert send(ben, "take/").status_code in (200, 201)
    differs = send(ben, "cross-check/", judgements=judged("misleading", "The survey says otherwise."))
    assert (differs.status_code, differs.json()["state"]) == (201, State.IN_REVIEW)
    assert rationales(ann) == rationales(ben) == {"The plans say so.", "The survey says otherwise."}

    # She comes round; now they agree, and an editor approves.
    send(ann, "reviews/", judgements=judged("misleading", "The survey is newer."), submit=True)
    agrees = send(ben, "cross-check/", judgements=judged("misleading", "As before."))
    assert (agrees.json()["state"], agrees.json()["veracity"]) == (State.IN_VOTE, "misleading")
    refused = send(ben, "transitions/", to="approved")
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    assert send(eve, "transitions/", to="approved", reason="Well sourced.").json()["state"] == State.APPROVED
    assert send(eve, "transitions/", to="published").json()["state"] == State.PUBLISHED
    assert list(CrossCheck.objects.order_by("pk").values_list("agreed", flat=True)) == [False, True]
    assert list(audit_problems()) == []
