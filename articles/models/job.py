from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models.article import ArticleVersion
from articles.models.snapshot import Snapshot


class ImportJob(models.Model):
    """One request to import."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="import_jobs"
    )
    label = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField(help_text="Items so far: a file of many adds its own as it is read.")
    extract = models.BooleanField(
        default=True, db_default=True, help_text="Whether the texts are read for their claims."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label or f"Import {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])


class ImportItem(models.Model):
    """One URL, text, file or row of a job. Its state in this row is the truth; a queue message is only a nudge."""

    class Kind(models.TextChoices):
        URL = "url", "URL"
        TEXT = "text", "Pasted text"
        FILE = "file", "File"
        ROW = "row", "Row"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Stage(models.TextChoices):
        WAITING = "waiting", "Waiting for the site's turn"
        FETCHING = "fetching", "Fetching"
        PARSING = "parsing", "Reading the page"
        RECORDING = "recording", "Storing"

    class Outcome(models.TextChoices):
        NEW_ARTICLE = "new_article", "New article"
        NEW_VERSION = "new_version", "New version"
        UNCHANGED = "unchanged", "Already here"
        SAME_ADDRESS = "same_address", "Already here: same address"  # not fetched again
        SAME_BYTES = "same_bytes", "Already here: same bytes"  # not read again

    # With an index of its own beside import_item_position_unique, which begins with it: of one over two columns PostgreSQL
    # expects more pages to be read, and reads a job's items by their texts instead.
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    url = models.TextField(blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    outlet_name = models.CharField(
        max_length=200, blank=True, help_text="As given by the importer; else read from the page."
    )
    title = models.TextField(blank=True, help_text="As given by the importer; else read from the page.")
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="As given by the importer; else read from the page."
    )
    published_on = models.DateField(
        null=True, blank=True, help_text="As given by the importer, when the day is all that is known."
    )
    refetch = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text="It is known to have changed: fetched however lately it was.",
    )
    external_id = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="What the importer's own records call it.",
    )
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="import_items"
    )
    container = models.ForeignKey(
        "Container",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="items",
        help_text="The file of many it is of.",
    )
    place = models.PositiveIntegerField(
        null=True, blank=True, help_text="Its row, record or file in the container, from 1."
    )
    offset = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Where it begins in the container as it is read, in bytes."
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    version = models.ForeignKey(
        ArticleVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="import_items"
    )
    key = models.CharField(
        max_length=2100,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="Of the address, once a worker is at it.",
    )
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="duplicates",
        help_text="The item that brought in what this one asks for.",
    )
    queued_at = models.DateTimeField(
        help_text="Enqueued, for the first time or again; not to be run earlier."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    timings = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Milliseconds of the last try: waited, then by stage.",
    )

    class Meta:
        ordering = ["job", "position"]
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="import_item_position_unique"),
            models.CheckConstraint(
                condition=(Q(state="done") & Q(version__isnull=False))
                | (~Q(state="done") & Q(version__isnull=True)),
                name="import_item_done_has_version",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(error_code="") & ~Q(error_message="")),
                name="import_item_failed_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
                name="import_item_running_is_leased",
            ),
            models.CheckConstraint(
                condition=(Q(kind="url") & ~Q(url="")) | (~Q(kind="url") & Q(snapshot__isnull=False)),
                name="import_item_has_something_to_import",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "done", "failed", "cancelled"]),
                name="import_item_state",
            ),
        ]
        indexes = [
            # How a job stands, and its items of one state in their order
            models.Index(fields=["job", "state", "position"], name="import_item_progress"),
            # A job's errors by code, and the items of one code in their order
            models.Index(
                fields=["job", "error_code", "position"],
                name="import_item_errors",
                condition=Q(state="failed"),
            ),
            # What is undone and due, for the sweeper (the next two)
            models.Index(fields=["queued_at"], name="import_item_queued", condition=Q(state="queued")),
            models.Index(fields=["leased_until"], name="import_item_running", condition=Q(state="running")),
            # Who imports this address, or did so lately
            models.Index(fields=["key", "-finished_at"], name="import_item_key", condition=~Q(key="")),
            # What most items have not: the items of a file of many, and what an item's end made of others
            models.Index(
                fields=["container"], name="import_item_container", condition=Q(container__isnull=False)
            ),
            models.Index(
                fields=["duplicate_of"],
                name="import_item_duplicates",
                condition=Q(duplicate_of__isnull=False),
            ),
            # For the dashboard. That it names the time as well keeps it from being read whole for the failed items of one job
            models.Index(
                fields=["-finished_at"],
                name="import_item_failed",
                condition=Q(state="failed", finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.ROW:
            return self.title or self.url or f"Row {self.place}"
        return self.url or self.file_name or self.title or f"Item {self.position}"
