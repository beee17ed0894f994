from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.choices import Stance
from claims.models.claim import Claim


class Evidence(models.Model):
    """A document. The same one used for many claims is one row."""

    url = models.TextField()
    key = models.CharField(max_length=2100, unique=True, editable=False, help_text="The URL as compared.")
    title = models.TextField(blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="evidence_web_address"),
        ]

    def __str__(self) -> str:
        return self.title or self.url


class EvidenceLink(models.Model):
    """A document's stance on a claim. A withdrawn link stays, marked as such."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="links")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence_links")
    stance = models.CharField(max_length=10, choices=Stance)
    quote = models.TextField(blank=True, help_text="The words in the document that matter.")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="evidence_links"
    )
    added_at = models.DateTimeField(auto_now_add=True)
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
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="evidence_link_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.evidence}"
