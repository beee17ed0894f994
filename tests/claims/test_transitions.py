"""The transition table, generated: every state, role and guard; and random walks over it."""

from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import permissions, workflow
from claims.choices import State
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    Review,
    Vote,
)
from claims.services import assigning, seconding, undoing
from claims.services.transitions import MAKERS, Given, transition
from claims.services.verifying import audit_problems
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role
from factcheck.models import User
from tests.claims.walking import (
    case_of,
    given_for,
    in_state,
    judge,
    refusal,
    without_verdicts,
)
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", workflow.MOVES)
def test_each_move_is_made_from_its_states_by_its_roles_and_from_nowhere_else(name: str) -> None:
    """Every state x role: what the table does not have is refused, and changes nothing."""
    set_desk(min_evidence=0, cross_check=name != "submit_unchecked")
    author, original = make_user("author", "reviewer"), make_claim()
    move = workflow.MOVES[name]
    users = {role: make_user(role.value, role.value) for role in Role}
    made = 0
    for state, role in product(State, Role):
        user, claim = users[role], in_state(state, author)
        if "holder" in move.guards and state == State.IN_REVIEW:
            Assignment.objects.create(
                claim=claim, reviewer=user, leased_until=timezone.now() + timedelta(hours=1)
            )
        version = case_of(claim).version
        call = partial(
            MAKERS[name],
            given_for(name, claim, original),
            by=user,
            claim_id=claim.pk,
            expected_version=version,
        )
        # A queued claim that is judged and submitted in one go is taken on the way.
        sources = {*move.sources, *([State.QUEUED] if name.startswith("submit") else [])}
        legal = state in sources and permissions.may(user, move.permission)
        if legal:
            call()
            expected = move.to or State.QUEUED
            assert case_of(claim).state == expected, (state, role)
            made += 1
        elif name == "take" and state == State.IN_CROSS_CHECK and permissions.may(user, "take"):
            call()  # leased for its cross-check: the claim itself stays where it is
            assert case_of(claim).state == state
        else:
            with pytest.raises(DomainError) as refused:
                call()
            if not permissions.may(user, move.permission):
                assert refused.value.code in ("role_required", "illegal_move", "not_yours"), (state, role)
            assert case_of(claim).state == state, (state, role)
            assert case_of(claim).version == version
    assert made


# Which of the two ways to submit is taken follows from the desk: test_the_desk_decides_where_a_submitted_claim_goes.
GUARDED = [
    (name, guard, state)
    for name, move in workflow.MOVES.items()
    for guard in move.guards
    if not guard.endswith("cross_check_wanted")
    for state in sorted(move.sources)
]


@pytest.mark.parametrize(("name", "guard", "state"), GUARDED)
def test_each_guard_of_each_move_is_asked_in_each_state(name: str, guard: str, state: State) -> None:
    """Everything else in order, what this guard asks for missing: refused with a sentence, nothing changed."""
    move, author, user = workflow.MOVES[name], make_user("author", "reviewer"), make_user("admin", "admin")
    set_desk(min_evidence=0, cross_check=name != "submit_unchecked")
    claim, original = in_state(state, author), make_claim()
    given = given_for(name, claim, original)
    if "holder" in move.guards and guard != "holder":
        Assignment.objects.create(
            claim=claim, reviewer=user, leased_until=timezone.now() + timedelta(hours=1)
        )
    if guard in ("holder", "free"):
        Assignment.objects.create(
            claim=claim, reviewer=author, leased_until=timezone.now() + timedelta(hours=1)
        )
    elif guard == "reason":
        given = Given(judgements=given.judgements)
    elif guard == "another_claim":
        given = Given(duplicate_of=claim.pk)
    elif guard == "verdicts":
        claim = without_verdicts(state, author, user, holder="holder" in move.guards)
        given = Given(reason="Because.")
    elif guard == "evidence":
        set_desk(min_evidence=2)
    elif guard == "not_the_author":
        ClaimState.objects.filter(pk=claim.pk).update(author=user)
    elif guard == "quorum":
        set_desk(quorum=2)
        seconding.vote_claim(by=user, claim_id=claim.pk)
        assert case_of(claim).state == state
        return
    version = case_of(claim).version
    with pytest.raises(DomainError) as refused:
        MAKERS[name](given, by=user, claim_id=claim.pk, expected_version=version)
    assert refused.value.code not in ("illegal_move", "stale", "role_required"), refused.value.code
    assert (case_of(claim).state, case_of(claim).version) == (state, version)


@pytest.mark.parametrize("cross_check", [True, False])
def test_the_desk_decides_where_a_submitted_claim_goes(ann: User, cross_check: bool) -> None:
    set_desk(min_evidence=0, cross_check=cross_check)
    claim = make_story_claim()
    judge(claim, ann, "true")
    assert case_of(claim).state == (State.IN_CROSS_CHECK if cross_check else State.IN_VOTE)


