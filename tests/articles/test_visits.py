"""Imports as polite guests: robots.txt obeyed, hosts spared, and an item that waits for its site's turn."""

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from articles.fetching import FetchError
from articles.models import ImportItem, ImportJob
from articles.services.importing import ItemRequest, request_import
from articles.services.pages import fetch_page
from articles.services.running import run_import_item, wake_waiting
from articles.services.turns import WaitingForTurn, take_turn
from articles.services.visits import fetch_politely
from factcheck.lib.sweeping import messages_waiting
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.conftest import names  # noqa: F401 - a fixture
from tests.fetching.server import Seen, TestServer

from .test_importing import page
from .test_turns import forget_turns

pytestmark = pytest.mark.django_db

Names = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def _strangers() -> Iterator[None]:
    forget_turns()
    cache.clear()
    yield
    forget_turns()
    cache.clear()


@pytest.fixture
def researcher() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server


def robots(server: TestServer, text: str, **answer: Any) -> None:
    server.page("/robots.txt", text, content_type="text/plain", **answer)


def asked(server: TestServer) -> list[str]:
    return [seen.path for seen in server.requests]


def refusal(url: str, **options: Any) -> FetchError:
    with pytest.raises(FetchError) as refused:
        fetch_politely(url, **options)
    return refused.value


# --- robots.txt


def test_a_page_that_robots_forbids_fails_in_words_and_is_never_asked_for(
    researcher: User, server: TestServer
) -> None:
    robots(server, "User-agent: *\nDisallow: /dam")
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=server.page("/dam", page()))])
    item = run_import_item(item_id=job.items.get().pk)
    assert (item.state, item.error_code, item.attempts) == ("failed", "robots_disallowed", 1)
    assert "paste the text" in item.error_message
    assert "an admin" in item.error_message
    assert asked(server) == ["/robots.txt"]


def test_a_site_is_asked_for_its_rules_once_a_day(server: TestServer) -> None:
    robots(server, "User-agent: *\nDisallow: /private")
    for path in ("/a", "/b", "/c"):
        assert fetch_politely(server.page(path, page())).status == 200
    assert refusal(server.url("/private/x")).code == "robots_disallowed"
    assert asked(server) == ["/robots.txt", "/a", "/b", "/c"]
    assert "factcheck-workbench" in server.requests[0].headers["user-agent"]


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "410 Gone"])
def test_no_rules_are_no_obstacle(server: TestServer, status: str) -> None:
    robots(server, "", status=status)
    assert fetch_politely(server.page("/dam", page())).status == 200
    assert fetch_politely(server.page("/pier", page())).status == 200
    assert asked(server) == ["/robots.txt", "/dam", "/pier"]


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many"])
def test_rules_that_cannot_be_had_now_are_waited_for(server: TestServer, status: str) -> None:
    robots(server, "", status=status, headers={"Retry-After": "0"})
    url = server.page("/dam", page())
    error = refusal(url)
    assert (error.code, error.retryable) == ("robots_unreachable", True)
    robots(server, "User-agent: *\nAllow: /")
    assert fetch_politely(url).status == 200
    assert asked(server) == ["/robots.txt", "/robots.txt", "/dam"]


def test_yesterdays_rules_hold_while_todays_cannot_be_had(
    server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    robots(server, "User-agent: *\nDisallow: /private")
    url = server.page("/dam", page())
    fetch_politely(url)
    robots(server, "", status="503 Service Unavailable")
    now = time.time()
    monkeypatch.setattr("articles.services.visits.time.time", lambda: now + 25 * 3600)
    assert fetch_politely(url).status == 200
    assert refusal(server.url("/private/x")).code == "robots_disallowed"


def test_a_rule_counts_where_redirects_lead_as_well(server: TestServer) -> None:
    robots(server, "User-agent: *\nDisallow: /private")
    server.redirect("/short", "/private/story")
    assert refusal(server.url("/short")).code == "robots_disallowed"
    assert asked(server) == ["/robots.txt", "/short"]


def test_each_site_has_rules_of_its_own(server: TestServer, names: Names, settings: Any) -> None:  # noqa: F811
    names("open.example", "127.0.0.1")
    names("closed.example", "127.0.0.1")
    settings.FETCH_HOST_DELAY_SECONDS = 0.01

    def rules(connection: socket.socket, seen: Seen) -> None:
        text = b"User-agent: *\nDisallow: " + (b"/" if "closed" in seen.headers["host"] else b"")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))

    server.handle("/robots.txt", rules)
    server.page("/dam", page())
    server.redirect("/short", server.url("/dam", host="closed.example"))
    assert fetch_politely(server.url("/dam", host="open.example")).status == 200
    assert refusal(server.url("/dam", host="closed.example")).code == "robots_disallowed"
    assert refusal(server.url("/short", host="open.example")).code == "robots_disallowed"
    assert asked(server).count("/dam") == 1


