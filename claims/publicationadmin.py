"""The admin of fact-checks and what was published of them: only shown, because services write them."""

from django.contrib import admin

from claims.models import Dump, Edition, FactCheck
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(FactCheck)
class FactCheckAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "claim",
        "language",
        "published_at",
        "retracted_at",
        "written_by",
        "written_at",
    )
    list_select_related = ("claim", "written_by")
    list_filter = (("current", admin.EmptyFieldListFilter), ("retracted_at", admin.EmptyFieldListFilter))
    heavy = ("claim__search", "body")
    search_fields = ("slug__startswith",)


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "language", "rating", "published_at", "published_by", "listed", "undone_at")
    list_select_related = ("published_by",)
    list_filter = ("listed", "veracity")
    heavy = ("search", "facts", "body")
    search_fields = ("slug__startswith",)
    exclude = ("search",)


@admin.register(Dump)
class DumpAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "rows", "size", "made_at", "licence")
    search_fields = ("kind__startswith",)
