"""Verdicts: how many of each, when they were given, and of whose claims."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from claims.choices import RATING, ReviewKind, Veracity
from claims.dashboards.figures import SMALL, Board, Cell, Chart, Column, Value, count, share
from claims.dashboards.reading import (
    TOP,
    Standing,
    busiest,
    claims_address,
    months_back,
    utc_day,
    verdict_columns,
    verdicts_by_month,
    verdicts_of,
)
from claims.models import VerdictTally

PERIODS = {"3": "three months", "12": "twelve months", "24": "two years", "all": "all time"}
MOST_MONTHS = 36  # shown; earlier ones are in the sums
Scope = VerdictTally.Scope


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose verdicts: an outlet's, a speaker's, those with a tag, or the desk's."""

    scope: str = Scope.DESK
    key: int = 0
    name: str = ""

    def listed(self, scale: str) -> dict[str, Value]:
        """The filters of the list of its claims; a speaker is found there by name."""
        return {self.scope: self.name if self.scope == Scope.SPEAKER else self.key} if self.key else {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is narrowed to. `period`: a key of PERIODS."""

    period: str = "12"
    scale: str = ReviewKind.VERACITY
    subject: Subject = Subject()

    def since(self, now: datetime) -> date | None:
        """The first month that counts; the present one is the last."""
        return None if self.period == "all" else months_back(utc_day(now), int(self.period) - 1)

    def as_query(self) -> dict[str, str]:
        one = self.subject
        told = {"period": self.period, "scale": str(self.scale)}
        return told | ({str(one.scope): str(one.key)} if one.key else {})


def verdicts(asked: Asked, problems: Iterable[str] = (), now: datetime | None = None) -> Board:
    """At most eight queries: of one subject one, of the desk by outlet, speaker and tag as well."""
    since = asked.since(now or timezone.now())
    by_month = verdicts_by_month(asked.subject.scope, asked.subject.key, asked.scale, since)
    charts = [
        by_verdict(asked.subject, asked.scale, by_month, since, _period_in_words(asked.period)),
        over_time(asked.scale, by_month),
    ]
    if not asked.subject.key:
        wanted = (
            [Scope.OUTLET, Scope.SPEAKER, Scope.TAG] if asked.scale == ReviewKind.VERACITY else [Scope.OUTLET]
        )
        charts += [_by_subject(scope, asked.scale, since) for scope in wanted]
    return Board("verdicts", charts, asked.as_query(), list(problems))


def by_verdict(
    subject: Subject, scale: str, by_month: dict[date, Counter[str]], since: date | None, period: str
) -> Chart:
    totals = sum(by_month.values(), Counter[str]())
    whole = totals.total()
    columns = verdict_columns(scale)

    def listed(verdict: str, n: int) -> str:
        if scale != ReviewKind.VERACITY or not n:
            return ""
        given = {"when": "judged", "since": since} if since else {}
        return claims_address(veracity=verdict, **subject.listed(scale), **given)

    return Chart(
        "verdicts",
        "By verdict",
        _in_words(scale, totals, period),
        [
            Column("verdict", "Verdict", wide=True),
            Column("claims", _counted(scale), True, "accent"),
            Column("share", "Share", wide=True),
        ],
        [
            [
                Cell(one.key, one.label),
                Cell(totals[one.key], href=listed(one.key, totals[one.key])),
                Cell(
                    round(totals[one.key] / whole, 4) if whole >= SMALL else None,
                    share(totals[one.key], whole),
                ),
            ]
            for one in columns
        ]
        if whole
        else [],
        tones=[one.tone for one in columns],
        note="Verdicts that stand now, by when they were given. A verdict that is still in cross-check is not among them."
        if scale == ReviewKind.VERACITY
        else "Of each appearance of a claim in a text; a later text of an article that has the words again counts by itself.",
        empty="No verdict fits these filters.",
    )


def over_time(scale: str, by_month: dict[date, Counter[str]]) -> Chart:
    months = _months(by_month)
    columns = verdict_columns(scale)
    used = [one for one in columns if any(by_month[month][one.key] for month in by_month)]
    busiest_month = max(by_month, key=lambda month: by_month[month].total(), default=None)
    return Chart(
        "months",
        "Over time",
        f"Most were given in {busiest_month:%B %Y}: {by_month[busiest_month].total():,}."
        if busiest_month
        else "No verdict fits these filters.",
        [Column("month", "Month", wide=True), *used],
        [
            [
                Cell(f"{month:%Y-%m}", f"{month:%b %Y}"),
                *(Cell(by_month.get(month, Counter())[one.key]) for one in used),
            ]
            for month in months
        ],
        shape="columns",
        empty="No verdict fits these filters.",
    )


def _months(by_month: dict[date, Counter[str]]) -> list[date]:
    """From the first month that has any to the last, with those between."""
    if not by_month:
        return []
    first, last = min(by_month), max(by_month)
    months = [last]
    while months[-1] > first and len(months) < MOST_MONTHS:
        months.append(months_back(months[-1], 1))
    return months[::-1]


_TITLES = {Scope.OUTLET: "By outlet", Scope.SPEAKER: "By speaker", Scope.TAG: "By topic"}
_RECORDS = {Scope.OUTLET: "outlet_record", Scope.SPEAKER: "speaker_record"}


def _by_subject(scope: VerdictTally.Scope, scale: str, since: date | None) -> Chart:
    shown = busiest(scope)
    found = verdicts_of(scope, [one.key for one in shown], scale, since)
    columns = verdict_columns(scale)
    used = [one for one in columns if any(found[one_.key][one.key] for one_ in shown)]
    return Chart(
        f"by_{scope}",
        _TITLES[scope],
        _who_in_words(scope, shown, found),
        [
            Column(str(scope), _TITLES[scope].removeprefix("By ").capitalize(), wide=True),
            *([Column("claims", "Claims")] if scale == ReviewKind.VERACITY else []),
            *used,
        ],
        [
            [
                Cell(one.name, href=_address(scope, one)),
                *(
                    [Cell(one.claims, href=claims_address(**Subject(scope, one.key, one.name).listed(scale)))]
                    if scale == ReviewKind.VERACITY
                    else []
                ),
                *_verdict_cells(scope, one, [column.key for column in used], found[one.key], scale, since),
            ]
            for one in shown
        ],
        shape="stack",
        note=f"Those with most claims, at most {TOP}, in that order. It says who is checked most, and not who is right most often: "
        "desks choose what they check.",
        empty="Nobody yet: they come in with the first claims."
        if scope != Scope.TAG
        else "No claim has a topic yet: reviewers tag them on the review screen.",
    )


def _verdict_cells(
    scope: VerdictTally.Scope,
    one: Standing,
    verdicts: list[str],
    totals: Counter[str],
    scale: str,
    since: date | None,
) -> list[Cell]:
    if scale != ReviewKind.VERACITY:
        return [Cell(totals[verdict]) for verdict in verdicts]
    given = {"when": "judged", "since": since} if since else {}
    # Of some hundred addresses, each row's are alike up to the verdict.
    theirs = claims_address(**Subject(scope, one.key, one.name).listed(scale), **given)
    return [
        Cell(n, href=f"{theirs}&veracity={verdict}") if (n := totals[verdict]) else Cell(n)
        for verdict in verdicts
    ]


def _address(scope: VerdictTally.Scope, one: Standing) -> str:
    if scope in _RECORDS:
        return reverse(_RECORDS[scope], args=[one.key])
    return f"{reverse('dashboard_verdicts')}?tag={one.key}"


def _period_in_words(period: str) -> str:
    return "so far" if period == "all" else f"in the last {PERIODS[period]}"


def _counted(scale: str) -> str:
    return "Claims" if scale == ReviewKind.VERACITY else "Appearances"


def _in_words(scale: str, totals: Counter[str], period: str) -> str:
    whole = totals.total()
    if not whole:
        return "No verdict fits these filters."
    told = count(whole, "claim" if scale == ReviewKind.VERACITY else "appearance")
    if scale != ReviewKind.VERACITY:
        return f"{told} judged {period}: {share(totals['confirmed'], whole)} confirmed at the primary source."
    scored = {RATING[Veracity(key)]: n for key, n in totals.items() if Veracity(key) in RATING}
    upper = scored.get(5, 0) + scored.get(4, 0)
    return f"{told} judged {period}: {share(upper, whole)} true or mostly true."


def _who_in_words(scope: str, shown: list[Standing], found: dict[int, Counter[str]]) -> str:
    judged = sum(found[one.key].total() for one in shown)
    words = {"outlet": "outlet", "speaker": "speaker", "tag": "topic"}[scope]
    return (
        f"{count(len(shown), words)} with most claims; {count(judged, 'verdict')} on theirs."
        if shown
        else "None yet."
    )
