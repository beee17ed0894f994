import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models import Snapshot
from claims.choices import HopResult, HopRole
from claims.models.claim import Appearance
from claims.models.evidence import Evidence


class HopCheck(models.Model):
    """What somebody found who looked for the statement at one step of its chain. Superseded, never edited.

    The step is known by its role and name, not by a row: an edited chain's hops are written anew, and a check belongs
    to whoever it was that was looked at, wherever in the chain they stand now.
    """

    appearance = models.ForeignKey(Appearance, on_delete=models.PROTECT, related_name="hop_checks")
    role = models.CharField(max_length=10, choices=HopRole)
    name = models.CharField(max_length=300)
    result = models.CharField(max_length=15, choices=HopResult)
    document = models.ForeignKey(
        Evidence,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hop_checks",
        help_text="What is at the link, which is kept and watched as evidence is.",
    )
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The first copy kept of it from then on.",
    )
    wording = models.TextField(blank=True, help_text="The statement as it stands there.")
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hop_checks")
    at = models.DateTimeField(auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=HopRole.values), name="hop_check_role"),
            models.CheckConstraint(condition=Q(result__in=HopResult.values), name="hop_check_result"),
            models.CheckConstraint(
                condition=~Q(result="altered") | ~Q(wording=""), name="hop_check_altered_has_wording"
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | ~Q(note=""), name="hop_check_says_where"
            ),
            models.UniqueConstraint(
                fields=["appearance", "role", "name"],
                condition=Q(supersedes=None),
                name="hop_check_first_of_its_hop",
            ),
        ]
        triggers = [
            # The copy is made later, by a worker.
            pgtrigger.ReadOnly(name="hop_check_append_only", exclude=["snapshot"]),
            pgtrigger.Protect(name="hop_check_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}: {self.get_role_display()} {self.name}"
