"""Reads of what is said about a claim: its comments, thread by thread, and its log of replies."""

from dataclasses import dataclass, field

from django.utils import timezone

from claims.models import Comment, CommentEdit, Reply, with_merged
from factcheck.lib.prepared import Prepared


@dataclass(slots=True)
class Thread:
    """A comment and the answers to it, in the order in which they were given."""

    first: Comment
    answers: list[Comment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Talk:
    threads: list[Thread]
    replies: list[Reply]  # the latest asked first
    said: int  # comments that are not deleted

    @property
    def waiting(self) -> int:
        return sum(reply.answered_at is None for reply in self.replies)


NOTHING_SAID = Talk([], [], 0)


def talk_about(claim_id: int, *, comments: bool = True, replies: bool = True) -> Talk:
    """Two queries, or less where the claim is known to have no `comments` or no `replies`. A deleted comment is left out with its thread unless somebody answered it.

    What was said about claims that were merged into this one is said about this one now.
    """
    threads: dict[int, Thread] = {}
    for comment in _COMMENTS(claim_id) if comments else []:
        if comment.thread_id is None:
            threads[comment.pk] = Thread(comment)
        elif comment.deleted_at is None:
            threads[comment.thread_id].answers.append(comment)
    shown = [one for one in threads.values() if one.answers or one.first.deleted_at is None]
    return Talk(
        threads=shown,
        replies=_REPLIES(claim_id) if replies else [],
        said=sum(len(one.answers) + (one.first.deleted_at is None) for one in shown),
    )


_COMMENTS = Prepared(
    lambda claim: Comment.objects.filter(with_merged(claim)).select_related("author").order_by("pk")
)
_REPLIES = Prepared(
    lambda claim: Reply.objects.filter(with_merged(claim)).select_related("asked_by", "entered_by")
)


def earlier_words(claim_id: int, comment_id: int) -> list[CommentEdit]:
    """What a comment of the claim said before, the latest first."""
    return list(
        CommentEdit.objects.filter(comment__in=Comment.objects.filter(with_merged(claim_id), pk=comment_id))
    )


def is_overdue(reply: Reply) -> bool:
    return reply.answered_at is None and reply.deadline is not None and reply.deadline < timezone.now()
