import pgtrigger
from django.conf import settings
from django.db import models

from claims.models.claim import Claim


class AuditEvent(models.Model):
    """Who did what, when, from what to what. The database refuses to change or delete one."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the workbench itself.",
    )
    verb = models.CharField(max_length=40)
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="audit_events"
    )
    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["claim", "-id"], name="audit_by_claim"),
            models.Index(fields=["object_type", "object_id"], name="audit_by_object"),
            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
        ]
        triggers = [
            pgtrigger.Protect(name="audit_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"
