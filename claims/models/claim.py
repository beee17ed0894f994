import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from articles.models import ArticleVersion, Outlet
from claims import lookups, tallying
from claims.choices import DONE, Anchoring, AttributionVerdict, Edited, Form, State, Veracity
from claims.models.desk import verdict_label
from claims.models.run import ExtractionRun
from claims.models.speaker import Speaker


class Claim(models.Model):
    """The proposition judged once. What the desk is doing about it is in ClaimState.

    Rows of this table seldom change: every write to one rewrites its full-text index entries.
    """

    text = models.TextField()
    speaker = models.ForeignKey(
        Speaker,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text="Empty: not known yet.",
    )
    language = models.CharField(max_length=10, blank=True)
    checkable = models.BooleanField()
    reasons = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Why checkable or not: codes of claims.extraction.REASONS.",
    )
    score = models.FloatField(help_text="How worth checking, 0 to 1.")
    search = models.GeneratedField(
        expression=SearchVector("text", config="english"), output_field=SearchVectorField(), db_persist=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="claim_has_text"),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="claim_score_range"),
        ]
        indexes = [
            GinIndex(
                fields=["search"], name="claim_search"
            ),  # word search; no trigram here: 75-85 % of insert cost
            models.Index(fields=["speaker", "-id"], name="claim_by_speaker"),
            models.Index(fields=["score"], name="claim_by_score"),  # lists of the few that score highest
        ]
        triggers = [*tallying.CLAIM, lookups.NEW_CLAIMS, lookups.OTHER_WORDS]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 90 else f"{self.text[:89]}…"

    def get_absolute_url(self) -> str:
        return reverse("review", args=[self.pk])


