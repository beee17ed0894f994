"""`manage.py verify_audit`: whether the history of who did what is whole and unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.services.verifying import audit_digest, audit_problems

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Checks every link of the audit chains, and that no chain ends before its claim's last write. Prints a digest "
        "over the chains' ends: keep it elsewhere, and give it to a later run by --unless-changed to see whether "
        "anything was written in between."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unless-changed", metavar="DIGEST", help="fail too if the digest is another than this one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        problems = list(audit_problems())
        for problem in problems[:SHOWN]:
            self.stderr.write(problem.sentence)
        if len(problems) > SHOWN:
            self.stderr.write(f"... and {len(problems) - SHOWN:,} more.")
        events, chains, digest = audit_digest()
        self.stdout.write(f"{events:,} events in {chains:,} chains, digest {digest}")
        if problems:
            raise CommandError(f"The audit history does not hold in {len(problems):,} places.")
        if (expected := options["unless_changed"]) and expected != digest:
            raise CommandError(f"The history is whole, but not the one whose digest is {expected}.")
        self.stdout.write(self.style.SUCCESS("The audit history is whole."))
