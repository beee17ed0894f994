"""What a list of claims is narrowed to, and how it is narrowed so that it stays quick."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from articles.models import Outlet
from claims import permissions
from claims.choices import DONE, Due, Edited, Form, Mine, State, Veracity, When
from claims.models import Assignment, Claim, ClaimState, ClaimTag, Speaker, Stay, Tag, Vote
from factcheck.lib.keys import read_key
from factcheck.models import User

# A part of a name stands for at most so many speakers, the first by name.
SPEAKERS_PER_NAME = 200
# Words that no more claims than this have are looked up; the claims are asked one by one for more common ones.
FEW_CLAIMS = 1000
NOTHING = Q(pk__in=[])
MOST_HOURS = 24 * 365 * 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of claims is narrowed to; empty means not narrowed. `speaker` is a part of a name.

    `score` is the least, 0 to 1; `older_than`: so long in its state; `mine` is a way of Mine in which it concerns `reader`.
    What `when` of When says happened on the UTC days from `since` to `until`, both included.
    """

    state: str = ""
    outlet: Outlet | None = None
    speaker: str = ""
    form: str = ""
    checkable: bool | None = None
    veracity: str = ""
    edited: str = ""
    due: str = ""
    words: str = ""
    tag: Tag | None = None
    score: float | None = None
    older_than: timedelta | None = None
    mine: str = ""
    reader: User | None = None
    when: str = ""
    since: date | None = None
    until: date | None = None