def test_robots_txt_is_fetched_as_safely_as_anything_else(server: TestServer) -> None:
    server.redirect("/robots.txt", "http://169.254.169.254/latest/meta-data/")
    url = server.page("/dam", page())
    assert refusal(url).code == "forbidden_address"
    server.gzip_bomb("/robots.txt", megabytes=50)
    assert refusal(url).code == "robots_unreachable"
    server.redirect("/robots.txt", "/robots.txt")
    assert fetch_politely(url).status == 200


def test_a_desk_may_turn_the_rules_off(server: TestServer, settings: Any) -> None:
    settings.FETCH_OBEY_ROBOTS = False
    robots(server, "User-agent: *\nDisallow: /")
    assert fetch_politely(server.page("/dam", page())).status == 200
    assert asked(server) == ["/dam"]


def test_a_site_that_is_not_there_is_said_not_to_be(names: Names) -> None:  # noqa: F811
    names("known.example", "10.0.0.1")
    assert refusal("http://unknown.example/dam").code == "dns_failed"
    assert refusal("http://known.example/dam").code == "forbidden_address"
    assert refusal("http://known.example:22/dam").code == "forbidden_port"


# --- Turns


def test_a_page_is_asked_for_anew_only_if_it_changed(server: TestServer) -> None:
    url = server.page("/dam", page(), headers={"ETag": '"1"'})
    fetched, snapshot = fetch_page(url)
    assert snapshot is not None
    server.page("/dam", "", status="304 Not Modified")
    fetched, snapshot = fetch_page(url, etag=fetched.headers["etag"])
    assert (fetched.not_modified, snapshot) == (True, None)


def test_an_item_whose_site_is_busy_waits_and_that_is_no_attempt(
    researcher: User, server: TestServer, settings: Any
) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 600
    urls = [server.page(path, page(title=path)) for path in ("/a", "/b", "/c")]
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=url) for url in urls])
    items = [run_import_item(item_id=item.pk) for item in job.items.order_by("position")]
    assert [item.state for item in items] == ["done", "queued", "queued"]
    waiting = items[1:]
    for item in waiting:
        assert (item.get_stage_display(), item.attempts) == ("Waiting for the site's turn", 0)
        assert (item.error_code, item.error_message, item.leased_until) == ("", "", None)
    first, second = (item.queued_at - timezone.now() for item in waiting)
    assert timedelta(seconds=400) < first <= timedelta(seconds=600)
    assert second - first > timedelta(seconds=550)
    assert asked(server) == ["/robots.txt", "/a"]
    assert run_import_item(item_id=waiting[0].pk) is None  # not before its time

    settings.FETCH_ALLOWED_DELAY_SECONDS = 0
    ImportItem.objects.update(queued_at=timezone.now())
    for item in waiting:
        ended = run_import_item(item_id=item.pk)
        assert (ended.state, ended.attempts, ended.stage) == ("done", 1, "")


def test_waiting_items_are_woken_when_their_turn_is_near(researcher: User, settings: Any) -> None:
    settings.SWEEP_SECONDS = 10
    texts = [ItemRequest(kind="text", text=f"{n}") for n in range(4)]
    job = request_import(by=researcher, items=texts)
    now = timezone.now()
    for item, seconds in zip(job.items.order_by("position"), (-5, 3, 9, 15), strict=True):
        ImportItem.objects.filter(pk=item.pk).update(
            stage="waiting", queued_at=now + timedelta(seconds=seconds)
        )
    before = messages_waiting()
    assert wake_waiting() == 2
    assert messages_waiting() == before + 2


