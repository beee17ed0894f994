"""The feed screens' answers, without a browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Feed, FeedEntry, ImportItem
from factcheck import heartbeat
from factcheck.models import User
from tests.factories import make_outlet, make_user
from tests.fetching.server import TestServer

from .conftest import FeedAt, poll
from .pages import XML, item, numbered, rss

pytestmark = pytest.mark.django_db

ATTACK = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def desk(researcher: User, client: Client) -> Client:
    client.force_login(researcher)
    return client


@pytest.fixture(autouse=True)
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "last_heartbeat", lambda: {"at": 0.0, "extractor": "1"})


def body(response: Any) -> str:
    return " ".join(response.content.decode().split())


def typed(url: str, **fields: str) -> dict[str, str]:
    return {"url": url, "interval": "15", "first_entries": "50", "action": "look", **fields}


def test_a_site_shows_its_feeds_then_the_feed_then_it_is_added(desk: Client, server: TestServer) -> None:
    server.page(
        "/",
        '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" title="All &lt;news&gt;" href="/rss"></head><body>Hi</body></html>',
    )
    server.page("/rss", rss(*numbered(12), title="Larn Courier news"), content_type=XML)
    page = body(desk.post("/feeds/new/", typed(server.url("/"))))
    assert "This is a page. It offers 1 feed:" in page
    assert "All &lt;news&gt;" in page
    assert not Feed.objects.exists()
    page = body(desk.post("/feeds/new/", typed(server.url("/"), use=server.url("/rss"))))
    assert "An RSS feed with 12 entries." in page
    assert "Story 12" in page
    assert "… and 2 more." in page
    assert not Feed.objects.exists()
    assert not FeedEntry.objects.exists()
    fields = dict(re.findall(r'name="(url|name|site_url|first_entries)"[^>]*value="([^"]*)"', page))
    assert fields["name"] == "Larn Courier news"
    answer = desk.post(
        "/feeds/new/",
        {**typed(fields["url"]), **fields, "interval": "30", "outlet": "Larn Courier", "action": "add"},
    )
    feed = Feed.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/feeds/{feed.pk}/")
    assert (feed.name, feed.url, feed.interval, feed.outlet.name) == (
        "Larn Courier news",
        server.url("/rss"),
        30,
        "Larn Courier",
    )


def test_an_address_as_people_copy_it_is_enough(desk: Client) -> None:
    desk.post("/feeds/new/", typed("www.courier.example/rss", action="add"))
    assert Feed.objects.get().url == "https://www.courier.example/rss"


def test_the_outlet_that_the_desk_knows_the_site_by_is_proposed(desk: Client, server: TestServer) -> None:
    make_outlet("Larn Courier", domain="courier.example")
    server.page("/rss", rss(*numbered(1)), content_type=XML)  # of https://courier.example/, as it says
    page = body(desk.post("/feeds/new/", typed(server.url("/rss"))))
    assert re.search(r'name="outlet"[^>]*value="Larn Courier"|value="Larn Courier"[^>]*name="outlet"', page)


def test_what_was_typed_comes_back_with_the_reason(desk: Client, server: TestServer) -> None:
    answer = desk.post("/feeds/new/", typed(server.url("/nothing"), outlet="Larn Courier", name="Mine"))
    assert answer.status_code == 422
    page = body(answer)
    assert "answered 404 Not Found" in page
    assert 'value="Larn Courier"' in page
    assert 'value="Mine"' in page
    assert "Add it all the same" in page
    page = body(desk.post("/feeds/new/", typed("javascript:alert(1)")))
    assert "Only addresses that begin with https:// or http:// can be fetched." in page
    assert "Add it all the same" not in page
    assert (
        desk.post(
            "/feeds/new/", typed("https://a.example/rss", action="add", first_entries="9999")
        ).status_code
        == 422
    )
    assert (
        desk.post("/feeds/new/", typed("https://a.example/rss", action="add", interval="7")).status_code
        == 422
    )
    assert not Feed.objects.exists()


def test_a_feed_that_is_here_is_not_added_twice(desk: Client, feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = feed_at()
    assert "This feed is here already" in body(desk.post("/feeds/new/", typed(feed.url)))
    assert "This feed is here already" in body(desk.post("/feeds/new/", typed(feed.url, action="add")))
    assert Feed.objects.count() == 1


def test_the_list_tells_how_each_feed_stands(desk: Client, feed_at: FeedAt, server: TestServer) -> None:
    server.page("/good", rss(*numbered(3)), content_type=XML)
    good = poll(feed_at("/good", name="Good one"))
    poll(feed_at("/bad", name="Bad one"))
    feed_at("/new", name="New one")
    # A poll puts the next one off by a little more or less than the feed's pace.
    Feed.objects.filter(pk=good.pk).update(next_poll_at=timezone.now() + timedelta(minutes=15, seconds=20))
    page = body(desk.get("/feeds/"))
    for words in (
        "Good one",
        "3 new",
        "in 15 min",
        "Working",
        "Bad one",
        "Failing",
        "answered 404",
        "New one",
        "Not polled yet",
        "in a moment",
    ):
        assert words in page, words
    assert "Good one" not in body(desk.get("/feeds/?state=failing"))
    assert "Bad one" in body(desk.get("/feeds/?state=failing"))
    assert "No such feed" in body(desk.get("/feeds/?state=paused"))
    assert "Good one" in body(desk.get("/feeds/?state=nonsense&after=x"))


def test_the_list_asks_as_many_questions_for_many_feeds_as_for_one(
    desk: Client, feed_at: FeedAt, server: TestServer, django_assert_num_queries: Any
) -> None:
    for n in range(60):
        feed_at(f"/f{n}", name=f"Feed {n}")
    with django_assert_num_queries(6):  # session, user, groups; the feeds, what is new in them; the inbox
        first = desk.get("/feeds/")
    assert "Feed 59" in body(first)
    assert "Feed 9<" not in body(first)
    older = re.search(r'href="(\?after=[^"]+)"', first.content.decode())
    assert older
    assert "Feed 9<" in body(desk.get(f"/feeds/{older[1]}"))


def test_a_feeds_page_shows_its_entries_and_what_became_of_them(
    desk: Client, feed_at: FeedAt, server: TestServer, django_assert_num_queries: Any
) -> None:
    server.page("/feed", rss(*numbered(60), item("file:///etc/passwd", "A secret")), content_type=XML)
    feed = poll(feed_at(first_entries=2))
    with django_assert_num_queries(
        7
    ):  # session, user, groups; the feed, what is new in it, its entries; the inbox
        page = body(desk.get(f"/feeds/{feed.pk}/"))
    assert "Story 60" in page
    assert "Queued" in page
    assert "remembered only" in page
    assert "First poll: its newest 2 entries were imported" in page
    assert "A secret" in body(desk.get(f"/feeds/{feed.pk}/?after={FeedEntry.objects.order_by('-pk')[49].pk}"))
    assert 'hx-trigger="every' not in page


def test_a_page_of_a_feed_that_is_due_looks_again_by_itself(
    desk: Client, feed_at: FeedAt, server: TestServer, client: Client
) -> None:
    feed = feed_at()
    assert 'hx-trigger="every 2s"' in body(desk.get(f"/feeds/{feed.pk}/"))
    part = body(desk.get(f"/feeds/{feed.pk}/", headers={"HX-Request": "true"}))
    assert part.startswith('<div id="feed-state"')
    client.logout()
    answer = client.get(f"/feeds/{feed.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/login/")
    assert client.get(f"/feeds/{feed.pk}/")["Location"].startswith("/login/")


def test_nothing_a_feed_says_is_ever_markup(desk: Client, feed_at: FeedAt, server: TestServer) -> None:
    attack = ATTACK.replace("<", "&lt;")
    entry = f"<item><title>{attack}Dam</title><link>javascript:alert(3)</link><description>{attack}</description></item>"
    other = f'<item><title>Plain</title><link>/a"onmouseover=alert(4)</link><guid>{attack}</guid></item>'
    server.page("/feed", rss(entry, other, title=attack + "News"), content_type=XML)
    pages = [body(desk.post("/feeds/new/", typed(server.url("/feed"))))]
    feed = poll(feed_at(name=ATTACK, outlet=ATTACK))
    pages += [
        body(desk.get(address))
        for address in (
            "/feeds/",
            f"/feeds/{feed.pk}/",
            f"/feeds/{feed.pk}/change/",
            "/imports/",
            "/dashboard/",
        )
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript:' not in page
        assert '"onmouseover' not in page


def test_what_people_do_with_a_feed(desk: Client, feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = poll(feed_at())
    assert "it is polled in a moment" in body(desk.post(f"/feeds/{feed.pk}/poll/", follow=True))
    assert Feed.objects.get().is_due
    assert "Paused: " in body(desk.post(f"/feeds/{feed.pk}/pause/", follow=True))
    assert "This feed is paused" in body(desk.post(f"/feeds/{feed.pk}/poll/", follow=True))
    assert "Resumed: " in body(desk.post(f"/feeds/{feed.pk}/resume/", follow=True))
    answer = desk.post(f"/feeds/{feed.pk}/change/", {"name": "Renamed", "outlet": "", "interval": "60"})
    assert answer.status_code == 422
    assert 'value="Renamed"' in body(answer)
    desk.post(f"/feeds/{feed.pk}/change/", {"name": "Renamed", "outlet": "Larn Evening", "interval": "60"})
    feed.refresh_from_db()
    assert (feed.name, feed.outlet.name, feed.interval) == ("Renamed", "Larn Evening", 60)
    assert "What it imported is still here" in body(desk.post(f"/feeds/{feed.pk}/delete/", follow=True))
    assert ImportItem.objects.count() == 1
    for what in ("poll", "pause", "resume", "delete", "change"):
        assert desk.post(f"/feeds/{feed.pk}/{what}/").status_code == 404
    assert desk.get(f"/feeds/{feed.pk}/").status_code == 404


def test_viewers_look_and_do_not_touch(client: Client, feed_at: FeedAt, server: TestServer) -> None:
    feed = feed_at()
    client.force_login(make_user(role="viewer"))
    page = body(client.get(f"/feeds/{feed.pk}/"))
    assert "Poll now" not in page
    assert "Delete" not in page
    assert "New feed" not in body(client.get("/feeds/"))
    assert client.post("/feeds/new/", typed(server.url("/feed"))).status_code == 403
    for what in ("poll", "pause", "delete"):
        assert "Only a researcher or above may add and change feeds" in body(
            client.post(f"/feeds/{feed.pk}/{what}/", follow=True)
        )
    assert Feed.objects.get().active


# ---- The dashboard ---------------------------------------------------------------------------------


def test_the_dashboard_names_feeds_that_fail_for_long_or_fell_silent(
    desk: Client, feed_at: FeedAt, server: TestServer
) -> None:
    now = timezone.now()
    for name in ("Long broken", "Just broken", "Gone", "Silent", "Fine", "Put aside"):
        feed_at(f"/{name.replace(' ', '')}", name=name)

    def set_to(name: str, **fields: Any) -> None:
        Feed.objects.filter(name=name).update(**fields)

    broken = {"failures": 9, "error_code": "timed_out", "error_message": "It did not answer in time."}
    set_to("Long broken", **broken, failing_since=now - timedelta(hours=25))
    set_to("Just broken", **broken, failing_since=now - timedelta(hours=23))
    set_to("Gone", **broken, failing_since=now, active=False)
    set_to("Silent", silent_after=now - timedelta(hours=1), newest_at=now - timedelta(days=9))
    set_to("Fine", silent_after=now + timedelta(days=1))
    set_to("Put aside", silent_after=now - timedelta(days=99), active=False)
    page = body(desk.get("/dashboard/"))
    for name in ("Long broken", "Gone", "Silent"):
        assert f">{name}</a>" in page, name
    for name in ("Just broken", "Fine", "Put aside"):
        assert f">{name}</a>" not in page, name
    Feed.objects.all().delete()
    assert "No feed fails or has fallen silent" in body(desk.get("/dashboard/"))
