"""Comments on a claim. They are talk: they change nothing in its case, so that nobody's judging is stopped by one."""

import re

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from claims import permissions
from claims.choices import NoticeKind
from claims.models import Claim, Comment, CommentEdit, Mention, with_merged
from claims.services.audit import record_event
from claims.services.notices import tell, withdraw
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User

COMMENT_CHARACTERS = 10_000
# @name where it starts a word: an e-mail address, or an address of the web with an @ in it, mentions nobody.
MENTION = re.compile(r"(?<![^\s(\[,;:“\"'])@([\w.+-]{1,150})")
MOST_MENTIONS = 20


@transaction.atomic
def add_comment(*, by: User, claim_id: int, text: str, thread: int | None = None) -> Comment:
    """Says something about a claim, or answers comment `thread` of it; colleagues named as @username are mentioned.

    Raises Refused, Missing (`claim_not_found`, `comment_not_found`), DomainError (`nothing_said`, `too_long`).
    """
    permissions.require(by, "comment")
    text = _checked(text)
    if not Claim.objects.filter(pk=claim_id).exists():
        raise Missing(
            "claim_not_found", f"There is no claim #{claim_id}: check the number, or look for it in the list."
        )
    root = None
    if thread is not None:
        answered = Comment.objects.filter(with_merged(claim_id), pk=thread).first()
        if answered is None:
            raise Missing("comment_not_found", "The comment that you answer is not there: reload the page.")
        root = (
            answered.thread_id or answered.pk
        )  # one level: an answer to an answer is one to the same thread
        claim_id = answered.claim_id  # a thread stays whole, should a merge of its claim be undone
    comment = Comment.objects.create(claim_id=claim_id, thread_id=root, author=by, text=text)
    mentioned = _mention(comment)
    if root is not None:
        _tell_thread(comment, root)
    record_event(
        by=by,
        verb="comment",
        target=comment,
        claim_id=claim_id,
        after={"text": text, **({"mentioned": mentioned} if mentioned else {})},
    )
    return comment


@transaction.atomic
def edit_comment(*, by: User, comment_id: int, text: str, claim_id: int | None = None) -> Comment:
    """Changes one's own words; what they were is kept. Raises Refused, Missing, DomainError (`nothing_said`, `too_long`)."""
    text = _checked(text)
    comment = _own(comment_id, claim_id, by)
    if text == comment.text:
        return comment
    CommentEdit.objects.create(comment=comment, text=comment.text)
    before, comment.text, comment.edited_at = comment.text, text, timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    _mention(comment)
    record_event(
        by=by,
        verb="edit_comment",
        target=comment,
        claim_id=comment.claim_id,
        before={"text": before},
        after={"text": text},
    )
    return comment


@transaction.atomic
def delete_comment(*, by: User, comment_id: int, claim_id: int | None = None) -> Comment:
    """Takes one's own words off the page; its place in the thread stays, and they are kept. Raises Refused, Missing."""
    comment = _own(comment_id, claim_id, by)
    CommentEdit.objects.create(comment=comment, text=comment.text)
    before, comment.text, comment.deleted_at = comment.text, "", timezone.now()
    comment.save(update_fields=["text", "deleted_at"])
    Mention.objects.filter(comment=comment).delete()
    withdraw(claim_id=comment.claim_id, comment=comment)
    record_event(
        by=by,
        verb="delete_comment",
        target=comment,
        claim_id=comment.claim_id,
        before={"text": before},
    )
    return comment


def mentioned_names(text: str) -> list[str]:
    """The names after an @, in the text's order, each once; a sentence's last dot is not part of one."""
    names = [name.rstrip(".-+") for name in MENTION.findall(text)]
    return list(dict.fromkeys(name for name in names if name))[:MOST_MENTIONS]


def _mention(comment: Comment) -> list[str]:
    """Tells those whom the comment names and who were not told by it before; returns their usernames."""
    named = User.objects.filter(username__in=mentioned_names(comment.text), is_active=True)
    users = list(named.exclude(pk=comment.author_id).order_by("username"))
    Mention.objects.bulk_create(
        [Mention(comment=comment, user=user) for user in users], ignore_conflicts=True
    )
    tell(
        [user.pk for user in users],
        NoticeKind.MENTION,
        claim_id=comment.claim_id,
        key=_key(comment),
        by=comment.author,
        comment=comment,
    )
    return [user.username for user in users]


def _tell_thread(comment: Comment, root: int) -> None:
    """Tells those who said something in the thread of the answer to it; whom it mentions has been told already."""
    said = Comment.objects.filter(Q(pk=root) | Q(thread=root), deleted_at=None).order_by("author_id")
    tell(
        said.values_list("author_id", flat=True).distinct(),
        NoticeKind.ANSWER,
        claim_id=comment.claim_id,
        key=_key(comment),
        by=comment.author,
        comment=comment,
    )


def _key(comment: Comment) -> str:
    return f"comment:{comment.pk}"


def _own(comment_id: int, claim_id: int | None, by: User) -> Comment:
    permissions.require(by, "comment")
    comments = Comment.objects.select_for_update().filter(pk=comment_id, deleted_at=None)
    comment = comments.filter(with_merged(claim_id)).first() if claim_id is not None else comments.first()
    if comment is None:
        raise Missing("comment_not_found", "That comment is not there any more: reload the page.")
    if comment.author_id != by.pk:
        raise Refused("not_your_comment", "These are somebody else's words: only they may change them.")
    return comment


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise DomainError("nothing_said", "Write something first.")
    if len(text) > COMMENT_CHARACTERS:
        raise DomainError(
            "too_long", f"A comment has {COMMENT_CHARACTERS:,} characters at most: make two of it."
        )
    return text
