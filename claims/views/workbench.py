"""The workbench: one claim, the text it stands in, and what the desk decides about it.

Every write goes to a service; what it refuses (a mistake, a missing role, somebody else's newer version) gives the
same panel back with everything that was typed still in it.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from claims.bench import Workbench, went_into, workbench
from claims.evidenceforms import HopCheckForm
from claims.forms import DismissForm, JudgementForm, VersionedForm
from claims.services import assigning, curating, notices, reviewing, rewordings, seconding
from claims.views import moves
from claims.views.keeping import keeps_input, take_kept_input
from claims.views.marking import marked_text
from claims.views.panel import Panel, draft_key, panel_context
from claims.views.panes import claim_items
from factcheck.lib.errors import Conflict, DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

STEP = "claims/_step.html"
PANEL_ALONE = (STEP, "claims/_decision_panel.html")


@keeps_input("judgement")
@vary_on_headers("HX-Request", "Workbench-Shows")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: DeskRequest, claim_id: int) -> HttpResponse:
    """The workbench of a claim; POST records verdicts (`action`: save, submit, or next: submit and take the next)."""
    if request.method != "POST":
        return _show(request, claim_id, _first_panel(request, claim_id))
    form = JudgementForm(request.POST)
    if request.POST.get("action", "").startswith("check"):
        return _cross_check(request, claim_id, form)
    return write(
        request,
        claim_id,
        "judgement",
        form,
        lambda data: reviewing.record_review(
            by=request.user,
            claim_id=claim_id,
            expected_version=data["version"],
            judgements=form.judgements(appearance_id=_appearance_id(request) or 0),
            submit=form.submitting,
            evidence_exception=data["evidence_exception"],
        ),
        done="Submitted." if form.submitting else "Saved.",
        onward=(lambda: _next_claim(request)) if request.POST.get("action") == "next" else None,
    )


def _cross_check(request: DeskRequest, claim_id: int, form: JudgementForm) -> HttpResponse:
    """Records the second reviewer's own verdicts; the page then shows both, whatever became of the claim."""
    return write(
        request,
        claim_id,
        "judgement",
        form,
        lambda data: seconding.cross_check(
            by=request.user,
            claim_id=claim_id,
            expected_version=data["version"],
            judgements=form.judgements(appearance_id=_appearance_id(request) or 0),
        ),
        done=lambda check: (
            "You agree: it goes on to the editors."
            if check.agreed
            else "You differ: it went back to its author, with both your reasons."
        ),
        onward=(lambda: _next_claim(request)) if request.POST["action"] == "check_next" else None,
    )


@keeps_input()
@require_safe
def part(request: DeskRequest, claim_id: int, name: str) -> HttpResponse:
    """One of the panel's folded parts, open; without htmx, the page with it open."""
    if not request.htmx:
        query = urlencode({"open": name, **request.GET.dict()})
        return redirect(f"{reverse('review', args=[claim_id])}?{query}#part-{name}")
    bench = _bench(request, claim_id)
    found = panel_context(request, bench, Panel(opened=[name]))["parts"].get(name)
    if found is None:
        gone = DomainError(
            "not_offered", "That cannot be done with the claim any more: it is shown as it is now."
        )
        return _show(
            request, claim_id, Panel(refusal=gone), bench=bench, template="claims/_decision_panel.html"
        )
    return HttpResponse(str(found))


@keeps_input()
@require_POST
def move(request: DeskRequest, claim_id: int, name: str) -> HttpResponse:
    """Any move that asks for no more than a short form: see claims.views.moves."""
    offer = moves.OFFERS.get(name)
    if offer is None:
        raise Http404("There is no such move.")
    return write(
        request,
        claim_id,
        name,
        offer.form_for(request.POST),
        lambda data: moves.make_move(offer, by=request.user, claim_id=claim_id, answers=data),
        done=offer.done,
        whole=name == "undo",  # of an edit, perhaps
    )


@keeps_input()
@require_POST
def confirm(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: rewordings.confirm_verdict(
            by=request.user, claim_id=claim_id, expected_version=data["version"]
        ),
        done="The verdict stands.",
    )


@keeps_input()
@require_POST
def take(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: assigning.take_claim(by=request.user, claim_id=claim_id),
        done="It is yours to review.",
    )


@keeps_input()
@require_POST
def release(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: assigning.release_claim(by=request.user, claim_id=claim_id),
        done="Put back into the queue.",
    )


@keeps_input()
@require_POST
def enqueue(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "",
        VersionedForm(request.POST),
        lambda data: curating.queue_claim(
            by=request.user, claim_id=claim_id, expected_version=data["version"]
        ),
        done="Put into the queue.",
    )


@keeps_input("dismiss")
@require_POST
def dismiss(request: DeskRequest, claim_id: int) -> HttpResponse:
    return write(
        request,
        claim_id,
        "dismiss",
        DismissForm(request.POST),
        lambda data: curating.dismiss_claim(
            by=request.user,
            claim_id=claim_id,
            reason=data["reason"],
            note=data["note"],
            expected_version=data["version"],
        ),
        done="Dismissed. “Put into the queue” undoes it.",
    )


