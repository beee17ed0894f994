"""A session that ran out loses nothing: what was sent is kept until its sender has logged in again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

SESSION_KEY = "kept_input"
# Nobody is logged in yet, so there is a bound to what is kept for them.
MAX_CHARACTERS = 100_000
NOT_KEPT = ("csrfmiddlewaretoken", "action")

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class KeptInput:
    form: str
    fields: dict[str, str]


def keeps_input(form: str = "", *, back: str = "review") -> Callable[[View], View]:
    """For views of one claim: a request without a session goes to the log-in page and comes back to the claim, or
    to the screen of it that is named `back`.

    What it carried for the form named `form` is kept in the (still anonymous) session, which survives logging in.
    """

    def decorate(view: View) -> View:
        @login_not_required
        @wraps(view)
        def wrapped(request: HttpRequest, claim_id: int, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, claim_id=claim_id, **kwargs)
            if request.method == "POST" and form:
                _keep(request, form, claim_id)
            response = redirect_to_login(reverse(back, args=[claim_id]))
            return (
                HttpResponseClientRedirect(response["Location"])
                if "HX-Request" in request.headers
                else response
            )

        return wrapped

    return decorate


def take_kept_input(request: HttpRequest, *, claim_id: int) -> KeptInput | None:
    """What was kept for this claim, once."""
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["claim"] != claim_id:
        return None
    del request.session[SESSION_KEY]
    return KeptInput(kept["form"], kept["fields"])


def _keep(request: HttpRequest, form: str, claim_id: int) -> None:
    fields = {name: value for name, value in request.POST.items() if name not in NOT_KEPT}
    if sum(len(str(value)) for value in fields.values()) <= MAX_CHARACTERS:
        request.session[SESSION_KEY] = {"claim": claim_id, "form": form, "fields": fields}
