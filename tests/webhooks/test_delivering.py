"""What a receiver gets: signed, once by id, in order, tried again, and what the log says of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from standardwebhooks.webhooks import WebhookVerificationError

from claims.models import AuditEvent, Notice, Webhook, WebhookAttempt, WebhookDelivery, WebhookEvent
from claims.services import curating, delivering, webhooks
from claims.services.delivering import deliver_webhook, due_webhooks
from claims.services.webhooks import change_webhook, make_webhook, replay, rotate_secret, send_test
from factcheck.lib.errors import DomainError
from factcheck.models import User
from tests.factories import make_claim, make_user
from tests.webhooks.receiver import Got, Receiver

pytestmark = pytest.mark.django_db


@pytest.fixture
def researcher(db: None) -> User:
    return make_user("rosa", "researcher")


def happen(by: User, times: int = 1) -> int:
    """A claim is queued and dismissed in turn; returns it."""
    claim = make_claim(state="new")
    for n in range(times):
        if n % 2:
            curating.dismiss_claim(by=by, claim_id=claim.pk, reason="not_a_claim", note="")
        else:
            curating.queue_claim(by=by, claim_id=claim.pk)
    return int(claim.pk)


def go_on(hook: Webhook, most: int = 50) -> int:
    """As the sweeper does, until nothing waits."""
    delivered = 0
    for _ in range(most):
        if not WebhookDelivery.objects.filter(webhook=hook, state="pending").exists():
            break
        Webhook.objects.filter(pk=hook.pk).update(rests_until=None)
        delivered += deliver_webhook(webhook_id=hook.pk)
    return delivered


def fails(times: int) -> Callable[[Got], int]:
    left = [times]

    def answer(_: Got) -> int:
        left[0] -= 1
        return 503 if left[0] >= 0 else 200

    return answer


# ---- What is sent ----------------------------------------------------------------------------------


def test_what_is_sent_is_signed_and_says_what_happened_and_no_more(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    settings.SITE_URL = "https://desk.example"
    claim = happen(researcher)
    assert deliver_webhook(webhook_id=hook.pk) == 1
    (got,) = receiver.got
    got.verify(hook.secret)
    with pytest.raises(WebhookVerificationError):
        got.verify("whsec_" + "A" * 43 + "=")
    message = got.message
    assert message["id"] == got.id
    assert message["type"] == "claim.moved"
    assert message["data"] == {
        "claim": {"id": claim, "url": f"https://desk.example/api/v1/claims/{claim}/", "version": 2},
        "move": "queue",
        "from": "new",
        "to": "queued",
    }
    attempt = WebhookAttempt.objects.get()
    assert (attempt.status, attempt.answer) == (200, "thank you")


def test_a_new_secret_overlaps_with_the_former_for_a_day(
    hook: Webhook, admin: User, receiver: Receiver, researcher: User
) -> None:
    former = hook.secret
    now = rotate_secret(by=admin, webhook_id=hook.pk).secret
    assert now != former
    happen(researcher)
    deliver_webhook(webhook_id=hook.pk)
    receiver.got[0].verify(now)
    receiver.got[0].verify(former)
    Webhook.objects.update(former_until=timezone.now())
    happen(researcher)
    deliver_webhook(webhook_id=hook.pk)
    receiver.got[1].verify(now)
    with pytest.raises(WebhookVerificationError):
        receiver.got[1].verify(former)


def test_a_webhook_is_told_of_what_it_chose_while_it_is_on(
    admin: User, receiver: Receiver, researcher: User
) -> None:
    hook = make_webhook(by=admin, name="Site", url=receiver.url, events=["factcheck.published"])
    happen(researcher)
    assert not WebhookEvent.objects.exists()
    change_webhook(by=admin, webhook_id=hook.pk, events=["claim.moved"], is_on=False)
    happen(researcher)
    assert not WebhookEvent.objects.exists()
    change_webhook(by=admin, webhook_id=hook.pk, is_on=True)
    happen(researcher)
    assert WebhookDelivery.objects.count() == 1


# ---- Again and again -------------------------------------------------------------------------------


def test_a_receiver_that_fails_five_times_gets_each_once_by_id_and_in_order(
    hook: Webhook, receiver: Receiver, researcher: User
) -> None:
    receiver.answer = fails(5)
    claims = [happen(researcher, times=4) for _ in range(3)]
    assert go_on(hook) == 12
    assert len({got.id for got in receiver.got}) == len(receiver.got) == 12
    for claim in claims:
        moves = [got.message["data"] for got in receiver.got if got.message["data"]["claim"]["id"] == claim]
        assert [move["claim"]["version"] for move in moves] == [2, 3, 4, 5]
    assert len(receiver.asked) == 17
    tries = WebhookAttempt.objects.filter(status=503)
    assert tries.count() == 5
    hook.refresh_from_db()
    assert (hook.failures, hook.is_on) == (0, True)


def test_a_claims_next_event_waits_for_the_one_before_and_others_do_not(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    settings.WEBHOOK_WAITS = [3600]
    stuck = happen(researcher, times=2)
    free = happen(researcher)
    receiver.answer = lambda got: 500 if got.message["data"]["claim"]["id"] == stuck else 200
    deliver_webhook(webhook_id=hook.pk)
    Webhook.objects.update(rests_until=None)
    deliver_webhook(webhook_id=hook.pk)
    assert [got.message["data"]["claim"]["id"] for got in receiver.got] == [free]
    assert len(receiver.asked) == 2


def test_waits_grow_are_spread_and_the_receiver_may_ask_for_longer(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    settings.WEBHOOK_WAITS = [5, 300]
    happen(researcher)
    before = timezone.now()
    receiver.answer = lambda got: 500
    deliver_webhook(webhook_id=hook.pk)
    delivery = WebhookDelivery.objects.get()
    assert 5 <= (delivery.next_at - before).total_seconds() < 10
    assert not due_webhooks().exists()
    WebhookDelivery.objects.update(next_at=before)
    Webhook.objects.update(rests_until=None)
    receiver.answer = lambda got: (429, {"Retry-After": "7200"}, b"later")
    deliver_webhook(webhook_id=hook.pk)
    delivery.refresh_from_db()
    assert 7200 <= (delivery.next_at - before).total_seconds() < 7300


def test_a_worker_that_died_leaves_its_delivery_to_the_next(
    hook: Webhook, receiver: Receiver, researcher: User
) -> None:
    happen(researcher)
    assert delivering._take(hook.pk) is not None  # and dies
    assert delivering._take(hook.pk) is None
    assert not due_webhooks().exists()
    WebhookDelivery.objects.update(busy_until=timezone.now() - timedelta(seconds=1))
    assert list(due_webhooks()) == [hook]
    assert deliver_webhook(webhook_id=hook.pk) == 1


def test_a_slow_receiver_keeps_only_so_many_workers(hook: Webhook, researcher: User) -> None:
    for _ in range(6):
        happen(researcher)
    assert [delivering._take(hook.pk) is None for _ in range(5)] == [False] * 4 + [True]
    Webhook.objects.update(failures=1)
    WebhookDelivery.objects.update(busy_until=None)
    assert [delivering._take(hook.pk) is None for _ in range(2)] == [False, True]


# ---- When it does not come back --------------------------------------------------------------------


def test_after_all_tries_it_is_turned_off_and_admins_hear_of_it(
    hook: Webhook,
    receiver: Receiver,
    researcher: User,
    admin: User,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.WEBHOOK_WAITS = [0, 0]
    receiver.answer = lambda got: 500
    happen(researcher, times=3)
    with django_capture_on_commit_callbacks(execute=True):
        go_on(hook)
    hook.refresh_from_db()
    assert not hook.is_on
    assert "was tried 3 times" in hook.off_reason
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"failed"}
    notice = Notice.objects.get(recipient=admin)
    assert (notice.kind, notice.about, notice.get_absolute_url()) == (
        "webhook_off",
        "Site",
        f"/desk/webhooks/{hook.pk}/",
    )
    assert not Notice.objects.filter(recipient=researcher).exists()
    (sent,) = mail.outbox
    assert sent.to == ["ada@desk.example"]
    assert "Site" in sent.subject
    assert AuditEvent.objects.filter(verb="turn_off_webhook", actor=None).exists()
    # And back: everything that failed, in order, under the ids it had.
    receiver.answer = lambda got: 200
    change_webhook(by=admin, webhook_id=hook.pk, is_on=True)
    assert replay(by=admin, webhook_id=hook.pk) == 3
    assert go_on(hook) == 3
    assert [got.message["data"]["claim"]["version"] for got in receiver.got] == [2, 3, 4]
    assert {got.id for got in receiver.got} == set(WebhookEvent.objects.values_list("uid", flat=True))


def test_one_event_that_is_never_taken_does_not_turn_off_what_takes_the_others(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    settings.WEBHOOK_WAITS = [0, 0]
    bad, good = happen(researcher), happen(researcher)
    receiver.answer = lambda got: 422 if got.message["data"]["claim"]["id"] == bad else 200
    go_on(hook)
    hook.refresh_from_db()
    assert hook.is_on
    assert receiver.told(f"'id': {good}") == ["claim.moved"]
    assert WebhookDelivery.objects.filter(state="failed").count() == 1


def test_410_says_never_again(hook: Webhook, receiver: Receiver, researcher: User) -> None:
    happen(researcher)
    receiver.answer = lambda got: 410
    deliver_webhook(webhook_id=hook.pk)
    hook.refresh_from_db()
    assert not hook.is_on
    assert "410" in hook.off_reason


def test_one_is_sent_again_even_if_it_was_delivered(
    hook: Webhook, receiver: Receiver, researcher: User, admin: User
) -> None:
    happen(researcher)
    deliver_webhook(webhook_id=hook.pk)
    assert replay(by=admin, webhook_id=hook.pk) == 0  # nothing has failed
    assert replay(by=admin, webhook_id=hook.pk, delivery_id=WebhookDelivery.objects.get().pk) == 1
    deliver_webhook(webhook_id=hook.pk)
    assert len(receiver.got) == 2
    assert len({got.id for got in receiver.got}) == 1
    with pytest.raises(DomainError, match="not in the log"):
        replay(by=admin, webhook_id=hook.pk, delivery_id=999_999)


def test_what_is_old_is_forgotten_and_what_waits_is_not(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    happen(researcher)
    deliver_webhook(webhook_id=hook.pk)
    happen(researcher)
    WebhookEvent.objects.update(at=timezone.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS + 1))
    assert delivering.clean_up() == 1
    assert WebhookDelivery.objects.get().state == "pending"
    assert not WebhookAttempt.objects.exists()


# ---- Addresses that are meant to hurt --------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/hook", "forbidden_address"),
        ("https://[::1]/hook", "forbidden_address"),
        ("https://169.254.169.254/latest/", "forbidden_address"),
        ("https://[::ffff:10.0.0.1]/hook", "forbidden_address"),
        ("https://localhost/hook", "forbidden_address"),
        ("https://192.0.2.1:6379/", "forbidden_port"),
        ("http://93.184.216.34/hook", "insecure_url"),
        ("file:///etc/passwd", "invalid_url"),
        ("https://user:secret@news.example/", "invalid_url"),
        ("", "invalid_url"),
    ],
)
def test_where_nothing_is_sent(admin: User, url: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        make_webhook(by=admin, name="Inside", url=url, events=["claim.moved"])
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_an_address_that_turns_inward_later_is_refused_when_it_is_sent_to(
    hook: Webhook, receiver: Receiver, researcher: User, settings: Any
) -> None:
    happen(researcher)
    settings.FETCH_ALLOW_ADDRESSES, settings.WEBHOOK_WAITS = [], [3600]
    deliver_webhook(webhook_id=hook.pk)
    assert receiver.asked == []
    attempt = WebhookAttempt.objects.get()
    assert (attempt.error_code, attempt.status) == ("forbidden_address", None)


def test_a_redirect_is_not_followed(hook: Webhook, receiver: Receiver, researcher: User) -> None:
    happen(researcher)
    receiver.answer = lambda got: (307, {"Location": f"{receiver.url}/elsewhere"}, b"")
    deliver_webhook(webhook_id=hook.pk)
    assert len({got.id for got in receiver.asked}) == 1
    assert WebhookAttempt.objects.first().error_code == "redirect"  # type: ignore[union-attr]
    assert receiver.got == []


def test_of_a_long_answer_the_first_bytes_are_kept(
    hook: Webhook, receiver: Receiver, researcher: User
) -> None:
    happen(researcher)
    receiver.answer = lambda got: (200, {}, b"\x00<script>\xff" + b"y" * 50_000)
    assert deliver_webhook(webhook_id=hook.pk) == 1
    answer = WebhookAttempt.objects.get().answer
    assert answer.startswith("<script>\ufffd")
    assert len(answer) <= 500


def test_a_test_is_sent_to_one_alone(hook: Webhook, receiver: Receiver, admin: User) -> None:
    make_webhook(by=admin, name="Other", url=receiver.url, events=["claim.moved"])
    send_test(by=admin, webhook_id=hook.pk)
    assert WebhookDelivery.objects.get().webhook == hook
    deliver_webhook(webhook_id=hook.pk)
    assert receiver.told() == ["webhook.test"]
    change_webhook(by=admin, webhook_id=hook.pk, is_on=False)
    with pytest.raises(DomainError, match="turn it on"):
        send_test(by=admin, webhook_id=hook.pk)


def test_webhooks_are_for_admins(researcher: User, hook: Webhook) -> None:
    for act in (send_test, rotate_secret, webhooks.delete_webhook):
        with pytest.raises(DomainError) as refused:
            act(by=researcher, webhook_id=hook.pk)
        assert refused.value.code == "role_required"