class ClaimState(models.Model):
    """Where the desk stands with a claim: narrow, without any full-text index, because it changes all day.

    `version` counts the writes to the claim's case (state, verdicts, evidence): every write names the version it
    started from. `outlet` and `speaker` are copies, so that the queue filters and sorts on this table alone.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, primary_key=True, related_name="case")
    state = models.CharField(max_length=20, choices=State, default=State.NEW)
    version = models.PositiveIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(
        default=0, help_text="0 to 100; the queue hands out the highest first."
    )
    veracity = models.CharField(max_length=20, choices=Veracity, blank=True, help_text="The desk's verdict.")
    judged_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The day (UTC) on which that became the desk's verdict.",
    )
    dismiss_reason = models.CharField(max_length=20, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who submitted the verdict that the desk is checking or has checked.",
    )
    round = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often it was submitted.")
    evidence_exception = models.CharField(
        max_length=500,
        blank=True,
        db_default="",
        help_text="Why it was submitted with less evidence than the desk asks for.",
    )
    held_from = models.CharField(
        max_length=20, choices=State, blank=True, db_default="", help_text="Where it goes on after the hold."
    )
    hold_reason = models.CharField(max_length=500, blank=True, db_default="")
    hold_until = models.DateTimeField(null=True, blank=True, help_text="Taken off hold by itself then.")
    duplicate_of = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, blank=True, related_name="duplicates"
    )
    edited = models.CharField(
        max_length=10,
        choices=Edited,
        blank=True,
        default="",
        db_default="",
        help_text="An article changed its words after it was judged; until a reviewer has looked.",
    )
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="By when the desk should be done with it, if anybody said so."
    )
    outlet = models.ForeignKey(
        Outlet, on_delete=models.PROTECT, related_name="+", help_text="Of the first appearance."
    )
    speaker = models.ForeignKey(Speaker, on_delete=models.PROTECT, null=True, related_name="+")
    form = models.CharField(max_length=10, choices=Form)
    checkable = models.BooleanField()
    entered_at = models.DateTimeField(default=timezone.now, help_text="When it came into this state.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="claim_state"),
            models.CheckConstraint(
                condition=Q(veracity="") | Q(veracity__in=Veracity.values), name="claim_veracity"
            ),
            models.CheckConstraint(
                condition=Q(veracity="", judged_on__isnull=True)
                | (~Q(veracity="") & Q(judged_on__isnull=False)),
                name="claim_judged_on_a_day",
            ),
            models.CheckConstraint(condition=Q(edited="") | Q(edited__in=Edited.values), name="claim_edited"),
            models.CheckConstraint(condition=Q(priority__lte=100), name="claim_priority_range"),
            models.CheckConstraint(
                condition=(Q(state="dismissed") & ~Q(dismiss_reason=""))
                | (~Q(state="dismissed") & Q(dismiss_reason="")),
                name="claim_dismissed_has_reason",
            ),
            models.CheckConstraint(
                condition=(Q(state="on_hold") & ~Q(held_from="") & ~Q(hold_reason=""))
                | (~Q(state="on_hold") & Q(held_from="", hold_reason="", hold_until__isnull=True)),
                name="claim_held_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(state="duplicate", duplicate_of__isnull=False)
                | (~Q(state="duplicate") & Q(duplicate_of__isnull=True)),
                name="claim_duplicate_of_another",
            ),
            models.CheckConstraint(condition=~Q(duplicate_of=F("claim")), name="claim_not_its_own_duplicate"),
            models.CheckConstraint(
                condition=~Q(state="in_cross_check") | Q(author__isnull=False),
                name="claim_in_cross_check_has_author",
            ),
        ]
        indexes = [
            # take_next and the queue page: highest priority first, oldest claim first
            models.Index(F("priority").desc(), "claim", name="claim_queue", condition=Q(state="queued")),
            # take_next: cross-checks that wait
            models.Index(
                F("priority").desc(), "claim", name="claim_cross_checks", condition=Q(state="in_cross_check")
            ),
            models.Index(fields=["hold_until"], name="claim_holds_ending", condition=Q(state="on_hold")),
            # lists filtered by state, newest first; and the age of the queue
            models.Index(fields=["state", "-claim"], name="claim_by_state"),
            models.Index(fields=["entered_at"], name="claim_queue_age", condition=Q(state="queued")),
            models.Index(fields=["outlet", "-claim"], name="claim_by_outlet"),
            models.Index(
                fields=["author", "-claim"], name="claim_by_author", condition=Q(author__isnull=False)
            ),
            models.Index(fields=["-claim"], name="claim_edited_since", condition=~Q(edited="")),
            # reminders, and lists narrowed by the due date
            models.Index(
                fields=["due_at"],
                name="claim_due",
                condition=Q(due_at__isnull=False) & ~Q(state__in=[state.value for state in DONE]),
            ),
        ]
        triggers = tallying.CLAIM_STATE

    def __str__(self) -> str:
        return f"{self.get_state_display()} (version {self.version})"

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at < timezone.now() and self.state not in DONE

    def get_veracity_display(self) -> str:  # type: ignore[no-redef] # in place of the one that Django would add
        return verdict_label(self.veracity)


class Appearance(models.Model):
    """One occurrence of a claim in one version, with its spans, form and chain."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appearances")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="appearances")
    position = models.PositiveIntegerField(help_text="Its place among the version's claims, from 1.")
    form = models.CharField(max_length=10, choices=Form)
    attribution = models.CharField(
        max_length=20,
        choices=AttributionVerdict,
        blank=True,
        help_text="The current verdict: did they say it?",
    )
    attributed_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The day (UTC) on which that became the desk's verdict.",
    )
    confidence = models.FloatField(
        help_text="The extractor's, 0 to 1: that its words and its speaker are right."
    )
    decided_by = models.CharField(
        max_length=40, blank=True, help_text="The extractor's step that found the words."
    )
    speaker_confidence = models.FloatField(
        null=True, blank=True, help_text="The extractor's, 0 to 1: that the speaker is right."
    )
    speaker_by = models.CharField(
        max_length=40, blank=True, db_default="", help_text="The extractor's step that found the speaker."
    )
    embedded = models.JSONField(
        null=True, blank=True, help_text="A report within the report: speaker and content spans."
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="following",
        help_text="The one in an earlier text of the article that this one is again.",
    )
    anchoring = models.CharField(
        max_length=10,
        choices=Anchoring,
        blank=True,
        default="",
        db_default="",
        help_text="How it was found again.",
    )
    anchor_confidence = models.FloatField(
        null=True,
        blank=True,
        help_text="That these are its words again, 0 to 1; of reworded ones, how like they are.",
    )
    run = models.ForeignKey(
        ExtractionRun, on_delete=models.PROTECT, null=True, blank=True, related_name="appearances"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="appearance_position_unique"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="appearance_form"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="appearance_confidence_range"
            ),
            models.CheckConstraint(
                condition=Q(speaker_confidence__isnull=True)
                | Q(speaker_confidence__gte=0, speaker_confidence__lte=1),
                name="appearance_speaker_confidence_range",
            ),
            models.CheckConstraint(
                condition=Q(attribution="") | Q(attribution__in=AttributionVerdict.values),
                name="appearance_attribution",
            ),
            models.CheckConstraint(
                condition=Q(attribution="", attributed_on__isnull=True)
                | (~Q(attribution="") & Q(attributed_on__isnull=False)),
                name="appearance_attributed_on_a_day",
            ),
            # Whose earlier one was taken out keeps how it was found.
            models.CheckConstraint(
                condition=Q(anchoring="", previous__isnull=True, anchor_confidence__isnull=True)
                | Q(
                    anchoring__in=Anchoring.values,
                    anchor_confidence__isnull=False,
                    anchor_confidence__gte=0,
                    anchor_confidence__lte=1,
                ),
                name="appearance_anchoring",
            ),
            models.UniqueConstraint(
                fields=["previous", "version"],
                condition=Q(previous__isnull=False),
                name="appearance_once_again_in_a_version",
            ),
        ]
        triggers = [
            *tallying.APPEARANCE,
            pgtrigger.ReadOnly(name="appearance_stays_in_its_version", fields=["version"]),
            pgtrigger.Trigger(
                name="appearance_follows_its_own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("previous_id"),
                condition=pgtrigger.Q(new__previous__isnull=False),
                func="""
                    IF NOT EXISTS (SELECT FROM claims_appearance p
                                     JOIN articles_articleversion o ON o.id = p.version_id
                                     JOIN articles_articleversion n ON n.id = NEW.version_id
                                    WHERE p.id = NEW.previous_id AND p.claim_id = NEW.claim_id
                                      AND o.article_id = n.article_id AND o.number < n.number) THEN
                        RAISE check_violation USING CONSTRAINT = 'appearance_follows_its_own',
                            MESSAGE = 'an appearance follows one of its own claim, in an earlier text of its article';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim} ({self.get_form_display()})"

    def get_attribution_display(self) -> str:  # type: ignore[no-redef] # as above
        return verdict_label(self.attribution)