# ---- One way to write, one way to show ---------------------------------------------------------------


def write(
    request: DeskRequest,
    claim_id: int,
    name: str,
    form: VersionedForm,
    call: Callable[[dict[str, Any]], Any],
    *,
    done: str | Callable[[Any], str],
    onward: Callable[[], HttpResponse] | None = None,
    whole: bool = False,
) -> HttpResponse:
    """Calls the service with the form's answers; what is refused comes back with everything that was typed.

    `whole`: what was written shows in the text and the list of claims too, so that the whole workbench is loaded anew.
    """
    if not form.is_valid():
        return _show(request, claim_id, Panel(returned={name: form}))
    try:
        result = call(form.cleaned_data)
    except DomainError as error:
        if isinstance(error, Conflict) and "current" in error.details:
            form = form.on_top_of(error.details["current"]["version"])
        return _show(request, claim_id, Panel(returned={name: form}, refusal=error))
    said = done if isinstance(done, str) else done(result)
    messages.success(request, said, extra_tags=f"draft:{draft_key(request, name, claim_id)}" if name else "")
    if onward:
        response = onward()
        return HttpResponseClientRedirect(response["Location"]) if request.htmx else response
    if request.htmx and whole:
        return HttpResponseClientRedirect(_address(request, claim_id))
    if request.htmx:
        return _show(request, claim_id, Panel())
    return redirect(_address(request, claim_id))


def _show(
    request: DeskRequest,
    claim_id: int,
    panel: Panel,
    *,
    bench: Workbench | None = None,
    template: str = "",
) -> HttpResponse:
    """The page, or what htmx asked for of it; `template` alone where one is given."""
    bench = bench or workbench(claim_id, viewer=request.user, appearance_id=_appearance_id(request))
    if bench is None and (other := went_into(claim_id)):
        return redirect("review", other)
    if bench is None:
        raise _no_such_claim()
    if request.method == "GET" and bench.has_unread:
        notices.mark_claim_read(by=request.user, claim_id=claim_id)
    panes: dict[str, Any] = {}
    if not template:
        template, panes = _panes(request, bench)
    context = panel_context(request, bench, panel) | panes
    response = render(request, template, context, status=panel.status)
    if template in PANEL_ALONE:
        response["HX-Retarget"], response["HX-Reswap"] = "#decision", "outerHTML"
    return response


def _bench(request: DeskRequest, claim_id: int) -> Workbench:
    bench = workbench(claim_id, viewer=request.user, appearance_id=_appearance_id(request))
    if bench is None:
        raise _no_such_claim()
    return bench


def _no_such_claim() -> Http404:
    return Http404("There is no such claim: check the number, or look for it in the list.")


def _panes(request: DeskRequest, bench: Workbench) -> tuple[str, dict[str, Any]]:
    """The template that answers, and the panes beside the decision that go with it: those that the page does not show."""
    sends_list, sends_text = True, True
    template = "claims/review.html"
    if request.htmx and not request.htmx.history_restore_request:
        # Of the page that asks, as workbench.js tells it: digests of its list of claims and of its text.
        shown = request.headers.get("Workbench-Shows", "").split(" ")
        sends_list, sends_text = shown[0] != bench.list_digest, shown[-1] != bench.text_digest
        if request.method == "POST":
            template, sends_text = "claims/_answer.html", False
        elif sends_list and sends_text:
            template = "claims/_workbench.html"
        else:
            template = STEP
    current = bench.claim.pk
    text = marked_text(bench.version.text, bench.spans, bench.beside, current=current) if sends_text else ""
    return template, {
        "sends_list": sends_list,
        "sends_text": sends_text,
        "items": claim_items(bench.beside, current=current) if sends_list else "",
        "text": mark_safe(text),
    }


def _first_panel(request: DeskRequest, claim_id: int) -> Panel:
    """With the parts that the address names open, and what was typed before a session ended."""
    opened = request.GET.getlist("open")
    kept = take_kept_input(request, claim_id=claim_id)
    if kept is None:
        return Panel(opened=opened)
    if kept.form == HopCheckForm.KEPT:
        form = HopCheckForm(initial=kept.fields, auto_id=HopCheckForm.ids_at(kept.fields.get("position", "")))
        return Panel(returned={form.name: form}, opened=opened, kept=kept)
    if kept.form == "judgement":
        return Panel(returned={"judgement": JudgementForm(initial=kept.fields)}, opened=opened, kept=kept)
    return Panel(opened=opened, kept=kept)


def _next_claim(request: DeskRequest) -> HttpResponse:
    assignment = assigning.take_next(by=request.user)
    if assignment is None:
        messages.info(request, "That was the last one: the queue is empty.")
        return redirect("queue")
    return redirect("review", assignment.claim_id)


def _appearance_id(request: DeskRequest) -> int | None:
    return read_key(request.POST.get("appearance", "") or request.GET.get("appearance", ""))


def _address(request: DeskRequest, claim_id: int) -> str:
    appearance = _appearance_id(request)
    query = f"?appearance={appearance}" if appearance else ""
    return reverse("review", args=[claim_id]) + query
