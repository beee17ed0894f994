"""Who else looks at a claim: asked by an open workbench every few seconds, while it is in sight."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from claims.presence import look
from factcheck.lib.requests import DeskRequest


@require_GET
def presence(request: DeskRequest, claim_id: int) -> HttpResponse:
    """A line for the page; 204 while it is what the page shows already (`here`), so that nothing is read out anew."""
    if not request.htmx:
        return redirect("review", claim_id)
    also_here = ", ".join(look(claim_id, by=request.user))
    if also_here == request.GET.get("here", ""):
        return HttpResponse(status=204)
    return render(request, "claims/_presence.html", {"also_here": also_here})
