"""`manage.py import_articles`: import web addresses and files from a shell."""

import logging
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from celery import current_app
from celery.signals import task_postrun
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db.models import Q
from django.utils import timezone

from articles import queries
from articles.forms import name_of, read_addresses
from articles.models import ImportItem, ImportJob
from articles.services.importing import ItemRequest, request_import
from articles.tasks import run_import_item
from factcheck.heartbeat import worker_is_heard
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Role
from factcheck.models import User

POLL_SECONDS = 0.5
# So long may no worker be heard of before waiting for one makes no sense.
PATIENCE_SECONDS = 30.0


class Command(BaseCommand):
    help = (
        "Import articles: web addresses and files (.html, .txt) as arguments, a list of addresses with --from-file. "
        "They are imported in the background by the workers; --wait waits for them, --inline needs no worker. "
        "Ends with 1 if anything it waited for failed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="*", metavar="ADDRESS_OR_FILE")
        parser.add_argument(
            "--from-file", metavar="LIST", help="a file of addresses, one a line; - for standard input"
        )
        parser.add_argument("--outlet", default="", help="who published them (default: what each page says)")
        parser.add_argument(
            "--title", default="", help="of the one article given (default: what it says itself)"
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
        items = _items(options)
        by = _actor(options["by"])
        self._line = _Line(self.stderr)
        if options["inline"]:
            with self._working_here(len(items)):
                job = self._request(by, items, options["label"])
                self._follow(job, inline=True)
        else:
            job = self._request(by, items, options["label"])
            if not options["wait"]:
                return
            self._follow(job, inline=False)
        self._tell(job)
        failed = job.items.filter(state=ImportItem.State.FAILED).count()
        if failed:
            raise CommandError(f"{failed} of {job.total} failed: the reasons are above.", returncode=1)

    def _request(self, by: User, items: list[ItemRequest], label: str) -> ImportJob:
        try:
            job = request_import(by=by, items=items, label=label or name_of(items))
        except DomainError as error:
            raise CommandError(error.message) from error
        self._line.end()
        self.stdout.write(f"Import {job.pk}: {_count(job.total)}, {job.get_absolute_url()}")
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
        task_postrun.connect(say, sender=run_import_item)
        try:
            yield
        finally:
            task_postrun.disconnect(say, sender=run_import_item)
            trace.setLevel(level_before)
            config.task_always_eager = eager_before

    def _follow(self, job: ImportJob, *, inline: bool) -> None:
        """Until every item has ended and every text was read for its claims. Raises CommandError if nobody works on it."""
        heard = time.monotonic()
        while True:
            progress = queries.import_detail(job.pk)
            assert progress is not None, "it was made a moment ago"
            self._line.say(_how_far(progress))
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
        """A line for each item: how it ended, how many claims it makes, what it is."""
        items = (
            job.items.select_related("version__article")
            .defer("version__text")
            .prefetch_related("version__runs")
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


class _Line:
    """A line that says how far it is: on a terminal each saying replaces the last, elsewhere each is a line."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._replaces = out.isatty()
        self._said = ""

    def say(self, text: str) -> None:
        if text == self._said:
            return
        self._said = text
        if self._replaces:
            self._out.write(f"\r\x1b[K{text}", ending="")
        else:
            self._out.write(text)

    def end(self) -> None:
        if self._said and self._replaces:
            self._out.write("")
        self._said = ""


def _how_far(progress: queries.JobProgress) -> str:
    counts = progress.counts
    reading = f", {progress.reading} being read for claims" if progress.reading else ""
    return f"{counts.done} of {counts.total} imported, {counts.failed} failed, {counts.undone} to go{reading}"


def _items(options: dict[str, Any]) -> list[ItemRequest]:
    given: list[str] = options["what"]
    about = {"outlet": options["outlet"], "title": options["title"]}
    items, unreadable = [], []
    for what in given:
        if "://" in what:
            items.append(ItemRequest(kind=ImportItem.Kind.URL, url=what, **about))
            continue
        try:
            content = Path(what).read_bytes()
        except OSError as error:
            unreadable.append(f"{what} ({error.strerror})")
            continue
        items.append(ItemRequest(kind=ImportItem.Kind.FILE, content=content, file_name=what, **about))
    if unreadable:
        raise CommandError(
            f"Neither a web address nor a file that can be read: {', '.join(unreadable)}. Nothing was imported."
        )
    urls = _listed(options["from_file"]) if options["from_file"] else []
    items += [ItemRequest(kind=ImportItem.Kind.URL, url=url, **about) for url in urls]
    if options["title"] and len(items) > 1:
        raise CommandError(f"--title is for one article, and there are {len(items)}.")
    return items


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
    due = job.items.filter(state=ImportItem.State.QUEUED, queued_at__lte=timezone.now())
    for item_id in due.values_list("pk", flat=True):
        run_import_item.delay(item_id)


def _count(n: int) -> str:
    return "1 item" if n == 1 else f"{n:,} items"
