"""What the admins of both apps share: lists that stay quick when tables grow, and pages that only show."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from factcheck.lib.keys import read_key

# Pages go so deep; who looks for something further down narrows the list.
MOST_ROWS = 5_000
# An action over many rows tells so many refusals one by one, then how many more there are.
MOST_MESSAGES = 10


class CappedPaginator(Paginator):
    """Counts no further than MOST_ROWS: a full COUNT of a large table costs more than the page itself."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        return rows.order_by()[:MOST_ROWS].count()


class DeskAdmin(admin.ModelAdmin):
    """A list newest first, in pages, that neither counts nor sorts a whole table.

    `heavy` names text columns that the list does not show and so does not read.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    sortable_by: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    heavy: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.defer(*self.heavy) if self.heavy else rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number finds the row of that number; anything else is searched for."""
        if (key := read_key(search_term)) is not None:
            return queryset.filter(pk=key), False
        return super().get_search_results(request, queryset, search_term)


class ReadOnlyAdmin(DeskAdmin):
    """For rows that are append-only or belong to a service: to be looked at, never written here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows that belong to the one shown, each with a link to its own page."""

    extra = 0
    show_change_link = True
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def row_link(row: Model | None, text: str = "") -> SafeString | str:
    """A link to the row's own admin page; a dash when there is no row."""
    if row is None:
        return "–"
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return format_html('<a href="{}">{}</a>', reverse(name, args=[row.pk]), text or str(row))


def rows_link(model: type[Model], text: str, **filters: Any) -> SafeString:
    """A link to the list of `model`'s rows narrowed by `filters`."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return format_html('<a href="{}">{}</a>', reverse(name, query=filters), text)


def tell_refusals(modeladmin: admin.ModelAdmin, request: HttpRequest, refusals: list[str]) -> None:
    """What an action could not do, row by row."""
    for refusal in refusals[:MOST_MESSAGES]:
        modeladmin.message_user(request, refusal, messages.ERROR)
    if (more := len(refusals) - MOST_MESSAGES) > 0:
        modeladmin.message_user(request, f"{more} more were refused as well.", messages.ERROR)
