"""Keys: what each may, how it ends, and that its secret is kept nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from claims import permissions
from claims.models import AuditEvent
from factcheck.accounts.keys import make_key, revoke_key
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Scope
from factcheck.models import Key, User
from tests.api.checking import CheckedClient
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


def client_with(secret: str) -> CheckedClient:
    client = CheckedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.fixture
def editor() -> User:
    return make_user("edith", "editor")


@pytest.fixture
def admin() -> User:
    return make_user("ada", "admin")


# ---- What a key may --------------------------------------------------------------------------------


def test_every_action_of_the_desk_has_its_scope() -> None:
    assert set(permissions.SCOPES) == set(permissions.MAY)


WRITES = {
    Scope.IMPORT: ("/api/v1/imports/", {"items": [{"text": "The dam holds.", "outlet": "Lakeside Post"}]}),
    Scope.REVIEW: ("/api/v1/claims/{claim}/take/", {}),
    Scope.PUBLISH: (
        "/api/v1/claims/{claim}/transitions/",
        {"to": "approved", "expected_version": 1},
    ),
    Scope.MANAGE: ("/api/v1/keys/", {"name": "another", "scopes": ["manage"], "days": 1}),
}


@pytest.mark.parametrize("scope", Scope)
def test_a_key_does_what_its_scopes_say_and_nothing_else(editor: User, scope: Scope) -> None:
    claim = make_claim(state="queued")
    client = CheckedClient(editor, scopes=[scope])
    read = client.get("/api/v1/claims/")
    assert read.status_code == 200 if scope == Scope.READ else refusal(read) == (403, "scope_required")
    for needed, (path, body) in WRITES.items():
        response = client.post(path.format(claim=claim.pk), body)
        if needed == scope:
            # The editors' vote is refused for what the claim is: the key got that far.
            assert response.status_code < 300 or response.json()["code"] == "illegal_move", response.json()
        else:
            assert response.status_code in (400, 403), (needed, response.json())
            assert response.json()["code"] in ("scope_required", "illegal_move"), (needed, response.json())


def test_a_key_may_no_more_than_its_account(admin: User) -> None:
    client = CheckedClient(make_user("vera", "viewer"))
    claim = make_claim(state="queued")
    assert refusal(client.post(f"/api/v1/claims/{claim.pk}/take/")) == (403, "role_required")
    me = client.get("/api/v1/me/").json()
    assert me["may"] == ["export"]
    assert me["scopes"] == list(Scope)


def test_a_key_that_reads_writes_nothing_not_even_what_needs_no_role(editor: User) -> None:
    client = CheckedClient(editor, scopes=["read"])
    assert refusal(client.post("/api/v1/inbox/read/", {})) == (403, "scope_required")
    assert refusal(client.post("/api/v1/prior-imports/", {"url": "https://desk.example/"}))[0] == 403
    assert client.post("/api/v1/exports/", {"subject": "claims", "format": "csv"}).status_code == 202
    importing = CheckedClient(editor, scopes=["import"])
    assert refusal(importing.post("/api/v1/inbox/read/", {})) == (403, "scope_required")


def test_a_key_makes_no_wider_key(admin: User) -> None:
    client = CheckedClient(admin, scopes=["manage", "read"])
    asked = {"name": "wider", "scopes": ["publish"], "days": 1}
    assert refusal(client.post("/api/v1/keys/", asked)) == (403, "no_wider_key")
    make_user("cora", "editor")
    other = {"name": "as somebody else", "scopes": ["read"], "username": "cora"}
    assert refusal(client.post("/api/v1/keys/", other)) == (403, "no_wider_key")
    Key.objects.update(expires_at=timezone.now() + timedelta(days=2))
    assert (
        refusal(client.post("/api/v1/keys/", {"name": "longer", "scopes": ["read"], "days": None}))[0] == 403
    )
    made = client.post("/api/v1/keys/", {"name": "as wide", "scopes": ["read"], "days": 1})
    assert made.status_code == 201
    assert client_with(made.json()["key"]).get("/api/v1/me/").json()["username"] == "ada"


# ---- How it ends -----------------------------------------------------------------------------------


def test_a_key_ends_with_its_time_its_account_or_by_hand(editor: User) -> None:
    key, secret = make_key(by=editor, name="Screen", scopes=["read"], days=1)
    client = client_with(secret)

    def answer() -> tuple[int, str]:
        response = client.get("/api/v1/me/")
        return response.status_code, response.json().get("code", "")

    assert answer() == (200, "")
    Key.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert answer() == (401, "key_expired")
    Key.objects.update(expires_at=None)
    User.objects.filter(pk=editor.pk).update(is_active=False)
    assert answer() == (401, "account_inactive")
    User.objects.filter(pk=editor.pk).update(is_active=True)
    assert answer() == (200, "")
    revoke_key(by=editor, key_id=key.pk)
    assert answer() == (401, "key_revoked")
    assert [event.verb for event in AuditEvent.objects.filter(object_type="key")] == [
        "revoke_key",
        "make_key",
    ]


def test_whose_keys_one_sees_and_revokes(editor: User, admin: User) -> None:
    key, secret = make_key(by=editor, name="Screen", scopes=["read"])
    other = CheckedClient(make_user("rosa", "researcher"))
    assert key.pk not in [row["id"] for row in other.get("/api/v1/keys/").json()["results"]]
    assert refusal(other.delete(f"/api/v1/keys/{key.pk}/")) == (404, "key_not_found")
    assert (
        refusal(
            client_with(make_key(by=editor, name="R", scopes=["read"])[1]).delete(f"/api/v1/keys/{key.pk}/")
        )[0]
        == 403
    )
    boss = CheckedClient(admin)
    assert key.pk in [row["id"] for row in boss.get("/api/v1/keys/").json()["results"]]
    assert boss.delete(f"/api/v1/keys/{key.pk}/").status_code == 204
    assert client_with(secret).get("/api/v1/me/").status_code == 401


def test_a_key_may_end_itself(editor: User) -> None:
    key, secret = make_key(by=editor, name="Screen", scopes=["review"])
    assert client_with(secret).delete(f"/api/v1/keys/{key.pk}/").status_code == 204


# ---- What is kept, and what it costs ---------------------------------------------------------------


def test_the_secret_is_kept_nowhere(editor: User) -> None:
    key, secret = make_key(by=editor, name="Screen", scopes=["read"])
    kept = str(Key.objects.values().get(pk=key.pk)) + str(list(AuditEvent.objects.values()))
    assert secret not in kept
    assert secret.startswith(key.start)
    assert len(secret) - len(key.start) >= 37  # 222 bits that nobody is shown


def test_use_is_written_down_once_a_minute_and_costs_one_query(
    editor: User, django_assert_num_queries: Any
) -> None:
    key, secret = make_key(by=editor, name="Screen", scopes=["read"])
    client = client_with(secret)
    client.get("/api/v1/outlets/", REMOTE_ADDR="192.0.2.4")
    key.refresh_from_db()
    assert key.last_used_from == "192.0.2.4"
    with django_assert_num_queries(2):  # the key with its account; the outlets
        client.get("/api/v1/outlets/", REMOTE_ADDR="192.0.2.5")
    Key.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    client.get("/api/v1/outlets/", REMOTE_ADDR="192.0.2.5")
    key.refresh_from_db()
    assert key.last_used_from == "192.0.2.5"


# ---- By screen and by command ----------------------------------------------------------------------


def test_on_the_account_page_a_key_is_shown_once(editor: User, client: Client) -> None:
    client.force_login(editor)
    made = client.post("/account/keys/", {"name": "Screen", "scopes": ["read"], "days": "30"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    page = client.get("/account/").content.decode()
    assert secret not in page
    assert "Screen" in page
    assert client_with(secret).get("/api/v1/me/").status_code == 200
    key = Key.objects.get()
    client.post(f"/account/keys/{key.pk}/revoke/")
    assert client_with(secret).get("/api/v1/me/").status_code == 401


def test_a_key_for_nothing_is_asked_about_and_the_name_stays(editor: User, client: Client) -> None:
    client.force_login(editor)
    refused = client.post("/account/keys/", {"name": "Screen for the hall", "days": "30"})
    assert refused.status_code == 422
    assert "Say what it may" in refused.content.decode()
    assert "Screen for the hall" in refused.content.decode()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"scopes": []}, "bad_scopes"),
        ({"scopes": ["everything"]}, "bad_scopes"),
        ({"days": 0}, "bad_days"),
        ({"days": 10**9}, "bad_days"),
    ],
)
def test_what_makes_no_key(editor: User, given: dict[str, Any], code: str) -> None:
    with pytest.raises(DomainError) as refused:
        make_key(by=editor, **{"name": "Screen", "scopes": ["read"], **given})
    assert refused.value.code == code


def test_the_command_prints_one_that_works_and_another_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    make_user("ines", "reviewer")
    call_command("make_key", "ines", "--days", "30", "--scopes", "read", "review")
    secret = capsys.readouterr().out.strip()
    assert client_with(secret).get("/api/v1/me/").json()["username"] == "ines"
    assert Key.objects.get().scopes == ["read", "review"]
    call_command("revoke_key", secret)
    assert client_with(secret).get("/api/v1/me/").status_code == 401
    with pytest.raises(CommandError, match="begin with"):
        call_command("revoke_key", secret)


def test_the_command_says_why_it_cannot() -> None:
    with pytest.raises(CommandError, match="no account nobody"):
        call_command("make_key", "nobody")
    make_user("gone", is_active=False)
    with pytest.raises(CommandError, match="switched off"):
        call_command("make_key", "gone")
