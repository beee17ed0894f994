from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from articles.models.job import ImportItem
from articles.models.outlet import Outlet

SHORTEST_INTERVAL, LONGEST_INTERVAL = 5, 24 * 60  # minutes
MOST_FIRST_ENTRIES = 500


class Feed(models.Model):
    """An RSS or Atom feed or a sitemap, polled for an outlet. This row says when it is due; a message is only a nudge."""

    class Kind(models.TextChoices):
        RSS = "rss", "RSS"
        ATOM = "atom", "Atom"
        SITEMAP = "sitemap", "Sitemap"
        SITEMAP_INDEX = "sitemap_index", "Sitemap index"

    class State(models.TextChoices):
        """Where a feed stands, as people see it: what the columns below come to."""

        NEW = "new", "Not polled yet"
        POLLING = "polling", "Being polled"
        WORKING = "working", "Working"
        FAILING = "failing", "Failing"
        PAUSED = "paused", "Paused"

    name = models.CharField(max_length=200)
    url = models.TextField()
    key = models.CharField(
        max_length=2100, unique=True, editable=False, help_text="Of the URL: no feed is polled twice."
    )
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="feeds")
    kind = models.CharField(max_length=15, choices=Kind, blank=True, help_text="Found at the first poll.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="feeds",
        help_text="Who added it, or resumed it last: its imports are theirs.",
    )
    active = models.BooleanField(default=True)
    interval = models.PositiveSmallIntegerField(help_text="Minutes between two polls, as a person chose.")
    pace = models.PositiveSmallIntegerField(
        help_text="Minutes between two polls at present: the interval, adapted to how often there is something new."
    )
    first_entries = models.PositiveSmallIntegerField(
        help_text="How many of its newest entries the first poll imports; the others are remembered as seen."
    )
    next_poll_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker polls it until then.")
    poll_started_at = models.DateTimeField(null=True, blank=True)
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of its bytes as last read: the same are not read again.",
    )
    moved_to = models.TextField(blank=True, help_text="Where it says that it moved for good.")
    moved_polls = models.PositiveSmallIntegerField(default=0, help_text="How many polls in a row it said so.")
    polled_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="What there is to know about the last poll that succeeded.")
    last_new = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of the last poll that succeeded."
    )
    entries_seen = models.PositiveIntegerField(default=0)
    newest_at = models.DateTimeField(null=True, blank=True, help_text="When it last had something new.")
    silent_after = models.DateTimeField(
        null=True, blank=True, help_text="By its own rhythm there should have been something new by then."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(url="") & ~Q(key=""), name="feed_is_named"),
            models.CheckConstraint(
                condition=Q(interval__gte=SHORTEST_INTERVAL, interval__lte=LONGEST_INTERVAL),
                name="feed_interval_in_range",
            ),
            models.CheckConstraint(
                condition=Q(leased_until__isnull=True, poll_started_at__isnull=True)
                | Q(leased_until__isnull=False, poll_started_at__isnull=False),
                name="feed_polled_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True)
                | (Q(failures__gt=0, failing_since__isnull=False) & ~Q(error_code="") & ~Q(error_message="")),
                name="feed_failing_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["next_poll_at"], name="feed_due", condition=Q(active=True)),
            # The dashboard (the next two)
            models.Index(
                fields=["failing_since"], name="feed_failing", condition=Q(failing_since__isnull=False)
            ),
            models.Index(fields=["silent_after"], name="feed_silent", condition=Q(active=True)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("feed_detail", args=[self.pk])

    @property
    def state(self) -> State:
        now = timezone.now()
        if self.leased_until and self.leased_until > now:
            return Feed.State.POLLING
        if not self.active:
            return Feed.State.PAUSED
        if self.failures:
            return Feed.State.FAILING
        return Feed.State.WORKING if self.succeeded_at else Feed.State.NEW

    @property
    def is_due(self) -> bool:
        return self.active and self.next_poll_at <= timezone.now()

    @property
    def wait(self) -> timedelta:
        """From now to the next poll; negative when it is overdue."""
        return self.next_poll_at - timezone.now()


class FeedEntry(models.Model):
    """An entry of a feed that was seen: it becomes an import item once, and again when it tells of a change."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(
        max_length=64, help_text="The sha256 of its guid, or of its URL's key where the feed gives none."
    )
    url = models.TextField(blank=True)
    title = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(
        null=True, blank=True, help_text="Its latest change, as the feed tells it."
    )
    seen_at = models.DateTimeField(help_text="When it was seen first.")
    item = models.ForeignKey(
        ImportItem,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="feed_entries",
        help_text="What imports it, the latest where there were several; none if it is only remembered.",
    )
    problem = models.TextField(blank=True, help_text="Why it cannot be imported.")

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="feed_entry_unique")]
        indexes = [
            models.Index(
                fields=["feed", "seen_at"], name="feed_entry_imported", condition=Q(item__isnull=False)
            ),  # "new in 24 h"
        ]
        verbose_name_plural = "feed entries"

    def __str__(self) -> str:
        return self.title or self.url or f"Entry {self.pk}"
