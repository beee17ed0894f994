"""Due dates, and what time brings: before and at a due date or a deadline, before a lease ends; once, however often beat rings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from claims import narrowing, queries
from claims.choices import Due, NoticeKind, State
from claims.models import Assignment, AuditEvent, ClaimState, Notice, Reply
from claims.narrowing import Filters
from claims.services import assigning, curating, planning, replies, undoing
from claims.services.planning import set_due
from claims.services.reminding import remind
from claims.services.verifying import audit_problems
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_claim, set_desk

from .conftest import told

pytestmark = pytest.mark.django_db


def hours(count: float) -> Any:
    return timezone.now() + timedelta(hours=count)


# ---- Setting a due date -----------------------------------------------------------------------------------


def test_an_editor_sets_and_clears_a_due_date_and_whoever_has_the_claim_hears_of_it(
    ann: User, eve: User
) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    version = ClaimState.objects.get(pk=claim.pk).version
    due = hours(72)
    for _ in range(2):  # the second says nothing new
        assert set_due(by=eve, claim_id=claim.pk, due_at=due).due_at == due
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.by, notice.moment) == (ann, NoticeKind.DUE_SET, eve, due)
    set_due(by=eve, claim_id=claim.pk, due_at=None)
    assert told(ann) == []
    events = AuditEvent.objects.filter(verb="set_due").order_by("pk").values_list("before", "after")
    assert list(events) == [
        ({"due_at": None}, {"due_at": due.isoformat()}),
        ({"due_at": due.isoformat()}, {"due_at": None}),
    ]
    # It is no write to the case: nobody's judging or undoing is stopped by it.
    assert ClaimState.objects.get(pk=claim.pk).version == version
    assert undoing.undo_move(by=ann, claim_id=claim.pk, expected_version=version).state == State.QUEUED
    assert list(audit_problems()) == []


def test_whoever_handed_a_claim_over_says_by_when(ann: User, ben: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    with pytest.raises(Refused):
        set_due(by=ann, claim_id=claim.pk, due_at=hours(48))
    assigning.hand_over(by=ann, claim_id=claim.pk, to=ben)
    set_due(by=ann, claim_id=claim.pk, due_at=hours(48))
    assert told(ben) == [NoticeKind.ASSIGNED, NoticeKind.DUE_SET]
    with pytest.raises(Refused):
        set_due(by=ben, claim_id=claim.pk, due_at=None)
    assigning.release_claim(by=ben, claim_id=claim.pk)
    with pytest.raises(Refused):  # it is not what she handed over any more
        set_due(by=ann, claim_id=claim.pk, due_at=None)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.DISMISSED, State.RETRACTED])
def test_what_is_done_is_not_due(eve: User, state: State) -> None:
    claim = make_claim(state=state, veracity="true" if state != State.DISMISSED else "")
    with pytest.raises(DomainError) as refused:
        set_due(by=eve, claim_id=claim.pk, due_at=hours(1))
    assert refused.value.code == "not_under_way"
    ClaimState.objects.update(due_at=hours(-1))
    assert not ClaimState.objects.get().is_overdue
    assert set_due(by=eve, claim_id=claim.pk, due_at=None).due_at is None
    with pytest.raises(Missing):
        set_due(by=eve, claim_id=10**9, due_at=None)


def test_lists_are_narrowed_by_the_due_date() -> None:
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    times = {
        "yesterday": noon - timedelta(days=1),
        "tonight": noon.replace(hour=23, minute=59, second=59),
        "soon": noon + timedelta(days=3),
        "later": noon + timedelta(days=30),
        "never": None,
    }
    for name, due in times.items():
        ClaimState.objects.filter(pk=make_claim(text=name).pk).update(due_at=due)
    done = make_claim(text="done", state=State.PUBLISHED, veracity="true")
    ClaimState.objects.filter(pk=done.pk).update(due_at=times["yesterday"])
    found = {
        due: {row.case.claim.text for row in queries.claim_page(Filters(due=due)).rows} for due in Due.values
    }
    assert found == {
        "overdue": {"yesterday"},
        "today": {"tonight"},
        "week": {"tonight", "soon"},
        "none": {"never"},
    }


def test_due_claims_are_found_by_their_own_index(ann: User) -> None:
    """Among many that are not due the planner takes it: the condition in the query is the index's."""
    make_claim()
    cases = narrowing.with_due(ClaimState.objects.all(), Due.OVERDUE).order_by("-pk").values("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")  # a walk along the key that filters row by row
    assert "claim_due" in cases.explain()


# ---- Reminders --------------------------------------------------------------------------------------------


