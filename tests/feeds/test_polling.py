"""Feeds as the desk sees them: what a poll imports, who may change a feed, and when one has fallen silent."""

import gzip
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Feed, FeedEntry, ImportItem, ImportJob
from articles.services import feedreading, polling
from articles.services.feeds import add_feed, change_feed, delete_feed, pause_feed, poll_feed_now, resume_feed
from factcheck.lib.errors import Conflict, DomainError, Refused
from factcheck.models import User
from tests.factories import make_user
from tests.fetching.server import TestServer

from .conftest import FeedAt, poll, serve_with_validators, urls
from .pages import XML, atom, atom_entry, item, numbered, rss, sitemap, sitemap_index

pytestmark = pytest.mark.django_db


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
