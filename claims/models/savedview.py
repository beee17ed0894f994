from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

VIEW_CHARACTERS = 80


class SavedView(models.Model):
    """A named filter of the claims: its owner's, or, shared by an editor, the whole desk's."""

    name = models.CharField(max_length=VIEW_CHARACTERS)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    shared = models.BooleanField(default=False, db_default=False)
    filters = models.JSONField(
        default=dict, blank=True, help_text="The answers of the toolbar: field to value, empty ones left out."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "owner", Lower("name"), condition=Q(shared=False), name="saved_view_once_per_owner"
            ),
            models.UniqueConstraint(Lower("name"), condition=Q(shared=True), name="saved_view_once_per_desk"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Preference(models.Model):
    """What a member of the desk set for themselves. No row stands for the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="preference"
    )
    wants_work = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Is given claims by the desk, where the desk gives them out.",
    )
    default_view = models.ForeignKey(
        SavedView,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the queue shows them first.",
    )

    def __str__(self) -> str:
        return f"preferences of {self.user}"
