"""Who is asking, and what their key is for.

Loaded by DRF as its defaults, so this module imports nothing of DRF's views.
"""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from factcheck.lib.clients import client_address
from factcheck.lib.roles import Scope, has_scope, require_scope
from factcheck.models import Key, User
from factcheck.models.key import digest_of

SCHEMES = ("bearer", "token")  # the second for clients that know no other
LONGEST = 200
NOTED_EVERY = timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` with a key of the page "Account" or of `manage.py make_key`; found in one query, by its digest."""

    def authenticate(self, request: Request) -> tuple[User, Key] | None:
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        secret = secret.strip()
        key = None
        if len(secret) <= LONGEST:
            key = find_key(secret)
        if key is None:
            raise AuthenticationFailed(
                "This key is not known here: check that it is the whole of it.", "key_unknown"
            )
        if key.revoked_at is not None:
            raise AuthenticationFailed("This key was revoked: make another one.", "key_revoked")
        if key.has_expired:
            raise AuthenticationFailed("This key has expired: make another one.", "key_expired")
        if not key.user.is_active:
            raise AuthenticationFailed(
                "The account of this key is switched off: ask an admin.", "account_inactive"
            )
        _note_use(key, request)
        user: User = key.user
        user.through_key = key  # type: ignore[misc]  # of this instance alone
        return user, key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SignedIn(BasePermission):
    """Somebody, or a key that may read; one that writes has a scope for that, and services ask which.

    A view of what is one's own and needs no role says as `key_scope` what a key needs to write there.
    """

    message = "Sign in first."

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        if not user or not user.is_authenticated:
            return False
        if user.through_key is None:
            return True
        if request.method in SAFE_METHODS:
            require_scope(user, Scope.READ, "read")
        elif (scope := getattr(view, "key_scope", None)) is not None:
            require_scope(user, scope, "do that")
        elif not any(has_scope(user, scope) for scope in Scope if scope != Scope.READ):
            require_scope(user, Scope.MANAGE, "write")
        return True


_KEY_FIELDS = [field.attname for field in Key._meta.concrete_fields]
_USER_FIELDS = [field.attname for field in User._meta.concrete_fields]
_COLUMNS = [*(f'k."{name}"' for name in _KEY_FIELDS), *(f'u."{name}"' for name in _USER_FIELDS)]
_FIND = f"SELECT {', '.join(_COLUMNS)} FROM factcheck_key k JOIN factcheck_user u ON u.id = k.user_id WHERE k.digest = %s"  # noqa: S608 - names of our own


def find_key(secret: str) -> Key | None:
    """The key with its account. Every request by key asks this, so that the statement is made once."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    key: Key = Key.from_db(connection.alias, _KEY_FIELDS, row[: len(_KEY_FIELDS)])
    key.user = User.from_db(connection.alias, _USER_FIELDS, row[len(_KEY_FIELDS) :])
    return key


def _note_use(key: Key, request: Request) -> None:
    now = timezone.now()
    before = now - NOTED_EVERY
    if key.last_used_at is None or key.last_used_at < before:
        Key.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before), pk=key.pk).update(
            last_used_at=now, last_used_from=client_address(request._request) or None
        )
