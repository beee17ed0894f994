"""Which of the desk's claims another desk has checked: suggested by their words, confirmed or rejected by a person."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db import transaction
from django.db.models import F, Func, Model, QuerySet, TextField
from django.utils import timezone

from claims import permissions
from claims.choices import MatchState
from claims.elsewhere.nearness import LEAST, nearness, probes
from claims.models import Claim, PriorCheck, PriorLookup, PriorMatch
from claims.services.audit import record_event
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User

AT_ONCE = 100  # checks, and claims, that one task compares
MOST_CANDIDATES = 500
MOST_SUGGESTED = 5  # of one claim or check, the nearest

_STEMS: Any = Func(F("search"), function="tsvector_to_array", output_field=ArrayField(TextField()))


# ---- Suggesting ------------------------------------------------------------------------------------


def is_undone() -> bool:
    return _new_checks().exists() or PriorLookup.objects.exists()


def suggest_matches() -> int:
    """Compares some of what is still to be compared; returns how much that was. Safe to call twice, and by two workers."""
    with transaction.atomic():
        checks = list(
            _new_checks()
            .select_for_update(skip_locked=True)
            .annotate(stems=_STEMS)
            .only("pk", "text")
            .order_by("pk")[:AT_ONCE]
        )
        for check in checks:
            near = _near(check.text, check.stems, Claim.objects.all())
            _suggest([PriorMatch(claim_id=pk, prior_check=check, nearness=how) for pk, how in near])
        PriorCheck.objects.filter(pk__in=[check.pk for check in checks]).update(looked_up_at=timezone.now())
    with transaction.atomic():
        waiting = PriorLookup.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE]
        keys = [one.pk for one in waiting]
        # First of all: who gives one of them other words meanwhile waits for this, and notes it anew.
        PriorLookup.objects.filter(pk__in=keys).delete()
        for claim in Claim.objects.filter(pk__in=keys).annotate(stems=_STEMS).only("pk", "text"):
            near = _near(claim.text, claim.stems, PriorCheck.objects.filter(replaced_at=None))
            # What was near to other words that the claim had is not any more.
            stale = PriorMatch.objects.filter(claim=claim, state=MatchState.SUGGESTED)
            stale.exclude(prior_check__in=[pk for pk, _ in near]).delete()
            _suggest([PriorMatch(claim=claim, prior_check_id=pk, nearness=how) for pk, how in near])
    return len(checks) + len(keys)


def _new_checks() -> QuerySet[PriorCheck]:
    return PriorCheck.objects.filter(looked_up_at=None, replaced_at=None)


def _near(text: str, stems: Sequence[str], among: QuerySet[Any]) -> list[tuple[int, float]]:
    """Keys of the rows of `among` that are near enough, the nearest first."""
    pairs = probes(stems)
    if not pairs:
        return []
    has_a_pair = " | ".join(f"({_quoted(one)} & {_quoted(two)})" for one, two in pairs)
    # The stems are what the index holds: nothing is stemmed twice.
    query = SearchQuery(has_a_pair, config="simple", search_type="raw")
    rows = (
        among.filter(search=query)
        .order_by()
        .annotate(stems=_STEMS)
        .values_list("pk", "text", "stems")[:MOST_CANDIDATES]
    )
    scored = [(pk, nearness(text, stems, other, other_stems)) for pk, other, other_stems in rows]
    near = [(pk, how) for pk, how in scored if how >= LEAST]
    return sorted(near, key=lambda one: (-one[1], one[0]))[:MOST_SUGGESTED]


def _quoted(stem: str) -> str:
    """A stem as a raw tsquery takes it."""
    return "'{}'".format(stem.replace("\\", "\\\\").replace("'", "''"))


def _suggest(matches: list[PriorMatch]) -> None:
    """What somebody decided on stays as they decided."""
    PriorMatch.objects.bulk_create(matches, ignore_conflicts=True)


# ---- Deciding --------------------------------------------------------------------------------------


@transaction.atomic
def decide_match(*, by: User, match_id: int, state: str) -> PriorMatch:
    """Confirms or rejects that a check elsewhere is of a claim, or with `suggested` opens that again.

    Raises Refused, Missing, DomainError (`unknown_state`, `nothing_changed`).
    """
    permissions.require(by, "match_checks")
    match = PriorMatch.objects.select_for_update().filter(pk=match_id).first()
    if match is None:
        raise Missing("prior_match_not_found", "There is no such match any more: reload the page.")
    return _decide(match, state, by)


@transaction.atomic
def match_by_hand(*, by: User, check_id: int, claim_id: int) -> PriorMatch:
    """Says that a check elsewhere is of a claim, suggested or not. Raises Refused, Missing (`prior_check_not_found`,
    `claim_not_found`), DomainError `nothing_changed`."""
    permissions.require(by, "match_checks")
    check = _find(
        PriorCheck, check_id, "prior_check_not_found", f"There is no check {check_id} of another desk."
    )
    claim = _find(
        Claim,
        claim_id,
        "claim_not_found",
        f"There is no claim #{claim_id}: check the number, or look for it in the list.",
    )
    while (later := PriorCheck.objects.filter(supersedes=check).first()) is not None:
        check = later
    match, _ = PriorMatch.objects.select_for_update().get_or_create(claim=claim, prior_check=check)
    return _decide(match, MatchState.CONFIRMED, by)


def _decide(match: PriorMatch, state: str, by: User) -> PriorMatch:
    if state not in MatchState.values:
        raise DomainError("unknown_state", f"A match is one of: {', '.join(MatchState.values)}.")
    before = match.state
    if before == state:
        raise DomainError("nothing_changed", "That is what was decided already: nothing was changed.")
    is_open = state == MatchState.SUGGESTED
    match.state = state
    match.decided_by, match.decided_at = (None, None) if is_open else (by, timezone.now())
    match.save()
    record_event(
        by=by,
        verb="match_check",
        target=match,
        claim_id=match.claim_id,
        before={"match": before},
        after={"match": state, "check": match.prior_check_id, "url": match.prior_check.url},
    )
    return match


def _find(model: type[Model], pk: int, code: str, message: str) -> Any:
    row = model._default_manager.filter(pk=pk).first()
    if row is None:
        raise Missing(code, message)
    return row
