"""The inbox: what concerns somebody at the desk, and how it reaches them by e-mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from claims.choices import DigestPace, NoticeKind
from claims.models.claim import Claim
from claims.models.evidence import EvidenceLink
from claims.models.talk import Comment, Reply
from claims.models.webhook import Webhook


class Notice(models.Model):
    """One thing that concerns one person. It never holds a verdict: who cross-checks blind has an inbox too.

    `key` names what happened: who tells of it twice tells once. What does not hold any more is withdrawn (deleted) as
    long as nobody has read it.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=20, choices=NoticeKind)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who caused it; empty: the workbench itself, or time.",
    )
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    link = models.ForeignKey(EvidenceLink, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    note = models.CharField(
        max_length=500, blank=True, db_default="", help_text="The reason or the words given with it."
    )
    moment = models.DateTimeField(
        null=True, blank=True, help_text="The time that it is about: a due date, a deadline, a lease's end."
    )
    key = models.CharField(max_length=100)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_kind"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, webhook=None) | Q(claim=None, webhook__isnull=False),
                name="notice_of_a_claim_or_a_webhook",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
            # the count in the bar, the unread list, the digest
            models.Index(fields=["recipient", "-id"], name="notice_unread", condition=Q(read_at=None)),
            # opening a claim, and withdrawing what does not hold any more
            models.Index(
                fields=["claim", "recipient"], name="notice_unread_of_claim", condition=Q(read_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    def get_absolute_url(self) -> str:
        """The claim's page, at the comment, the reply or the evidence that it is about; or the webhook's."""
        if self.webhook_id is not None:
            return reverse("webhook_detail", args=[self.webhook_id])
        places = {"comment": self.comment_id, "reply": self.reply_id, "evidence": self.link_id}
        place = next((f"#{name}-{pk}" for name, pk in places.items() if pk is not None), "")
        return reverse("review", args=[self.claim_id]) + place

    @property
    def about(self) -> str:
        """The claim, or the webhook, that it is about, in words."""
        return self.claim.text if self.claim else str(self.webhook)


class Digest(models.Model):
    """Whether and how often somebody gets their unread notices by e-mail, and how far the last mail went."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="digest"
    )
    pace = models.CharField(max_length=10, choices=DigestPace, default=DigestPace.OFF)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When the next one is due: it names the period."
    )
    busy_until = models.DateTimeField(
        null=True, blank=True, help_text="A worker has it, or it is tried again, then."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries of the one that is due.")
    error = models.TextField(blank=True, help_text="Why the last try failed.")
    through = models.BigIntegerField(default=0, help_text="The last notice that was sent.")
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pace="off", due_at__isnull=True)
                | Q(pace__in=["daily", "weekly"], due_at__isnull=False),
                name="digest_due_unless_off",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="digest_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.get_pace_display()} to {self.user}"
