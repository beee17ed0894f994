"""Feeds over the REST API."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Feed, ImportItem
from articles.services.feeds import add_feed
from articles.services.polling import poll_feed
from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.feeds.pages import item, rss
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        server.page(
            "/rss", rss(item("/a", "A"), item("/b", "B"), item("ftp://x/", "C")), content_type="text/xml"
        )
        yield server


def test_a_feed_is_looked_at_added_polled_paused_and_deleted(
    researcher: CheckedClient, server: TestServer
) -> None:
    server.page(
        "/",
        '<!doctype html><html><head><link rel=alternate type="application/rss+xml" title=News href="/rss"></head></html>',
    )
    page = researcher.post("/api/v1/feeds/look/", {"url": server.url("/")}).json()
    assert (page["kind"], page["feeds"]) == ("page", [{"url": server.url("/rss"), "title": "News"}])
    look = researcher.post("/api/v1/feeds/look/", {"url": server.url("/rss")}).json()
    assert (look["kind"], look["total"], look["entries"][0]["title"], look["known"]) == ("rss", 3, "A", None)
    assert not Feed.objects.exists()

    added = researcher.post(
        "/api/v1/feeds/", {"url": server.url("/rss"), "outlet": "Lakeside Post", "first_entries": 1}
    )
    assert added.status_code == 201
    feed = added.json()
    assert added["Location"] == feed["url"]
    assert (
        feed["state"],
        feed["kind"],
        feed["interval"],
        feed["outlet"]["name"],
        feed["owner"]["username"],
    ) == ("new", None, 15, "Lakeside Post", "rosa")

    poll_feed(feed_id=feed["id"])
    feed = researcher.get(feed["url"]).json()
    assert (feed["state"], feed["kind"], feed["last_new"], feed["new_in_24_hours"], feed["entries_seen"]) == (
        "working",
        "rss",
        1,
        1,
        3,
    )
    entries = researcher.get(feed["entries_url"]).json()["results"]
    assert [(entry["title"], entry["item"] is not None, entry["problem"] is None) for entry in entries] == [
        ("A", True, True),
        ("B", False, True),
        ("C", False, False),
    ]
    assert entries[0]["job"] == ImportItem.objects.get().job_id

    again = researcher.post("/api/v1/feeds/", {"url": server.url("/rss")})
    assert (again.status_code, again.json()["code"], again.json()["current"]) == (
        409,
        "feed_known",
        {"id": feed["id"]},
    )

    asked = researcher.post(f"/api/v1/feeds/{feed['id']}/poll/")
    assert asked.status_code == 202
    assert Feed.objects.get().next_poll_at <= timezone.now()
    changed = researcher.patch(feed["url"], {"name": "Renamed", "interval": 60, "active": False}).json()
    assert (changed["name"], changed["interval"], changed["state"], changed["next_poll_at"]) == (
        "Renamed",
        60,
        "paused",
        None,
    )
    assert researcher.post(f"/api/v1/feeds/{feed['id']}/poll/").json()["code"] == "feed_paused"
    assert researcher.get("/api/v1/feeds/?state=paused").json()["results"][0]["id"] == feed["id"]
    assert researcher.get("/api/v1/feeds/?state=working").json()["results"] == []
    assert researcher.patch(feed["url"], {"active": True}).json()["active"] is True

    assert researcher.delete(feed["url"]).status_code == 204
    assert ImportItem.objects.count() == 1
    for answer in (
        researcher.get(feed["url"]),
        researcher.delete(feed["url"]),
        researcher.patch(feed["url"], {"name": "Post"}),
        researcher.get(feed["entries_url"]),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "feed_not_found")


def test_a_failing_feed_says_why(researcher: CheckedClient, server: TestServer) -> None:
    feed = researcher.post("/api/v1/feeds/", {"url": server.url("/nothing")}).json()
    poll_feed(feed_id=feed["id"])
    feed = researcher.get(feed["url"]).json()
    assert (feed["state"], feed["failures"], feed["error"]["code"]) == ("failing", 1, "http_status")


@pytest.mark.parametrize(
    ("given", "code"),
    [({}, "invalid"), ({"url": "ftp://x/"}, "invalid_url"), ({"url": "https://a.example/", "interval": 1}, "invalid"),
     ({"url": "https://a.example/", "first_entries": -1}, "invalid"), ({"url": "x" * 3000}, "invalid")],
)  # fmt: skip
def test_what_cannot_be_a_feed_is_refused(
    researcher: CheckedClient, given: dict[str, Any], code: str
) -> None:
    answer = researcher.post("/api/v1/feeds/", given)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_a_look_inside_is_refused(researcher: CheckedClient, settings: Any) -> None:
    settings.FETCH_ALLOW_ADDRESSES = []
    answer = researcher.post("/api/v1/feeds/look/", {"url": "http://127.0.0.1/"})
    assert (answer.status_code, answer.json()["code"]) == (400, "forbidden_address")


def test_viewers_only_read(researcher: CheckedClient, viewer: CheckedClient, server: TestServer) -> None:
    feed = researcher.post("/api/v1/feeds/", {"url": server.url("/rss")}).json()
    assert viewer.get("/api/v1/feeds/").json()["results"][0]["id"] == feed["id"]
    for answer in (
        viewer.post("/api/v1/feeds/", {"url": server.url("/x")}),
        viewer.post("/api/v1/feeds/look/", {"url": server.url("/x")}),
        viewer.patch(feed["url"], {"active": False}),
        viewer.delete(feed["url"]),
        viewer.post(f"/api/v1/feeds/{feed['id']}/poll/"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required")


def test_lists_ask_as_many_questions_for_many_feeds_as_for_one(
    researcher: CheckedClient, django_assert_num_queries: Any
) -> None:
    by = User.objects.get(username="rosa")
    for n in range(12):
        add_feed(by=by, url=f"https://a.example/{n}", outlet="Lakeside Post")
    with django_assert_num_queries(4):  # the key, the ids, the feeds, what is new in them
        assert len(researcher.get("/api/v1/feeds/").json()["results"]) == 12
