"""What a view is given, as the type checker should see it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from factcheck.models import User


class DeskRequest(HttpRequest):
    """A request of somebody who is logged in: LoginRequiredMiddleware turned everybody else away."""

    user: "User"
    htmx: "HtmxDetails"
