"""What a desk does with a claim: take it, judge it, dismiss it, link evidence; and what it is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from claims.choices import State
from claims.models import Assignment, AuditEvent, ClaimState, Evidence, Review
from claims.services import assigning, curating, evidence, reviewing
from claims.services.reviewing import Judgement
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, make_user, set_desk


@pytest.fixture
def reviewer(db: None) -> User:
    set_desk(min_evidence=0)  # what is asked for before a verdict goes on: test_workflow.py
    return make_user("rosa", "reviewer")


@pytest.fixture
def colleague(db: None) -> User:
    return make_user("carl", "reviewer")


def state_of(claim_id: int) -> ClaimState:
    return ClaimState.objects.get(pk=claim_id)


def test_next_for_me_is_the_most_pressing_claim(reviewer: User) -> None:
    make_claim(priority=10)
    pressing = make_claim(priority=90)
    make_claim(priority=99, state=State.NEW)
    assignment = assigning.take_next(by=reviewer)
    assert assignment is not None
    assert assignment.claim == pressing
    case = state_of(pressing.pk)
    assert (case.state, case.version) == (State.IN_REVIEW, 2)
    event = AuditEvent.objects.get(claim=pressing)
    assert (event.verb, event.actor, event.after) == ("take", reviewer, {"state": "in_review", "version": 2})


def test_an_empty_queue_gives_nothing(reviewer: User) -> None:
    make_claim(state=State.NEW)
    assert assigning.take_next(by=reviewer) is None


def test_viewers_and_researchers_may_not_take_claims(db: None) -> None:
    make_claim()
    for role in ("", "viewer", "researcher"):
        with pytest.raises(Refused) as refused:
            assigning.take_next(by=make_user(role=role))
        assert refused.value.code == "role_required"


@pytest.mark.django_db(transaction=True)
def test_no_claim_is_handed_out_twice() -> None:
    claims = {make_claim(priority=n).pk for n in range(24)}
    reviewers = [make_user(role="reviewer") for _ in range(8)]

    def take_three(user: User) -> list[int]:
        try:
            taken = [assigning.take_next(by=user) for _ in range(3)]
        finally:
            connection.close()
        return [assignment.claim_id for assignment in taken if assignment]

    with ThreadPoolExecutor(8) as pool:
        handed_out = [pk for taken in pool.map(take_three, reviewers) for pk in taken]
    assert len(handed_out) == 24
    assert set(handed_out) == claims


def test_a_claim_somebody_has_cannot_be_taken_or_judged(reviewer: User, colleague: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=colleague, claim_id=claim.pk)
    with pytest.raises(Conflict) as taken:
        assigning.take_claim(by=reviewer, claim_id=claim.pk)
    assert taken.value.code == "taken"
    assert "carl" in taken.value.message
    with pytest.raises(Conflict) as taken:
        reviewing.record_review(
            by=reviewer, claim_id=claim.pk, expected_version=2, judgements=[Judgement("true")]
        )
    assert taken.value.code == "taken"


def test_taking_again_renews_the_lease(reviewer: User) -> None:
    claim = make_claim()
    assignment = assigning.take_claim(by=reviewer, claim_id=claim.pk)
    Assignment.objects.update(leased_until=timezone.now())
    renewed = assigning.take_claim(by=reviewer, claim_id=claim.pk)
    assert renewed.pk == assignment.pk
    assert renewed.leased_until > timezone.now()


def test_a_lease_that_ran_out_puts_the_claim_back(reviewer: User, colleague: User) -> None:
    lost, kept = make_claim(), make_claim()
    for claim in (lost, kept):
        assigning.take_claim(by=reviewer, claim_id=claim.pk)
    Assignment.objects.filter(claim=lost).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert assigning.release_expired_leases() == 1
    assert state_of(lost.pk).state == State.QUEUED
    assert state_of(kept.pk).state == State.IN_REVIEW
    assert "rosa" in AuditEvent.objects.get(claim=lost, verb="release").reason
    assert assigning.take_next(by=colleague).claim == lost
    assert assigning.release_expired_leases() == 0


def test_a_lease_that_ran_out_keeps_nobody_waiting(reviewer: User, colleague: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    Assignment.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert assigning.take_claim(by=colleague, claim_id=claim.pk).reviewer == colleague
    assert list(Assignment.objects.order_by("pk").values_list("end", flat=True)) == ["expired", ""]
    with pytest.raises(Conflict):
        assigning.take_claim(by=reviewer, claim_id=claim.pk)


def test_whoever_types_past_their_lease_keeps_the_claim_while_nobody_else_took_it(reviewer: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    Assignment.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    [review] = reviewing.record_review(
        by=reviewer,
        claim_id=claim.pk,
        expected_version=2,
        judgements=[Judgement("true", "Typed for an hour.")],
    )
    assert review.rationale == "Typed for an hour."


def test_a_claim_is_put_back_by_whoever_has_it(reviewer: User, colleague: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    with pytest.raises(DomainError, match="do not have"):
        assigning.release_claim(by=colleague, claim_id=claim.pk)
    assigning.release_claim(by=reviewer, claim_id=claim.pk)
    assert state_of(claim.pk).state == State.QUEUED


def test_two_verdicts_are_recorded_and_submitted(reviewer: User) -> None:
    claim = make_story_claim()
    appearance = claim.appearances.get()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    reviews = reviewing.record_review(
        by=reviewer,
        claim_id=claim.pk,
        expected_version=2,
        judgements=[
            Judgement("half_true", "It holds more."),
            Judgement("second_hand", "Only the wire has it.", appearance.pk),
        ],
        submit=True,
    )
    assert [(review.kind, review.verdict) for review in reviews] == [
        ("veracity", "half_true"),
        ("attribution", "second_hand"),
    ]
    case = state_of(claim.pk)
    # The author's verdict; the desk's own once somebody else has come to the same.
    assert (case.state, case.author, case.veracity) == (State.IN_CROSS_CHECK, reviewer, "")
    appearance.refresh_from_db()
    assert appearance.attribution == ""
    assert assigning.open_assignment(claim_id=claim.pk) is None
    assert list(AuditEvent.objects.filter(claim=claim).values_list("verb", flat=True)) == [
        "submit",
        "review",
        "review",
        "take",
    ]


def test_a_new_verdict_supersedes_the_old_one_and_both_stay(reviewer: User) -> None:
    claim = make_claim()
    reviewing.record_review(
        by=reviewer, claim_id=claim.pk, expected_version=1, judgements=[Judgement("true", "First.")]
    )
    version = state_of(claim.pk).version
    again = reviewing.record_review(
        by=reviewer, claim_id=claim.pk, expected_version=version, judgements=[Judgement("false", "Second.")]
    )
    assert again[0].supersedes is not None
    assert again[0].supersedes.rationale == "First."
    assert [review.rationale for review in reviewing.current_reviews(claim.pk)] == ["Second."]
    assert Review.objects.count() == 2
    same = reviewing.record_review(
        by=reviewer,
        claim_id=claim.pk,
        expected_version=version + 1,
        judgements=[Judgement("false", "Second.")],
    )
    assert same == []


def test_a_stale_write_is_refused_with_what_happened_meanwhile(reviewer: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    evidence.link_evidence(
        by=make_user("eve", "researcher"),
        claim_id=claim.pk,
        url="https://dam.example/report",
        stance="refutes",
    )
    with pytest.raises(Conflict) as conflict:
        reviewing.record_review(
            by=reviewer, claim_id=claim.pk, expected_version=2, judgements=[Judgement("true")]
        )
    assert conflict.value.code == "stale"
    assert conflict.value.details["current"]["version"] == 3
    [change] = conflict.value.details["changes"]
    assert (change["actor"], change["verb"], change["after"]["url"]) == (
        "eve",
        "link_evidence",
        "https://dam.example/report",
    )
    assert not Review.objects.exists()


def test_both_questions_are_answered_before_a_claim_is_submitted(reviewer: User) -> None:
    claim = make_story_claim()
    with pytest.raises(DomainError) as error:
        reviewing.record_review(
            by=reviewer, claim_id=claim.pk, expected_version=1, judgements=[Judgement("true")], submit=True
        )
    assert error.value.code == "verdict_missing"
    assert "Did they say it?" in error.value.message
    assert not Review.objects.exists()
    own_voice = make_claim(form="own-voice")
    reviewing.record_review(
        by=reviewer, claim_id=own_voice.pk, expected_version=1, judgements=[Judgement("true")], submit=True
    )
    assert state_of(own_voice.pk).state == State.IN_CROSS_CHECK


def test_after_submitting_only_the_author_may_change_the_verdict(reviewer: User, colleague: User) -> None:
    claim = make_claim(form="own-voice")
    reviewing.record_review(
        by=reviewer, claim_id=claim.pk, expected_version=1, judgements=[Judgement("true")], submit=True
    )
    version = state_of(claim.pk).version
    with pytest.raises(DomainError) as error:
        reviewing.record_review(
            by=colleague, claim_id=claim.pk, expected_version=version, judgements=[Judgement("false")]
        )
    assert error.value.code == "not_yours"
    reviewing.record_review(
        by=reviewer, claim_id=claim.pk, expected_version=version, judgements=[Judgement("mostly_true")]
    )
    assert [review.verdict for review in reviewing.current_reviews(claim.pk)] == ["mostly_true"]


@pytest.mark.parametrize("verdict", ["", "confirmed", "TRUE", "pants on fire"])
def test_verdicts_off_the_scale_are_refused(reviewer: User, verdict: str) -> None:
    with pytest.raises(DomainError) as error:
        reviewing.record_review(
            by=reviewer, claim_id=make_claim().pk, expected_version=1, judgements=[Judgement(verdict)]
        )
    assert error.value.code == "unknown_verdict"


def test_an_appearance_of_another_claim_is_refused(reviewer: User) -> None:
    mine, other = make_claim(), make_claim()
    with pytest.raises(Missing):
        reviewing.record_review(
            by=reviewer,
            claim_id=mine.pk,
            expected_version=1,
            judgements=[Judgement("confirmed", "", other.appearances.get().pk)],
        )


def test_a_claim_is_dismissed_for_a_reason_and_can_come_back(reviewer: User) -> None:
    claim = make_claim()
    with pytest.raises(DomainError) as error:
        curating.dismiss_claim(by=reviewer, claim_id=claim.pk, reason="bored")
    assert error.value.code == "unknown_reason"
    assigning.take_claim(by=reviewer, claim_id=claim.pk)
    curating.dismiss_claim(by=reviewer, claim_id=claim.pk, reason="not_a_claim", note="A question.")
    case = state_of(claim.pk)
    assert (case.state, case.dismiss_reason) == (State.DISMISSED, "not_a_claim")
    assert assigning.open_assignment(claim_id=claim.pk) is None
    curating.queue_claim(by=reviewer, claim_id=claim.pk)
    case = state_of(claim.pk)
    assert (case.state, case.dismiss_reason) == (State.QUEUED, "")


def test_an_illegal_move_says_what_it_is_for(reviewer: User) -> None:
    claim = make_claim(state=State.APPROVED)
    with pytest.raises(DomainError) as error:
        curating.dismiss_claim(by=reviewer, claim_id=claim.pk, reason="not_a_claim")
    assert error.value.code == "illegal_move"
    assert "approved" in error.value.message


def test_one_document_serves_many_claims(reviewer: User) -> None:
    for claim, url in (
        (make_claim(), "https://dam.example/report?utm_source=x"),
        (make_claim(), "https://DAM.example/report#p3"),
    ):
        evidence.link_evidence(by=reviewer, claim_id=claim.pk, url=url, stance="supports", title="Report")
    assert Evidence.objects.count() == 1
    assert Evidence.objects.get().links.count() == 2


def test_withdrawn_evidence_stays_in_the_history(reviewer: User) -> None:
    claim = make_claim()
    link = evidence.link_evidence(
        by=reviewer, claim_id=claim.pk, url="https://dam.example/", stance="supports"
    )
    with pytest.raises(DomainError, match="already"):
        evidence.link_evidence(by=reviewer, claim_id=claim.pk, url="https://dam.example/", stance="refutes")
    with pytest.raises(Missing):  # of another claim than the page it is asked from
        evidence.withdraw_evidence(by=reviewer, claim_id=make_claim().pk, link_id=link.pk)
    evidence.withdraw_evidence(by=reviewer, claim_id=claim.pk, link_id=link.pk)
    with pytest.raises(Missing):
        evidence.withdraw_evidence(by=reviewer, claim_id=claim.pk, link_id=link.pk)
    evidence.link_evidence(by=reviewer, claim_id=claim.pk, url="https://dam.example/", stance="refutes")
    assert claim.evidence_links.count() == 2


def test_a_document_known_without_a_title_gets_the_one_that_is_given(reviewer: User) -> None:
    about = {"by": reviewer, "url": "https://dam.example/plans", "stance": "supports"}
    links = [
        evidence.link_evidence(claim_id=make_claim().pk, title=title, **about)
        for title in ("", "Plans of the dam", "The plans of 1954")
    ]
    assert Evidence.objects.get().title == "Plans of the dam"
    told = AuditEvent.objects.filter(verb="link_evidence", object_id=links[2].pk).get()
    assert told.after["title"] == "The plans of 1954"  # what somebody typed is never gone


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dam.example",
        "javascript:alert(1)",
        "ftp://dam.example/",
        "https://",
        "https://x.example/" + "a" * 2000,
        "https://user:secret@dam.example/",
        "https://dam.example\\@evil.example/",
        "https://dam.example/a\nb",
        "http://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
    ],
)
def test_evidence_needs_a_web_address(reviewer: User, url: str) -> None:
    with pytest.raises(DomainError) as error:
        evidence.link_evidence(by=reviewer, claim_id=make_claim().pk, url=url, stance="supports")
    assert error.value.code == "invalid_url"
    assert "secret" not in error.value.message


def test_a_claim_that_is_not_there_says_so(reviewer: User) -> None:
    with pytest.raises(Missing):
        assigning.take_claim(by=reviewer, claim_id=10**12)
