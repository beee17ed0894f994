"""Who else looks at a claim: told to colleagues, gone by itself, and never in the way."""

import itertools
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims import presence
from tests.factories import make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
_claims = itertools.count(10_000_000)  # the cache outlives a test


@pytest.fixture
def claim_id() -> int:
    return next(_claims)


def test_colleagues_are_told_and_nobody_is_told_of_themselves(claim_id: int) -> None:
    ana, ben = make_user("ana", "reviewer"), make_user("Ben", "reviewer")
    assert presence.look(claim_id, by=ana) == []
    assert presence.look(claim_id, by=ben) == ["ana"]
    assert presence.look(claim_id, by=ana) == ["Ben"]
    assert presence.look(claim_id, by=make_user("carl")) == ["ana", "Ben"]
    assert presence.look(next(_claims), by=ana) == []


def test_whoever_has_not_looked_for_a_while_is_gone(claim_id: int) -> None:
    ana, ben = make_user("ana"), make_user("ben")
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
        presence.look(claim_id, by=ana)
        clock.shift(presence.SECONDS - 1)
        assert presence.look(claim_id, by=ben) == ["ana"]
        clock.shift(1)
        assert presence.look(claim_id, by=ben) == []


def test_a_name_with_spaces_and_marks_comes_back_whole(claim_id: int) -> None:
    odd = make_user("odd", first_name="Åsa <b>", last_name="Ny Ström")
    presence.look(claim_id, by=odd)
    assert presence.look(claim_id, by=make_user("ben")) == [str(odd)]


@pytest.fixture
def cache_at(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """cache_at(URL) has another cache asked, as by a process that has asked none yet."""

    def ask(url: str) -> None:
        settings.REDIS_URL = url
        presence._client.cache_clear()
        monkeypatch.setattr(presence, "_away_until", 0.0)

    yield ask
    presence._client.cache_clear()


def test_a_cache_that_is_away_costs_only_the_line(client: Client, cache_at: Callable[[str], None]) -> None:
    cache_at("redis://127.0.0.1:1/0")
    assert presence.look(1, by=make_user("ana")) == []
    client.force_login(make_user("ben", "reviewer"))
    response = client.get(f"/review/{make_story_claim().pk}/")
    assert response.status_code == 200
    assert "Also here" not in response.content.decode()


def test_a_cache_that_hangs_is_waited_for_once_and_asked_again_later(
    cache_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_PATIENCE", 0.05)
    ana = make_user("ana")
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        hanging.settimeout(5)
        cache_at(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        assert presence.look(1, by=ana) == presence.look(1, by=ana) == []
        hanging.accept()[0].close()
        hanging.setblocking(False)
        with pytest.raises(BlockingIOError):
            hanging.accept()
        monkeypatch.setattr(presence, "_away_until", 0.0)
        assert presence.look(1, by=ana) == []
        hanging.accept()[0].close()


def test_the_workbench_says_who_else_is_here_and_asks_again_only_for_news() -> None:
    claim = make_claim()
    ana, ben = Client(), Client()
    ana.force_login(make_user("ana", "reviewer"))
    ben.force_login(make_user("<ben>", "reviewer"))
    address = f"/review/{claim.pk}/presence/"
    assert "Also here" not in ana.get(f"/review/{claim.pk}/").content.decode()
    assert "Also here: ana" in ben.get(f"/review/{claim.pk}/").content.decode()
    news = ana.get(address, headers=HTMX)
    assert "Also here: &lt;ben&gt;" in news.content.decode()
    assert ana.get(address, {"here": "<ben>"}, headers=HTMX).status_code == 204
    assert ana.get(address)["Location"] == f"/review/{claim.pk}/"
    assert Client().get(address, headers=HTMX).status_code == 302


def test_a_look_of_an_open_page_reads_no_claim(client: Client, django_assert_num_queries: Any) -> None:
    client.force_login(make_user("ana", "reviewer"))
    with django_assert_num_queries(2):  # the session and its user
        client.get("/review/1/presence/", headers=HTMX)
