"""Where a backlog is going, from how it changed week by week. Pure: no Django.

The weeks that are over are taken for draws of one distribution: with mean m and standard deviation s of n weekly changes, the
change over k weeks to come lies, four times in five, within k·m ± t·s·sqrt(k + k²/n), where t is Student's for n - 1 degrees of
freedom. That is the prediction interval of a sum (Hahn and Meeker, Statistical Intervals, section 4.3): the first term under the
root is the weeks' own scatter, the second how little n weeks tell of m.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

FEWEST_WEEKS = 3
# Student's t, nine tenths of it below: by degrees of freedom, from 2 on.
_T90 = (1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356)


@dataclass(frozen=True, slots=True)
class Expected:
    """The backlog in so many weeks: most likely, and what it lies between four times in five. Never less than nothing."""

    weeks: int
    likely: int
    low: int
    high: int


def forecast(backlog: int, changes: Sequence[int], ahead: int) -> list[Expected]:
    """`changes`: how much the backlog grew in each of the last whole weeks. Empty where they are too few to tell."""
    n = len(changes)
    if n < FEWEST_WEEKS:
        return []
    m, s, t = mean(changes), stdev(changes), _T90[min(n - 3, len(_T90) - 1)]
    return [
        Expected(
            k,
            max(0, round(backlog + k * m)),
            max(0, round(backlog + k * m - t * s * sqrt(k + k * k / n))),
            max(0, round(backlog + k * m + t * s * sqrt(k + k * k / n))),
        )
        for k in range(1, ahead + 1)
    ]


def quantile(buckets: dict[int, int], share: float) -> float | None:
    """The duration, in seconds, that `share` of the stays do not exceed, from how many are in each bucket of StayTally.

    Within a bucket they are taken to be spread evenly, so that it is right to within the bucket: a factor of two.
    """
    total = sum(buckets.values())
    if total <= 0:
        return None
    wanted, before = share * total, 0
    for bucket in sorted(buckets):
        inside = buckets[bucket]
        if inside > 0 and before + inside >= wanted:
            low = 0 if bucket == 0 else 2**bucket
            return float(low + (2 ** (bucket + 1) - low) * (wanted - before) / inside)
        before += inside
    return float(2 ** (max(buckets) + 1))