def test_from_one_state_to_another_leads_one_move() -> None:
    for state in State:
        targets = [
            move.to for move in workflow.moves_from(state) if "no_cross_check_wanted" not in move.guards
        ]
        assert len(targets) == len(set(targets)), state


def test_a_transition_that_leads_nowhere_says_what_does(ann: User) -> None:
    claim = make_claim()
    with pytest.raises(DomainError, match="it can become: dismissed, duplicate, in review, on hold"):
        transition(by=ann, claim_id=claim.pk, to="published", expected_version=1)


# ---- Random walks -----------------------------------------------------------------------------------


ROLES = ("reviewer", "reviewer", "editor", "editor", "researcher")
# A step: who makes it, and which of the moves that lead on from here, or else an undo.
STEPS = st.lists(
    st.tuples(
        st.integers(0, len(ROLES) - 1), st.one_of(st.just("undo"), st.integers(0, len(workflow.MOVES) - 1))
    ),
    min_size=20,
    max_size=60,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_random_legal_walks_with_undo_keep_the_desk_whole(steps: list[tuple[int, str | int]]) -> None:
    """Whoever makes whatever moves lead on from here, and undoes them: what holds always, holds; a refusal leaves no trace."""
    set_desk(min_evidence=0)
    people = [make_user(role=role) for role in ROLES]
    original, claim = make_claim(), make_story_claim(state=State.NEW)
    for person, choice in steps:
        by, case = people[person], case_of(claim)
        before = snapshot(claim)
        leading = workflow.moves_from(case.state) or [workflow.MOVES["queue"]]
        try:
            if isinstance(choice, str):
                undoing.undo_move(by=by, claim_id=claim.pk)
            else:
                move = leading[choice % len(leading)]
                MAKERS[move.name](
                    given_for(move.name, claim, original),
                    by=by,
                    claim_id=claim.pk,
                    expected_version=case.version,
                )
        except DomainError:
            assert snapshot(claim) == before
        always_so(claim)
    assert not [problem for problem in audit_problems() if f"laim {claim.pk} " in problem.sentence]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(st.integers(0, len(workflow.MOVES) - 1), min_size=1, max_size=12))
def test_a_walk_of_one_person_is_undone_step_by_step_to_where_it_began(walk: list[int]) -> None:
    set_desk(min_evidence=0, cross_check=False)
    by, original, claim = make_user(role="admin"), make_claim(), make_story_claim(state=State.NEW)
    places = [standing_of(claim)]
    for choice in walk:
        leading = workflow.moves_from(case_of(claim).state) or [workflow.MOVES["queue"]]
        move = leading[choice % len(leading)]
        try:
            MAKERS[move.name](
                given_for(move.name, claim, original),
                by=by,
                claim_id=claim.pk,
                expected_version=case_of(claim).version,
            )
        except DomainError:
            continue
        places.append(standing_of(claim))
    while len(places) > 1:
        undoing.undo_move(by=by, claim_id=claim.pk)
        places.pop()
        assert standing_of(claim) == places[-1]
    assert refusal(lambda: undoing.undo_move(by=by, claim_id=claim.pk))


def standing_of(claim: Claim) -> tuple[object, ...]:
    """Where the claim stands and what the desk says about it; not what has happened to it."""
    case = case_of(claim)
    return case.state, case.veracity, case.round, case.hold_reason, case.duplicate_of_id, case.dismiss_reason


def snapshot(claim: Claim) -> tuple[object, ...]:
    case = case_of(claim)
    holder = assigning.open_assignment(claim_id=claim.pk)
    return (
        case.state,
        case.version,
        case.veracity,
        case.round,
        holder and (holder.reviewer_id, holder.stage),
        Review.objects.filter(claim=claim).count(),
        AuditEvent.objects.filter(claim=claim).count(),
    )


def always_so(claim: Claim) -> None:
    case, holder = case_of(claim), assigning.open_assignment(claim_id=claim.pk)
    if case.state == State.IN_REVIEW:
        assert holder is not None
        assert holder.stage == "author"
    elif case.state != State.IN_CROSS_CHECK:
        assert holder is None
    if holder and holder.stage == "cross_check":
        assert holder.reviewer_id != case.author_id
    decided = (State.IN_VOTE, State.APPROVED, State.PUBLISHED, State.CORRECTING)
    if case.state in decided:
        assert case.veracity
    if case.state in (State.NEW, State.QUEUED, State.IN_REVIEW, State.IN_CROSS_CHECK):
        assert not case.veracity
        assert not Appearance.objects.filter(claim=claim).exclude(attribution="").exists()
    if case.state == State.APPROVED:
        votes = Vote.objects.filter(claim=claim, round=case.round, undone_at=None)
        assert votes.exists()
        assert case.author_id not in votes.values_list("editor_id", flat=True)
    versions = AuditEvent.objects.filter(claim=claim).order_by("pk").values_list("after__version", flat=True)
    assert list(versions) == sorted(versions)
