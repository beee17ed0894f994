"""The queue and the list of all claims: one table, two ways in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from claims import changes, checks, permissions, queries
from claims.choices import State
from claims.forms import ClaimFilterForm
from claims.services import assigning
from factcheck.lib.errors import DomainError
from factcheck.lib.paging import Page
from factcheck.lib.requests import DeskRequest

# With so many claims under review, somebody is told that they keep them from others.
MANY = 3


@require_GET
def queue(request: DeskRequest) -> HttpResponse:
    """What waits for review, in the order in which it is handed out, under what the reader already has."""
    form = ClaimFilterForm(request.GET)
    mine = queries.my_claims(request.user)
    flagged = checks.flagged_evidence(request.user)
    edited = changes.edited_for(request.user)
    filters = form.filters(**({} if "state" in request.GET else {"state": State.QUEUED}))
    return render(
        request,
        "claims/queue.html",
        {
            "form": _shown(form, filters),
            "filters": filters,
            "page": _page(request, filters),
            "mine": mine,
            "edited": edited[: changes.SHOWN_FLAGS],
            "more_edited": len(edited) > changes.SHOWN_FLAGS,
            "flagged": flagged[: checks.SHOWN_FLAGS],
            "more_flagged": len(flagged) > checks.SHOWN_FLAGS,
            "holds_many": len(mine) >= MANY,
            "may_take": permissions.may(request.user, "take"),
        },
    )


@require_POST
def take_next(request: DeskRequest) -> HttpResponse:
    """Hands the most pressing claim to the reader and opens it."""
    try:
        assignment = assigning.take_next(by=request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("queue")
    if assignment is None:
        messages.info(request, "The queue is empty: nothing waits for review right now.")
        return redirect("queue")
    return redirect("review", assignment.claim_id)


@require_GET
def claim_list(request: DeskRequest) -> HttpResponse:
    """Every claim of the desk, newest first."""
    form = ClaimFilterForm(request.GET)
    filters = form.filters()
    context = {"form": _shown(form, filters), "filters": filters, "page": _page(request, filters)}
    return render(request, "claims/claim_list.html", context)


def _page(request: DeskRequest, filters: queries.Filters) -> Page[queries.ClaimRow]:
    return queries.claim_page(
        filters, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )


def _shown(form: ClaimFilterForm, filters: queries.Filters) -> ClaimFilterForm:
    """The toolbar with what really narrows the list: values that were not on offer are gone from it."""
    return ClaimFilterForm(
        initial={
            "q": filters.words,
            "state": filters.state,
            "outlet": filters.outlet,
            "speaker": filters.speaker,
            "form": filters.form,
            "veracity": filters.veracity,
            "edited": filters.edited,
            "due": filters.due,
            "checkable": {True: "yes", False: "no", None: ""}[filters.checkable],
        }
    )
