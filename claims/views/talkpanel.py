"""What the decision panel shows of talk and replies: every comment and reply with the forms that whoever looks may fill in."""

from collections.abc import Mapping
from dataclasses import dataclass

from claims import permissions
from claims.forms import VersionedForm
from claims.models import Comment, Reply
from claims.peopleforms import AnswerForm, AskForm, CommentForm
from claims.talk import Talk, is_overdue, talk_about
from claims.views.keeping import KeptInput
from factcheck.models import User

Returned = Mapping[str, VersionedForm]


@dataclass(frozen=True, slots=True)
class ShownComment:
    """`form` changes it: None for everybody but its author."""

    comment: Comment
    form: VersionedForm | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class ShownThread:
    first: ShownComment
    answers: list[ShownComment]
    form: VersionedForm
    is_open: bool


@dataclass(frozen=True, slots=True)
class ShownReply:
    """`form` enters the answer: None once it is there, and for whoever may not."""

    reply: Reply
    form: VersionedForm | None
    is_open: bool
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class TalkPanel:
    talk: Talk
    threads: list[ShownThread]
    replies: list[ShownReply]
    comment: VersionedForm | None
    ask: VersionedForm | None
    asking: bool  # the form for asking was given back


def talk_panel(
    claim_id: int, user: User, version: int, returned: Returned, kept: KeptInput | None
) -> TalkPanel:
    talk = talk_about(claim_id)
    may_comment = permissions.may(user, "comment")
    may_ask = permissions.may(user, "ask_reply")
    typed = {kept.form: kept.fields} if kept else {}

    def shown(comment: Comment) -> ShownComment:
        name = f"comment-edit-{comment.pk}"
        mine = may_comment and comment.author_id == user.pk and comment.deleted_at is None
        form = returned.get(name) or CommentForm(
            initial={"text": comment.text}, auto_id=f"comment_{comment.pk}_%s"
        )
        return ShownComment(comment, form if mine else None, name in returned)

    threads = []
    for thread in talk.threads:
        name = f"comment-{thread.first.pk}"
        form = returned.get(name) or CommentForm(auto_id=f"answer_to_{thread.first.pk}_%s")
        threads.append(
            ShownThread(shown(thread.first), [shown(one) for one in thread.answers], form, name in returned)
        )
    replies = []
    for reply in talk.replies:
        name = f"answer-{reply.pk}"
        answer = returned.get(name) or AnswerForm(
            initial={"version": version}, auto_id=f"answer_{reply.pk}_%s"
        )
        wanted = may_ask and reply.answered_at is None
        replies.append(ShownReply(reply, answer if wanted else None, name in returned, is_overdue(reply)))
    new = returned.get("comment") or CommentForm(initial=typed.get("comment"), auto_id="comment_%s")
    ask = returned.get("ask") or AskForm(
        initial={**typed.get("ask", {}), "version": version}, auto_id="ask_%s"
    )
    return TalkPanel(
        talk,
        threads,
        replies,
        new if may_comment else None,
        ask if may_ask else None,
        "ask" in returned or "ask" in typed,
    )
