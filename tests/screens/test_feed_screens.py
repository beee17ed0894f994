"""The feed screens in a real browser: with the keyboard, without scripts, and in every window."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from articles.models import Feed
from articles.services.feeds import add_feed
from articles.services.polling import poll_feed
from factcheck.models import User
from tests.factories import make_user
from tests.feeds.pages import item, rss
from tests.fetching.server import TestServer

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Page]
OFFERS = '<!doctype html><html><head><link rel="alternate" type="application/rss+xml" title="All news" href="/rss"></head><body>Hi</body></html>'


@pytest.fixture
def researcher(monkeypatch: pytest.MonkeyPatch) -> User:
    monkeypatch.setattr("articles.services.importing.wake_import_job.delay", lambda _pk: None)
    monkeypatch.setattr("articles.services.feeds.poll_feed_task.delay", lambda _pk: None)
    monkeypatch.setattr("factcheck.heartbeat.last_heartbeat", lambda: {"at": 0.0, "extractor": "1"})
    return make_user("rosa", "researcher")


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        server.page("/", OFFERS)
        server.page("/rss", rss(*(item(f"/{n}", f"Story {n}") for n in range(3))), content_type="text/xml")
        yield server


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_from_a_sites_address_to_a_feed(
    open_browser: Open, researcher: User, server: TestServer, scripts: bool
) -> None:
    page = open_browser(researcher, java_script_enabled=scripts)
    page.goto("/imports/")
    page.get_by_role("navigation", name="Importing").get_by_role("link", name="Feeds").click()
    page.get_by_role("link", name="New feed").first.click()
    page.get_by_label("Address").fill(server.url("/"))
    page.get_by_label("Address").press("Enter")
    expect(page.get_by_text("It offers 1 feed")).to_be_visible()
    page.get_by_role("button", name="Look at this").click()
    expect(page.get_by_text("An RSS feed with 3 entries.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("Larn Courier")
    page.get_by_label("Polled").select_option("60")
    page.get_by_label("Outlet").fill("Larn Courier")
    page.get_by_role("button", name="Add this feed").click()
    expect(page.get_by_text("Its first poll comes in a moment.")).to_be_visible()
    feed = Feed.objects.get()
    assert (feed.interval, feed.name, feed.url) == (60, "Larn Courier", server.url("/rss"))
    poll_feed(feed_id=feed.pk)
    if not scripts:
        page.reload()
    expect(page.get_by_text("Story 2")).to_be_visible()
    expect(page.get_by_text("Working")).to_be_visible()
    expect(page.locator("[hx-trigger]")).to_have_count(0)
    page.get_by_text("Delete this feed").click()
    page.get_by_role("button", name="Delete Larn Courier").click()
    expect(page.get_by_text("No feeds yet")).to_be_visible()


def test_the_keyboard_is_enough(open_browser: Open, researcher: User, server: TestServer) -> None:
    page = open_browser(researcher)
    page.goto("/feeds/")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New feed")).to_be_visible()
    page.get_by_label("Address").fill(server.url("/rss"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("An RSS feed with 3 entries.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Its first poll comes in a moment.")).to_be_visible()
    poll_feed(feed_id=Feed.objects.get().pk)
    page.keyboard.press("p")
    expect(page.get_by_text("Asked for: it is polled in a moment.")).to_be_visible()
    assert Feed.objects.get().is_due


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_their_window(
    open_browser: Open, researcher: User, server: TestServer, width: int, scheme: str
) -> None:
    long = "very-long-word-" * 30
    server.page("/long", rss(item(f"/{long}", long * 2), title=long), content_type="text/xml")
    feed = add_feed(by=researcher, url=server.url("/long"), name=long, outlet=long)
    poll_feed(feed_id=feed.pk)
    Feed.objects.update(
        failures=3, failing_since=timezone.now() - timedelta(days=3), error_code="x", error_message=long
    )
    page = open_browser(researcher, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in (
        "/feeds/",
        "/feeds/new/",
        f"/feeds/{feed.pk}/",
        f"/feeds/{feed.pk}/change/",
        "/dashboard/",
    ):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    page.goto("/feeds/new/")
    page.get_by_label("Address").fill(server.url("/long"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("An RSS feed with 1 entry.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
