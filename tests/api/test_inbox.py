"""The inbox and due dates through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.models import ClaimState, Notice
from claims.services import talking
from tests.api.checking import CheckedClient
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


def mention(count: int) -> list[Notice]:
    claim, by = make_claim(), make_user("ben", "reviewer")
    for number in range(count):
        talking.add_comment(by=by, claim_id=claim.pk, text=f"@rhea, {number}.")
    return list(Notice.objects.filter(recipient__username="rhea").order_by("-pk"))


def test_ones_own_notices_are_listed_marked_and_narrowed(
    reviewer: CheckedClient, editor: CheckedClient, django_assert_num_queries
) -> None:
    told = mention(3)
    with django_assert_num_queries(3):  # the key, the ids, the page
        listed = reviewer.get("/api/v1/inbox/").json()["results"]
    assert [row["id"] for row in listed] == [notice.pk for notice in told]
    assert (listed[0]["kind"], listed[0]["kind_label"]) == ("mention", "You were mentioned")
    assert listed[0]["by"]["username"] == "ben"
    assert listed[0]["comment"] == told[0].comment_id
    assert editor.get("/api/v1/inbox/").json()["results"] == []
    assert reviewer.post(f"/api/v1/inbox/{told[0].pk}/read/").json()["read_at"]
    refused = editor.post(f"/api/v1/inbox/{told[1].pk}/read/")
    assert (refused.status_code, refused.json()["code"]) == (404, "notice_not_found")
    unread = reviewer.get("/api/v1/inbox/?unread=true").json()["results"]
    assert [row["id"] for row in unread] == [notice.pk for notice in told[1:]]
    assert reviewer.get("/api/v1/inbox/?kind=overdue").json()["results"] == []
    assert reviewer.get("/api/v1/inbox/?sort=x").status_code == 400
    assert reviewer.post("/api/v1/inbox/read/", {"through": told[2].pk}).json() == {"marked": 1}
    assert reviewer.post("/api/v1/inbox/read/", {}).json() == {"marked": 1}
    assert CheckedClient().get("/api/v1/inbox/").status_code == 401


def test_pages_follow_each_other(reviewer: CheckedClient) -> None:
    told = mention(5)
    first = reviewer.get("/api/v1/inbox/?page_size=3").json()
    rest = reviewer.get(first["next"]).json()
    assert [row["id"] for row in first["results"] + rest["results"]] == [notice.pk for notice in told]
    assert rest["next"] is None


def test_a_due_date_is_set_and_taken_back(reviewer: CheckedClient, editor: CheckedClient) -> None:
    claim = make_claim()
    due = (timezone.now() + timedelta(days=2)).replace(microsecond=0)
    answer = editor.post(f"/api/v1/claims/{claim.pk}/due/", {"due_at": due.isoformat()})
    assert answer.status_code == 200
    assert answer.json()["due_at"] == due.isoformat()
    assert answer.json()["version"] == 1
    assert [row["id"] for row in editor.get("/api/v1/claims/?due=week").json()["results"]] == [claim.pk]
    assert editor.get("/api/v1/claims/?due=overdue").json()["results"] == []
    assert editor.get("/api/v1/claims/?due=whenever").status_code == 400
    refused = reviewer.post(f"/api/v1/claims/{claim.pk}/due/", {"due_at": None})
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
    assert editor.post(f"/api/v1/claims/{claim.pk}/due/", {}).status_code == 400
    assert editor.post("/api/v1/claims/999/due/", {"due_at": None}).status_code == 404
    ClaimState.objects.update(state="dismissed", dismiss_reason="not_relevant")
    refused = editor.post(f"/api/v1/claims/{claim.pk}/due/", {"due_at": due.isoformat()})
    assert refused.json()["code"] == "not_under_way"
    assert editor.post(f"/api/v1/claims/{claim.pk}/due/", {"due_at": None}).json()["due_at"] is None
