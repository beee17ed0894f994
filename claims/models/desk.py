from django.db import models
from django.db.models import Q


class DeskSettings(models.Model):
    """How this desk works: one row, changed by editors. A row that nobody saved stands for the defaults."""

    cross_check = models.BooleanField(
        default=True, help_text="A second reviewer judges every claim without seeing the first one's verdict."
    )
    quorum = models.PositiveSmallIntegerField(default=1, help_text="Editors that have to approve a claim.")
    min_evidence = models.PositiveSmallIntegerField(
        default=2, help_text="Pieces of evidence a verdict needs; fewer need a recorded reason."
    )
    lease_minutes = models.PositiveIntegerField(
        default=60, help_text="How long a claim stays with whoever took it, from their last action on."
    )
    archive_evidence = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The Wayback Machine is asked to save the addresses that are linked as evidence.",
    )
    auto_assign = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Queued claims are given to those who asked for work, whoever has least first.",
    )
    auto_assign_most = models.PositiveSmallIntegerField(
        default=3, db_default=3, help_text="Who has so many claims is given no more."
    )
    labels = models.JSONField(
        default=dict,
        blank=True,
        help_text='Names of verdicts per language: {"de": {"false": "Falsch"}}. Their order and meaning stay.',
    )

    class Meta:
        verbose_name_plural = "desk settings"
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="desk_settings_one_row"),
            models.CheckConstraint(condition=Q(quorum__gte=1), name="desk_settings_quorum"),
            models.CheckConstraint(condition=Q(lease_minutes__gte=1), name="desk_settings_lease"),
            models.CheckConstraint(
                condition=Q(auto_assign_most__gte=1), name="desk_settings_auto_assign_most"
            ),
        ]

    def __str__(self) -> str:
        return "Desk settings"

    @classmethod
    def current(cls) -> "DeskSettings":
        return cls.objects.filter(pk=1).first() or cls(pk=1)
