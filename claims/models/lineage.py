from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims.choices import LineageKind
from claims.models.claim import Claim


class Lineage(models.Model):
    """What became of a claim that was split or merged: `source` is where `target` came from. What was undone stays, as such."""

    kind = models.CharField(max_length=10, choices=LineageKind)
    source = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="descendants")
    target = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="ancestors")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "lineage"
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="lineage_of_another"),
            models.CheckConstraint(condition=Q(kind__in=LineageKind.values), name="lineage_kind"),
            models.UniqueConstraint(
                fields=["kind", "source", "target"], condition=Q(undone_at=None), name="lineage_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.source_id} {self.get_kind_display().lower()} #{self.target_id}"


def with_merged(claim_id: int) -> Q:
    """What belongs to a claim, or to one that was merged into it: of rows with a `claim`.

    One step is all: what was merged into cannot be merged on before that is undone.
    """
    merged = Lineage.objects.filter(kind=LineageKind.MERGED, target=claim_id, undone_at=None)
    return Q(claim=claim_id) | Q(claim__in=merged.values("source"))
