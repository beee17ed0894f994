"""What somebody says about themselves, and their password."""

from django.db import transaction

from claims.services.audit import record_event
from factcheck.accounts.sessions import end_sessions
from factcheck.lib.roles import Scope, require_scope
from factcheck.models import User


@transaction.atomic
def change_profile(*, by: User, first_name: str, last_name: str, email: str) -> User:
    """What one is called, and where mail goes to. Raises Refused."""
    require_scope(by, Scope.MANAGE, "change the account")
    user = User.objects.select_for_update().get(pk=by.pk)
    given = {"first_name": first_name, "last_name": last_name, "email": email}
    before = {name: getattr(user, name) for name, value in given.items() if getattr(user, name) != value}
    if before:
        for name in before:
            setattr(user, name, given[name])
        user.save(update_fields=list(before))
        record_event(
            by=by,
            verb="change_profile",
            target=user,
            before=before,
            after={name: given[name] for name in before},
        )
    return user


@transaction.atomic
def change_password(*, by: User, password: str, but: str | None) -> None:
    """Sets a password that was checked; every browser but the one with the session key `but` is logged out."""
    by.set_password(password)
    by.save(update_fields=["password"])
    record_event(by=by, verb="change_password", target=by)
    end_sessions(by=by, user=by, but=but)
