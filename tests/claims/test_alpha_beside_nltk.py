"""Alpha on random tables, beside what NLTK makes of them."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from nltk.metrics import agreement as nltk

from claims.agreeing import nominal_alpha, ordinal_alpha

ORDER = "54321"
Table = Counter[tuple[str, ...]]


def ordinal(table: Table) -> Callable[[str, str], float]:
    """The ordinal difference between values, as NLTK wants it: of two labels, knowing the whole table."""
    totals = Counter(dict.fromkeys(ORDER, 0))
    for values, times in table.items():
        totals.update({value: times * n for value, n in Counter(values).items()})

    def distance(one: str, other: str) -> float:
        low, high = sorted((ORDER.index(one), ORDER.index(other)))
        between = sum(totals[value] for value in ORDER[low : high + 1])
        return 0.0 if one == other else (between - (totals[one] + totals[other]) / 2) ** 2

    return distance


def by_nltk(table: Table, **distance: Callable[[str, str], float]) -> float:
    rows = [
        (coder, item, value)
        for item, values in enumerate(table.elements())
        for coder, value in enumerate(values)
    ]
    return float(nltk.AnnotationTask(rows, **distance).alpha())


def random_table(rng: random.Random) -> Table:
    """Of two to four people who agree more or less, on a part of the scale or all of it."""
    scale, agreeing = ORDER[: rng.choice([2, 3, 5])], rng.random()
    table: Table = Counter()
    for _ in range(rng.randint(2, 200)):
        first = rng.choice(scale)
        others = [first if rng.random() < agreeing else rng.choice(scale) for _ in range(rng.randint(1, 3))]
        table[(first, *others)] += 1
    return table


def test_alpha_is_what_nltk_says_on_random_tables() -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    rng, compared = random.Random(seed), 0
    for _ in range(200):
        table = random_table(rng)
        nominal = nominal_alpha(table.items())
        if nominal is None:  # all alike: not defined
            continue
        assert nominal == pytest.approx(by_nltk(table), abs=1e-12)
        assert ordinal_alpha(table.items(), ORDER) == pytest.approx(
            by_nltk(table, distance=ordinal(table)), abs=1e-12
        )
        compared += 1
    assert compared > 100
