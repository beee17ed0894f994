"""A database of the benchmark's own, beside the desk's, whose rows are never touched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import override_settings
from psycopg.conninfo import conninfo_to_dict

from factcheck.localservices.postgres import Postgres

# They ask as fast as they can.
_NO_LIMITS = dict.fromkeys(["API_RATE_KEY", "API_RATE_USER", "API_RATE_ANONYMOUS"], 0)


@contextmanager
def own_server() -> Iterator[None]:
    """A throw-away PostgreSQL from its wheel instead of the configured one. Raises LocalServiceError."""
    with tempfile.TemporaryDirectory(prefix="factcheck-benchmark-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as another user and has to pass through
        server = Postgres(Path(folder) / "postgres", throwaway=True)
        try:
            server.start()
            given = conninfo_to_dict(server.url)
            names = {"NAME": "dbname", "USER": "user", "HOST": "host", "PORT": "port"}
            settings = {name: str(given[key]) for name, key in names.items()}
            with _connected_to(**settings, PASSWORD="", OPTIONS={"prepare_threshold": 1}):
                yield
        finally:
            server.stop()


@contextmanager
def scratch_database(*, keep: bool = False) -> Iterator[str]:
    """A new, migrated database that the default connection points to meanwhile; gives its name.

    One that an earlier run kept is replaced; one that is in use (another benchmark) is not: OperationalError.
    """
    name = f"{connection.settings_dict['NAME']}_benchmark"
    quoted = connection.ops.quote_name(name)
    _run(f"DROP DATABASE IF EXISTS {quoted}", f"CREATE DATABASE {quoted} TEMPLATE template0")
    try:
        with _connected_to(NAME=name), override_settings(**_NO_LIMITS):
            call_command("migrate", verbosity=0, interactive=False)
            yield name
    finally:
        if not keep:
            _run(f"DROP DATABASE {quoted}")


@contextmanager
def _connected_to(**settings: object) -> Iterator[None]:
    before = {key: connection.settings_dict[key] for key in settings}
    _reconnect(settings)
    try:
        yield
    finally:
        _reconnect(before)


def _reconnect(settings: dict[str, object]) -> None:
    connection.close()
    connection.settings_dict.update(settings)
    ContentType.objects.clear_cache()  # keys of the other database


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
