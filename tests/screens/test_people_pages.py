"""Screens of speakers, talk and replies, without a browser."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import ClaimState, Comment, Contradiction, Reply, Speaker, SpeakerMerge, SpeakerRole
from claims.services.talking import add_comment
from factcheck.models import User
from tests.factories import make_claim, make_speaker, make_story_claim, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor() -> User:
    return make_user("edith", "editor")


@pytest.fixture
def desk(editor: User, client: Client) -> Client:
    client.force_login(editor)
    return client


def body(response) -> str:
    return response.content.decode()


def test_the_list_is_searched_by_any_name(desk: Client) -> None:
    assert "Nobody yet" in body(desk.get("/speakers/"))
    mira = make_speaker("Mira Tolland")
    make_speaker("Ada Merrow")
    desk.post(f"/speakers/{mira.pk}/", {"action": "alias", "name": "The Mayor"})
    html = body(desk.get("/speakers/?q=mayor&kind=person"))
    assert "Mira Tolland" in html
    assert "Ada Merrow" not in html
    assert "Nobody of that name" in body(desk.get("/speakers/?q=mayor&kind=group"))
    assert desk.get("/speakers/?q=%00&kind=x&after=x").status_code == 200
    assert "Mira Tolland" in body(desk.get("/speakers/options/?speaker=the+may"))


def test_a_speakers_page_shows_and_takes_what_the_desk_knows(desk: Client) -> None:
    claim = make_story_claim(veracity="half_true")
    other = make_claim(text="It leaks.", speaker=claim.speaker)
    page = claim.speaker.get_absolute_url()
    for given in (
        {"action": "role", "title": "mayor", "organization": "Lakeside", "since": "2000-01-01"},
        {"action": "wikidata", "item": "Q42"},
        {"action": "contradiction", "claim": claim.pk, "other": other.pk, "note": "In one week."},
    ):
        assert desk.post(page, given).status_code == 302
    html = body(desk.get(page))
    for words in ("mayor, Lakeside", "https://www.wikidata.org/wiki/Q42", "In one week.", "Half true"):
        assert words in html
    assert "mayor, Lakeside" in body(desk.get(f"/review/{claim.pk}/"))
    assert f">#{other.pk}</a>" in body(desk.get(f"/review/{claim.pk}/"))
    role, link = SpeakerRole.objects.get(), Contradiction.objects.get()
    desk.post(page, {"action": "end_role", "row": role.pk, "until": "2001-01-01"})
    desk.post(page, {"action": "withdraw_contradiction", "row": link.pk})
    assert SpeakerRole.objects.get().until is not None
    assert "In one week." not in body(desk.get(page))
    desk.post(page, {"action": "remove_role", "row": role.pk})
    assert not SpeakerRole.objects.exists()


def test_merging_leads_to_the_other_and_back(desk: Client) -> None:
    mira, tolland = make_speaker("Mira Tolland"), make_speaker("Tolland")
    itself = desk.post(tolland.get_absolute_url(), {"action": "merge", "into": tolland.pk, "reason": "kept"})
    assert itself.status_code == 422
    assert "That is one speaker already" in body(itself)
    assert 'value="kept"' in body(itself)
    merged = desk.post(tolland.get_absolute_url(), {"action": "merge", "into": mira.pk})
    assert merged["Location"] == mira.get_absolute_url()
    assert "Merged into" in body(desk.get(tolland.get_absolute_url()))
    undone = desk.post(
        mira.get_absolute_url(), {"action": "unmerge", "row": SpeakerMerge.objects.get().pk}, follow=True
    )
    assert "everything went back to Tolland" in body(undone)
    assert Speaker.objects.get(pk=tolland.pk).merged_into is None


def test_who_may_not_is_shown_no_form_and_refused(client: Client) -> None:
    client.force_login(make_user("vera", "viewer"))
    mira = make_speaker("Mira Tolland")
    assert 'method="post" class="stack"' not in body(client.get(mira.get_absolute_url()))
    refused = client.post(mira.get_absolute_url(), {"action": "alias", "name": "The Mayor"})
    assert refused.status_code == 403
    assert "Only a researcher or above" in body(refused)
    assert client.post(mira.get_absolute_url(), {"action": "nonsense"}).status_code == 404
    assert client.get("/speakers/999999/").status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_talk_on_the_workbench(desk: Client, editor: User, headers: dict[str, str]) -> None:
    claim = make_story_claim()
    page = f"/review/{claim.pk}/"
    said = desk.post(f"{page}comments/", {"text": "@rosa <b>look</b>"}, headers=headers)
    assert said.status_code == (200 if headers else 302)
    comment = Comment.objects.get()
    html = body(desk.get(page))
    assert "&lt;b&gt;look&lt;/b&gt;" in html
    desk.post(f"{page}comments/", {"text": "Yes.", "thread": comment.pk}, headers=headers)
    assert Comment.objects.filter(thread=comment).exists()
    desk.post(f"{page}comments/{comment.pk}/", {"text": "@rosa, look."}, headers=headers)
    assert "&lt;b&gt;look&lt;/b&gt;" in body(
        desk.get(reverse("comment_earlier", args=[claim.pk, comment.pk]))
    )
    theirs = add_comment(by=make_user("rosa", "reviewer"), claim_id=claim.pk, text="Theirs.")
    refused = desk.post(f"{page}comments/{theirs.pk}/", {"text": "Mine."}, headers=headers)
    assert refused.status_code == 403
    assert "somebody else&#x27;s words" in body(refused)
    desk.post(f"{page}comments/{comment.pk}/", {"action": "delete"}, headers=headers)
    assert "Deleted by its author" in body(desk.get(page))
    empty = desk.post(f"{page}comments/", {"text": " "}, headers=headers)
    assert empty.status_code == 422
    assert "Write something first." in body(empty)


def test_replies_on_the_workbench(desk: Client) -> None:
    claim = make_story_claim()
    page = f"/review/{claim.pk}/"
    asked = {"asked": "The dam board", "channel": "phone", "version": 1}
    refused = desk.post(f"{page}replies/", {**asked, "hold": "on"})
    assert refused.status_code == 422
    assert "until when the claim waits" in body(refused)
    assert 'value="The dam board"' in body(refused)
    desk.post(f"{page}replies/", {**asked, "deadline": "2099-01-01", "hold": "on"})
    assert "Waiting for the reply of The dam board." in body(desk.get(page))
    reply, version = Reply.objects.get(), ClaimState.objects.get().version
    stale = desk.post(f"{page}replies/{reply.pk}/", {"answer": "Forty million.", "version": 1})
    assert stale.status_code == 409
    assert "Forty million." in body(stale)
    desk.post(f"{page}replies/{reply.pk}/", {"answer": "Forty million.", "version": version})
    html = body(desk.get(page))
    assert "answered" in html
    assert "Forty million." in html
    assert ClaimState.objects.get().state == "queued"


def test_what_was_typed_before_a_session_ended_comes_back(client: Client, editor: User) -> None:
    claim = make_story_claim()
    client.post(f"/review/{claim.pk}/comments/", {"text": "Half a thought."})
    client.force_login(User.objects.get(username="edith"))
    client.post("/login/", {"username": "edith", "password": "a long password"})
    assert "Half a thought." in body(client.get(f"/review/{claim.pk}/"))
    assert not Comment.objects.exists()
