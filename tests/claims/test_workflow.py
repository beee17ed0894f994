"""The whole workflow: the table, its guards, the blind cross-check, the vote, corrections, and undoing."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product

import pytest
from django.utils import timezone

from claims import decisions, permissions, workflow
from claims.choices import ReviewKind, State
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    Correction,
    CrossCheck,
    Review,
    VerdictPair,
    Vote,
)
from claims.services import assigning, curating, evidence, publishing, reviewing, seconding, undoing
from claims.services.reviewing import Judgement
from claims.services.transitions import MAKERS, Given, transition
from claims.services.verifying import audit_problems
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.lib.roles import Role
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann", "reviewer")


@pytest.fixture
def ben() -> User:
    return make_user("ben", "reviewer")


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


def case_of(claim: Claim) -> ClaimState:
    return ClaimState.objects.get(pk=claim.pk)


def submitted(by: User, verdict: str = "true", **fields: object) -> Claim:
    """A claim with both verdicts of `by`, waiting for its cross-check."""
    set_desk(min_evidence=0)
    claim = make_story_claim(**fields)
    judge(claim, by, verdict)
    return claim


def judge(claim: Claim, by: User, verdict: str, *, submit: bool = True) -> None:
    reviewing.record_review(
        by=by,
        claim_id=claim.pk,
        expected_version=case_of(claim).version,
        judgements=[
            Judgement(verdict, f"{by}: {verdict}"),
            Judgement("confirmed", f"{by} heard it", claim.appearances.get().pk),
        ],
        submit=submit,
    )


def check(claim: Claim, by: User, verdict: str) -> CrossCheck:
    return seconding.cross_check(
        by=by,
        claim_id=claim.pk,
        expected_version=case_of(claim).version,
        judgements=[
            Judgement(verdict, f"{by}: {verdict}"),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )


def in_vote(ann: User, ben: User) -> Claim:
    claim = submitted(ann)
    check(claim, ben, "true")
    return claim


def published(ann: User, ben: User, eve: User) -> Claim:
    claim = in_vote(ann, ben)
    seconding.vote_claim(by=eve, claim_id=claim.pk)
    publishing.publish_claim(by=eve, claim_id=claim.pk)
    return claim


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith((".", "?"))
    return refused.value.code


# ---- The blind cross-check ----------------------------------------------------------------------------


def test_a_cross_checker_who_agrees_sends_it_on_and_the_verdict_becomes_the_desks(
    ann: User, ben: User
) -> None:
    claim = submitted(ann)
    assert case_of(claim).veracity == ""
    assert check(claim, ben, "true").agreed
    case = case_of(claim)
    assert (case.state, case.veracity) == (State.IN_VOTE, "true")
    assert claim.appearances.get().attribution == "confirmed"
    pairs = VerdictPair.objects.order_by("kind").values_list(
        "kind", "author_review__verdict", "checker_review__verdict"
    )
    assert list(pairs) == [("attribution", "confirmed", "confirmed"), ("veracity", "true", "true")]


def test_a_cross_checker_who_differs_sends_it_back_to_its_author_with_both_rationales(
    ann: User, ben: User
) -> None:
    claim = submitted(ann)
    assert not check(claim, ben, "misleading").agreed
    case = case_of(claim)
    assert (case.state, case.veracity) == (State.IN_REVIEW, "")
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ann
    told = decisions.decision(case, viewer=ann)
    assert not told.hidden
    [disagreement] = told.checks
    assert {
        (pair.kind, pair.author_review.rationale, pair.checker_review.rationale)
        for pair in disagreement.pairs.all()
    } >= {(ReviewKind.VERACITY, "ann: true", "ben: misleading")}
    # She comes round, he looks again: now they agree.
    judge(claim, ann, "misleading")
    assert check(claim, ben, "misleading").agreed
    assert (case_of(claim).state, case_of(claim).veracity) == (State.IN_VOTE, "misleading")
    assert [found.agreed for found in CrossCheck.objects.order_by("pk")] == [False, True]


def test_what_the_author_answered_is_hidden_until_the_cross_check_is_done(
    ann: User, ben: User, eve: User
) -> None:
    claim = submitted(ann, "false")
    for viewer, sees in ((ann, True), (ben, False), (eve, False), (make_user(role="viewer"), False)):
        seen = decisions.visible_reviews(Review.objects.filter(claim=claim), viewer)
        assert seen.exists() is sees, viewer
        events = decisions.visible_events(AuditEvent.objects.filter(claim=claim), case_of(claim), viewer)
        words = str([(event.before, event.after) for event in events])
        assert ("false" in words) is sees, viewer
        rows = decisions.visible_event_rows(AuditEvent.objects.filter(claim=claim, verb="review"), viewer)
        assert rows.exists() is sees
    check(claim, ben, "true")
    assert decisions.visible_reviews(Review.objects.filter(claim=claim), ben).count() == 4


def test_a_stale_write_during_the_cross_check_tells_no_verdict(ann: User, ben: User) -> None:
    claim = submitted(ann, "false")
    with pytest.raises(Conflict) as stale:
        seconding.cross_check(by=ben, claim_id=claim.pk, expected_version=1, judgements=[Judgement("true")])
    assert "false" not in str(stale.value.details)


def test_nobody_checks_their_own_verdict(ann: User) -> None:
    claim = submitted(ann)
    assert refusal(lambda: check(claim, ann, "true")) == "own_verdict"
    assert refusal(lambda: assigning.take_claim(by=ann, claim_id=claim.pk)) == "own_verdict"
    assert assigning.take_next(by=ann) is None


def test_a_cross_check_answers_what_the_author_answered(ann: User, ben: User) -> None:
    claim = submitted(ann)
    version = case_of(claim).version
    one = partial(seconding.cross_check, by=ben, claim_id=claim.pk, expected_version=version)
    assert refusal(lambda: one(judgements=[Judgement("true")])) == "verdict_missing"
    assert refusal(lambda: one(judgements=[])) == "verdict_missing"
    assert case_of(claim).version == version


def test_next_for_me_hands_out_cross_checks_of_others(ann: User, ben: User) -> None:
    claim = submitted(ann, priority=80)
    pressing, later = make_claim(priority=90), make_claim(priority=80)
    taken = [assigning.take_next(by=ben) for _ in range(3)]
    assert [one.claim_id for one in taken] == [pressing.pk, claim.pk, later.pk]
    assert [one.stage for one in taken] == ["author", "cross_check", "author"]
    assert case_of(claim).state == State.IN_CROSS_CHECK
    cleo = make_user("cleo", "reviewer")
    assert assigning.take_next(by=cleo) is None
    assert refusal(lambda: check(claim, cleo, "true")) == "taken"
    # While somebody is looking at it, its author leaves it as it is.
    assert refusal(lambda: judge(claim, ann, "false", submit=False)) == "not_yours"
    assigning.release_claim(by=ben, claim_id=claim.pk)
    assert case_of(claim).state == State.IN_CROSS_CHECK
    judge(claim, ann, "false", submit=False)
    assert assigning.take_next(by=cleo).claim_id == claim.pk


def test_a_cross_check_whose_lease_ran_out_waits_again(ann: User, ben: User) -> None:
    claim = submitted(ann)
    assigning.take_claim(by=ben, claim_id=claim.pk)
    Assignment.objects.filter(ended_at=None).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert assigning.release_expired_leases() == 1
    assert case_of(claim).state == State.IN_CROSS_CHECK
    assert assigning.take_next(by=make_user(role="reviewer")).claim_id == claim.pk


def test_a_desk_without_cross_check_goes_straight_to_its_editors(ann: User) -> None:
    set_desk(min_evidence=0, cross_check=False)
    claim = make_story_claim()
    judge(claim, ann, "true")
    assert (case_of(claim).state, case_of(claim).veracity) == (State.IN_VOTE, "true")


# ---- Evidence, votes, publication ---------------------------------------------------------------------


def test_too_little_evidence_needs_a_recorded_reason(ann: User) -> None:
    claim = make_claim(form="own-voice")
    submit = partial(
        reviewing.record_review, by=ann, claim_id=claim.pk, judgements=[Judgement("true")], submit=True
    )
    with pytest.raises(DomainError) as refused:
        submit(expected_version=1)
    assert (refused.value.code, refused.value.details) == ("evidence_missing", {"wanted": 2, "linked": 0})
    evidence.link_evidence(by=ann, claim_id=claim.pk, url="https://dam.example/plan", stance="supports")
    assert refusal(lambda: submit(expected_version=case_of(claim).version)) == "evidence_missing"
    submit(expected_version=case_of(claim).version, evidence_exception="The plan settles it.")
    case = case_of(claim)
    assert (case.state, case.evidence_exception) == (State.IN_CROSS_CHECK, "The plan settles it.")
    assert AuditEvent.objects.get(claim=claim, verb="submit").reason == "The plan settles it."


def test_as_many_editors_approve_as_the_desk_asks_for(ann: User, ben: User, eve: User) -> None:
    claim = in_vote(ann, ben)
    set_desk(quorum=2)
    seconding.vote_claim(by=eve, claim_id=claim.pk, note="Well sourced.")
    assert case_of(claim).state == State.IN_VOTE
    assert refusal(lambda: seconding.vote_claim(by=eve, claim_id=claim.pk)) == "already_voted"
    seconding.vote_claim(by=make_user("edgar", "editor"), claim_id=claim.pk)
    assert case_of(claim).state == State.APPROVED
    assert Vote.objects.count() == 2


def test_an_editor_does_not_approve_their_own_verdict(ben: User, eve: User) -> None:
    claim = in_vote(eve, ben)
    assert refusal(lambda: seconding.vote_claim(by=eve, claim_id=claim.pk)) == "own_verdict"


def test_an_editor_sends_it_back_with_a_reason_and_the_verdict_is_not_the_desks_any_more(
    ann: User, ben: User, eve: User
) -> None:
    claim = in_vote(ann, ben)
    assert refusal(lambda: seconding.send_back(by=eve, claim_id=claim.pk, reason=" ")) == "reason_missing"
    seconding.send_back(by=eve, claim_id=claim.pk, reason="Ask the ministry first.")
    case = case_of(claim)
    assert (case.state, case.veracity, claim.appearances.get().attribution) == (State.IN_REVIEW, "", "")
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ann
    # Votes of the earlier round count for nothing.
    judge(claim, ann, "true")
    check(claim, ben, "true")
    seconding.vote_claim(by=eve, claim_id=claim.pk)
    assert case_of(claim).state == State.APPROVED


def test_a_published_verdict_changes_only_by_a_correction_that_keeps_the_old_text(
    ann: User, ben: User, eve: User
) -> None:
    claim = published(ann, ben, eve)
    for call in (
        lambda: judge(claim, ann, "false", submit=False),
        lambda: seconding.send_back(by=eve, claim_id=claim.pk, reason="No."),
        lambda: curating.dismiss_claim(by=eve, claim_id=claim.pk, reason="not_a_claim"),
    ):
        assert refusal(call) == "illegal_move"
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="A reader found the later plan.")
    assert case_of(claim).veracity == "true"  # what is published, until the correction is
    with pytest.raises(Refused):
        judge(claim, ann, "false", submit=False)
    judge(claim, eve, "false", submit=False)
    publishing.publish_correction(by=eve, claim_id=claim.pk, note="We had the plan of 1953.")
    assert (case_of(claim).state, case_of(claim).veracity) == (State.PUBLISHED, "false")
    correction = Correction.objects.get()
    verdicts = {
        side: next(review["verdict"] for review in kept["reviews"] if review["kind"] == "veracity")
        for side, kept in (("before", correction.before), ("after", correction.after))
    }
    assert verdicts == {"before": "true", "after": "false"}
    assert correction.published_at is not None
    assert Review.objects.filter(claim=claim, rationale="ann: true").exists()


def test_a_retracted_verdict_is_not_corrected(ann: User, ben: User, eve: User) -> None:
    claim = published(ann, ben, eve)
    publishing.retract_claim(by=eve, claim_id=claim.pk, reason="The recording was forged.")
    assert (
        refusal(lambda: publishing.open_correction(by=eve, claim_id=claim.pk, reason="x")) == "illegal_move"
    )


# ---- Waiting and duplicates ---------------------------------------------------------------------------


def test_a_claim_on_hold_goes_on_where_it_was(ann: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    past = timezone.now() - timedelta(hours=1)
    assert (
        refusal(lambda: curating.hold_claim(by=ann, claim_id=claim.pk, reason="x", until=past))
        == "already_past"
    )
    curating.hold_claim(
        by=ann, claim_id=claim.pk, reason="They answer tomorrow.", until=timezone.now() + timedelta(days=1)
    )
    assert assigning.open_assignment(claim_id=claim.pk) is None
    assert curating.resume_due() == 0
    ClaimState.objects.filter(pk=claim.pk).update(hold_until=past)
    assert curating.resume_due() == 1
    case = case_of(claim)
    assert (case.state, case.hold_reason, case.hold_until) == (State.IN_REVIEW, "", None)
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ann


def test_a_duplicate_names_another_claim_that_is_none(ann: User) -> None:
    first, second, third = (make_claim() for _ in range(3))
    mark = partial(curating.mark_duplicate, by=ann)
    assert refusal(lambda: mark(claim_id=second.pk, of=None)) == "original_missing"
    assert refusal(lambda: mark(claim_id=second.pk, of=second.pk)) == "its_own_duplicate"
    with pytest.raises(Missing):
        mark(claim_id=second.pk, of=10**9)
    mark(claim_id=second.pk, of=first.pk)
    assert (case_of(second).state, case_of(second).duplicate_of) == (State.DUPLICATE, first)
    assert refusal(lambda: mark(claim_id=third.pk, of=second.pk)) == "original_is_duplicate"
    assert refusal(lambda: mark(claim_id=first.pk, of=third.pk)) == "has_duplicates"
    curating.queue_claim(by=ann, claim_id=second.pk)
    assert case_of(second).duplicate_of is None


def test_a_claim_is_handed_over_to_a_colleague(ann: User, ben: User, eve: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    assert refusal(lambda: assigning.hand_over(by=ben, claim_id=claim.pk, to=ben)) == "not_yours"
    viewer = make_user(role="viewer")
    assert refusal(lambda: assigning.hand_over(by=ann, claim_id=claim.pk, to=viewer)) == "cannot_take"
    assigning.hand_over(by=ann, claim_id=claim.pk, to=ben, note="You know the ministry.")
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ben
    assigning.hand_over(by=eve, claim_id=claim.pk, to=ann)  # an editor may for others
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ann


# ---- Undo ---------------------------------------------------------------------------------------------


def test_a_move_is_undone_until_somebody_else_has_acted(ann: User, ben: User) -> None:
    claim = submitted(ann)
    undoing.undo_move(by=ann, claim_id=claim.pk)
    assert case_of(claim).state == State.IN_REVIEW
    assert case_of(claim).author is None
    assert assigning.open_assignment(claim_id=claim.pk).reviewer == ann
    judge(claim, ann, "true")
    assert refusal(lambda: undoing.undo_move(by=ben, claim_id=claim.pk)) == "not_your_move"
    assigning.take_claim(by=ben, claim_id=claim.pk)
    assert refusal(lambda: undoing.undo_move(by=ann, claim_id=claim.pk)) == "acted_upon"


def test_undoing_goes_back_move_by_move(ann: User) -> None:
    claim = make_claim(state=State.NEW)
    assert refusal(lambda: undoing.undo_move(by=ann, claim_id=claim.pk)) == "nothing_to_undo"
    curating.queue_claim(by=ann, claim_id=claim.pk)
    assigning.take_claim(by=ann, claim_id=claim.pk)
    curating.dismiss_claim(by=ann, claim_id=claim.pk, reason="not_a_claim")
    seen = []
    for _ in range(3):
        undoing.undo_move(by=ann, claim_id=claim.pk)
        holder = assigning.open_assignment(claim_id=claim.pk)
        seen.append((case_of(claim).state, case_of(claim).dismiss_reason, holder and holder.reviewer))
    assert seen == [(State.IN_REVIEW, "", ann), (State.QUEUED, "", None), (State.NEW, "", None)]
    assert refusal(lambda: undoing.undo_move(by=ann, claim_id=claim.pk)) == "nothing_to_undo"


@pytest.mark.parametrize("verdict", ["true", "false"])
def test_an_undone_cross_check_is_blind_again_and_leaves_no_verdict(
    ann: User, ben: User, verdict: str
) -> None:
    claim = submitted(ann)
    check(claim, ben, verdict)
    undoing.undo_move(by=ben, claim_id=claim.pk)
    case = case_of(claim)
    assert (case.state, case.veracity, claim.appearances.get().attribution) == (State.IN_CROSS_CHECK, "", "")
    assert CrossCheck.objects.get().undone_at is not None
    check(claim, ben, "true")
    assert case_of(claim).state == State.IN_VOTE


def test_an_undone_approval_is_no_vote_and_an_undone_correction_no_correction(
    ann: User, ben: User, eve: User
) -> None:
    claim = in_vote(ann, ben)
    seconding.vote_claim(by=eve, claim_id=claim.pk)
    undoing.undo_move(by=eve, claim_id=claim.pk)
    assert Vote.objects.get().undone_at is not None
    seconding.vote_claim(by=eve, claim_id=claim.pk)
    publishing.publish_claim(by=eve, claim_id=claim.pk)
    publishing.open_correction(by=eve, claim_id=claim.pk, reason="Hasty.")
    undoing.undo_move(by=eve, claim_id=claim.pk)
    assert case_of(claim).state == State.PUBLISHED
    assert decisions.decision(case_of(claim), viewer=eve).corrections == []


# ---- The table, generated -----------------------------------------------------------------------------

SIDES = {
    State.ON_HOLD: {"held_from": "queued", "hold_reason": "We wait."},
    State.DISMISSED: {"dismiss_reason": "not_relevant"},
}


def in_state(state: State, author: User) -> Claim:
    """A claim put into `state` by hand, with its author's verdicts where there would be some."""
    claim = make_story_claim()
    sides = dict(SIDES.get(state, {}))
    if state == State.DUPLICATE:
        sides["duplicate_of"] = make_story_claim()
    if state not in (State.NEW, State.QUEUED):
        Review.objects.create(claim=claim, kind="veracity", verdict="true", reviewer=author)
        Review.objects.create(
            claim=claim,
            kind="attribution",
            verdict="confirmed",
            appearance=claim.appearances.get(),
            reviewer=author,
        )
        sides |= {"author": author, "round": 1}
    ClaimState.objects.filter(pk=claim.pk).update(state=state, **sides)
    if state == State.CORRECTING:
        Correction.objects.create(claim=claim, reason="An error.", opened_by=author)
    return claim


