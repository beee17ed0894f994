"""`manage.py export_corrections`: what people corrected in extractions, for training and measuring an extractor."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.services.corrections import corrected_versions, version_as_gold


class Command(BaseCommand):
    help = (
        "Writes the texts whose claims somebody corrected, a line of JSON each, with all their claims as they stand: "
        "content, cue, source, form, speaker, chain, checkable. Claims that a person changed, added or split have "
        '"corrected": true; what was dismissed as no claim or wrongly extracted is left out, and counted in "removed".'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", metavar="FILE", help="where to; without it, standard output")
        parser.add_argument("--since", metavar="DATE", help="only texts corrected on that day or later")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            versions = corrected_versions(since=options["since"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        out = Path(options["out"]).open("w", encoding="utf-8") if options["out"] else sys.stdout  # noqa: SIM115
        written = 0
        try:
            for version in versions.iterator(chunk_size=100):
                out.write(json.dumps(version_as_gold(version), ensure_ascii=False) + "\n")
                written += 1
        finally:
            if out is not sys.stdout:
                out.close()
        self.stderr.write(f"{written:,} text{'' if written == 1 else 's'} with corrections.")
