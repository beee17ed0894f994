"""JSON as text."""

from typing import Any

import orjson
from django.utils.safestring import SafeString, mark_safe

# Within a page, JSON must not be able to end its element; these stand for the same characters in a JSON string.
_IN_HTML = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def json_text(value: Any, *, indent: bool = False) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else 0)


def json_for_html(value: Any) -> SafeString:
    """To be set into a `<script type="application/ld+json">`."""
    return mark_safe(json_text(value, indent=True).decode().translate(_IN_HTML))
