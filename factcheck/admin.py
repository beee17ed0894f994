"""The desk's people in the admin. What they may do follows from their roles, which are groups."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from factcheck import accountadmin  # noqa: F401  the admin finds its pages here
from factcheck.accounts.sessions import end_sessions
from factcheck.adminkit import ReadOnlyAdmin
from factcheck.lib.roles import Role
from factcheck.models import AnsweredRequest, User

admin.site.site_header = "Factcheck workbench: admin"
admin.site.site_title = "Factcheck workbench"
admin.site.index_title = "Everything the desk keeps"


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts are switched off, never deleted: what somebody did stays theirs."""

    list_display = ("username", "first_name", "last_name", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("groups", "is_active", "is_staff")
    actions = ("log_out",)
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        (
            "What they may do",
            {
                "fields": ("groups", "is_active", "is_staff", "is_superuser"),
                "description": "A role includes the ones before it: viewer, researcher, reviewer, editor, admin. "
                "Giving somebody the role admin lets them in here too.",
            },
        ),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        *DjangoUserAdmin.add_fieldsets,
        ("Person and role", {"fields": ("first_name", "last_name", "groups")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = ("last_login", "date_joined")
        return fixed if request.user.is_superuser else (*fixed, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An admin who is no superuser cannot become one by way of a superuser's account."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django's name
        """Whoever was in by the old password is in no longer, and no longer listed."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            user = User.objects.get(pk=id)
            end_sessions(by=cast(User, request.user), user=user, but=request.session.session_key)
        return response

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        user = form.instance
        if not user.is_staff and user.groups.filter(name=Role.ADMIN).exists():
            user.is_staff = True
            user.save(update_fields=["is_staff"])
            self.message_user(request, f"{user} is an admin now and may log in here.", messages.INFO)

    @admin.action(description="Log the selected people out everywhere", permissions=["change"])
    def log_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        counts = [end_sessions(by=cast(User, request.user), user=user) for user in queryset]
        ended = sum(counts)
        self.message_user(request, f"{ended} browsers logged out.", messages.SUCCESS)

    @admin.display(description="roles")
    def roles(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all())


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin):
    """Roles are given in a person's account; what each allows is factcheck.role_permissions'."""

    list_display = ("name",)
    search_fields = ("name",)
    fields = ("name",)


@admin.register(AnsweredRequest)
class AnsweredRequestAdmin(ReadOnlyAdmin):
    """What came with an Idempotency-Key, for as long as it can be sent again."""

    list_display = ("key", "user", "status", "at")
    list_select_related = ("user",)
    search_fields = ("key",)
    fields = ("key", "user", "status", "at")
    heavy = ("body",)
