"""One's own account: what one is called, the password, the browsers one is logged in with, the keys of one's programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from factcheck.accounts import keys, profile, sessions
from factcheck.accounts.forms import KeyForm, ProfileForm
from factcheck.lib.errors import DomainError
from factcheck.lib.requests import DeskRequest
from factcheck.lib.roles import Role, has_role


@require_http_methods(["GET", "HEAD", "POST"])
def account(request: DeskRequest) -> HttpResponse:
    """All of it; a POST changes the profile."""
    if request.method != "POST":
        return _page(request)
    form = ProfileForm(request.POST)
    if not form.is_valid():
        return _page(request, profile=form, status=422)
    profile.change_profile(by=request.user, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("account")


@never_cache
@require_POST
def make_key(request: DeskRequest) -> HttpResponse:
    """The answer to the form is the one page that shows the key."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, key_form=form, status=422)
    try:
        key, secret = keys.make_key(by=request.user, **form.cleaned_data)
    except DomainError as error:
        form.add_error(None, error.message)
        return _page(request, key_form=form, status=422)
    return _page(request, made=key, secret=secret)


@require_POST
def revoke_key(request: DeskRequest, pk: int) -> HttpResponse:
    try:
        key = keys.revoke_key(by=request.user, key_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"“{key.name}” is revoked: what uses it is refused from now on.")
    return redirect("account")


@require_POST
def end_session(request: DeskRequest, pk: int) -> HttpResponse:
    try:
        sessions.end_session(by=request.user, session_id=pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "That browser is logged out.")
    return redirect("account")


@require_POST
def end_other_sessions(request: DeskRequest) -> HttpResponse:
    ended = sessions.end_sessions(by=request.user, user=request.user, but=request.session.session_key)
    messages.success(
        request, f"{ended} logged out; this browser stays." if ended else "No other browser is logged in."
    )
    return redirect("account")


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: DeskRequest) -> HttpResponse:
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        profile.change_password(
            by=request.user,
            password=form.cleaned_data["new_password1"],
            but=request.session.session_key,
        )
        update_session_auth_hash(request, request.user)  # gives this session another key
        sessions.note_session(request, request.user)
        messages.success(request, "Your password is changed. All other browsers are logged out.")
        return redirect("account")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/password.html", {"form": form}, status=status)


def _page(request: DeskRequest, *, status: int = 200, **given: Any) -> HttpResponse:
    user = request.user
    context = {
        "profile": given.get("profile")
        or ProfileForm(
            initial={"first_name": user.first_name, "last_name": user.last_name, "email": user.email}
        ),
        "role": next((role.label for role in reversed(Role) if has_role(user, role)), ""),
        "keys": keys.live_keys().filter(user=user).select_related("made_by"),
        "ended_keys": user.keys.exclude(pk__in=keys.live_keys().values("pk"))[:10],
        "key_form": given.get("key_form") or KeyForm(),
        "made": given.get("made"),
        "secret": given.get("secret"),
        "sessions": sessions.sessions_of(user)[:50],
        "session_key": request.session.session_key,
    }
    return render(request, "accounts/account.html", context, status=status)
