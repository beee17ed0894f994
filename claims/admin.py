"""The claims' part of the admin. It shows everything; triage goes through the services, speakers are edited here."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString

from claims import (
    decisions,
    deskadmin,  # noqa: F401 - registers its own
    evidenceadmin,  # noqa: F401 - registers its own
    exportadmin,  # noqa: F401 - registers its own
    extractionadmin,  # noqa: F401 - registers its own
    inboxadmin,  # noqa: F401 - registers its own
    peopleadmin,  # noqa: F401 - its models are registered by being loaded
    prioradmin,  # noqa: F401 - registers its own
    publicationadmin,  # noqa: F401 - registers its own
    webhookadmin,  # noqa: F401 - registers its own
)
from claims.choices import DismissReason
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    Correction,
    CrossCheck,
    DeskSettings,
    EvidenceLink,
    Hop,
    Lineage,
    Review,
    Span,
    Speaker,
    SpeakerAlias,
    Tally,
    VerdictPair,
    Vote,
)
from claims.services.curating import dismiss_claim, queue_claim
from claims.services.speakers import name_key
from claims.verdictadmin import AttributionFilter, ClaimVeracityFilter, VeracityFilter, VerdictAdmin
from claims.wording import VERBS
from factcheck.adminkit import DeskAdmin, ReadOnlyAdmin, ReadOnlyInline, row_link, rows_link, tell_refusals
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest
from factcheck.models import User

Action = Any  # a function of (modeladmin, request, rows), with a description set on it


class SpeakerForm(forms.ModelForm):
    """`name_key` is not asked for: it follows from the name, and so does what it must not equal."""

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors:
            self.instance.name_key = name_key(answers["name"])
            same = Speaker.objects.filter(
                kind=answers.get("kind", self.instance.kind),
                name_key=self.instance.name_key,
                outlet=answers.get("outlet", self.instance.outlet),
            ).exclude(pk=self.instance.pk)
            named = SpeakerAlias.objects.filter(
                kind=answers.get("kind", self.instance.kind),
                key=self.instance.name_key,
                outlet=answers.get("outlet", self.instance.outlet),
            ).exclude(merge__source=self.instance.pk)
            if same.exists() or named.exists():
                self.add_error("name", "There is a speaker of this name and kind already.")
        return answers


@admin.register(Speaker)
class SpeakerAdmin(DeskAdmin):
    form = SpeakerForm
    list_display = ("name", "kind", "outlet", "its_claims", "created_at")
    list_select_related = ("outlet",)
    list_filter = ("kind",)
    search_fields = ("name",)
    search_help_text = "A part of the name, or the speaker's number."
    autocomplete_fields = ("outlet",)
    readonly_fields = ("wikidata", "merged_into", "created_at")  # on its page, where the history is kept

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Claims hang on what a known speaker is: only the name may be mended.
        return ("kind", "outlet", "wikidata", "merged_into", "created_at") if obj else self.readonly_fields

    @admin.display(description="Claims")
    def its_claims(self, speaker: Speaker) -> SafeString:
        return rows_link(Claim, "show", speaker__id__exact=speaker.pk)


class AppearanceInline(ReadOnlyInline):
    model = Appearance
    fields = (
        "its_version",
        "position",
        "form",
        "its_verdict",
        "confidence",
        "decided_by",
        "speaker_confidence",
        "speaker_by",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        return super().get_queryset(request).select_related("claim", "version").defer("version__text")

    @admin.display(description="verdict")
    def its_verdict(self, appearance: Appearance) -> str:
        return appearance.get_attribution_display()

    @admin.display(description="version")
    def its_version(self, appearance: Appearance) -> SafeString | str:
        return row_link(appearance.version)


def _per_claim(word: str, description: str, name: str, act: Callable[..., Any]) -> Action:
    """An action that does `act(by=, claim_id=)` with each selected claim and says which were refused, and why."""

    def action(modeladmin: admin.ModelAdmin, request: DeskRequest, claims: QuerySet[Any]) -> None:
        acted, refusals = 0, []
        for claim in claims:
            try:
                act(by=request.user, claim_id=claim.pk)
            except DomainError as error:
                refusals.append(f"“{claim}”: {error.message}")
            else:
                acted += 1
        if acted:
            modeladmin.message_user(
                request, f"{acted} claim{'s' if acted > 1 else ''} {word}.", messages.SUCCESS
            )
        tell_refusals(modeladmin, request, refusals)

    action.__name__ = name
    return admin.action(description=description)(action)


def _dismissal(reason: DismissReason) -> Action:
    def act(**who_and_what: Any) -> None:
        dismiss_claim(reason=reason.value, note="From the admin.", **who_and_what)

    return _per_claim("dismissed", f"Dismiss: {reason.label}", f"dismiss_{reason.value}", act)


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "speaker", "state", "veracity", "outlet", "created_at")
    list_select_related = ("speaker", "case__outlet")
    list_filter = ("case__state", ClaimVeracityFilter, "case__form", "checkable")
    search_fields = ("text",)  # for autocomplete to be allowed; searched by the words' index, see below
    search_help_text = "Words of the claim, “a phrase”, -not; or its number."
    fields = (
        "text", "speaker", "state", "veracity", "outlet", "language", "checkable", "reasons", "score", "created_at",
        "its_reviews", "its_evidence", "its_history",
    )  # fmt: skip
    readonly_fields = ("state", "veracity", "outlet", "its_reviews", "its_evidence", "its_history")
    inlines = (AppearanceInline,)
    actions = (
        _per_claim("put into the queue", "Put into the queue", "queue", queue_claim),
        *(_dismissal(reason) for reason in DismissReason),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        words = search_term.strip()
        if not words or read_key(words) is not None:
            return super().get_search_results(request, queryset, words)
        return queryset.filter(search=SearchQuery(words, config="english", search_type="websearch")), False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A claim's history is its audit events, not what Django notes about its own admin."""
        return redirect(reverse("admin:claims_auditevent_changelist", query={"claim__id__exact": object_id}))

    @admin.display(description="state")
    def state(self, claim: Claim) -> str:
        return claim.case.get_state_display()

    @admin.display(description="verdict")
    def veracity(self, claim: Claim) -> str:
        return claim.case.get_veracity_display()

    @admin.display(description="outlet")
    def outlet(self, claim: Claim) -> str:
        return str(claim.case.outlet)

    @admin.display(description="reviews")
    def its_reviews(self, claim: Claim) -> SafeString:
        return rows_link(Review, "show", claim__id__exact=claim.pk)

    @admin.display(description="evidence")
    def its_evidence(self, claim: Claim) -> SafeString:
        return rows_link(EvidenceLink, "show", claim__id__exact=claim.pk)

    @admin.display(description="history")
    def its_history(self, claim: Claim) -> SafeString:
        return rows_link(AuditEvent, "show", claim__id__exact=claim.pk)


