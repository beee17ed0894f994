from django.conf import settings
from django.db import models
from django.db.models import Q


class AnsweredRequest(models.Model):
    """A write that came with an Idempotency-Key, and how it was answered: what is sent again is answered so again.

    The row is of the same transaction as the write, so that neither is there without the other. `sent_sha256` is of the method,
    the address and the body. Kept for KEPT of factcheck.api.answering.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    sent_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty only while it is being answered.")
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answered_request_once_per_key"),
            models.CheckConstraint(condition=~Q(key=""), name="answered_request_has_key"),
        ]
        indexes = [models.Index(fields=["at"], name="answered_request_age")]  # those to be forgotten

    def __str__(self) -> str:
        return self.key
