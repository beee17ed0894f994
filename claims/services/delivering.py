"""Sending what is in the outbox, as Standard Webhooks says: signed, in order per subject, tried again over days.

A worker takes one delivery at a time, by a conditional update; it is delivered when the row says so. Who dies in between
leaves it to be sent again after its lease, under the same id: a receiver drops what it has.
"""

import logging
import random
import time
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from standardwebhooks.webhooks import Webhook as Signer

from articles.fetching import FetchError, Posted, post
from articles.models import Container, ImportItem, ImportJob
from articles.queries import OPEN_CONTAINERS
from articles.services.visits import fetch_policy
from claims.choices import DeliveryState, NoticeKind, RunState, WebhookEventType
from claims.models import ExtractionRun, Notice, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from claims.services.audit import record_event
from claims.services.outbox import Happening, named, tell_webhooks
from claims.services.webhooks import sentence
from claims.tasks import deliver_webhook as deliver_webhook_task
from factcheck.lib.roles import Role
from factcheck.models import User

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than a try may take
TURN_SECONDS = 60.0  # then another message goes on, so that no task meets its limit
TOGETHER = 4  # deliveries of one webhook at a time; of one that fails, one
GONE = 410  # as Standard Webhooks has it: never again
STALE_DAYS = 7  # imports that are older are not told of any more

# The first of each subject that is due. The rows of a subject behind it wait, whatever becomes of it.
_TAKE = """
UPDATE claims_webhookdelivery SET attempts = attempts + 1, busy_until = %(until)s
 WHERE id = (
    SELECT one.id FROM claims_webhookdelivery one
     WHERE one.webhook_id = %(webhook)s AND one.state = 'pending' AND one.next_at <= %(now)s
       AND (one.busy_until IS NULL OR one.busy_until <= %(now)s)
       AND NOT EXISTS (
            SELECT FROM claims_webhookdelivery earlier
             WHERE earlier.webhook_id = one.webhook_id AND earlier.subject = one.subject
               AND earlier.state = 'pending' AND earlier.id < one.id)
       AND (SELECT count(*) FROM claims_webhookdelivery busy
             WHERE busy.webhook_id = %(webhook)s AND busy.state = 'pending' AND busy.busy_until > %(now)s
           ) < %(together)s
     ORDER BY one.next_at, one.id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def due_webhooks() -> QuerySet[Webhook]:
    """Those that a worker should send something to now."""
    now = timezone.now()
    waiting = WebhookDelivery.objects.filter(
        Q(busy_until=None) | Q(busy_until__lte=now),
        webhook=OuterRef("pk"),
        state=DeliveryState.PENDING,
        next_at__lte=now,
    )
    return _awake(now).filter(Exists(waiting))


def deliver_webhook(*, webhook_id: int) -> int:
    """Sends what is due to one webhook, one after the other; returns how many were delivered."""
    began, delivered = time.monotonic(), 0
    while (delivery := _take(webhook_id)) is not None:
        delivered += _send(delivery)
        if time.monotonic() - began >= TURN_SECONDS:
            deliver_webhook_task.delay(webhook_id)
            break
    return delivered


def tell_of_finished_imports() -> int:
    """Writes down which imports have ended, with the reading of what they brought in; returns how many."""
    wanting = Webhook.objects.filter(is_on=True, events__contains=[WebhookEventType.IMPORT_FINISHED])
    first = wanting.order_by("made_at").values_list("made_at", flat=True).first()
    if first is None:
        return 0
    undone_items = ImportItem.objects.filter(
        job=OuterRef("pk"), state__in=[ImportItem.State.QUEUED, ImportItem.State.RUNNING]
    )
    open_files = Container.objects.filter(job=OuterRef("pk"), state__in=OPEN_CONTAINERS)
    unread = ExtractionRun.objects.filter(
        version__import_items__job=OuterRef("pk"), state__in=[RunState.PENDING, RunState.RUNNING]
    )
    # What is forgotten must not be told again.
    since = timezone.now() - timedelta(days=min(STALE_DAYS, settings.WEBHOOK_KEEP_DAYS))
    jobs = ImportJob.objects.filter(created_at__gte=max(first, since))
    told = set(
        WebhookEvent.objects.filter(
            type=WebhookEventType.IMPORT_FINISHED,
            subject__startswith="import:",
            at__gte=since,
        ).values_list("subject", flat=True)
    )
    candidates = [pk for pk in jobs.values_list("pk", flat=True) if f"import:{pk}" not in told]
    ended = jobs.filter(~Exists(undone_items), ~Exists(open_files), ~Exists(unread), pk__in=candidates)
    count = 0
    for pk in list(ended.values_list("pk", flat=True)):
        with transaction.atomic():
            job = ImportJob.objects.select_for_update(no_key=True).get(pk=pk)  # one sweeper after the other
            subject = f"import:{job.pk}"
            if WebhookEvent.objects.filter(subject=subject, type=WebhookEventType.IMPORT_FINISHED).exists():
                continue
            data = {"import": {**named("imports", job.pk), "label": job.label}, "items": job.total}
            count += bool(tell_webhooks([Happening(WebhookEventType.IMPORT_FINISHED, subject, data)]))
    return count


def clean_up() -> int:
    """Forgets events, with their deliveries and tries, that are older than WEBHOOK_KEEP_DAYS and wait for nobody."""
    old = WebhookEvent.objects.filter(at__lt=timezone.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS))
    pending = WebhookDelivery.objects.filter(event=OuterRef("pk"), state=DeliveryState.PENDING)
    keys = list(old.filter(~Exists(pending)).order_by("pk").values_list("pk", flat=True)[:5_000])
    WebhookEvent.objects.filter(pk__in=keys).delete()
    return len(keys)


def _awake(now: datetime) -> QuerySet[Webhook]:
    return Webhook.objects.filter(Q(rests_until=None) | Q(rests_until__lte=now), is_on=True)


def _take(webhook_id: int) -> WebhookDelivery | None:
    """Makes the next delivery this worker's; None: nothing is due, or the webhook is off, rests or is busy enough."""
    now = timezone.now()
    webhook = _awake(now).filter(pk=webhook_id).first()
    if webhook is None:
        return None
    given: dict[str, Any] = {
        "webhook": webhook_id,
        "now": now,
        "until": now + LEASE,
        "together": 1 if webhook.failures else TOGETHER,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, given)
        row = cursor.fetchone()
    if row is None:
        return None
    return WebhookDelivery.objects.select_related("event", "webhook").get(pk=row[0])