@admin.register(ClaimState)
class ClaimStateAdmin(VerdictAdmin):
    verdict_column = "veracity"
    list_display = (
        "claim",
        "state",
        "version",
        "priority",
        "its_verdict",
        "outlet",
        "speaker",
        "form",
        "entered_at",
    )
    list_select_related = ("claim", "outlet", "speaker")
    list_filter = ("state", VeracityFilter, "form", "checkable")
    search_fields = ("speaker__name__istartswith",)
    search_help_text = "How the speaker's name begins, or the claim's number."


class SpanInline(ReadOnlyInline):
    model = Span
    fields = ("role", "start", "end")
    readonly_fields = fields


class HopInline(ReadOnlyInline):
    model = Hop
    fields = (
        "position",
        "role",
        "name",
        "outlet",
        "start",
        "end",
        "cue_start",
        "cue_end",
        "confidence",
        "decided_by",
    )
    readonly_fields = fields
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hop]:
        return super().get_queryset(request).select_related("outlet")


@admin.register(Appearance)
class AppearanceAdmin(VerdictAdmin):
    verdict_column = "attribution"
    list_display = (
        "claim",
        "version",
        "position",
        "form",
        "its_verdict",
        "confidence",
        "decided_by",
        "speaker_confidence",
        "speaker_by",
        "created_at",
    )
    list_select_related = ("claim", "version")
    heavy = ("version__text",)
    list_filter = ("form", AttributionFilter)
    search_fields = ("decided_by__startswith",)
    search_help_text = "The step that decided, or the appearance's number."
    inlines = (HopInline, SpanInline)


@admin.register(Span)
class SpanAdmin(ReadOnlyAdmin):
    list_display = ("id", "appearance_link", "role", "start", "end")
    list_filter = ("role",)
    search_fields = ("role__exact",)
    search_help_text = "The span's number."

    @admin.display(description="appearance")
    def appearance_link(self, span: Span) -> SafeString | str:
        return _appearance_link(span.appearance_id)


