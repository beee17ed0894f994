"""Reads of how far authors and cross-checkers agree: per scale, per pair of people, per month.

Measured on what both answered before either knew the other's answer (VerdictPair); undone cross-checks do not count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils import timezone

from claims.agreeing import nominal_alpha, ordinal_alpha
from claims.choices import RATING, ReviewKind
from claims.models import VerdictPair
from factcheck.models import User

FEW = 30  # judgements; below, alpha says little, and is shown as such
MONTHS = 12
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
    month: datetime | None
    agreement: Agreement

    @property
    def kind_label(self) -> str:
        return str(ReviewKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class AgreementView:
    scales: list[Line]
    pairs: list[Line]  # those who judged most together first
    months: list[Line]  # the latest first
    since: datetime


def agreement_view() -> AgreementView:
    """Of the last MONTHS months: two queries, of as many rows as there are different answers of pairs of people."""
    since = timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS - 1):
        since = (since.replace(day=1) - timedelta(days=1)).replace(day=1)
    counted = (
        VerdictPair.objects.filter(cross_check__undone_at=None, cross_check__at__gte=since)
        .annotate(month=TruncMonth("cross_check__at"))
        .order_by()
        .values_list(
            "kind",
            "cross_check__author",
            "cross_check__checker",
            "month",
            "author_review__verdict",
            "checker_review__verdict",
        )
        .annotate(n=Count("pk"))
    )
    scales: dict[str, Answers] = defaultdict(Counter)
    pairs: dict[tuple[str, int, int], Answers] = defaultdict(Counter)
    months: dict[tuple[str, datetime], Answers] = defaultdict(Counter)
    for kind, author, checker, month, one, other, n in counted:
        low, high = sorted((author, checker))
        for answers in (scales[kind], pairs[kind, low, high], months[kind, month]):
            answers[one, other] += n
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
            for kind, month in sorted(months, key=lambda key: (-key[1].timestamp(), key[0]))
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


def table(view: AgreementView) -> Iterable[Sequence[object]]:
    """All of it as rows of one table, the heading first."""
    yield "scale", "pair", "month", "judged", "same", "alpha_nominal", "scored", "alpha_ordinal", "few"
    for line in (*view.scales, *view.pairs, *view.months):
        one = line.agreement
        yield (
            line.kind,
            line.who,
            f"{line.month:%Y-%m}" if line.month else "",
            one.judged,
            one.same,
            "" if one.alpha is None else round(one.alpha, 4),
            one.scored,
            "" if one.ordinal is None else round(one.ordinal, 4),
            "yes" if one.is_few else "no",
        )


def _kinds(found: Iterable[str]) -> list[str]:
    return [kind.value for kind in ReviewKind if kind.value in set(found)]
