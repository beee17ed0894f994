"""Querysets compiled once. Of what a busy page asks the database, Django's making of the SQL and PostgreSQL's planning of it
are the larger part, the answer the smaller.

The server keeps the plans where the connection allows it: `prepare_threshold` in the OPTIONS of DATABASES.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
_FIRST = -(2**40)  # stand-ins for keys while the SQL is made: no row has such a key


class _Planning:
    """A connection whose cursors send the keys beside the SQL, so that its plan can be kept."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        self._connection.ensure_connection()
        cursor: Any = ServerBindingCursor  # the stubs know nothing of how psycopg makes one
        return self._connection._prepare_cursor(cursor(self._connection.connection))


class Prepared(Generic[M]):
    """A queryset of given keys: `Prepared(lambda claim: Review.objects.filter(claim=claim))(12)` is its rows.

    `make` takes whole numbers alone and is called once, with stand-ins for them: what it reads besides (the time,
    settings) would stay as it was then. One key may stand in several places. Model rows, `values` and `values_list` work,
    and what the queryset prefetches, which is compiled each time.
    """

    def __init__(self, make: Callable[..., QuerySet[M, Any]]) -> None:
        self._make = make
        self._made: tuple[QuerySet[M, Any], Any, str, tuple[Any, ...], dict[int, int]] | None = None

    def __call__(self, *keys: int) -> list[Any]:
        queryset, known, sql, params, places = self._made or self._compile(len(keys))
        given = tuple(keys[places[at]] if at in places else param for at, param in enumerate(params))
        compiler = copy(known)
        compiler.connection = _Planning(connections[queryset.db])  # this thread's
        compiler.as_sql = lambda *args, **options: (sql, given)
        asked = queryset._chain()  # type: ignore[attr-defined]
        asked.query.get_compiler = lambda *args, **options: compiler
        return list(asked)

    def _compile(self, keys: int) -> tuple[QuerySet[M, Any], Any, str, tuple[Any, ...], dict[int, int]]:
        stand_ins = {_FIRST + key: key for key in range(keys)}
        queryset = self._make(*stand_ins)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        places = {
            at: stand_ins[param]
            for at, param in enumerate(params)
            if isinstance(param, int) and param in stand_ins
        }
        assert set(places.values()) == set(range(keys)), "a key is in no place of the query"
        self._made = (queryset, compiler, str(sql), tuple(params), places)
        return self._made
