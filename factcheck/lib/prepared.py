"""Querysets compiled once. Of what a busy page asks the database, Django's making of the SQL and PostgreSQL's planning of it
are the larger part, the answer the smaller.

The server keeps the plans where the connection allows it: `prepare_threshold` in the OPTIONS of DATABASES.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import Model, QuerySet
from django.db.models.sql import UpdateQuery
from psycopg.types.datetime import TimestamptzLoader
from psycopg.types.json import Jsonb

M = TypeVar("M", bound=Model)
Given = int | str | date | dict[str, Any]  # what takes a place in the SQL; a dict is JSON
_SOME, _OTHERS = (
    31_000,
    30_000,
)  # where the values begin that stand in while SQL is made; any column takes them
_TIMESTAMPTZ = 1184  # its number in PostgreSQL


class _Planning:
    """A connection whose cursors send the values beside the SQL, so that its plan can be kept."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        if (
            self._connection.queries_logged
        ):  # and of a statement whose plan is kept psycopg does not tell the SQL
            return self._connection.cursor()
        self._connection.ensure_connection()
        made: Any = ServerBindingCursor  # the stubs know nothing of how psycopg makes one
        cursor = made(self._connection.connection)
        # Django's own loader is Python, for whoever connects with another time zone than UTC: this one is C.
        cursor.adapters.register_loader(_TIMESTAMPTZ, TimestamptzLoader)
        return self._connection._prepare_cursor(cursor)


def planning_cursor() -> Any:
    """A cursor for SQL whose plan is kept as that of a `Prepared` is."""
    return _Planning(connections[DEFAULT_DB_ALIAS]).cursor()


def prepared_row(sql: str, *params: object) -> tuple[Any, ...]:
    """The one row of a query that Django has no words for; its plan is kept as that of a `Prepared` is."""
    with planning_cursor() as cursor:
        cursor.execute(sql, params)
        row: tuple[Any, ...] = cursor.fetchone()
        return row


class Prepared(Generic[M]):
    """A queryset of given values: `Prepared(lambda claim: Review.objects.filter(claim=claim))(12)` is its rows.

    `make` takes keys, texts, days and times and is called once, with stand-ins for them: what it reads besides (the time,
    settings) would stay as it was then. One value may stand in several places. Model rows, `values` and `values_list` work,
    and what the queryset prefetches, which is compiled each time.
    """

    def __init__(self, make: Callable[..., QuerySet[M, Any]]) -> None:
        self._make = make
        self._made: _Made | None = None

    def __call__(self, *given: Given) -> list[Any]:
        queryset, known, statement, converters = self._made or self._compile(given)
        sql, params = statement.sql, statement.params_for(given)
        compiler: Any = object.__new__(type(known))  # a copy, without asking how one is made
        compiler.__dict__.update(known.__dict__)
        compiler.connection = _Planning(connections[queryset.db])  # this thread's
        compiler.as_sql = lambda *args, **options: (sql, params)
        compiler.get_converters = lambda expressions: converters
        asked = queryset._chain()  # type: ignore[attr-defined]
        asked.query.get_compiler = lambda *args, **options: compiler
        return list(asked)

    def _compile(self, given: Sequence[Given]) -> "_Made":
        def compiled(stand_ins: Sequence[Given]) -> tuple[QuerySet[M, Any], Any]:
            queryset = self._make(*stand_ins)
            return queryset, queryset.query.get_compiler(using=queryset.db)

        queryset, compiler = compiled(_stand_ins(given))
        compiler.as_sql()  # which is when it learns how to read the rows
        statement = _Statement(lambda stand_ins: compiled(stand_ins)[1].as_sql(), given)
        # Of its columns, and of what is annotated: those that Django would find anew for each answer.
        columns = [column for column, *_ in compiler.select[0 : compiler.col_count]]
        self._made = (queryset, compiler, statement, compiler.get_converters(columns))
        return self._made


class PreparedUpdate:
    """The same of an update: `make` gives the queryset and, by field, its new values; the call says how many rows it changed."""

    def __init__(self, make: Callable[..., tuple[QuerySet[Any, Any], dict[str, Any]]]) -> None:
        self._make = make
        self._made: tuple[str, _Statement] | None = None

    def __call__(self, *given: Given) -> int:
        database, statement = self._made or self._compile(given)
        connection = connections[database]
        with connection.wrap_database_errors, _Planning(connection).cursor() as cursor:
            cursor.execute(statement.sql, statement.params_for(given))
            return int(cursor.rowcount)

    def _compile(self, given: Sequence[Given]) -> tuple[str, "_Statement"]:
        database = self._make(*_stand_ins(given))[0].db
        self._made = (database, _Statement(self._as_sql, given))
        return self._made

    def _as_sql(self, stand_ins: Sequence[Given]) -> tuple[str, Sequence[Any]]:
        queryset, values = self._make(*stand_ins)
        query: Any = queryset.query.chain(UpdateQuery)  # the stubs know nothing of updates
        query.add_update_values(values)
        query.clear_ordering(force=True)
        sql, params = query.get_compiler(using=queryset.db).as_sql()
        return str(sql), params


class _Statement:
    """SQL, its parameters, and which of them are given each time: those that change when other values stand in."""

    def __init__(
        self, as_sql: Callable[[Sequence[Given]], tuple[str, Sequence[Any]]], given: Sequence[Given]
    ) -> None:
        some, others = _stand_ins(given), _stand_ins(given, _OTHERS)
        self.sql, params = as_sql(some)
        _, other_params = as_sql(others)
        self._params = tuple(params)
        self._places = {
            at: number
            for at, (one, other) in enumerate(zip(params, other_params, strict=True))
            for number in range(len(given))
            if _bare(one) == some[number] and _bare(other) == others[number]
        }
        assert set(self._places.values()) == set(range(len(given))), "a value is in no place of the query"

    def params_for(self, given: Sequence[Given]) -> tuple[Any, ...]:
        params = list(self._params)
        for at, number in self._places.items():
            as_json = params[at]
            params[at] = Jsonb(given[number], as_json.dumps) if isinstance(as_json, Jsonb) else given[number]
        return tuple(params)


# The queryset, its compiler, its statement, and how columns become Python's values.
_Made = tuple[QuerySet[Any, Any], Any, _Statement, dict[int, Any]]


def _bare(param: Any) -> Any:
    return param.obj if isinstance(param, Jsonb) else param


def _stand_ins(given: Sequence[Given], first: int = _SOME) -> list[Given]:
    return [_stand_in(type(value), first + number) for number, value in enumerate(given)]


def _stand_in(kind: type, number: int) -> Given:
    if issubclass(kind, datetime):
        return datetime.fromtimestamp(number, UTC)
    if issubclass(kind, date):
        return date.fromordinal(number)
    if issubclass(kind, str):
        return str(number)
    return {"": number} if issubclass(kind, dict) else number
