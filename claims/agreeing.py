"""Krippendorff's alpha: how far people who judged the same things agree, beyond what chance would give. Pure: no Django.

Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), sections C to E. A unit is one thing that was
judged, with the value of everybody who judged it. Each unit of m values adds 1/(m - 1) for every ordered pair of its values to
the coincidences o; n(c) is the sum of a value's row, n of them all. With a difference d² between values,

    alpha = 1 - observed / expected,   observed = sum o(c,k) d²(c,k) / n,   expected = sum n(c) n(k) d²(c,k) / (n (n - 1))

1 is perfect agreement, 0 what chance gives, below 0 worse than that.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

Value = Hashable
# The values of each unit, and how many units have exactly these.
Units = Iterable[tuple[Sequence[Value], int]]
Difference = Callable[[Value, Value], float]


def nominal_alpha(units: Units) -> float | None:
    """For values that are the same or not. None where it is not defined: nothing was judged twice, or all alike."""
    return _alpha(_coincidences(units), lambda _: lambda one, other: float(one != other))


def ordinal_alpha(units: Units, order: Sequence[Value]) -> float | None:
    """For values on a scale, `order` from one end to the other: far apart counts more than near.

    None as `nominal_alpha`. Raises ValueError for a value that is not on the scale.
    """
    place = {value: index for index, value in enumerate(order)}
    coincidences = _coincidences(units)
    if strangers := {value for pair in coincidences for value in pair} - set(place):
        raise ValueError(f"not on the scale: {sorted(map(str, strangers))}")

    def differences(totals: Mapping[Value, float]) -> Difference:
        """The values between two, and half of either end."""

        def squared(one: Value, other: Value) -> float:
            low, high = sorted((place[one], place[other]))
            between = sum(totals.get(value, 0.0) for value in order[low : high + 1])
            ends = totals.get(one, 0.0) + totals.get(other, 0.0)
            return (between - ends / 2) ** 2 if low != high else 0.0

        return squared

    return _alpha(coincidences, differences)


def _coincidences(units: Units) -> dict[tuple[Value, Value], float]:
    found: dict[tuple[Value, Value], float] = defaultdict(float)
    for values, times in units:
        for here, one in enumerate(values):
            for there, other in enumerate(values):
                if here != there:
                    found[one, other] += times / (len(values) - 1)
    return found


def _alpha(
    coincidences: Mapping[tuple[Value, Value], float],
    differences: Callable[[Mapping[Value, float]], Difference],
) -> float | None:
    totals: dict[Value, float] = defaultdict(float)
    for (one, _), n in coincidences.items():
        totals[one] += n
    squared = differences(totals)
    everything = sum(totals.values())
    observed = sum(n * squared(*pair) for pair, n in coincidences.items())
    expected = sum(totals[one] * totals[other] * squared(one, other) for one in totals for other in totals)
    if expected == 0:
        return None
    return 1 - (everything - 1) * observed / expected
