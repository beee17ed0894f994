"""Reads of what other desks checked: the list, one of them, what they say of one of our claims, and their imports."""

from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from claims.choices import MatchState
from claims.cuts import newest_cut
from claims.models import PriorCheck, PriorImport, PriorMatch, PriorProblem
from claims.narrowing import FEW_CLAIMS
from factcheck.lib.paging import Page

SHOWN_PROBLEMS = 200
UNMATCHED = "none"


@dataclass(frozen=True, slots=True)
class PriorFilters:
    """Empty: not narrowed. `site` is a host; `match` a MatchState, or UNMATCHED."""

    words: str = ""
    site: str = ""
    language: str = ""
    match: str = ""


def narrowed_checks(checks: QuerySet[PriorCheck], filters: PriorFilters) -> QuerySet[PriorCheck]:
    if filters.words:
        has_words = Q(search=SearchQuery(filters.words, config="english", search_type="websearch"))
        found = list(
            PriorCheck.objects.filter(has_words).order_by("-pk").values_list("pk", flat=True)[:FEW_CLAIMS]
        )
        checks = checks.filter(pk__in=found)
    if filters.site:
        checks = checks.filter(site=filters.site.lower().removeprefix("www."))
    if filters.language:
        checks = checks.filter(language=filters.language.lower())
    if filters.match:
        matches = PriorMatch.objects.filter(prior_check=OuterRef("pk"))
        wanted = Exists(matches.filter(state=filters.match))
        checks = checks.filter(~Exists(matches) if filters.match == UNMATCHED else wanted)
    return checks


def prior_page(filters: PriorFilters, *, before: str = "", after: str = "") -> Page[PriorCheck]:
    """The checks that stand, the latest to come in first; each with `confirmed` and `suggested`, its matches."""
    checks = narrowed_checks(PriorCheck.objects.filter(replaced_at=None), filters)
    found = newest_cut(checks.select_related("speaker").defer("search"), before, after)
    keys = [one.pk for one in found.rows]
    counts = PriorMatch.objects.filter(prior_check__in=keys).values_list("prior_check", "state")
    told = {(check, state): n for check, state, n in counts.annotate(n=Count("pk")).order_by()}
    for one in found.rows:
        one.confirmed = told.get((one.pk, MatchState.CONFIRMED), 0)  # type: ignore[attr-defined]
        one.suggested = told.get((one.pk, MatchState.SUGGESTED), 0)  # type: ignore[attr-defined]
    return found


@dataclass(frozen=True, slots=True)
class PriorView:
    check: PriorCheck
    earlier: list[PriorCheck]  # what it superseded, the latest first
    later: PriorCheck | None  # what superseded it and stands
    matches: list[PriorMatch]


def prior_view(check_id: int) -> PriorView | None:
    check = (
        PriorCheck.objects.filter(pk=check_id)
        .select_related("speaker__merged_into", "prior_import__created_by")
        .defer("search")
        .first()
    )
    if check is None:
        return None
    same = list(PriorCheck.objects.filter(key=check.key).exclude(pk=check_id).defer("search").order_by("-pk"))
    matches = (
        PriorMatch.objects.filter(prior_check=check)
        .select_related("claim__speaker", "claim__case", "decided_by")
        .defer("claim__search")
        .order_by("state", F("nearness").desc(nulls_first=True), "pk")
    )
    return PriorView(
        check,
        [one for one in same if one.pk < check_id],
        next((one for one in same if one.replaced_at is None), None),
        list(matches),
    )


def matches_of(claim_id: int) -> list[PriorMatch]:
    """What other desks checked that is, or may be, this claim: confirmed first, rejected last; one query."""
    order = {MatchState.CONFIRMED.value: 0, MatchState.SUGGESTED.value: 1, MatchState.REJECTED.value: 2}
    matches = (
        PriorMatch.objects.filter(claim=claim_id)
        .select_related("prior_check", "decided_by")
        .defer("prior_check__search")
        .order_by("pk")
    )
    return sorted(matches, key=lambda one: (order[one.state], -(one.nearness or 1)))


def import_page(*, before: str = "", after: str = "") -> Page[PriorImport]:
    return newest_cut(PriorImport.objects.select_related("created_by"), before, after)


def import_view(import_id: int) -> tuple[PriorImport, list[PriorProblem]] | None:
    job = PriorImport.objects.select_related("created_by", "snapshot").filter(pk=import_id).first()
    return None if job is None else (job, list(job.problems.order_by("place")[:SHOWN_PROBLEMS]))
