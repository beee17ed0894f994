import pgtrigger
from django.db import models
from django.db.models import F, Q

from articles.models import Outlet
from claims.choices import HopRole, SpanRole
from claims.models.claim import Appearance


def _within_text(name: str, *ends: str) -> list[pgtrigger.Trigger]:
    """Refuse rows whose `ends` (columns) lie past the end of the text their appearance is tied to: a statement's at once."""
    past_the_end = " OR ".join(f'r."{end}" > v.text_length' for end in ends)
    return [
        pgtrigger.Trigger(
            name=f"{name}_{operation_name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(new="new_rows"),
            declare=[("length", "integer")],
            func=f"""
                SELECT v.text_length INTO length
                  FROM new_rows r JOIN claims_appearance a ON a.id = r.appearance_id
                  JOIN articles_articleversion v ON v.id = a.version_id
                 WHERE {past_the_end} LIMIT 1;
                IF FOUND THEN
                    RAISE check_violation USING CONSTRAINT = '{name}',
                        MESSAGE = 'the span ends past the end of its text (' || length || ' code points)';
                END IF;
                RETURN NULL;
            """,
        )
        for operation_name, operation in (("insert", pgtrigger.Insert), ("update", pgtrigger.Update))
    ]


class Span(models.Model):
    """A stretch of the version's text in one role, as offsets in code points, end-exclusive."""

    # span_unique begins with it, and in Hop hop_position_unique
    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, db_index=False, related_name="spans")
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
        triggers = _within_text("span_within_text", "end")

    def __str__(self) -> str:
        return f"{self.role} {self.start}-{self.end}"


class Hop(models.Model):
    """One step of the way a statement took to the page, nearest the speaker first, the publisher last."""

    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, db_index=False, related_name="hops")
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
        triggers = _within_text("hop_within_text", "end", "cue_end")

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"
