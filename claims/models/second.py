"""Second opinions: the cross-check, the editors' votes, and corrections of what was published.

What somebody undid stays, marked as undone.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from claims import tallying
from claims.choices import ReviewKind
from claims.models.claim import Claim
from claims.models.review import Review


class CrossCheck(models.Model):
    """A second reviewer's blind judgement of one submission, and whether it agreed with the author's."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="cross_checks")
    round = models.PositiveSmallIntegerField(
        help_text="Of the claim's submissions, the one that was checked."
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "round"], condition=Q(undone_at=None), name="cross_check_once_a_round"
            ),
            models.CheckConstraint(condition=~Q(author=F("checker")), name="cross_check_by_somebody_else"),
        ]
        triggers = tallying.CROSS_CHECK

    def __str__(self) -> str:
        return f"{self.checker} {'agreed' if self.agreed else 'differed'} on #{self.claim_id}"


class VerdictPair(models.Model):
    """What author and cross-checker answered to one question: what agreement is measured on."""

    cross_check = models.ForeignKey(CrossCheck, on_delete=models.CASCADE, related_name="pairs")
    kind = models.CharField(max_length=20, choices=ReviewKind)
    author_review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    checker_review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cross_check", "author_review"], name="verdict_pair_unique"),
        ]
        triggers = tallying.VERDICT_PAIR

    def __str__(self) -> str:
        return f"{self.author_review.verdict_label} / {self.checker_review.verdict_label}"


class Vote(models.Model):
    """An editor's yes to one submission."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="votes")
    round = models.PositiveSmallIntegerField(help_text="Of the claim's submissions, the one voted on.")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "round", "editor"], condition=Q(undone_at=None), name="vote_once_a_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.editor} approves #{self.claim_id}"


class Correction(models.Model):
    """A change of a published verdict: why, when, and what stood before and after. At most one is open per claim."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="corrections")
    reason = models.TextField(help_text="What was found to be wrong.")
    note = models.TextField(blank=True, help_text="What readers are told.")
    before = models.JSONField(default=dict, help_text="Verdict and rationale as they were published.")
    after = models.JSONField(default=dict, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(published_at=None, undone_at=None),
                name="correction_one_open",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | (Q(published_at__isnull=False, published_by__isnull=False) & ~Q(note="")),
                name="correction_published_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"Correction of #{self.claim_id}"
