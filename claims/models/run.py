from django.db import models
from django.db.models import Q

from articles.models import ArticleVersion
from claims.choices import RunState


class ExtractionRun(models.Model):
    """One run of one extractor over one version. Its state in this row is the truth; a message is only a nudge."""

    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, db_index=False, related_name="runs"
    )  # run_unique begins with it
    extractor = models.CharField(max_length=60, help_text="The extractor's version.")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    skipped = models.CharField(max_length=200, blank=True, help_text="Why there was nothing to extract.")
    claims = models.PositiveIntegerField(null=True, blank=True, help_text="How many it found.")
    again = models.BooleanField(
        db_default=False,
        default=False,
        help_text="The text had been read before: what this run finds otherwise is proposed, not stored.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "extractor"], name="run_unique"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state"),
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
                name="run_running_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(error_code="") & ~Q(error_message="")),
                name="run_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], name="run_undone", condition=Q(state__in=["pending", "running"])
            ),
            models.Index(
                fields=["-finished_at"], name="run_failed", condition=Q(state="failed")
            ),  # dashboard
        ]

    def __str__(self) -> str:
        return f"{self.extractor} over version {self.version_id}: {self.state}"
