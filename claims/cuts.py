"""Pages of lists, cut by the key of the row beside them (keyset).

They never COUNT and never use OFFSET, so that the hundred-thousandth page costs what the first does.
"""

from typing import TypeVar

from django.db.models import Model, QuerySet

from claims.models import ClaimState
from factcheck.lib import paging
from factcheck.lib.keys import read_key
from factcheck.lib.paging import Page, page_after, page_before

Stored = TypeVar("Stored", bound=Model)


def newest_cut(rows: QuerySet[Stored], before: str, after: str) -> Page[Stored]:
    """A page of `rows`, newest first, beside the row of the given key (its primary key)."""
    if (key := read_key(before)) is not None:
        found = _first(rows.filter(pk__gt=key).order_by("pk"))
        return page_before(found, _newest_key) or newest_cut(rows, "", "")
    later = rows if (key := read_key(after)) is None else rows.filter(pk__lt=key)
    return page_after(_first(later.order_by("-pk")), _newest_key, first=later is rows)


def _newest_key(row: Model) -> str:
    return str(row.pk)


def queue_cut(cases: QuerySet[ClaimState], before: str, after: str) -> Page[ClaimState]:
    """As `newest_cut`, highest priority first, then oldest claim first.

    Two reads instead of one condition with OR: each follows the queue's index from the given key on.
    """
    if key := _priority_and_claim(before):
        priority, claim = key
        found = _take(
            cases.filter(priority=priority, pk__lt=claim).order_by("-pk"),
            cases.filter(priority__gt=priority).order_by("priority", "-pk"),
        )
        return page_before(found, _queue_key) or queue_cut(cases, "", "")
    if key := _priority_and_claim(after):
        priority, claim = key
        found = _take(
            cases.filter(priority=priority, pk__gt=claim).order_by("pk"),
            cases.filter(priority__lt=priority).order_by("-priority", "pk"),
        )
        return page_after(found, _queue_key, first=False)
    return page_after(_take(cases.order_by("-priority", "pk")), _queue_key, first=True)


def _queue_key(case: ClaimState) -> str:
    return f"{case.priority}.{case.pk}"


def _priority_and_claim(key: str) -> tuple[int, int] | None:
    priority, _, claim = (read_key(part) for part in key.partition("."))
    return None if priority is None or claim is None else (priority, claim)


def _take(*segments: QuerySet[Stored]) -> list[Stored]:
    rows: list[Stored] = []
    for segment in segments:
        if len(rows) <= paging.PAGE_ROWS:
            rows += _first(segment, paging.PAGE_ROWS + 1 - len(rows))
    return rows


def _first(segment: QuerySet[Stored], most: int | None = None) -> list[Stored]:
    """At most a page and one more, chosen on their own table and only then joined to others.

    Joined at once, the planner may merge from the far end of the other table, all the way to where the page begins.
    """
    chosen = segment.select_related(None).values("pk")[: most or paging.PAGE_ROWS + 1]
    return list(segment.filter(pk__in=chosen))
