"""The desk's roles, as groups of Django's, each of which includes the ones before it; and the scopes of keys.

What somebody may follows from their role alone; what a key may, from its scopes and the role of whom it acts as.
"""

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


class Scope(TextChoices):
    """What a key may be for."""

    READ = "read", "Read what the desk keeps"
    IMPORT = "import", "Import articles, look after feeds"
    REVIEW = "review", "Work on claims: triage, judge, link evidence, comment"
    PUBLISH = "publish", "Approve, publish, correct and retract"
    MANAGE = "manage", "Change settings, webhooks and keys"


_RANK = {role.value: rank for rank, role in enumerate(Role)}


def has_role(user: "User", role: Role) -> bool:
    """Whether `user` has `role` or one that includes it. Superusers have every role."""
    if not user.is_active:
        return False
    return user.is_superuser or any(_RANK.get(name, -1) >= _RANK[role] for name in user.group_names)


def has_scope(user: "User", scope: Scope) -> bool:
    """Whether `user` acts themselves, or by a key that has `scope`."""
    return user.through_key is None or scope in user.through_key.scopes


def require_role(user: "User", role: Role, to: str, *, scope: Scope = Scope.MANAGE) -> None:
    """Raises Refused unless `user` has `role`, and the key they came by `scope`; `to` ends the sentence "… may" ("import articles")."""
    require_scope(user, scope, to)
    if not has_role(user, role):
        raise refused_role(role, to)


def refused_role(role: Role, to: str) -> Refused:
    label = role.label.lower()
    one = f"{'an' if label[0] in 'aeiou' else 'a'} {label}"
    return Refused("role_required", f"Only {one} or above may {to}: ask an admin for that role.")


def require_scope(user: "User", scope: Scope, to: str) -> None:
    """Raises Refused where `user` came by a key without `scope`."""
    if not has_scope(user, scope):
        raise Refused("scope_required", f"This key may not {to}: use one that has the scope “{scope.value}”.")
