"""Feeds as the desk sees them: what a poll imports, when the next one is, and what a failing one says."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Feed, FeedEntry, ImportItem, ImportJob
from articles.services import feedreading, polling
from articles.services.feeds import add_feed, change_feed, delete_feed, pause_feed, poll_feed_now, resume_feed
from articles.services.polling import due_feeds, poll_feed
from articles.services.turns import give_back_turn, take_turn
from factcheck.lib.errors import Conflict, DomainError, Refused
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import TestServer

from .conftest import poll, serve_with_validators
from .pages import atom, atom_entry, item, rss, sitemap, sitemap_index

pytestmark = pytest.mark.django_db

FeedAt = Callable[..., Feed]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
XML = "application/xml"


def urls(job: ImportJob | None = None) -> list[str]:
    items = ImportItem.objects.order_by("pk") if job is None else job.items.order_by("position")
    return [item.url.rpartition("/")[2] for item in items]


def numbered(count: int, first: int = 1) -> list[str]:
    """Items 1, 2, ...; the later one is newer."""
    return [
        item(f"/s/{n}", f"Story {n}", NOON + timedelta(minutes=n), f"g{n}")
        for n in range(first, first + count)
    ][::-1]


# ---- What is imported ------------------------------------------------------------------------------


def test_each_entry_is_imported_once(feed_at: FeedAt, server: TestServer, researcher: User) -> None:
    server.page("/feed", rss(*numbered(2)), content_type=XML)
    feed = poll(feed_at())
    assert (feed.state, feed.kind, feed.last_new, feed.entries_seen, feed.error_message) == (
        "working",
        "rss",
        2,
        2,
        "",
    )
    job = ImportJob.objects.get()
    assert urls(job) == ["2", "1"]
    assert job.created_by == researcher
    assert job.label.startswith("Larn news, ")
    assert {one.outlet_name for one in job.items.all()} == {"Larn Courier"}

    feed = poll(feed)
    assert (feed.last_new, ImportJob.objects.count()) == (0, 1)

    server.page("/feed", rss(*numbered(4)), content_type=XML)
    feed = poll(feed)
    assert (feed.last_new, feed.entries_seen) == (2, 4)
    assert urls(ImportJob.objects.latest("pk")) == ["4", "3"]
    assert {entry.item.url for entry in feed.entries.all()} == {server.url(f"/s/{n}") for n in range(1, 5)}


def test_the_first_poll_takes_the_newest_and_remembers_the_rest(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", rss(*reversed(numbered(12))), content_type=XML)  # oldest first
    feed = poll(feed_at(first_entries=3))
    assert urls() == ["12", "11", "10"]
    assert feed.entries_seen == FeedEntry.objects.count() == 12
    assert FeedEntry.objects.filter(item=None).count() == 9
    assert feed.note == (
        "First poll: its newest 3 entries were imported; the other 9 are remembered as seen and are not imported."
    )
    server.page("/feed", rss(*numbered(13)), content_type=XML)
    feed = poll(feed)
    assert urls()[3:] == ["13"]
    assert feed.note == ""


def test_a_first_poll_may_import_nothing(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", rss(*numbered(3)), content_type=XML)
    feed = poll(feed_at(first_entries=0))
    assert (ImportJob.objects.count(), feed.entries_seen, feed.last_new) == (0, 3, 0)


def test_an_entry_that_tells_of_a_change_is_imported_again(feed_at: FeedAt, server: TestServer) -> None:
    server.page(
        "/feed",
        atom(atom_entry("/a", "2026-03-02T12:00:00Z"), atom_entry("/b", "2026-03-02T12:00:00Z")),
        content_type=XML,
    )
    feed = poll(feed_at())
    server.page(
        "/feed",
        atom(atom_entry("/a", "2026-03-02T12:00:00Z"), atom_entry("/b", "2026-03-02T14:30:00+02:00")),
        content_type=XML,
    )
    feed = poll(feed)
    assert urls() == ["a", "b", "b"]
    assert (feed.last_new, feed.entries_seen) == (1, 2)
    assert poll(feed).last_new == 0


def test_a_sitemap_that_stamps_everything_with_now_is_not_imported_over_and_over(
    feed_at: FeedAt, server: TestServer
) -> None:
    pages = [f"/p/{n}" for n in range(20)]
    server.page("/feed", sitemap(*((page, "2026-03-02T12:00:00Z") for page in pages)), content_type=XML)
    feed = poll(feed_at())
    assert ImportItem.objects.count() == 20
    server.page(
        "/feed",
        sitemap(*((page, "2026-03-02T13:00:00Z") for page in pages), "/new"),
        content_type=XML,
    )
    assert (poll(feed).last_new, urls()[-1]) == (1, "new")


def test_an_archive_that_turns_up_in_a_sitemap_is_remembered_and_not_imported(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/feed", sitemap("/a"), content_type=XML)
    feed = poll(feed_at())
    today = f"{timezone.now():%Y-%m-%d}"
    archive = [(f"/old/{n}", "2019-05-01") for n in range(700)]
    server.page("/feed", sitemap("/a", *archive, ("/new", today), "/undated"), content_type=XML)
    feed = poll(feed)
    assert urls() == ["a", "new", "undated"]
    assert feed.entries_seen == 703
    assert feed.note.startswith("700 entries are listed for the first time but are of long ago")


def test_one_story_listed_twice_is_one_item(feed_at: FeedAt, server: TestServer) -> None:
    server.page(
        "/feed",
        rss(item("/a?utm_source=rss", guid="1"), item("/a", guid="2"), item("/b", guid="1")),
        content_type=XML,
    )
    poll(feed_at())
    assert urls() == ["a?utm_source=rss"]


def test_an_address_that_may_not_be_fetched_fails_alone(feed_at: FeedAt, server: TestServer) -> None:
    server.page(
        "/s/1",
        "<html><body><p>" + "The quay is shut, the harbour master said. " * 9,
        content_type="text/html",
    )
    bad = [
        item("http://10.0.0.1/secret"), item("file:///etc/passwd"), item("http://0x7f.1/a"), item("", "No link"),
        item("http://user:pass@courier.example/"), item("https://courier.example/" + "x" * 3000),
    ]  # fmt: skip
    server.page("/feed", rss(*bad, item("/s/1")), content_type=XML)
    feed = poll(feed_at())
    assert feed.state == "working"
    for one in ImportItem.objects.all():
        from articles.services.running import run_import_item

        run_import_item(item_id=one.pk)
    ended = {one.url.rpartition("/")[2]: (one.state, one.error_code) for one in ImportItem.objects.all()}
    assert ended == {"secret": ("failed", "forbidden_address"), "1": ("done", "")}
    problems = list(FeedEntry.objects.exclude(problem="").values_list("problem", flat=True))
    assert len(problems) == 5
    assert all(problem.endswith(".") for problem in problems)
    assert "5 of its new entries cannot be imported" in feed.note


def test_more_than_one_poll_may_import_waits_for_the_next(
    feed_at: FeedAt, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_ITEMS", 4)
    body = {"feed": rss(*numbered(1))}
    serve_with_validators(server, "/feed", lambda: body["feed"])
    feed = poll(feed_at())
    body["feed"] = rss(*numbered(11))
    feed = poll(feed)
    assert (urls()[1:], feed.entries_seen) == (["11", "10", "9", "8"], 5)
    assert "6 more entries wait" in feed.note
    poll(feed)
    feed = poll(feed)
    assert sorted(map(int, urls())) == list(range(1, 12))
    assert poll(feed).last_new == 0


@pytest.mark.slow
def test_fifty_thousand_addresses_are_remembered_and_fifty_imported(
    feed_at: FeedAt, server: TestServer
) -> None:
    rows = [(f"https://courier.example/{n}", f"2026-01-{n % 28 + 1:02}") for n in range(50_000)]
    server.page("/feed", sitemap(*rows), content_type=XML)
    feed = poll(feed_at())
    assert (feed.error_message, feed.entries_seen, ImportItem.objects.count()) == ("", 50_000, 50)
    assert "the other 49,950 are remembered as seen" in feed.note
    server.page("/feed", sitemap(*rows[1:], "https://courier.example/new"), content_type=XML)
    assert (poll(feed).last_new, urls()[-1]) == (1, "new")


# ---- Sitemap indexes -------------------------------------------------------------------------------


def test_an_index_is_followed_and_what_did_not_change_is_left_alone(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/one.xml", sitemap(("/a", "2026-03-01")), content_type=XML)
    server.page(
        "/two.xml.gz", gzip.compress(sitemap(("/b", "2026-03-02")).encode()), content_type="application/gzip"
    )
    server.page(
        "/feed", sitemap_index([("/one.xml", "2026-03-01"), ("/two.xml.gz", "2026-03-02")]), content_type=XML
    )
    feed = poll(feed_at())
    assert (feed.kind, sorted(urls())) == ("sitemap_index", ["a", "b"])
    asked = len(server.requests)
    poll(feed)
    assert [seen.path for seen in server.requests[asked:]] == ["/feed"]
    today = f"{timezone.now():%Y-%m-%d}"
    server.page("/two.xml.gz", sitemap("/b", "/c"), content_type=XML)
    server.page(
        "/feed", sitemap_index([("/one.xml", "2026-03-01"), ("/two.xml.gz", today)]), content_type=XML
    )
    poll(feed)
    assert urls()[-1] == "c"
    assert [seen.path for seen in server.requests[asked + 1 :]] == ["/feed", "/two.xml.gz"]


def test_an_index_that_names_itself_or_goes_deep_comes_to_an_end(feed_at: FeedAt, server: TestServer) -> None:
    server.page("/feed", sitemap_index(["/feed", "/feed?again", "/deep1", "/map"]), content_type=XML)
    for depth in range(1, 9):
        server.page(f"/deep{depth}", sitemap_index([f"/deep{depth + 1}", "/feed"]), content_type=XML)
    server.page("/map", sitemap("/a"), content_type=XML)
    feed = poll(feed_at())
    assert (feed.error_message, urls()) == ("", ["a"])
    assert len(server.requests) <= feedreading.MOST_SITEMAPS + 1
    assert "left out" in feed.note


def test_a_huge_index_is_read_in_part_and_says_so(feed_at: FeedAt, server: TestServer) -> None:
    maps = [f"/map{n}" for n in range(200)]
    for name in maps:
        server.page(name, sitemap(f"/story{name[1:]}"), content_type=XML)
    server.page("/feed", sitemap_index(maps), content_type=XML)
    feed = poll(feed_at())
    assert feed.entries_seen == feedreading.MOST_SITEMAPS
    assert {"storymap0", "storymap199"} <= set(urls())
    assert "180 more of its sitemaps were left out" in feed.note


def test_a_sitemap_of_an_index_that_cannot_be_read_stops_none_of_the_others(
    feed_at: FeedAt, server: TestServer
) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * 60_000_000)
    server.page("/bomb.gz", bomb, content_type="application/gzip")
    server.page("/map", sitemap("/a"), content_type=XML)
    server.page(
        "/feed", sitemap_index(["/bomb.gz", "/gone", "http://10.0.0.1/map.xml", "/map"]), content_type=XML
    )
    feed = poll(feed_at())
    assert (feed.state, urls()) == ("working", ["a"])
    assert feed.note.startswith("3 of its 4 sitemaps could not be read: ")
    server.page("/feed", sitemap_index(["/bomb.gz"]), content_type=XML)
    assert poll(feed).error_code == "too_large"


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


# ---- People ----------------------------------------------------------------------------------------


def test_an_outlets_feed_is_added_once(feed_at: FeedAt, researcher: User) -> None:
    feed = feed_at()
    with pytest.raises(Conflict) as refused:
        add_feed(by=researcher, url=feed.url + "#top", outlet="Other")
    assert (refused.value.code, refused.value.details["current"]) == ("feed_known", {"id": feed.pk})


def test_only_researchers_and_above_may_touch_feeds(feed_at: FeedAt) -> None:
    feed, viewer = feed_at(), make_user(role="viewer")
    for refused in (
        lambda: add_feed(by=viewer, url="https://courier.example/rss"),
        lambda: change_feed(by=viewer, feed_id=feed.pk, name="X"),
        lambda: pause_feed(by=viewer, feed_id=feed.pk),
        lambda: resume_feed(by=viewer, feed_id=feed.pk),
        lambda: poll_feed_now(by=viewer, feed_id=feed.pk),
        lambda: delete_feed(by=viewer, feed_id=feed.pk),
    ):
        with pytest.raises(Refused):
            refused()
    assert Feed.objects.get().name == "Larn news"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"url": "ftp://courier.example/rss"}, "invalid_url"),
        ({"url": ""}, "invalid_url"),
        ({"url": "https://courier.example/rss", "interval": 4}, "interval_out_of_range"),
        ({"url": "https://courier.example/rss", "interval": 1441}, "interval_out_of_range"),
        ({"url": "https://courier.example/rss", "first_entries": 501}, "too_many_first_entries"),
    ],
)
def test_a_feed_that_cannot_be_is_refused_with_a_sentence(
    researcher: User, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        add_feed(by=researcher, **given)
    assert refused.value.code == code
    assert not Feed.objects.exists()


def test_a_feed_without_a_named_outlet_is_of_the_site_it_is_on(researcher: User) -> None:
    feed = add_feed(by=researcher, url="https://www.courier.example/rss")
    assert (feed.outlet.name, feed.outlet.domain, feed.name) == (
        "courier.example",
        "courier.example",
        "www.courier.example/rss",
    )


def test_imports_of_somebody_who_left_pause_the_feed_until_another_takes_it_over(
    feed_at: FeedAt, server: TestServer
) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = feed_at(by=make_user("gone", "researcher"))
    User.objects.filter(username="gone").update(is_active=False)
    feed = poll(feed)
    assert (feed.active, feed.error_code) == (False, "owner_may_not_import")
    heir = make_user("heir", "researcher")
    resume_feed(by=heir, feed_id=feed.pk)
    poll(feed)
    assert ImportJob.objects.get().created_by == heir


def test_a_pause_during_a_poll_holds(
    feed_at: FeedAt, server: TestServer, researcher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = feed_at()
    read = polling.read_feed_at

    def meanwhile(*args: Any, **named: Any) -> Any:
        pause_feed(by=researcher, feed_id=feed.pk)
        return read(*args, **named)

    monkeypatch.setattr(polling, "read_feed_at", meanwhile)
    assert poll(feed).state == "paused"
    assert urls() == ["1"]


def test_what_a_deleted_feed_imported_stays(feed_at: FeedAt, server: TestServer, researcher: User) -> None:
    server.page("/feed", rss(*numbered(2)), content_type=XML)
    feed = poll(feed_at())
    delete_feed(by=researcher, feed_id=feed.pk)
    assert (Feed.objects.count(), FeedEntry.objects.count(), ImportItem.objects.count()) == (0, 0, 2)


def test_a_changed_interval_holds_from_now_on(feed_at: FeedAt, server: TestServer, researcher: User) -> None:
    server.page("/feed", rss(*numbered(1)), content_type=XML)
    feed = poll(feed_at(interval=1440))
    feed = change_feed(
        by=researcher, feed_id=feed.pk, interval=30, name="  Larn  daily ", outlet="Larn Evening"
    )
    assert (feed.interval, feed.pace, feed.name, feed.outlet.name) == (30, 30, "Larn daily", "Larn Evening")
    assert feed.wait <= timedelta(minutes=30)


# ---- Silence ---------------------------------------------------------------------------------------


def test_silence_is_measured_by_the_feeds_own_rhythm(feed_at: FeedAt, server: TestServer) -> None:
    now = timezone.now()
    for path, gap, silent in (("/hourly", timedelta(hours=1), 3), ("/weekly", timedelta(days=7), 70)):
        items = [item(f"{path}/{n}", when=now - gap * n, guid=f"{path}{n}") for n in range(8)]
        server.page(path, rss(*items), content_type=XML)
        feed = poll(feed_at(path, name=path))
        assert feed.silent_after is not None
        assert round((feed.silent_after - now) / timedelta(days=1)) == silent