def test_a_site_that_has_had_too_much_is_left_alone(
    researcher: User, server: TestServer, settings: Any
) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 0.01
    busy = server.page("/a", "", status="429 Too Many Requests", headers={"Retry-After": "300"})
    urls = [busy, server.page("/b", page())]
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=url) for url in urls])
    first, second = (run_import_item(item_id=item.pk) for item in job.items.order_by("position"))
    assert (first.state, first.error_code, first.attempts) == ("queued", "http_status", 1)
    assert (second.state, second.error_code, second.attempts) == ("queued", "", 0)
    assert second.queued_at - timezone.now() > timedelta(seconds=200)
    assert asked(server) == ["/robots.txt", "/a"]


@pytest.mark.parametrize(("retry_after", "least", "most"), [("999999999", 3500, 3601), (None, 50, 61)])
def test_rest_has_an_end(
    server: TestServer, settings: Any, retry_after: str | None, least: int, most: int
) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 0.01
    headers = {"Retry-After": retry_after} if retry_after else {}
    refusal(server.page("/a", "", status="429 Too Many Requests", headers=headers))
    error = refusal(server.url("/b"), patience=0)
    assert isinstance(error, WaitingForTurn)
    assert least < error.seconds < most


@pytest.mark.parametrize(("wished", "least", "most"), [("20", 15, 20), ("86400", 25, 30)])
def test_a_crawl_delay_is_respected_within_reason(
    server: TestServer,
    names: Names,  # noqa: F811
    wished: str,
    least: int,
    most: int,
) -> None:
    names("lake.example", "127.0.0.1")
    robots(server, f"User-agent: *\nCrawl-delay: {wished}")
    server.page("/dam", page())
    fetch_politely(server.url("/dam", host="lake.example"))
    error = refusal(server.url("/dam", host="lake.example"))
    assert isinstance(error, WaitingForTurn)
    assert least < error.seconds <= most


def test_a_redirect_within_a_site_is_one_visit_and_to_another_is_two(
    server: TestServer,
    names: Names,  # noqa: F811
    settings: Any,
) -> None:
    settings.FETCH_HOST_DELAY_SECONDS = 60
    for name in ("lake.example", "www.lake.example", "short.example"):
        names(name, "127.0.0.1")
    server.page("/dam", page())
    server.redirect("/old", server.url("/dam", host="www.lake.example"))
    server.redirect("/s", server.url("/old", host="lake.example"))
    fetched = fetch_politely(server.url("/s", host="short.example"))
    assert fetched.final_url == server.url("/dam", host="www.lake.example")
    for host in ("short.example", "lake.example"):
        with pytest.raises(WaitingForTurn):
            take_turn(host, pause=60)


def test_who_has_no_queue_waits_a_little_in_place(server: TestServer, settings: Any) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 0.2
    url = server.page("/dam", page())
    fetch_politely(url)
    assert fetch_politely(url).status == 200
    assert isinstance(refusal(url, patience=0), WaitingForTurn)


@pytest.mark.django_db(transaction=True)
def test_many_items_of_one_site_and_several_workers(
    researcher: User, server: TestServer, settings: Any
) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 0.05
    served: list[tuple[float, float]] = []

    def answer(connection: socket.socket, seen: Seen) -> None:
        begun = time.monotonic()
        time.sleep(0.02)
        body = page(title=seen.path).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        served.append((begun, time.monotonic()))

    urls = [server.handle(f"/{n}", answer) for n in range(20)]
    job = request_import(by=researcher, items=[ItemRequest(kind="url", url=url) for url in urls])
    claims: list[int] = []
    workers = [threading.Thread(target=_work_off, args=(job, claims)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    items = job.items.all()
    assert {(item.state, item.error_message, item.attempts) for item in items} == {("done", "", 1)}
    assert len(served) == 20  # each page once
    served.sort()
    # From our sending the answer to the turn's end passes more time than the broker's rounding.
    assert min(later[0] - earlier[1] for earlier, later in itertools.pairwise(served)) > 0.045
    print(f"20 pages of one site by 4 workers: {len(claims)} claims of items")
    assert len(claims) <= 20 * 6, "waiting items come each in their own moment, not all at once"


def _work_off(job: ImportJob, claims: list[int]) -> None:
    try:
        while job.items.filter(state__in=["queued", "running"]).exists():
            due = job.items.filter(state="queued", queued_at__lte=timezone.now()).values_list("pk", flat=True)
            claims.extend(pk for pk in due if run_import_item(item_id=pk) is not None)
            time.sleep(0.01)
    finally:
        connection.close()
