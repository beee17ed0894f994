"""What goes over the wire: JSON in and out.

Loaded by DRF as its defaults, so this module imports nothing of DRF's views.
"""

from typing import IO, Any

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

PROBLEM = "application/problem+json"
MOST_VALUES = 1_000_000  # a body of brackets and commas alone would take a hundred times its bytes


class JsonRenderer(BaseRenderer):
    """Several times as quick as the standard library's on a page of rows."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8, by definition

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=_plain)


class ProblemRenderer(JsonRenderer):
    media_type = PROBLEM
    format = "problem"


class JsonParser(BaseParser):
    """Strict JSON: no NaN, no lone surrogates, no bottomless nesting, no endless lists. ApiView has seen to the size."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read()
        if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
            raise ParseError(
                "The body has more values than this site reads at once: split it into several.",
                code="too_many_values",
            )
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.", code="malformed_json") from error


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
