"""`manage.py collect_snapshots`: deletes what was fetched and is of no use to anything any more."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from articles.services.collecting import collect_snapshots


class Command(BaseCommand):
    help = (
        "Delete snapshots that nothing has referred to for some days, and files that no snapshot has. A first run only "
        "notes what nothing refers to; it is deleted by a run that many days later."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=settings.SNAPSHOT_KEEP_DAYS,
            help="for so long must nothing have referred to it (default: SNAPSHOT_KEEP_DAYS, %(default)s)",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["days"] < 1:
            raise CommandError(
                "--days takes 1 or more: an import may be about to refer to what looks unused."
            )
        found = collect_snapshots(keep_days=options["days"], dry_run=options["dry_run"])
        would = "would be " if options["dry_run"] else ""
        self.stdout.write(
            f"{found.snapshots:,} snapshots {would}deleted ({filesizeformat(found.bytes)} before compression), "
            f"{found.files:,} files without a snapshot {would}deleted, "
            f"{found.noted:,} {would}noted as unused from today."
        )
        if found.failed:
            raise CommandError(
                f"{len(found.failed)} files could not be deleted: {', '.join(found.failed[:10])}"
            )
