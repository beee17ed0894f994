from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.choices import ProposalKind, ProposalState
from claims.models.claim import Appearance
from claims.models.run import ExtractionRun


class ExtractionProposal(models.Model):
    """What a newer extractor would have otherwise in a text that was read before. Only a person's yes changes anything.

    `before` is how the appearance stood when the proposal was made, `found` what the extractor found: readings, see
    claims.services.readings.
    """

    run = models.ForeignKey(ExtractionRun, on_delete=models.PROTECT, related_name="proposals")
    position = models.PositiveIntegerField(help_text="Its place among the run's proposals, from 1.")
    kind = models.CharField(max_length=10, choices=ProposalKind)
    appearance = models.ForeignKey(
        Appearance,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="proposals",
        help_text="The one to change or to take out; of a new claim, the one that came of it.",
    )
    before = models.JSONField(null=True, blank=True)
    found = models.JSONField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="proposal_position_unique"),
            models.UniqueConstraint(
                fields=["appearance"], condition=Q(state="open"), name="proposal_one_open_per_appearance"
            ),
            models.CheckConstraint(
                condition=Q(kind="add", before__isnull=True, found__isnull=False)
                | Q(kind="change", before__isnull=False, found__isnull=False)
                | Q(kind="remove", before__isnull=False, found__isnull=True),
                name="proposal_readings_fit_kind",
            ),
            models.CheckConstraint(
                condition=~Q(state="open")
                | Q(kind="add", appearance__isnull=True)
                | (~Q(kind="add") & Q(appearance__isnull=False)),
                name="proposal_open_has_its_appearance",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["accepted", "rejected"], decided_by__isnull=False, decided_at__isnull=False
                )
                | Q(state__in=["open", "outdated"], decided_by__isnull=True, decided_at__isnull=True),
                name="proposal_decided_by_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run"], name="proposal_open", condition=Q(state="open")
            ),  # the article's notice
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {(self.found or self.before or {}).get('text', '')[:90]}"
