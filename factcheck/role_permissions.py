"""What each role may see and change in the admin. Kept in step with this table after every migrate.

At the desk itself the services decide (claims.permissions, factcheck.lib.roles); this is only about the admin's pages.
"""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as current_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS

from factcheck.lib.roles import Role

# From this role on: app -> permissions, "view" for all of the app's models.
GRANTS: dict[Role, dict[str, list[str]]] = {
    Role.VIEWER: {"articles": ["view"], "claims": ["view"]},
    Role.RESEARCHER: {"articles": ["add_importjob"]},
    Role.EDITOR: {
        "articles": ["add_outlet", "change_outlet"],
        "claims": ["add_speaker", "change_speaker"],
    },
    Role.ADMIN: {
        "articles": ["delete_outlet"],
        "claims": ["delete_speaker"],
        "factcheck": ["view_user", "add_user", "change_user", "view_key", "view_browsersession"],
        "auth": ["view_group"],
        "axes": ["view_accessattempt", "delete_accessattempt"],
    },
}


def sync_role_permissions(
    app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = current_apps, **_: Any
) -> None:
    """Gives each role the permissions of `app_config` that are its, and takes others of that app away.

    Makes the roles themselves where they are missing. Listens to post_migrate.
    """
    label = app_config.label
    if all(label not in grants for grants in GRANTS.values()):
        return
    # Django makes them in a receiver of its own, which may come after this one.
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    all_of_app = list(Permission.objects.using(using).filter(content_type__app_label=label))
    granted: set[str] = set()
    for role in Role:
        granted.update(GRANTS.get(role, {}).get(label, ()))
        wanted = {one for one in all_of_app if one.codename in granted or _is_view(one) and "view" in granted}
        group, _created = Group.objects.using(using).get_or_create(name=role.value)
        held = set(group.permissions.filter(content_type__app_label=label))
        group.permissions.add(*(wanted - held))
        group.permissions.remove(*(held - wanted))


def _is_view(permission: Permission) -> bool:
    return permission.codename.startswith("view_")
