"""Keys, sessions and wrong passwords in the admin: seen by admins, ended by actions."""

from axes.models import AccessAttempt
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from factcheck.accounts import keys, lockouts, sessions
from factcheck.adminkit import ReadOnlyAdmin, tell_refusals
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role, has_role
from factcheck.models import BrowserSession, Key


class ForAdmins(ReadOnlyAdmin):
    """Actions that the role admin may use, whatever Django's permissions say of the model."""

    def has_end_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.ADMIN)  # type: ignore[arg-type]  # whoever is here is logged in

    def done(self, request: HttpRequest, count: int, refusals: list[str], what: str) -> None:
        tell_refusals(self, request, refusals)
        if count:
            self.message_user(request, f"{count} {what}.", messages.SUCCESS)


@admin.register(Key)
class KeyAdmin(ForAdmins):
    """Made on the page Account, by API or by command; their secrets are kept nowhere."""

    list_display = ("name", "start", "user", "scopes", "made_at", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("revoked_at",)
    search_fields = ("name", "start", "user__username")
    list_select_related = ("user",)
    actions = ("revoke",)

    @admin.action(description="Revoke the selected keys", permissions=["end"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Key]) -> None:
        count, refusals = 0, []
        for key in queryset.filter(revoked_at=None):
            try:
                keys.revoke_key(by=request.user, key_id=key.pk)  # type: ignore[arg-type]
                count += 1
            except DomainError as error:
                refusals.append(error.message)
        self.done(request, count, refusals, "revoked")


@admin.register(BrowserSession)
class BrowserSessionAdmin(ForAdmins):
    """Browsers that are logged in."""

    list_display = ("user", "device", "address", "began_at", "seen_at")
    search_fields = ("user__username", "address")
    fields = ("user", "device", "agent", "address", "began_at", "seen_at")  # never the session's key
    ordering = ("-seen_at",)
    list_select_related = ("user",)
    actions = ("end",)

    @admin.action(description="Log the selected browsers out", permissions=["end"])
    def end(self, request: HttpRequest, queryset: QuerySet[BrowserSession]) -> None:
        count, refusals = 0, []
        for browser in queryset:
            try:
                sessions.end_session(by=request.user, session_id=browser.pk)  # type: ignore[arg-type]
                count += 1
            except DomainError as error:
                refusals.append(error.message)
        self.done(request, count, refusals, "logged out")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ForAdmins):
    """Wrong passwords, and who has to wait for them."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent")
    search_fields = ("username", "ip_address")
    fields = (
        "username",
        "ip_address",
        "user_agent",
        "failures_since_start",
        "attempt_time",
        "path_info",
    )
    actions = ("let_in",)

    @admin.action(description="Let them log in again at once", permissions=["end"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        self.done(request, lockouts.let_in_again(by=request.user, attempts=queryset), [], "let in again")  # type: ignore[arg-type]
