"""When a feed is asked, and how: politely, at its own pace, by one worker at a time, and what a failing one says."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Feed, FeedEntry, ImportItem, ImportJob
from articles.services import feedreading, polling
from articles.services.feeds import add_feed, pause_feed, poll_feed_now, resume_feed
from articles.services.polling import due_feeds, poll_feed
from articles.services.turns import give_back_turn, take_turn
from factcheck.models import User
from tests.fetching.server import TestServer

from .conftest import FeedAt, poll, serve_with_validators, urls
from .pages import XML, item, numbered, rss, sitemap, sitemap_index

pytestmark = pytest.mark.django_db


# ---- Asking politely -------------------------------------------------------------------------------


def test_what_did_not_change_is_not_sent_again(feed_at: FeedAt, server: TestServer) -> None:
    serve_with_validators(server, "/feed", lambda: rss(*numbered(2)))
    feed = poll(feed_at())
    feed = poll(feed)
    assert server.requests[-1].headers["if-none-match"] == feed.etag
    assert server.requests[-1].headers["if-modified-since"] == "Mon, 02 Mar 2026 12:00:00 GMT"
    assert (feed.state, feed.last_new, feed.entries_seen) == ("working", 0, 2)
    assert feed.succeeded_at == feed.polled_at


def test_the_same_bytes_are_not_read_again_where_the_server_gives_no_validators(
    feed_at: FeedAt, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page("/feed", rss(*numbered(2)), content_type=XML)
    feed = poll(feed_at())
    with monkeypatch.context() as closed:
        closed.setattr(feedreading, "read_feed_in_child", lambda *_a, **_k: pytest.fail("it was read"))
        feed = poll(feed)
    assert (feed.state, feed.last_new) == ("working", 0)
    server.page("/feed", rss(*numbered(3)), content_type=XML)
    assert poll(feed).last_new == 1


def test_an_index_without_dates_is_followed_though_it_is_the_same(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/map", sitemap("/a"), content_type=XML)
    body = sitemap_index(["/map"])
    serve_with_validators(server, "/feed", lambda: body)
    feed = poll(feed_at())
    server.page("/map", sitemap("/a", "/b"), content_type=XML)
    assert (poll(feed).last_new, urls()) == (1, ["a", "b"])


def test_a_sitemap_that_could_not_be_read_is_tried_again_though_its_index_is_the_same(
    feed_at: FeedAt, server: TestServer
) -> None:
    today = f"{timezone.now():%Y-%m-%d}"
    server.page("/one", sitemap("/a"), content_type=XML)
    body = sitemap_index([("/one", today), ("/two", today)])
    serve_with_validators(server, "/feed", lambda: body)
    feed = poll(feed_at())
    assert feed.note.startswith("1 of its 2 sitemaps could not be read")
    server.page("/two", sitemap("/b"), content_type=XML)
    assert (poll(feed).last_new, urls()) == (1, ["a", "b"])
    asked = len(server.requests)
    poll(feed)
    assert [seen.path for seen in server.requests[asked:]] == ["/feed"]


def test_the_pace_follows_the_feed_within_bounds(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = poll(feed_at(interval=40))
    assert feed.pace == 40
    for _ in range(12):
        feed = poll(feed)
    assert feed.pace == 160
    for n in range(2, 16):
        server.page("/feed", rss(*numbered(n)), content_type=XML)
        feed = poll(feed)
    assert feed.pace == 20
    assert timedelta(minutes=18.9) <= feed.wait <= timedelta(minutes=21.1)


def test_failures_double_the_wait_up_to_a_day_and_recovery_ends_that(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/feed", "", status="500 Internal Server Error")
    feed = feed_at(interval=10)
    waits = []
    for _ in range(12):
        feed = poll(feed)
        waits.append(feed.wait.total_seconds() / 60)
    assert (feed.state, feed.failures, feed.error_code) == ("failing", 12, "http_status")
    for n, wait in enumerate(waits):
        wanted = min(24 * 60, 10 * 2**n)
        assert 0.89 * wanted <= wait <= 1.11 * wanted, (n, wait)
    since = feed.failing_since
    assert since is not None
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = poll(feed)
    assert (feed.state, feed.failures, feed.failing_since, feed.error_message) == ("working", 0, None, "")
    assert urls() == ["1"]


def test_retry_after_is_honoured(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", "", status="429 Too Many Requests", headers={"Retry-After": "7200"})
    feed = poll(feed_at(interval=5))
    assert timedelta(hours=1.9) < feed.wait <= timedelta(hours=2)
    server.page("/feed", "", status="503 Service Unavailable", headers={"Retry-After": "999999999"})
    feed = poll(feed)
    assert timedelta(days=6.9) < feed.wait <= timedelta(days=7)


def test_a_site_that_is_busy_with_others_of_ours_is_no_failure(
    feed_at: FeedAt, server: TestServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FETCH_ALLOWED_DELAY_SECONDS = 60
    monkeypatch.setattr(feedreading, "PATIENCE_SECONDS", 0)
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    token = take_turn("127.0.0.1", pause=60)
    try:
        feed = poll(feed_at())
    finally:
        give_back_turn("127.0.0.1", token, pause=0)
    assert (feed.state, feed.failures, feed.error_message, server.requests) == ("new", 0, "", [])
    assert timedelta(0) < feed.wait <= timedelta(minutes=15)


def test_robots_txt_is_obeyed(feed_at: FeedAt, server: TestServer, settings: Any) -> None:
    settings.FETCH_OBEY_ROBOTS = True
    server.page("/robots.txt", "User-agent: *\nDisallow: /feed", content_type="text/plain")
    assert poll(feed_at()).error_code == "robots_disallowed"
    assert [seen.path for seen in server.requests] == ["/robots.txt"]


def test_a_feed_that_is_gone_is_paused_with_the_reason(
    feed_at: FeedAt, server: TestServer, researcher: User
) -> None:
    server.page("/feed", "", status="410 Gone")
    feed = poll(feed_at())
    assert (feed.state, feed.active, feed.error_code) == ("paused", False, "gone")
    assert "gone for good" in feed.error_message
    assert not due_feeds().exists()
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    resume_feed(by=researcher, feed_id=feed.pk)
    assert poll(feed).state == "working"


def test_a_feed_that_moved_for_good_is_followed_after_three_polls(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/new", rss(*numbered(1)), content_type=XML)
    server.redirect("/feed", "/new", status="301 Moved Permanently")
    feed = feed_at()
    old = feed.url
    for _ in range(2):
        feed = poll(feed)
        assert feed.url == old
    feed = poll(feed)
    assert feed.url == server.url("/new")
    assert old in feed.note
    server.requests.clear()
    poll(feed)
    assert [seen.path for seen in server.requests] == ["/new"]


def test_a_passing_redirect_changes_no_address(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/new", rss(*numbered(1)), content_type=XML)
    server.redirect("/hop", "/new", status="301 Moved Permanently")
    server.redirect("/feed", "/hop", status="302 Found")
    feed = feed_at()
    for _ in range(5):
        feed = poll(feed)
    assert feed.url == server.url("/feed")


def test_a_feed_that_moved_to_one_that_is_here_is_paused(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/new", rss(*numbered(1)), content_type=XML)
    server.redirect("/feed", "/new", status="308 Permanent Redirect")
    feed_at("/new", name="The other")
    feed = feed_at()
    for _ in range(3):
        feed = poll(feed)
    assert (feed.active, feed.error_code) == (False, "same_feed")
    assert "“The other”" in feed.error_message


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("<html><head><title>Home</title></head><body><p>Hello</p></body></html>", "text/html", "not_a_feed"),
        ('<html><link rel=alternate type="application/rss+xml" href="/rss"></html>', "text/html", "not_a_feed"),
        ("x", "image/png", "unexpected_type"),
        ("", "text/xml", "empty"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss(item("/a", "&x;")).split("?>")[1], XML, "entities_refused"),
    ],
)  # fmt: skip
def test_what_is_no_feed_fails_with_a_sentence(
    feed_at: FeedAt, server: TestServer, body: str, content_type: str, code: str
) -> None:
    server.page("/feed", body, content_type=content_type)
    feed = poll(feed_at())
    assert (feed.state, feed.error_code) == ("failing", code)
    assert feed.error_message.endswith((".", "…"))
    if "alternate" in body:
        assert server.url("/rss") in feed.error_message
    assert feed.etag == ""


def test_a_feed_may_not_lead_inside(researcher: User, settings: Any) -> None:
    settings.FETCH_ALLOW_ADDRESSES = []
    feed = add_feed(by=researcher, url="http://127.0.0.1/feed", outlet="Larn Courier")
    assert poll(feed).error_code == "forbidden_address"


def test_what_nobody_foresaw_fails_with_a_sentence_and_is_tried_again(
    feed_at: FeedAt, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page("/feed", rss(*numbered(2)), content_type=XML)
    feed = feed_at()
    with monkeypatch.context() as broken:
        broken.setattr(polling, "_next_pace", lambda *_a, **_k: 1 / 0)
        feed = poll(feed)
    assert (feed.error_code, ImportJob.objects.count(), FeedEntry.objects.count()) == ("internal_error", 0, 0)
    assert poll(feed).last_new == 2


# ---- Leases ----------------------------------------------------------------------------------------


def test_only_what_is_due_is_polled_and_by_one_at_a_time(
    feed_at: FeedAt, server: TestServer, researcher: User
) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = poll(feed_at())
    assert poll_feed(feed_id=feed.pk) is None
    poll_feed_now(by=researcher, feed_id=feed.pk)
    assert list(due_feeds()) == [feed]
    Feed.objects.update(leased_until=timezone.now() + timedelta(minutes=1), poll_started_at=timezone.now())
    assert poll_feed(feed_id=feed.pk) is None
    assert Feed.objects.get().state == "polling"
    Feed.objects.update(leased_until=timezone.now() - timedelta(seconds=1))  # its worker died
    assert poll_feed(feed_id=feed.pk) is not None
    pause_feed(by=researcher, feed_id=feed.pk)
    Feed.objects.update(next_poll_at=timezone.now())
    assert poll_feed(feed_id=feed.pk) is None


def test_a_worker_that_lost_its_lease_stores_nothing(
    feed_at: FeedAt, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page("/feed", rss(*numbered(2)), content_type=XML)
    feed = feed_at()
    read = polling.read_feed_at

    def slowly(*args: Any, **named: Any) -> Any:
        answer = read(*args, **named)
        Feed.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        monkeypatch.setattr(polling, "read_feed_at", read)
        assert poll_feed(feed_id=feed.pk) is not None  # another worker, meanwhile
        return answer

    monkeypatch.setattr(polling, "read_feed_at", slowly)
    poll_feed(feed_id=feed.pk)
    assert (ImportJob.objects.count(), ImportItem.objects.count(), FeedEntry.objects.count()) == (1, 2, 2)
