"""The editors' dashboard. Everybody at the desk may look."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.feedqueries import troubled_feeds
from articles.queries import FAILING_DAYS, failing_imports, latest_failed
from claims import dashboards, permissions
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.requests import DeskRequest


@require_GET
def dashboard(request: DeskRequest) -> HttpResponse:
    """How the desk stands right now."""
    context = {
        "desk": dashboards.dashboard(),
        "failing": failing_imports(),
        "failing_days": FAILING_DAYS,
        "latest_failed": latest_failed(),
        "troubled_feeds": troubled_feeds(),
        "may_see_agreement": permissions.may(request.user, "see_agreement"),
        "worker_is_heard": worker_is_heard(),
    }
    return render(request, "claims/dashboard.html", context)
