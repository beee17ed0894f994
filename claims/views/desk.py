"""The desk's settings: read by everybody, changed by editors."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from claims import permissions
from claims.forms import DeskForm, VerdictNamesForm
from claims.models import DeskSettings
from claims.services.desk import FIELDS, configure_desk, name_verdicts
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest


@require_http_methods(["GET", "HEAD", "POST"])
def desk_settings(request: DeskRequest) -> HttpResponse:
    form = DeskForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            configure_desk(by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
            return _page(request, form=form, status=error.status)
        messages.success(request, "Saved. What is under way follows them from its next move on.")
        return redirect("desk_settings")
    return _page(request, form=form, status=422 if form else 200)


@require_http_methods(["POST"])
def verdict_names(request: DeskRequest) -> HttpResponse:
    """What the desk calls its verdicts, in one language."""
    form = VerdictNamesForm(request.POST)
    if not form.is_valid():
        return _page(request, names=form, status=422)
    names = {name: value for name, value in form.cleaned_data.items() if name != "language"}
    try:
        name_verdicts(by=request.user, language=form.cleaned_data["language"], names=names)
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, names=form, status=error.status)
    messages.success(request, "Saved. They are shown so from now on, wherever a verdict is named.")
    return redirect(reverse("desk_settings", query={"language": form.cleaned_data["language"]}) + "#names")


def _page(request: DeskRequest, *, status: int, **returned: forms.Form | None) -> HttpResponse:
    desk = DeskSettings.current()
    languages = dict(settings.LANGUAGES)
    language = request.POST.get("language") or request.GET.get("language", "")
    screens = settings.LANGUAGE_CODE.partition("-")[
        0
    ]  # a dialect without names of its own has its language's
    language = language if language in languages else screens
    context: dict[str, Any] = {
        "form": returned.get("form") or DeskForm(initial={name: getattr(desk, name) for name in FIELDS}),
        "names": returned.get("names")
        or VerdictNamesForm(initial={"language": language, **desk.labels.get(language, {})}),
        "language": language,
        "language_name": languages[language],
        "screens_language": languages[screens],
        "may_configure": permissions.may(request.user, "configure"),
        "may_manage_webhooks": permissions.may(request.user, "manage_webhooks"),
    }
    return render(request, "claims/desk_settings.html", context, status=status)
