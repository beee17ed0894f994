from datetime import timedelta

from django.db import models
from django.db.models import Q

from articles.models.article import Article

# How long after a look the next one is: quick while a story is fresh, then ever slower, then never again.
WAITS = (
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
)


class Recheck(models.Model):
    """When an imported page is looked at again, and what the last look found. Narrow: written at every look."""

    class Result(models.TextChoices):
        UNCHANGED = "unchanged", "Unchanged"
        CHANGED = "changed", "New text"
        GONE = "gone", "Gone"
        FAILED = "failed", "Could not be fetched"

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="recheck"
    )
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: not looked at any more.")
    step = models.PositiveSmallIntegerField(
        default=0, help_text="How many looks in a row found nothing new: the wait before the next one."
    )
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True, help_text="The last look.")
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the article was last there to be read."
    )
    gone_since = models.DateTimeField(
        null=True, blank=True, help_text="From the first look that did not find the article any more."
    )
    result = models.CharField(max_length=10, choices=Result, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["", "unchanged", "changed"], error_code="", error_message="")
                | (Q(result__in=["gone", "failed"]) & ~Q(error_code="") & ~Q(error_message="")),
                name="recheck_failed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(result="gone") | Q(gone_since__isnull=False), name="recheck_gone_since"
            ),
            models.CheckConstraint(condition=Q(step__lte=len(WAITS)), name="recheck_step"),
        ]
        indexes = [
            # what is due, for the sweeper
            models.Index(fields=["due_at"], name="recheck_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display() or 'Not looked at again yet'}, next look {self.due_at or 'never'}"
