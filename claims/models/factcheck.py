"""What is published about a claim: a fact-check per language, and its editions, which never change."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import CombinedSearchVector, SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from claims.choices import Veracity
from claims.models.claim import Claim
from claims.models.second import Correction

CLAIM_REVIEWED_WANTED = 75  # characters: what platforms show; longer ones are cut by them
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$"
RESERVED_SLUGS = ("claim", "corrections", "data", "search")
_SEARCHED = ("title", "claim_reviewed", "claim_text", "claimant", "summary")


class Writing(models.Model):
    """What an editor writes: the words of a page, as they are edited and as they were published."""

    slug = models.CharField(max_length=100, help_text="The end of the page's address.")
    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True, help_text="What was found, in a sentence or three.")
    body = models.TextField(blank=True, help_text="Limited Markdown, as rationales.")
    claim_reviewed = models.CharField(
        max_length=300,
        blank=True,
        help_text=f"The claim in short, without a verdict: {CLAIM_REVIEWED_WANTED} characters are wanted.",
    )
    unknown = models.TextField(blank=True, help_text="What could not be found out.")
    social = models.CharField(max_length=300, blank=True, help_text="What cards on other sites say.")

    class Meta:
        abstract = True


WORDS = ("slug", "title", "summary", "body", "claim_reviewed", "unknown", "social")


class FactCheck(Writing):
    """A claim's page in one language, as an editor writes it; `current` is what readers see of it.

    `version` counts the writes to it: every write names the one it started from.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="fact_checks")
    language = models.CharField(max_length=20, help_text="BCP 47 in lower case: en, pt-br.")
    version = models.PositiveIntegerField(default=1)
    current = models.OneToOneField(
        "Edition", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True, help_text="The first time.")
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="When readers last saw something else than before."
    )
    retracted_at = models.DateTimeField(null=True, blank=True)
    retraction = models.TextField(blank=True, help_text="Why it was taken back: readers are told.")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "language"], name="fact_check_once_per_language"),
            models.UniqueConstraint(
                fields=["slug"],
                name="fact_check_slug_unique",
                violation_error_message="Another fact-check has this address: change its end.",
            ),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="fact_check_slug"),
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="fact_check_slug_free"),
            models.CheckConstraint(condition=Q(language__regex=LANGUAGE), name="fact_check_language"),
            models.CheckConstraint(
                condition=Q(current__isnull=True, published_at__isnull=True, changed_at__isnull=True)
                | Q(current__isnull=False, published_at__isnull=False, changed_at__isnull=False),
                name="fact_check_published_since",
            ),
            models.CheckConstraint(
                condition=Q(retracted_at__isnull=True, retraction="")
                | (Q(retracted_at__isnull=False, current__isnull=False) & ~Q(retraction="")),
                name="fact_check_retracted_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-changed_at"], name="fact_check_changes", condition=Q(changed_at__isnull=False)
            ),  # the dumps: whether anything changed since
            models.Index(
                fields=["-retracted_at"], name="fact_check_retracted", condition=Q(retracted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Fact-check of #{self.claim_id}"

    def get_absolute_url(self) -> str:
        return reverse("public_fact_check", args=[self.current.slug if self.current else self.slug])


class Edition(Writing):
    """A fact-check as it was published: its words, and in `facts` all else that its page tells. Never changed.

    A correction makes another one. `listed` is on for the one that lists, feeds and searches show: the current one of
    a fact-check that was not retracted. `number` counts a fact-check's editions; one that was undone stays, as such.
    """

    fact_check = models.ForeignKey(FactCheck, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=20)
    base_language = models.CharField(max_length=3, help_text="The language without its region.")
    claim_text = models.TextField()
    claimant = models.TextField(blank=True)
    claim_date = models.DateTimeField(null=True, blank=True)
    veracity = models.CharField(max_length=20, choices=Veracity)
    rating = models.CharField(max_length=100, help_text="What the verdict is called in this language.")
    facts = models.JSONField(help_text="As claims.exports.published.Facts.")
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="editions"
    )
    first_published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    listed = models.BooleanField(default=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    # With English endings cut, as the claims' own, and as written, for every other language.
    search = models.GeneratedField(
        expression=CombinedSearchVector(
            SearchVector(*_SEARCHED, config="english"), "||", SearchVector(*_SEARCHED, config="simple"), None
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["fact_check", "number"], name="edition_number_unique"),
            models.UniqueConstraint(
                fields=["fact_check"], condition=Q(listed=True), name="edition_one_listed"
            ),
            models.CheckConstraint(condition=Q(veracity__in=Veracity.values), name="edition_veracity"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(summary="") & ~Q(claim_reviewed="") & ~Q(rating=""),
                name="edition_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(listed=False), name="edition_undone_not_listed"
            ),
            models.CheckConstraint(condition=Q(slug__regex=SLUG), name="edition_slug"),
        ]
        indexes = [
            models.Index(fields=["slug"], name="edition_by_slug"),
            # lists and feeds, the latest first; in one language; since a day
            models.Index(fields=["-id"], name="edition_listed", condition=Q(listed=True)),
            models.Index(
                fields=["base_language", "-id"], name="edition_by_language", condition=Q(listed=True)
            ),
            models.Index(fields=["first_published_at"], name="edition_by_age", condition=Q(listed=True)),
            models.Index(
                F("id").desc(),
                name="edition_of_correction",
                condition=Q(correction__isnull=False, undone_at__isnull=True),
            ),  # the page of corrections
            models.Index(
                fields=["-undone_at"], name="edition_undone", condition=Q(undone_at__isnull=False)
            ),  # the dumps, again
            GinIndex(fields=["search"], name="edition_search", condition=Q(listed=True)),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="edition_immutable", exclude=["listed", "undone_at", "search"]),
            pgtrigger.Protect(name="edition_stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} (edition {self.number})"


class Dump(models.Model):
    """A file of everything that is published, for other programs; the next one takes its place."""

    class Kind(models.TextChoices):
        JSON = "json", "fact-checks.json"
        CSV = "csv", "fact-checks.csv"
        FEED = "feed", "claimreview.json"

    kind = models.CharField(max_length=10, choices=Kind, primary_key=True)
    file = models.FileField(upload_to="dumps", max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    rows = models.PositiveIntegerField()
    licence = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return str(self.get_kind_display())
