"""One act on many claims: what can be done is done, what cannot says why, and costs nothing else."""

import pytest

from claims.choices import State
from claims.models import Assignment, AuditEvent, ClaimState
from claims.services import assigning, undoing
from claims.services.bulk import MOST_ROWS, Result, Row, act_on_claims
from claims.services.tagging import add_tag
from factcheck.lib.errors import DomainError, Refused
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


@pytest.fixture
def ann() -> User:
    return make_user("ann", "reviewer")


def codes(results: list[Result]) -> list[str]:
    return ["" if result.done else result.code for result in results]


def test_good_rows_are_done_and_bad_ones_say_why(eve: User, ann: User) -> None:
    version = make_article_version()
    queued, stale, taken, gone = (make_claim(version) for _ in range(4))
    assigning.take_claim(by=ann, claim_id=taken.pk)
    make_claim(version)
    rows = [Row(stale.pk, 4), Row(queued.pk, 1), Row(taken.pk, 2), Row(999_999, 1), Row(gone.pk, 1)]
    results = act_on_claims(by=eve, act="dismiss", rows=rows, reason="not_relevant", note="")
    assert [result.claim_id for result in results] == [row.claim_id for row in rows]
    assert codes(results) == ["stale", "", "taken", "claim_not_found", ""]
    assert [result.version for result in results] == [1, 2, 2, None, 2]
    assert "ann" in results[2].message
    states = dict(ClaimState.objects.values_list("pk", "state"))
    assert (states[queued.pk], states[gone.pk]) == (State.DISMISSED, State.DISMISSED)
    assert (states[stale.pk], states[taken.pk]) == (State.QUEUED, State.IN_REVIEW)


def test_a_claim_named_twice_is_done_once_and_there_is_a_limit(eve: User) -> None:
    claim = make_claim()
    add_tag(by=eve, name="Dams")
    assert codes(act_on_claims(by=eve, act="tag", rows=[Row(claim.pk, 1)] * 2, tags=["Dams"])) == [""]
    assert codes(act_on_claims(by=eve, act="untag", rows=[Row(claim.pk, 2)], tags=["dams"])) == [""]
    for act, rows, code in (
        ("publish", [Row(claim.pk, 3)], "unknown_act"),
        ("tag", [Row(n, 1) for n in range(1, MOST_ROWS + 2)], "too_many_rows"),
    ):
        with pytest.raises(DomainError) as refused:
            act_on_claims(by=eve, act=act, rows=rows, tags=["Dams"])
        assert refused.value.code == code


def test_claims_are_assigned_wherever_they_wait(eve: User, ann: User) -> None:
    ben = make_user("ben", "reviewer")
    version = make_article_version()
    queued = make_claim(version)
    held = make_claim(version)
    assigning.take_claim(by=ben, claim_id=held.pk)
    waiting = make_claim(version, state=State.IN_CROSS_CHECK, author=ben)
    own = make_claim(version, state=State.IN_CROSS_CHECK, author=ann)
    new = make_claim(version, state=State.NEW)
    rows = [Row(claim.pk, claim.case.version) for claim in (queued, held, waiting, own, new)]
    rows[1] = Row(held.pk, 2)
    results = act_on_claims(by=eve, act="assign", rows=rows, to=ann, note="Please today.")
    assert codes(results) == ["", "", "", "own_verdict", "illegal_move"]
    mine = Assignment.objects.filter(reviewer=ann, ended_at=None)
    assert set(mine.values_list("claim_id", "stage")) == {
        (queued.pk, "author"),
        (held.pk, "author"),
        (waiting.pk, "cross_check"),
    }
    event = AuditEvent.objects.get(claim=queued)
    assert (event.verb, event.actor, event.after["reviewer"]) == ("take", eve, "ann")
    again = act_on_claims(by=eve, act="assign", rows=[Row(queued.pk, 2)], to=ann, note="")
    assert codes(again) == ["theirs_already"]
    undoing.undo_move(by=eve, claim_id=queued.pk)
    assert ClaimState.objects.get(pk=queued.pk).state == State.QUEUED
    assert not mine.filter(claim=queued).exists()


def test_only_editors_give_what_nobody_has_and_only_to_reviewers(eve: User, ann: User) -> None:
    claim, viewer = make_claim(), make_user("vera", "viewer")
    with pytest.raises(DomainError) as refused:
        assigning.assign_claim(by=eve, claim_id=claim.pk, to=viewer)
    assert refused.value.code == "cannot_take"
    with pytest.raises(Refused):
        assigning.assign_claim(by=ann, claim_id=claim.pk, to=eve)
    assert assigning.assign_claim(by=ann, claim_id=claim.pk, to=ann).reviewer == ann
    assert assigning.assign_claim(by=ann, claim_id=claim.pk, to=eve).reviewer == eve
    left = make_user("lou", "reviewer", is_active=False)
    with pytest.raises(DomainError) as refused:
        assigning.assign_claim(by=eve, claim_id=claim.pk, to=left)
    assert refused.value.code == "cannot_take"
