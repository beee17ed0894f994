"""`manage.py import_articles`: import web addresses, files and folders from a shell."""

import logging
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from celery import current_app
from celery.signals import task_postrun
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from articles import queries
from articles.forms import name_of, read_addresses
from articles.management.files import file_request, folder_requests
from articles.management.line import Line
from articles.models import Container, ImportItem, ImportJob
from articles.parsing.formats.columns import FIELDS, TableMapping
from articles.services.containers import ContainerRequest
from articles.services.importing import ItemRequest, request_import
from articles.signals import versions_recorded
from articles.tasks import expand_container, run_import_item
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role
from factcheck.models import User

POLL_SECONDS = 0.5
# So long may no worker be heard of before waiting for one makes no sense.
PATIENCE_SECONDS = 30.0
# Of more items than this only those that failed are told one by one.
MOST_TOLD = 500
STORED_SAID = 1_000


class Command(BaseCommand):
    help = (
        "Import articles: web addresses, files (.html, .txt, .pdf, .docx; many at once as .csv, .jsonl, .warc, .zip) and "
        "folders as arguments, a list of addresses with --from-file. They are imported in the background by the workers; "
        "--wait waits for them, --inline needs no worker. Ends with 1 if anything it waited for failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="*", metavar="ADDRESS_FILE_OR_FOLDER")
        parser.add_argument(
            "--from-file", metavar="LIST", help="a file of addresses, one a line; - for standard input"
        )
        parser.add_argument("--outlet", default="", help="who published them (default: what each page says)")
        parser.add_argument(
            "--title", default="", help="of the one article given (default: what it says itself)"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help=f"of a table: the column a field is in, as often as needed; fields are {', '.join(FIELDS)}",
        )
        parser.add_argument(
            "--dates",
            choices=["day-first", "month-first"],
            help="how a table's dates like 03/04/2026 are read",
        )
        parser.add_argument(
            "--no-extract",
            action="store_true",
            help="keep the texts only; they are not read for their claims",
        )
        parser.add_argument("--label", default="", help="what to call this import in the list")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name (default: the first admin)")
        parser.add_argument(
            "--wait", action="store_true", help="wait until everything is imported, then say how it went"
        )
        parser.add_argument(
            "--inline",
            action="store_true",
            help="do the work here and now, without a worker; says how it went",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = _actor(options["by"])
        self._line = Line(self.stderr)
        with ExitStack() as opened:
            items, containers = _asked_for(options, opened)
            if options["inline"]:
                with self._working_here(len(items)):
                    job = self._request(by, items, containers, options)
            else:
                job = self._request(by, items, containers, options)
        if not options["inline"] and not options["wait"]:
            return
        try:
            if options["inline"]:
                with self._working_here(job.total):
                    self._follow(job, inline=True)
            else:
                self._follow(job, inline=False)
        except KeyboardInterrupt:
            self._line.end()
            raise CommandError(
                f"No longer waiting. Import {job.pk} goes on in the background: {job.get_absolute_url()}",
                returncode=130,
            ) from None
        job.refresh_from_db()
        self._tell(job)
        failed = job.items.filter(state=ImportItem.State.FAILED).count()
        unread = job.containers.filter(state=Container.State.FAILED).count()
        if failed or unread:
            files = f", and {unread} of its files not read to the end" if unread else ""
            raise CommandError(f"{failed} of {job.total} failed{files}: the reasons are above.", returncode=1)

    def _request(
        self, by: User, items: list[ItemRequest], containers: list[ContainerRequest], options: dict[str, Any]
    ) -> ImportJob:
        try:
            job = request_import(
                by=by,
                items=items,
                containers=containers,
                label=options["label"] or name_of(items, containers),
                extract=not options["no_extract"],
            )
        except DomainError as error:
            hint = " (--map, --dates)" if error.code in ("mapping_needed", "mapping_wrong") else ""
            raise CommandError(f"{error.message}{hint}") from error
        self._line.end()
        what = (
            _count(len(items) + len(containers))
            if not containers
            else _and_files(len(items), len(containers))
        )
        self.stdout.write(f"Import {job.pk}: {what}, {job.get_absolute_url()}")
        return job

    @contextmanager
    def _working_here(self, total: int) -> Iterator[None]:
        """Tasks run here, as they are sent; those as well that others send, to read a new text for its claims."""
        ended = count(1)

        def say(**_: Any) -> None:
            self._line.say(f"{next(ended)} of {total} worked on")

        trace = logging.getLogger("celery.app.trace")
        config = current_app.conf
        eager_before, level_before = config.task_always_eager, trace.level
        config.task_always_eager = True
        trace.setLevel(logging.WARNING)
        stored = said = 0

        def say_stored(versions: list[Any], **_: Any) -> None:
            nonlocal stored, said
            stored += len(versions)
            if stored - said >= STORED_SAID:
                said = stored
                self._line.say(f"{stored:,} texts stored")

        task_postrun.connect(say, sender=run_import_item)
        versions_recorded.connect(say_stored)
        try:
            yield
        finally:
            task_postrun.disconnect(say, sender=run_import_item)
            versions_recorded.disconnect(say_stored)
            trace.setLevel(level_before)
            config.task_always_eager = eager_before

    def _follow(self, job: ImportJob, *, inline: bool) -> None:
        """Until every item has ended and every text was read for its claims. Raises CommandError if nobody works on it."""
        heard = time.monotonic()
        while True:
            progress = queries.import_detail(job.pk)
            assert progress is not None, "it was made a moment ago"
            self._line.say(_how_far(progress), done=progress.share)
            if not progress.is_undone:
                break
            if inline:
                _work_off(job)
            elif worker_is_heard():
                heard = time.monotonic()
            elif time.monotonic() - heard > PATIENCE_SECONDS:
                self._line.end()
                raise CommandError(
                    f"No worker has been heard of for {PATIENCE_SECONDS:.0f} seconds. Import {job.pk} is kept and goes "
                    "on when one runs: start it (celery -A factcheck worker), or import with --inline."
                )
            time.sleep(POLL_SECONDS)
        self._line.end()

    def _tell(self, job: ImportJob) -> None:
        """A line for each item: how it ended, how many claims it makes, what it is. Of very many, those that failed."""
        for container in job.containers.all():
            problem = f": {container.error_message}" if container.error_message else ""
            self.stdout.write(f"{container.file_name}: {_count(container.made)}{problem}")
        items = (
            job.items.select_related("version__article")
            .defer("version__text")
            .prefetch_related("version__runs")
        )
        if job.total > MOST_TOLD:
            items = items.filter(state=ImportItem.State.FAILED)
            self.stdout.write(
                f"{job.total:,} items; those that failed:" if items.exists() else f"{job.total:,} items"
            )
        for item in items.order_by("position").iterator(chunk_size=500):
            run = queries.latest_run(item)
            if item.state == ImportItem.State.FAILED:
                outcome, what = f"failed: {item.error_code}", f"{item}: {item.error_message}"
            elif item.state == ImportItem.State.CANCELLED:
                outcome, what = "cancelled", f"{item}"
            else:
                outcome, what = item.get_outcome_display(), f"{item}"
                if run and run.error_message:
                    what = f"{item}: {run.error_message}"
            claims = "" if run is None or run.claims is None else str(run.claims)
            self.stdout.write(
                f"{item.position:>5}  {outcome:<28} {claims:>4} {'claims' if claims else '':<6}  {what}"
            )


def _how_far(progress: queries.JobProgress) -> str:
    counts = progress.counts
    reading = f", {progress.reading} being read for claims" if progress.reading else ""
    files = [container for container in progress.containers if container.state in ("queued", "running")]
    expanding = f", {files[0].file_name} being read" if files else ""
    return f"{counts.done} of {counts.total} imported, {counts.failed} failed, {counts.undone} to go{reading}{expanding}"


def _asked_for(
    options: dict[str, Any], opened: ExitStack
) -> tuple[list[ItemRequest], list[ContainerRequest]]:
    """What the arguments name; the files of many stay open until `opened` closes them. Raises CommandError."""
    given: list[str] = options["what"]
    about = {"outlet": options["outlet"], "title": options["title"]}
    mapping = _mapping(options["map"], options["dates"])
    items: list[ItemRequest] = []
    containers: list[ContainerRequest] = []
    unreadable = []
    for what in given:
        if "://" in what:
            items.append(ItemRequest(kind=ImportItem.Kind.URL, url=what, **about))
            continue
        try:
            if Path(what).is_dir():
                containers += folder_requests(Path(what), opened, outlet=options["outlet"], mapping=mapping)
                continue
            request = file_request(Path(what), opened, outlet=options["outlet"], mapping=mapping)
        except OSError as error:
            unreadable.append(f"{what} ({error.strerror})")
            continue
        if isinstance(request, ContainerRequest):
            containers.append(request)
        else:
            items.append(replace(request, title=options["title"]))
    if unreadable:
        raise CommandError(
            f"Neither a web address nor a file that can be read: {', '.join(unreadable)}. Nothing was imported."
        )
    urls = _listed(options["from_file"]) if options["from_file"] else []
    items += [ItemRequest(kind=ImportItem.Kind.URL, url=url, **about) for url in urls]
    if options["title"] and len(items) + len(containers) > 1:
        raise CommandError(f"--title is for one article, and there are {len(items) + len(containers)}.")
    return items, containers


def _mapping(given: list[str], dates: str | None) -> TableMapping | None:
    columns = {}
    for pair in given:
        name, mark, column = pair.partition("=")
        if not mark or name not in FIELDS:
            raise CommandError(
                f"--map takes FIELD=COLUMN, and “{pair}” is none; fields are {', '.join(FIELDS)}."
            )
        columns[name] = column
    order = (dates or "").replace("-", "_")
    return TableMapping(columns, order) if columns or order else None


def _listed(name: str) -> list[str]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(
            f"{name} is not a text in UTF-8: give a list of web addresses, one a line."
        ) from error
    return read_addresses(text.splitlines())


def _actor(username: str | None) -> User:
    if username:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account {username}: give another one with --by.")
        return user
    admins = User.objects.filter(Q(is_superuser=True) | Q(groups__name=Role.ADMIN), is_active=True)
    user = admins.order_by("pk").first()
    if user is None:
        raise CommandError(
            "There is no admin to import for: make one (createsuperuser), or name an account with --by."
        )
    return user


def _work_off(job: ImportJob) -> None:
    """Does here what is due: on first sight most was done when it was sent; what was put off comes due later."""
    for container_id in job.containers.filter(state=Container.State.QUEUED).values_list("pk", flat=True):
        expand_container.delay(container_id)
    due = job.items.filter(state=ImportItem.State.QUEUED, queued_at__lte=timezone.now())
    for item_id in due.values_list("pk", flat=True):
        run_import_item.delay(item_id)


def _count(n: int) -> str:
    return "1 item" if n == 1 else f"{n:,} items"


def _and_files(items: int, containers: int) -> str:
    files = "1 file of many articles" if containers == 1 else f"{containers:,} files of many articles"
    return f"{_count(items)} and {files}" if items else files
