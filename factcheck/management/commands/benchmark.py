"""`manage.py benchmark desk`, `api`, `dashboards`, `workbench`, `import`, `rows`, `extraction`, `stories` or `publishing`: costs, as a table."""

import random
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from benchmarks import (
    api,
    dashboards,
    desk,
    extraction,
    importing,
    importscreens,
    publishing,
    rows,
    stories,
    together,
    workbench,
)
from benchmarks.measuring import table
from benchmarks.scratch import own_server
from factcheck.localservices import LocalServiceError


class Command(BaseCommand):
    help = "Measure what the workbench costs: CPU an operation, queries, wall time. How to read it: benchmarks/README.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(
            dest="kind",
            required=True,
            metavar="desk | api | dashboards | workbench | import | rows | extraction | stories | publishing",
        )
        desk_parser = kinds.add_parser(
            "desk",
            help="screens, writes and API of a desk full of claims, in a scratch database of their own",
        )
        desk_parser.add_argument("--claims", type=int, help="(default: 200,000; together 2,000)")
        desk_parser.add_argument("--seconds", type=float, help="for each operation (default: 5; together 60)")
        desk_parser.add_argument(
            "--together",
            action="store_true",
            help="instead, many reviewers at once, and whether nothing of theirs was lost",
        )
        desk_parser.add_argument(
            "--reviewers", type=int, default=32, help="with --together (default: %(default)s)"
        )
        desk_parser.add_argument("--seed", type=int, help="with --together: of an earlier run, to repeat it")
        desk_parser.add_argument(
            "--only", default="", metavar="PART", help="operations whose name has this in it"
        )
        desk_parser.add_argument(
            "--own-server",
            action="store_true",
            help="on a throw-away PostgreSQL started for it, instead of beside the desk's database",
        )
        desk_parser.add_argument("--keep", action="store_true", help="leave the scratch database there")
        api_parser = kinds.add_parser(
            "api", help="lists, word search and a verdict by the REST API, in a scratch database"
        )
        api_parser.add_argument("--claims", type=int, default=1_000_000, help="(default: 1,000,000)")
        api_parser.add_argument(
            "--seconds", type=float, default=2.0, help="for each request (default: %(default)s)"
        )
        api_parser.add_argument("--own-server", action="store_true", help="as for desk")
        dashboards_parser = kinds.add_parser(
            "dashboards",
            help="the pages of the dashboards, and what keeping their tallies costs, in a scratch database",
        )
        dashboards_parser.add_argument("--claims", type=int, default=1_000_000, help="(default: 1,000,000)")
        dashboards_parser.add_argument(
            "--seconds", type=float, default=3.0, help="for each operation (default: %(default)s)"
        )
        dashboards_parser.add_argument("--own-server", action="store_true", help="as for desk")
        workbench_parser = kinds.add_parser(
            "workbench",
            help="the review screen on an article of 10,000 words and 300 claims: page, click, edit, verdict",
        )
        workbench_parser.add_argument(
            "--seconds", type=float, default=5.0, help="for each operation (default: %(default)s)"
        )
        workbench_parser.add_argument("--own-server", action="store_true", help="as for desk")
        import_parser = kinds.add_parser(
            "import",
            help="pages from a local server to claims in a database, by workers and servers of its own",
        )
        import_parser.add_argument("--pages", type=int, default=2_000, help="(default: %(default)s)")
        import_parser.add_argument(
            "--workers", type=int, default=2, help="worker processes (default: %(default)s)"
        )
        import_parser.add_argument(
            "--screens",
            action="store_true",
            help="instead, what the import screens cost with 10,000 items in a job",
        )
        import_parser.add_argument(
            "--seconds", type=float, default=5.0, help="for each screen (default: %(default)s)"
        )
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
        stories_parser = kinds.add_parser(
            "stories",
            help="copies found, strangers left apart, and what placing a text among a million articles costs",
        )
        for name, number in (("originals", 200), ("placed", 400), ("small", 10_000), ("large", 1_000_000)):
            stories_parser.add_argument(f"--{name}", type=int, default=number, help="(default: %(default)s)")
        stories_parser.add_argument("--own-server", action="store_true", help="as for desk")
        publishing_parser = kinds.add_parser(
            "publishing",
            help="what readers and the public search wait for, at a million published fact-checks",
        )
        publishing_parser.add_argument(
            "--editions", type=int, default=1_000_000, help="(default: %(default)s)"
        )
        publishing_parser.add_argument(
            "--seconds", type=float, default=5.0, help="for each question (default: %(default)s)"
        )
        publishing_parser.add_argument("--own-server", action="store_true", help="as for desk")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["kind"] == "extraction":
            self.stdout.write(extraction.report())
        elif options["kind"] == "import":
            self._import(options)
        elif options["kind"] == "stories":
            self._lines(
                options,
                stories.report(**{key: options[key] for key in ("originals", "placed", "small", "large")}),
            )
        elif options["kind"] == "publishing":
            self._lines(options, publishing.report(editions=options["editions"], seconds=options["seconds"]))
        elif options["kind"] == "workbench":
            self._lines(options, workbench.report(seconds=options["seconds"]))
        elif options["kind"] in ("api", "dashboards"):
            if options["claims"] < desk.FEWEST_CLAIMS:
                raise CommandError(f"--claims takes {desk.FEWEST_CLAIMS} or more.")
            report = api.report if options["kind"] == "api" else dashboards.report
            self._lines(options, report(claims=options["claims"], seconds=options["seconds"]))
        elif options["kind"] == "rows":
            self._rows(options)
        else:
            self._desk(options)

    def _lines(self, options: dict[str, Any], lines: Iterator[str]) -> None:
        """Prints what a report in a scratch database tells, as it comes."""
        if settings.DEBUG:
            raise CommandError("With DEBUG on, Django keeps every query: measure with DEBUG=0.")
        try:
            with own_server() if options["own_server"] else nullcontext():
                for line in lines:
                    self.stdout.write(line)
        except LocalServiceError as error:
            raise CommandError(error.message) from error
        except OperationalError as error:
            raise CommandError(f"PostgreSQL refused: {error}") from error

    def _import(self, options: dict[str, Any]) -> None:
        if settings.DEBUG:
            raise CommandError("With DEBUG on, Django keeps every query: measure with DEBUG=0.")
        try:
            if options["screens"]:
                with own_server():
                    self.stdout.write(table(list(importscreens.run(seconds=options["seconds"]))))
            else:
                cost = importing.run(pages_wanted=options["pages"], workers=options["workers"])
                self.stdout.write(importing.report(cost))
        except LocalServiceError as error:
            raise CommandError(error.message) from error
        except importing.Stalled as error:
            raise CommandError(str(error)) from error

    def _desk(self, options: dict[str, Any]) -> None:
        if settings.DEBUG:
            raise CommandError("With DEBUG on, Django keeps every query: measure with DEBUG=0.")
        together_ = options["together"]
        claims = options["claims"] or (2_000 if together_ else 200_000)
        seconds = options["seconds"] or (60.0 if together_ else 5.0)
        if claims < desk.FEWEST_CLAIMS:
            raise CommandError(f"--claims takes {desk.FEWEST_CLAIMS} or more.")
        if options["own_server"] and options["keep"]:
            raise CommandError(
                "--keep makes no sense with --own-server: the server goes, and all that is in it."
            )
        if together_:
            seed = random.SystemRandom().randrange(10_000) if options["seed"] is None else options["seed"]
            self._together(options, claims=claims, seconds=seconds, seed=seed)
            return
        wanted = {"claims": claims, "seconds": seconds, "keep": options["keep"], "only": options["only"]}
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

    def _together(self, options: dict[str, Any], **wanted: Any) -> None:
        try:
            self._lines(options, together.report(reviewers=options["reviewers"], **wanted))
        except together.Violated as error:
            raise CommandError(f"The desk did not keep its promises.\n{error}") from error

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
