"""A claim's way: the blind cross-check, the vote, corrections, waiting, and undoing."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from claims import decisions
from claims.choices import ReviewKind, State
from claims.models import (
    Assignment,
    AuditEvent,
    ClaimState,
    Correction,
    CrossCheck,
    EvidenceLink,
    Review,
    VerdictPair,
    Vote,
)
from claims.services import assigning, curating, evidence, publishing, reviewing, seconding, undoing
from claims.services.reviewing import Judgement
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.claims.walking import case_of, check, in_vote, judge, published, refusal, submitted
from tests.factories import make_claim, make_story_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


# ---- The blind cross-check --------------------------------------------------------------------------


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


def test_what_a_document_is_said_to_do_to_the_claim_is_hidden_until_the_cross_check_is_done(
    ann: User, ben: User, eve: User
) -> None:
    claim = submitted(ann, "false")
    stated = evidence.link_evidence(
        by=ann, claim_id=claim.pk, stance="refutes", url="https://plans.example/1"
    )
    withdrawn = evidence.link_evidence(
        by=ann, claim_id=claim.pk, stance="refutes", url="https://plans.example/2"
    )
    evidence.withdraw_evidence(by=ann, claim_id=claim.pk, link_id=withdrawn.pk)
    own = evidence.link_evidence(by=ben, claim_id=claim.pk, stance="context", url="https://plans.example/3")

    def told(viewer: User) -> dict[int, str]:
        links = EvidenceLink.objects.filter(claim=claim)
        assert decisions.visible_link_rows(links, viewer).count() == sum(
            map(bool, told_by(links, viewer).values())
        )
        return told_by(links, viewer)

    def told_by(links: QuerySet[EvidenceLink], viewer: User) -> dict[int, str]:
        return dict(decisions.with_told_stances(links, viewer).values_list("pk", "told_stance"))

    def history(viewer: User) -> str:
        events = decisions.visible_events(AuditEvent.objects.filter(claim=claim), case_of(claim), viewer)
        rows = decisions.visible_event_rows(AuditEvent.objects.filter(claim=claim), viewer)
        return str([(one.before, one.after) for one in events]) + str(
            rows.filter(verb="link_evidence").count()
        )

    assert told(ann) == {stated.pk: "refutes", withdrawn.pk: "refutes", own.pk: "context"}
    assert "refutes" in history(ann)
    for viewer in (eve, make_user(role="viewer")):
        assert told(viewer) == {stated.pk: "", withdrawn.pk: "", own.pk: ""}
        assert "refutes" not in history(viewer)
    assert told(ben) == {stated.pk: "", withdrawn.pk: "", own.pk: "context"}
    assert "refutes" not in history(ben)
    assert "https://plans.example/1" in history(ben)
    check(claim, ben, "true")
    assert told(eve) == {stated.pk: "refutes", withdrawn.pk: "refutes", own.pk: "context"}
    assert "refutes" in history(ben)


def test_no_page_and_no_answer_of_the_api_tells_a_stance_before_the_second_verdict(
    ann: User, ben: User, client: Client
) -> None:
    claim = submitted(ann, "false")
    evidence.link_evidence(
        by=ann,
        claim_id=claim.pk,
        stance="refutes",
        kind="data",
        quote="40 million",
        url="https://plans.example/1",
    )
    make_user("sam", "admin", is_staff=True, is_superuser=True)
    addresses = [
        f"/review/{claim.pk}/",
        f"/api/v1/claims/{claim.pk}/",
        f"/api/v1/claims/{claim.pk}/evidence/",
        f"/api/v1/claims/{claim.pk}/history/",
        "/admin/claims/evidencelink/",
        "/admin/claims/auditevent/",
    ]

    def telling(name: str) -> list[str]:
        client.force_login(User.objects.get(username=name))
        pages = {address: client.get(address).content.decode() for address in addresses}
        assert "40 million" in pages[addresses[0]]
        assert "40 million" in pages[addresses[2]]
        said = ('"refutes"', ">Refutes<", "(refutes)", "Refutes: ")
        forms = ('value="refutes"', "stance__exact=refutes")  # the choices of a form or a filter
        return [
            address
            for address, page in pages.items()
            if any(words in re.sub("|".join(forms), "", page) for words in said)
        ]

    assert telling("ben") == []
    assert [one for one in telling("sam") if "admin" not in one] == []
    assert telling("ann") == addresses[:4]
    check(claim, ben, "true")
    assert telling("ben") == addresses[:4]


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


# ---- Evidence, votes, publication -------------------------------------------------------------------


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


# ---- Waiting and duplicates -------------------------------------------------------------------------


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


# ---- Undo -------------------------------------------------------------------------------------------


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
