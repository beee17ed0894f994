"""The tallies as the pages read them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast
from django.urls import reverse

from articles.models import Outlet
from claims.choices import RATING, VERDICTS, AttributionVerdict, ReviewKind, Veracity
from claims.dashboards.figures import Column
from claims.models import Speaker, Tag, Tally, VerdictTally, verdict_choices
from factcheck.lib.prepared import Given, Prepared

TOP = 15
NAMED = {"outlet": Outlet, "speaker": Speaker, "tag": Tag}


@dataclass(frozen=True, slots=True)
class Standing:
    """An outlet, a speaker or a tag with how many claims are its."""

    key: int
    name: str
    claims: int


def counts(*whole: str, since: date | None = None, daily: Sequence[str] = ()) -> dict[str, dict[str, int]]:
    """Dimensions of Tally, their shards summed: those named whole, and `daily` ones from the day `since` on. One query."""
    given = (*whole, *daily, f"{since}") if daily else whole
    found: dict[str, dict[str, int]] = {name: {} for name in (*whole, *daily)}
    for dimension, key, n in _counts(len(whole), len(daily))(*given):
        if n:
            found[dimension][key] = n
    return found


@cache
def _counts(whole: int, daily: int) -> Prepared[Tally]:
    """Of so many dimensions, and of so many from a day on, which is given last."""

    def make(*given: Given) -> QuerySet[Tally, Any]:
        wanted = Q(dimension__in=given[:whole])
        if daily:
            wanted |= Q(dimension__in=given[whole:-1], key__gte=given[-1])
        return (
            Tally.objects.filter(wanted, ~Q(n=0))
            .order_by()
            .values_list("dimension", "key")
            .annotate(Sum("n"))
        )

    return Prepared(make)


def of_keys(dimensions: Iterable[str], keys: Iterable[object]) -> dict[str, dict[str, int]]:
    """These keys of these dimensions. One query."""
    dimensions = list(dimensions)
    found: dict[str, dict[str, int]] = {name: {} for name in dimensions}
    rows = Tally.objects.filter(dimension__in=dimensions, key__in=[str(key) for key in keys]).order_by()
    for dimension, key, n in rows.values_list("dimension", "key").annotate(Sum("n")):
        found[dimension][key] = n
    return found


def busiest(dimension: str, most: int = TOP) -> list[Standing]:
    """Outlets, speakers or tags with most claims. Two queries at most."""
    if dimension == "tag":  # spread over shards, and there are few of them
        totals = dict(_BUSIEST_TAGS()[:most])
        names = dict(Tag.objects.filter(pk__in=totals).values_list("pk", "name"))
        return [Standing(int(key), names[int(key)], n) for key, n in totals.items()]
    return [Standing(*row) for row in _busiest(dimension, most)()]


_BUSIEST_TAGS = Prepared(
    lambda: (
        Tally.objects.filter(dimension="tag")
        .order_by()
        .values_list("key")
        .annotate(total=Sum("n"))
        .filter(total__gt=0)
        .order_by("-total", "key")[:TOP]
    )
)


@cache
def _busiest(dimension: str, most: int) -> Prepared[Tally]:
    named = NAMED[dimension]._default_manager.filter(pk=OuterRef("pk_named")).values("name")[:1]

    return Prepared(
        lambda: (
            Tally.objects.filter(dimension=dimension, n__gt=0)
            .annotate(pk_named=Cast("key", BigIntegerField()))
            .annotate(name=Subquery(named, output_field=CharField()))
            .order_by("-n", F("key"))
            .values_list("pk_named", "name", "n")[:most]
        )
    )


def verdicts_by_month(scope: str, subject: int, scale: str, since: date | None) -> dict[date, Counter[str]]:
    """Current verdicts of one subject, by the month in which they were given. One query."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    rows = _verdicts("month", 1, since is not None)
    for month, verdict, n in rows(*_given(scope, scale, [subject], since)):
        if n:
            found[month][verdict] = n
    return found


def verdicts_of(
    scope: str, subjects: Iterable[int], scale: str, since: date | None
) -> dict[int, Counter[str]]:
    """Current verdicts of each subject. One query."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    asked = list(subjects)
    rows = _verdicts("subject", len(asked), since is not None)
    for subject, verdict, n in rows(*_given(scope, scale, asked, since)) if asked else ():
        if n:
            found[subject][verdict] = n
    return found


def _given(scope: str, scale: str, subjects: list[int], since: date | None) -> tuple[Given, ...]:
    # As plain texts: what a Prepared is given is told apart by its type.
    return (str(scope), str(scale), *subjects, *([since] if since else []))


@cache
def _verdicts(part: str, subjects: int, is_since: bool) -> Prepared[VerdictTally]:
    """Verdicts by `part` of so many subjects: scope, scale, the subjects and, if so, a first month are given."""

    def make(scope: str, scale: str, *given: Any) -> QuerySet[VerdictTally, Any]:
        rows = VerdictTally.objects.filter(scope=scope, scale=scale, subject__in=given[:subjects])
        if is_since:
            rows = rows.filter(month__gte=given[-1])
        return rows.order_by().values_list(part, "verdict").annotate(Sum("n"))

    return Prepared(make)


# ---- What the pages have in common -----------------------------------------------------------------


def verdict_columns(scale: str) -> list[Column]:
    """A column for each verdict of a scale, in its order, in its colour, its score before its name."""
    return [
        Column(value, f"{RATING[Veracity(value)]} {label}" if value in _SCORED else label, True, _tone(value))
        for value, label in verdict_choices(VERDICTS[ReviewKind(scale)])
    ]


_SCORED = {verdict.value for verdict in RATING}
# Attribution has no scale from good to bad, but some of it is good, and some bad.
_TONES = {
    AttributionVerdict.CONFIRMED: "good",
    AttributionVerdict.SECOND_HAND: "scale-4",
    AttributionVerdict.MISQUOTED: "scale-2",
    AttributionVerdict.OUT_OF_CONTEXT: "warn",
    AttributionVerdict.NOT_FOUND: "calm",
    AttributionVerdict.FABRICATED: "bad",
    AttributionVerdict.OWN_VOICE: "accent",
    Veracity.UNPROVEN: "scale-none",
    Veracity.UNVERIFIABLE: "calm",
    Veracity.NOT_CHECKABLE: "accent",
}


def _tone(verdict: str) -> str:
    if verdict in _SCORED:
        return f"scale-{RATING[Veracity(verdict)]}"
    return next(tone for value, tone in _TONES.items() if value.value == verdict)


def claims_address(**filters: object) -> str:
    """The list of the claims that were counted."""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{_claim_list()}?{urlencode(given)}"


@cache
def _claim_list() -> str:
    return reverse("claim_list")  # some hundred times a page


def months_back(today: date, months: int) -> date:
    """The first day of the month that lies so many months back; 0: this one."""
    place = today.year * 12 + today.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def utc_day(now: datetime) -> date:
    return now.astimezone(UTC).date()
