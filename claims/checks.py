"""Reads of what was found at the steps of chains, and of evidence that is not what it was."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from claims.choices import RATING, Stance, Veracity
from claims.models import Appearance, EvidenceLink, HopCheck
from factcheck.lib.prepared import Prepared
from factcheck.models import User

SHOWN_FLAGS = 5

# The last check of each hop, by its role and name.
Checks = Mapping[tuple[str, str], HopCheck]


def lineage_of(appearances: Sequence[Appearance]) -> list[int]:
    """Keys of the first of `appearances` and of those in earlier texts, among the others, that it is again, the latest
    first."""
    known = {one.pk: one.previous_id for one in appearances}
    line: list[int] = []
    at: int | None = appearances[0].pk
    while at is not None:
        line.append(at)
        at = known.get(at)
    return line


def last_checks(appearances: Sequence[Appearance]) -> Checks:
    """What was found last at the hops of the first of `appearances`: one query.

    Where nobody has checked a hop of this text, what was found at the same one in an earlier text stands.
    """
    line = lineage_of(appearances)
    checks = [check for check in _CHECKS(appearances[0].claim_id) if check.appearance_id in line]
    latest_text_last = sorted(checks, key=lambda one: -line.index(one.appearance_id))
    return {(one.role, one.name): one for one in latest_text_last}


_CHECKS = Prepared(
    lambda claim: (
        HopCheck.objects.filter(appearance__claim=claim, superseded_by=None)
        .select_related("by", "document__watch", "snapshot")
        .order_by("pk")
    )
)


def flagged_evidence(user: User) -> list[EvidenceLink]:
    """What `user` linked and has changed or gone since, the latest first; at most one more than SHOWN_FLAGS."""
    since = Coalesce("seen_at", "added_at")
    links = EvidenceLink.objects.filter(
        Q(evidence__watch__changed_at__gt=since, quote_seen_at=None)
        | Q(quote_gone_at__gt=since)
        | Q(evidence__watch__gone_since__gt=since),
        added_by=user,
        withdrawn_at=None,
    )
    newest = Coalesce(F("evidence__watch__gone_since"), F("evidence__watch__changed_at"))
    return list(
        links.select_related("claim", "evidence__watch")
        .defer("claim__search")
        .order_by(newest.desc(), "-pk")[: SHOWN_FLAGS + 1]
    )


def contrary_evidence(veracity: str, links: Iterable[EvidenceLink]) -> str:
    """The stance that all the evidence which takes one has, where the verdict says the opposite; else "".

    A hint for whoever approves: evidence may be linked for what it leaves out, so that nothing is refused for it.
    """
    taken = {link.stance for link in links if link.withdrawn_at is None} - {Stance.CONTEXT}
    rating = RATING.get(Veracity(veracity)) if veracity else None
    if rating is None or len(taken) != 1:
        return ""
    stance = taken.pop()
    opposite = Stance.REFUTES if rating >= RATING[Veracity.MOSTLY_TRUE] else Stance.SUPPORTS
    return stance if stance == opposite and rating != RATING[Veracity.HALF_TRUE] else ""
