"""What the public pages need of their plain values."""

from datetime import date, datetime

from django import template
from django.utils.translation import get_language_info

from claims.exports.claimreview import copy_anchor
from claims.publicpages import as_moment

register = template.Library()


@register.filter
def moment(told: str) -> datetime | date | None:
    return as_moment(told)


@register.filter
def anchor(sha256: str) -> str:
    return copy_anchor(sha256)


@register.filter
def language_name(code: str) -> str:
    """A language in its own words, as far as they are known; else its code."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@register.filter
def writing_direction(code: str) -> str:
    return "rtl" if code.partition("-")[0] in ("ar", "fa", "he", "ur", "ps", "dv", "yi") else "ltr"
