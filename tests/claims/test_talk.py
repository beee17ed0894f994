"""Talk on a claim: comments with mentions, and the log of replies that can hold it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone

from claims import talk
from claims.choices import State
from claims.models import AuditEvent, ClaimState, Comment, CommentEdit, Mention, Reply
from claims.services import assigning, curating, editing, replies, talking, undoing
from claims.services.verifying import audit_problems
from claims.templatetags.talk import comment_html, plain_html
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "reviewer")


@pytest.fixture
def carl() -> User:
    return make_user("carl.m", "researcher")


def refusal(call: Any) -> str:
    with pytest.raises(DomainError) as refused:
        call()
    assert refused.value.message.endswith(".")
    return refused.value.code


def say(by: User, claim_id: int, text: str, **more: Any) -> Comment:
    return talking.add_comment(by=by, claim_id=claim_id, text=text, **more)


# ---- Comments ---------------------------------------------------------------------------------------


def test_a_thread_is_read_in_its_order(rosa: User, carl: User) -> None:
    claim = make_claim()
    first = say(rosa, claim.pk, "Where is the plan?")
    second = say(carl, claim.pk, "Another thing.")
    answer = say(carl, claim.pk, "In the archive.", thread=first.pk)
    say(rosa, claim.pk, "Thanks.", thread=answer.pk)
    told = talk.talk_about(claim.pk)
    assert [[one.first.text, *(answer.text for answer in one.answers)] for one in told.threads] == [
        ["Where is the plan?", "In the archive.", "Thanks."],
        ["Another thing."],
    ]
    assert told.said == 4
    with pytest.raises(Missing):
        say(rosa, make_claim().pk, "Here?", thread=second.pk)  # of another claim
    with pytest.raises(Missing):
        say(rosa, 10**9, "Nowhere.")
    with pytest.raises(Refused):
        say(make_user(role="viewer"), claim.pk, "May I?")


def test_ones_own_words_are_changed_and_deleted_and_kept(rosa: User, carl: User) -> None:
    claim = make_claim()
    comment = say(rosa, claim.pk, "It is of 1953.")
    say(carl, claim.pk, "No, 1954.", thread=comment.pk)
    talking.edit_comment(by=rosa, comment_id=comment.pk, text="It is of 1954.")
    talking.edit_comment(by=rosa, comment_id=comment.pk, text="It is of 1954.")  # says the same: no edit
    with pytest.raises(Refused):
        talking.edit_comment(by=carl, comment_id=comment.pk, text="Mine now.")
    with pytest.raises(Refused):
        talking.delete_comment(by=carl, comment_id=comment.pk)
    talking.delete_comment(by=rosa, comment_id=comment.pk)
    kept = [edit.text for edit in talk.earlier_words(claim.pk, comment.pk)]
    assert kept == ["It is of 1954.", "It is of 1953."]
    told = talk.talk_about(claim.pk)
    assert [(one.first.text, len(one.answers)) for one in told.threads] == [("", 1)]
    with pytest.raises(Missing):
        talking.delete_comment(by=rosa, comment_id=comment.pk)
    events = list(AuditEvent.objects.filter(claim=claim).order_by("pk").values_list("verb", flat=True))
    assert events == ["comment", "comment", "edit_comment", "delete_comment"]
    with pytest.raises(Error), transaction.atomic():
        CommentEdit.objects.update(text="")


def test_a_deleted_comment_without_answers_is_gone_from_the_page(rosa: User) -> None:
    claim = make_claim()
    talking.delete_comment(by=rosa, comment_id=say(rosa, claim.pk, "Wrong claim.").pk)
    assert talk.talk_about(claim.pk).threads == []


def test_talk_stops_nobodys_judging_and_undoing(rosa: User, carl: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=rosa, claim_id=claim.pk)
    version = ClaimState.objects.get(pk=claim.pk).version
    say(carl, claim.pk, "@rosa, the plan is in the archive.")
    assert ClaimState.objects.get(pk=claim.pk).version == version
    assert undoing.undo_move(by=rosa, claim_id=claim.pk, expected_version=version).state == State.QUEUED
    assert list(audit_problems()) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@rosa look", ["rosa"]),
        ("ask @carl.m. And @rosa, too (@rosa)", ["carl.m", "rosa"]),
        ("rosa@post.example and https://a.example/@rosa", []),
        ("@ nobody, @@rosa", []),
        ("„@rosa“ “@carl.m”", ["carl.m"]),
    ],
)
def test_who_is_mentioned(text: str, names: list[str]) -> None:
    assert talking.mentioned_names(text) == names


def test_colleagues_are_mentioned_once_and_never_oneself(rosa: User, carl: User) -> None:
    claim = make_claim()
    make_user("gone", "reviewer", is_active=False)
    comment = say(rosa, claim.pk, "@carl.m @rosa @gone @nobody: see this, @carl.m.")
    talking.edit_comment(by=rosa, comment_id=comment.pk, text="@carl.m, see this.")
    assert [mention.user for mention in Mention.objects.all()] == [carl]
    talking.delete_comment(by=rosa, comment_id=comment.pk)
    assert not Mention.objects.exists()


@pytest.mark.parametrize(("text", "code"), [(" \n", "nothing_said"), ("x" * 10_001, "too_long")])
def test_what_is_no_comment(rosa: User, text: str, code: str) -> None:
    claim = make_claim()
    assert refusal(lambda: say(rosa, claim.pk, text)) == code


def test_words_are_shown_as_they_were_typed_and_do_nothing() -> None:
    hostile = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> javascript:alert(1) &amp; [x](javascript:y)"
    )
    for shown in (comment_html(hostile), plain_html(hostile)):
        assert "<script" not in shown
        assert "<img" not in shown
        assert "href" not in shown
        assert "&lt;script&gt;" in shown
    shown = comment_html('@ana see https://a.example/?q=<b>"x"&y=1 now\nand @"<i>" http://b.example\n\nnext')
    assert '<span class="comment__mention">@ana</span>' in shown
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert 'href="http://b.example" rel="nofollow"' in shown
    assert shown.count("<p>") == 2
    assert "<br>" in shown


# ---- Right of reply -----------------------------------------------------------------------------------


def ask(by: User, claim_id: int, **more: Any) -> Reply:
    return replies.ask_reply(
        by=by, claim_id=claim_id, **{"asked": "The dam board", "channel": "email", **more}
    )


def in_days(days: int) -> Any:
    return timezone.now() + timedelta(days=days)


def test_a_claim_waits_for_the_reply_and_goes_on_with_it(rosa: User) -> None:
    claim = make_claim()
    assigning.take_claim(by=rosa, claim_id=claim.pk)
    deadline = in_days(2)
    reply = ask(rosa, claim.pk, question="Is it so?", deadline=deadline, hold=True, expected_version=2)
    case = ClaimState.objects.get(pk=claim.pk)
    assert (case.state, case.hold_until) == (State.ON_HOLD, deadline)
    assert case.hold_reason == "Waiting for the reply of The dam board."
    replies.enter_answer(
        by=rosa, claim_id=claim.pk, reply_id=reply.pk, answer=" It is. ", expected_version=case.version
    )
    case.refresh_from_db()
    assert case.state == State.IN_REVIEW
    reply.refresh_from_db()
    assert (reply.answer, reply.entered_by) == ("It is.", rosa)
    assert reply.answered_at is not None
    assert list(audit_problems()) == []
    assert (
        refusal(lambda: replies.enter_answer(by=rosa, claim_id=claim.pk, reply_id=reply.pk, answer="Not."))
        == "answered"
    )


def test_a_claim_on_hold_for_something_else_stays_there(rosa: User) -> None:
    claim = make_claim()
    reply = ask(rosa, claim.pk, deadline=in_days(2), hold=True)
    curating.resume_claim(by=rosa, claim_id=claim.pk)
    curating.hold_claim(by=rosa, claim_id=claim.pk, reason="The court sits.")
    replies.enter_answer(by=rosa, claim_id=claim.pk, reply_id=reply.pk, answer="No comment.")
    assert ClaimState.objects.get(pk=claim.pk).state == State.ON_HOLD


def test_a_claim_that_cannot_be_held_is_not_asked_about_half(rosa: User) -> None:
    claim = make_claim(state=State.PUBLISHED, veracity="true", author=rosa)
    assert refusal(lambda: ask(rosa, claim.pk, deadline=in_days(1), hold=True)) == "illegal_move"
    assert not Reply.objects.exists()
    assert ask(rosa, claim.pk).deadline is None


def test_what_is_overdue_says_so(rosa: User) -> None:
    reply = ask(rosa, make_claim().pk, asked_at=in_days(-3), deadline=in_days(-1))
    assert talk.is_overdue(reply)
    assert not talk.is_overdue(ask(rosa, make_claim().pk, deadline=in_days(1)))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"asked": " "}, "nobody_asked"),
        ({"channel": "pigeon"}, "unknown_channel"),
        ({"asked_at": timezone.now() + timedelta(days=9)}, "not_yet"),
        ({"deadline": timezone.now() - timedelta(days=1)}, "deadline_past"),
        ({"hold": True}, "deadline_missing"),
    ],
)
def test_what_is_no_request_for_a_reply(rosa: User, given: dict[str, Any], code: str) -> None:
    claim = make_claim()
    assert refusal(lambda: ask(rosa, claim.pk, **given)) == code


def test_what_is_no_answer(rosa: User) -> None:
    claim = make_claim()
    reply = ask(rosa, claim.pk)

    def answer(**given: Any) -> Any:
        wanted = {"answer": "Yes.", "reply_id": reply.pk, **given}
        return lambda: replies.enter_answer(by=rosa, claim_id=claim.pk, **wanted)

    assert refusal(answer(answer=" ")) == "no_answer"
    assert refusal(answer(answered_at=in_days(-1))) == "before_asked"
    assert refusal(answer(answered_at=in_days(1))) == "not_yet"
    with pytest.raises(Conflict):
        answer(expected_version=1)()
    with pytest.raises(Missing):
        answer(reply_id=10**9)()


def test_what_was_said_about_a_merged_claim_is_said_about_the_one_that_stays(
    client: Client, rosa: User
) -> None:
    client.force_login(rosa)
    gone, stays = make_claim(text="It holds."), make_claim(text="So it does.")
    first = talking.add_comment(by=rosa, claim_id=gone.pk, text="Ask the dam board.")
    editing.merge_claims(by=rosa, claim_id=gone.pk, into=stays.pk)
    page = " ".join(client.get(f"/review/{stays.pk}/").content.decode().split())
    assert "Ask the dam board." in page
    assert f"about #{gone.pk}, merged into this" in page
    answer = {"thread": first.pk, "text": "They say so too."}
    assert client.post(f"/review/{stays.pk}/comments/", answer).status_code == 302
    assert (
        client.post(f"/review/{stays.pk}/comments/{first.pk}/", {"text": "Ask the board."}).status_code == 302
    )
    assert "They say so too." in client.get(f"/api/v1/claims/{stays.pk}/comments/").content.decode()
    # Undone, the thread goes back whole.
    undoing.undo_move(by=rosa, claim_id=stays.pk)
    assert talk.talk_about(stays.pk).said == 0
    assert [one.text for one in talk.talk_about(gone.pk).threads[0].answers] == ["They say so too."]
    assert talk.talk_about(gone.pk).threads[0].first.text == "Ask the board."
    with pytest.raises(Missing):
        talking.edit_comment(by=rosa, comment_id=first.pk, claim_id=stays.pk, text="Not from here.")


def test_whom_the_desk_asked_about_a_merged_claim_is_asked_about_the_one_that_stays(
    client: Client, rosa: User
) -> None:
    client.force_login(rosa)
    gone, stays = make_claim(text="It holds."), make_claim(text="So it does.")
    asked = replies.ask_reply(by=rosa, claim_id=gone.pk, asked="The dam board", channel="email")
    editing.merge_claims(by=rosa, claim_id=gone.pk, into=stays.pk)
    page = client.get(f"/review/{stays.pk}/").content.decode()
    assert "The dam board" in page
    assert f"about #{gone.pk}, merged into this" in page
    listed = client.get(f"/api/v1/claims/{stays.pk}/replies/").json()["results"]
    assert [one["id"] for one in listed] == [asked.pk]
    replies.enter_answer(by=rosa, claim_id=stays.pk, reply_id=asked.pk, answer="It does.")
    assert "It does." in client.get(f"/review/{stays.pk}/").content.decode()

    undoing.undo_move(by=rosa, claim_id=stays.pk)
    assert "The dam board" not in client.get(f"/review/{stays.pk}/").content.decode()
    assert "It does." in client.get(f"/review/{gone.pk}/").content.decode()
