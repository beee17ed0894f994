"""The admin of what other desks checked; claims.admin brings it in."""

from django.contrib import admin

from claims.models import PriorCheck, PriorImport, PriorLookup, PriorMatch, PriorProblem
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(PriorImport)
class PriorImportAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "state",
        "added",
        "updated",
        "unchanged",
        "refused",
        "created_by",
        "created_at",
        "error_code",
    )
    list_select_related = ("created_by",)
    list_filter = ("state", "error_code")
    search_fields = ("url__startswith", "file_name__istartswith")
    search_help_text = "How the address or the file's name begins, or the import's number."


@admin.register(PriorProblem)
class PriorProblemAdmin(ReadOnlyAdmin):
    list_display = ("prior_import", "place", "code", "message")
    list_select_related = ("prior_import",)
    list_filter = ("code",)
    search_fields = ("code__startswith",)
    search_help_text = "How the code begins, or the row's number here."


@admin.register(PriorCheck)
class PriorCheckAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "rating",
        "score",
        "claimant",
        "site",
        "reviewed_on",
        "created_at",
        "replaced_at",
    )
    list_filter = (("replaced_at", admin.EmptyFieldListFilter), "language")
    exclude = ("search",)
    heavy = ("search",)
    search_fields = ("site__startswith", "url__startswith")
    search_help_text = "How the site or the address begins, or the check's number."


@admin.register(PriorMatch)
class PriorMatchAdmin(ReadOnlyAdmin):
    list_display = ("claim", "prior_check", "state", "nearness", "decided_by", "decided_at")
    list_select_related = ("claim", "prior_check", "decided_by")
    list_filter = ("state",)
    search_fields = ("prior_check__url__startswith",)
    search_help_text = "How the check's address begins, or the match's number."


@admin.register(PriorLookup)
class PriorLookupAdmin(ReadOnlyAdmin):
    list_display = ("claim",)
    list_select_related = ("claim",)
