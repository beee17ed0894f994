"""The admin of tags, saved views and stays: only shown, because services write them."""

from django.contrib import admin

from claims.models import ClaimTag, Preference, SavedView, Stay, Tag
from factcheck.adminkit import ReadOnlyAdmin


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("name", "retired_at", "merged_into", "created_by", "created_at")
    list_select_related = ("merged_into", "created_by")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    search_fields = ("name__istartswith",)


@admin.register(ClaimTag)
class ClaimTagAdmin(ReadOnlyAdmin):
    list_display = ("claim", "tag", "added_by", "added_at")
    list_select_related = ("claim", "tag", "added_by")
    heavy = ("claim__search",)
    search_fields = ("tag__name__istartswith",)


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ("name", "owner", "shared", "created_at")
    list_select_related = ("owner",)
    list_filter = ("shared",)
    search_fields = ("name__istartswith", "owner__username__startswith")


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ("user", "wants_work", "default_view")
    list_select_related = ("user", "default_view")
    list_filter = ("wants_work",)
    search_fields = ("user__username__startswith",)


@admin.register(Stay)
class StayAdmin(ReadOnlyAdmin):
    list_display = ("claim", "state", "next", "entered_at", "left_at")
    list_select_related = ("claim",)
    heavy = ("claim__search",)
    list_filter = ("state",)
    search_fields = ("claim__id__exact",)
    search_help_text = "A claim's number, or the stay's own."
