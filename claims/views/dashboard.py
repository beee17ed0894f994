"""The editors' dashboard. Everybody at the desk may look."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from articles.feedqueries import troubled_feeds
from articles.queries import FAILING_DAYS, failing_imports, latest_failed
from claims import dashboards
from factcheck.heartbeat import worker_is_heard


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """How the desk stands right now."""
    context = {
        "desk": dashboards.dashboard(),
        "failing": failing_imports(),
        "failing_days": FAILING_DAYS,
        "latest_failed": latest_failed(),
        "troubled_feeds": troubled_feeds(),
        "worker_is_heard": worker_is_heard(),
    }
    return render(request, "claims/dashboard.html", context)
