"""What other desks have checked: their ClaimReview as it came in, and which of our claims it is about.

None of it is a verdict of this desk, and none of ours is made from it.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from articles.models import Snapshot
from claims.choices import MatchState, PriorImportState
from claims.models.claim import Claim
from claims.models.speaker import Speaker


class PriorImport(models.Model):
    """One request to take in other desks' checks: an address, or a file. Its state in this row is the truth."""

    url = models.TextField(blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What was uploaded, or what the address answered.",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="prior_imports"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=PriorImportState, default=PriorImportState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text="When the worker that has it began.")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Not to be run earlier.")
    total = models.PositiveIntegerField(null=True, blank=True, help_text="Rows, once they were found.")
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0, help_text="Known ones that say something else now.")
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__regex=r"^https?://", file_name="")
                | (Q(url="", snapshot__isnull=False) & ~Q(file_name="")),
                name="prior_import_from_somewhere",
            ),
            models.CheckConstraint(condition=Q(state__in=PriorImportState.values), name="prior_import_state"),
            models.CheckConstraint(
                condition=Q(state="running", leased_until__isnull=False)
                | (~Q(state="running") & Q(leased_until__isnull=True)),
                name="prior_import_running_is_leased",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | (~Q(error_code="") & ~Q(error_message="")),
                name="prior_import_failed_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="prior_import_undone", condition=Q(state__in=["queued", "running"])
            ),
        ]

    def __str__(self) -> str:
        return self.url or self.file_name

    def get_absolute_url(self) -> str:
        return reverse("prior_import", args=[self.pk])

    @property
    def is_undone(self) -> bool:
        return self.state in (PriorImportState.QUEUED, PriorImportState.RUNNING)

    @property
    def done(self) -> int:
        return self.added + self.updated + self.unchanged + self.refused


class PriorProblem(models.Model):
    """A row of an import that was not taken, and why."""

    prior_import = models.ForeignKey(PriorImport, on_delete=models.CASCADE, related_name="problems")
    place = models.PositiveIntegerField(help_text="Its row in what was given, from 1.")
    code = models.CharField(max_length=60)
    message = models.TextField()

    class Meta:
        ordering = ["prior_import", "place"]
        constraints = [
            models.UniqueConstraint(fields=["prior_import", "place"], name="prior_problem_once_a_row"),
        ]

    def __str__(self) -> str:
        return f"Row {self.place}: {self.message}"


class PriorCheck(models.Model):
    """A claim as another desk checked it, in its own words. One that says something else later is a row of its own, which
    supersedes this one."""

    key = models.CharField(
        max_length=64,
        editable=False,
        help_text="Of its address and the claim's words: what makes it the same.",
    )
    text = models.TextField(help_text="The claim, as the other desk puts it.")
    claimant = models.CharField(max_length=300, blank=True, help_text="Who is said to have claimed it.")
    speaker = models.ForeignKey(
        Speaker, on_delete=models.PROTECT, null=True, blank=True, related_name="prior_checks"
    )
    publisher = models.CharField(max_length=300, help_text="The other desk.")
    site = models.CharField(max_length=253, help_text="Its host name without www.")
    url = models.TextField(help_text="Where its check is to be read.")
    title = models.CharField(max_length=300, blank=True)
    rating = models.CharField(max_length=300, help_text="In the other desk's words.")
    rating_value = models.FloatField(null=True, blank=True)
    rating_best = models.FloatField(null=True, blank=True)
    rating_worst = models.FloatField(null=True, blank=True)
    score = models.FloatField(
        null=True,
        blank=True,
        help_text="The rating on a scale from 1 to 5, where the other desk gives both ends of its own.",
    )
    claimed_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True)
    appearances = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Where it was claimed, as the other desk says.",
    )
    search = models.GeneratedField(
        expression=SearchVector("text", config="english"), output_field=SearchVectorField(), db_persist=True
    )
    prior_import = models.ForeignKey(PriorImport, on_delete=models.PROTECT, related_name="checks")
    created_at = models.DateTimeField(auto_now_add=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    replaced_at = models.DateTimeField(null=True, blank=True, help_text="When a later one superseded it.")
    looked_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When the desk's claims were compared with it."
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(replaced_at=None), name="prior_check_once"),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(rating="") & ~Q(publisher=""), name="prior_check_says_what"
            ),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="prior_check_is_somewhere"),
            models.CheckConstraint(
                condition=Q(score__isnull=True)
                | Q(score__gte=1, score__lte=5, rating_best__isnull=False, rating_worst__isnull=False),
                name="prior_check_score_of_a_scale",
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="prior_check_search"),
            models.Index(fields=["site", "-id"], name="prior_check_by_site", condition=Q(replaced_at=None)),
            models.Index(
                fields=["id"],
                name="prior_check_not_looked_up",
                condition=Q(looked_up_at=None, replaced_at=None),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="prior_check_as_it_came", exclude=["speaker", "replaced_at", "looked_up_at", "search"]
            ),
            pgtrigger.Protect(name="prior_check_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.publisher}: {self.text if len(self.text) <= 90 else f'{self.text[:89]}…'}"

    def get_absolute_url(self) -> str:
        return reverse("prior_detail", args=[self.pk])


class PriorMatch(models.Model):
    """That a check elsewhere is of one of the desk's claims: suggested by the workbench, confirmed or rejected by a person."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="prior_matches")
    prior_check = models.ForeignKey(PriorCheck, on_delete=models.PROTECT, related_name="matches")
    state = models.CharField(max_length=10, choices=MatchState, default=MatchState.SUGGESTED)
    nearness = models.FloatField(
        null=True, blank=True, help_text="0 to 1, by words; empty: found by a person."
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "prior matches"
        constraints = [
            models.UniqueConstraint(fields=["claim", "prior_check"], name="prior_match_once"),
            models.CheckConstraint(condition=Q(state__in=MatchState.values), name="prior_match_state"),
            models.CheckConstraint(
                condition=Q(state="suggested", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="suggested") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="prior_match_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.claim_id} and {self.prior_check}"


class PriorLookup(models.Model):
    """A claim that is still to be compared with what other desks checked. Triggers of Claim write it."""

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, primary_key=True, related_name="+")

    def __str__(self) -> str:
        return f"#{self.claim_id}"
