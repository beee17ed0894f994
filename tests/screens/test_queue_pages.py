"""Queue and claim list without a browser: views, tags, many claims at once, giving out work."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.choices import State
from claims.models import Assignment, ClaimState, ClaimTag, Preference, SavedView, Tag
from claims.services import assigning, tagging, viewing
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


@pytest.fixture
def desk(eve: User, client: Client) -> Client:
    client.force_login(eve)
    return client


def body(response) -> str:
    return response.content.decode()


def test_a_view_is_saved_opened_renamed_made_first_and_deleted(desk: Client, eve: User) -> None:
    version = make_article_version()
    make_claim(version, text="The dam holds.")
    make_claim(version, text="The mill is new.")
    query = "q=mill&state=queued"
    html = body(desk.get(f"/queue/?{query}"))
    assert 'value="q=mill&amp;state=queued"' in html
    sent = {"name": "Mills", "filters": query, "back": "/queue/", "shared": "on"}
    response = desk.post("/views/", sent)
    view = SavedView.objects.get()
    assert response["Location"] == f"/queue/?view={view.pk}"
    assert (view.shared, view.filters) == (True, {"q": "mill", "state": "queued"})
    html = body(desk.get(f"/queue/?view={view.pk}"))
    assert "The mill is new." in html
    assert "The dam holds." not in html
    desk.post(f"/views/{view.pk}/", {"action": "rename", "name": "New mills", "back": "/queue/"})
    desk.post(f"/views/{view.pk}/", {"action": "default", "back": "/queue/"})
    html = body(desk.get("/queue/"))
    assert "New mills" in html
    assert "The dam holds." not in html
    assert "The dam holds." in body(desk.get("/queue/?state=queued"))
    assert desk.post("/queue/next/", {"view": view.pk}).status_code == 302
    assert Assignment.objects.get().claim.text == "The mill is new."
    html = body(desk.post("/queue/next/", {"view": view.pk}, follow=True))
    assert "Nothing of “New mills” waits for you right now." in html
    desk.post(f"/views/{view.pk}/", {"action": "no_default", "back": "/queue/"})
    assert Preference.objects.get(user=eve).default_view is None
    desk.post(f"/views/{view.pk}/", {"action": "delete", "back": "/claims/"})
    assert not SavedView.objects.exists()
    assert "Give the view a name." in body(desk.post("/views/", {"filters": query}, follow=True))


def test_what_is_mine_is_found_from_the_queue_too(desk: Client, eve: User) -> None:
    claim = make_claim(text="The dam holds.")
    assigning.take_claim(by=eve, claim_id=claim.pk)
    make_claim(text="The mill is new.")
    html = body(desk.get("/queue/?state=queued&mine=assigned"))
    assert f'aria-label="Select claim {claim.pk}"' in html
    assert "The mill is new." not in html


def test_selected_claims_are_dismissed_and_what_was_refused_stays_selected(desk: Client, eve: User) -> None:
    version = make_article_version()
    good, stale = make_claim(version), make_claim(version)
    tagging.add_tag(by=eve, name="Dams")
    tagging.tag_claim(by=eve, claim_id=stale.pk, add=["Dams"])
    html = body(desk.get("/queue/"))
    assert f'value="{good.pk}.1"' in html
    sent = {
        "act": "dismiss",
        "reason": "not_relevant",
        "claim": [f"{good.pk}.1", f"{stale.pk}.1"],
        "back": "/queue/?q=dam",
    }
    response = desk.post("/claims/bulk/", sent)
    html = body(response)
    assert response.status_code == 200
    assert "1 done, 1 refused." in html
    assert "Somebody changed this claim" in html
    assert f'value="{stale.pk}.2" checked' in html
    assert 'href="/queue/?q=dam"' in html
    assert dict(ClaimState.objects.values_list("pk", "state")) == {
        good.pk: State.DISMISSED,
        stale.pk: State.QUEUED,
    }


def test_selected_claims_are_given_to_a_colleague_and_the_history_says_so(desk: Client, eve: User) -> None:
    ann, claim = make_user("ann", "reviewer"), make_claim()
    make_user("vera", "viewer")
    html = body(desk.get("/queue/"))
    assert f'<option value="{ann.pk}">ann</option>' in html
    assert ">vera</option>" not in html
    sent = {"act": "assign", "to": ann.pk, "note": "Today, please.", "claim": f"{claim.pk}.1"}
    assert "1 done, 0 refused." in body(desk.post("/claims/bulk/", sent))
    assert Assignment.objects.get().reviewer == ann
    assert "gave it to ann to review" in body(desk.get(f"/review/{claim.pk}/?open=history"))


def test_a_view_of_any_state_stays_one_on_the_queue(desk: Client, eve: User) -> None:
    make_claim(text="The dam is gone.", state=State.DISMISSED)
    desk.post("/views/", {"name": "Dams", "filters": "q=dam", "back": "/claims/"})
    view = SavedView.objects.get()
    assert "The dam is gone." in body(desk.get(f"/queue/?view={view.pk}"))
    assert "The dam is gone." not in body(desk.get("/queue/?q=dam"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"act": "dismiss"}, "Say why they are dismissed."),
        ({"act": "assign"}, "Say who gets the claims."),
        ({"act": "tag", "tags": " , "}, "Name at least one tag."),
        ({"act": "tag", "tags": "Dams", "claim": []}, "Select at least one claim."),
        (
            {"act": "tag", "tags": "Dams", "claim": ["x.y", "1", "9" * 40 + ".1"]},
            "Select at least one claim.",
        ),
    ],
)
def test_what_lacks_something_does_nothing_and_keeps_the_selection(
    desk: Client, sent: dict, sentence: str
) -> None:
    claim = make_claim()
    response = desk.post("/claims/bulk/", {"claim": f"{claim.pk}.1", "back": "//evil.example/", **sent})
    html = body(response)
    assert response.status_code == 422
    assert sentence in html
    assert "evil.example" not in html
    assert ("checked" in html) == ("claim" not in sent)
    assert ClaimState.objects.get(pk=claim.pk).version == 1


def test_viewers_select_nothing(client: Client) -> None:
    client.force_login(make_user("vera", "viewer"))
    claim = make_claim()
    assert 'name="claim"' not in body(client.get("/queue/"))
    sent = {"act": "dismiss", "reason": "not_relevant", "claim": f"{claim.pk}.1"}
    assert "1 refused" in body(client.post("/claims/bulk/", sent))
    assert ClaimState.objects.get(pk=claim.pk).state == State.QUEUED


def test_a_claim_is_tagged_on_the_workbench(desk: Client, eve: User) -> None:
    claim = make_claim()
    tagging.add_tag(by=eve, name="Dams & lakes")
    address = reverse("review_tags", args=[claim.pk])
    assert '<option value="Dams &amp; lakes">' in body(desk.get(f"/review/{claim.pk}/?open=tag"))
    desk.post(address, {"tag": "dams & lakes", "version": 1})
    assert ClaimTag.objects.get().claim == claim
    assert "Dams &amp; lakes" in body(desk.get("/claims/"))
    response = desk.post(address, {"tag": "Moon", "version": 2})
    assert (response.status_code, 'value="Moon"' in body(response)) == (422, True)
    assert "There is no tag “Moon”" in body(response)
    stale = desk.post(address, {"remove": "Dams & lakes", "version": 1})
    assert stale.status_code == 409
    desk.post(address, {"remove": "Dams & lakes", "version": 2})
    assert not ClaimTag.objects.exists()


def test_the_page_of_tags(desk: Client, eve: User) -> None:
    assert "No tags yet" in body(desk.get("/tags/"))
    for name in ("Dams", "Weirs"):
        desk.post("/tags/", {"action": "add", "name": name})
    dams, weirs = Tag.objects.order_by("name")
    refused = desk.post("/tags/", {"action": "rename", "tag": weirs.pk, "name": "dams"})
    assert refused.status_code == 422
    assert "There is a tag “Dams” already" in body(refused)
    assert 'value="dams"' in body(refused)
    desk.post("/tags/", {"action": "retire", "tag": weirs.pk})
    assert "retired" in body(desk.get("/tags/"))
    desk.post("/tags/", {"action": "restore", "tag": weirs.pk})
    desk.post("/tags/", {"action": "merge", "tag": weirs.pk, "into": "Dams"})
    weirs.refresh_from_db()
    assert weirs.merged_into == dams
    assert "merged into Dams" in body(desk.get("/tags/"))
    desk.force_login(make_user("rosa", "researcher"))
    assert "Editors add and change them." in body(desk.get("/tags/"))
    assert desk.post("/tags/", {"action": "add", "name": "Mills"}).status_code == 403


def test_giving_out_work_is_asked_for_on_the_queue(desk: Client, eve: User) -> None:
    assert "Give me work" not in body(desk.get("/queue/"))
    set_desk(auto_assign=True)
    assert "Give me work: off" in body(desk.get("/queue/"))
    assert "Give me work: on" in body(desk.post("/queue/work/", {"wants": "yes"}, follow=True))
    assert "Give me work: off" in body(desk.post("/queue/work/", {"wants": "no"}, follow=True))


def test_a_list_asks_as_much_for_many_as_for_one(desk: Client, eve: User, django_assert_num_queries) -> None:
    version = make_article_version()
    make_claim(version)
    tagging.add_tag(by=eve, name="Dams")
    viewing.save_view(by=eve, name="Mills", filters={"q": "mill"})

    def add_more() -> None:
        for _ in range(8):
            claim = make_claim(version)
            tagging.tag_claim(by=eve, claim_id=claim.pk, add=["Dams"])
            viewing.save_view(by=eve, name=f"View {claim.pk}", filters={})

    with django_assert_num_queries(18):
        desk.get("/claims/")
    add_more()
    with django_assert_num_queries(18):
        desk.get("/claims/")
