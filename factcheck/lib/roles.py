"""The desk's roles, as groups of Django's; each includes the ones before it."""

from typing import TYPE_CHECKING

from django.db.models import TextChoices

from factcheck.lib.errors import Refused

if TYPE_CHECKING:
    from factcheck.models import User


class Role(TextChoices):
    VIEWER = "viewer", "Viewer"
    RESEARCHER = "researcher", "Researcher"
    REVIEWER = "reviewer", "Reviewer"
    EDITOR = "editor", "Editor"
    ADMIN = "admin", "Admin"


_RANK = {role.value: rank for rank, role in enumerate(Role)}


def has_role(user: "User", role: Role) -> bool:
    """Whether `user` has `role` or one that includes it. Superusers have every role."""
    if not user.is_active:
        return False
    return user.is_superuser or any(_RANK.get(name, -1) >= _RANK[role] for name in user.group_names)


def require_role(user: "User", role: Role, to: str) -> None:
    """Raises Refused unless `user` has `role`; `to` ends the sentence "… may" ("import articles")."""
    if not has_role(user, role):
        raise refused_role(role, to)


def refused_role(role: Role, to: str) -> Refused:
    return Refused(
        "role_required", f"Only a {role.label.lower()} or above may {to}: ask an admin for that role."
    )
