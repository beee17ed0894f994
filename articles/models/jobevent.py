import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models.container import Container
from articles.models.job import ImportItem, ImportJob


class ImportEvent(models.Model):
    """Who cancelled or retried what of an import, and when. Written with the change it tells of, never changed."""

    class Verb(models.TextChoices):
        CANCEL = "cancel", "cancelled"
        RETRY = "retry", "queued again"

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=10, choices=Verb)
    items = models.PositiveIntegerField(help_text="How many.")
    item = models.ForeignKey(
        ImportItem,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="When it was one.",
    )
    container = models.ForeignKey(
        Container,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="When it was a file of many.",
    )
    error_code = models.CharField(max_length=60, blank=True, help_text="When it was those of one error.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=["cancel", "retry"]), name="import_event_verb"),
            models.CheckConstraint(condition=Q(items__gt=0), name="import_event_of_something"),
        ]
        triggers = [pgtrigger.ReadOnly(name="import_event_immutable")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.items} of import {self.job_id}"
