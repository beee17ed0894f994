"""Who is told what, once, in the transaction that causes it; and what is taken back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from claims.choices import NoticeKind, State
from claims.inbox import inbox_page, unread_count, words_of
from claims.models import Assignment, Claim, ClaimState, EvidenceLink, EvidenceWatch, Notice
from claims.services import (
    assigning,
    curating,
    notices,
    replies,
    reviewing,
    seconding,
    talking,
    undoing,
    watching,
)
from claims.services.evidence import link_evidence, see_evidence
from claims.services.reviewing import Judgement
from factcheck.lib.errors import DomainError, Missing
from factcheck.models import User
from tests.factories import make_claim, make_story_claim, set_desk

from .conftest import told

pytestmark = pytest.mark.django_db


def version_of(claim: Claim) -> int:
    return ClaimState.objects.get(pk=claim.pk).version


def answers(claim: Claim, verdict: str) -> list[Judgement]:
    return [
        Judgement(verdict, f"Because it is {verdict}."),
        Judgement("confirmed", "", claim.appearances.get().pk),
    ]


def submitted(by: User) -> Claim:
    set_desk(min_evidence=0)
    claim = make_story_claim()
    reviewing.record_review(
        by=by, claim_id=claim.pk, expected_version=1, judgements=answers(claim, "true"), submit=True
    )
    return claim


def check(claim: Claim, by: User, verdict: str) -> None:
    seconding.cross_check(
        by=by,
        claim_id=claim.pk,
        expected_version=version_of(claim),
        judgements=answers(claim, verdict),
    )


# ---- Who is told --------------------------------------------------------------------------------------


def test_whoever_gets_a_claim_is_told_with_the_note(ann: User, ben: User, eve: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    assert told(ann) == []  # she took it herself
    assigning.hand_over(by=ann, claim_id=claim.pk, to=ben, note="You know the dam.")
    notice = Notice.objects.get()
    assert (notice.recipient, notice.by, notice.kind, notice.note) == (
        ben,
        ann,
        NoticeKind.ASSIGNED,
        "You know the dam.",
    )
    assert words_of(notice) == "ann gave it to you"
    # Passed on before he looked: it is not his any more.
    assigning.hand_over(by=eve, claim_id=claim.pk, to=ann)
    assert (told(ben), told(ann)) == ([], [NoticeKind.ASSIGNED])
    assert Assignment.objects.get(ended_at=None).given_by == eve


def test_an_author_is_told_that_it_came_back_and_by_whom(ann: User, ben: User, eve: User) -> None:
    claim = submitted(ann)
    check(claim, ben, "false")
    assert told(ann) == [NoticeKind.SENT_BACK]
    assert told(ben) == []
    assert words_of(Notice.objects.get()) == "ben came to another verdict in the cross-check"
    reviewing.record_review(
        by=ann,
        claim_id=claim.pk,
        expected_version=version_of(claim),
        judgements=answers(claim, "false"),
        submit=True,
    )
    check(claim, ben, "false")
    seconding.send_back(by=eve, claim_id=claim.pk, reason="Ask the board first.")
    last = Notice.objects.filter(recipient=ann).latest("pk")
    assert (last.kind, last.by, last.note) == (NoticeKind.SENT_BACK, eve, "Ask the board first.")


def test_undoing_takes_back_what_nobody_has_read(ann: User, ben: User) -> None:
    claim = submitted(ann)
    check(claim, ben, "false")
    undoing.undo_move(by=ben, claim_id=claim.pk)
    assert told(ann) == []
    check(claim, ben, "misleading")
    notices.mark_claim_read(by=ann, claim_id=claim.pk)
    undoing.undo_move(by=ben, claim_id=claim.pk)
    assert Notice.objects.filter(recipient=ann).count() == 1  # she has seen it: it stays, read


def test_a_refused_or_rolled_back_write_tells_nobody(ann: User, ben: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    with pytest.raises(DomainError):
        assigning.hand_over(by=ben, claim_id=claim.pk, to=ben)
    with transaction.atomic():
        assigning.hand_over(by=ann, claim_id=claim.pk, to=ben)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_mentions_and_answers_reach_each_person_once(ann: User, ben: User, eve: User) -> None:
    claim = make_claim()
    say = partial(talking.add_comment, claim_id=claim.pk)
    first = say(by=ann, text="@ben, where is the plan? @ann @nobody")
    assert (told(ann), told(ben)) == ([], [NoticeKind.MENTION])
    talking.edit_comment(by=ann, comment_id=first.pk, text="@ben @eve, where is the plan?")
    assert (told(ben), told(eve)) == ([NoticeKind.MENTION], [NoticeKind.MENTION])
    say(by=ben, text="In the archive.", thread=first.pk)
    assert told(ann) == [NoticeKind.ANSWER]
    answer = say(by=eve, text="@ann, look there.", thread=first.pk)
    # Mentioned in an answer of her own thread: told once. Ben said something there: an answer for him.
    assert told(ann) == [NoticeKind.ANSWER, NoticeKind.MENTION]
    assert told(ben) == [NoticeKind.MENTION, NoticeKind.ANSWER]
    assert Notice.objects.get(recipient=ben, comment=answer).get_absolute_url() == (
        f"/review/{claim.pk}/#comment-{answer.pk}"
    )
    talking.delete_comment(by=eve, comment_id=answer.pk)
    assert told(ann) == [NoticeKind.ANSWER]
    assert told(ben) == [NoticeKind.MENTION]


def test_a_reply_that_a_colleague_enters_reaches_who_asked(ann: User, ben: User) -> None:
    claim = make_claim()
    asked = [
        replies.ask_reply(by=ann, claim_id=claim.pk, asked="The dam board", channel="email") for _ in range(2)
    ]
    for reply, by in zip(asked, (ann, ben), strict=True):
        replies.enter_answer(by=by, claim_id=claim.pk, reply_id=reply.pk, answer="It holds.")
    assert told(ann) == [NoticeKind.REPLY_ENTERED]
    assert words_of(Notice.objects.get()) == "ben entered what The dam board answered"


def test_a_claim_that_comes_off_hold_is_told_to_whoever_has_it_again(ann: User, eve: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    for by, expected in ((ann, []), (eve, [NoticeKind.RESUMED]), (None, [NoticeKind.RESUMED] * 2)):
        curating.hold_claim(by=ann, claim_id=claim.pk, reason="The court sits.")
        curating.resume_claim(by=by, claim_id=claim.pk)
        assert told(ann) == expected


def test_a_lease_that_ran_out_is_told_once(ann: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=ann, claim_id=claim.pk)
    Assignment.objects.update(leased_until=timezone.now() - timedelta(minutes=1))
    assigning.release_expired_leases()
    assigning.release_expired_leases()
    assert told(ann) == [NoticeKind.LEASE_OVER]
    assert ClaimState.objects.get(pk=claim.pk).state == State.QUEUED


def test_evidence_that_changed_is_told_to_whoever_linked_it_until_they_looked(ann: User, ben: User) -> None:
    claim = make_claim()
    link = link_evidence(by=ann, claim_id=claim.pk, url="https://survey.example/dam", stance="supports")
    for verb in (NoticeKind.EVIDENCE_CHANGED, NoticeKind.EVIDENCE_GONE):
        watching._tell_claims(EvidenceWatch.objects.get(pk=link.evidence_id), verb, {"url": "x"})
    assert told(ann) == [NoticeKind.EVIDENCE_CHANGED, NoticeKind.EVIDENCE_GONE]
    assert Notice.objects.first().get_absolute_url().endswith(f"#evidence-{link.pk}")
    see_evidence(by=ben, claim_id=claim.pk, link_id=link.pk)
    assert told(ann) == []
    assert EvidenceLink.objects.get().seen_at


def test_nobody_is_told_the_same_twice_however_often_it_is_told(ann: User, ben: User) -> None:
    claim = make_claim()
    for _ in range(3):
        notices.tell([ann.pk, ben.pk, ann.pk, None], NoticeKind.MENTION, claim_id=claim.pk, key="k", by=ben)
    assert (told(ann), told(ben)) == ([NoticeKind.MENTION], [])


def test_a_blind_cross_checkers_inbox_tells_no_verdict(ann: User, ben: User, eve: User) -> None:
    claim = submitted(ann)
    assigning.take_claim(by=eve, claim_id=claim.pk)
    assigning.hand_over(by=eve, claim_id=claim.pk, to=ben, note="Please.")
    [shown] = inbox_page(ben, unread=True).rows
    everything = f"{shown.words} {shown.quote} {shown.notice} {vars(shown.notice)}".lower()
    assert "verdict" not in everything
    assert "because it is" not in everything
    columns = {field.name for field in Notice._meta.fields}
    assert columns & {"verdict", "veracity", "state", "rationale"} == set()


# ---- What was read --------------------------------------------------------------------------------------


def tell_many(user: User, count: int) -> list[Notice]:
    claim = make_claim()
    for number in range(count):
        notices.tell([user.pk], NoticeKind.MENTION, claim_id=claim.pk, key=f"k{number}")
    return list(Notice.objects.filter(recipient=user).order_by("pk"))


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as error:
        call()
    return error.value.code


def test_one_and_all_are_marked_but_not_what_came_in_since(ann: User, ben: User) -> None:
    mine = tell_many(ann, 4)
    tell_many(ben, 1)
    assert notices.mark_read(by=ann, notice_id=mine[0].pk).read_at
    first = Notice.objects.get(pk=mine[0].pk).read_at
    assert notices.mark_read(by=ann, notice_id=mine[0].pk).read_at == first
    assert notices.mark_all_read(by=ann, through=mine[2].pk) == 2
    assert unread_count(ann) == 1
    assert notices.mark_all_read(by=ann) == 1
    assert (unread_count(ann), unread_count(ben)) == (0, 1)
    with pytest.raises(Missing):
        notices.mark_read(by=ben, notice_id=mine[0].pk)
    assert refused(lambda: notices.mark_read(by=ann, notice_id=10**9)) == "notice_not_found"


def test_the_count_stops_at_a_hundred_and_reads_only_the_unread(
    ann: User, django_assert_num_queries: Any
) -> None:
    tell_many(ann, 120)
    with django_assert_num_queries(1) as asked:
        assert unread_count(ann) == 100
    assert "LIMIT 100" in asked[0]["sql"]


def test_a_page_is_one_query_and_pages_follow_each_other(ann: User, django_assert_num_queries: Any) -> None:
    everything = [notice.pk for notice in reversed(tell_many(ann, 130))]
    seen, after = [], ""
    for _ in range(3):
        with django_assert_num_queries(1):
            page = inbox_page(ann, unread=True, after=after)
        seen += [one.notice.pk for one in page.rows]
        after = page.after
    assert (seen, after) == (everything, "")
    back = inbox_page(ann, unread=True, before=page.before)
    assert [one.notice.pk for one in back.rows] == everything[50:100]