def given_for(name: str, claim: Claim, original: Claim) -> Given:
    return Given(
        reason="Because.",
        dismiss_reason="not_relevant",
        duplicate_of=original.pk,
        judgements=[
            Judgement("false" if name == "differ" else "true"),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )


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
    (name, guard)
    for name, move in workflow.MOVES.items()
    for guard in move.guards
    if not guard.endswith("cross_check_wanted")
]


@pytest.mark.parametrize(("name", "guard"), GUARDED)
def test_each_guard_of_each_move_is_asked(name: str, guard: str) -> None:
    """Everything else in order, what this guard asks for missing: refused with a sentence, nothing changed."""
    move, author, user = workflow.MOVES[name], make_user("author", "reviewer"), make_user("admin", "admin")
    set_desk(min_evidence=0, cross_check=name != "submit_unchecked")
    state = min(move.sources)
    if guard == "free" and State.IN_REVIEW in move.sources:
        state = State.IN_REVIEW
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


def without_verdicts(state: State, author: User, user: User, *, holder: bool) -> Claim:
    claim = make_story_claim()
    ClaimState.objects.filter(pk=claim.pk).update(state=state, author=author, round=1)
    if state == State.CORRECTING:
        Correction.objects.create(claim=claim, reason="An error.", opened_by=author)
    if holder:
        Assignment.objects.create(
            claim=claim, reviewer=user, leased_until=timezone.now() + timedelta(hours=1)
        )
    return claim


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


# ---- Random walks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_random_legal_walks_with_undo_keep_the_desk_whole(seed: int) -> None:
    """Random people make random moves and undo them: what holds always, holds."""
    dice = random.Random(seed)
    print(f"seed {seed}")
    set_desk(min_evidence=0)
    people = [make_user(role=role) for role in ("reviewer", "reviewer", "editor", "editor", "researcher")]
    original, claim = make_claim(), make_story_claim(state=State.NEW)
    moved = undone = 0
    for _ in range(60):
        by, case = dice.choice(people), case_of(claim)
        before = snapshot(claim)
        if dice.random() < 0.25:
            try:
                undoing.undo_move(by=by, claim_id=claim.pk)
                undone += 1
            except DomainError:
                assert snapshot(claim) == before
        else:
            move = dice.choice(workflow.moves_from(case.state) or [workflow.MOVES["queue"]])
            try:
                MAKERS[move.name](
                    given_for(move.name, claim, original),
                    by=by,
                    claim_id=claim.pk,
                    expected_version=case.version,
                )
                moved += 1
            except DomainError:
                assert snapshot(claim) == before
        always_so(claim)
    assert not [problem for problem in audit_problems() if f"laim {claim.pk} " in problem.sentence]
    assert moved > 5
    assert undone


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
