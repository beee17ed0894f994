from datetime import timedelta

from django.db import models
from django.db.models import Q

from claims.models.evidence import Evidence

# How long after a look at a kept document the next one is; the last of them goes on.
WAITS = tuple(timedelta(days=days) for days in (1, 3, 7, 14, 30, 60, 90))
# How long after a failed one the next try is, while there is no copy yet; after the last of them somebody has to ask.
FIRST_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
)


class EvidenceWatch(models.Model):
    """The looks at a document on the web: when the next is due, and what the last one found. Narrow: written at every look."""

    class Result(models.TextChoices):
        KEPT = "kept", "Kept"
        UNCHANGED = "unchanged", "Unchanged"
        CHANGED = "changed", "Changed"
        GONE = "gone", "Gone"
        FAILED = "failed", "Could not be kept"

    class Archive(models.TextChoices):
        PENDING = "pending", "Being saved"
        SAVED = "saved", "Saved"
        FAILED = "failed", "Not saved"

    evidence = models.OneToOneField(
        Evidence, on_delete=models.CASCADE, primary_key=True, related_name="watch"
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not looked at by itself any more.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    step = models.PositiveSmallIntegerField(default=0, help_text="Quiet looks in a row.")
    attempts = models.PositiveIntegerField(default=0, help_text="Failed looks in a row.")
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="The last look.")
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the document was last there to be read."
    )
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was first seen as it is now, if it was otherwise before."
    )
    gone_since = models.DateTimeField(
        null=True, blank=True, help_text="From the first look that did not find it any more."
    )
    result = models.CharField(max_length=10, choices=Result, blank=True, help_text="Empty: no look yet.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    archive = models.CharField(
        max_length=10, choices=Archive, blank=True, help_text="Empty: the Wayback Machine was not asked."
    )
    archive_due_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is asked next; a worker that asks puts it off."
    )
    archive_attempts = models.PositiveSmallIntegerField(default=0)
    archive_url = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archive_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "evidence watches"
        constraints = [
            models.CheckConstraint(
                condition=(~Q(result__in=["gone", "failed"]) & Q(error_code="", error_message=""))
                | (Q(result__in=["gone", "failed"]) & ~Q(error_code="") & ~Q(error_message="")),
                name="watch_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(result="gone") | Q(gone_since__isnull=False), name="watch_gone_since"
            ),
            models.CheckConstraint(
                condition=Q(archive="saved", archived_at__isnull=False, archive_due_at__isnull=True)
                & ~Q(archive_url="")
                | Q(archive="pending", archive_url="", archive_due_at__isnull=False)
                | Q(archive__in=["", "failed"], archive_url="", archive_due_at__isnull=True),
                name="watch_archive",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="watch_due", condition=Q(due_at__isnull=False)),
            models.Index(
                fields=["archive_due_at"],
                name="watch_archive_due",
                condition=Q(archive_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_result_display() or "Not looked at yet"
