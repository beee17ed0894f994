"""Every error of the REST API is problem+json (RFC 9457): a stable `code` for programs, a sentence for people."""

import logging
from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from factcheck.api.wire import PROBLEM, ProblemRenderer, TooLarge
from factcheck.lib.errors import Conflict, DomainError

logger = logging.getLogger(__name__)
MOST_ERRORS = 100  # of fields, told at once


class PreconditionFailed(Conflict):
    """As Conflict, for a client that named its version by If-Match."""

    status = 412


class PreconditionRequired(DomainError):
    """A write that does not say which version it started from."""

    status = 428


class LengthRequired(exceptions.APIException):
    status_code = HTTPStatus.LENGTH_REQUIRED
    default_code = "length_required"
    default_detail = "Send the body with its Content-Length, not in chunks."


class TooManyRequests(exceptions.APIException):
    status_code = HTTPStatus.TOO_MANY_REQUESTS
    default_code = "too_many_requests"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"You have asked too often: go on in {seconds} s, as Retry-After says.")


class FieldError(NamedTuple):
    """What is wrong with one field of the body or the query; `field` is a path like `items.3.url`, "" for the whole."""

    field: str
    code: str
    detail: str


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


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """Turns whatever a view raised into problem+json. What nobody foresaw is logged and becomes a plain 500."""
    request = context["request"]
    # Errors are problem+json, whatever the request accepts or the view renders.
    request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), PROBLEM
    if isinstance(error, DomainError):
        set_rollback()
        return Response(
            problem(error.status, error.code, error.message, **error.details), status=error.status
        )
    known = _as_api_exception(error)
    if known is None:
        return _unforeseen(error, request)
    response = exception_handler(known, context)
    assert response is not None, "an APIException always has one"
    if isinstance(known, exceptions.ValidationError):
        errors = [found._asdict() for found in field_errors(known.get_full_details())]
        response.data = problem(
            response.status_code, "invalid", _in_words(errors), errors=errors[:MOST_ERRORS]
        )
    else:
        codes = known.get_codes()
        code = codes if isinstance(codes, str) else known.default_code
        detail = known.detail
        # Nested details come from authentication classes that say why in a dict.
        text = detail if isinstance(detail, str) else str(known.default_detail)
        response.data = problem(response.status_code, code, text)
    return response


def field_errors(details: Any, field: str = "") -> list[FieldError]:
    """DRF's nested error details as a flat list, in the order in which they were found."""
    if isinstance(details, dict) and "message" in details and "code" in details:
        return [FieldError(field, details["code"], str(details["message"]))]
    if isinstance(details, dict):
        named = [("" if name == "non_field_errors" else str(name), value) for name, value in details.items()]
        return [found for name, value in named for found in field_errors(value, _path(field, name))]
    found = []
    for index, value in enumerate(details):
        is_leaf = isinstance(value, dict) and set(value) == {"message", "code"}
        found += field_errors(value, field if is_leaf else _path(field, str(index)))
    return found


@csrf_exempt
@login_not_required
def api_not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    """Addresses under /api/ that do not exist."""
    detail = f"There is nothing at {request.path}: see /api/docs/ for what there is."
    if not request.path.endswith("/"):
        detail = f"There is nothing at {request.path}: addresses of this API end with a slash."
    return JsonResponse(problem(404, "not_found", detail), status=404, content_type=PROBLEM)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.APIException():
            return error
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation():
            return exceptions.ParseError(f"The request cannot be read: {error}")
    return None


def _unforeseen(error: Exception, request: Any) -> Response:
    set_rollback()
    logger.error("%s %s", request.method, request.path, exc_info=error)
    # Django's own way to tell error reporters, and the test client, of an exception.
    got_request_exception.send(sender=problem_response, request=request)
    body = problem(
        500,
        "internal_error",
        "Something went wrong on our side: try again, and tell an admin if it happens again.",
    )
    return Response(body, status=500)


def _in_words(errors: list[dict[str, Any]]) -> str:
    first = errors[0]
    where = f"{first['field']}: " if first["field"] else ""
    more = f" ({len(errors) - 1} more: see errors.)" if len(errors) > 1 else ""
    return f"{where}{first['detail']}{more}"


def _path(parent: str, name: str) -> str:
    return ".".join(part for part in (parent, name) if part)
