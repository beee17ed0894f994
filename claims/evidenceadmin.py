"""The admin of documents and of what was found at the steps of chains; claims.admin brings it in."""

from typing import cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims import decisions
from claims.models import Evidence, EvidenceCopy, EvidenceLink, EvidenceWatch, HopCheck
from factcheck.adminkit import ReadOnlyAdmin
from factcheck.models import User


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "origin", "url", "added_by", "created_at")
    list_select_related = ("added_by",)
    list_filter = ("origin",)
    search_fields = ("key__startswith", "title__istartswith")
    search_help_text = "How the address or the title begins, or the document's number."


@admin.register(EvidenceLink)
class EvidenceLinkAdmin(ReadOnlyAdmin):
    list_display = ("evidence", "stance", "kind", "claim", "added_by", "added_at", "withdrawn_at")
    list_select_related = ("evidence", "claim", "added_by")
    list_filter = ("stance", "kind", ("withdrawn_at", admin.EmptyFieldListFilter))
    search_fields = ("evidence__key__startswith", "evidence__title__istartswith")
    search_help_text = "How the document's address or title begins, or the link's number."

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvidenceLink]:
        # A stance gives the verdict away: the cross-check is blind here too.
        return decisions.visible_link_rows(super().get_queryset(request), cast(User, request.user))


@admin.register(EvidenceCopy)
class EvidenceCopyAdmin(ReadOnlyAdmin):
    list_display = ("evidence", "snapshot", "kept_at")
    list_select_related = ("evidence", "snapshot")
    search_fields = ("evidence__key__startswith",)
    search_help_text = "How the document's address begins, or the copy's number."


@admin.register(EvidenceWatch)
class EvidenceWatchAdmin(ReadOnlyAdmin):
    list_display = ("evidence", "result", "checked_at", "due_at", "attempts", "error_code", "archive")
    list_select_related = ("evidence",)
    list_filter = ("result", "archive", "error_code")
    search_fields = ("evidence__key__startswith",)
    search_help_text = "How the document's address begins, or the document's number."


@admin.register(HopCheck)
class HopCheckAdmin(ReadOnlyAdmin):
    list_display = ("name", "role", "result", "document", "by", "at")
    list_select_related = ("document", "by")
    list_filter = ("result", "role")
    search_fields = ("name__startswith", "by__username__startswith")
    search_help_text = "How the step's name or the checker's user name begins, or the check's number."
