"""Pages of lists: cut by the key of the row beside them, so that any depth costs the same. No counts."""

from typing import Any

from rest_framework.exceptions import NotFound, ParseError, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

MAX_KEY = 2**63 - 1


class CursorPages(CursorPagination):
    """Newest first, by primary key. `ordering` is a unique integer column, so that a cursor is just one number."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    page_size_query_description = f"Rows per page; {max_page_size} at most."
    cursor_query_description = "Take it from `next` or `previous` of another page; its form may change."
    template = None

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdecimal()) or len(given) > 18 or int(given) == 0:
            raise ValidationError({self.page_size_query_param: "A whole number, 1 or more."})
        return min(int(given), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "default": self.page_size}
        return parameters

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The next page; null on the last one."},
                "previous": {**link, "description": "The page before; null on the first one."},
                "results": schema,
            },
        }

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise _invalid_cursor() from error
        # Keys are unique, so that no cursor of ours has an offset, and every one has a key.
        if cursor and (cursor.offset or not _is_key(str(cursor.position))):
            raise _invalid_cursor()
        return cursor


class TextOrder(CursorPages):
    """Rows with a place of their own (`position`), first things first."""

    ordering = "position"


def _is_key(position: str) -> bool:
    return position.isascii() and position.isdecimal() and len(position) <= 19 and int(position) <= MAX_KEY


def _invalid_cursor() -> ParseError:
    return ParseError(
        "This cursor is not one of ours: take `next` of another page, or start without one.",
        code="invalid_cursor",
    )
