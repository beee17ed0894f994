"""The browsers that somebody is logged in with: seen, listed, ended."""

from datetime import timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from claims.services.audit import record_event
from factcheck.lib.clients import client_address
from factcheck.lib.errors import Missing, Refused
from factcheck.lib.roles import Role, has_role
from factcheck.models import BrowserSession, User

SEEN = "seen_at"  # in the session itself, so that a page asks nothing to know that it need not write
NOTED_EVERY = timedelta(minutes=5)


def sessions_of(user: User) -> QuerySet[BrowserSession]:
    """Those that still hold, the one seen last first."""
    return BrowserSession.objects.filter(user=user, session__expire_date__gt=timezone.now()).order_by(
        "-seen_at"
    )


def note_session(request: HttpRequest, user: User) -> None:
    """Writes down that `user` is here by this browser. A session that was ended meanwhile stays ended."""
    now = timezone.now()
    key = request.session.session_key
    seen = {
        "user": user,
        "seen_at": now,
        "address": client_address(request) or None,
        "agent": request.META.get("HTTP_USER_AGENT", "").replace("\0", "")[:300],
    }
    try:
        with transaction.atomic():
            if not Session.objects.select_for_update().filter(pk=key).exists():
                return
            BrowserSession.objects.update_or_create(session_id=key, defaults=seen)
    except IntegrityError:  # two pages of a new session at once: the other wrote it down
        return
    request.session[SEEN] = now.timestamp()


def was_seen_lately(session: SessionBase) -> bool:
    seen = session.get(SEEN)
    return isinstance(seen, int | float) and timezone.now().timestamp() - seen < NOTED_EVERY.total_seconds()


def is_logged_in(session: SessionBase) -> bool:
    return SESSION_KEY in session


@transaction.atomic
def end_session(*, by: User, session_id: int) -> None:
    """Logs one browser out, of one's own or, as an admin, of anybody. Raises Refused, Missing."""
    found = BrowserSession.objects.filter(pk=session_id)
    if not has_role(by, Role.ADMIN):
        found = found.filter(user=by)
    browser = found.first()
    if browser is None:
        raise Missing("session_not_found", "That browser is logged out already: reload the page.")
    _end(found, by, browser.user_id)


@transaction.atomic
def end_sessions(*, by: User, user: User, but: str | None = None) -> int:
    """Logs all browsers of `user` out but the one with the session key `but`; returns how many. Raises Refused."""
    if user.pk != by.pk and not has_role(by, Role.ADMIN):
        raise Refused("not_yours", "Only an admin may log others out: ask one.")
    return _end(BrowserSession.objects.filter(user=user).exclude(session_id=but or ""), by, user.pk)


def _end(browsers: QuerySet[BrowserSession], by: User, user_id: int) -> int:
    keys = list(browsers.values_list("session_id", flat=True))
    if keys:
        Session.objects.filter(pk__in=keys).delete()
        record_event(by=by, verb="end_sessions", target=User(pk=user_id), before={"sessions": len(keys)})
    return len(keys)
