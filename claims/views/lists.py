"""The queue and the list of all claims: one table, two ways in, each narrowed by its toolbar or by a saved view."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from claims import changes, checks, permissions, queries
from claims.choices import State
from claims.deskforms import BulkForm, ViewForm
from claims.forms import ClaimFilterForm
from claims.models import DeskSettings, Preference, SavedView, Tag
from claims.narrowing import Filters
from claims.services import assigning, giving, viewing
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.paging import Page
from factcheck.lib.requests import DeskRequest

# With so many claims under review, somebody is told that they keep them from others.
MANY = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to. `form` is the toolbar with what really narrows it; `view` is shown, or None."""

    form: ClaimFilterForm
    filters: Filters
    view: SavedView | None
    views: list[SavedView]
    preference: Preference


@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """What waits for review, in the order in which it is handed out, under what the reader already has."""
    asked = _asked(request, state=State.QUEUED)
    mine = queries.my_claims(request.user)
    flagged = checks.flagged_evidence(request.user)
    edited = changes.edited_for(request.user)
    may_take = permissions.may(request.user, "take")
    return render(
        request,
        "claims/queue.html",
        {
            **_context(request, asked),
            "mine": mine,
            "edited": edited[: changes.SHOWN_FLAGS],
            "more_edited": len(edited) > changes.SHOWN_FLAGS,
            "flagged": flagged[: checks.SHOWN_FLAGS],
            "more_flagged": len(flagged) > checks.SHOWN_FLAGS,
            "holds_many": len(mine) >= MANY,
            "may_take": may_take,
            "gives_out": may_take and DeskSettings.seen().auto_assign,
        },
    )


@require_POST
def take_next(request: DeskRequest) -> HttpResponse:
    """Hands the most pressing claim to the reader and opens it; with `view`, of that view's."""
    back, within, where = "queue", None, "The queue is empty: nothing waits for review right now."
    try:
        if key := read_key(request.POST.get("view", "")):
            view = viewing.find_view(key, request.user)
            within = ClaimFilterForm(view.filters).filters(reader=request.user)
            back = f"{reverse('queue')}?view={view.pk}"
            where = f"Nothing of “{view}” waits for you right now."
        assignment = assigning.take_next(by=request.user, within=within)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    if assignment is None:
        messages.info(request, where)
        return redirect(back)
    return redirect("review", assignment.claim_id)


@require_POST
def ask_for_work(request: DeskRequest) -> HttpResponse:
    """Turns “give me work” on or off."""
    wants = request.POST.get("wants") == "yes"
    try:
        giving.ask_for_work(by=request.user, wants=wants)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "The desk gives you work." if wants else "The desk gives you no more work.")
    return redirect("queue")


@require_GET
def claim_list(request: DeskRequest) -> HttpResponse:
    """Every claim of the desk, newest first."""
    return render(request, "claims/claim_list.html", _context(request, _asked(request)))


def _asked(request: DeskRequest, state: str = "") -> Asked:
    """`state`: what the list is narrowed to unless the toolbar or a view says otherwise."""
    preference = Preference.objects.filter(user=request.user).first() or Preference(user=request.user)
    views = list(viewing.views_for(request.user))
    toolbar = any(name in request.GET for name in ClaimFilterForm.base_fields)
    key = read_key(request.GET.get("view", ""))
    if state and not toolbar and "view" not in request.GET:
        key = preference.default_view_id
    view = None if toolbar else next((one for one in views if one.pk == key), None)
    data: QueryDict | dict[str, Any] = view.filters if view else request.GET
    form = ClaimFilterForm(data)
    fixed: dict[str, Any] = {"reader": request.user}
    if state and view is None and "state" not in data:
        fixed["state"] = state
    filters = form.filters(**fixed)
    if state and filters.mine and filters.state == state:
        # What concerns somebody is under way: it waits in no queue any more.
        filters = form.filters(reader=request.user, state="")
    shown = ClaimFilterForm(initial={**form.answers(), "state": filters.state})
    return Asked(shown, filters, view, views, preference)


def _context(request: DeskRequest, asked: Asked) -> dict[str, Any]:
    user = request.user
    may_share = permissions.may(user, "share_views")
    may_act = permissions.may(user, "triage")
    return {
        "form": asked.form,
        "filters": asked.filters,
        "page": _page(request, asked.filters),
        "views": [(view, viewing.may_change(user, view)) for view in asked.views],
        "view": asked.view,
        "may_change_view": asked.view is not None and viewing.may_change(user, asked.view),
        "preference": asked.preference,
        "view_form": ViewForm(auto_id="view_%s"),
        "may_share": may_share,
        "selectable": may_act,
        "bulk": BulkForm(auto_id="bulk_%s") if may_act else None,
        "tags": Tag.objects.filter(retired_at=None).order_by("name") if may_act else (),
        "here": request.path,
    }


def _page(request: DeskRequest, filters: Filters) -> Page[queries.ClaimRow]:
    return queries.claim_page(
        filters, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
