"""How far reviewers agree: for editors."""

import csv

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims import permissions
from claims.agreement import FEW, AgreementView, agreement_view, table
from factcheck.lib.errors import Refused
from factcheck.lib.requests import DeskRequest
from factcheck.lib.tables import plain_cell


@require_GET
def agreement(request: DeskRequest) -> HttpResponse:
    return render(request, "claims/agreement.html", {"view": _view(request), "few": FEW})


@require_GET
def agreement_table(request: DeskRequest) -> HttpResponse:
    """The same as CSV."""
    view = _view(request)
    day = timezone.localdate().isoformat()
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="agreement-{day}.csv"'},
    )
    csv.writer(response).writerows([plain_cell(value) for value in row] for row in table(view))
    return response


def _view(request: DeskRequest) -> AgreementView:
    try:
        permissions.require(request.user, "see_agreement")
    except Refused as error:
        raise PermissionDenied(error.message) from None
    return agreement_view()
