"""The articles' part of the admin. Only outlets are edited here; the rest is written by imports."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from articles.models import Article, ArticleVersion, ImportItem, ImportJob, Outlet, Recheck, Snapshot
from articles.services.jobs import retry_failed
from factcheck.adminkit import (
    DeskAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    row_link,
    rows_link,
    tell_refusals,
)
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role


class OutletForm(forms.ModelForm):
    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_domain(self) -> str:
        """`https://www.Example.com/news` as somebody copied it is example.com."""
        domain = self.cleaned_data["domain"].strip().lower()
        return domain.rpartition("://")[2].split("/")[0].removeprefix("www.")


@admin.register(Outlet)
class OutletAdmin(DeskAdmin):
    form = OutletForm
    list_display = ("name", "domain", "its_articles", "created_at")
    ordering = ("name",)
    search_fields = ("name", "domain__startswith")
    search_help_text = "A part of the name, or how the domain begins."
    readonly_fields = ("created_at",)

    @admin.display(description="Articles")
    def its_articles(self, outlet: Outlet) -> SafeString:
        return rows_link(Article, "show", outlet__id__exact=outlet.pk)


class VersionInline(ReadOnlyInline):
    model = ArticleVersion
    fields = ("number", "title", "text_length", "published_at", "published_on", "created_at")
    readonly_fields = fields
    ordering = ("-number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleVersion]:
        return super().get_queryset(request).defer("text")


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ("short_title", "outlet", "language", "published_at", "published_on", "created_at")
    list_select_related = ("outlet",)
    search_fields = ("title",)
    search_help_text = "A part of the title, or the article's number."
    fields = (
        "title", "outlet", "url", "byline", "language", "published_at", "published_on", "current_version", "created_at",
    )  # fmt: skip
    readonly_fields = ("current_version", "created_at")
    inlines = (VersionInline,)

    @admin.display(description="title")
    def short_title(self, article: Article) -> str:
        return _short(article)

    @admin.display(description="current")
    def current_version(self, article: Article) -> SafeString | str:
        return row_link(article.current)


@admin.register(ArticleVersion)
class ArticleVersionAdmin(ReadOnlyAdmin):
    list_display = ("title", "article", "number", "language", "text_length", "published_at", "created_at")
    list_select_related = ("article",)
    heavy = ("text",)
    search_fields = ("article__title",)
    search_help_text = "A part of the article's title, or the version's number in this list."


@admin.register(Recheck)
class RecheckAdmin(ReadOnlyAdmin):
    list_display = ("article", "result", "checked_at", "due_at", "gone_since", "error_code")
    list_select_related = ("article",)
    list_filter = ("result",)
    search_fields = ("article__title", "error_code__startswith")
    search_help_text = "A part of the article's title, how the error's code begins, or the article's number."


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("sha256", "size", "media_type", "charset", "url", "created_at")
    search_fields = ("sha256__startswith",)
    search_help_text = "How the sha256 begins."


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "created_by", "total", "its_items", "its_failed", "created_at")
    list_select_related = ("created_by",)
    date_hierarchy = "created_at"
    search_fields = ("label", "created_by__username__startswith")
    search_help_text = "A part of the name, who asked for it, or its number."
    readonly_fields = ("its_items",)
    actions = ("retry",)

    def has_add_permission(self, request: DeskRequest) -> bool:  # type: ignore[override]
        return has_role(request.user, Role.RESEARCHER)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """There is one form for a new import, and it is the desk's."""
        return redirect("import_create")

    @admin.display(description="Items")
    def its_items(self, job: ImportJob) -> SafeString:
        return rows_link(ImportItem, "show", job__id__exact=job.pk)

    @admin.display(description="Failed")
    def its_failed(self, job: ImportJob) -> SafeString:
        return rows_link(ImportItem, "show", job__id__exact=job.pk, state__exact=ImportItem.State.FAILED)

    @admin.action(description="Retry the failed items of the selected imports")
    def retry(self, request: DeskRequest, jobs: QuerySet[ImportJob]) -> None:
        retried, refusals = 0, []
        for job in jobs:
            try:
                retried += retry_failed(by=request.user, job=job)
            except DomainError as error:
                refusals.append(f"{job}: {error.message}")
        _tell(self, request, retried, refusals)


@admin.register(ImportItem)
class ImportItemAdmin(ReadOnlyAdmin):
    list_display = (
        "what",
        "its_job",
        "kind",
        "state",
        "attempts",
        "outcome",
        "error_code",
        "queued_at",
        "finished_at",
    )
    list_filter = ("state", "kind", "outcome")
    search_fields = ("url__startswith", "file_name__startswith", "error_code__startswith")
    search_help_text = "How the address, the file's name or the error's code begins."
    fields = (
        "job", "position", "kind", "url", "file_name", "outlet_name", "title", "published_at", "published_on", "snapshot", "state",
        "stage", "attempts", "outcome", "its_version", "error_code", "error_message", "queued_at", "started_at",
        "leased_until", "finished_at",
    )  # fmt: skip
    readonly_fields = ("its_version",)
    actions = ("retry",)

    @admin.display(description="item")
    def what(self, item: ImportItem) -> str:
        return _short(item)

    @admin.display(description="import")
    def its_job(self, item: ImportItem) -> SafeString | str:
        return row_link(ImportJob(pk=item.job_id), f"Import {item.job_id}")

    @admin.display(description="version")
    def its_version(self, item: ImportItem) -> SafeString | str:
        return row_link(item.version)

    @admin.action(description="Retry the selected items that failed")
    def retry(self, request: DeskRequest, items: QuerySet[ImportItem]) -> None:
        retried, refusals = 0, []
        for item in items.select_related("job"):
            try:
                again = retry_failed(by=request.user, job=item.job, item_id=item.pk)
            except DomainError as error:
                refusals.append(f"{item}: {error.message}")
                continue
            retried += again
            if not again:
                refusals.append(f"{item} has not failed: it is {item.get_state_display().lower()}.")
        _tell(self, request, retried, refusals)


def _short(row: Article | ImportItem) -> str:
    text = str(row)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _tell(modeladmin: admin.ModelAdmin, request: HttpRequest, retried: int, refusals: list[str]) -> None:
    if retried:
        modeladmin.message_user(
            request, f"{retried} item{'s' if retried > 1 else ''} queued again.", messages.SUCCESS
        )
    elif not refusals:
        modeladmin.message_user(request, "None of them has failed: there is nothing to retry.", messages.INFO)
    tell_refusals(modeladmin, request, refusals)
