"""What was published: outlets, articles, their immutable texts, and the jobs that bring them in."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Lower, Upper
from django.urls import reverse


class Outlet(models.Model):
    """Who publishes: a newspaper, a site, a broadcaster, a news agency."""

    name = models.CharField(max_length=200)
    domain = models.CharField(
        max_length=253,
        blank=True,
        help_text="The site's host name without www., used to recognise its pages.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="outlet_name_unique",
                violation_error_message="There is an outlet of this name already.",
            ),
            models.UniqueConstraint(
                fields=["domain"],
                condition=~Q(domain=""),
                name="outlet_domain_unique",
                violation_error_message="This domain belongs to another outlet already.",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="outlet_has_name"),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="outlet_domain_lower_case"),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="outlet_name_trigram"),  # typeahead
        ]

    def __str__(self) -> str:
        return self.name


def snapshot_storage() -> Storage:
    return storages["snapshots"]


class Snapshot(models.Model):
    """Bytes as fetched or uploaded, kept once per content, gzipped on the `snapshots` storage."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    size = models.PositiveIntegerField(help_text="Bytes, before compression.")
    media_type = models.CharField(max_length=100, blank=True)
    charset = models.CharField(max_length=40, blank=True)
    file = models.FileField(storage=snapshot_storage, max_length=100)
    url = models.TextField(blank=True, help_text="Where these bytes were first fetched from.")
    headers = models.JSONField(default=dict, blank=True)
    redirects = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_sha256_hex"),
        ]
        triggers = [pgtrigger.ReadOnly(name="snapshot_immutable")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"


class Article(models.Model):
    """A work; its texts are ArticleVersions. Title and dates here are those of the current version."""

    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, related_name="articles")
    key = models.CharField(
        max_length=2100,
        unique=True,
        editable=False,
        help_text="What makes it this work: its canonical URL's key, or its outlet and text when it has no URL.",
    )
    url = models.TextField(blank=True)
    title = models.TextField(blank=True)
    byline = models.TextField(blank=True)
    language = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="The instant, when the page gives one."
    )
    published_on = models.DateField(
        null=True, blank=True, help_text="The day, when that is all the page gives."
    )
    current = models.ForeignKey(
        "ArticleVersion", on_delete=models.PROTECT, null=True, editable=False, related_name="current_of"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"), name="article_title_trigram"
            ),  # search by title
        ]

    def __str__(self) -> str:
        return self.title or self.url or f"Article {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("article_detail", args=[self.pk])


class ArticleVersion(models.Model):
    """One text of an article, never changed: every span is an offset into it, in Unicode code points."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="1 for the first text of the article, then 2, 3, ...")
    text = models.TextField()
    text_length = models.PositiveIntegerField(
        editable=False, help_text="In code points; kept so that span checks need not read the text."
    )
    sha256 = models.CharField(max_length=64, editable=False, help_text="Of the text in UTF-8.")
    title = models.TextField(blank=True)
    byline = models.TextField(blank=True)
    dateline = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    provenance = models.JSONField(
        default=dict, blank=True, help_text="Per field, where on the page it came from."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_unique"),
            models.UniqueConstraint(fields=["article", "sha256"], name="version_text_unique"),
            models.CheckConstraint(condition=Q(text_length__gt=0), name="version_has_text"),
            models.CheckConstraint(condition=Q(text_length=Length("text")), name="version_text_length"),
            models.CheckConstraint(condition=~Q(text__contains="\r"), name="version_newlines"),
        ]
        indexes = [
            models.Index(fields=["sha256"], name="version_by_text"),  # "have we got this text already?"
        ]
        triggers = [pgtrigger.ReadOnly(name="version_immutable")]

    def __str__(self) -> str:
        return f"{self.title or self.article_id} (version {self.number})"


class ImportJob(models.Model):
    """One request to import."""

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="import_jobs"
    )
    label = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.label or f"Import {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("import_detail", args=[self.pk])


class ImportItem(models.Model):
    """One URL, text or file of a job. Its state in this row is the truth; a queue message is only a nudge."""

    class Kind(models.TextChoices):
        URL = "url", "URL"
        TEXT = "text", "Pasted text"
        FILE = "file", "File"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    class Stage(models.TextChoices):
        FETCHING = "fetching", "Fetching"
        PARSING = "parsing", "Reading the page"
        RECORDING = "recording", "Storing"

    class Outcome(models.TextChoices):
        NEW_ARTICLE = "new_article", "New article"
        NEW_VERSION = "new_version", "New version"
        UNCHANGED = "unchanged", "Already here"

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
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="import_items"
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
    queued_at = models.DateTimeField(
        help_text="Enqueued, for the first time or again; not to be run earlier."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

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
                condition=Q(state__in=["queued", "running", "done", "failed"]), name="import_item_state"
            ),
        ]
        indexes = [
            models.Index(fields=["job", "state"], name="import_item_progress"),
            # What is undone and due, for the sweeper (the next two)
            models.Index(fields=["queued_at"], name="import_item_queued", condition=Q(state="queued")),
            models.Index(fields=["leased_until"], name="import_item_running", condition=Q(state="running")),
            models.Index(
                fields=["-finished_at"], name="import_item_failed", condition=Q(state="failed")
            ),  # dashboard
        ]

    def __str__(self) -> str:
        return self.url or self.file_name or self.title or f"Item {self.position}"
