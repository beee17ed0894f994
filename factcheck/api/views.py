"""What the views of the REST API have in common."""

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, ParseError, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from factcheck.api import limits
from factcheck.api.answering import answered_once, idempotency_key
from factcheck.api.bodies import name_choices, refuse_unknown
from factcheck.api.errors import LengthRequired, PreconditionFailed, PreconditionRequired, TooManyRequests
from factcheck.api.filters import GivenFilters
from factcheck.api.paging import CursorPages
from factcheck.api.picking import FIELDS, INCLUDE, Picks
from factcheck.api.rows import KeyedRows
from factcheck.api.wire import JsonParser, TooLarge
from factcheck.lib.errors import Conflict
from factcheck.models import User

BESIDE_FILES_BYTES = 2**20  # of an upload: its other fields, and what parts them
_PAGING = ("cursor", "page_size", FIELDS, INCLUDE, "format")
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')  # proxies that compress make a strong one weak


class ApiRequest(Request):
    """A request as the views here get it: from somebody who is signed in."""

    user: User


class ApiView(APIView):
    parser_classes: list[type[BaseParser]] = [JsonParser]
    metadata_class = None  # what OPTIONS would say is in the OpenAPI document
    keeps_answers = True  # for an Idempotency-Key; False where an answer has a secret
    picks: ClassVar[Picks | None] = None  # what `fields` and `include` can ask for
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
            raise TooLarge(
                f"The request is larger than the {limit // 2**20} MB taken here: split it into several."
            )
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and (key := idempotency_key(request)):
            if not self.keeps_answers:
                raise ParseError(
                    "What this answers is not kept: send it without an Idempotency-Key.",
                    code="invalid_idempotency_key",
                )
            setattr(self, "post", answered_once(getattr(self, "post"), key))  # noqa: B009, B010 - not every view has one

    def shown(self, request: Request, body: dict[str, Any], **kwargs: Any) -> Response:
        """The whole of a thing, or those of its fields that were asked for."""
        assert self.picks is not None
        return Response(self.picks.wanted(request.query_params).leave(body), **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Who it is, and whether they have not asked too often: before anything else is done for them."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            self._count(request, anonymous=True)
            raise
        self._count(request)

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        if request.authenticators and not request.successful_authenticator:
            raise NotAuthenticated(
                "Sign in, or send a key as “Authorization: Bearer …”: make one on your account’s page, or have an admin make it."
            )
        super().permission_denied(request, message=message, code=code)

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
    filter_backends = (GivenFilters,)
    picks: ClassVar[Picks]
    pagination_class: type[CursorPages]
    paginator: CursorPages
    _keyed: ClassVar[KeyedRows]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.queryset is not None:
            cls._keyed = KeyedRows(cls.queryset.order_by(), *cls.columns)

    @abstractmethod
    def shape(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]: ...

    def list(self, request: ApiRequest) -> Response:
        wanted = self.picks.wanted(request.query_params)
        narrowed = self.get_queryset()
        if narrowing := [name for name in request.query_params if name not in _PAGING]:
            self._refuse_unknown(narrowing)
            narrowed = self.filter_queryset(narrowed)
        cut = self.paginator.cut(narrowed, request)
        found = {row["pk"]: row for row in self.rows(cut.rows)}
        # One that was deleted meanwhile is left out.
        shapes = self.shape([found[key] for key in cut.rows if key in found])
        self.picks.add(wanted, shapes, request.user)
        return self.paginator.response(cut, [wanted.leave(shape) for shape in shapes], request)

    def rows(self, keys: Sequence[int]) -> Iterable[dict[str, Any]]:
        """The rows of these primary keys, in any order: of `queryset`, whoever asks. Which they may see is in the keys."""
        return self._keyed.of(keys)

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
        twice = {
            name: "Give this once: a list is narrowed by one of each."
            for name in parameters
            if len(self.request.query_params.getlist(name)) > 1
        }
        if twice:
            raise ValidationError(twice)


def validated(serializer: type[BaseSerializer[Any]], request: Request) -> dict[str, Any]:
    """The body, checked. Raises ValidationError."""
    checked: Any = checked_body(serializer, request)
    return checked.validated_data


def checked_body(serializer: type[BaseSerializer[Any]], request: Request) -> Any:
    """The serializer with the body that it found valid. Raises ValidationError."""
    checked: Any = serializer(data=request.data)
    name_choices(checked)
    checked.is_valid(raise_exception=True)
    refuse_unknown(checked, request.data)
    if request.method == "PATCH" and not checked.validated_data:
        # Passed on, it would be an answer of success to whoever may change nothing here.
        raise ValidationError(
            f"Say what is to change: give at least one of {', '.join(checked.fields)}.", code="nothing_given"
        )
    return checked


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
