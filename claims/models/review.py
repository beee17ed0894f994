import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from claims import tallying
from claims.choices import AttributionVerdict, LeaseEnd, ReviewKind, ReviewStage, Veracity
from claims.models.claim import Appearance, Claim
from claims.models.desk import verdict_label


class Assignment(models.Model):
    """A reviewer's lease on a claim, to review it or to cross-check it. At most one is open per claim."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    stage = models.CharField(
        max_length=20, choices=ReviewStage, default=ReviewStage.AUTHOR, db_default=ReviewStage.AUTHOR
    )
    taken_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who handed it over; empty: they took it themselves.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=20, choices=LeaseEnd, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(ended_at=None), name="assignment_one_open"),
            models.CheckConstraint(
                condition=(Q(ended_at__isnull=True, end="")) | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="assignment_end_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer"], name="assignment_mine", condition=Q(ended_at=None)),
            models.Index(fields=["leased_until"], name="assignment_expiry", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer} has #{self.claim_id}"


class Review(models.Model):
    """One judgement by one person. Never edited or deleted: a later one supersedes it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="reviews")
    appearance = models.ForeignKey(
        Appearance,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        help_text="For an attribution verdict.",
    )
    stage = models.CharField(
        max_length=20, choices=ReviewStage, default=ReviewStage.AUTHOR, db_default=ReviewStage.AUTHOR
    )
    round = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="Of the claim's submissions, the one it belongs to."
    )
    kind = models.CharField(max_length=20, choices=ReviewKind)
    verdict = models.CharField(max_length=20)
    rationale = models.TextField(blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="veracity", appearance__isnull=True, verdict__in=Veracity.values)
                | Q(kind="attribution", appearance__isnull=False, verdict__in=AttributionVerdict.values),
                name="review_verdict_fits_kind",
            ),
            models.CheckConstraint(condition=Q(stage__in=ReviewStage.values), name="review_stage"),
            # Two people cannot both start the same line of judgements.
            models.UniqueConstraint(
                fields=["claim", "stage"],
                condition=Q(kind="veracity", supersedes=None),
                name="review_first_veracity",
            ),
            models.UniqueConstraint(
                fields=["appearance", "stage"],
                condition=Q(kind="attribution", supersedes=None),
                name="review_first_attribution",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "-created_at"], name="review_by_reviewer")]
        triggers = [
            pgtrigger.Protect(name="review_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            *tallying.REVIEW,
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.verdict_label}"

    @property
    def verdict_label(self) -> str:
        return verdict_label(self.verdict)
