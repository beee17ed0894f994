"""Work given out by the desk itself: queued claims go to those who asked for work, whoever has least first.

Why so: docs/adr/0030.
"""

from django.db import connection, transaction
from django.db.models import Count, Exists, Max, OuterRef, Q

from claims import permissions
from claims.choices import LeaseEnd, State
from claims.models import Assignment, ClaimState, DeskSettings, Preference
from claims.services.assigning import lease_to
from factcheck.models import User

BATCH = 200  # claims given in one go; the next one goes on
_LOCK = 7_413  # advisory: one giver at a time, so that each sees what the one before gave


def give_out_claims() -> int:
    """Gives queued claims out until the queue or everybody's room is at its end; returns how many. Safe to run twice at once."""
    given = 0
    while given < BATCH and _give_one():
        given += 1
    return given


@transaction.atomic
def _give_one() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    desk = DeskSettings.current()
    if not desk.auto_assign:
        return False
    for reviewer in _with_room(desk.auto_assign_most):
        case = _next_for(reviewer)
        if case is not None:
            lease_to(case, reviewer, by=None, note="the desk gives out work")
            return True
    return False


def _with_room(most: int) -> list[User]:
    """Those who asked for work and have fewer than `most` claims: whoever has least first, then who waited longest."""
    asked = User.objects.filter(is_active=True, preference__wants_work=True).annotate(
        load=Count("assignments", filter=Q(assignments__ended_at=None)),
        last=Max("assignments__taken_at"),
    )
    found = sorted(
        asked.filter(load__lt=most),
        key=lambda user: (user.load, user.last.timestamp() if user.last else 0, user.pk),
    )
    return [user for user in found if permissions.may(user, "take")]


def _next_for(reviewer: User) -> ClaimState | None:
    """The most pressing queued claim, locked, that nobody is taking and that `reviewer` did not let go before."""
    let_go = Assignment.objects.filter(
        claim=OuterRef("pk"), reviewer=reviewer, end__in=[LeaseEnd.RELEASED, LeaseEnd.EXPIRED]
    )
    return (
        ClaimState.objects.filter(~Exists(let_go), state=State.QUEUED)
        .select_related("claim")
        .defer("claim__search")
        .order_by("-priority", "pk")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )


@transaction.atomic
def ask_for_work(*, by: User, wants: bool) -> Preference:
    """Turns “give me work” on or off for `by`. Raises Refused."""
    permissions.require(by, "take")
    preference, _ = Preference.objects.update_or_create(user=by, defaults={"wants_work": wants})
    return preference
