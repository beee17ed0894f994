"""What other desks checked, on screen: the list, one of them with our claims, and bringing them in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from claims import permissions, priorreads
from claims.choices import MatchState
from claims.forms import VersionedForm
from claims.priorforms import PriorFilterForm, PriorImportForm, PriorMatchForm
from claims.services import priorimporting, priormatching
from claims.views.keeping import keeps_input
from claims.views.workbench import write
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest

POLL_SECONDS, POLL_SECONDS_WITHOUT_WORKER = 1, 5
SAID = {
    MatchState.CONFIRMED: "Confirmed: this claim has been checked elsewhere.",
    MatchState.REJECTED: "Noted: that is another claim.",
    MatchState.SUGGESTED: "Open again.",
}


@require_GET
def prior_list(request: DeskRequest) -> HttpResponse:
    """What other desks checked, the latest to come in first."""
    form = PriorFilterForm(request.GET)
    page = priorreads.prior_page(
        form.filters(), before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    context = {
        "form": form,
        "page": page,
        "narrowed": any(form.cleaned_data.values()),
        "may_import": permissions.may(request.user, "import_checks"),
    }
    return render(request, "claims/prior_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prior_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One check of another desk; POST says of which claim of ours it is."""
    form, status = PriorMatchForm(), 200
    if request.method == "POST":
        form, status = PriorMatchForm(request.POST), 422
        if form.is_valid():
            try:
                match = priormatching.match_by_hand(
                    by=request.user, check_id=pk, claim_id=form.cleaned_data["claim"]
                )
            except DomainError as error:
                form.add_error("claim", error.message)
            else:
                messages.success(request, SAID[MatchState.CONFIRMED])
                return redirect("prior_detail", match.prior_check_id)
    view = priorreads.prior_view(pk)
    if view is None:
        raise Http404("There is no such check of another desk.")
    context = {"view": view, "form": form, "may_match": permissions.may(request.user, "match_checks")}
    return render(request, "claims/prior_detail.html", context, status=status)


@require_POST
def prior_decide(request: DeskRequest, pk: int, match_id: int) -> HttpResponse:
    """Confirms or rejects a match, or opens it again, from the check's own page."""
    state = request.POST.get("state", "")
    try:
        priormatching.decide_match(by=request.user, match_id=match_id, state=state)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, SAID[MatchState(state)])
    return redirect("prior_detail", pk)


@keeps_input()
@require_POST
def decide(request: DeskRequest, claim_id: int, match_id: int) -> HttpResponse:
    """The same from the workbench of the claim."""
    state = request.POST.get("state", "")
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda _: priormatching.decide_match(by=request.user, match_id=match_id, state=state),
        done=lambda match: SAID[MatchState(match.state)],
    )


# ---- Bringing them in ------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def prior_import_list(request: DeskRequest) -> HttpResponse:
    """What was asked to be taken in, and the form for more."""
    form, status = PriorImportForm(), 200
    if request.method == "POST":
        form, status = PriorImportForm(request.POST, request.FILES), 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                job = priorimporting.request_prior_import(
                    by=request.user,
                    url=form.cleaned_data["url"],
                    file=file.file if file else None,
                    name=file.name if file else "",
                )
            except DomainError as error:
                form.add_error("file" if file else "url", error.message)
                status = error.status if error.status in (403, 409) else 422
            else:
                messages.success(
                    request,
                    "Asked for. You can leave this page: it goes on in the background.",
                    extra_tags="draft:prior-import",
                )
                return redirect(job)
    page = priorreads.import_page(before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    context = {
        "form": form,
        "page": page,
        "may_import": permissions.may(request.user, "import_checks"),
    }
    return render(request, "claims/prior_import_list.html", context, status=status)


@vary_on_headers("HX-Request")
@require_GET
def prior_import(request: DeskRequest, pk: int) -> HttpResponse:
    """One import and how far it is. The page asks for its middle again while it is undone; 204: nothing is new."""
    found = priorreads.import_view(pk)
    if found is None:
        raise Http404("There is no such import.")
    job, problems = found
    heard = worker_is_heard()
    seen = f"{job.state}-{job.done}-{job.attempts}{'' if heard else '-alone'}"
    context: dict[str, Any] = {
        "job": job,
        "problems": problems,
        "worker_is_heard": heard,
        "seen": seen,
        "may_import": permissions.may(request.user, "import_checks"),
        "poll_seconds": POLL_SECONDS if heard else POLL_SECONDS_WITHOUT_WORKER,
    }
    if not request.htmx:
        return render(request, "claims/prior_import.html", context)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "claims/_prior_import_progress.html", context)


@require_POST
def prior_import_retry(request: DeskRequest, pk: int) -> HttpResponse:
    try:
        priorimporting.retry_prior_import(by=request.user, import_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Queued again.")
    return redirect("prior_import", pk)
