"""Reads of the feed screens, of the API's feeds and of the dashboard's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from articles.models import Feed, FeedEntry
from articles.queries import keyset_page
from factcheck.lib.paging import Page
from factcheck.lib.prepared import Prepared

TROUBLED_SHOWN = 50
STATES = {
    "failing": Q(active=True, failures__gt=0),
    "paused": Q(active=False),
    "working": Q(active=True, failures=0),
}


@dataclass(frozen=True, slots=True)
class FeedRow:
    """`new`: entries that became imports in the last 24 hours."""

    feed: Feed
    new: int

    @property
    def next_poll(self) -> str:
        return next_poll_words(self.feed)


@dataclass(frozen=True, slots=True)
class FeedDetail:
    row: FeedRow
    entries: Page[FeedEntry]


@dataclass(frozen=True, slots=True)
class TroubledFeed:
    """A feed that an editor should know of, and since when: it fails, it was paused for a reason, or it is silent."""

    feed: Feed
    what: str  # "failing", "paused" or "silent"
    since: datetime | None
    why: str


def feed_list(*, state: str = "", before: str = "", after: str = "") -> Page[FeedRow]:
    """Feeds, those added last first, narrowed to a key of STATES: two queries."""
    rows = Feed.objects.select_related("outlet").filter(STATES.get(state, Q()))
    found = keyset_page(rows, before=before, after=after)
    new = new_entries([feed.pk for feed in found.rows])
    return Page([FeedRow(feed, new.get(feed.pk, 0)) for feed in found.rows], found.before, found.after)


def feed_detail(feed_id: int, *, before: str = "", after: str = "") -> FeedDetail | None:
    """One feed with a page of its entries, seen last first; None: there is no such feed. Three queries."""
    feed = Feed.objects.select_related("outlet", "owner").filter(pk=feed_id).first()
    if feed is None:
        return None
    entries: QuerySet[FeedEntry] = FeedEntry.objects.filter(feed=feed)
    entries = entries.select_related("item__version").defer("item__version__text")
    return FeedDetail(
        FeedRow(feed, new_entries([feed.pk]).get(feed.pk, 0)),
        keyset_page(entries, before=before, after=after),
    )


def new_entries(feeds: Sequence[int]) -> dict[int, int]:
    """Per feed, how many of its entries became imports in the last 24 hours; those without any are left out."""
    since = timezone.now() - timedelta(days=1)
    found = FeedEntry.objects.filter(feed__in=feeds, seen_at__gte=since, item__isnull=False).order_by()
    return dict(found.values_list("feed").annotate(Count("pk")))


_BROKEN = Prepared(
    lambda too_long: (
        Feed.objects.select_related("outlet")
        .filter(Q(failing_since__isnull=False) & (Q(failing_since__lte=too_long) | Q(active=False)))
        .order_by("failing_since")[:TROUBLED_SHOWN]
    )
)
_SILENT = Prepared(
    lambda now: (
        Feed.objects.select_related("outlet")
        .filter(active=True, failures=0, silent_after__lt=now)
        .order_by("silent_after")[:TROUBLED_SHOWN]
    )
)


def troubled_feeds() -> list[TroubledFeed]:
    """Feeds that fail for longer than a setting, were paused by what they answered, or are silent beyond their rhythm.

    What failed longest comes first.
    """
    now = timezone.now()
    too_long = now - timedelta(hours=settings.FEED_FAILING_HOURS)
    return [
        *(
            TroubledFeed(feed, "failing" if feed.active else "paused", feed.failing_since, feed.error_message)
            for feed in _BROKEN(too_long)
        ),
        *(
            TroubledFeed(
                feed,
                "silent",
                feed.newest_at,
                "It answers, but has had nothing new for far longer than usual.",
            )
            for feed in _SILENT(now)
        ),
    ]


def next_poll_words(feed: Feed) -> str:
    """When it is polled next, as "in 4 min"; "" for a feed that is paused."""
    if not feed.active:
        return ""
    if feed.state == Feed.State.POLLING:
        return "now"
    minutes = round(feed.wait.total_seconds() / 60)
    if minutes < 1:
        return "in a moment"
    if minutes < 100:
        return f"in {minutes} min"
    hours = round(minutes / 60)
    return f"in {hours} h" if hours < 48 else f"in {round(hours / 24)} days"
