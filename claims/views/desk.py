"""The desk's settings: read by everybody, changed by editors."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.forms import DeskForm
from claims.models import DeskSettings
from claims.services.desk import FIELDS, configure_desk
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest


@require_http_methods(["GET", "HEAD", "POST"])
def desk_settings(request: DeskRequest) -> HttpResponse:
    desk, status = DeskSettings.current(), 200
    form = DeskForm(initial={name: getattr(desk, name) for name in FIELDS})
    if request.method == "POST":
        form, status = DeskForm(request.POST), 422
        if form.is_valid():
            try:
                configure_desk(by=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
                status = error.status
            else:
                messages.success(request, "Saved. What is under way follows them from its next move on.")
                return redirect("desk_settings")
    context = {"form": form, "may_configure": permissions.may(request.user, "configure")}
    return render(request, "claims/desk_settings.html", context, status=status)
