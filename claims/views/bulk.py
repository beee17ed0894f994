"""One act on many claims, with what became of each."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from claims.deskforms import BulkForm, rows_given
from claims.models import Claim, Tag
from claims.services.bulk import Result, act_on_claims
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest


@require_POST
def act(request: DeskRequest) -> HttpResponse:
    """Does it, and shows what was done and what was refused and why; the refused ones stay selected, to be tried again."""
    form = BulkForm(request.POST, auto_id="bulk_%s")
    rows = rows_given(request.POST.getlist("claim"))
    back = request.POST.get("back", "")
    back = back if back.startswith((reverse("queue"), reverse("claim_list"))) else reverse("queue")
    results: list[Result] = []
    status = 200
    if not rows:
        form.add_error(None, "Select at least one claim.")
    if form.is_valid():
        try:
            results = act_on_claims(by=request.user, act=form.cleaned_data["act"], rows=rows, **form.given())
        except DomainError as error:
            form.add_error(None, error.message)
    if not form.is_valid():
        status = 422
        results = [Result(row.claim_id, False, row.version) for row in rows]
    claims = Claim.objects.only("text").in_bulk([result.claim_id for result in results])
    shown = [(claims.get(result.claim_id), result) for result in results]
    context = {
        "bulk": form,
        "done": [one for one in shown if one[1].done],
        "refused": [one for one in shown if not one[1].done],
        "back": back,
        "tags": Tag.objects.filter(retired_at=None).order_by("name"),
    }
    return render(request, "claims/bulk.html", context, status=status)
