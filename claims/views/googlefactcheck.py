"""`/v1alpha1/`: the reads of Google's Fact Check Tools API, so that clients written for it find what this desk published.

What a client may send there it may send here: an API key is taken and not asked for. Page tokens are signed with what
they continue, so that one of another search, or of nobody, is refused.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from claims import publicqueries
from claims.exports import googlefactcheck as google
from claims.facts import iso
from claims.models import Edition
from claims.views.public import ignore_session
from factcheck.api import limits
from factcheck.lib.keys import read_key

DEFAULT_PAGE, LONGEST_PAGE = 10, 100
MOST_OFFSET = 10_000
INT32 = 2**31 - 1
QUERY_CHARACTERS = 1_000
# Of every method of Google's APIs; those that would change the answer in a way nobody here offers are refused below.
_STANDARD = {
    "$.xgafv", "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser",
    "uploadType", "upload_protocol", "$alt", "$callback", "$key", "$prettyPrint", "$fields",
}  # fmt: skip
_SEARCH = {
    "query",
    "languageCode",
    "reviewPublisherSiteFilter",
    "maxAgeDays",
    "pageSize",
    "pageToken",
    "offset",
}
_PAGES = {"url", "organization", "pageSize", "pageToken", "offset"}
_SALT = "googlefactcheck"
_COLUMNS = (
    "pk", "claim_reviewed", "claimant", "claim_date", "title", "slug", "first_published_at", "rating", "language",
)  # fmt: skip


class StatusError(Exception):
    def __init__(self, code: HTTPStatus, reason: str, message: str, field: str = "") -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.field = code, reason, message, field


def invalid(message: str, field: str = "") -> StatusError:
    return StatusError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message, field)


Method = Callable[..., dict[str, Any]]


def method(*, takes: set[str]) -> Callable[[Method], Callable[..., HttpResponse]]:
    """A method of the API: its parameters checked, its answer or error written as Google's servers write them."""

    def decorate(call: Method) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @login_not_required
        @cache_control(public=True, max_age=60)
        @wraps(call)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            counted = limits.count_address(request) if settings.PUBLIC_SITE else None
            try:
                if not settings.PUBLIC_SITE:
                    raise StatusError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "This desk has no public site.")
                if counted is not None and counted.is_over:
                    raise StatusError(
                        HTTPStatus.TOO_MANY_REQUESTS,
                        "RESOURCE_EXHAUSTED",
                        f"Too many requests from this address: ask again in {counted.resets_in} seconds.",
                    )
                if request.method not in ("GET", "HEAD"):
                    raise StatusError(
                        HTTPStatus.METHOD_NOT_ALLOWED,
                        "UNIMPLEMENTED",
                        "This desk answers reads alone: fact-checks are written at its own API.",
                    )
                ignore_session(request)
                _check_names(request, takes)
                return _answer(request, call(request, **kwargs))
            except StatusError as error:
                details = [google.bad_request(error.field, error.message)] if error.field else []
                told = google.status(error.code, error.message, error.reason, details)
                response = _answer(request, told, status=error.code)
                response["Cache-Control"] = "no-store"
                if counted is not None:
                    for name, value in counted.headers().items():
                        response[name] = value
                return response

        return view

    return decorate


@method(takes=_SEARCH)
def search(request: HttpRequest) -> dict[str, Any]:
    """GET /v1alpha1/claims:search"""
    query, site = _text(request, "query"), _text(request, "reviewPublisherSiteFilter")
    language = _text(request, "languageCode")
    days = _number(request, "maxAgeDays")
    size = _page_size(request)
    if not query.strip() and not site:
        raise invalid("Request is missing required field `query` or `review_publisher_site_filter`.", "query")
    if language and not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", language):
        raise invalid(f"Invalid language code: {language[:40]}.", "language_code")
    asked = ["search", query, site, language, days]
    last, offset = _place(request, asked)
    desk = publicqueries.desk()
    rows = publicqueries.listed_editions()
    if language:
        rows = publicqueries.in_language(rows, language)
    if days:
        rows = rows.filter(first_published_at__gte=timezone.now() - timedelta(days=min(days, 36_500)))
    if query.strip():
        rows = publicqueries.with_words(rows, query)
    if site and site.lower().removeprefix("www.") != desk.site:
        rows = rows.none()
    found, token = _page(rows, _COLUMNS, asked, last, offset, size)
    claims = [
        google.found_claim(
            {
                "text": row["claim_reviewed"],
                "claimant": row["claimant"],
                "claim_date": iso(row["claim_date"]),
                "url": publicqueries.page_address(row["slug"]),
                "title": row["title"],
                "review_date": iso(row["first_published_at"]),
                "rating": row["rating"],
                "language": row["language"],
            },
            desk,
        )
        for row in found
    ]
    return google.search_answer(claims, token)


