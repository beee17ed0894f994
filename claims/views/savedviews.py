"""Saving, renaming and deleting views: short forms above the lists."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.deskforms import ViewForm
from claims.forms import ClaimFilterForm
from claims.services import viewing
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest


@require_POST
def save_view(request: DeskRequest) -> HttpResponse:
    """Keeps the toolbar's answers (`filters`, as an address has them) under a name."""
    form, where = ViewForm(request.POST), _list_of(request)
    answers = ClaimFilterForm(QueryDict(request.POST.get("filters", "")[:4000])).answers()
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(f"{where}?{request.POST.get('filters', '')[:4000]}")
    try:
        view = viewing.save_view(by=request.user, filters=answers, **form.cleaned_data)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{where}?{request.POST.get('filters', '')[:4000]}")
    messages.success(request, f"Saved as “{view}”.")
    return redirect(f"{where}?view={view.pk}")


@require_POST
def change_view(request: DeskRequest, pk: int) -> HttpResponse:
    """With `action`: rename, delete, default (the reader's queue shows it first) or no_default."""
    action, by, where = request.POST.get("action", ""), request.user, _list_of(request)
    shown = f"{where}?view={pk}"
    try:
        if action == "rename":
            viewing.rename_view(by=by, view_id=pk, name=request.POST.get("name", ""))
            said = "Renamed."
        elif action == "delete":
            viewing.delete_view(by=by, view_id=pk)
            said, shown = "Deleted.", where
        elif action == "default":
            viewing.set_default_view(by=by, view_id=pk)
            said = "Your queue opens with this view."
        else:
            viewing.set_default_view(by=by, view_id=None)
            said = "Your queue opens with all that waits."
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect(shown)


def _list_of(request: DeskRequest) -> str:
    """The list on which the form stood: one of the two."""
    back = request.POST.get("back", "")
    return back if back == reverse("claim_list") else reverse("queue")
