"""Reads on how a claim was decided: who may see which verdict, what the cross-check and the editors said."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When

from claims import permissions
from claims.choices import ReviewStage, State
from claims.models import (
    AuditEvent,
    ClaimState,
    Correction,
    CrossCheck,
    DeskSettings,
    EvidenceLink,
    Review,
    VerdictPair,
    Vote,
)
from factcheck.lib.prepared import Prepared
from factcheck.models import User

HIDDEN = "hidden"  # in an event's `after`, in place of what its reader may not see yet
# Events that tell a verdict, or what somebody thinks that a document says about it.
TELLING = ("review", "link_evidence", "withdraw_evidence")

_BLIND = Q(claim__case__state=State.IN_CROSS_CHECK)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was said about a claim after its author submitted it, newest first, and what the desk asks for."""

    checks: list[CrossCheck]  # undone ones are left out
    votes: list[Vote]  # of this round
    corrections: list[Correction]
    desk: DeskSettings
    hidden: bool  # the author's verdict, from this reader, until they have given their own

    @property
    def votes_missing(self) -> int:
        return max(0, self.desk.quorum - len(self.votes))


def decision(
    case: ClaimState, *, viewer: User, checks: bool = True, votes: bool = True, corrections: bool = True
) -> Decision:
    """Four queries, and the desk's settings; less where the claim is known to have no `checks`, `votes` or `corrections`."""
    return Decision(
        checks=_checks(case.pk) if checks else [],
        votes=[vote for vote in _VOTES(case.pk) if vote.round == case.round] if votes else [],
        corrections=_CORRECTIONS(case.pk) if corrections else [],
        desk=DeskSettings.seen(),
        hidden=is_hidden(case, viewer),
    )


def _checks(claim_id: int) -> list[CrossCheck]:
    """With the pairs of each, as if these were prefetched: two queries."""
    checks = _CHECKS(claim_id)
    pairs = _PAIRS(claim_id)
    for check in checks:
        own = check.pairs.all()
        own._result_cache = [pair for pair in pairs if pair.cross_check_id == check.pk]
        check.__dict__.setdefault("_prefetched_objects_cache", {})["pairs"] = own
    return checks


_CHECKS = Prepared(
    lambda claim: CrossCheck.objects.filter(claim=claim, undone_at=None).select_related("author", "checker")
)
_PAIRS = Prepared(
    lambda claim: VerdictPair.objects.filter(
        cross_check__claim=claim, cross_check__undone_at=None
    ).select_related("author_review", "checker_review")
)
_VOTES = Prepared(lambda claim: Vote.objects.filter(claim=claim, undone_at=None).select_related("editor"))
_CORRECTIONS = Prepared(
    lambda claim: Correction.objects.filter(claim=claim, undone_at=None).select_related(
        "opened_by", "published_by"
    )
)


def is_hidden(case: ClaimState, viewer: User | None) -> bool:
    return not permissions.sees_verdict(viewer, state=case.state, author_id=case.author_id)


def visible_reviews(reviews: QuerySet[Review], viewer: User | int | None) -> QuerySet[Review]:
    """Without what an author answered on claims whose blind cross-check is not done, unless `viewer` is that author.

    No viewer, here and below: whoever may come to read it. What is in cross-check has an author, so that nobody is theirs.
    """
    return reviews.exclude(Q(stage=ReviewStage.AUTHOR) & _BLIND & ~Q(claim__case__author=viewer))


def with_told_stances(links: QuerySet[EvidenceLink], viewer: User | int | None) -> QuerySet[EvidenceLink]:
    """With `told_stance`: what each document is said to do to the claim, or "" where `viewer` is to judge that first.

    Before the second verdict the documents, their kinds and quotes are told, and what `viewer` linked themselves.
    """
    return links.annotate(told_stance=Case(When(_untold(viewer), then=Value("")), default=F("stance")))


def _untold(viewer: User | int | None) -> Q:
    return _BLIND & ~Q(claim__case__author=viewer) & ~Q(added_by=viewer)


def visible_link_rows(links: QuerySet[EvidenceLink], viewer: User) -> QuerySet[EvidenceLink]:
    """For lists of bare rows: without the links whose stance `viewer` may not see yet."""
    return links.exclude(_untold(viewer))


def visible_events(events: Iterable[AuditEvent], case: ClaimState, viewer: User) -> list[AuditEvent]:
    """The events of one claim, as `viewer` may read them: that somebody judged is told, what they answered is not yet."""
    shown = list(events)
    if is_hidden(case, viewer):
        for event in shown:
            event.before, event.after = redacted(event.verb, event.before, event.after)
    return shown


def visible_event_rows(events: QuerySet[AuditEvent], viewer: User) -> QuerySet[AuditEvent]:
    """For lists of bare rows: without the events that `visible_events` would tell without verdict or stance."""
    return events.exclude(Q(verb__in=TELLING) & _BLIND & ~Q(claim__case__author=viewer))


def redacted(
    verb: str, before: dict[str, object], after: dict[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """An event's `before` and `after` without the author's verdict, or the stance of a document."""
    if verb in ("link_evidence", "withdraw_evidence"):
        return _without_stance(before), _without_stance(after)
    if verb != "review" or after.get("stage") == ReviewStage.CROSS_CHECK:
        return before, after
    kept = {name: value for name, value in after.items() if name not in ("verdict", "rationale")}
    return {}, {**kept, HIDDEN: True}


def _without_stance(told: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in told.items() if name != "stance"}
