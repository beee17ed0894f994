"""Browsers that are logged in, passwords that are guessed or changed, and what one says of oneself."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims.models import AuditEvent
from factcheck.models import BrowserSession, User
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
PASSWORD = "a long password"


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


def log_in(
    user: User, password: str = PASSWORD, client: Client | None = None, address: str = "192.0.2.1"
) -> Any:
    client = client or Client()
    given = {"username": user.username, "password": password}
    return client.post("/login/", given, headers={"User-Agent": FIREFOX}, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    return bool(client.get("/account/").status_code == 200)


# ---- Sessions --------------------------------------------------------------------------------------


def test_a_log_in_is_listed_with_its_browser_and_address(rosa: User) -> None:
    client = Client()
    assert log_in(rosa, client=client).status_code == 302
    page = client.get("/account/").content.decode()
    assert "Firefox on Linux" in page
    assert "192.0.2.1" in page
    assert "this browser" in page
    key = client.session.session_key
    assert key
    assert key not in page


def test_one_is_logged_out_or_all_the_others(rosa: User) -> None:
    here, there, elsewhere = Client(), Client(), Client()
    for client in (here, there, elsewhere):
        log_in(rosa, client=client)
    browser = BrowserSession.objects.get(session_id=there.session.session_key)
    here.post(reverse("session_end", args=[browser.pk]))
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, True]
    here.post(reverse("sessions_end_others"))
    assert [is_in(client) for client in (here, there, elsewhere)] == [True, False, False]
    assert AuditEvent.objects.filter(verb="end_sessions", object_id=rosa.pk).count() == 2


def test_nobody_ends_anothers_but_an_admin(rosa: User) -> None:
    client, stranger, boss = Client(), Client(), Client()
    log_in(rosa, client=client)
    stranger.force_login(make_user("vic", "editor"))
    admin = make_user("ada", "admin", is_staff=True)
    boss.force_login(admin)
    browser = BrowserSession.objects.get(user=rosa)
    stranger.post(reverse("session_end", args=[browser.pk]))
    assert is_in(client)
    boss.post(
        reverse("admin:factcheck_browsersession_changelist"),
        {"action": "end", "_selected_action": [browser.pk]},
    )
    assert not is_in(client)
    log_in(rosa, client=client)
    boss.post(
        reverse("admin:factcheck_user_changelist"), {"action": "log_out", "_selected_action": [rosa.pk]}
    )
    assert not is_in(client)


def test_last_seen_is_kept_without_a_query_a_page(rosa: User, django_assert_num_queries: Any) -> None:
    client = Client()
    log_in(rosa, client=client)
    with django_assert_num_queries(2):  # the session, its user
        client.get("/review/1/presence/")
    session = client.session
    session["seen_at"] = (timezone.now() - timedelta(minutes=6)).timestamp()
    session.save()
    BrowserSession.objects.update(seen_at=timezone.now() - timedelta(minutes=6))
    client.get("/account/", REMOTE_ADDR="192.0.2.9")
    browser = BrowserSession.objects.get()
    assert browser.address == "192.0.2.9"
    assert timezone.now() - browser.seen_at < timedelta(minutes=1)


def test_logging_out_takes_it_off_the_list(rosa: User) -> None:
    client = Client()
    log_in(rosa, client=client)
    client.post("/logout/")
    assert not BrowserSession.objects.exists()
    assert not Session.objects.exists()


# ---- Passwords -------------------------------------------------------------------------------------


def test_guessing_is_stopped_in_words_and_an_admin_lets_in_again(rosa: User, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(2):
        assert log_in(rosa, "wrong").status_code == 200
    stopped = log_in(rosa, "wrong")
    assert stopped.status_code == 429
    assert "Try again in 15 minutes, or ask an admin" in stopped.content.decode()
    assert log_in(rosa).status_code == 429  # with the right one too
    assert log_in(rosa, address="192.0.2.2").status_code == 302  # her own browser elsewhere is not kept out
    assert log_in(make_user("vic"), "wrong").status_code == 200
    boss = Client()
    boss.force_login(make_user("ada", "admin", is_staff=True))
    waiting = AccessAttempt.objects.filter(username="rosa").values_list("pk", flat=True)
    boss.post(
        reverse("admin:axes_accessattempt_changelist"),
        {"action": "let_in", "_selected_action": list(waiting)},
    )
    assert log_in(rosa).status_code == 302


def test_the_command_lets_in_again(rosa: User, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 1
    assert log_in(rosa, "wrong").status_code == 429
    call_command("axes_reset_username", "rosa")
    assert log_in(rosa).status_code == 302


def test_behind_a_proxy_the_others_behind_it_are_not_kept_out(rosa: User, settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT, settings.BEHIND_PROXY = 1, True
    form = {"username": "rosa", "password": "wrong"}
    assert Client().post("/login/", form, headers={"X-Forwarded-For": "192.0.2.3"}).status_code == 429
    right = {"username": "rosa", "password": PASSWORD}
    assert Client().post("/login/", right, headers={"X-Forwarded-For": "192.0.2.4"}).status_code == 302


def test_a_new_password_keeps_this_browser_and_ends_the_others(rosa: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        log_in(rosa, client=client)
    short = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert here.post("/account/password/", short).status_code == 422
    new = {
        "old_password": PASSWORD,
        "new_password1": "gravel-under-the-weir",
        "new_password2": "gravel-under-the-weir",
    }
    assert here.post("/account/password/", new).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert BrowserSession.objects.filter(user=rosa).count() == 1
    assert log_in(rosa, "gravel-under-the-weir").status_code == 302
    assert "gravel" not in str(list(AuditEvent.objects.values()))


def test_what_one_is_called(rosa: User) -> None:
    client = Client()
    client.force_login(rosa)
    client.post("/account/", {"first_name": "Rosa", "last_name": "Lind", "email": "rosa@desk.example"})
    rosa.refresh_from_db()
    assert (str(rosa), rosa.email) == ("Rosa Lind", "rosa@desk.example")
    refused = client.post("/account/", {"first_name": "Rosa", "email": "not an address"})
    assert refused.status_code == 422
    assert "not an address" in refused.content.decode()


def test_without_an_address_guessing_is_stopped_too(rosa: User, settings: Any) -> None:
    """Behind a socket, or a proxy that does not say whom it speaks for."""
    settings.AXES_FAILURE_LIMIT = 2
    assert [log_in(rosa, "wrong", address="").status_code for _ in range(3)] == [200, 429, 429]
    AccessAttempt.objects.all().delete()
    client = Client()
    assert log_in(rosa, client=client, address="").status_code == 302
    assert "not known" in client.get("/account/").content.decode()


def test_a_password_that_an_admin_sets_ends_the_sessions(rosa: User) -> None:
    client, boss = Client(), Client()
    log_in(rosa, client=client)
    boss.force_login(make_user("ada", "admin", is_staff=True))
    new = {
        "password1": "gravel-under-the-weir",
        "password2": "gravel-under-the-weir",
        "usable_password": "true",
    }
    assert boss.post(reverse("admin:auth_user_password_change", args=[rosa.pk]), new).status_code == 302
    assert not BrowserSession.objects.filter(user=rosa).exists()
    assert not is_in(client)
