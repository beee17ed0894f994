"""What the identity provider says of somebody, and what becomes of it at the desk."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from factcheck.lib.clients import client_address
from factcheck.models import User
from factcheck.sso.roles import roles_of, set_roles


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # untyped
    """Accounts of the desk's own are made in the admin."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class Identities(DefaultSocialAccountAdapter):  # type: ignore[misc]  # untyped
    """Accounts by way of the provider: made at the first log in, without a role unless their groups give one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(settings.SSO_NEW_ACCOUNTS)

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Each log in: roles follow the provider's groups. An account here with the same e-mail is nobody's to take over."""
        if sociallogin.is_existing:
            set_roles(sociallogin.user, roles_of(sociallogin.account.extra_data))
            return
        if request.user.is_authenticated:  # who connects the provider to their account here
            return
        email = sociallogin.user.email
        same = list(User.objects.filter(email__iexact=email)) if email else []
        if not same:
            return
        verified = any(
            one.verified and one.email.lower() == email.lower() for one in sociallogin.email_addresses
        )
        if settings.SSO_LINK_BY_EMAIL and verified and len(same) == 1:
            sociallogin.connect(request, same[0])
            set_roles(same[0], roles_of(sociallogin.account.extra_data))
            return
        raise ImmediateHttpResponse(self._refuse(request))

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        user: User = super().save_user(request, sociallogin, form)
        set_roles(user, roles_of(sociallogin.account.extra_data))
        return user

    @staticmethod
    def _refuse(request: HttpRequest) -> HttpResponse:
        told = (
            f"There is an account with your e-mail address here already. Log in with its password, and connect "
            f"{settings.SSO_NAME} on the page Account; or ask an admin."
        )
        return render(request, "sso/refused.html", {"told": told}, status=403)
