"""The admin of extraction: what was read when, what a newer extractor proposes, what lost its place; claims.admin brings it in."""

from django.contrib import admin, messages
from django.db.models import QuerySet

from claims.models import ExtractionProposal, ExtractionRun, Orphan, Rewording
from claims.services.extracting import retry_extraction
from factcheck.adminkit import ReadOnlyAdmin, tell_refusals
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest


@admin.register(ExtractionRun)
class ExtractionRunAdmin(ReadOnlyAdmin):
    list_display = (
        "version",
        "extractor",
        "state",
        "attempts",
        "claims",
        "again",
        "skipped",
        "error_code",
        "created_at",
        "finished_at",
    )
    list_select_related = ("version",)
    heavy = ("version__text",)
    list_filter = ("state",)
    search_fields = ("extractor__startswith", "error_code__startswith")
    search_help_text = "How the extractor's version or the error's code begins, or the run's number."
    actions = ("retry",)

    @admin.action(description="Do the selected failed extractions again")
    def retry(self, request: DeskRequest, runs: QuerySet[ExtractionRun]) -> None:
        retried, refusals = 0, []
        for run in runs:
            try:
                retry_extraction(by=request.user, run_id=run.pk)
            except DomainError as error:
                refusals.append(f"{run}: {error.message}")
            else:
                retried += 1
        if retried:
            self.message_user(request, f"{retried} queued again.", messages.SUCCESS)
        tell_refusals(self, request, refusals)


@admin.register(Orphan)
class OrphanAdmin(ReadOnlyAdmin):
    list_display = ("appearance", "version", "state", "ambiguous", "resolved_by", "resolved_at", "created_at")
    list_select_related = ("appearance__claim", "version", "resolved_by")
    heavy = ("version__text", "appearance__claim__search")
    list_filter = ("state",)
    search_fields = ("resolved_by__username__startswith",)
    search_help_text = "Who resolved it, or the orphan's number."


@admin.register(Rewording)
class RewordingAdmin(ReadOnlyAdmin):
    list_display = ("claim", "version", "kind", "seen_by", "seen_at", "created_at")
    list_select_related = ("claim", "version", "seen_by")
    heavy = ("version__text",)
    list_filter = ("kind", ("seen_at", admin.EmptyFieldListFilter))
    search_fields = ("seen_by__username__startswith",)
    search_help_text = "Who looked at it, or the rewording's number."


@admin.register(ExtractionProposal)
class ExtractionProposalAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "state", "its_extractor", "decided_by", "decided_at", "created_at")
    list_select_related = ("run", "decided_by")
    list_filter = ("state", "kind")
    search_fields = ("run__extractor__startswith", "decided_by__username__startswith")
    search_help_text = "How the extractor's version begins, who decided, or the proposal's number."

    @admin.display(description="extractor")
    def its_extractor(self, proposal: ExtractionProposal) -> str:
        return proposal.run.extractor
