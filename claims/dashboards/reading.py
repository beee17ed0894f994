"""The tallies as the pages read them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from urllib.parse import urlencode

from django.db.models import BigIntegerField, CharField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast
from django.urls import reverse

from articles.models import Outlet
from claims.choices import RATING, VERDICTS, AttributionVerdict, ReviewKind, Veracity
from claims.dashboards.figures import Column
from claims.models import Speaker, Tag, Tally, VerdictTally, verdict_choices

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
    tallies = Tally.objects.filter(
        Q(dimension__in=whole) | Q(dimension__in=daily, key__gte=f"{since}"), ~Q(n=0)
    ).order_by()
    found: dict[str, dict[str, int]] = {name: {} for name in (*whole, *daily)}
    for dimension, key, n in tallies.values_list("dimension", "key").annotate(Sum("n")):
        if n:
            found[dimension][key] = n
    return found


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
    rows = Tally.objects.filter(dimension=dimension)
    if dimension == "tag":  # spread over shards, and there are few of them
        counted = rows.order_by().values_list("key").annotate(total=Sum("n")).filter(total__gt=0)
        totals = dict(counted.order_by("-total", "key")[:most])
        names = dict(Tag.objects.filter(pk__in=totals).values_list("pk", "name"))
        return [Standing(int(key), names[int(key)], n) for key, n in totals.items()]
    named = NAMED[dimension]._default_manager.filter(pk=OuterRef("pk_named")).values("name")[:1]
    found = (
        rows.filter(n__gt=0)
        .annotate(pk_named=Cast("key", BigIntegerField()))
        .annotate(name=Subquery(named, output_field=CharField()))
        .order_by("-n", F("key"))
    )
    return [Standing(*row) for row in found.values_list("pk_named", "name", "n")[:most]]


def verdicts_by_month(scope: str, subject: int, scale: str, since: date | None) -> dict[date, Counter[str]]:
    """Current verdicts of one subject, by the month in which they were given. One query."""
    found: dict[date, Counter[str]] = defaultdict(Counter)
    rows = _verdicts(scale, since).filter(scope=scope, subject=subject)
    for month, verdict, n in rows.values_list("month", "verdict").annotate(Sum("n")):
        if n:
            found[month][verdict] = n
    return found


def verdicts_of(
    scope: str, subjects: Iterable[int], scale: str, since: date | None
) -> dict[int, Counter[str]]:
    """Current verdicts of each subject. One query."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = _verdicts(scale, since).filter(scope=scope, subject__in=list(subjects))
    for subject, verdict, n in rows.values_list("subject", "verdict").annotate(Sum("n")):
        if n:
            found[subject][verdict] = n
    return found


def _verdicts(scale: str, since: date | None) -> QuerySet[VerdictTally]:
    rows = VerdictTally.objects.filter(scale=scale).order_by()
    return rows if since is None else rows.filter(month__gte=since)


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
