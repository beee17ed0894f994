"""Flow: what came in, was judged and was published, how long things took, and where the backlog is going."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from claims.choices import DONE, State, When
from claims.dashboards.figures import Board, Cell, Chart, Column, count, span
from claims.dashboards.forecast import FEWEST_WEEKS, Expected, forecast, quantile
from claims.dashboards.reading import claims_address, counts, utc_day
from claims.models import StayTally

PERIODS = {"28": "four weeks", "91": "three months", "364": "a year"}  # days, whole weeks
DAILY = 91  # longer periods are told by the week
BACKLOG_WEEKS = 8  # that the forecast rests on
AHEAD = 4  # weeks
FLOWS = ("claims_day", "judged_day", "published_day", "set_aside_day")
FEW_STAYS = 10  # below, a median is shown as resting on few


def flow(days: int, problems: Iterable[str] = (), now: datetime | None = None) -> Board:
    """The last `days` days, today included: three queries."""
    today = utc_day(now or timezone.now())
    began = today - timedelta(days=days - 1)
    monday = today - timedelta(days=today.weekday())
    weeks_began = monday - timedelta(weeks=BACKLOG_WEEKS)
    counted = counts(
        "state", daily=[*FLOWS, "queue_in", "queue_out"], since=min(began, weeks_began, _step_of(began, days))
    )
    return Board(
        "flow",
        [
            _throughput(counted, began, today, days),
            _time_in_states(began),
            _backlog(counted, monday, today),
        ],
        asked={"period": str(days)},
        problems=list(problems),
    )


# ---- Per day or week -------------------------------------------------------------------------------


def _step_of(day: date, days: int) -> date:
    """The day itself, or of a long period the Monday of its week."""
    return day if days <= DAILY else day - timedelta(days=day.weekday())


def _throughput(counted: dict[str, dict[str, int]], began: date, today: date, days: int) -> Chart:
    weekly = days > DAILY
    width = timedelta(days=7 if weekly else 1)
    step, steps = _step_of(began, days), []
    while step <= today:
        steps.append(step)
        step += width
    sums: dict[str, dict[date, int]] = {name: defaultdict(int) for name in FLOWS}
    for name in FLOWS:
        for key, n in counted[name].items():
            sums[name][_step_of(date.fromisoformat(key), days)] += n
    whole = {name: sum(sums[name][one] for one in steps) for name in FLOWS}
    lists = {"judged_day": When.SUBMITTED, "published_day": When.PUBLISHED, "set_aside_day": When.SET_ASIDE}

    def cell(name: str, one: date) -> Cell:
        n, when = sums[name][one], lists.get(name)
        last = min(one + width - timedelta(days=1), today)
        return Cell(n, href=claims_address(when=when.value, since=one, until=last) if n and when else "")

    return Chart(
        "throughput",
        "Claims per week" if weekly else "Claims per day",
        f"{count(whole['claims_day'], 'claim')} came in, {whole['judged_day']:,} were judged, "
        f"{whole['published_day']:,} published and {whole['set_aside_day']:,} set aside in {PERIODS[str(days)]}.",
        [
            Column("week" if weekly else "day", "Week of" if weekly else "Day", wide=True),
            Column("in", "Came in", True, "accent"),
            Column("judged", "Judged", True, "good"),
            Column("published", "Published", True, "warn"),
            Column("set_aside", "Set aside", True, "calm"),
        ],
        [
            [Cell(one.isoformat(), f"{one.day} {one:%b %Y}"), *(cell(name, one) for name in FLOWS)]
            for one in steps
        ],
        shape="lines",
        note="Judged: a verdict was submitted; one that was sent back and submitted again counts again. Published: corrections "
        "aside. Set aside: dismissed, or a duplicate. The list behind a number has each claim once.",
    )


# ---- Time in each state ----------------------------------------------------------------------------


def _time_in_states(began: date) -> Chart:
    rows = StayTally.objects.filter(day__gte=began).order_by()
    buckets: dict[str, dict[int, int]] = defaultdict(dict)
    seconds: dict[str, int] = defaultdict(int)
    for state, bucket, n, total in rows.values_list("state", "bucket").annotate(Sum("n"), Sum("seconds")):
        if n > 0:
            buckets[state][bucket] = n
            seconds[state] += total
    shown = [state for state in State if buckets[state] and state not in DONE]
    lines = []
    for state in shown:
        n = sum(buckets[state].values())
        median, ninth = quantile(buckets[state], 0.5) or 0.0, quantile(buckets[state], 0.9) or 0.0
        few = " (few)" if n < FEW_STAYS else ""
        lines.append(
            [
                Cell(state.value, str(state.label)),
                Cell(n),
                Cell(round(median), f"{span(median)}{few}"),
                Cell(round(ninth), span(ninth)),
                Cell(round(seconds[state] / n), span(seconds[state] / n)),
            ]
        )
    queue = next((line[2].shown for line in lines if line[0].value == State.QUEUED), "")
    return Chart(
        "stays",
        "Time in each state",
        f"Half of the claims that left the queue had been there for about {queue} or less."
        if queue
        else "No claim left the queue in this period.",
        [
            Column("state", "State", wide=True),
            Column("left", "Claims that left"),
            Column("median_seconds", "Half within about", True, "accent"),
            Column("p90_seconds", "Nine in ten within about", True, "warn"),
            Column("mean_seconds", "Mean"),
        ],
        lines,
        shape="durations",
        note="Of claims that left the state in this period. The median is estimated from counts of stays of 2, 4, 8 ... seconds, and "
        "is right to within a factor of two; the mean is exact.",
        empty="No claim left a state in this period.",
    )


# ---- Backlog ---------------------------------------------------------------------------------------


def _backlog(counted: dict[str, dict[str, int]], monday: date, today: date) -> Chart:
    """The queue at the end of each of the last weeks, as it changed since, and of those to come."""
    backlog = counted["state"].get(State.QUEUED, 0)
    changed: dict[date, int] = defaultdict(int)  # by Monday
    for name, sign in (("queue_in", 1), ("queue_out", -1)):
        for key, n in counted[name].items():
            day = date.fromisoformat(key)
            changed[day - timedelta(days=day.weekday())] += sign * n
    mondays = [monday - timedelta(weeks=back) for back in range(BACKLOG_WEEKS, 0, -1)]
    while mondays and mondays[0] not in changed:  # the desk was not there yet, or nothing happened
        mondays.pop(0)
    sizes, size = {today: backlog}, backlog - changed[monday]
    for one in reversed(mondays):
        sizes[one + timedelta(days=6)] = max(0, size)
        size -= changed[one]
    changes = [changed[one] for one in mondays]
    expected = forecast(backlog, changes, AHEAD)
    rows = [
        [
            Cell(day.isoformat(), f"{day.day} {day:%b %Y}"),
            Cell(sizes[day]),
            Cell(None),
            Cell(None),
            Cell(None),
        ]
        for day in sorted(sizes)
    ]
    for then in expected:
        day = today + timedelta(weeks=then.weeks)
        told = [Cell(then.likely), Cell(then.low), Cell(then.high)]
        rows.append([Cell(day.isoformat(), f"{day.day} {day:%b %Y}"), Cell(None), *told])
    return Chart(
        "backlog",
        "Backlog, and where it is going",
        _backlog_in_words(backlog, expected),
        [
            Column("day", "At the end of", wide=True),
            Column("queued", "In the queue", True, "accent"),
            Column("likely", "Expected", True, "warn"),
            Column("low", "At least", True, "calm"),
            Column("high", "At most", True, "calm"),
        ],
        rows,
        shape="range",
        note=f"The last {count(len(changes), 'whole week')} say how much the queue changes in a week and how much that varies. The "
        "weeks to come are taken to be like them: the expected line goes on at their mean, and four times in five the queue "
        "should end up between “at least” and “at most”. What nobody has seen yet, such as a day of great news, is not in it."
        if expected
        else f"A forecast needs {FEWEST_WEEKS} whole weeks in which something came into the queue or left it.",
    )


def _backlog_in_words(backlog: int, expected: list[Expected]) -> str:
    now = f"{count(backlog, 'claim waits', 'claims wait')} in the queue"
    if not expected:
        return f"{now}; there is too little history for a forecast."
    last = expected[-1]
    emptied = next((one.weeks for one in expected if one.likely == 0), None)
    if emptied and backlog:
        return f"{now}; as the last weeks went, it is empty in about {count(emptied, 'week')}."
    return (
        f"{now}; as the last weeks went, about {last.likely:,} will in {count(last.weeks, 'week')}, "
        f"between {last.low:,} and {last.high:,} four times in five."
    )
