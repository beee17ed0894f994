from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models import Article, Story
from claims.choices import ExportFormat, ExportState, ExportSubject

UNDONE = (ExportState.QUEUED, ExportState.RUNNING)


def export_storage() -> Storage:
    return storages["exports"]


class Export(models.Model):
    """One file of the desk's work, asked for by somebody and made in the background.

    Its state in this row is the truth; a message is only a nudge. `claimed_at` says which worker's the row is.
    """

    subject = models.CharField(max_length=20, choices=ExportSubject)
    format = models.CharField(max_length=20, choices=ExportFormat)
    filters = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of claims: the answers of the toolbar, field to value, empty ones left out.",
    )
    article = models.ForeignKey(Article, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    story = models.ForeignKey(Story, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=200, help_text="What it is of, in words.")
    bom = models.BooleanField(
        default=False, db_default=False, help_text="A CSV begins with a byte order mark, for spreadsheets."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Begun since it was last asked for.")
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When the worker that has it began.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Things to write, once counted.")
    written = models.PositiveIntegerField(default=0, help_text="Things written so far.")
    lines = models.PositiveIntegerField(default=0, help_text="Rows, lines or annotations in the file.")
    file = models.FileField(storage=export_storage, max_length=200, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the file.")
    as_of = models.DateTimeField(null=True, blank=True, help_text="The moment whose state the file has.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="When the file is deleted.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(subject__in=ExportSubject.values), name="export_subject"),
            models.CheckConstraint(condition=Q(format__in=ExportFormat.values), name="export_format"),
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state"),
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False, claimed_at__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
                name="export_running_is_leased",
            ),
            models.CheckConstraint(
                condition=(Q(state="done") & ~Q(file="") & ~Q(sha256="") & Q(expires_at__isnull=False))
                | (~Q(state="done") & Q(file="")),
                name="export_done_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(error_code="") & ~Q(error_message="")),
                name="export_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["created_by", "-id"], name="export_by_maker"),
            # The sweeper: what is undone, and whose file has had its time
            models.Index(fields=["id"], name="export_undone", condition=Q(state__in=["queued", "running"])),
            models.Index(fields=["expires_at"], name="export_expiry", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("export_detail", args=[self.pk])

    @property
    def is_undone(self) -> bool:
        return self.state in UNDONE
