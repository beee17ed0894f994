"""`manage.py import_claimreviews`: other desks' checks, from an address or a file, here and now."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.choices import PriorImportState
from claims.services import priorimporting, priormatching
from factcheck.lib.errors import DomainError
from factcheck.models import User


class Command(BaseCommand):
    help = "Takes in ClaimReview of other desks, from an address or a file, and compares it with the desk's claims."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="ADDRESS|FILE")
        parser.add_argument("--by", metavar="USER", required=True, help="whose import it is")

    def handle(self, *args: Any, **options: Any) -> None:
        source = options["source"]
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['by']}.")
        try:
            if source.startswith(("http://", "https://")):
                job = priorimporting.request_prior_import(by=user, url=source)
            else:
                with Path(source).open("rb") as file:
                    job = priorimporting.request_prior_import(by=user, file=file, name=Path(source).name)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        priorimporting.run_prior_import(import_id=job.pk)
        job.refresh_from_db()
        for problem in job.problems.order_by("place"):
            self.stderr.write(str(problem))
        if job.state == PriorImportState.FAILED:
            raise CommandError(job.error_message)
        while priormatching.suggest_matches():
            pass
        self.stdout.write(
            f"{job.added:,} new, {job.updated:,} updated, {job.unchanged:,} known already, {job.refused:,} refused."
        )
        if job.refused or job.is_undone:
            raise CommandError(
                "Not all of it was taken in." if job.refused else "A worker has it: see how it goes."
            )
