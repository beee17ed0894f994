"""`manage.py seed_demo`: the sample newsroom."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from articles.models import ImportItem
from factcheck.demo import seeding
from factcheck.heartbeat import last_heartbeat

WAIT_SECONDS = 300.0


class Command(BaseCommand):
    help = (
        "Fill the database with the sample newsroom: accounts, invented stories imported the way all articles are, "
        "and a few reviews. Running it again adds what is missing and changes nothing else."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if the database holds anybody's own work"
        )
        parser.add_argument(
            "--inline", action="store_true", help="import in this process, without waiting for a worker"
        )
        parser.add_argument(
            "--force", action="store_true", help="make accounts with well-known passwords though DEBUG is off"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and seeding.holds_other_work():
            self.stdout.write("The database is in use: no sample newsroom added.")
            self._say_accounts()
            return
        if not (settings.DEBUG or options["force"]):
            raise CommandError(
                "The sample accounts have well-known passwords, so this is refused unless DEBUG is on: "
                "give --force if nobody else can reach this site."
            )
        seeding.make_accounts()
        seeding.add_sample_feed()
        job = seeding.import_stories()
        if options["inline"] or last_heartbeat() is None:
            seeding.work_off(job)
        if not seeding.wait_for(job, seconds=WAIT_SECONDS):
            raise CommandError(
                f"The import has not ended after {WAIT_SECONDS:.0f} s: see whether a worker runs, or give --inline."
            )
        for item in job.items.filter(state=ImportItem.State.FAILED):
            self.stderr.write(f"{item}: {item.error_message}")
        seeding.add_checks_elsewhere()
        deeds = seeding.do_deeds(job, say=self.stderr.write)
        imported = job.items.filter(state=ImportItem.State.DONE).count()
        self.stdout.write(f"{imported} stories, {deeds} claims worked on.")
        self._say_accounts()

    def _say_accounts(self) -> None:
        """Who can sign in with a well-known password: on a desk of one's own, nobody wants to forget that."""
        for account in seeding.open_accounts():
            self.stdout.write(f"account {account.username:<10} password {account.password}")
