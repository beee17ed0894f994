"""What the views of the REST API have in common."""

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed, ParseError, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from factcheck.api import limits
from factcheck.api.errors import (
    LengthRequired,
    PreconditionFailed,
    PreconditionRequired,
    TooLarge,
    TooManyRequests,
)
from factcheck.api.wire import JsonParser
from factcheck.lib.errors import Conflict
from factcheck.models import User

BESIDE_FILES_BYTES = 2**20  # of an upload: its other fields, and what parts them
_PAGING = ("cursor", "page_size", "format")
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')  # proxies that compress make a strong one weak


class ApiRequest(Request):
    """A request as the views here get it: from somebody who is signed in."""

    user: User


class ApiView(APIView):
    parser_classes: list[type[BaseParser]] = [JsonParser]
    metadata_class = None  # what OPTIONS would say is in the OpenAPI document
    counted: limits.Count | None = None  # what whoever asks has left of their limit

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        is_upload = (request.content_type or "").startswith("multipart/")
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if is_upload:  # streamed to a file, whatever its size
            limit = settings.CONTAINER_MAX_BYTES + BESIDE_FILES_BYTES
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            raise LengthRequired  # Django takes such a body for an empty one
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) > limit:
            raise TooLarge
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Who it is, and whether they have not asked too often: before anything else is done for them."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            self._count(request, anonymous=True)
            raise
        self._count(request)

    def _count(self, request: Request, *, anonymous: bool = False) -> None:
        self.counted = limits.count_request(request, anonymous=anonymous)
        if self.counted is not None and self.counted.is_over:
            raise TooManyRequests(self.counted.resets_in)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if (counted := self.counted) is not None:
            for name, value in counted.headers().items():
                response[name] = value
        return response


class ListView(ApiView, GenericAPIView):
    # A page of rows, as plain data: `columns` are read, `shape` turns a page of them into what is shown.
    # (Not a docstring: the OpenAPI document would show it at every list.)

    columns: tuple[str, ...] = ("pk",)

    @abstractmethod
    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]: ...

    def list(self, request: Request) -> Response:
        queryset = self.get_queryset()
        if narrowing := [name for name in request.query_params if name not in _PAGING]:
            self._refuse_unknown(narrowing)
            queryset = self.filter_queryset(queryset)
        page = self.paginate_queryset(queryset.values(*self.columns))
        return self.get_paginated_response(self.shape(page or []))

    def _refuse_unknown(self, parameters: Sequence[str]) -> None:
        """A misspelt filter must not look like a list without one."""
        filters = getattr(self, "filterset_class", None)
        known = [*(filters.base_filters if filters else ()), *_PAGING]
        unknown = {
            name: f"There is no such parameter here: use {', '.join(known)}."
            for name in parameters
            if name not in known
        }
        if unknown:
            raise ValidationError(unknown, code="unknown_parameter")


def validated(serializer: type[Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError."""
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return checked.validated_data


@contextmanager
def stated_version(request: Request, in_body: int | None) -> Iterator[int]:
    """The version that a write started from, by `expected_version` in the body or by If-Match.

    Raises PreconditionRequired when neither is there; inside the block, a stale version becomes 409 for the one and
    412 for the other.
    """
    in_header = _if_match(request)
    version = in_header if in_body is None else in_body
    if version is None:
        raise PreconditionRequired(
            "version_required",
            "Say which version of the claim you started from: expected_version in the body, or the ETag as If-Match.",
        )
    if in_header is not None and in_header != version:
        raise ParseError("expected_version and If-Match name different versions.", code="invalid_if_match")
    try:
        yield version
    except Conflict as conflict:
        if in_header is None or conflict.code != "stale":
            raise
        raise PreconditionFailed(conflict.code, conflict.message, **conflict.details) from conflict


def etag(version: int) -> dict[str, str]:
    """The header that names a claim's version; give it back as If-Match."""
    return {"ETag": f'"{version}"'}


def _if_match(request: Request) -> int | None:
    header = request.headers.get("If-Match")
    if header is None:
        return None
    match = _ETAG.fullmatch(header.strip())
    if match is None:
        raise ParseError('If-Match takes the ETag of one claim, like "7".', code="invalid_if_match")
    return int(match[1])
