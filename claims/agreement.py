"""Reads of how far authors and cross-checkers agree: per scale, per pair of people, per month.

Measured on what both answered before either knew the other's answer (PairTally, kept from VerdictPair); undone cross-checks do
not count. Months are UTC.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from django.db import connection
from django.utils import timezone

from claims.agreeing import nominal_alpha, ordinal_alpha
from claims.choices import RATING, ReviewKind
from factcheck.models import User

FEW = 30  # judgements; below, alpha says little, and is shown as such
MONTHS = 12
# Both sums in one reading: of each pair of people, and of each month.
_ANSWERS = """
    SELECT kind, month, least(author, checker) AS low, greatest(author, checker) AS high, author_verdict, checker_verdict,
           sum(n)::bigint
      FROM claims_pairtally WHERE month >= %s
     GROUP BY GROUPING SETS ((kind, month, author_verdict, checker_verdict),
                             (kind, least(author, checker), greatest(author, checker), author_verdict, checker_verdict))
    HAVING sum(n) <> 0
"""
SCORED = [str(verdict) for verdict in RATING]  # the scale of veracity, from one end to the other

Answers = Counter[tuple[str, str]]  # the author's verdict and the checker's


@dataclass(frozen=True, slots=True)
class Agreement:
    """`judged` questions answered by both, `same` of them alike. `ordinal` is over the `scored` ones: those whose two
    answers are both on the scale from true to false; None for attribution, which has no such order."""

    judged: int
    same: int
    alpha: float | None
    scored: int
    ordinal: float | None

    @property
    def is_few(self) -> bool:
        return self.judged < FEW

    @property
    def is_few_scored(self) -> bool:
        return self.scored < FEW

    @property
    def share(self) -> float:
        return self.same / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: of a scale, and of everybody, of a pair of people, or of a month."""

    kind: str
    who: str
    month: date | None
    agreement: Agreement

    @property
    def kind_label(self) -> str:
        return str(ReviewKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class AgreementView:
    scales: list[Line]
    pairs: list[Line]  # those who judged most together first
    months: list[Line]  # the latest first
    since: date


def agreement_view() -> AgreementView:
    """Of the last MONTHS months: two queries, of as many rows as there are different answers of pairs of people."""
    since = timezone.now().astimezone(UTC).date().replace(day=1)
    for _ in range(MONTHS - 1):
        since = (since.replace(day=1) - timedelta(days=1)).replace(day=1)
    scales: dict[str, Answers] = defaultdict(Counter)
    pairs: dict[tuple[str, int, int], Answers] = defaultdict(Counter)
    months: dict[tuple[str, date], Answers] = defaultdict(Counter)
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [since])
        for kind, month, low, high, one, other, n in cursor.fetchall():
            if month is None:
                pairs[kind, low, high][one, other] += n
            else:
                scales[kind][one, other] += n
                months[kind, month][one, other] += n
    people = User.objects.in_bulk({pk for _, *both in pairs for pk in both})
    return AgreementView(
        scales=[Line(kind, "", None, agreement(kind, scales[kind])) for kind in _kinds(scales)],
        pairs=sorted(
            (
                Line(kind, f"{people[low]}, {people[high]}", None, agreement(kind, answers))
                for (kind, low, high), answers in pairs.items()
            ),
            key=lambda line: (-line.agreement.judged, line.who, line.kind),
        ),
        months=[
            Line(kind, "", month, agreement(kind, months[kind, month]))
            for kind, month in sorted(months, key=lambda key: (-key[1].toordinal(), key[0]))
        ],
        since=since,
    )


def agreement(kind: str, answers: Answers) -> Agreement:
    scored: Answers = Counter()
    if kind == ReviewKind.VERACITY:
        scored.update({pair: n for pair, n in answers.items() if set(pair) <= set(SCORED)})
    return Agreement(
        judged=sum(answers.values()),
        same=sum(n for (one, other), n in answers.items() if one == other),
        alpha=nominal_alpha(answers.items()),
        scored=sum(scored.values()),
        ordinal=ordinal_alpha(scored.items(), SCORED) if scored else None,
    )


def _kinds(found: Iterable[str]) -> list[str]:
    return [kind.value for kind in ReviewKind if kind.value in set(found)]