def _send(delivery: WebhookDelivery) -> bool:
    """One try; True when it was taken."""
    webhook, event, now = delivery.webhook, delivery.event, timezone.now()
    body = orjson.dumps(
        {"id": event.uid, "type": event.type, "timestamp": event.at.isoformat(), "data": event.data}
    )
    signatures = [Signer(secret).sign(event.uid, now, body.decode()) for secret in webhook.secrets]
    headers = {
        "Content-Type": "application/json",
        "webhook-id": event.uid,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    began, posted, error = time.monotonic(), None, None
    try:
        posted = post(webhook.url, body, headers=headers, policy=fetch_policy())
    except FetchError as failure:
        error = failure
    attempt = WebhookAttempt(delivery=delivery, at=now, ms=round((time.monotonic() - began) * 1000))
    if posted is not None:
        attempt.status, attempt.answer = posted.status, posted.answer
        if 300 <= posted.status < 400:
            attempt.error_code = "redirect"
            attempt.error_message = "It points to another address, which is not followed: give that one."
    elif error is not None:
        attempt.error_code, attempt.error_message = error.code, sentence(error)
    return _record(attempt, posted)


@transaction.atomic
def _record(attempt: WebhookAttempt, posted: Posted | None) -> bool:
    webhook = Webhook.objects.select_for_update(no_key=True).get(pk=attempt.delivery.webhook_id)
    # Somebody took it over, or sent it again, meanwhile: the try is logged, what becomes of it is theirs to say.
    mine = WebhookDelivery.objects.filter(
        pk=attempt.delivery_id,
        state=DeliveryState.PENDING,
        attempts=attempt.delivery.attempts,
        busy_until=attempt.delivery.busy_until,
    )
    attempt.save()
    now = timezone.now()
    if posted is not None and 200 <= posted.status < 300:
        mine.update(state=DeliveryState.DELIVERED, ended_at=now, busy_until=None)
        webhook.failures, webhook.rests_until, webhook.delivered_at = 0, None, now
        webhook.save(update_fields=["failures", "rests_until", "delivered_at"])
        return True
    webhook.failures += 1
    waits = [timedelta(seconds=seconds) for seconds in settings.WEBHOOK_WAITS]
    tried = attempt.delivery.attempts
    asked = timedelta(seconds=min((posted and posted.retry_after) or 0, 24 * 3600))
    if tried > len(waits):
        mine.update(state=DeliveryState.FAILED, ended_at=now, busy_until=None)
    else:
        wait = max(waits[tried - 1] * random.uniform(1.0, 1.2), asked)  # noqa: S311 - spreads tries, hides nothing
        mine.update(next_at=now + wait, busy_until=None)
        _wake_in(webhook, wait)
    # However much waits for it, an address that fails is asked once in a while.
    webhook.rests_until = now + max(
        min(waits[min(webhook.failures, len(waits)) - 1], waits[min(1, len(waits) - 1)]), asked
    )
    webhook.save(update_fields=["failures", "rests_until"])
    if posted is not None and posted.status == GONE:
        _turn_off(webhook, "Its address answered 410: it does not want to be told any more.")
    elif tried > len(waits) and not _has_succeeded_since(webhook, attempt.delivery):
        _turn_off(
            webhook, f"An event was tried {tried} times, and nothing else was delivered in that time either."
        )
    return False


def _has_succeeded_since(webhook: Webhook, delivery: WebhookDelivery) -> bool:
    first = delivery.tries.order_by("pk")[max(0, delivery.tries.count() - delivery.attempts) :][0]
    return webhook.delivered_at is not None and webhook.delivered_at >= first.at


def _turn_off(webhook: Webhook, reason: str) -> None:
    """What waits has failed, so that it can be sent again all at once; the admins are told, here and by e-mail."""
    webhook.is_on, webhook.off_reason = False, reason
    webhook.save(update_fields=["is_on", "off_reason"])
    webhook.deliveries.filter(state=DeliveryState.PENDING).update(
        state=DeliveryState.FAILED, ended_at=timezone.now(), busy_until=None
    )
    event = record_event(
        by=None,
        verb="turn_off_webhook",
        target=webhook,
        before={"is_on": True},
        after={"is_on": False},
        reason=reason,
    )
    admins = User.objects.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMIN), is_active=True).distinct()
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=admin,
                kind=NoticeKind.WEBHOOK_OFF,
                webhook=webhook,
                note=reason,
                key=f"event:{event.pk}",
            )
            for admin in admins
        ],
        ignore_conflicts=True,
    )
    addresses = sorted({admin.email for admin in admins if admin.email})
    transaction.on_commit(lambda: _mail(webhook, addresses), robust=True)


def _mail(webhook: Webhook, addresses: list[str]) -> None:
    """To each alone. One that cannot be sent is logged: the notice is in the inbox all the same."""
    text = (
        f"The webhook “{webhook.name}” was turned off. {webhook.off_reason}\n\n"
        f"What failed can be sent again when it is on: {settings.SITE_URL}{webhook.get_absolute_url()}\n"
    )
    for address in addresses:
        try:
            send_mail(f"Webhook turned off: {webhook.name}", text, None, [address])
        except Exception:  # a backend raises errors of its own
            logger.exception("mail about webhook %s", webhook.pk)


def _wake_in(webhook: Webhook, wait: timedelta) -> None:
    """A message that waits for hours would be delivered again and again meanwhile: the sweeper sees to those."""
    if wait.total_seconds() < settings.SWEEP_SECONDS * 2:
        seconds = wait.total_seconds()
        transaction.on_commit(
            lambda: deliver_webhook_task.apply_async((webhook.pk,), countdown=seconds), robust=True
        )
