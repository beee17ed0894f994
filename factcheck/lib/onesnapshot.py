"""Long reads that see the database as it was at one moment, without one long transaction on the connection that also writes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from django.db import connection, transaction

Reading = Callable[[], AbstractContextManager[None]]


@contextmanager
def one_snapshot() -> Iterator[Reading]:
    """Gives `reading`: each `with reading():` is a read-only transaction that sees what was committed when this began.

    In between, the same connection writes as ever (how far it is, say). PostgreSQL's exported snapshots: a second
    connection holds the moment. Within somebody's transaction, that transaction's own view is all there is.
    """
    if connection.in_atomic_block:
        yield nullcontext
        return
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            moment = cursor.fetchone()[0]

        @contextmanager
        def reading() -> Iterator[None]:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
                yield

        yield reading
    finally:
        holder.close()
