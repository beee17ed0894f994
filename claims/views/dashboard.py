"""The dashboards: each page as screen, or with `?as=csv` as a table. Everybody at the desk may look, but at agreement."""

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from articles.queries import FAILING_DAYS, latest_failed
from claims import permissions
from claims.agreement import agreement_view
from claims.dashboards import flow as flows
from claims.dashboards import records as recorded
from claims.dashboards import travel as travelled
from claims.dashboards import verdicts as judged
from claims.dashboards.agreement import agreement_board
from claims.dashboards.figures import Board, Chart, table
from claims.dashboards.filters import period_asked, verdicts_asked
from claims.dashboards.now import desk_now
from claims.models import Tag
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import Refused
from factcheck.lib.requests import DeskRequest
from factcheck.lib.tables import plain_cell

MOST_TAGS = 200  # offered


@require_GET
def now(request: DeskRequest) -> HttpResponse:
    """How the desk stands right now."""
    desk = desk_now()
    if request.GET.get("as") == "csv":
        return _csv(request, desk.board)
    context = {
        "desk": desk,
        "failing_days": FAILING_DAYS,
        "latest_failed": latest_failed(),
        "worker_is_heard": worker_is_heard(),
    }
    return _page(request, "claims/dashboard.html", desk.board, context)


@require_GET
def flow(request: DeskRequest) -> HttpResponse:
    period, problems = period_asked(request.GET, flows.PERIODS, "28")
    board = flows.flow(int(period), problems)
    return _page(request, "claims/dashboard_flow.html", board, {"periods": flows.PERIODS})


@require_GET
def verdicts(request: DeskRequest) -> HttpResponse:
    asked, problems = verdicts_asked(request.GET)
    board = judged.verdicts(asked, problems)
    if request.GET.get("as") == "csv":
        return _csv(request, board)
    named = asked.subject.scope if asked.subject.key else ""
    context = {
        "asked": asked,
        "periods": judged.PERIODS,
        # What was typed, and was understood, by its name.
        "typed": {
            scope: asked.subject.name if scope == named else request.GET.get(scope, "")
            for scope in ("outlet", "speaker")
        },
        "tags": Tag.objects.filter(merged_into=None)[:MOST_TAGS],
    }
    return _page(request, "claims/dashboard_verdicts.html", board, context)


@require_GET
def agreement(request: DeskRequest) -> HttpResponse:
    """How far reviewers agree: for editors."""
    try:
        permissions.require(request.user, "see_agreement")
    except Refused as error:
        raise PermissionDenied(error.message) from None
    view = agreement_view()
    return _page(request, "claims/agreement.html", agreement_board(view), {"view": view})


@require_GET
def records(request: DeskRequest) -> HttpResponse:
    """The way to the record of an outlet or a speaker."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = recorded.records_found(words)
    offered = [
        ("Outlets", "outlet_record", found.outlets),
        ("Speakers", "speaker_record", found.speakers),
    ]
    context = {"words": words, "offered": offered}
    return _page(request, "claims/dashboard_records.html", Board("records", []), context)


@require_GET
def outlet_record(request: DeskRequest, pk: int) -> HttpResponse:
    record = recorded.outlet_record(pk)
    if record is None:
        raise Http404("There is no such outlet: check the number, or look for its name under Records.")
    return _page(request, "claims/outlet_record.html", record.board, {"record": record})


@require_GET
def speaker_record(request: DeskRequest, pk: int) -> HttpResponse:
    record = recorded.speaker_record(pk)
    if record is None:
        raise Http404("There is no such speaker: check the number, or look for the name under Records.")
    return _page(request, "claims/speaker_record.html", record.board, {"record": record})


@require_GET
def travel(request: DeskRequest, claim_id: int) -> HttpResponse:
    """How one claim travelled from outlet to outlet."""
    found = travelled.travel(claim_id)
    if found is None:
        raise Http404("There is no such claim: check the number, or look for it in the list.")
    return _page(request, "claims/travel.html", found.board, {"travel": found})


def _page(request: DeskRequest, template: str, board: Board, context: dict[str, Any]) -> HttpResponse:
    if request.GET.get("as") == "csv":
        return _csv(request, board)
    shown = {"board": board, "may_see_agreement": permissions.may(request.user, "see_agreement"), **context}
    return render(request, template, shown)


def _csv(request: DeskRequest, board: Board) -> HttpResponse:
    """The chart that `chart` names, or else all of them. A filter that was not understood is an error: a table cannot say so."""
    if board.problems:
        return HttpResponse("\n".join(board.problems), status=400, content_type="text/plain; charset=utf-8")
    charts, key = _chosen(board, request.GET.get("chart", ""))
    name = "-".join([*dict.fromkeys(["dashboard", board.key, *key]), timezone.localdate().isoformat()])
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    csv.writer(response).writerows([plain_cell(value) for value in row] for row in table(charts))
    return response


def _chosen(board: Board, key: str) -> tuple[list[Chart], list[str]]:
    if not key:
        return list(board.charts), []
    try:
        return [board[key]], [key]
    except KeyError:
        offered = ", ".join(chart.key for chart in board.charts)
        raise Http404(f"This page has no chart “{key[:60]}”: choose one of {offered}.") from None
