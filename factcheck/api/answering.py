"""Writes that may be sent twice: under one Idempotency-Key a request is carried out once, and answered alike ever after.

The key's row is written in the transaction of the write itself. So a request that fails, or whose worker is killed, leaves no key
behind and can be sent again, and one that comes while the first is still at work waits for it (the row is unique).
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from factcheck.api.wire import JsonRenderer
from factcheck.lib.errors import DomainError
from factcheck.models import AnsweredRequest

IDEMPOTENCY_KEY, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
KEPT = timedelta(hours=24)
MOST_CHARACTERS = 200
_HEADERS = ("ETag", "Location")  # of an answer, kept with it

Handler = Callable[..., HttpResponseBase]


class KeyReused(DomainError):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "idempotency_key_reused",
            "This Idempotency-Key was sent before with another request: take a new key for each.",
        )


def idempotency_key(request: Request) -> str:
    """The key that came with a request; "" without one. Raises ParseError."""
    key = request.headers.get(IDEMPOTENCY_KEY, "").strip()
    if len(key) > MOST_CHARACTERS or not key.isprintable():
        raise ParseError(
            f"{IDEMPOTENCY_KEY} takes {MOST_CHARACTERS} printable characters at most.",
            code="invalid_idempotency_key",
        )
    return key


def answered_once(handler: Handler, key: str) -> Handler:
    """`handler` of a view's method, carried out once per key and account. Raises KeyReused, and what the handler raises."""

    def answer(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sent = _digest(request)
        with transaction.atomic():
            known = AnsweredRequest.objects.filter(user=request.user, key=key)
            known.filter(at__lt=timezone.now() - KEPT).delete()
            try:
                with transaction.atomic():
                    row = AnsweredRequest.objects.create(user=request.user, key=key, sent_sha256=sent)
            except IntegrityError:
                return _replay(known.get(), sent)
            response = handler(request, *args, **kwargs)
            if not isinstance(response, Response) or response.status_code >= 400:
                raise TypeError(f"{request.path} has no answer that can be kept")
            row.status = response.status_code
            row.headers = {name: response[name] for name in _HEADERS if name in response}
            row.body = JsonRenderer().render(response.data)
            row.save(update_fields=["status", "headers", "body"])
        return response

    return answer


def forget_answers() -> int:
    """Deletes what no request can be answered with any more."""
    deleted, _ = AnsweredRequest.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return deleted


def _replay(answered: AnsweredRequest, sent: str) -> HttpResponse:
    if answered.sent_sha256 != sent:
        raise KeyReused
    body = bytes(answered.body)
    response = HttpResponse(body, status=answered.status, headers={**answered.headers, REPLAYED: "true"})
    if body:
        response["Content-Type"] = JsonRenderer.media_type
    else:
        del response["Content-Type"]
    return response


def _digest(request: Any) -> str:
    """Of what was sent: method, address, the version it names, and body. Files are read, not the boundaries between them."""
    digest = hashlib.sha256()

    def part(*values: object) -> None:
        digest.update(repr(values).encode("utf-8", "backslashreplace"))

    part(
        getattr(request.auth, "pk", None)
    )  # another key of the account may not read what this one was answered
    part(request.method, request.get_full_path(), request.headers.get("If-Match", ""))
    if not (request.content_type or "").startswith("multipart/"):
        digest.update(request._request.body)
        return digest.hexdigest()
    for name, values in sorted(request.data.lists()):
        for value in values:
            if isinstance(value, UploadedFile):
                part(name, value.name, value.size)
                for chunk in value.chunks():
                    digest.update(chunk)
                value.seek(0)
            else:
                part(name, value)
    return digest.hexdigest()
