"""`manage.py up`: run the whole workbench on this machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from factcheck.localservices import LocalServiceError
from factcheck.localservices.smoke import Account
from factcheck.localservices.up import Options, run


class Command(BaseCommand):
    help = (
        "Run the workbench on this machine until Ctrl-C: PostgreSQL and Valkey from their wheels (unless DATABASE_URL "
        "and REDIS_URL name others), migrations, worker, beat and web, and on an empty database the sample newsroom."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
        parser.add_argument(
            "--workers", type=int, default=2, help="background processes (default: %(default)s)"
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="take one article from import to claims to an API answer, then stop: exits 0 only if it got there",
        )
        parser.add_argument(
            "--no-seed",
            action="store_true",
            help="leave an empty database empty: no sample newsroom, no accounts",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"] and options["no_seed"]:
            raise CommandError("--once signs in with an account of the sample newsroom: leave out --no-seed.")
        try:
            run(
                Options(
                    host=options["host"],
                    port=options["port"],
                    workers=options["workers"],
                    once=options["once"],
                    seed=not options["no_seed"],
                    checker=Account("reviewer", "reviewer-demo"),
                )
            )
        except LocalServiceError as error:
            raise CommandError(error.message) from error
