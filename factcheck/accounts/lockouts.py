"""What somebody sees who gave too many wrong passwords."""

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from claims.services.audit import record_event
from factcheck.models import User


def locked_out(
    request: HttpRequest, original_response: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """What to do. It says the same whether there is such an account or not."""
    minutes = settings.AXES_COOLOFF_TIME.total_seconds() // 60
    told = (
        f"Too many wrong passwords. Try again in {minutes:g} minutes, or ask an admin to let you in before."
    )
    response = render(request, "registration/locked_out.html", {"locked_out": told}, status=429)
    response["Retry-After"] = str(settings.AXES_COOLOFF_TIME.seconds)
    return response


def let_in_again(*, by: User, attempts: QuerySet[AccessAttempt]) -> int:
    """Forgets wrong passwords; returns how many rows. For admins: the caller has seen to that."""
    usernames = sorted({name or "" for name in attempts.values_list("username", flat=True)})
    for user in User.objects.filter(username__in=usernames):
        record_event(by=by, verb="let_in_again", target=user)
    count, _ = AccessAttempt.objects.filter(pk__in=list(attempts.values_list("pk", flat=True))).delete()
    return int(count)
