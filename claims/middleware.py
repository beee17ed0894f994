"""What is kept for as long as one request takes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from claims.models.desk import read_once


def desk_read_once(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """However many verdicts a page names, what the desk calls them is read once; the next request reads it anew."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with read_once():
            return get_response(request)

    return middleware
