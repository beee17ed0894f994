"""What the desk knows of a speaker besides what they said: other names, roles, merges, contradictions."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from articles.models import Outlet
from claims.choices import SpeakerKind
from claims.models.claim import Claim
from claims.models.speaker import Speaker


class SpeakerMerge(models.Model):
    """One speaker found to be another, with the numbers of all that moved. A merge that was undone stays, as such."""

    source = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="merges_away")
    target = models.ForeignKey(Speaker, on_delete=models.PROTECT, related_name="merges_here")
    claims = ArrayField(models.BigIntegerField(), default=list, blank=True)
    aliases = ArrayField(models.BigIntegerField(), default=list, blank=True)
    roles = ArrayField(models.BigIntegerField(), default=list, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="speaker_merge_of_another"),
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="speaker_merged_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="speaker_merge_undone_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"speaker {self.source_id} into {self.target_id}"


class SpeakerAlias(models.Model):
    """Another name by which texts call a speaker; `kind` (and `outlet`, of an unnamed source) as texts have it."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=300)
    key = models.CharField(
        max_length=300, editable=False, help_text="The name as compared: case and spaces folded."
    )
    kind = models.CharField(max_length=20, choices=SpeakerKind)
    outlet = models.ForeignKey(Outlet, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    merge = models.ForeignKey(
        SpeakerMerge,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_name",
        help_text="The merge of the speaker whose own name this is.",
    )
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "speaker aliases"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(outlet=None), name="alias_unique"),
            models.UniqueConstraint(
                fields=["outlet", "key"], condition=Q(outlet__isnull=False), name="alias_unnamed_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["person", "organization", "group"], outlet__isnull=True)
                | Q(kind="unnamed", outlet__isnull=False),
                name="alias_outlet_where_due",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="alias_has_name"),
        ]
        indexes = [GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="alias_name_trigram")]

    def __str__(self) -> str:
        return self.name


class SpeakerRole(models.Model):
    """What a speaker was, where, and when; an open end is empty. Both dates are days in the role."""

    speaker = models.ForeignKey(Speaker, on_delete=models.CASCADE, related_name="roles")
    title = models.CharField(max_length=200)
    organization = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = [F("since").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="role_has_title"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="role_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.organization}" if self.organization else self.title


class Contradiction(models.Model):
    """Two claims of one speaker that cannot both be so, as a reviewer says. A withdrawn one stays, marked as such."""

    first = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(help_text="In what they contradict each other.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="contradiction_lower_first"),
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(withdrawn_at=None), name="contradiction_once"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="contradiction_has_note"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="contradiction_withdrawn_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.first_id} / #{self.second_id}"
