from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from claims import tallying
from claims.models.claim import Claim

TAG_CHARACTERS = 60


class Tag(models.Model):
    """A topic, of the desk's own vocabulary. One that was merged into another stays, and its name finds that one."""

    name = models.CharField(max_length=TAG_CHARACTERS)
    retired_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on no claim gets it; those that have it keep it."
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tag_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="tag_has_name"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="tag_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(retired_at__isnull=False),
                name="tag_merged_is_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClaimTag(models.Model):
    """That a claim is about a topic. Kept beside the case: a claim has many, and the queue's row stays narrow."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="claim_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="claim_tags", db_index=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["claim", "tag"], name="claim_tag_once")]
        indexes = [
            models.Index(fields=["tag", "-claim"], name="claim_by_tag")  # a list narrowed to one tag
        ]
        triggers = tallying.CLAIM_TAG

    def __str__(self) -> str:
        return f"claim {self.claim_id}: {self.tag}"
