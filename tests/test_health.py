"""What a load balancer asks: is the process alive, is the desk ready."""

import pytest
from django.core.cache import cache
from django.test import Client

from factcheck import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_worker() -> None:
    cache.delete(heartbeat.KEY)


@pytest.mark.parametrize("host", ["localhost", "10.0.0.7:8000", "not-in-allowed-hosts.example"])
def test_alive_is_told_to_whoever_asks(client: Client, host: str) -> None:
    answer = client.get("/livez", headers={"host": host})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_not_ready_says_what_is_missing(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["database"], checks["broker"]) == ("ok", "ok")
    assert "start one" in checks["worker"]


def test_ready_once_a_worker_with_its_extractor_is_heard(client: Client) -> None:
    heartbeat.beat()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.headers["Cache-Control"].startswith("max-age=0")


def test_a_worker_whose_extractor_does_not_load_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise OSError("the model file is damaged")

    monkeypatch.setattr("claims.extraction.load", broken)
    heartbeat.beat()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "ok"
    assert "extractor" in answer.json()["checks"]["extractor"]


def test_a_broker_that_is_gone_is_told_without_its_secrets(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise ConnectionError("redis://user:secret@host refused")

    monkeypatch.setattr("factcheck.health.cache.get", gone)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["broker"] == "does not answer"
    assert "secret" not in answer.content.decode()
