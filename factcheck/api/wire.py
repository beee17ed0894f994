"""What goes over the wire: JSON in and out, and the token in the header.

Loaded by DRF as its defaults, so this module imports nothing of DRF's views.
"""

import re
from http import HTTPStatus
from typing import IO, Any

import orjson
from django.utils import timezone
from django.utils.functional import Promise
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import APIException, AuthenticationFailed, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from factcheck.models import User

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
            begun = _begun(sent)
            if (
                begun > MOST_VALUES
                and begun - sum(_begun(text[0]) for text in _TEXTS.finditer(sent)) > MOST_VALUES
            ):
                raise _crowded()  # before it is read: in memory it would be twenty times as large
            body = orjson.loads(sent)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.", code="malformed_json") from error
        if _is_crowded(body):
            raise _crowded()
        return body


class TokenAuthentication(KnoxTokenAuthentication):
    """`Authorization: Token ...`, as `manage.py create_token` prints it; found by its digest, in one query."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        digest = hash_token(token.decode(errors="replace"))
        found = AuthToken.objects.select_related("user").filter(digest=digest).first()
        if found is None:
            raise AuthenticationFailed("This token is not known here: it may have been revoked.")
        if found.expiry is not None and found.expiry < timezone.now():
            raise AuthenticationFailed("This token has expired: ask an admin for a new one.")
        return self.validate_user(found)


def _crowded() -> TooLarge:
    return TooLarge(
        f"The body has more than {MOST_VALUES:,} values, or {MOST_PARTS:,} lists and objects: split it into several."
    )


def _begun(sent: bytes) -> int:
    """About how many values begin in this, texts aside."""
    return sum(sent.count(mark) for mark in (b",", b"[", b"{"))


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
