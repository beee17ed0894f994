"""The inbox by e-mail: a digest of what is unread, once a day or a week, for whoever wants one.

The row says when the next is due. A worker takes it by a conditional update before it sends, and records it as sent
afterwards, so that two of them send one mail; what a failed or killed one left is tried again, and the next digest has
whatever the last one that was sent did not.
"""

import logging
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from claims.choices import DigestPace
from claims.inbox import by_kind, tell_all, with_all
from claims.models import Digest, Notice
from factcheck.lib.errors import DomainError
from factcheck.models import User

logger = logging.getLogger(__name__)

MOST = 100  # notices in one mail; the inbox has the others
SETTLED = timedelta(
    minutes=1
)  # keys are given before they are seen: one that is younger may have an earlier one still to come
TAKEN = timedelta(minutes=5)  # longer than a task's limit
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
MOST_ATTEMPTS = 12
WEEKLY_ON = 0  # Monday


@transaction.atomic
def set_digest(*, by: User, pace: str) -> Digest:
    """Sets how often `by` gets a digest, a value of DigestPace. Raises DomainError (`unknown_pace`, `no_email`)."""
    if pace not in DigestPace.values:
        raise DomainError("unknown_pace", f"Say how often: one of {', '.join(DigestPace.values)}.")
    if pace != DigestPace.OFF and not by.email:
        raise DomainError("no_email", "Your account has no e-mail address: ask an admin to enter it.")
    digest, _ = Digest.objects.select_for_update().get_or_create(user=by)
    digest.pace, digest.error, digest.attempts, digest.busy_until = pace, "", 0, None
    digest.due_at = None if pace == DigestPace.OFF else next_due(pace, timezone.now())
    digest.save()
    return digest


def due_digests() -> QuerySet[Digest]:
    """Those that a worker should send now."""
    return _takeable().order_by("due_at")


def send_digest(*, user_id: int) -> bool:
    """Sends somebody's digest if it is due and nobody else is at it; True when a mail went out.

    With nothing new, none does, and the period is done with all the same.
    """
    digest = _take(user_id)
    if digest is None:
        return False
    user = digest.user
    if not user.is_active or not user.email:
        _settle(digest, error="The account has no e-mail address, or is not active.")
        return False
    # The newest first, as in the inbox.
    unread = Notice.objects.filter(
        recipient=user, read_at=None, pk__gt=digest.through, at__lt=timezone.now() - SETTLED
    )
    notices = list(with_all(unread).order_by("-pk")[: MOST + 1])
    if not notices:
        _settle(digest)
        return False
    try:
        message_for(digest, notices).send()
    # All of them: a backend of another kind raises errors of its own, and one that got past would leave the digest unsent
    # without a word. It is logged whole, said in the person's settings, and tried again.
    except Exception as error:
        logger.exception("digest of user %s", user_id)
        _put_off(digest, error)
        return False
    _settle(digest, through=notices[0].pk)
    return True


def message_for(digest: Digest, notices: list[Notice]) -> EmailMultiAlternatives:
    """The mail of these notices; its Message-ID is the period's, so that one that was sent twice shows once."""
    shown = notices[:MOST]
    context = {
        "groups": by_kind(tell_all(shown)),
        "more": len(notices) > len(shown),
        "site": settings.SITE_URL,
        "user": digest.user,
    }
    count = f"{MOST}+" if context["more"] else str(len(shown))
    assert digest.due_at is not None, "what is taken is due"
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=f"{count} unread in your inbox at the factcheck desk",
        body=render_to_string("claims/mail/digest.txt", context),
        to=[digest.user.email],
        headers={
            "Message-ID": f"<digest-{digest.pk}-{digest.due_at:%Y%m%d%H%M}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("claims/mail/digest.html", context), "text/html")
    return message


def next_due(pace: str, after: datetime) -> datetime:
    """The next time after `after` at which digests of this pace are sent: at DIGEST_HOUR, weekly ones on Monday."""
    day = timezone.localtime(after).date()
    step = timedelta(days=1)
    if pace == DigestPace.WEEKLY:
        day, step = day + timedelta(days=(WEEKLY_ON - day.weekday()) % 7), timedelta(days=7)
    due = timezone.make_aware(datetime.combine(day, time(settings.DIGEST_HOUR)))
    return (
        due if due > after else timezone.make_aware(datetime.combine(day + step, time(settings.DIGEST_HOUR)))
    )


def _takeable() -> QuerySet[Digest]:
    now = timezone.now()
    free = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
    return Digest.objects.filter(free, due_at__lte=now)


def _take(user_id: int) -> Digest | None:
    taken = _takeable().filter(pk=user_id)
    if not taken.update(busy_until=timezone.now() + TAKEN, attempts=F("attempts") + 1):
        return None
    return Digest.objects.select_related("user").get(pk=user_id)


def _settle(digest: Digest, *, through: int | None = None, error: str = "") -> None:
    """The period is done with; `through` is the last notice that was sent, if any was."""
    sent = {} if through is None else {"through": through, "sent_at": timezone.now()}
    done = {
        "due_at": next_due(digest.pace, timezone.now()),
        "busy_until": None,
        "attempts": 0,
        "error": error,
    }
    if not _mine(digest).update(**sent, **done) and sent:
        # Its pace was changed meanwhile, which set a time of its own.
        Digest.objects.filter(pk=digest.pk).update(**sent)


def _put_off(digest: Digest, error: Exception) -> None:
    """Tried again soon; after MOST_ATTEMPTS with the next digest, which has all that this one would have had."""
    said = f"{type(error).__name__}: {error}"[:500]
    if digest.attempts >= MOST_ATTEMPTS:
        _settle(digest, error=said)
        return
    wait = WAITS[min(digest.attempts, len(WAITS)) - 1]
    _mine(digest).update(busy_until=timezone.now() + wait, error=said)


def _mine(digest: Digest) -> QuerySet[Digest]:
    """The row as long as this worker has it."""
    return Digest.objects.filter(pk=digest.pk, due_at=digest.due_at, busy_until=digest.busy_until)
