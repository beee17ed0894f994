"""Rows by their keys with an SQL statement that is made once: for the hottest lists, where making it costs as much as asking it."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet


class KeyedRows:
    """`columns` of the rows of `queryset` whose primary keys are given, as `.values()` has them.

    The queryset is one that is the same for every reader: what depends on who asks is no matter of the statement.
    """

    def __init__(self, queryset: QuerySet[Any], *columns: str) -> None:
        self.queryset, self.columns = queryset, columns

    def of(self, keys: Sequence[int]) -> Iterator[dict[str, Any]]:
        if not keys:
            return
        compiler, sql, before = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, (*before, list(keys)))
            found = cursor.fetchall()
        for row in compiler.results_iter(results=[found]):
            yield dict(zip(self.columns, row, strict=True))

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        chosen = self.queryset.filter(pk__in=[0]).order_by().values(*self.columns)
        compiler: Any = chosen.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        where, given = sql.rsplit(" IN (%s)", 1), parameters[:-1]
        assert len(where) == 2 and parameters[-1] == 0, sql
        return compiler, " = ANY(%s)".join(where), tuple(given)
