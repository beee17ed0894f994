from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models.job import ImportJob
from articles.models.snapshot import Snapshot


class Container(models.Model):
    """A file of many articles: a table, JSON lines, a web archive, a ZIP. It becomes items of its job in the background.

    The row says how far that is: `cursor`, `place` and the items made up to there are written together, so that
    whoever reads on after a worker died makes each item once.
    """

    class Kind(models.TextChoices):
        CSV = "csv", "Table"
        JSONL = "jsonl", "JSON lines"
        WARC = "warc", "Web archive"
        ZIP = "zip", "ZIP archive"

    class State(models.TextChoices):
        MAPPING = "mapping", "Waits for its columns"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Being read"
        DONE = "done", "Read"
        FAILED = "failed", "Not read to its end"

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="containers")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="containers")
    kind = models.CharField(max_length=10, choices=Kind)
    file_name = models.CharField(max_length=255)
    outlet_name = models.CharField(
        max_length=200, blank=True, help_text="Of what names no outlet of its own; as given by the importer."
    )
    table = models.JSONField(
        default=dict,
        blank=True,
        help_text="How a table is written: encoding, delimiter, has_header, columns.",
    )
    mapping = models.JSONField(
        default=dict, blank=True, help_text="Which column says what, and the order of day and month in dates."
    )
    columns_sha256 = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Of the columns' names: the next such table is mapped alike.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    cursor = models.PositiveBigIntegerField(default=0, help_text="Where reading goes on, in bytes or files.")
    place = models.PositiveIntegerField(default=0, help_text="The last row, record or file that was read.")
    made = models.PositiveIntegerField(default=0, help_text="Items made of it so far.")
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Begun since it last got any further.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["mapping", "queued", "running", "done", "failed"]),
                name="container_state",
            ),
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
                name="container_running_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(error_code="") & ~Q(error_message="")),
                name="container_failed_says_why",
            ),
        ]
        indexes = [
            # What is undone, for the sweeper
            models.Index(
                fields=["id"], name="container_undone", condition=Q(state__in=["queued", "running"])
            ),
            # How such a table was mapped the last time
            models.Index(
                fields=["columns_sha256", "-id"], name="container_by_columns", condition=~Q(columns_sha256="")
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("container_mapping", args=[self.job_id, self.pk])
