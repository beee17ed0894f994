"""Desk now: what waits, since when, for whom, and what is broken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q, Value
from django.urls import reverse
from django.utils import timezone

from articles.feedqueries import TroubledFeed, troubled_feeds
from articles.queries import FAILING_DAYS, FailingImports, failing_imports
from claims.choices import DONE, Due, ReviewStage, RunState, State
from claims.dashboards.figures import Board, Cell, Chart, Column, count
from claims.dashboards.reading import claims_address, counts, utc_day
from claims.models import Assignment, ClaimState, ExtractionRun
from claims.workflow import reachable_states
from factcheck.lib.prepared import Prepared, prepared_row

# Age of what waits: a bucket's key and label, and the age in days at which it begins.
AGES = (
    ("today", "Today", 0),
    ("days", "1–2 days", 1),
    ("week", "3–7 days", 3),
    ("month", "8–30 days", 8),
    ("older", "Older", 31),
)
_TONES = ("scale-5", "scale-4", "scale-3", "scale-2", "scale-1")
MOST_DUE = 2_000  # read; more are told as so many or more
MOST_HOLDS = 10
MOST_PEOPLE = 50
SHORT = 110  # characters of a claim


@dataclass(frozen=True, slots=True)
class Extraction:
    """Runs that are not done: on their way, and failed."""

    undone: int
    failed: int


@dataclass(frozen=True, slots=True)
class DeskNow:
    """The board, and what its page says besides. `oldest`: the claim that has been in the queue longest."""

    board: Board
    claims: int
    queued: int
    judged: int
    oldest: ClaimState | None
    extraction: Extraction
    failing: list[FailingImports]
    troubled_feeds: list[TroubledFeed]


_OLDEST = Prepared(
    lambda: (
        ClaimState.objects.filter(state=State.QUEUED)
        .select_related("claim")
        .defer("claim__search")
        .order_by("entered_at")[:1]
    )
)


def desk_now(now: datetime | None = None) -> DeskNow:
    """How the desk stands: nine queries."""
    now = now or timezone.now()
    counted = counts("state", "state_on", "veracity")
    states = counted["state"]
    failing, troubled = failing_imports(), troubled_feeds()
    board = Board(
        "desk",
        [
            _by_state(states),
            _by_age(counted["state_on"], utc_day(now)),
            _due(now),
            _on_hold(states.get(State.ON_HOLD, 0)),
            _people(),
            _imports(failing),
            _feeds(troubled),
        ],
    )
    return DeskNow(
        board=board,
        claims=sum(states.values()),
        queued=states.get(State.QUEUED, 0),
        judged=sum(counted["veracity"].values()),
        oldest=next(iter(_OLDEST()), None),
        extraction=_extraction(),
        failing=failing,
        troubled_feeds=troubled,
    )


def _by_state(states: dict[str, int]) -> Chart:
    shown = [state for state in State if state in reachable_states() or states.get(state)]
    total = sum(states.values())
    open_ = total - sum(states.get(state, 0) for state in DONE)
    return Chart(
        "states",
        "Claims by state",
        f"{count(total, 'claim')}, {open_:,} of them still to be done with." if total else "No claims yet.",
        [Column("state", "State", wide=True), Column("claims", "Claims", True, "accent")],
        [
            [
                Cell(state.value, str(state.label)),
                Cell(n := states.get(state, 0), href=claims_address(state=state.value) if n else ""),
            ]
            for state in shown
        ],
    )


def _by_age(since: dict[str, int], today: date) -> Chart:
    ages: dict[str, list[int]] = {state.value: [0] * len(AGES) for state in State if state not in DONE}
    for key, n in since.items():
        state, day = key.split(" ")
        age = (today - date.fromisoformat(day)).days
        ages[state][
            max((place for place, (_, _, begins) in enumerate(AGES) if age >= begins), default=0)
        ] += n
    queued = ages[State.QUEUED]
    old = sum(queued[3:])
    # A bucket of the table as the list's days.
    spans = [
        {
            "since": today - timedelta(days=AGES[place + 1][2] - 1) if place + 1 < len(AGES) else "",
            "until": today - timedelta(days=begins) if begins else "",
        }
        for place, (_, _, begins) in enumerate(AGES)
    ]
    return Chart(
        "ages",
        "How long they have waited",
        f"{old:,} of {count(sum(queued), 'queued claim')} came into the queue more than a week ago."
        if any(queued)
        else "Nothing waits in the queue.",
        [
            Column("state", "State", wide=True),
            *(Column(key, label, True, tone) for (key, label, _), tone in zip(AGES, _TONES, strict=True)),
        ],
        [
            [
                Cell(state, str(State(state).label)),
                *(
                    Cell(n, href=claims_address(state=state, when="entered", **span) if n else "")
                    for n, span in zip(buckets, spans, strict=True)
                ),
            ]
            for state, buckets in ages.items()
        ],
        shape="stack",
        note="Since they came into the state that they are in, by UTC days.",
    )


# Of the rows of a partial index: claims that have a due date, and are not done.
_DUE = f"""
    SELECT {"".join("count(*) FILTER (WHERE due_at < %s), " for _ in range(4))} count(*)
      FROM (SELECT due_at FROM {ClaimState._meta.db_table}
             WHERE state NOT IN ({", ".join(f"'{state.value}'" for state in DONE)}) AND due_at IS NOT NULL
             ORDER BY due_at LIMIT {MOST_DUE + 1}) AS soonest"""  # noqa: S608 - words of our own


def _due(now: datetime) -> Chart:
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (now, today, today + timedelta(days=1), today + timedelta(days=7))
    # However many claims there are, one row: of how many due dates lie before each end, the last of all.
    before_now, before_today, before_tomorrow, before_week, found = prepared_row(_DUE, *ends)
    spans = {
        Due.OVERDUE: before_now,
        Due.TODAY: before_tomorrow - before_today,
        Due.WEEK: before_week - before_today,
    }
    late, capped = spans[Due.OVERDUE], found > MOST_DUE
    return Chart(
        "due",
        "Due",
        f"{count(late, 'claim is', 'claims are')} overdue." if found else "No open claim has a due date.",
        [Column("due", "Due", wide=True), Column("claims", "Claims", True, "warn")],
        [
            [
                Cell(due.value, str(due.label)),
                Cell(
                    n,
                    f"{n:,}{' or more' if capped else ''}",
                    claims_address(due=due.value) if n else "",
                ),
            ]
            for due, n in spans.items()
        ],
        note="What is due within a week includes today.",
    )


_HOLDS = Prepared(
    lambda: (
        ClaimState.objects.filter(state=State.ON_HOLD, hold_until__isnull=False)
        .select_related("claim")
        .defer("claim__search")
        .order_by("hold_until")[:MOST_HOLDS]
    )
)


def _on_hold(held: int) -> Chart:
    return Chart(
        "holds",
        "On hold",
        f"{count(held, 'claim is', 'claims are')} on hold; those that end first are listed."
        if held
        else "Nothing is on hold.",
        [
            Column("claim", "Claim", wide=True),
            Column("until", "Until", wide=True),
            Column("reason", "Why", wide=True),
        ],
        [
            [
                Cell(case.pk, _short(case.claim.text), reverse("review", args=[case.pk])),
                Cell(*_moment(case.hold_until)),
                Cell(case.hold_reason),
            ]
            for case in _HOLDS()
        ],
        shape="table",
        empty="None of them has a day on which it ends." if held else "Nothing is on hold.",
    )


_PEOPLE = Prepared(
    lambda: (
        Assignment.objects.filter(ended_at=None)
        .order_by()
        .values_list("reviewer__username", "reviewer__first_name", "reviewer__last_name")
        .annotate(
            to_review=Count("pk", filter=Q(stage=ReviewStage.AUTHOR)),
            to_check=Count("pk", filter=Q(stage=ReviewStage.CROSS_CHECK)),
            oldest=Min("taken_at"),
        )
        .order_by("reviewer__username")[:MOST_PEOPLE]
    )
)


def _people() -> Chart:
    """Open leases: as many rows as people have claims in hand."""
    found = _PEOPLE()
    total = sum(row[3] + row[4] for row in found)
    return Chart(
        "people",
        "Who has what",
        f"{count(len(found), 'person has', 'people have')} {count(total, 'claim')} in hand."
        if found
        else "Nobody has a claim in hand.",
        [
            Column("person", "Who", wide=True),
            Column("review", "To review", True, "accent"),
            Column("cross_check", "To cross-check", True, "good"),
            Column("since", "Longest held since", wide=True),
        ],
        [
            [
                Cell(username, f"{first} {last}".strip() or username),
                Cell(review),
                Cell(check),
                Cell(*_moment(oldest)),
            ]
            for username, first, last, review, check, oldest in found
        ],
        shape="stack",
        note="By name; how much somebody has says nothing of how much they do.",
        empty="Nobody has a claim in hand.",
    )


def _imports(failing: list[FailingImports]) -> Chart:
    n = sum(one.n for one in failing)
    return Chart(
        "imports",
        "Imports failing",
        f"{count(n, 'item')} failed in the last {FAILING_DAYS} days."
        if n
        else f"Nothing failed in the last {FAILING_DAYS} days.",
        [
            Column("code", "Why", wide=True),
            Column("items", "Items", True, "bad"),
            Column("message", "For example", wide=True),
            Column("latest", "Latest", wide=True),
        ],
        [
            [
                Cell(one.code),
                Cell(one.n, href=f"{reverse('import_detail', args=[one.job_id])}?state=failed"),
                Cell(one.message),
                Cell(*_moment(one.latest)),
            ]
            for one in failing
        ],
        shape="table",
    )


def _feeds(troubled: list[TroubledFeed]) -> Chart:
    return Chart(
        "feeds",
        "Feeds failing or silent",
        f"{count(len(troubled), 'feed')} failing, paused or silent."
        if troubled
        else "No feed fails or has fallen silent.",
        [
            Column("feed", "Feed", wide=True),
            Column("outlet", "Outlet", wide=True),
            Column("what", "What", wide=True),
            Column("why", "Why", wide=True),
            Column("since", "Since", wide=True),
        ],
        [
            [
                Cell(str(one.feed), href=one.feed.get_absolute_url()),
                Cell(str(one.feed.outlet)),
                Cell(one.what),
                Cell(one.why),
                Cell(*_moment(one.since)),
            ]
            for one in troubled
        ],
        shape="table",
    )


# Each half is what one of the partial indexes holds.
_UNDONE, _FAILED = Q(state__in=[RunState.PENDING, RunState.RUNNING]), Q(state=RunState.FAILED)
_RUNS = Prepared(
    lambda: (
        ExtractionRun.objects.filter(_UNDONE | _FAILED)
        .order_by()
        .values_list(Value(1))  # all in one row
        .annotate(undone=Count("pk", filter=_UNDONE), failed=Count("pk", filter=_FAILED))
    )
)


def _extraction() -> Extraction:
    _, undone, failed = next(iter(_RUNS()), (1, 0, 0))
    return Extraction(undone=undone, failed=failed)


def _moment(at: datetime | None) -> tuple[str | None, str]:
    if at is None:
        return None, ""
    here = timezone.localtime(at)
    return at.isoformat(), f"{here.day} {here:%b %Y %H:%M}"


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
