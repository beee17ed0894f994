"""Reads on how a claim was decided: who may see which verdict, what the cross-check and the editors said."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from claims import permissions
from claims.choices import ReviewStage, State
from claims.models import AuditEvent, ClaimState, Correction, CrossCheck, DeskSettings, Review, Vote
from factcheck.models import User

HIDDEN = "hidden"  # in an event's `after`, in place of what its reader may not see yet


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


def decision(case: ClaimState, *, viewer: User) -> Decision:
    """Four queries; one while nobody has submitted the claim, for all else comes after that."""
    if case.round == 0:
        return Decision([], [], [], DeskSettings.current(), hidden=is_hidden(case, viewer))
    of_claim = {"claim_id": case.pk, "undone_at": None}
    return Decision(
        checks=list(
            CrossCheck.objects.filter(**of_claim)
            .select_related("author", "checker")
            .prefetch_related("pairs__author_review", "pairs__checker_review")
        ),
        votes=list(Vote.objects.filter(round=case.round, **of_claim).select_related("editor")),
        corrections=list(Correction.objects.filter(**of_claim).select_related("opened_by", "published_by")),
        desk=DeskSettings.current(),
        hidden=is_hidden(case, viewer),
    )


def is_hidden(case: ClaimState, viewer: User) -> bool:
    return not permissions.sees_verdict(viewer, state=case.state, author_id=case.author_id)


def visible_reviews(reviews: QuerySet[Review], viewer: User) -> QuerySet[Review]:
    """Without what an author answered on claims whose blind cross-check is not done, unless `viewer` is that author."""
    return reviews.exclude(
        Q(stage=ReviewStage.AUTHOR, claim__case__state=State.IN_CROSS_CHECK) & ~Q(claim__case__author=viewer)
    )


def visible_events(events: Iterable[AuditEvent], case: ClaimState, viewer: User) -> list[AuditEvent]:
    """The events of one claim, as `viewer` may read them: that somebody judged is told, what they answered is not yet."""
    shown = list(events)
    if is_hidden(case, viewer):
        for event in shown:
            event.before, event.after = redacted(event.verb, event.before, event.after)
    return shown


def visible_event_rows(events: QuerySet[AuditEvent], viewer: User) -> QuerySet[AuditEvent]:
    """For lists of bare rows: without the judgements that `visible_events` would tell without their verdicts."""
    return events.exclude(
        Q(verb="review", claim__case__state=State.IN_CROSS_CHECK) & ~Q(claim__case__author=viewer)
    )


def redacted(
    verb: str, before: dict[str, object], after: dict[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """An event's `before` and `after` without the author's verdict."""
    if verb != "review" or after.get("stage") == ReviewStage.CROSS_CHECK:
        return before, after
    kept = {name: value for name, value in after.items() if name not in ("verdict", "rationale")}
    return {}, {**kept, HIDDEN: True}
