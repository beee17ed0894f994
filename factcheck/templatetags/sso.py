"""What pages say of single sign-on; nothing where it is off."""

from typing import NamedTuple

from django import template
from django.conf import settings
from django.urls import reverse

from factcheck.models import User

register = template.Library()


class Provider(NamedTuple):
    name: str
    address: str


@register.simple_tag
def sso_provider() -> Provider | None:
    """Where one logs in by the provider."""
    if not settings.SSO or not settings.SSO_ISSUER:
        return None
    return Provider(settings.SSO_NAME, reverse("openid_connect_login", args=["desk"]))


@register.simple_tag
def sso_pages(user: User) -> list[tuple[str, str]]:
    """Pages of one's account that single sign-on brings. Who has no password here has the provider's second factor."""
    if not settings.SSO:
        return []
    pages = [("Second factor …", reverse("mfa_index"))] if user.has_usable_password() else []
    if settings.SSO_ISSUER:
        pages.append((f"{settings.SSO_NAME} …", reverse("socialaccount_connections")))
    return pages
