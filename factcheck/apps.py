from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FactcheckConfig(AppConfig):
    name = "factcheck"

    def ready(self) -> None:
        from factcheck.accounts import receivers  # noqa: F401  connects to logging in
        from factcheck.role_permissions import sync_role_permissions

        post_migrate.connect(sync_role_permissions, dispatch_uid="what each role may do in the admin")
