"""Exports on screen: the list, a new one, one as it goes on, and its file."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from claims import permissions
from claims.cuts import newest_cut
from claims.exportforms import ExportForm
from claims.models import Export
from claims.services import exporting
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import DomainError, Missing
from factcheck.lib.requests import DeskRequest

# Seconds between two looks at an export: while a worker is at it, and while none has been heard of.
POLL_SECONDS, POLL_SECONDS_WITHOUT_WORKER = 1, 5


@require_GET
def export_list(request: DeskRequest) -> HttpResponse:
    """The reader's exports, newest first; editors see everybody's."""
    page = newest_cut(
        exporting.exports_for(request.user), request.GET.get("before", ""), request.GET.get("after", "")
    )
    context = {
        "page": page,
        "may_export": permissions.may(request.user, "export"),
        "sees_all": permissions.may(request.user, "see_exports"),
    }
    return render(request, "claims/export_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export_create(request: DeskRequest) -> HttpResponse:
    """The form for a new export; the address may fill it in (`subject`, `article`, `state` and so on)."""
    form, status = ExportForm(reader=request.user, initial=request.GET.dict()), 200
    if request.method == "POST":
        form, status = ExportForm(request.POST, reader=request.user), 422
        if form.is_valid():
            try:
                export = exporting.request_export(by=request.user, **form.request())
            except DomainError as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                messages.success(request, "Asked for. You can leave this page: it goes on in the background.")
                return redirect(export)
    context = {"form": form, "may_export": permissions.may(request.user, "export")}
    return render(request, "claims/export_create.html", context, status=status)


@vary_on_headers("HX-Request")
@require_GET
def export_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One export and how far it is. The page asks for its middle again while it is undone; 204: nothing is new."""
    export = _find(request, pk)
    heard = worker_is_heard()
    seen = f"{export.state}-{export.written}-{export.attempts}{'' if heard else '-alone'}"
    context = {
        "export": export,
        "file_name": exporting.file_name(export),
        "worker_is_heard": heard,
        "seen": seen,
        "poll_seconds": POLL_SECONDS if heard else POLL_SECONDS_WITHOUT_WORKER,
    }
    if not request.htmx:
        return render(request, "claims/export_detail.html", context)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "claims/_export_progress.html", context)


@require_GET
def export_file(request: DeskRequest, pk: int) -> HttpResponse | FileResponse:
    export = _find(request, pk)
    try:
        return exporting.file_response(export)
    except Missing as error:
        messages.error(request, error.message)
        return redirect(export)


@require_POST
def export_change(request: DeskRequest, pk: int) -> HttpResponse:
    """Cancels an export, or with `action` retry has it written anew."""
    act = exporting.retry_export if request.POST.get("action") == "retry" else exporting.cancel_export
    try:
        export = act(by=request.user, export_id=pk)
    except Missing as error:
        raise Http404(error.message) from error
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("export_detail", pk)
    messages.success(request, "Queued again." if export.is_undone else "Cancelled.")
    return redirect(export)


def _find(request: DeskRequest, pk: int) -> Export:
    try:
        return exporting.find_export(pk, request.user)
    except Missing as error:
        raise Http404(error.message) from error
