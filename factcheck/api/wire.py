"""What goes over the wire: JSON in and out.

Loaded by DRF as its defaults, so this module imports nothing of DRF's views.
"""

import re
from http import HTTPStatus
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

PROBLEM = "application/problem+json"
# What a body may be made of: each list or object in it, and each value, costs far more to check than to send.
MOST_PARTS, MOST_VALUES = 25_000, 250_000
_TEXTS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "The request is larger than this site accepts: split it into several."


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
    """Strict JSON: no NaN, no lone surrogates, no bottomless nesting, no crowd of values. ApiView has seen to the size."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            sent = stream.read()
            if _begun_besides_texts(sent) > MOST_VALUES:
                raise _crowded()  # before it is read: in memory it would be twenty times as large
            body = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.", code="malformed_json") from error
        if _is_crowded(body):
            raise _crowded()
        return body


def _crowded() -> TooLarge:
    return TooLarge(
        f"The body has more than {MOST_VALUES:,} values, or {MOST_PARTS:,} lists and objects: split it into several."
    )


def _begun_besides_texts(sent: bytes) -> int:
    """About how many values begin in this, its texts aside; counted no further than is too many."""
    if _begun(sent) <= MOST_VALUES:
        return 0
    begun, at = 0, 0
    for text in _TEXTS.finditer(sent):
        begun, at = begun + _begun(sent[at : text.start()]), text.end()
        if begun > MOST_VALUES:
            return begun
    return begun + _begun(sent[at:])


def _begun(sent: bytes) -> int:
    return sent.count(b",") + sent.count(b"[") + sent.count(b"{")


def _is_crowded(body: Any) -> bool:
    parts, values, waiting = 0, 0, [body]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, (list, dict)):
            continue
        parts, values = parts + 1, values + len(part)
        if parts > MOST_PARTS or values > MOST_VALUES:
            return True
        waiting += part.values() if isinstance(part, dict) else part
    return False


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
