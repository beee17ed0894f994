from collections.abc import Iterator
from typing import Any

import pytest

from claims.models import Webhook
from claims.services.webhooks import CHOSEN_EVENTS, make_webhook
from factcheck.models import User
from tests.factories import make_user
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture
def admin(db: None) -> User:
    return make_user("ada", "admin", email="ada@desk.example")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as running:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [running.port]
        settings.WEBHOOK_HTTP = True
        settings.WEBHOOK_WAITS = [0, 0, 0, 0, 0, 0]
        yield running


@pytest.fixture
def hook(admin: User, receiver: Receiver) -> Webhook:
    """Told of everything."""
    return make_webhook(by=admin, name="Site", url=receiver.url, events=CHOSEN_EVENTS)
