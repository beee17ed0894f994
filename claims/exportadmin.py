"""The admin of exports; claims.admin brings it in."""

from django.contrib import admin

from claims.models import Export
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    list_display = ("label", "format", "state", "lines", "size", "created_by", "created_at", "error_code")
    list_select_related = ("created_by",)
    list_filter = ("state", "subject", "format")
    exclude = ("file",)  # to be had where it is asked who asks
    search_fields = ("label__istartswith", "created_by__username__startswith")
    search_help_text = "How its label or its maker's user name begins, or its number."
