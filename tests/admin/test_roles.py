"""Who gets into the admin, what they find there, and that nobody makes themselves more than they are."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from factcheck.lib.roles import Role
from factcheck.models import User
from tests.factories import make_outlet, make_user

pytestmark = pytest.mark.django_db


def may(user: User, permission: str) -> bool:
    return User.objects.get(pk=user.pk).has_perm(permission)


@pytest.mark.parametrize(
    ("role", "look", "edit_outlets", "manage_people"),
    [
        (Role.VIEWER, True, False, False),
        (Role.REVIEWER, True, False, False),
        (Role.EDITOR, True, True, False),
        (Role.ADMIN, True, True, True),
        ("", False, False, False),
    ],
)
def test_a_role_includes_those_before_it(
    role: str, look: bool, edit_outlets: bool, manage_people: bool
) -> None:
    user = make_user("rosa", role)
    assert may(user, "claims.view_review") is look
    assert may(user, "articles.change_outlet") is edit_outlets
    assert may(user, "factcheck.change_user") is manage_people
    assert not may(user, "claims.change_review")


def test_migrate_puts_roles_right_again() -> None:
    Group.objects.filter(name=Role.EDITOR).delete()
    Group.objects.get(name=Role.VIEWER).permissions.add(Permission.objects.get(codename="delete_claim"))
    call_command("migrate", verbosity=0)
    user = make_user("rosa", Role.EDITOR)
    assert may(user, "articles.change_outlet")
    assert not Group.objects.get(name=Role.VIEWER).permissions.filter(codename="delete_claim").exists()


def test_without_being_staff_no_role_leads_in(client: Client) -> None:
    client.force_login(make_user("eva", Role.EDITOR))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_staff_viewer_looks_but_does_not_touch(client: Client) -> None:
    outlet = make_outlet("Harbour Post")
    client.force_login(make_user("vic", Role.VIEWER, is_staff=True))
    address = reverse("admin:articles_outlet_change", args=[outlet.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Mine", "domain": ""}).status_code == 403
    assert client.get(reverse("admin:factcheck_user_changelist")).status_code == 403
    assert (
        client.get(reverse("admin:articles_importjob_add")).status_code == 302
    )  # the screen tells who may import


def test_who_is_made_an_admin_may_log_in_there(client: Client) -> None:
    client.force_login(make_user("ada", Role.ADMIN, is_staff=True))
    colleague = make_user("cora", Role.EDITOR)
    address = reverse("admin:factcheck_user_change", args=[colleague.pk])
    form = {
        "username": "cora",
        "groups": [Group.objects.get(name=Role.ADMIN).pk],
        "is_active": "on",
        "is_superuser": "on",
    }
    response = client.post(address, form, follow=True)
    assert "is an admin now and may log in here" in response.content.decode()
    colleague.refresh_from_db()
    assert colleague.is_staff
    assert not colleague.is_superuser, "only a superuser makes superusers"


def test_an_admin_cannot_take_over_a_superuser(client: Client) -> None:
    client.force_login(make_user("ada", Role.ADMIN, is_staff=True))
    root = make_user("root", is_superuser=True, is_staff=True)
    change = reverse("admin:factcheck_user_change", args=[root.pk])
    assert client.post(change, {"username": "mine"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert (
        client.post(password, {"password1": "stolen-it-is", "password2": "stolen-it-is"}).status_code == 403
    )
    root.refresh_from_db()
    assert root.check_password("a long password")


def test_accounts_are_not_deleted(admin_page: Client) -> None:
    colleague = make_user("cora", Role.EDITOR)
    address = reverse("admin:factcheck_user_delete", args=[colleague.pk])
    assert admin_page.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=colleague.pk).exists()
