from django.db import models


class Tally(models.Model):
    """Counts for the dashboards, kept by triggers in the transaction that changes what is counted.

    `shard` spreads writers of one busy count over rows; a reader sums them. Dimensions: see claims.tallying.
    """

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
