"""What a load balancer asks: is the process alive, is the desk ready."""

from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from factcheck import heartbeat
from factcheck.localservices import up

pytestmark = pytest.mark.django_db

DAMAGED = "The model file is damaged: install this version again."


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
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise OSError(DAMAGED)

    with monkeypatch.context() as patched:
        patched.setattr("claims.extraction.load", broken)
        for _ in range(3):
            heartbeat.beat()
        answer = client.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert (checks["worker"], checks["extractor"]) == ("ok", DAMAGED)
    assert up.extractor_problem(answer.content.decode()) == DAMAGED
    assert [record.getMessage().count(DAMAGED) for record in caplog.records] == [1]  # not at every beat
    heartbeat.beat()
    assert client.get("/readyz").status_code == 200
    assert "loaded again" in caplog.text


def test_a_missing_file_is_named_without_where_it_should_be(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("claims.extraction.load", (tmp_path / "verbs.txt").read_text)
    heartbeat.beat()
    problem = client.get("/readyz").json()["checks"]["extractor"]
    assert problem == "The file verbs.txt is missing or cannot be read: install this version again."


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "connection refused",
        "[]",
        '{"checks": {}}',
        '{"checks": {"worker": "no worker has been heard of", "extractor": "no worker has loaded it"}}',
        '{"checks": {"worker": "ok", "extractor": "ok", "database": "does not answer"}}',
    ],
)
def test_waiting_goes_on_unless_a_worker_says_that_its_extractor_is_broken(answer: str) -> None:
    assert up.extractor_problem(answer) == ""


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
