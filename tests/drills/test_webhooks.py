"""A receiver that fails and recovers while the broker is emptied: each event comes once by id, in order per claim."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings

from claims.models import WebhookDelivery
from claims.services import curating
from claims.services.webhooks import make_webhook
from tests.drills.workers import Workers
from tests.factories import make_claim, make_user
from tests.webhooks.receiver import Receiver, receiving

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

CLAIMS, MOVES = 10, 4
PATIENCE = 90.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def workers(receiver: Receiver, tmp_path: Path) -> Iterator[Workers]:
    # The same waits, a thousand times as fast.
    running = Workers(receiver.port, tmp_path, WEBHOOK_HTTP="1", WEBHOOK_WAITS="0.005,0.3,1.8,7,18,36")
    try:
        yield running
    finally:
        running.stop()


def test_what_is_told_arrives_once_by_id_and_in_order_though_the_broker_is_emptied(
    workers: Workers, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    chance = random.Random(seed)
    for name, value in {
        "FETCH_ALLOW_ADDRESSES": ["127.0.0.1/32"],
        "FETCH_ALLOW_PORTS": [receiver.port],
        "WEBHOOK_HTTP": True,
    }.items():
        monkeypatch.setattr(settings, name, value)
    failures = [5]

    def answer(_: object) -> int:
        failures[0] -= 1
        return 503 if failures[0] >= 0 else 200

    receiver.answer = answer
    hook = make_webhook(by=make_user("ada", "admin"), name="Site", url=receiver.url, events=["claim.moved"])
    rosa, broker = make_user("rosa", "researcher"), redis.from_url(settings.REDIS_URL)
    claims = [make_claim(state="new") for _ in range(CLAIMS)]
    steps = [claim.pk for claim in claims for _ in range(MOVES)]
    chance.shuffle(steps)
    done: Counter[int] = Counter()
    flushes = set(chance.sample(range(len(steps)), 3))
    for n, pk in enumerate(steps):
        if done[pk] % 2:
            curating.dismiss_claim(by=rosa, claim_id=pk, reason="not_a_claim", note="")
        else:
            curating.queue_claim(by=rosa, claim_id=pk)
        done[pk] += 1
        if n in flushes:
            broker.flushall()
    broker.flushall()
    began = time.monotonic()
    while WebhookDelivery.objects.filter(webhook=hook, state="pending").exists():
        if time.monotonic() - began > PATIENCE:
            pytest.fail((workers.folder / "worker.log").read_text()[-3000:])
        time.sleep(0.1)
    print(
        f"{len(receiver.asked)} requests for {len(steps)} events, {time.monotonic() - began:.1f} s after the last"
    )
    assert set(WebhookDelivery.objects.values_list("state", flat=True)) == {"delivered"}
    assert len(receiver.asked) >= len(steps) + 5
    first: dict[str, int] = {}
    for place, got in enumerate(receiver.got):
        first.setdefault(got.id, place)
        got.verify(hook.secret)
    assert len(first) == len(steps)
    assert len(receiver.got) == len(steps), "no worker died, so that nothing came twice either"
    for claim in claims:
        versions = [
            got.message["data"]["claim"]["version"]
            for got in receiver.got
            if got.message["data"]["claim"]["id"] == claim.pk
        ]
        assert versions == [2, 3, 4, 5]
