"""Which browsers are logged in, kept up to date every few minutes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from factcheck.accounts.sessions import is_logged_in, note_session, was_seen_lately


def browser_seen(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        # Who asked without a session, or logged out, has read none; a request that did not ask for it says nothing new.
        if session.accessed and is_logged_in(session) and not was_seen_lately(session):
            note_session(request, request.user)  # type: ignore[arg-type]  # logged in, so a member
        return response

    return middleware
