"""Webhooks: who is told what, what there was to tell, and how telling it went."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from claims.choices import DeliveryState, WebhookEventType


class Webhook(models.Model):
    """An address of another program, and the events that it is told of. Its secrets sign what is sent."""

    name = models.CharField(max_length=100)
    url = models.TextField()
    events = ArrayField(models.CharField(max_length=40, choices=WebhookEventType))
    is_on = models.BooleanField(default=True)
    off_reason = models.TextField(
        blank=True, help_text="Why the workbench turned it off; empty: a person did, or it is on."
    )
    secret = models.CharField(max_length=100, editable=False)
    former_secret = models.CharField(max_length=100, blank=True, editable=False)
    former_until = models.DateTimeField(
        null=True, blank=True, help_text="What is sent is signed with the former secret too, until then."
    )
    failures = models.PositiveIntegerField(
        default=0, help_text="One after the other, since the last success."
    )
    rests_until = models.DateTimeField(null=True, blank=True, help_text="It is not tried before.")
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="The last success.")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(events__len__gt=0) & Q(events__contained_by=WebhookEventType.values),
                name="webhook_events",
            ),
            models.CheckConstraint(condition=Q(is_on=False) | Q(off_reason=""), name="webhook_off_reason"),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
                name="webhook_former_secret",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhook_detail", args=[self.pk])

    @property
    def secrets(self) -> list[str]:
        """Those that sign what is sent now."""
        overlaps = self.former_until is not None and self.former_until > timezone.now()
        return [self.secret, self.former_secret] if overlaps else [self.secret]

    @property
    def event_labels(self) -> list[str]:
        return [WebhookEventType(event).label for event in self.events]


class WebhookEvent(models.Model):
    """Something that happened, written by the transaction in which it did. Kept only where a webhook wants it."""

    uid = models.CharField(max_length=40, unique=True, help_text="The same at every try: webhook-id.")
    type = models.CharField(max_length=40, choices=WebhookEventType)
    subject = models.CharField(max_length=40, help_text="Events of one subject are told in their order.")
    data = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["at"], name="webhook_event_old"),  # what is cleaned up
            models.Index(fields=["subject", "type"], name="webhook_event_of"),  # which imports were told of
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject}"


class WebhookDelivery(models.Model):
    """An event on its way to one webhook."""

    event = models.ForeignKey(WebhookEvent, on_delete=models.CASCADE, related_name="deliveries")
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    subject = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Since it was last queued.")
    next_at = models.DateTimeField(help_text="It is tried no earlier.")
    busy_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it until then.")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "webhook"], name="webhook_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="pending", ended_at=None)
                | (~Q(state="pending") & Q(ended_at__isnull=False)),
                name="webhook_delivery_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_log"),
            models.Index(  # the next one to send, and whether another of its subject comes before it
                fields=["webhook", "subject", "id"],
                name="webhook_delivery_pending",
                condition=Q(state="pending"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"


class WebhookAttempt(models.Model):
    """One try to deliver: what was answered, or why nothing was."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    ms = models.PositiveIntegerField(help_text="How long it took.")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: there was no answer.")
    error_code = models.CharField(max_length=60, blank=True)
    error_message = models.TextField(blank=True)
    answer = models.TextField(blank=True, help_text="The first bytes of it.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.status or self.error_code} {self.delivery}"
