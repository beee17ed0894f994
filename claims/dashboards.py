"""Reads of the editors' dashboard: tallies kept by triggers, and a few rows found by an index.

Nothing here counts or groups claims; what it costs does not grow with them. Days and weeks are UTC, as in
claims.tallying.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import (
    BigIntegerField,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from articles.models import Outlet
from claims.choices import RATING, RunState, State, Veracity
from claims.models import ClaimState, ExtractionRun, Speaker, Tally, verdict_choices
from claims.workflow import reachable_states

TOP = 15
WEEKS = 12
# Age of the queue: a bucket's label, and the age in days at which it begins.
AGES = (("today", 0), ("1–2 days", 1), ("3–7 days", 3), ("8–30 days", 8), ("older", 31))


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart. `key` is what the row counts: a state, a verdict, ..."""

    key: str
    label: str
    n: int
    score: int | None = None  # of a scored verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet or a speaker, with how many claims are its, and how many of those have a verdict."""

    key: int
    name: str
    claims: int
    judged: int


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week: `key` as 2026-W47, `monday` its first day, and what came in and was judged in it."""

    key: str
    monday: date
    claims: int
    reviews: int


@dataclass(frozen=True, slots=True)
class Extraction:
    """Runs that are not done: on their way, and failed."""

    undone: int
    failed: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    states: list[Bar]
    verdicts: list[Bar]
    ages: list[Bar]
    weeks: list[Week]
    outlets: list[Standing]
    speakers: list[Standing]
    oldest: ClaimState | None  # the claim that has been in the queue longest
    extraction: Extraction

    @property
    def claims(self) -> int:
        return sum(bar.n for bar in self.states)

    @property
    def queued(self) -> int:
        return next(bar.n for bar in self.states if bar.key == State.QUEUED)

    @property
    def judged(self) -> int:
        return sum(bar.n for bar in self.verdicts)

    # The longest bar of each chart; at least 1, so that a meter of an empty desk is a meter.

    @property
    def most_in_a_state(self) -> int:
        return _most(self.states)

    @property
    def most_with_a_verdict(self) -> int:
        return _most(self.verdicts)

    @property
    def most_of_an_age(self) -> int:
        return _most(self.ages)

    @property
    def busiest_week(self) -> int:
        return max([1, *(max(week.claims, week.reviews) for week in self.weeks)])


def dashboard(now: datetime | None = None) -> Dashboard:
    """All that the dashboard says about claims: five queries."""
    today = (now or timezone.now()).astimezone(UTC).date()
    mondays = [today - timedelta(days=today.weekday(), weeks=back) for back in range(WEEKS)][::-1]
    counts = _counts(since_week=_week_key(mondays[0]))
    return Dashboard(
        states=[
            Bar(state.value, state.label, counts["state"].get(state, 0))
            for state in State
            if state in reachable_states() or counts["state"].get(state)
        ],
        verdicts=[
            Bar(verdict, label, counts["veracity"].get(verdict, 0), RATING.get(Veracity(verdict)))
            for verdict, label in verdict_choices(Veracity)
        ],
        ages=_ages(counts["queued_on"], today),
        weeks=[
            Week(key, monday, counts["claims_week"].get(key, 0), counts["reviews_week"].get(key, 0))
            for key, monday in ((_week_key(monday), monday) for monday in mondays)
        ],
        outlets=_standings("outlet", Outlet.objects.all()),
        speakers=_standings("speaker", Speaker.objects.all()),
        oldest=ClaimState.objects.filter(state=State.QUEUED)
        .select_related("claim")
        .order_by("entered_at")
        .first(),
        extraction=_extraction(),
    )


def _counts(*, since_week: str) -> dict[str, dict[str, int]]:
    """The small dimensions, their shards summed."""
    whole = ["state", "veracity", "queued_on"]
    weekly = ["claims_week", "reviews_week"]
    tallies = Tally.objects.filter(
        Q(dimension__in=whole) | Q(dimension__in=weekly, key__gte=since_week), ~Q(n=0)
    )
    counts: dict[str, dict[str, int]] = {name: {} for name in whole + weekly}
    for dimension, key, n in tallies.values_list("dimension", "key").annotate(Sum("n")):
        counts[dimension][key] = n
    return counts


def _most(bars: list[Bar]) -> int:
    return max([1, *(bar.n for bar in bars)])


def _week_key(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _ages(queued_on: dict[str, int], today: date) -> list[Bar]:
    counted = [0] * len(AGES)
    for day, n in queued_on.items():
        age = (today - date.fromisoformat(day)).days
        counted[max((place for place, (_, begins) in enumerate(AGES) if age >= begins), default=0)] += n
    return [Bar(f"age-{begins}", label, n) for (label, begins), n in zip(AGES, counted, strict=True)]


def _standings(dimension: str, named: QuerySet[Outlet] | QuerySet[Speaker]) -> list[Standing]:
    """The busiest of a dimension whose keys are primary keys of `named`."""
    judged = Tally.objects.filter(dimension=f"{dimension}_judged", key=OuterRef("key"), shard=0)
    rows = (
        Tally.objects.filter(dimension=dimension, n__gt=0)
        .annotate(
            pk_named=Cast("key", BigIntegerField()),
            judged=Coalesce(Subquery(judged.values("n")[:1]), 0, output_field=IntegerField()),
        )
        .annotate(
            name=Subquery(named.filter(pk=OuterRef("pk_named")).values("name")[:1], output_field=CharField())
        )
        .order_by("-n", F("key"))
    )
    return [
        Standing(pk, name, n, judged)
        for pk, name, n, judged in rows.values_list("pk_named", "name", "n", "judged")[:TOP]
    ]


def _extraction() -> Extraction:
    # Each half is what one of the partial indexes holds.
    undone, failed = Q(state__in=[RunState.PENDING, RunState.RUNNING]), Q(state=RunState.FAILED)
    runs = ExtractionRun.objects.filter(undone | failed)
    return Extraction(**runs.aggregate(undone=Count("pk", filter=undone), failed=Count("pk", filter=failed)))