@method(takes=_PAGES)
def pages(request: HttpRequest) -> dict[str, Any]:
    """GET /v1alpha1/pages"""
    url, organization = _text(request, "url"), _text(request, "organization")
    size = _page_size(request)
    if url and organization:
        raise invalid("`url` and `organization` cannot be specified together.", "url")
    if not url and not organization:
        raise invalid("One of `url` and `organization` has to be specified.", "url")
    desk = publicqueries.desk()
    if url:
        page = publicqueries.public_page(_slug_at(url))
        shown = [] if page is None or page.fact_check.retracted_at else [page.edition]
        return google.pages_answer(_markup_pages(shown), "")
    asked = ["pages", organization]
    last, offset = _place(request, asked)
    rows = publicqueries.listed_editions()
    if organization.lower().removeprefix("www.") != desk.site:
        rows = rows.none()
    keys, token = _page(rows, ("pk",), asked, last, offset, size)
    found = rows.filter(pk__in=[row["pk"] for row in keys]).defer("search").order_by("-pk")
    return google.pages_answer(_markup_pages(list(found)), token)


@method(takes=set())
def page(request: HttpRequest, name: str) -> dict[str, Any]:
    """GET /v1alpha1/pages/{page_id}"""
    found = publicqueries.listed_editions().filter(fact_check=read_key(name)).defer("search").first()
    if found is None:
        raise StatusError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Requested entity was not found.")
    return _markup_pages([found])[0]


@method(takes=set())
def nothing(request: HttpRequest) -> dict[str, Any]:
    """Whatever else is asked for under /v1alpha1/."""
    raise StatusError(
        HTTPStatus.NOT_FOUND,
        "NOT_FOUND",
        "There is no such method here: claims:search, pages and pages/{id} are.",
    )


def _markup_pages(editions: list[Edition]) -> list[dict[str, Any]]:
    desk = publicqueries.desk()
    told = zip(editions, publicqueries.with_corrections(editions), strict=True) if editions else ()
    return [google.markup_page(one.fact_check_id, one.number, published, desk) for one, published in told]


# ---- Parameters --------------------------------------------------------------------------------------


def _check_names(request: HttpRequest, takes: set[str]) -> None:
    for name in request.GET:
        if name not in takes and name not in _STANDARD:
            raise invalid(
                f'Invalid JSON payload received. Unknown name "{name[:100]}": Cannot bind query parameter. '
                f"Field '{name[:100]}' could not be found in request message.",
            )
    for name in takes:
        if len(request.GET.getlist(name)) > 1:
            raise invalid(f"Parameter {name} was given more than once.", name)
    for name in ("alt", "$alt"):
        if request.GET.get(name, "json") != "json":
            raise invalid(f"Only json is on offer as {name}.", name)
    for name in ("callback", "$callback", "fields", "$fields"):
        if name in request.GET:
            raise invalid(f"{name} is not on offer here.", name)


def _text(request: HttpRequest, name: str) -> str:
    value = request.GET.get(name, "")
    if len(value) > QUERY_CHARACTERS or "\x00" in value:
        raise invalid(f"Invalid value at '{name}'.", name)
    return value


def _number(request: HttpRequest, name: str) -> int:
    """A number from 0 on; 0 where none is given. As Google's servers: what does not fit into 32 bits is no number."""
    value = request.GET.get(name, "")
    if not value:
        return 0
    if not re.fullmatch(r"-?[0-9]{1,10}", value) or not -INT32 <= int(value) <= INT32:
        raise invalid(f"Invalid value at '{name}' (TYPE_INT32), \"{value[:40]}\"", name)
    if int(value) < 0:
        raise invalid(f"{name} must not be negative.", name)
    return int(value)


def _page_size(request: HttpRequest) -> int:
    return min(_number(request, "pageSize") or DEFAULT_PAGE, LONGEST_PAGE)


def _place(request: HttpRequest, asked: list[Any]) -> tuple[int | None, int]:
    """Where the page begins: after the row that its token names, or so many rows from the start."""
    offset = _number(request, "offset")
    token = _text(request, "pageToken")
    if not token:
        if offset > MOST_OFFSET:
            raise invalid(f"offset goes up to {MOST_OFFSET}: follow nextPageToken to go further.", "offset")
        return None, offset
    try:
        told = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise invalid("Request contains an invalid page token.", "page_token") from error
    if told["of"] != asked:
        raise invalid("The page token belongs to a request with other parameters.", "page_token")
    return told["after"], 0


def _page(
    rows: QuerySet[Edition],
    columns: tuple[str, ...],
    asked: list[Any],
    last: int | None,
    offset: int,
    size: int,
) -> tuple[list[dict[str, Any]], str]:
    """The rows of a page, the one published or corrected last first, and the token of the next one or ""."""
    if last is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk").values(*columns)[offset : offset + size + 1])
    more = len(found) > size
    token = signing.dumps({"of": asked, "after": found[size - 1]["pk"]}, salt=_SALT) if more else ""
    return found[:size], token


def _slug_at(url: str) -> str:
    """The slug in an address of ours, however it is written; "" for any other."""
    match = re.fullmatch(
        r"(?:https?://)?(?:www\.)?([^/:]+)(?::\d+)?/fact-checks/([a-z0-9-]+)/?(?:[?#].*)?", url
    )
    return match[2] if match and match[1].lower() == publicqueries.desk().site else ""


def _answer(request: HttpRequest, told: dict[str, Any], *, status: int = 200) -> HttpResponse:
    pretty = request.GET.get("prettyPrint", request.GET.get("$prettyPrint", "true")).lower()
    option = 0 if pretty in ("false", "0") else orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    response = HttpResponse(
        orjson.dumps(told, option=option), content_type="application/json; charset=UTF-8", status=status
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Vary"] = "Origin, X-Origin, Referer"
    return response
