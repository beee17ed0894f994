from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from articles.models import Outlet
from claims.choices import SpeakerKind

WIKIDATA = r"^Q[1-9][0-9]{0,18}$"


class Speaker(models.Model):
    """Who said it: a person, organization, group, outlet, or an unnamed source of one outlet.

    Unnamed sources belong to the outlet that quoted them: "a senior official" at two outlets is two speakers.
    """

    name = models.CharField(max_length=300)
    name_key = models.CharField(
        max_length=300, editable=False, help_text="The name as compared: case and spaces folded."
    )
    kind = models.CharField(max_length=20, choices=SpeakerKind)
    outlet = models.ForeignKey(
        Outlet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="speakers",
        help_text="The outlet itself (kind outlet), or the one that quoted the unnamed source.",
    )
    wikidata = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="The number of the item that is this speaker, like Q42.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        help_text="Whose name this is, as an editor found: nothing is said by this one any more.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name_key"], condition=Q(outlet=None), name="speaker_unique"
            ),
            models.UniqueConstraint(
                fields=["outlet", "name_key"], condition=Q(kind="unnamed"), name="speaker_unnamed_unique"
            ),
            models.UniqueConstraint(
                fields=["outlet"], condition=Q(kind="outlet"), name="speaker_outlet_unique"
            ),
            models.CheckConstraint(condition=Q(kind__in=SpeakerKind.values), name="speaker_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=["outlet", "unnamed"], outlet__isnull=False)
                | (~Q(kind__in=["outlet", "unnamed"]) & Q(outlet__isnull=True)),
                name="speaker_outlet_where_due",
            ),
            models.CheckConstraint(
                condition=Q(wikidata="") | Q(wikidata__regex=WIKIDATA), name="speaker_wikidata"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("pk")) & ~Q(kind="outlet"),
                name="speaker_merged_into_another",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="speaker_name_trigram")
        ]  # typeahead

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("speaker_detail", args=[self.pk])

    def surviving(self) -> "Speaker":
        """The speaker itself, or the one that it was merged into, and so on."""
        speaker = self
        while speaker.merged_into is not None:
            speaker = speaker.merged_into
        return speaker
