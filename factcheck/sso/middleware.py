"""Who has no role yet waits for one: the provider lets in more people than the desk has."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from factcheck.lib.roles import Role, has_role

_OPEN = ("/logout/", "/login/", "/sso/", "/static/")
_PUBLIC = ("/fact-checks/", "/sitemap", "/robots.txt", "/v1alpha1/")  # what everybody may see


def role_wanted(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and not request.path.startswith(_OPEN + _PUBLIC)
            and not has_role(user, Role.VIEWER)
        ):
            told = "You have no role at this desk yet: an admin gives you one. Then reload this page."
            return render(request, "sso/refused.html", {"told": told, "waits": True}, status=403)
        return get_response(request)

    return middleware
