"""What every endpoint of the REST API shares: cursor paging and errors as problem+json (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler

from factcheck.lib.errors import DomainError

PROBLEM = "application/problem+json"


class CursorPages(CursorPagination):
    """Newest first, by primary key: no COUNT and no OFFSET, the same cost at any depth."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"


def problem(status: int, code: str, detail: str, **extra: Any) -> dict[str, Any]:
    """The body of an error: `code` is stable, `detail` is a sentence a person can act on."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turns what a view raised into problem+json; None (a 500) for what nobody foresaw."""
    if isinstance(error, DomainError):
        body = problem(error.status, error.code, error.message, **error.details)
        return Response(body, status=error.status, content_type=PROBLEM)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    if isinstance(error, exceptions.ValidationError):
        body = problem(
            response.status_code, "invalid", "Some fields are not valid: see errors.", errors=response.data
        )
    else:
        codes = error.get_codes()
        body = problem(
            response.status_code, codes if isinstance(codes, str) else error.default_code, str(error.detail)
        )
    response.data = body
    response.content_type = PROBLEM
    return response


def api_not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Addresses under /api/ that do not exist."""
    body = problem(404, "not_found", f"There is nothing at {request.path}: see /api/docs/ for what there is.")
    return JsonResponse(body, status=404, content_type=PROBLEM)
