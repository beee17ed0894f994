"""What the decision panel shows of talk and replies: every comment and reply with the forms that whoever looks may fill in."""

from dataclasses import dataclass

from django.urls import reverse

from claims import permissions
from claims.models import Comment, Reply
from claims.peopleforms import AnswerForm, AskForm, CommentForm
from claims.talk import Talk, is_overdue
from claims.views.parts import Part, Parts
from factcheck.models import User

COMMENT = "claims/parts/_comment.html"
QUIET = "button button--plain button--small"


@dataclass(frozen=True, slots=True)
class ShownComment:
    """`change`: the form that changes it; None for everybody but its author."""

    comment: Comment
    change: Part | None


@dataclass(frozen=True, slots=True)
class ShownThread:
    first: ShownComment
    answers: list[ShownComment]
    answer: Part | None


@dataclass(frozen=True, slots=True)
class ShownReply:
    """`enter`: the form for the answer; None once it is there, and for whoever may not."""

    reply: Reply
    enter: Part | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class TalkPanel:
    said: int
    threads: list[ShownThread]
    replies: list[ShownReply]
    comment: Part | None
    ask: Part | None


def talk_panel(talk: Talk, claim_id: int, user: User, version: int, parts: Parts) -> TalkPanel:
    may_comment = permissions.may(user, "comment")
    may_ask = permissions.may(user, "ask_reply")
    add = reverse("comment_add", args=[claim_id])

    def shown(comment: Comment) -> ShownComment:
        if not (may_comment and comment.author_id == user.pk and comment.deleted_at is None):
            return ShownComment(comment, None)
        change = parts.part(
            f"comment-edit-{comment.pk}",
            "Change …",
            lambda: CommentForm(initial={"text": comment.text}, auto_id=f"comment_{comment.pk}_%s"),
            address=reverse("comment_change", args=[claim_id, comment.pk]),
            title="Change your comment",
            look=QUIET,
            submit="Change it",
            submit_look="button button--small",
        )
        return ShownComment(comment, change)

    def answer(comment: Comment) -> Part:
        return parts.part(
            f"comment-{comment.pk}",
            "Answer …",
            lambda: CommentForm(auto_id=f"answer_to_{comment.pk}_%s"),
            address=add,
            title=f"Answer {comment.author}",
            about=str(comment.author),
            look=QUIET,
            fields=COMMENT,
            more={"thread": comment.pk, "asks": "Answer"},
            submit="Answer",
            submit_look="button button--small",
        )

    def enter(reply: Reply) -> Part | None:
        if not may_ask or reply.answered_at is not None:
            return None
        return parts.part(
            f"answer-{reply.pk}",
            "Enter the answer …",
            lambda: AnswerForm(initial={"version": version}, auto_id=f"answer_{reply.pk}_%s"),
            address=reverse("reply_answer", args=[claim_id, reply.pk]),
            title=f"Enter the answer of {reply.asked}",
            about=f"of {reply.asked}",
            submit="Enter it",
        )

    comment = ask = None
    if may_comment:
        comment = parts.part(
            "comment",
            "Comment …",
            lambda: CommentForm(auto_id="comment_%s"),
            address=add,
            title="Comment on the claim",
            key="i",
            fields=COMMENT,
            submit="Say it",
        )
    if may_ask:
        ask = parts.part(
            "ask",
            "Asked for a reply …",
            lambda: AskForm(initial={"version": version}, auto_id="ask_%s"),
            address=reverse("reply_ask", args=[claim_id]),
            title="Enter whom you asked for a reply",
            key="o",
            key_label="Enter whom you asked for a reply",
            fields="claims/parts/_ask.html",
            submit="Enter it",
        )
    return TalkPanel(
        talk.said,
        [
            ShownThread(
                shown(one.first),
                [shown(answer_) for answer_ in one.answers],
                answer(one.first) if may_comment else None,
            )
            for one in talk.threads
        ],
        [ShownReply(reply, enter(reply), is_overdue(reply)) for reply in talk.replies],
        comment,
        ask,
    )
