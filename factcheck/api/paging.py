"""Pages of lists: cut by the key of the row beside them, so that any depth costs the same. No counts."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode

from django.db import connection
from django.db.models import Model, QuerySet
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from factcheck.api.picking import Sparse
from factcheck.lib.prepared import planning_cursor

MAX_KEY = 2**63 - 1


class Cursor(NamedTuple):
    """Where a page begins: after the row of this key, or, `back`, before it."""

    key: int
    back: bool = False

    def __str__(self) -> str:
        return b64encode(
            urlencode({"r": "1", "p": self.key} if self.back else {"p": self.key}).encode()
        ).decode()


@dataclass(frozen=True, slots=True)
class Cut:
    """The primary keys of a page's rows, in their order, and the cursors of the pages beside it."""

    rows: list[int]
    following: Cursor | None
    before: Cursor | None


class CursorPages(BasePagination):
    """Newest first, by primary key. `ordering` is a unique integer column, so that a cursor is just one number."""

    ordering = "-pk"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    cursor_query_param = "cursor"

    def cut(self, queryset: QuerySet[Any], request: Request) -> Cut:
        """A page's keys, chosen on the list's own table alone: joined to others, the planner may walk those from the far end.

        Raises ParseError, ValidationError.
        """
        size, cursor = self.get_page_size(request), self._cursor(request)
        column, is_descending = self.ordering.removeprefix("-"), self.ordering.startswith("-")
        back = cursor is not None and cursor.back
        downwards = is_descending is not back
        found = _keys(queryset, column, cursor and cursor.key, size + 1, downwards=downwards)
        more, found = len(found) > size, found[:size]
        if back:
            found.reverse()
        has_following, has_before = (True, more) if back else (more, cursor is not None)
        # Where a page is empty, the row that it begins beside belongs to its neighbour.
        beside = 1 if downwards else -1
        first, last = (found[0][1], found[-1][1]) if found else (cursor and cursor.key - beside,) * 2
        return Cut(
            rows=[pk for pk, _ in found],
            following=Cursor(last) if has_following and last is not None else None,
            before=Cursor(first, back=True) if has_before and first is not None else None,
        )

    def response(self, cut: Cut, results: list[dict[str, Any]], request: Request) -> Response:
        return Response(
            {
                "next": self._link(cut.following, request),
                "previous": self._link(cut.before, request),
                "results": results,
            }
        )

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        if not (given.isascii() and given.isdecimal()) or len(given) > 18 or int(given) == 0:
            raise ValidationError({self.page_size_query_param: "A whole number, 1 or more."})
        return min(int(given), self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": self.cursor_query_param,
                "in": "query",
                "description": "Take it from `next` or `previous` of another page; its form may change.",
                "schema": {"type": "string"},
            },
            {
                "name": self.page_size_query_param,
                "in": "query",
                "description": f"Rows per page; {self.max_page_size} at most.",
                "schema": {"type": "integer", "minimum": 1, "default": self.page_size},
            },
            *view.picks.parameters(),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**link, "description": "The next page; null on the last one."},
                "previous": {**link, "description": "The page before; null on the first one."},
                "results": {**schema, "items": {"anyOf": [schema["items"], Sparse]}},
            },
        }

    def _link(self, cursor: Cursor | None, request: Request) -> str | None:
        if cursor is None:
            return None
        return replace_query_param(request.build_absolute_uri(), self.cursor_query_param, str(cursor))

    def _cursor(self, request: Request) -> Cursor | None:
        given = request.query_params.get(self.cursor_query_param)
        if given is None:
            return None
        try:
            told = parse_qs(
                b64decode(given.encode("ascii"), validate=True).decode("ascii"), strict_parsing=True
            )
            (key,) = told.pop("p")
            (back,) = told.pop("r", ["0"])
            if told or not _is_key(key) or back not in ("0", "1"):
                raise _invalid_cursor()
        except (ValueError, KeyError) as error:
            raise _invalid_cursor() from error
        return Cursor(int(key), back == "1")


def _keys(
    queryset: QuerySet[Any], column: str, beside: int | None, most: int, *, downwards: bool
) -> list[tuple[int, int]]:
    """The first `most` rows beside a place, as (primary key, place)."""
    query = queryset.query
    if not query.where and not query.distinct and query.combinator is None:  # it is the whole of a table
        model: Any = queryset.model  # a class, whose stubs do not say that it has a hash
        sql = _whole_table(model, column, has_place=beside is not None, downwards=downwards)
        with planning_cursor() as cursor:
            cursor.execute(sql, [most] if beside is None else [beside, most])
            found: list[tuple[int, int]] = cursor.fetchall()
        return found
    if beside is not None:
        queryset = queryset.filter(**{f"{column}__{'lt' if downwards else 'gt'}": beside})
    return list(queryset.order_by(f"-{column}" if downwards else column).values_list("pk", column)[:most])


@cache
def _whole_table(model: type[Model], column: str, *, has_place: bool, downwards: bool) -> str:
    """Most lists are asked for so, and as often as this the words of Django's cost more than its answer."""
    options: Any = model._meta
    key, place = (
        connection.ops.quote_name(field.column)
        for field in (options.pk, options.pk if column == "pk" else options.get_field(column))
    )
    where = f" WHERE {place} {'<' if downwards else '>'} %s" if has_place else ""
    order = "DESC" if downwards else "ASC"
    table = connection.ops.quote_name(options.db_table)
    return f"SELECT {key}, {place} FROM {table}{where} ORDER BY {place} {order} LIMIT %s"  # noqa: S608 - names of our own


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
