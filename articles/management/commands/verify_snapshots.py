"""`manage.py verify_snapshots`: whether everything that was fetched and uploaded is still there, byte for byte."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from articles.services.verifying import verify_snapshots

SHOWN = 20


class Command(BaseCommand):
    help = "Reads every snapshot and checks that its bytes are the ones that were kept: after a restore, and now and then."

    def handle(self, *args: Any, **options: Any) -> None:
        reading = verify_snapshots()
        for problem in reading.problems[:SHOWN]:
            self.stderr.write(problem)
        if len(reading.problems) > SHOWN:
            self.stderr.write(f"... and {len(reading.problems) - SHOWN:,} more.")
        self.stdout.write(f"{reading.snapshots:,} snapshots read, {filesizeformat(reading.bytes)}")
        if reading.problems:
            raise CommandError(f"{len(reading.problems):,} snapshots are not what was kept.")
        self.stdout.write(self.style.SUCCESS("Every snapshot is what was kept."))
