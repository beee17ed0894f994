"""Rows by their keys with an SQL statement that is made and planned once: in lists, that costs as much as asking it."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from factcheck.lib.prepared import planning_cursor


class KeyedRows:
    """`columns` of the rows of `queryset` that have one of the keys given in `by`, in its order, as `.values()` has them.

    The queryset is one that is the same for every reader: what depends on who asks is no matter of the statement.
    """

    def __init__(self, queryset: QuerySet[Any], *columns: str, by: str = "pk") -> None:
        self.queryset, self.columns, self.by = queryset, columns, by

    def of(self, keys: Collection[int]) -> list[dict[str, Any]]:
        if not keys:
            return []
        compiler, sql, before = self._compiled
        with planning_cursor() as cursor:
            cursor.execute(sql, (*before, list(keys)))
            found = cursor.fetchall()
        return [dict(zip(self.columns, row, strict=True)) for row in compiler.results_iter(results=[found])]

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        chosen = self.queryset.filter(**{f"{self.by}__in": [0]}).values(*self.columns)
        compiler: Any = chosen.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        where, given = sql.rsplit(" IN (%s)", 1), parameters[:-1]
        assert len(where) == 2 and parameters[-1] == 0, sql
        columns = [column for column, *_ in compiler.select[0 : compiler.col_count]]
        converters = compiler.get_converters(columns)
        compiler.get_converters = lambda expressions: converters  # which are found once as well
        return compiler, " = ANY(%s)".join(where), tuple(given)
