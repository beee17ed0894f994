"""How often somebody may ask, and bodies that are meant to hurt."""

import logging
from typing import Any

import pytest
import redis
from django.test import Client

from factcheck.api import limits
from tests.api.checking import CheckedClient
from tests.factories import make_user

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"


@pytest.fixture(autouse=True)
def two_a_minute(settings: Any) -> None:
    settings.API_RATE_KEY = settings.API_RATE_USER = settings.API_RATE_ANONYMOUS = 2
    limits._client().flushdb()


@pytest.fixture(autouse=True)
def within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits.time, "time", lambda: 1_700_000_010.0)


def test_each_answer_says_what_is_left_and_the_third_comes_too_soon() -> None:
    client = CheckedClient(make_user("vera", "viewer"))
    told = [client.get(ME) for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in told] == ["1", "0", "0"]
    assert {one["RateLimit-Limit"] for one in told} == {"2"}
    assert told[2]["Retry-After"] == told[2]["RateLimit-Reset"]
    assert 1 <= int(told[2]["Retry-After"]) <= 60
    assert told[2].json()["code"] == "too_many_requests"


def test_each_key_each_person_and_each_address_is_counted_alone() -> None:
    user = make_user("vera", "viewer")
    one, other, browser = CheckedClient(user), CheckedClient(user), CheckedClient()
    browser.force_login(user)
    for _ in range(2):
        assert [who.get(ME).status_code for who in (one, other, browser)] == [200, 200, 200]
    assert [who.get(ME).status_code for who in (one, other, browser)] == [429, 429, 429]


def test_guessing_keys_is_counted_by_address() -> None:
    client = CheckedClient()

    def guess(address: str) -> int:
        response = client.get(ME, headers={"Authorization": "Bearer fck_guess"}, REMOTE_ADDR=address)
        return int(response.status_code)

    assert [guess("192.0.2.1") for _ in range(3)] == [401, 401, 429]
    assert guess("192.0.2.2") == 401


def test_behind_a_proxy_it_is_the_address_that_the_proxy_tells(settings: Any) -> None:
    settings.BEHIND_PROXY = True
    client = CheckedClient()

    def ask(forwarded: str) -> int:
        return int(client.get(ME, headers={"X-Forwarded-For": forwarded}).status_code)

    # What a client puts there itself stands before what the proxy adds.
    assert [ask(f"198.51.100.{n}, 192.0.2.1") for n in range(3)] == [401, 401, 429]
    assert ask("192.0.2.1, 198.51.100.9") == 401


def test_the_public_search_is_counted_by_address_and_refuses_as_googles_does(
    settings: Any, client: Client
) -> None:
    settings.PUBLIC_SITE = True
    told = [client.get("/v1alpha1/claims:search?query=dam") for _ in range(3)]
    assert [one.status_code for one in told] == [200, 200, 429]
    assert told[2].json()["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert told[2]["Retry-After"] == told[2]["RateLimit-Reset"]


def test_a_cache_that_is_away_lets_everybody_through_and_is_named_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = CheckedClient(make_user("vera", "viewer"))
    monkeypatch.setattr(limits, "_client", lambda: redis.Redis(unix_socket_path="/nowhere"))
    monkeypatch.setattr(limits, "_logged_at", -1e9)
    monkeypatch.setattr(limits, "_away_until", -1e9)
    with caplog.at_level(logging.WARNING, logger=limits.__name__):
        told = [client.get(ME) for _ in range(4)]
    assert [one.status_code for one in told] == [200] * 4
    assert "RateLimit-Limit" not in told[0]
    assert len(caplog.records) == 1


# ---- Bodies that are meant to hurt -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"name": "' + b"x" * 50_000_000 + b'"}', 413, "too_large"),
        (b"[" * 100_000 + b"]" * 100_000, 400, "malformed_json"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "malformed_json"),
        (b"[" + b"[]," * 2_000_000 + b"[]]", 413, "too_large"),
    ],
    ids=["50 MB", "deep lists", "deep objects", "endless list"],
)
def test_a_bomb_is_refused_in_words(settings: Any, body: bytes, status: int, code: str) -> None:
    settings.API_RATE_KEY = 0
    client = CheckedClient(make_user("ada", "admin"))
    response = client.generic("POST", "/api/v1/keys/", body, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (status, code)
