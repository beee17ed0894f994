"""The claim whose number somebody types, shown beside the field before they say that it is the same."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from claims.previews import preview_of
from factcheck.lib.keys import read_key
from factcheck.lib.requests import DeskRequest


@require_GET
def claim_preview(request: DeskRequest) -> HttpResponse:
    """`duplicate_of` or `into`: a claim's number, with or without its #. Without htmx, that claim's own page."""
    typed = (request.GET.get("duplicate_of") or request.GET.get("into") or "").strip().removeprefix("#")
    number = read_key(typed)
    if not request.htmx:
        if number is None:
            raise Http404("Give the number of a claim: it is after the # at the top of its page.")
        return redirect("review", number)
    return render(request, "claims/_preview.html", {"preview": preview_of(number), "typed": typed})
