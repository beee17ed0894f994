"""The admin of inboxes and digests; claims.admin brings it in."""

from django.contrib import admin

from claims.models import Digest, Notice
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "recipient", "by", "moment", "at", "read_at")
    list_select_related = ("recipient", "by", "claim", "webhook")
    list_filter = ("kind", ("read_at", admin.EmptyFieldListFilter))
    search_fields = ("recipient__username__startswith",)
    search_help_text = "Whose, or the notice's number."


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    list_display = ("user", "pace", "due_at", "sent_at", "attempts", "error")
    list_select_related = ("user",)
    list_filter = ("pace",)
    search_fields = ("user__username__startswith",)
    search_help_text = "Whose."
