from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import ArticleVersion, Snapshot
from claims.choices import EvidenceKind, EvidenceOrigin, Stance
from claims.models.claim import Claim


class Evidence(models.Model):
    """A document: a web address, an uploaded file, or a passage of an article. The same one used for many claims is
    one row."""

    origin = models.CharField(
        max_length=10, choices=EvidenceOrigin, default=EvidenceOrigin.URL, db_default=EvidenceOrigin.URL
    )
    url = models.TextField(blank=True)
    key = models.CharField(
        max_length=2100,
        unique=True,
        editable=False,
        help_text="What makes it the same document: the URL as compared, the file's digest, the passage's place.",
    )
    title = models.TextField(blank=True)
    file_name = models.CharField(max_length=255, blank=True, db_default="", help_text="Of an uploaded file.")
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The copy kept last, or the file.",
    )
    version = models.ForeignKey(
        ArticleVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of a passage: the text it is in.",
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="url", url__regex=r"^https?://", version__isnull=True, start__isnull=True)
                | Q(origin="upload", url="", snapshot__isnull=False, version__isnull=True, start__isnull=True)
                | Q(origin="passage", url="", version__isnull=False, start__lt=F("end")),
                name="evidence_is_somewhere",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="evidence_stays_the_document", fields=["origin", "url", "key", "version", "start", "end"])]  # fmt: skip

    def __str__(self) -> str:
        return self.title or self.url or self.file_name or self.get_origin_display()

    @property
    def address(self) -> str:
        """Where a reader gets to see it."""
        if self.url:
            return self.url
        if self.version is not None:
            return reverse("article_detail", args=[self.version.article_id])
        return self.snapshot.get_absolute_url() if self.snapshot else ""


class EvidenceCopy(models.Model):
    """A copy that was kept of a document; one that changed has several."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="copies")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "evidence copies"
        constraints = [
            models.UniqueConstraint(fields=["evidence", "snapshot"], name="evidence_copy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} as of {self.kept_at:%Y-%m-%d}"


class EvidenceLink(models.Model):
    """A document's stance on a claim. A withdrawn link stays, marked as such."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence_links")
    stance = models.CharField(max_length=10, choices=Stance)
    kind = models.CharField(max_length=10, choices=EvidenceKind, blank=True, db_default="")
    quote = models.TextField(blank=True, help_text="The words in the document that matter.")
    accessed_at = models.DateTimeField(
        default=timezone.now, help_text="When whoever linked it had it before them."
    )
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The document as it was when it was linked: the first copy kept from then on.",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_links"
    )
    added_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody last said that it holds as the document is now."
    )
    quote_seen_at = models.DateTimeField(
        null=True, blank=True, help_text="When the quoted words were last found in the document."
    )
    quote_gone_at = models.DateTimeField(
        null=True, blank=True, help_text="From the first look that did not find the quoted words any more."
    )
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "evidence"],
                condition=Q(withdrawn_at=None),
                name="evidence_link_once_per_claim",
            ),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="evidence_link_stance"),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=EvidenceKind.values), name="evidence_link_kind"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="evidence_link_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.evidence}"

    @property
    def flag(self) -> str:
        """What became of the document since it was linked or last looked at, for whoever linked it to see to.

        "gone", "quote_gone" (the words it was linked for), "changed" (where no words are quoted, or they were never found) or "".
        """
        watch = getattr(self.evidence, "watch", None)
        if watch is None or self.withdrawn_at is not None:
            return ""
        since = self.seen_at or self.added_at
        if watch.gone_since and watch.gone_since > since:
            return "gone"
        if self.quote_gone_at is not None:
            return "quote_gone" if self.quote_gone_at > since else ""
        return "changed" if self.quote_seen_at is None and _after(watch.changed_at, since) else ""

    @property
    def changed_elsewhere(self) -> bool:
        """Whether the document says something else since, but the quoted words still stand in it."""
        watch = getattr(self.evidence, "watch", None)
        if watch is None or self.withdrawn_at or self.quote_seen_at is None or self.quote_gone_at:
            return False
        return _after(watch.changed_at, self.seen_at or self.added_at)


def _after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since
