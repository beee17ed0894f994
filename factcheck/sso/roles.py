"""From a provider's groups to the desk's roles (SSO_ROLES)."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from claims.services.audit import record_event
from factcheck.lib.roles import Role
from factcheck.models import User


def roles_of(told: dict[str, Any]) -> list[str] | None:
    """The roles that the groups in a provider's claims give, the least first. None: SSO_ROLES maps no groups."""
    if not settings.SSO_ROLES:
        return None
    groups: set[str] = set()
    for claims in (told, told.get("userinfo"), told.get("id_token")):
        given = claims.get(settings.SSO_GROUPS_CLAIM) if isinstance(claims, dict) else None
        groups |= {given} if isinstance(given, str) else {str(one) for one in given or ()}
    wanted = {role for group, role in settings.SSO_ROLES.items() if group in groups}
    return [role.value for role in Role if role in wanted]


@transaction.atomic
def set_roles(user: User, roles: list[str] | None) -> None:
    """Gives `user` the highest of `roles` and no other; None leaves what an admin gave. A superuser keeps all."""
    if roles is None or user.is_superuser or user.pk is None:
        return
    wanted = roles[-1:]
    held = list(user.groups.filter(name__in=Role.values).values_list("name", flat=True))
    if sorted(held) == sorted(wanted) and user.is_staff == (Role.ADMIN in wanted):
        return
    user.groups.remove(*Group.objects.filter(name__in=Role.values).exclude(name__in=wanted))
    user.groups.add(*Group.objects.filter(name__in=wanted))
    user.is_staff = Role.ADMIN in wanted
    user.save(update_fields=["is_staff"])
    user.__dict__.pop("group_names", None)
    record_event(by=None, verb="map_roles", target=user, before={"roles": held}, after={"roles": wanted})
