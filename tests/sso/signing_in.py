"""Signing in by a provider and with a second factor. Run by test_single_sign_on, with settings that turn it on."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as desk_settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from claims.models import AuditEvent
from factcheck.models import BrowserSession, User
from tests.factories import make_user
from tests.sso.provider import CLIENT, Provider, providing

pytestmark = pytest.mark.django_db
PASSWORD = "a long password"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providing(urlsplit(desk_settings.SSO_ISSUER).port or 0) as running:
        running.claims = {
            "sub": "248289761001",
            "preferred_username": "rhea",
            "given_name": "Rhea",
            "family_name": "Lind",
            "email": "rhea@desk.example",
            "email_verified": True,
            "groups": ["staff", "fact-reviewers"],
        }
        yield running


def sign_in(provider: Provider, client: Client, path: str = "") -> Any:
    sent = client.get(path or "/sso/oidc/desk/login/?next=/account/")
    assert sent.status_code == 302
    assert sent["Location"].startswith(provider.issuer + "/authorization?")
    return client.get(provider.log_in(sent["Location"]), follow=True)


def test_the_log_in_page_offers_the_provider_and_leads_back_to_where_one_was(
    provider: Provider, client: Client
) -> None:
    page = client.get("/login/?next=/account/").content.decode()
    assert "Log in with Lakeside accounts" in page
    assert "/sso/oidc/desk/login/?next=/account/" in page
    arrived = sign_in(provider, client)
    assert arrived.redirect_chain[-1][0] == "/account/"
    assert "Rhea Lind" in arrived.content.decode()
    assert provider.asked[0]["client_id"] == CLIENT["client_id"]
    assert provider.asked[0]["code_verifier"]
    assert BrowserSession.objects.get().user.username == "rhea"


def test_roles_follow_the_groups_at_each_log_in(provider: Provider) -> None:
    sign_in(provider, Client())
    user = User.objects.get()
    assert user.group_names == {"reviewer"}
    assert not user.has_usable_password()
    provider.claims["groups"] = ["fact-admins", "fact-reviewers"]
    sign_in(provider, Client())
    user = User.objects.get()
    assert (user.group_names, user.is_staff) == ({"admin"}, True)
    provider.claims["groups"] = []
    sign_in(provider, Client())
    user = User.objects.get()
    assert (user.group_names, user.is_staff) == (frozenset(), False)
    told = AuditEvent.objects.filter(verb="map_roles").order_by("pk").values_list("after", flat=True)
    assert [one["roles"] for one in told] == [["reviewer"], ["admin"], []]


def test_without_groups_that_count_one_waits_for_an_admin(
    provider: Provider, client: Client, settings: Any
) -> None:
    settings.SSO_ROLES = {}
    waits = sign_in(provider, client)
    assert waits.status_code == 403
    assert "an admin gives you one" in waits.content.decode()
    assert client.get("/queue/").status_code == 403
    assert client.get("/api/v1/claims/").status_code == 403
    user = User.objects.get()
    user.groups.create(name="viewer") if not user.groups.model.objects.filter(
        name="viewer"
    ).exists() else user.groups.add(user.groups.model.objects.get(name="viewer"))
    assert client.get("/queue/").status_code == 200
    sign_in(provider, Client())
    assert User.objects.get().group_names == {"viewer"}  # what an admin gave stays


def test_nobody_takes_an_account_over_by_its_e_mail(
    provider: Provider, client: Client, settings: Any
) -> None:
    ours = make_user("edith", "editor", email="Rhea@desk.example")
    refused = sign_in(provider, client)
    assert refused.status_code == 403
    assert "connect Lakeside accounts" in refused.content.decode()
    assert User.objects.get() == ours
    # Who is in by password connects it by hand.
    client.post("/login/", {"login": "edith", "password": PASSWORD})
    sign_in(provider, client, "/sso/oidc/desk/login/?process=connect")
    assert "edith" in sign_in(provider, Client()).content.decode()


def test_a_verified_e_mail_links_where_the_desk_wants_it(provider: Provider, settings: Any) -> None:
    settings.SSO_LINK_BY_EMAIL = True
    make_user("edith", "editor", email="rhea@desk.example")
    provider.claims["email_verified"] = False
    assert sign_in(provider, Client()).status_code == 403
    provider.claims["email_verified"] = True
    assert "edith" in sign_in(provider, Client()).content.decode()
    assert User.objects.get().group_names == {"reviewer"}


def test_a_state_that_is_not_ours_and_a_provider_that_is_away(
    provider: Provider, client: Client, settings: Any
) -> None:
    forged = client.get("/sso/oidc/desk/login/callback/?code=c0de&state=forged")
    assert not User.objects.exists()
    assert forged.status_code == 401
    settings.SSO_NEW_ACCOUNTS = False
    sign_in(provider, client)
    assert not User.objects.exists()


def test_a_password_and_a_second_factor(provider: Provider) -> None:
    make_user("edith", "editor")
    client = Client()
    wrong = client.post("/login/", {"login": "edith", "password": "wrong"})
    assert wrong.status_code == 200
    client.post("/login/", {"login": "edith", "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    again = client.get(reverse("mfa_activate_totp"))
    assert client.get(again["Location"]).status_code == 200
    form = client.post(
        again["Location"], {"password": PASSWORD}, follow=True
    )  # what guards the account is asked for
    assert form.status_code == 200
    secret = re.search(r'value="([A-Z2-7]{20,})"', form.content.decode())
    assert secret

    def code() -> str:
        return format_hotp_value(hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))))

    client.post(reverse("mfa_activate_totp"), {"code": code()})
    again = Client()
    asked = again.post("/login/", {"login": "edith", "password": PASSWORD}, follow=True)
    assert asked.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert again.get("/account/").status_code == 302  # not in yet
    for page in ("mfa_index", "mfa_add_webauthn"):
        assert client.get(reverse(page)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_passkey_as_the_second_factor(chromium: Browser, live_server: Any, settings: Any) -> None:
    """In a browser with an authenticator of its own, which says yes to whatever it is asked."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the page comes without TLS here
    make_user("edith", "viewer")
    page = chromium.new_context(base_url=live_server.url).new_page()
    page.set_default_timeout(10_000)
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "hasResidentKey": True}})

    def log_in() -> None:
        page.goto("/login/?next=/account/")
        page.get_by_label("Username").fill("edith")
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in", exact=True).click()

    log_in()
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_role("textbox", name="Password").fill(PASSWORD)  # what guards the account is asked for
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.context.clear_cookies()
    log_in()
    page.wait_for_url(f"**{reverse('mfa_authenticate')}**")
    page.get_by_role("button", name="Use a security key").click()
    page.wait_for_url("**/account/")
    assert not troubles
    page.context.close()


def test_guessing_is_stopped_here_too_and_the_admin_has_no_door_of_its_own(
    settings: Any, client: Client
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    make_user("edith", "editor")
    for _ in range(2):
        stopped = client.post("/login/", {"login": "edith", "password": "wrong"})
    assert stopped.status_code == 429
    assert client.post("/login/", {"login": "edith", "password": PASSWORD}).status_code == 429
    assert client.get("/admin/login/")["Location"].startswith("/login/?next=")


def test_there_is_no_signing_up(client: Client) -> None:
    given = {
        "username": "mallory",
        "password1": "gravel-under-the-weir",
        "password2": "gravel-under-the-weir",
    }
    client.post(reverse("account_signup"), given)
    assert not User.objects.exists()
