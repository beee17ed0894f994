import pgtrigger
from django.db import models
from django.db.models import F, Q

from articles.models import Outlet
from claims.choices import HopRole, SpanRole
from claims.models.claim import Appearance


def _within_text(name: str, *ends: str) -> pgtrigger.Trigger:
    """Refuses a row whose `ends` (columns) lie past the end of the text its appearance is tied to."""
    past_the_end = " OR ".join(f'NEW."{end}" > length' for end in ends)
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("length", "integer")],
        func=f"""
            SELECT v.text_length INTO length
              FROM claims_appearance a JOIN articles_articleversion v ON v.id = a.version_id
             WHERE a.id = NEW.appearance_id;
            IF {past_the_end} THEN
                RAISE check_violation USING CONSTRAINT = '{name}',
                    MESSAGE = 'the span ends past the end of its text (' || length || ' code points)';
            END IF;
            RETURN NEW;
        """,
    )


class Span(models.Model):
    """A stretch of the version's text in one role, as offsets in code points, end-exclusive."""

    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, related_name="spans")
    role = models.CharField(max_length=10, choices=SpanRole)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["appearance", "role", "start"]
        constraints = [
            models.UniqueConstraint(fields=["appearance", "role", "start"], name="span_unique"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="span_not_empty"),
            models.CheckConstraint(condition=Q(role__in=SpanRole.values), name="span_role"),
        ]
        triggers = [_within_text("span_within_text", "end")]

    def __str__(self) -> str:
        return f"{self.role} {self.start}-{self.end}"


class Hop(models.Model):
    """One step of the way a statement took to the page, nearest the speaker first, the publisher last."""

    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, related_name="hops")
    position = models.PositiveSmallIntegerField(help_text="From 1, nearest the speaker first.")
    role = models.CharField(max_length=10, choices=HopRole)
    name = models.CharField(max_length=300)
    outlet = models.ForeignKey(
        Outlet,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hops",
        help_text="When the desk knows it as an outlet.",
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    cue_start = models.PositiveIntegerField(null=True, blank=True)
    cue_end = models.PositiveIntegerField(null=True, blank=True)
    confidence = models.FloatField(null=True, blank=True, help_text="The extractor's, 0 to 1.")
    decided_by = models.CharField(
        max_length=40, blank=True, db_default="", help_text="The extractor's step that decided."
    )

    class Meta:
        ordering = ["appearance", "position"]
        constraints = [
            models.UniqueConstraint(fields=["appearance", "position"], name="hop_position_unique"),
            models.UniqueConstraint(
                fields=["appearance"], condition=Q(role="publisher"), name="hop_one_publisher"
            ),
            models.CheckConstraint(condition=Q(role__in=HopRole.values), name="hop_role"),
            models.CheckConstraint(condition=~Q(name=""), name="hop_has_name"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")) | Q(start__isnull=True, end__isnull=True),
                name="hop_span_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(cue_start__lt=F("cue_end")) | Q(cue_start__isnull=True, cue_end__isnull=True),
                name="hop_cue_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="hop_confidence_range",
            ),
        ]
        triggers = [_within_text("hop_within_text", "end", "cue_end")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"