def test_whoever_has_a_claim_is_reminded_a_day_before_and_when_it_is_due(ann: User, eve: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    ClaimState.objects.update(due_at=hours(25))
    assert remind() == 0
    ClaimState.objects.update(due_at=hours(23))
    assert [remind() for _ in range(3)] == [1, 0, 0]
    assert told(ann) == [NoticeKind.DUE_SOON]
    case = ClaimState.objects.get()
    Notice.objects.all().delete()
    ClaimState.objects.update(due_at=hours(1))
    remind()
    # An hour passes.
    ClaimState.objects.update(due_at=hours(-0.01))
    assert [remind(), remind()] == [1, 0]
    assert told(ann) == [NoticeKind.OVERDUE]  # in the place of the one before
    assert case.claim_id == Notice.objects.get().claim_id
    # A new date is a new matter.
    set_due(by=eve, claim_id=claim.pk, due_at=hours(5))
    remind()
    assert told(ann) == [NoticeKind.DUE_SET, NoticeKind.DUE_SOON]


def test_while_nobody_has_it_the_author_is_reminded_or_whoever_set_the_date(ann: User, eve: User) -> None:
    waiting = make_claim(text="waits")
    set_due(by=eve, claim_id=waiting.pk, due_at=hours(2))
    checked = make_claim(text="checked", state=State.IN_CROSS_CHECK, author=ann)
    set_due(by=eve, claim_id=checked.pk, due_at=hours(2))
    dismissed = make_claim(text="dismissed")
    set_due(by=eve, claim_id=dismissed.pk, due_at=hours(2))
    curating.dismiss_claim(by=eve, claim_id=dismissed.pk, reason="not_relevant")
    assert remind() == 2
    assert {(notice.recipient, notice.claim_id) for notice in Notice.objects.all()} == {
        (eve, waiting.pk),
        (ann, checked.pk),
    }


def test_what_is_done_takes_its_reminders_along(ann: User, eve: User) -> None:
    claim = make_claim()
    set_due(by=eve, claim_id=claim.pk, due_at=hours(2))
    remind()
    assert told(eve) == [NoticeKind.DUE_SOON]
    curating.dismiss_claim(by=eve, claim_id=claim.pk, reason="not_relevant")
    assert told(eve) == []


def test_whoever_asked_for_a_reply_is_reminded_until_it_is_there(ann: User, ben: User) -> None:
    claim = make_claim()
    ask = {"by": ann, "claim_id": claim.pk, "asked": "The dam board", "channel": "email"}
    reply = replies.ask_reply(**ask, deadline=hours(3))
    other = replies.ask_reply(**ask, deadline=hours(4))
    replies.ask_reply(**ask, deadline=hours(100))
    replies.ask_reply(**ask)
    assert [remind(), remind()] == [2, 0]
    Reply.objects.filter(pk=reply.pk).update(asked_at=hours(-9), deadline=hours(-1))
    assert [remind(), remind()] == [1, 0]
    assert told(ann) == [NoticeKind.REPLY_DUE, NoticeKind.REPLY_MISSING]
    replies.enter_answer(by=ann, claim_id=claim.pk, reply_id=reply.pk, answer="It holds.")
    replies.enter_answer(by=ann, claim_id=claim.pk, reply_id=other.pk, answer="It does.")
    assert told(ann) == []


def test_a_lease_is_told_of_ten_minutes_before_it_ends_until_it_is_renewed(ann: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    assert remind() == 0
    Assignment.objects.update(leased_until=hours(9 / 60))
    assert [remind(), remind()] == [1, 0]
    assert told(ann) == [NoticeKind.LEASE_ENDING]
    assigning.take_claim(by=ann, claim_id=claim.pk)  # she stays at it
    assert told(ann) == []
    assert remind() == 0
    set_desk(lease_minutes=8)  # a quarter of it is two minutes
    Assignment.objects.update(leased_until=hours(5 / 60))
    assert remind() == 0
    Assignment.objects.update(leased_until=hours(1 / 60))
    assert remind() == 1
    assigning.release_claim(by=ann, claim_id=claim.pk)
    assert told(ann) == []


def test_a_desk_that_was_off_for_months_is_not_told_of_all_of_it(eve: User) -> None:
    for days in (29, 31):
        claim = make_claim()
        set_due(by=eve, claim_id=claim.pk, due_at=timezone.now() - timedelta(days=days))
    assert remind() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_remind_once(ann: User, eve: User) -> None:
    for _ in range(40):
        set_due(by=eve, claim_id=make_claim().pk, due_at=hours(2))

    def ring(_: int) -> int:
        try:
            return remind()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        counts = list(pool.map(ring, range(12)))
    assert sum(counts) == 40
    assert Notice.objects.count() == 40
    assert planning.may_set_due(eve, None)
