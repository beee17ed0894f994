"""The speaker ledger's screens: a searchable list, and a page per speaker on which every write is a short form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from claims import ledger, permissions
from claims.peopleforms import (
    AliasForm,
    ContradictionForm,
    EndRoleForm,
    MergeSpeakersForm,
    RoleForm,
    SpeakerFilterForm,
    WikidataForm,
)
from claims.services import ledger as describing
from claims.services import merging
from factcheck.lib.errors import DomainError
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest

FORMS: dict[str, type[Form]] = {
    "alias": AliasForm,
    "role": RoleForm,
    "wikidata": WikidataForm,
    "merge": MergeSpeakersForm,
    "contradiction": ContradictionForm,
}


@require_GET
def speaker_list(request: DeskRequest) -> HttpResponse:
    form = SpeakerFilterForm(request.GET)
    form.is_valid()
    words, kind = form.cleaned_data.get("q", "").strip(), form.cleaned_data.get("kind", "")
    page = ledger.speaker_page(
        words=words, kind=kind, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    context = {"form": form, "page": page, "narrowed": bool(words or kind)}
    return render(request, "claims/speaker_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def speaker_detail(request: DeskRequest, pk: int) -> HttpResponse:
    """One speaker; POST with `action` writes. What is refused gives the page back with what was typed."""
    if request.method != "POST":
        return _show(request, pk)
    action = request.POST.get("action", "")
    if action in FORMS:
        return _write_form(request, pk, action)
    return _write(request, pk, lambda: _small_write(request, pk, action))


def _write_form(request: DeskRequest, pk: int, name: str) -> HttpResponse:
    form = FORMS[name](request.POST, auto_id=f"{name}_%s")
    if not form.is_valid():
        return _show(request, pk, {name: form}, status=422)
    by, data = request.user, form.cleaned_data
    calls: dict[str, Callable[[], Any]] = {
        "alias": lambda: describing.add_alias(by=by, speaker_id=pk, **data),
        "role": lambda: describing.add_role(by=by, speaker_id=pk, **data),
        "wikidata": lambda: describing.set_wikidata(by=by, speaker_id=pk, **data),
        "merge": lambda: merging.merge_speakers(by=by, speaker_id=pk, **data),
        "contradiction": lambda: describing.link_contradiction(
            by=by, claim_id=data["claim"], other_id=data["other"], note=data["note"]
        ),
    }

    def call() -> tuple[str, int]:
        calls[name]()
        if name == "merge":
            return "Merged. Un-merging gives everything back.", data["into"]
        return "Saved.", pk

    return _write(request, pk, call, {name: form})


def _small_write(request: DeskRequest, pk: int, action: str) -> tuple[str, int]:
    """What a button alone asks for, about the row of its number."""
    by, row = request.user, read_key(request.POST.get("row", "")) or 0
    if action == "remove_alias":
        describing.remove_alias(by=by, speaker_id=pk, alias_id=row)
        return "The name is not theirs any more.", pk
    if action == "remove_role":
        describing.remove_role(by=by, speaker_id=pk, role_id=row)
        return "The role is gone.", pk
    if action == "end_role":
        form = EndRoleForm(request.POST)
        if not form.is_valid():
            raise DomainError("no_day", "Give the last day of the role.")
        describing.end_role(by=by, speaker_id=pk, role_id=row, until=form.cleaned_data["until"])
        return "Saved.", pk
    if action == "withdraw_contradiction":
        describing.withdraw_contradiction(by=by, contradiction_id=row)
        return "Withdrawn; it stays in both claims' history.", pk
    if action == "unmerge":
        merge, stay = merging.unmerge_speakers(by=by, merge_id=row)
        kept = f" {stay} of its claims stay where somebody has put them since." if stay else ""
        return f"Un-merged: everything went back to {merge.source}.{kept}", pk
    raise Http404("There is no such form.")


def _write(
    request: DeskRequest,
    pk: int,
    call: Callable[[], tuple[str, int]],
    returned: dict[str, Form] | None = None,
) -> HttpResponse:
    try:
        said, then = call()
    except DomainError as error:
        status = error.status if error.status in (403, 409) else 422
        return _show(request, pk, returned, refusal=error, status=status)
    messages.success(request, said)
    return redirect("speaker_detail", then)


def _show(
    request: DeskRequest,
    pk: int,
    returned: dict[str, Form] | None = None,
    *,
    refusal: DomainError | None = None,
    status: int = 200,
) -> HttpResponse:
    view = ledger.speaker_view(pk, before=request.GET.get("before", ""), after=request.GET.get("after", ""))
    if view is None:
        raise Http404("There is no such speaker: check the number, or look for it in the list.")
    forms = {name: kind(auto_id=f"{name}_%s") for name, kind in FORMS.items()}
    forms["wikidata"] = WikidataForm(initial={"item": view.speaker.wikidata}, auto_id="wikidata_%s")
    context = {
        "view": view,
        "speaker": view.speaker,
        "forms": forms | (returned or {}),
        "returned": returned or {},
        "refusal": refusal,
        "may": {
            action: permissions.may(request.user, action)
            for action in ("describe_speakers", "merge_speakers", "contradict")
        },
    }
    return render(request, "claims/speaker_detail.html", context, status=status)
