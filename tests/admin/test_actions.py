"""What is done from the admin's lists goes through the services, row by row."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Feed, ImportItem, Outlet
from articles.services.importing import ItemRequest, request_import
from claims.choices import State
from claims.models import AuditEvent, Claim, ClaimState, Speaker
from factcheck.models import User
from tests.factories import make_claim, make_outlet, make_speaker

pytestmark = pytest.mark.django_db


def act(client: Client, address: str, action: str, rows: list[int]) -> str:
    response = client.post(reverse(address), {"action": action, "_selected_action": rows}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_claims_are_queued_and_those_that_cannot_be_say_why(admin_page: Client, superuser: User) -> None:
    new = make_claim(text="The quay is shut.", state=State.NEW)
    queued = make_claim(text="The ferry is late.", state=State.QUEUED)
    html = act(admin_page, "admin:claims_claim_changelist", "queue", [new.pk, queued.pk])
    assert "1 claim put into the queue." in html
    assert "“The ferry is late.”: This claim is queued" in html
    assert ClaimState.objects.get(pk=new.pk).state == State.QUEUED
    event = AuditEvent.objects.get(claim=new)
    assert (event.actor, event.verb) == (superuser, "queue")


def test_claims_are_dismissed_for_a_reason(admin_page: Client) -> None:
    claim = make_claim(text="The quay is shut.")
    html = act(admin_page, "admin:claims_claim_changelist", "dismiss_not_a_claim", [claim.pk])
    assert "1 claim dismissed." in html
    case = ClaimState.objects.get(pk=claim.pk)
    assert (case.state, case.dismiss_reason) == (State.DISMISSED, "not_a_claim")


def test_many_refusals_do_not_fill_the_page(admin_page: Client) -> None:
    claims = [make_claim(text=f"The ferry is {n} minutes late.") for n in range(12)]
    html = act(admin_page, "admin:claims_claim_changelist", "queue", [claim.pk for claim in claims])
    assert html.count("This claim is queued") == 10
    assert "2 more were refused as well." in html


@pytest.fixture
def failed(superuser: User) -> ImportItem:
    items = [ItemRequest(kind="text", text="A text.", outlet="Lakeside Post") for _ in range(2)]
    job = request_import(by=superuser, items=items, label="Two")
    item = job.items.earliest("pk")
    ImportItem.objects.filter(pk=item.pk).update(
        state="failed", error_code="gave_up", error_message="Tell an admin."
    )
    return item


def test_failed_items_are_retried_and_the_others_left_alone(admin_page: Client, failed: ImportItem) -> None:
    other = failed.job.items.latest("pk")
    html = act(admin_page, "admin:articles_importitem_changelist", "retry", [failed.pk, other.pk])
    assert "1 item queued again." in html
    assert "has not failed: it is queued." in html
    failed.refresh_from_db()
    assert (failed.state, failed.error_code) == ("queued", "")


def test_a_whole_job_is_retried(admin_page: Client, failed: ImportItem) -> None:
    assert "1 item queued again." in act(
        admin_page, "admin:articles_importjob_changelist", "retry", [failed.job_id]
    )
    assert "there is nothing to retry" in act(
        admin_page, "admin:articles_importjob_changelist", "retry", [failed.job_id]
    )


def test_an_outlets_domain_is_taken_from_whatever_was_copied(admin_page: Client) -> None:
    form = {"name": " Harbour  Post ", "domain": "https://www.HarbourPost.example/news"}
    admin_page.post(reverse("admin:articles_outlet_add"), form)
    outlet = Outlet.objects.get()
    assert (outlet.name, outlet.domain) == ("Harbour Post", "harbourpost.example")
    again = admin_page.post(reverse("admin:articles_outlet_add"), form | {"name": "harbour post"})
    assert "There is an outlet of this name already." in again.content.decode()


def test_a_speakers_name_is_mended_and_never_doubled(admin_page: Client) -> None:
    speaker = make_speaker("Mira Toland")
    make_speaker("Anna Holt")
    address = reverse("admin:claims_speaker_change", args=[speaker.pk])
    admin_page.post(address, {"name": "Mira Tolland"})
    speaker.refresh_from_db()
    assert (speaker.name, speaker.name_key) == ("Mira Tolland", "mira tolland")
    refused = admin_page.post(address, {"name": "ANNA  holt"}).content.decode()
    assert "There is a speaker of this name and kind already." in refused
    assert Speaker.objects.filter(name_key="anna holt").count() == 1


def test_outlets_are_found_while_typing(admin_page: Client) -> None:
    make_outlet("Harbour Post")
    make_outlet("Northern Wire")
    answer = admin_page.get(
        reverse("admin:autocomplete"),
        {"term": "arbour", "app_label": "claims", "model_name": "speaker", "field_name": "outlet"},
    )
    assert [result["text"] for result in answer.json()["results"]] == ["Harbour Post"]


def test_feeds_are_paused_resumed_and_polled_by_their_services(admin_page: Client, full_desk: Claim) -> None:
    feed = Feed.objects.get()

    def act(action: str) -> str:
        return admin_page.post(
            "/admin/articles/feed/", {"action": action, "_selected_action": feed.pk}, follow=True
        ).content.decode()

    assert "1 feed paused." in act("pause")
    assert "resume it, and it is polled at once" in act("poll")
    assert "1 feed resumed." in act("resume")
    assert "1 feed asked to be polled." in act("poll")
    feed.refresh_from_db()
    assert feed.active
