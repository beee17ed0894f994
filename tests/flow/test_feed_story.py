"""From an outlet's feed to its claims: added, polled, fetched, read, queued; changed at the outlet, and read again."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Feed, ImportItem
from articles.services.polling import due_feeds, poll_feed
from articles.services.running import run_import_item, undone_items
from claims.choices import State
from claims.models import ClaimState, ExtractionRun
from claims.services import extracting
from tests.factories import make_user
from tests.feeds.pages import article, atom, atom_entry
from tests.fetching.server import TestServer

pytestmark = pytest.mark.django_db

STORY = (
    "The quay at Larn will stay shut until the storm has passed, harbour master Ivo Brandt said on Monday in an "
    "interview with Radio Brook.\n\n"
    "“The quay lost forty metres of its wall,” Brandt said.\n\n"
    "The quay was built in 1931."
)
CORRECTED = STORY.replace("forty", "fourteen")


def work_off() -> None:
    """What beat and the workers would do, until nothing is left to do."""
    for feed in due_feeds():
        poll_feed(feed_id=feed.pk)
    for item in undone_items():
        run_import_item(item_id=item.pk)
    for run in ExtractionRun.objects.filter(state="pending"):
        extracting.extract_version(run_id=run.pk)


def test_what_an_outlet_publishes_comes_in_by_itself(client: Client, settings: Any) -> None:
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        client.force_login(make_user("rosa", "researcher"))
        server.page("/quay", article("Quay at Larn shut", STORY))
        published = datetime(2026, 3, 2, 12, tzinfo=UTC)
        server.page(
            "/feed",
            atom(atom_entry("/quay", f"{published:%Y-%m-%dT%H:%M:%SZ}", "Quay at Larn shut")),
            content_type="application/atom+xml",
        )
        form = {
            "url": server.url("/feed"),
            "outlet": "Larn Courier",
            "name": "Larn Courier",
            "interval": "15",
            "first_entries": "50",
        }
        assert client.post(reverse("feed_create"), {**form, "action": "look"}).status_code == 200
        assert client.post(reverse("feed_create"), {**form, "action": "add"}).status_code == 302
        work_off()

        work = Article.objects.get()
        assert (work.title, work.outlet.name, work.versions.count()) == (
            "Quay at Larn shut",
            "Larn Courier",
            1,
        )
        queued = ClaimState.objects.filter(state=State.QUEUED, outlet=work.outlet)
        assert any("forty metres" in case.claim.text for case in queued)
        feed = Feed.objects.get()
        page = client.get(reverse("feed_detail", args=[feed.pk])).content.decode()
        assert reverse("article_detail", args=[work.pk]) in page

        server.page("/quay", article("Quay at Larn shut", CORRECTED))
        server.page(
            "/feed",
            atom(atom_entry("/quay", "2026-03-02T15:00:00Z", "Quay at Larn shut")),
            content_type="application/atom+xml",
        )
        Feed.objects.update(next_poll_at=timezone.now())
        work_off()
        work.refresh_from_db()
        assert work.versions.count() == 2
        assert "fourteen metres" in work.current.text

        Feed.objects.update(next_poll_at=timezone.now())
        work_off()
        assert (ImportItem.objects.count(), work.versions.count()) == (2, 2)
