"""The articles' part of the admin. Only outlets are edited here; the rest is written by imports."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from articles.models import (
    Article,
    ArticleVersion,
    Container,
    Feed,
    FeedEntry,
    ImportEvent,
    ImportItem,
    ImportJob,
    Outlet,
    Overlap,
    Placement,
    Recheck,
    Separation,
    Snapshot,
    Story,
)
from articles.services.feeds import pause_feed, poll_feed_now, resume_feed
from articles.services.jobs import cancel_import, retry_cancelled, retry_failed
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
        if "name" in self.changed_data:  # no page's name for itself goes over it any more
            self.instance.named_by = Outlet.NamedBy.GIVEN
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


@admin.register(Story)
class StoryAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "articles",
        "outlets",
        "first_seen",
        "its_articles",
        "merged_into",
        "created_at",
    )
    list_select_related = ("merged_into",)
    readonly_fields = ("its_articles",)

    @admin.display(description="Articles")
    def its_articles(self, story: Story) -> SafeString:
        return rows_link(Placement, "show", story__id__exact=story.pk)


@admin.register(Placement)
class PlacementAdmin(ReadOnlyAdmin):
    list_display = ("article", "story", "placed_at", "attempts", "leased_until")
    list_select_related = ("article", "story")
    list_filter = (("placed_at", admin.EmptyFieldListFilter),)
    heavy = ("signature",)
    search_fields = ("article__title",)
    search_help_text = "A part of the article's title, or its number."
    fields = ("article", "its_version", "story", "placed_at", "attempts", "leased_until")
    readonly_fields = ("its_version",)

    @admin.display(description="version")
    def its_version(self, placement: Placement) -> SafeString | str:
        return row_link(ArticleVersion(pk=placement.version_id), f"Version {placement.version_id}")


@admin.register(Overlap)
class OverlapAdmin(ReadOnlyAdmin):
    list_display = ("one", "other", "share_of_one", "share_of_other", "measured_at")
    list_select_related = ("one", "other")
    fields = ("one", "other", "share_of_one", "share_of_other", "measured_at")


@admin.register(Separation)
class SeparationAdmin(ReadOnlyAdmin):
    list_display = ("article", "story", "by", "created_at")
    list_select_related = ("article", "story", "by")


@admin.register(Recheck)
class RecheckAdmin(ReadOnlyAdmin):
    list_display = ("article", "result", "checked_at", "due_at", "gone_since", "error_code")
    list_select_related = ("article",)
    list_filter = ("result",)
    search_fields = ("article__title", "error_code__startswith")
    search_help_text = "A part of the article's title, how the error's code begins, or the article's number."


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("sha256", "size", "media_type", "charset", "url", "created_at", "unreferenced_since")
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
    actions = ("retry", "cancel", "retry_cancelled")

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
        self._each(
            request, jobs, retry_failed, "queued again", "None of them has failed: there is nothing to retry."
        )

    @admin.action(description="Cancel what the selected imports have not done yet")
    def cancel(self, request: DeskRequest, jobs: QuerySet[ImportJob]) -> None:
        self._each(
            request, jobs, cancel_import, "cancelled", "All of them had ended: there is nothing to cancel."
        )

    @admin.action(description="Take the cancelled items of the selected imports up again")
    def retry_cancelled(self, request: DeskRequest, jobs: QuerySet[ImportJob]) -> None:
        self._each(request, jobs, retry_cancelled, "queued again", "Nothing in them was cancelled.")

    def _each(
        self,
        request: DeskRequest,
        jobs: QuerySet[ImportJob],
        act: Callable[..., int],
        done: str,
        nothing: str,
    ) -> None:
        n, refusals = 0, []
        for job in jobs:
            try:
                n += act(by=request.user, job=job)
            except DomainError as error:
                refusals.append(f"{job}: {error.message}")
        _tell(self, request, n, refusals, done, nothing)


@admin.register(ImportEvent)
class ImportEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "by", "verb", "items", "its_job", "error_code")
    list_filter = ("verb",)
    list_select_related = ("by",)
    search_fields = ("by__username__startswith", "error_code__startswith")
    search_help_text = "How the account's name or the error's code begins."

    @admin.display(description="import")
    def its_job(self, event: ImportEvent) -> SafeString | str:
        return row_link(ImportJob(pk=event.job_id), f"Import {event.job_id}")


@admin.register(Container)
class ContainerAdmin(ReadOnlyAdmin):
    list_display = (
        "file_name",
        "its_job",
        "kind",
        "state",
        "made",
        "error_code",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "kind")
    search_fields = ("file_name__startswith", "error_code__startswith")
    search_help_text = "How the file's name or the error's code begins."

    @admin.display(description="import")
    def its_job(self, container: Container) -> SafeString | str:
        return row_link(ImportJob(pk=container.job_id), f"Import {container.job_id}")


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
        "job", "position", "kind", "url", "file_name", "outlet_name", "title", "published_at", "published_on", "external_id",
        "snapshot", "container", "place", "state",
        "stage", "attempts", "outcome", "its_version", "its_original", "error_code", "error_message", "queued_at", "started_at",
        "leased_until", "finished_at", "timings",
    )  # fmt: skip
    readonly_fields = ("its_version", "its_original")
    actions = ("retry", "cancel")

    @admin.display(description="item")
    def what(self, item: ImportItem) -> str:
        return _short(item)

    @admin.display(description="import")
    def its_job(self, item: ImportItem) -> SafeString | str:
        return row_link(ImportJob(pk=item.job_id), f"Import {item.job_id}")

    @admin.display(description="version")
    def its_version(self, item: ImportItem) -> SafeString | str:
        return row_link(item.version)

    @admin.display(description="duplicate of")
    def its_original(self, item: ImportItem) -> SafeString | str:
        return row_link(item.duplicate_of)

    @admin.action(description="Retry the selected items that failed or were cancelled")
    def retry(self, request: DeskRequest, items: QuerySet[ImportItem]) -> None:
        self._each(request, items, retry_failed, "queued again", "has not failed")

    @admin.action(description="Cancel the selected items that are not done yet")
    def cancel(self, request: DeskRequest, items: QuerySet[ImportItem]) -> None:
        self._each(request, items, cancel_import, "cancelled", "has ended")

    def _each(
        self,
        request: DeskRequest,
        items: QuerySet[ImportItem],
        act: Callable[..., int],
        done: str,
        refused: str,
    ) -> None:
        n, refusals = 0, []
        for item in items.select_related("job"):
            try:
                acted = act(by=request.user, job=item.job, item_id=item.pk)
            except DomainError as error:
                refusals.append(f"{item}: {error.message}")
                continue
            n += acted
            if not acted:
                refusals.append(f"{item} {refused}: it is {item.get_state_display().lower()}.")
        _tell(self, request, n, refusals, done)


@admin.register(Feed)
class FeedAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "outlet",
        "kind",
        "active",
        "next_poll_at",
        "failing_since",
        "error_code",
        "its_entries",
    )
    list_select_related = ("outlet",)
    list_filter = ("active", "kind")
    search_fields = ("name", "url__startswith")
    search_help_text = "A part of the name, or how the address begins."
    readonly_fields = ("key", "its_entries")
    actions = ("poll", "pause", "resume")

    @admin.display(description="Entries")
    def its_entries(self, feed: Feed) -> SafeString:
        return rows_link(FeedEntry, "show", feed__id__exact=feed.pk)

    @admin.action(description="Poll the selected feeds now")
    def poll(self, request: DeskRequest, feeds: QuerySet[Feed]) -> None:
        self._each(request, feeds, poll_feed_now, "asked to be polled")

    @admin.action(description="Pause the selected feeds")
    def pause(self, request: DeskRequest, feeds: QuerySet[Feed]) -> None:
        self._each(request, feeds, pause_feed, "paused")

    @admin.action(description="Resume the selected feeds; their imports are then yours")
    def resume(self, request: DeskRequest, feeds: QuerySet[Feed]) -> None:
        self._each(request, feeds, resume_feed, "resumed")

    def _each(
        self, request: DeskRequest, feeds: QuerySet[Feed], act: Callable[..., object], done: str
    ) -> None:
        acted, refusals = 0, []
        for feed in feeds:
            try:
                act(by=request.user, feed_id=feed.pk)
            except DomainError as error:
                refusals.append(f"{feed}: {error.message}")
            else:
                acted += 1
        if acted:
            self.message_user(request, f"{acted} feed{'s' if acted > 1 else ''} {done}.", messages.SUCCESS)
        tell_refusals(self, request, refusals)


@admin.register(FeedEntry)
class FeedEntryAdmin(ReadOnlyAdmin):
    list_display = ("what", "feed", "published_at", "seen_at", "its_item", "problem")
    list_select_related = ("feed",)
    search_fields = ("url__startswith", "key__startswith")
    search_help_text = "How the address begins."
    fields = ("feed", "url", "title", "published_at", "updated_at", "seen_at", "its_item", "problem", "key")
    readonly_fields = ("its_item",)

    @admin.display(description="entry")
    def what(self, entry: FeedEntry) -> str:
        return _short(entry)

    @admin.display(description="item")
    def its_item(self, entry: FeedEntry) -> SafeString | str:
        return row_link(ImportItem(pk=entry.item_id), f"Item {entry.item_id}") if entry.item_id else "–"


def _short(row: Article | ImportItem | FeedEntry) -> str:
    text = str(row)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _tell(
    modeladmin: admin.ModelAdmin,
    request: HttpRequest,
    n: int,
    refusals: list[str],
    done: str,
    nothing: str = "",
) -> None:
    if n:
        modeladmin.message_user(request, f"{n} item{'s' if n > 1 else ''} {done}.", messages.SUCCESS)
    elif not refusals:
        modeladmin.message_user(request, nothing, messages.INFO)
    tell_refusals(modeladmin, request, refusals)
