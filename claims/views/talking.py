"""Comments and the log of replies, from the workbench: each a short form that works without scripts."""

from datetime import datetime, time, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from claims import talk
from claims.peopleforms import AnswerForm, AskForm, CommentForm
from claims.services import replies, talking
from claims.views.keeping import keeps_input
from claims.views.workbench import write
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@keeps_input("comment")
@require_POST
def comment(request: DeskRequest, claim_id: int) -> HttpResponse:
    thread = read_key(request.POST.get("thread", ""))
    return write(
        request,
        claim_id,
        f"comment-{thread}" if thread else "comment",
        CommentForm(request.POST),
        lambda data: talking.add_comment(
            by=request.user, claim_id=claim_id, text=data["text"], thread=thread
        ),
        done="Said.",
    )


@keeps_input()
@require_POST
def change_comment(request: DeskRequest, claim_id: int, comment_id: int) -> HttpResponse:
    """Changes the reader's own comment, or with `action` delete takes it off the page."""
    by = request.user
    if request.POST.get("action") == "delete":
        return write(
            request,
            claim_id,
            "",
            CommentForm({"text": "-"}),
            lambda _: talking.delete_comment(by=by, claim_id=claim_id, comment_id=comment_id),
            done="Deleted; what it said is kept in the claim's history.",
        )
    return write(
        request,
        claim_id,
        f"comment-edit-{comment_id}",
        CommentForm(request.POST),
        lambda data: talking.edit_comment(by=by, claim_id=claim_id, comment_id=comment_id, text=data["text"]),
        done="Changed.",
    )


@require_GET
def earlier(request: DeskRequest, claim_id: int, comment_id: int) -> HttpResponse:
    edits = talk.earlier_words(claim_id, comment_id)
    if not edits:
        raise Http404("This comment never said anything else.")
    return render(request, "claims/comment_edits.html", {"edits": edits, "claim_id": claim_id})


@keeps_input("ask")
@require_POST
def ask(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "ask",
        AskForm(request.POST, auto_id="ask_%s"),
        lambda data: replies.ask_reply(
            by=request.user,
            claim_id=claim_id,
            asked=data["asked"],
            channel=data["channel"],
            question=data["question"],
            deadline=_end_of(data["deadline"]) if data["deadline"] else None,
            hold=data["hold"],
            expected_version=data["version"],
        ),
        done="Entered.",
    )


@keeps_input()
@require_POST
def answer(request: DeskRequest, claim_id: int, reply_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        f"answer-{reply_id}",
        AnswerForm(request.POST, auto_id=f"answer_{reply_id}_%s"),
        lambda data: replies.enter_answer(
            by=request.user,
            claim_id=claim_id,
            reply_id=reply_id,
            answer=data["answer"],
            expected_version=data["version"],
        ),
        done="The answer is entered.",
    )


def _end_of(day):
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
