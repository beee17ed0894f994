"""The inbox's count in the bar: asked for only where the bar is shown."""

from django import template

from claims.inbox import COUNTED, unread_count
from factcheck.models import User

register = template.Library()


@register.simple_tag
def unread_notices(user: User) -> str:
    """How many notices wait for `user`, as it is shown; empty where none does."""
    count = unread_count(user)
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
