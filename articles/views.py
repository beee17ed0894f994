"""The import screens: the list of imports, the form for a new one, and one import as it goes on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from articles import queries
from articles.forms import ImportForm, name_of
from articles.models import ImportItem, ImportJob
from articles.services.importing import request_import
from articles.services.jobs import cancel_import, retry_cancelled, retry_container, retry_failed
from articles.services.reporting import FORMATS, report_name
from articles.services.snapshots import storage_problem
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role

DRAFT = "import"
# Seconds between two looks at a job: while a worker is at it, and while none has been heard of.
POLL_SECONDS, POLL_SECONDS_WITHOUT_WORKER = 1, 5


@require_GET
def import_list(request: DeskRequest) -> HttpResponse:
    """What was asked for, by whom and when, and how each import stands."""
    page = queries.import_list(before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    context = {"page": page, "may_import": _may_import(request), **_standing()}
    return render(request, "articles/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: DeskRequest) -> HttpResponse:
    """The form for a new import. What is typed comes back with whatever is wrong with it."""
    form, status = ImportForm(), 200
    if request.method == "POST":
        form, status = ImportForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                job = request_import(
                    by=request.user,
                    items=form.items,
                    containers=form.containers,
                    label=form.cleaned_data["label"] or name_of(form.items, form.containers),
                    extract=not form.cleaned_data["without_claims"],
                )
            except DomainError as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                messages.success(request, _asked_for(job), extra_tags=f"draft:{DRAFT}")
                return redirect(queries.next_to_map(job) or job)
    context = {
        "form": form,
        "used": form.section_is_used(),
        "draft": DRAFT,
        "may_import": _may_import(request),
        **_standing(),
    }
    return render(request, "articles/import_create.html", context, status=status)


@login_not_required  # says so itself: a page that looks every second must not get the log-in page into its middle
@vary_on_headers("HX-Request")
@require_GET
def import_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One import and how far it is.

    The page asks for its own middle part again while something is undone; 204 tells it that what it shows
    (`seen`) is how things still stand.
    """
    if _is_stranger(request):
        login = redirect_to_login(reverse("import_detail", args=[pk]))
        return HttpResponseClientRedirect(login["Location"]) if request.htmx else login
    progress = queries.import_detail(
        pk,
        state=request.GET.get("state", ""),
        error_code=request.GET.get("code", ""),
        before=request.GET.get("before", ""),
        after=request.GET.get("after", ""),
    )
    if progress is None:
        raise Http404("There is no such import.")
    standing = _standing()
    heard = standing["worker_is_heard"]
    troubles = f"{'' if heard else '-alone'}{'-full' if standing['storage_problem'] else ''}"
    seen = f"{progress.tenth}-{progress.fingerprint}{troubles}"
    context: dict[str, Any] = {
        "progress": progress,
        "rows": [(item, queries.latest_run(item), queries.takes_long(item)) for item in progress.items.rows],
        "states": [(state, progress.counts.of(state.value)) for state in ImportItem.State],
        "may_import": _may_import(request),
        **standing,
        "seen": seen,
        "poll_seconds": POLL_SECONDS if heard else POLL_SECONDS_WITHOUT_WORKER,
    }
    if not request.htmx:
        return render(request, "articles/import_detail.html", context)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context["announce"] = request.GET.get("seen", "").partition("-")[0] != str(progress.tenth)
    return render(request, "articles/_import_progress.html", context)


@require_POST
def import_retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Queues items again: all that failed, those with the error `code`, all that were `cancelled`, or one `item`; or has
    a file of many read on (`container`)."""
    job = get_object_or_404(ImportJob, pk=pk)
    given = request.POST
    try:
        if (container := read_key(given.get("container", ""))) is not None:
            return _read_on(request, job, container)
        if given.get("cancelled"):
            retried = retry_cancelled(by=request.user, job=job)
        else:
            item = read_key(given.get("item", ""))
            code = given.get("code", "").replace("\0", "")
            retried = retry_failed(by=request.user, job=job, item_id=item, error_code=code)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if retried:
            messages.success(request, f"{_items(retried)} queued again.")
        else:
            messages.info(request, "None of it failed or was cancelled any more: there is nothing to retry.")
    return redirect(job)


def _read_on(request: DeskRequest, job: ImportJob, container_id: int) -> HttpResponse:
    """Raises DomainError."""
    container = retry_container(by=request.user, job=job, container_id=container_id)
    if container.state == container.State.MAPPING:
        return redirect(container)
    messages.success(request, f"{container} is read on from where that ended.")
    return redirect(job)


@require_POST
def import_cancel(request: DeskRequest, pk: int) -> HttpResponse:
    """Cancels what is not done yet, or one `item`."""
    job = get_object_or_404(ImportJob, pk=pk)
    try:
        cancelled = cancel_import(by=request.user, job=job, item_id=read_key(request.POST.get("item", "")))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        if cancelled:
            messages.success(request, f"{_items(cancelled)} cancelled. What was done before stays.")
        else:
            messages.info(request, "Everything had ended already: there is nothing to cancel.")
    return redirect(job)


@require_GET
def import_report(request: DeskRequest, pk: int, form: str) -> StreamingHttpResponse:
    """How each item ended, to be downloaded as CSV or JSON."""
    job = get_object_or_404(ImportJob, pk=pk)
    report = FORMATS[form]
    return StreamingHttpResponse(
        report.lines(job, base=request.build_absolute_uri("/").rstrip("/")),
        content_type=report.content_type,
        headers={"Content-Disposition": f'attachment; filename="{report_name(job, form)}"'},
    )


def _standing() -> dict[str, Any]:
    """What every import screen says when nothing can go on."""
    return {"worker_is_heard": worker_is_heard(), "storage_problem": storage_problem()}


def _items(n: int) -> str:
    return "1 item" if n == 1 else f"{n:,} items"


def _is_stranger(request: HttpRequest) -> bool:
    return not request.user.is_authenticated


def _asked_for(job: ImportJob) -> str:
    if queries.next_to_map(job):
        return "The file is kept. Say what its columns are, then its rows are imported."
    if not job.total:
        return "The file is kept, and is being read. You can leave this page: it goes on in the background."
    return f"{_items(job.total)} asked for. You can leave this page: it goes on in the background."


def _may_import(request: DeskRequest) -> bool:
    return has_role(request.user, Role.RESEARCHER)
