import pgtrigger
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.urls import reverse


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
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the answer, in HTTP; none for what was uploaded or pasted."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    unreferenced_since = models.DateTimeField(
        null=True,
        editable=False,
        help_text="When nothing referred to it any more, as the collector of snapshots saw it.",
    )

    is_new = False  # nobody had these bytes before: set where they are kept, in that process alone

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="snapshot_sha256_hex"),
        ]
        indexes = [
            models.Index(
                fields=["unreferenced_since"],
                name="snapshot_unreferenced",
                condition=Q(unreferenced_since__isnull=False),
            ),  # the collector
        ]
        triggers = [pgtrigger.ReadOnly(name="snapshot_immutable", exclude=["unreferenced_since"])]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} bytes)"

    def get_absolute_url(self) -> str:
        return reverse("snapshot_detail", args=[self.sha256])
