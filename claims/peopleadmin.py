"""The admin of the speaker ledger and of talk: all of it only shown, because services write it."""

from django.contrib import admin

from claims.models import (
    Comment,
    CommentEdit,
    Contradiction,
    Mention,
    Reply,
    SpeakerAlias,
    SpeakerMerge,
    SpeakerRole,
)
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(SpeakerAlias)
class SpeakerAliasAdmin(ReadOnlyAdmin):
    list_display = ("name", "speaker", "kind", "outlet", "added_by", "added_at")
    list_select_related = ("speaker", "outlet", "added_by")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(SpeakerRole)
class SpeakerRoleAdmin(ReadOnlyAdmin):
    list_display = ("title", "organization", "speaker", "since", "until")
    list_select_related = ("speaker",)
    search_fields = ("title__istartswith", "organization__istartswith")


@admin.register(SpeakerMerge)
class SpeakerMergeAdmin(ReadOnlyAdmin):
    list_display = ("source", "target", "by", "at", "undone_by", "undone_at")
    list_select_related = ("source", "target", "by", "undone_by")
    heavy = ("claims",)
    search_fields = ("source__name", "target__name")


@admin.register(Contradiction)
class ContradictionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "note", "by", "at", "withdrawn_by")
    list_select_related = ("by", "withdrawn_by")
    search_fields = ("note",)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "text", "at", "edited_at", "deleted_at")
    list_select_related = ("author",)
    search_fields = ("text",)


@admin.register(CommentEdit)
class CommentEditAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "text", "until")
    search_fields = ("text",)


@admin.register(Mention)
class MentionAdmin(ReadOnlyAdmin):
    list_display = ("user", "comment", "at")
    list_select_related = ("user", "comment__author")
    search_fields = ("user__username__istartswith",)


@admin.register(Reply)
class ReplyAdmin(ReadOnlyAdmin):
    list_display = ("asked", "claim", "channel", "asked_by", "asked_at", "deadline", "answered_at")
    list_select_related = ("claim", "asked_by")
    list_filter = ("channel",)
    search_fields = ("asked",)