def narrowed(cases: QuerySet[ClaimState], filters: Filters) -> QuerySet[ClaimState]:
    """Those of `cases` that `filters` leave."""
    exact = {
        "state": filters.state,
        "outlet": filters.outlet,
        "form": filters.form,
        "veracity": filters.veracity,
        "edited": filters.edited,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    if filters.checkable is not None:
        cases = cases.filter(checkable=filters.checkable)
    if filters.speaker:
        named = Speaker.objects.filter(name__icontains=filters.speaker).order_by("name")
        # Through the claim: its (speaker, -id) index gives them newest first.
        cases = cases.filter(
            claim__speaker_id__in=list(named.values_list("pk", flat=True)[:SPEAKERS_PER_NAME])
        )
    if filters.tag is not None:
        cases = with_tag(cases, filters.tag.pk)
    if filters.score is not None:
        cases = cases.filter(claim__score__gte=filters.score)
    if filters.older_than is not None:
        cases = cases.filter(entered_at__lt=timezone.now() - filters.older_than)
    if filters.due:
        cases = with_due(cases, filters.due)
    if filters.when:
        cases = at_a_time(cases, filters.when, filters.since, filters.until)
    if filters.mine and filters.reader is not None:
        cases = mine(cases, filters.mine, filters.reader)
    return with_words(cases, filters.words) if filters.words else cases


def with_tag(cases: QuerySet[ClaimState], tag: int) -> QuerySet[ClaimState]:
    return cases.filter(pk__in=ClaimTag.objects.filter(tag=tag).values("claim"))


def with_due(cases: QuerySet[ClaimState], due: str) -> QuerySet[ClaimState]:
    """Those of `cases` that are due as a value of Due says; what the desk is done with is not due any more."""
    if due == Due.NONE:
        return cases.filter(due_at=None)
    now = timezone.now()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    spans = {
        Due.OVERDUE.value: Q(due_at__lt=now),
        Due.TODAY.value: Q(due_at__gte=today, due_at__lt=today + timedelta(days=1)),
        Due.WEEK.value: Q(due_at__gte=today, due_at__lt=today + timedelta(days=7)),
    }
    return cases.filter(spans[due], ~Q(state__in=[state.value for state in DONE]), due_at__isnull=False)


# Moves by the states that they lead from (none: any) and to.
MOVES = {
    When.SUBMITTED.value: ([State.IN_REVIEW], [State.IN_CROSS_CHECK, State.IN_VOTE]),
    When.PUBLISHED.value: ([State.APPROVED], [State.PUBLISHED]),
    When.SET_ASIDE.value: ([], [State.DISMISSED, State.DUPLICATE]),
}


def at_a_time(
    cases: QuerySet[ClaimState], when: str, since: date | None, until: date | None
) -> QuerySet[ClaimState]:
    """Those of `cases` to which it happened on one of the UTC days, both ends included; without days, at any time."""
    if when == When.JUDGED:
        return cases.filter(judged_on__isnull=False, **_between("judged_on", since, until))
    first = datetime.combine(since, time.min, UTC) if since else None
    last = datetime.combine(until, time.max, UTC) if until else None
    if when == When.ENTERED:
        return cases.filter(**_between("entered_at", first, last))
    start, end = MOVES[when]
    moves = Stay.objects.filter(next__in=end, **_between("left_at", first, last))
    return cases.filter(pk__in=(moves.filter(state__in=start) if start else moves).values("claim"))


def _between(column: str, first: date | None, last: date | None) -> dict[str, date]:
    ends = {f"{column}__gte": first, f"{column}__lte": last}
    return {name: value for name, value in ends.items() if value is not None}


def mine(cases: QuerySet[ClaimState], how: str, user: User) -> QuerySet[ClaimState]:
    """Those of `cases` that concern `user` in the way `how` of Mine says."""
    held = Assignment.objects.filter(ended_at=None)
    if how == Mine.ASSIGNED:
        return cases.filter(pk__in=held.filter(reviewer=user).values("claim"))
    if how == Mine.AUTHORED:
        return cases.filter(author=user)
    by_others = held.exclude(reviewer=user).filter(claim=OuterRef("pk"))
    waiting = (
        Q(state=State.IN_CROSS_CHECK) & ~Exists(by_others) if permissions.may(user, "review") else NOTHING
    )
    if permissions.may(user, "approve"):
        voted = Vote.objects.filter(
            claim=OuterRef("pk"), round=OuterRef("round"), editor=user, undone_at=None
        )
        waiting |= Q(state=State.IN_VOTE) & ~Exists(voted)
    return cases.filter(waiting).exclude(author=user)


def with_words(cases: QuerySet[ClaimState], words: str) -> QuerySet[ClaimState]:
    """Those of `cases` whose claims have these words, as in a web search, found in the way that is quick for how common they are.

    The planner does not know how common a rare word is, and would read the whole desk for the page it cannot fill.
    """
    has_words = Q(search=SearchQuery(words, config="english", search_type="websearch"))
    found = list(Claim.objects.filter(has_words).order_by().values_list("pk", flat=True)[: FEW_CLAIMS + 1])
    if len(found) <= FEW_CLAIMS:
        return cases.filter(pk__in=found)
    # A subquery, so that the list's own index gives the order and the walk ends when the page is full.
    asked = Claim.objects.filter(pk=OuterRef("pk")).values(
        has=ExpressionWrapper(has_words, output_field=BooleanField())
    )
    return cases.filter(Subquery(asked))


def filters_of(answers: Mapping[str, Any], *, reader: User | None = None) -> Filters:
    """What the toolbar's answers (field to value, as a saved view keeps them) narrow a list to; what is none of its
    answers narrows nothing."""
    told = {name: str(value).strip() for name, value in answers.items()}

    def one_of(name: str, values: Iterable[str]) -> str:
        return told.get(name, "") if told.get(name, "") in set(values) else ""

    outlet, tag = (read_key(told.get(name, "")) for name in ("outlet", "tag"))
    hours = read_key(told.get("older", ""))
    try:
        score = float(told.get("score", "")) or None
    except ValueError:
        score = None
    return Filters(
        state=one_of("state", State.values),
        outlet=Outlet.objects.filter(pk=outlet).first() if outlet else None,
        speaker=told.get("speaker", ""),
        form=one_of("form", Form.values),
        checkable={"yes": True, "no": False}.get(told.get("checkable", "")),
        veracity=one_of("veracity", Veracity.values),
        edited=one_of("edited", Edited.values),
        due=one_of("due", Due.values),
        words=told.get("q", ""),
        tag=Tag.objects.filter(pk=tag, merged_into=None).first() if tag else None,
        score=score,
        older_than=timedelta(hours=min(hours, MOST_HOURS)) if hours else None,
        mine=one_of("mine", Mine.values),
        reader=reader,
    )
