"""Where a request comes from."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of who asks, "" where it cannot be told.

    Behind a proxy (BEHIND_PROXY) it is the last one in X-Forwarded-For: the proxy adds it, what stands before it may be made up.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or given
    try:
        return str(ip_address(given))
    except ValueError:  # a socket's file, or not from a proxy
        return ""


def counted_address(request: HttpRequest) -> str:
    """As `client_address`; all whose address cannot be told count as one, so that none of them guesses without end."""
    return client_address(request) or "0.0.0.0"  # noqa: S104 - binds to nothing
