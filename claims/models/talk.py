"""What people at the desk say to each other about a claim, and what they asked those whom it is about."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.choices import ReplyChannel
from claims.models.claim import Claim


class Comment(models.Model):
    """A remark on a claim, or on another remark. Its earlier words are kept in CommentEdit."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="comments")
    thread = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        help_text="The remark that this one answers; empty: it starts a thread.",
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True, help_text="Empty: deleted.")
    at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) & ~Q(text="") | Q(deleted_at__isnull=False, text=""),
                name="comment_has_text_until_deleted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author} on #{self.claim_id}"


class CommentEdit(models.Model):
    """What a comment said before its author changed or deleted it."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="edits")
    text = models.TextField()
    until = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        triggers = [
            pgtrigger.Protect(name="comment_edit_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"earlier words of comment {self.comment_id}"


class Mention(models.Model):
    """Somebody of the desk named in a comment, as @username."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="mention_once"),
        ]
        indexes = [models.Index(fields=["user", "-id"], name="mention_of_user")]

    def __str__(self) -> str:
        return f"{self.user} in comment {self.comment_id}"


class Reply(models.Model):
    """Right of reply: somebody whom a claim is about was asked, and what they answered."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="replies")
    asked = models.CharField(max_length=300, help_text="Whom.")
    channel = models.CharField(max_length=20, choices=ReplyChannel)
    question = models.TextField(blank=True, help_text="What they were asked.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deadline = models.DateTimeField(null=True, blank=True)
    holds = models.BooleanField(default=False, help_text="The claim was put on hold until they answer.")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "replies"
        constraints = [
            models.CheckConstraint(condition=~Q(asked=""), name="reply_asks_somebody"),
            models.CheckConstraint(condition=Q(channel__in=ReplyChannel.values), name="reply_channel"),
            models.CheckConstraint(
                condition=Q(deadline__isnull=False) | Q(holds=False), name="reply_holds_until_deadline"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, entered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, entered_by__isnull=False) & ~Q(answer="")),
                name="reply_answered_with_words",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "deadline"], name="reply_due", condition=Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.asked} on #{self.claim_id}"
