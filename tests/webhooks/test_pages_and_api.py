"""Webhooks on screen and by API."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Webhook, WebhookDelivery
from claims.services.delivering import deliver_webhook
from claims.services.webhooks import send_test
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.django_db
LIST = "/desk/webhooks/"


@pytest.fixture
def desk(admin: User, client: Client) -> Client:
    client.force_login(admin)
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def test_one_is_made_its_secret_shown_once_and_its_log_read(desk: Client, receiver: Receiver) -> None:
    made = desk.post(LIST, {"name": "Site", "url": receiver.url, "events": ["claim.moved"]})
    hook = Webhook.objects.get()
    assert hook.secret in body(made)
    page = f"{LIST}{hook.pk}/"
    assert hook.secret not in body(desk.get(LIST)) + body(desk.get(page))
    desk.post(f"{page}test/")
    deliver_webhook(webhook_id=hook.pk)
    html = body(desk.get(page))
    assert "webhook.test" in html
    assert "200 in" in html
    assert "thank you" in html
    delivery = WebhookDelivery.objects.get()
    desk.post(f"{page}replay/", {"delivery": delivery.pk})
    assert WebhookDelivery.objects.get().state == "pending"
    rotated = desk.post(f"{page}secret/")
    hook.refresh_from_db()
    assert hook.secret in body(rotated)
    desk.post(f"{page}off/")
    assert "nothing that happens meanwhile is kept" in body(desk.get(page))
    desk.post(f"{page}delete/")
    assert not Webhook.objects.exists()
    assert desk.get(page).status_code == 404


def test_an_address_inside_is_refused_beside_its_field_and_stays_typed(desk: Client) -> None:
    refused = desk.post(LIST, {"name": "Inside", "url": "https://127.0.0.1/x", "events": ["claim.moved"]})
    assert refused.status_code == 422
    assert "not on the public internet" in body(refused)
    assert 'value="https://127.0.0.1/x"' in body(refused)
    assert not Webhook.objects.exists()


def test_only_admins_get_there(client: Client, hook: Webhook) -> None:
    client.force_login(make_user("edith", "editor"))
    for address in (LIST, f"{LIST}{hook.pk}/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Only an admin" in body(answer)
    assert client.post(f"{LIST}{hook.pk}/delete/").status_code == 302
    assert Webhook.objects.exists()


def test_the_log_asks_as_much_for_many_as_for_one(
    desk: Client, admin: User, hook: Webhook, django_assert_num_queries: Any
) -> None:
    for count in (1, 5):
        for _ in range(count):
            send_test(by=admin, webhook_id=hook.pk)
            deliver_webhook(webhook_id=hook.pk)
        with django_assert_num_queries(
            7
        ):  # session, user, roles; the webhook, its log, their tries; the inbox
            desk.get(f"{LIST}{hook.pk}/")


def test_by_api(admin: User, receiver: Receiver) -> None:
    api = CheckedClient(admin)
    made = api.post("/api/v1/webhooks/", {"name": "Site", "url": receiver.url, "events": ["claim.moved"]})
    assert made.status_code == 201
    pk, secret = made.json()["id"], made.json()["secret"]
    assert "secret" not in api.get(f"/api/v1/webhooks/{pk}/").json()
    assert api.patch(f"/api/v1/webhooks/{pk}/", {"events": ["factcheck.published"]}).json()["events"] == [
        "factcheck.published"
    ]
    assert api.post(f"/api/v1/webhooks/{pk}/test/").status_code == 204
    deliver_webhook(webhook_id=pk)
    receiver.got[0].verify(secret)
    (logged,) = api.get(f"/api/v1/webhooks/{pk}/deliveries/?state=delivered").json()["results"]
    assert (logged["type"], logged["tries"][0]["status"]) == ("webhook.test", 200)
    assert api.post(f"/api/v1/webhooks/{pk}/replay/", {"delivery": logged["id"]}).json() == {"queued": 1}
    assert api.post(f"/api/v1/webhooks/{pk}/replay/", {}).json() == {"queued": 0}
    assert api.post(f"/api/v1/webhooks/{pk}/rotate/").json()["secret"] != secret
    assert [row["id"] for row in api.get("/api/v1/webhooks/").json()["results"]] == [pk]
    assert api.delete(f"/api/v1/webhooks/{pk}/").status_code == 204
    assert api.get(f"/api/v1/webhooks/{pk}/").json()["code"] == "webhook_not_found"


def test_by_api_what_is_refused(admin: User) -> None:
    api = CheckedClient(admin)
    inside = {"name": "Inside", "url": "http://127.0.0.1/", "events": ["claim.moved"]}
    assert api.post("/api/v1/webhooks/", inside).json()["code"] == "forbidden_address"
    assert api.post("/api/v1/webhooks/", {**inside, "events": ["everything"]}).json()["code"] == "invalid"
    reading = CheckedClient(admin, scopes=["read"])
    assert reading.get("/api/v1/webhooks/").json()["code"] == "scope_required"
    editor = CheckedClient(make_user("edith", "editor"))
    assert editor.get("/api/v1/webhooks/").json()["code"] == "role_required"
