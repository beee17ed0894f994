"""Webhooks as people manage them: made, changed, turned on and off, their secrets changed, tested, and what failed sent again."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.fetching import FetchError, check_address
from articles.services.visits import fetch_policy
from claims import permissions
from claims.choices import DeliveryState, WebhookEventType
from claims.models import Webhook, WebhookDelivery
from claims.services.audit import record_event
from claims.services.outbox import Happening, tell_webhooks
from claims.tasks import deliver_webhook as deliver_webhook_task
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

MOST_WEBHOOKS = 50
OVERLAP = timedelta(hours=24)
CHOSEN_EVENTS = [event for event in WebhookEventType if event != WebhookEventType.TEST]


@transaction.atomic
def make_webhook(*, by: User, name: str, url: str, events: Iterable[str]) -> Webhook:
    """Makes a webhook with a secret of its own, which is for whoever makes it to keep.

    Raises Refused, DomainError (`name_missing`, `bad_events`, `too_many_webhooks`, `insecure_url`, and FetchError's codes).
    """
    permissions.require(by, "manage_webhooks")
    if Webhook.objects.count() >= MOST_WEBHOOKS:
        raise DomainError("too_many_webhooks", f"There are {MOST_WEBHOOKS} webhooks: delete one first.")
    webhook = Webhook.objects.create(
        name=_name(name), url=_url(url), events=_events(events), secret=_new_secret(), made_by=by
    )
    record_event(
        by=by,
        verb="make_webhook",
        target=webhook,
        after={"name": webhook.name, "url": webhook.url, "events": webhook.events},
    )
    return webhook


@transaction.atomic
def change_webhook(
    *,
    by: User,
    webhook_id: int,
    name: str | None = None,
    url: str | None = None,
    events: Iterable[str] | None = None,
    is_on: bool | None = None,
) -> Webhook:
    """Changes what is given. Turned on again, it is told of what happens from then on, and of what still waits.

    Raises Refused, Missing, DomainError as `make_webhook`.
    """
    webhook = _locked(by, webhook_id)
    given: dict[str, Any] = {}
    if name is not None:
        given["name"] = _name(name)
    if url is not None and url.strip() != webhook.url:
        given["url"] = _url(url)
    if events is not None:
        given["events"] = _events(events)
    if is_on is not None:
        given["is_on"] = is_on
    before = {
        field: getattr(webhook, field) for field, value in given.items() if getattr(webhook, field) != value
    }
    if not before:
        return webhook
    for field in before:
        setattr(webhook, field, given[field])
    if before.get("is_on") is False or "url" in before:
        webhook.off_reason, webhook.failures, webhook.rests_until = "", 0, None
    webhook.save()
    record_event(
        by=by,
        verb="change_webhook",
        target=webhook,
        before=before,
        after={field: given[field] for field in before},
    )
    _wake(webhook)
    return webhook


@transaction.atomic
def rotate_secret(*, by: User, webhook_id: int) -> Webhook:
    """A new secret; for a day what is sent is signed with the former one as well. Raises Refused, Missing."""
    webhook = _locked(by, webhook_id)
    webhook.former_secret, webhook.former_until = webhook.secret, timezone.now() + OVERLAP
    webhook.secret = _new_secret()
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    record_event(by=by, verb="rotate_webhook_secret", target=webhook)
    return webhook


@transaction.atomic
def delete_webhook(*, by: User, webhook_id: int) -> None:
    """With its log, and what still waits for it. Raises Refused, Missing."""
    webhook = _locked(by, webhook_id)
    record_event(
        by=by, verb="delete_webhook", target=webhook, before={"name": webhook.name, "url": webhook.url}
    )
    webhook.delete()


@transaction.atomic
def send_test(*, by: User, webhook_id: int) -> None:
    """Sends a test event, like any other. Raises Refused, Missing, DomainError (`webhook_off`)."""
    webhook = _locked(by, webhook_id)
    _refuse_off(webhook)
    data = {"webhook": webhook.pk, "message": "A test, sent by hand."}
    tell_webhooks([Happening(WebhookEventType.TEST, f"webhook:{webhook.pk}", data)], webhook_id=webhook.pk)


@transaction.atomic
def replay(
    *, by: User, webhook_id: int, delivery_id: int | None = None, since: datetime | None = None
) -> int:
    """Sends one delivery again, however it ended, or all that failed (since then); returns how many.

    Each keeps its id, so that a receiver knows one that it has. Raises Refused, Missing, DomainError (`webhook_off`).
    """
    webhook = _locked(by, webhook_id)
    _refuse_off(webhook)
    ended = webhook.deliveries.exclude(state=DeliveryState.PENDING)
    if delivery_id is not None:
        if not webhook.deliveries.filter(pk=delivery_id).exists():
            raise Missing("delivery_not_found", "That delivery is not in the log any more: reload the page.")
        chosen = ended.filter(pk=delivery_id)
    else:
        chosen = ended.filter(state=DeliveryState.FAILED)
        chosen = chosen if since is None else chosen.filter(event__at__gte=since)
    count = WebhookDelivery.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        state=DeliveryState.PENDING, attempts=0, next_at=timezone.now(), busy_until=None, ended_at=None
    )
    if count:
        Webhook.objects.filter(pk=webhook.pk).update(rests_until=None)
        told = {"delivery": delivery_id} if delivery_id else {"since": since.isoformat() if since else None}
        record_event(by=by, verb="replay_webhook", target=webhook, after={"deliveries": count, **told})
        _wake(webhook)
    return count


def find_webhook(*, by: User, webhook_id: int) -> Webhook:
    """Raises Refused, Missing."""
    permissions.require(by, "manage_webhooks")
    webhook = Webhook.objects.select_related("made_by").filter(pk=webhook_id).first()
    if webhook is None:
        raise Missing("webhook_not_found", f"There is no webhook {webhook_id}: it may have been deleted.")
    return webhook


def _locked(by: User, webhook_id: int) -> Webhook:
    find_webhook(by=by, webhook_id=webhook_id)
    # Without the keys: what happens meanwhile is written down for it all the same.
    webhook = Webhook.objects.select_for_update(no_key=True).filter(pk=webhook_id).first()
    if webhook is None:
        raise Missing("webhook_not_found", f"There is no webhook {webhook_id}: it may have been deleted.")
    return webhook


def _refuse_off(webhook: Webhook) -> None:
    if not webhook.is_on:
        raise DomainError("webhook_off", "This webhook is off: turn it on first.")


def _name(given: str) -> str:
    words = " ".join(given.split())
    if not words or len(words) > 100:
        raise DomainError("name_missing", "Give it a name of up to 100 characters.")
    return words


def _events(given: Iterable[str]) -> list[str]:
    wanted = set(given)
    events = [event.value for event in CHOSEN_EVENTS if event in wanted]
    if not events or len(events) != len(wanted):
        raise DomainError("bad_events", f"Choose what it is told of: {', '.join(CHOSEN_EVENTS)}.")
    return events


def _url(given: str) -> str:
    """An address that may be sent to, as far as can be told now: it is looked at again whenever something is sent."""
    try:
        target = check_address(given, policy=fetch_policy())
    except FetchError as error:
        raise DomainError(error.code, sentence(error)) from error
    if target.scheme != "https" and not settings.WEBHOOK_HTTP:
        raise DomainError("insecure_url", "Only addresses that begin with https:// can be sent to.")
    return given.strip()


# The fetcher's own sentences speak of importing.
_SENTENCES = {
    "forbidden_address": "That address is not on the public internet, so that nothing is sent to it: an operator can allow it.",
    "forbidden_port": "Nothing is sent to that port: use 443, or ask an operator to allow it.",
    "timed_out": "It did not answer in time.",
    "too_large": "Its answer was too large.",
}


def sentence(error: FetchError) -> str:
    return _SENTENCES.get(error.code, error.message)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _wake(webhook: Webhook) -> None:
    if webhook.is_on and webhook.deliveries.filter(Q(state=DeliveryState.PENDING)).exists():
        transaction.on_commit(partial(deliver_webhook_task.delay, webhook.pk), robust=True)
