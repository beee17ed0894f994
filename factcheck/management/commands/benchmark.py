"""`manage.py benchmark desk`, `... rows`, `... extraction`: what things cost, printed as a table."""

from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from benchmarks import desk, extraction, rows
from benchmarks.measuring import table
from benchmarks.scratch import own_server
from factcheck.localservices import LocalServiceError


class Command(BaseCommand):
    help = "Measure what the workbench costs: CPU an operation, queries, wall time. How to read it: benchmarks/README.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="desk | rows | extraction")
        desk_parser = kinds.add_parser(
            "desk",
            help="screens, writes and API of a desk full of claims, in a scratch database of their own",
        )
        desk_parser.add_argument("--claims", type=int, default=200_000, help="(default: %(default)s)")
        desk_parser.add_argument(
            "--seconds", type=float, default=5.0, help="for each operation (default: %(default)s)"
        )
        desk_parser.add_argument(
            "--only", default="", metavar="PART", help="operations whose name has this in it"
        )
        desk_parser.add_argument(
            "--own-server",
            action="store_true",
            help="on a throw-away PostgreSQL started for it, instead of beside the desk's database",
        )
        desk_parser.add_argument("--keep", action="store_true", help="leave the scratch database there")
        rows_parser = kinds.add_parser(
            "rows",
            help="a table of texts imported with its claims left for later, in a scratch database of its own",
        )
        rows_parser.add_argument("--rows", type=int, default=100_000, help="(default: %(default)s)")
        rows_parser.add_argument(
            "--own-server",
            action="store_true",
            help="on a throw-away PostgreSQL started for it, instead of beside the desk's database",
        )
        kinds.add_parser("extraction", help="words a second, start-up, memory")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] == "extraction":
            self.stdout.write(extraction.report())
        elif options["kind"] == "rows":
            self._rows(options)
        else:
            self._desk(options)

    def _desk(self, options: dict[str, Any]) -> None:
        if settings.DEBUG:
            raise CommandError("With DEBUG on, Django keeps every query: measure with DEBUG=0.")
        if options["claims"] < desk.FEWEST_CLAIMS:
            raise CommandError(f"--claims takes {desk.FEWEST_CLAIMS} or more.")
        if options["own_server"] and options["keep"]:
            raise CommandError(
                "--keep makes no sense with --own-server: the server goes, and all that is in it."
            )
        wanted = {key: options[key] for key in ("claims", "seconds", "keep", "only")}
        try:
            if options["own_server"]:
                with own_server():
                    costs = list(desk.run(**wanted))
            else:
                costs = list(desk.run(**wanted))
        except LocalServiceError as error:
            raise CommandError(error.message) from error
        except OperationalError as error:
            raise CommandError(f"PostgreSQL refused: {error}") from error
        if not costs:
            raise CommandError(f"No operation has “{options['only']}” in its name.")
        self.stdout.write(table(costs))

    def _rows(self, options: dict[str, Any]) -> None:
        if settings.DEBUG:
            raise CommandError("With DEBUG on, Django keeps every query: measure with DEBUG=0.")
        if options["rows"] < rows.FEWEST_ROWS:
            raise CommandError(f"--rows takes {rows.FEWEST_ROWS:,} or more.")
        try:
            with own_server() if options["own_server"] else nullcontext():
                self.stdout.write(rows.report(rows.run(options["rows"])))
        except LocalServiceError as error:
            raise CommandError(error.message) from error
        except OperationalError as error:
            raise CommandError(f"PostgreSQL refused: {error}") from error
