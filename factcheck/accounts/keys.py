"""Keys: made, shown once, revoked. How one signs in is factcheck.api.access's."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from claims.services.audit import record_event
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.lib.roles import Role, Scope, has_role, require_scope
from factcheck.models import Key, User
from factcheck.models.key import digest_of

BEGINS = "fck_"  # so that scanners for secrets, and people, know one when they see it
MOST_KEYS = 50
MOST_DAYS = 3650
START_CHARACTERS = len(BEGINS) + 6


def live_keys() -> QuerySet[Key]:
    """Those that still sign somebody in."""
    return Key.objects.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()), revoked_at=None)


def visible_keys(user: User) -> QuerySet[Key]:
    """One's own; of an admin, everybody's."""
    every = Key.objects.select_related("user", "made_by", "revoked_by")
    return every if has_role(user, Role.ADMIN) else every.filter(user=user)


@transaction.atomic
def make_key(
    *, by: User, name: str, scopes: Iterable[str], days: int | None = None, user: User | None = None
) -> tuple[Key, str]:
    """Makes a key that acts as `user` (else as `by`) for so many `days` (None: until it is revoked).

    Returns it with its secret, which is kept nowhere. Raises Refused (`not_yours`, `scope_required`, `no_wider_key`),
    DomainError (`name_missing`, `bad_scopes`, `bad_days`, `account_inactive`, `too_many_keys`).
    """
    user = user or by
    wanted = [scope.value for scope in Scope if scope in set(scopes)]
    words = " ".join(name.split())
    require_scope(by, Scope.MANAGE, "make keys")
    if user.pk != by.pk and not has_role(by, Role.ADMIN):
        raise Refused("not_yours", "Only an admin may make keys for others: ask one.")
    if not words or len(words) > 100:
        raise DomainError("name_missing", "Say in up to 100 characters what the key is for.")
    if not wanted or set(scopes) - set(wanted):
        raise DomainError("bad_scopes", f"Say what it is for, one or more of: {', '.join(Scope.values)}.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise DomainError("bad_days", f"A key lasts from 1 to {MOST_DAYS} days, or until it is revoked.")
    if not user.is_active:
        raise DomainError(
            "account_inactive", f"The account {user.username} is switched off: its keys would be refused."
        )
    expires_at = None if days is None else timezone.now() + timedelta(days=days)
    _refuse_wider(by, wanted, expires_at, user)
    User.objects.select_for_update().get(pk=user.pk)  # two at once do not make one too many
    if live_keys().filter(user=user).count() >= MOST_KEYS:
        raise DomainError("too_many_keys", f"This account has {MOST_KEYS} keys: revoke one first.")
    secret = BEGINS + secrets.token_urlsafe(32)
    key = Key.objects.create(
        user=user,
        name=words,
        scopes=wanted,
        start=secret[:START_CHARACTERS],
        digest=digest_of(secret),
        made_by=by,
        expires_at=expires_at,
    )
    record_event(
        by=by,
        verb="make_key",
        target=key,
        after={
            "name": words,
            "scopes": wanted,
            "user": user.pk,
            "expires_at": expires_at.isoformat() if expires_at else None,
        },
    )
    return key, secret


@transaction.atomic
def revoke_key(*, by: User, key_id: int) -> Key:
    """Ends a key, for good; one that has ended stays as it is. Raises Refused (`scope_required`), Missing."""
    key = visible_keys(by).select_for_update(of=("self",)).filter(pk=key_id).first()
    if key is None:
        raise Missing("key_not_found", f"You have no key {key_id}: look at your list of keys.")
    if by.through_key is None or by.through_key.pk != key.pk:  # any key may end itself
        require_scope(by, Scope.MANAGE, "revoke keys")
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = timezone.now(), by
        key.save(update_fields=["revoked_at", "revoked_by"])
        record_event(by=by, verb="revoke_key", target=key, before={"name": key.name, "user": key.user_id})
    return key


def _refuse_wider(by: User, scopes: list[str], expires_at: object, user: User) -> None:
    """A key makes no key that may more than itself, lasts longer, or acts as somebody else."""
    through = by.through_key
    if through is None:
        return
    lasts_longer = through.expires_at is not None and (expires_at is None or expires_at > through.expires_at)  # type: ignore[operator]
    if set(scopes) - set(through.scopes) or lasts_longer or user.pk != by.pk:
        raise Refused(
            "no_wider_key",
            "A key makes only keys that may no more than itself, last no longer and act as the same account.",
        )
