from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from factcheck.accounts.sessions import note_session
from factcheck.models import User


@receiver(user_logged_in, dispatch_uid="which browsers are logged in")
def note_who_logged_in(*, request: HttpRequest, user: User, **_: Any) -> None:
    note_session(request, user)