@admin.register(Hop)
class HopAdmin(ReadOnlyAdmin):
    list_display = ("name", "role", "position", "outlet", "confidence", "decided_by", "appearance_link")
    list_select_related = ("outlet",)
    list_filter = ("role",)
    search_fields = ("name__startswith",)
    search_help_text = "How the name begins, or the hop's number."

    @admin.display(description="appearance")
    def appearance_link(self, hop: Hop) -> SafeString | str:
        return _appearance_link(hop.appearance_id)


def _appearance_link(pk: int) -> SafeString | str:
    return row_link(Appearance(pk=pk), f"Appearance {pk}")


@admin.register(Review)
class ReviewAdmin(VerdictAdmin):
    verdict_column = "verdict"
    list_display = ("claim", "stage", "kind", "its_verdict", "reviewer", "created_at", "supersedes_id")
    list_select_related = ("claim", "reviewer")
    list_filter = ("stage", "kind")
    search_fields = ("reviewer__username__startswith", "verdict__startswith")
    search_help_text = "The reviewer's user name, the verdict, or the review's number."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        # The cross-check is blind here too.
        return decisions.visible_reviews(super().get_queryset(request), cast(User, request.user))


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("claim", "reviewer", "taken_at", "leased_until", "ended_at", "end")
    list_select_related = ("claim", "reviewer")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "end")
    search_fields = ("reviewer__username__startswith",)
    search_help_text = "The reviewer's user name, or the assignment's number."


class VerbFilter(admin.SimpleListFilter):
    """What was done; the choices are known, so that nobody reads the whole history for them."""

    title = "what was done"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(VERBS.items())

    def queryset(self, request: HttpRequest, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        return events.filter(verb=self.value()) if self.value() else events


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_or_workbench", "verb", "claim", "object_type", "object_id", "reason")
    list_display_links = ("at",)
    list_select_related = ("actor", "claim")
    search_fields = ("actor__username__startswith", "verb__startswith", "object_type__exact")
    search_help_text = "Who did it, the verb, the kind of object, or the event's number."
    list_filter = (VerbFilter, "at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEvent]:
        # The cross-check is blind here too.
        return decisions.visible_event_rows(super().get_queryset(request), cast(User, request.user))

    @admin.display(description="who")
    def actor_or_workbench(self, event: AuditEvent) -> str:
        return str(event.actor) if event.actor else "the workbench"


@admin.register(CrossCheck)
class CrossCheckAdmin(ReadOnlyAdmin):
    list_display = ("claim", "round", "author", "checker", "agreed", "at", "undone_at")
    list_select_related = ("claim", "author", "checker")
    list_filter = ("agreed",)
    search_fields = ("author__username__startswith", "checker__username__startswith")
    search_help_text = "The user name of author or cross-checker, or the cross-check's number."


@admin.register(VerdictPair)
class VerdictPairAdmin(ReadOnlyAdmin):
    list_display = ("cross_check", "kind", "author_review", "checker_review")
    list_select_related = ("cross_check__checker", "author_review", "checker_review")
    list_filter = ("kind",)


@admin.register(Lineage)
class LineageAdmin(ReadOnlyAdmin):
    list_display = ("source", "kind", "target", "by", "at", "undone_at")
    list_select_related = ("source", "target", "by")
    list_filter = ("kind",)


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    list_display = ("claim", "round", "editor", "note", "at", "undone_at")
    list_select_related = ("claim", "editor")
    search_fields = ("editor__username__startswith",)
    search_help_text = "The editor's user name, or the vote's number."


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ("claim", "reason", "opened_by", "opened_at", "published_by", "published_at")
    list_select_related = ("claim", "opened_by", "published_by")
    search_fields = ("opened_by__username__startswith",)
    search_help_text = "The user name of whoever opened it, or the correction's number."


@admin.register(DeskSettings)
class DeskSettingsAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "cross_check",
        "quorum",
        "min_evidence",
        "lease_minutes",
        "archive_evidence",
        "auto_assign",
    )


@admin.register(Tally)
class TallyAdmin(ReadOnlyAdmin):
    list_display = ("dimension", "key", "shard", "n")
    ordering = ("dimension", "-n")
    search_fields = ("dimension__exact", "key__exact")
    search_help_text = "A dimension (state, outlet, …) or a key of one."

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        # Keys are numbers, and rows of a tally have none that anybody knows.
        return super(DeskAdmin, self).get_search_results(request, queryset, search_term)
