import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from articles.models import ArticleVersion
from claims.choices import Edited, OrphanState
from claims.models.claim import Appearance, Claim


def _in_a_later_text(name: str, appearance: str) -> pgtrigger.Trigger:
    """Refuses a row whose `version` is not a later text of the article that its `appearance` (a column) is in."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF NOT EXISTS (SELECT FROM claims_appearance a
                             JOIN articles_articleversion o ON o.id = a.version_id
                             JOIN articles_articleversion n ON n.id = NEW.version_id
                            WHERE a.id = NEW."{appearance}"
                              AND o.article_id = n.article_id AND o.number < n.number) THEN
                RAISE check_violation USING CONSTRAINT = '{name}',
                    MESSAGE = 'the text is not a later one of the same article';
            END IF;
            RETURN NEW;
        """,
    )


class Orphan(models.Model):
    """An appearance whose words a later text of its article does not have, or has in more than one place.

    `version` is that text. A person says where they are now, or that they are gone.
    """

    appearance = models.ForeignKey(Appearance, on_delete=models.CASCADE, related_name="orphans")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="orphans")
    ambiguous = models.BooleanField(
        default=False, db_default=False, help_text="More than one place would have done."
    )
    state = models.CharField(max_length=10, choices=OrphanState, default=OrphanState.OPEN)
    found = models.ForeignKey(
        Appearance,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where the claim was found again.",
    )
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty with a time: a later text had the claim again.",
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["appearance", "version"], name="orphan_unique"),
            models.CheckConstraint(condition=Q(state__in=OrphanState.values), name="orphan_state"),
            models.CheckConstraint(
                condition=Q(
                    state="open", resolved_at__isnull=True, resolved_by__isnull=True, found__isnull=True
                )
                | Q(state="anchored", resolved_at__isnull=False)
                | Q(state="gone", resolved_at__isnull=False, resolved_by__isnull=False, found__isnull=True),
                name="orphan_resolved",
            ),
        ]
        indexes = [models.Index(fields=["-id"], name="orphan_open", condition=Q(state="open"))]
        triggers = [_in_a_later_text("orphan_in_a_later_text", "appearance_id")]

    def __str__(self) -> str:
        return f"{self.appearance} not in version {self.version_id}: {self.get_state_display()}"


class Rewording(models.Model):
    """An article changed, or dropped, the words of a claim that the desk had judged; until a reviewer has looked at it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="rewordings")
    before = models.ForeignKey(Appearance, on_delete=models.CASCADE, related_name="rewordings")
    after = models.ForeignKey(
        Appearance,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the words are not in the text any more.",
    )
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="rewordings")
    kind = models.CharField(max_length=10, choices=Edited)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["before", "version"], name="rewording_unique"),
            models.CheckConstraint(condition=Q(kind__in=Edited.values), name="rewording_kind"),
            models.CheckConstraint(
                condition=Q(seen_by__isnull=True, seen_at__isnull=True)
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="rewording_seen_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["claim"], name="rewording_unseen", condition=Q(seen_at__isnull=True)),
        ]
        triggers = [_in_a_later_text("rewording_in_a_later_text", "before_id")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.claim}"
