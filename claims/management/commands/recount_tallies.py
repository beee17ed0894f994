"""`manage.py recount_tallies`: counts everything anew, and mends what the dashboards would tell wrongly."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services.tallies import find_drift, recount_tallies

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Count everything anew and mend the tallies that the dashboards read, while the desk goes on working."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="mend nothing; fail, and name them, if some are not true"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            mended = recount_tallies()
            self.stdout.write(f"{mended:,} mended." if mended else "All are true.")
            return
        found = find_drift()
        for one in found[:SHOWN]:
            key = " ".join(str(part) for part in one.key)
            self.stdout.write(f"{one.table}: {key}: {', '.join(f'{n:+,}' for n in one.missing)} missing")
        if found:
            raise CommandError(f"{len(found):,} are not true. Run it without --check to mend them.")
        self.stdout.write("All are true.")
