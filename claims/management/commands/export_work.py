"""`manage.py export_work`: a file of the desk's work, as the screens and the API export it."""

import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.choices import ExportState
from claims.services import exporting
from claims.services.exportkinds import KINDS
from factcheck.lib.errors import DomainError
from factcheck.models import User

POLL_SECONDS = 0.5


class Command(BaseCommand):
    help = "Writes claims, or corrections, to a file: here and now, without a worker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("subject", choices=list(KINDS))
        parser.add_argument(
            "--as", dest="format", required=True, help="csv, jsonl, webannotation, claimreview"
        )
        parser.add_argument("--out", metavar="FILE", required=True)
        parser.add_argument("--by", metavar="USER", required=True, help="whose export it is")
        parser.add_argument("--article", type=int)
        parser.add_argument("--story", type=int)
        parser.add_argument("--bom", action="store_true", help="a CSV for spreadsheets")
        parser.add_argument(
            "--where",
            metavar="FIELD=VALUE",
            action="append",
            default=[],
            help="of claims, as the toolbar has it: state=published, q=dam, outlet=3; may be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['by']}.")
        filters = dict(one.partition("=")[::2] for one in options["where"])
        try:
            export = exporting.request_export(
                by=user,
                subject=options["subject"],
                file_format=options["format"],
                filters=filters,
                article_id=options["article"],
                story_id=options["story"],
                bom=options["bom"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        exporting.run_export(
            export_id=export.pk
        )  # a worker may have been quicker: then we wait for nothing of ours
        export.refresh_from_db()
        while export.is_undone:
            time.sleep(POLL_SECONDS)
            export.refresh_from_db()
        if export.state != ExportState.DONE:
            raise CommandError(
                export.error_message or f"The export was {export.get_state_display().lower()}."
            )
        with exporting.open_file(export) as source, Path(options["out"]).open("wb") as out:
            shutil.copyfileobj(source, out)
        self.stderr.write(f"{export.lines:,} lines, {export.size:,} bytes, sha256 {export.sha256}")
