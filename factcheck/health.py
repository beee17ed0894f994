"""/livez: this process answers. /readyz: everything a desk needs works."""

import logging
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from factcheck.heartbeat import last_heartbeat

logger = logging.getLogger(__name__)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    cache.get("readyz")
    return "ok"


def _worker() -> str:
    return "ok" if last_heartbeat() else "no worker has been heard of: start one (celery -A factcheck worker)"


def _extractor() -> str:
    heartbeat = last_heartbeat()
    if heartbeat and heartbeat["extractor"]:
        return "ok"
    problem = heartbeat.get("problem") if heartbeat else ""
    return problem or "no worker has loaded the extractor: see the worker's log"


def _snapshots() -> str:
    from articles.services.snapshots import storage_problem

    return storage_problem() or "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "extractor": _extractor,
    "snapshots": _snapshots,
}


class HealthChecks:
    """Answers /livez and /readyz before any other middleware: whoever asks may use any host name, and no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = {"/livez": livez, "/readyz": readyz}.get(request.path, self.get_response)
        return answer(request)


@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when every check is "ok", else 503; the body says which is not, and what to do."""
    results = {name: _run(name, check) for name, check in CHECKS.items()}
    ready = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": results}, status=200 if ready else 503
    )


def _run(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:  # whatever it is, it means not ready; the details are for the log, not for strangers
        logger.warning("readyz: %s", name, exc_info=True)
        return "does not answer"
