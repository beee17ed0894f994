"""Work given out by the desk: balanced, under the cap, the same however often and by however many it is done."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from claims.choices import State
from claims.models import Assignment, AuditEvent, ClaimState, Preference
from claims.services import assigning, giving
from factcheck.lib.errors import Refused
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


def willing(name: str = "", role: str = "reviewer") -> User:
    user = make_user(name, role)
    giving.ask_for_work(by=user, wants=True)
    return user


def loads() -> Counter[int]:
    return Counter(Assignment.objects.filter(ended_at=None).values_list("reviewer_id", flat=True))


def test_it_is_off_unless_the_desk_turns_it_on_and_people_ask_for_work() -> None:
    claim, ann = make_claim(), willing("ann")
    make_user("ben", "reviewer")
    assert giving.give_out_claims() == 0
    set_desk(auto_assign=True)
    assert giving.give_out_claims() == 1
    assignment = Assignment.objects.get()
    assert (assignment.claim, assignment.reviewer) == (claim, ann)
    event = AuditEvent.objects.get(claim=claim)
    assert (event.verb, event.actor, event.after["reviewer"]) == ("take", None, "ann")
    assert ClaimState.objects.get(pk=claim.pk).state == State.IN_REVIEW
    assert giving.give_out_claims() == 0


def test_most_pressing_first_and_only_to_those_who_may_take() -> None:
    version = make_article_version()
    low, high = make_claim(version, priority=10), make_claim(version, priority=90)
    ann = willing("ann")
    left = willing("lou")
    left.is_active = False
    left.save()
    was = willing("was")
    was.groups.clear()
    with pytest.raises(Refused):
        willing("vera", "viewer")
    set_desk(auto_assign=True, auto_assign_most=1)
    assert giving.give_out_claims() == 1
    assert Assignment.objects.get().claim == high
    giving.ask_for_work(by=ann, wants=False)
    assigning.release_claim(by=ann, claim_id=high.pk)
    assert giving.give_out_claims() == 0
    assert ClaimState.objects.get(pk=low.pk).state == State.QUEUED


def test_what_somebody_gave_back_does_not_come_back_to_them() -> None:
    claim, ann = make_claim(), willing("ann")
    set_desk(auto_assign=True)
    giving.give_out_claims()
    assigning.release_claim(by=ann, claim_id=claim.pk)
    assert giving.give_out_claims() == 0
    ben = willing("ben")
    assert giving.give_out_claims() == 1
    assert Assignment.objects.get(ended_at=None).reviewer == ben


class Balance(TestCase):
    """Whoever asked for work: nobody has more than one claim above another who still has room."""

    @settings(max_examples=25, deadline=None)
    @given(
        before=st.lists(st.integers(0, 4), min_size=1, max_size=5),
        claims=st.integers(0, 14),
        most=st.integers(1, 4),
    )
    def test_balanced_under_the_cap(self, before: list[int], claims: int, most: int) -> None:
        set_desk(auto_assign=True, auto_assign_most=most)
        version = make_article_version()
        people = [willing() for _ in before]
        for person, has in zip(people, before, strict=True):
            for _ in range(has):
                assigning.take_claim(by=person, claim_id=make_claim(version).pk)
        for _ in range(claims):
            make_claim(version)
        given_out = giving.give_out_claims()
        now = loads()
        room = sum(max(0, most - has) for has in before)
        assert given_out == min(claims, room)
        received = [now[person.pk] - has for person, has in zip(people, before, strict=True)]
        least = min(now[person.pk] for person in people)
        for person, got in zip(people, received, strict=True):
            assert got >= 0
            if got:
                assert now[person.pk] <= most
                assert now[person.pk] <= least + 1
        assert giving.give_out_claims() == 0


@pytest.mark.django_db(transaction=True)
def test_four_givers_and_takers_at_once_give_each_claim_once_and_nobody_too_much() -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")
    version = make_article_version()
    rng = random.Random(seed)
    for _ in range(20):
        make_claim(version, priority=rng.randrange(100))
    set_desk(auto_assign=True, auto_assign_most=4)
    people = [willing() for _ in range(4)]
    taker = make_user(role="reviewer")

    def give(_: int) -> int:
        try:
            return giving.give_out_claims()
        finally:
            connection.close()

    def take(_: int) -> int:
        try:
            return assigning.take_next(by=taker) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        takes = pool.map(take, range(4))
        gives = pool.map(give, range(4))
        assert sum(gives) == 16
        assert sum(takes) == 4
    assert {person.pk: loads()[person.pk] for person in people} == {person.pk: 4 for person in people}
    assert Assignment.objects.count() == Assignment.objects.values("claim").distinct().count() == 20


def test_the_task_does_it() -> None:
    from claims.tasks import give_out_claims

    make_claim()
    willing()
    set_desk(auto_assign=True)
    give_out_claims()
    assert Assignment.objects.filter(ended_at=None).count() == 1
    assert Preference.objects.get().wants_work
