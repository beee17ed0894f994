"""What the dashboards read: counts kept by triggers in the transaction that changes what is counted (claims.tallying).

`shard` spreads the writers of one count over rows; a reader sums them, and `services.tallies.fold_tallies` joins them.
"""

from django.db import models

from claims import tallying
from claims.choices import ReviewKind, State
from claims.models.claim import Claim


class Tally(models.Model):
    """Counts by one key. Dimensions: see claims.tallying."""

    dimension = models.CharField(max_length=30)
    key = models.CharField(max_length=60)
    shard = models.PositiveSmallIntegerField(default=0)
    n = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["dimension", "key", "shard"], name="tally_unique"),
        ]
        indexes = [
            models.Index(fields=["dimension", "-n"], name="tally_top")
        ]  # the busiest outlets, speakers

    def __str__(self) -> str:
        return f"{self.dimension} {self.key}: {self.n}"


class Stay(models.Model):
    """How long a claim was in a state that it has left since, and for which. Written by the trigger on ClaimState alone."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="stays")
    state = models.CharField(max_length=20, choices=State)
    next = models.CharField(max_length=20, choices=State)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["left_at"], name="stay_left")]  # lists of what was judged on a day
        triggers = tallying.STAY

    def __str__(self) -> str:
        return f"#{self.claim_id}: {self.get_state_display()} until {self.left_at:%Y-%m-%d %H:%M}"


class StayTally(models.Model):
    """Claims that left a state on a day (UTC), by how long they had been there.

    `bucket` b holds stays of 2^b to 2^(b+1) seconds (0: up to two), so that medians can be estimated.
    """

    pk = models.CompositePrimaryKey("day", "state", "bucket", "shard")
    day = models.DateField()
    state = models.CharField(max_length=20, choices=State)
    bucket = models.PositiveSmallIntegerField()
    shard = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    seconds = models.BigIntegerField(help_text="Of all of them together.")

    class Meta:
        verbose_name_plural = "stay tallies"

    def __str__(self) -> str:
        return f"{self.day} {self.state}: {self.n}"


class VerdictTally(models.Model):
    """Current verdicts by the month (its first day, UTC) in which they were given.

    `subject` is the id of an outlet (scopes `outlet` and `own`, its own voice), a speaker or a tag; 0 of the whole desk.
    """

    class Scope(models.TextChoices):
        DESK = "desk"
        OUTLET = "outlet"
        OWN = "own"
        SPEAKER = "speaker"
        TAG = "tag"

    pk = models.CompositePrimaryKey("scope", "subject", "scale", "month", "verdict", "shard")
    scope = models.CharField(max_length=10, choices=Scope)
    subject = models.BigIntegerField()
    scale = models.CharField(max_length=20, choices=ReviewKind)
    month = models.DateField()
    verdict = models.CharField(max_length=20)
    shard = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "verdict tallies"

    def __str__(self) -> str:
        return f"{self.scope} {self.subject} {self.month:%Y-%m} {self.verdict}: {self.n}"


class PairTally(models.Model):
    """How often an author and a cross-checker gave these two answers in a month (UTC)."""

    pk = models.CompositePrimaryKey(
        "month", "kind", "author", "checker", "author_verdict", "checker_verdict", "shard"
    )
    month = models.DateField()
    kind = models.CharField(max_length=20, choices=ReviewKind)
    author = models.BigIntegerField(help_text="An account's id.")
    checker = models.BigIntegerField(help_text="An account's id.")
    author_verdict = models.CharField(max_length=20)
    checker_verdict = models.CharField(max_length=20)
    shard = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "pair tallies"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.author_verdict} / {self.checker_verdict}: {self.n}"
