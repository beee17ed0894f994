"""`manage.py reextract`: have texts that an older extractor read read again by this one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from articles.models import Article, Outlet
from claims import extraction
from claims.choices import RunState
from claims.models import ExtractionRun
from claims.services.extracting import request_reextraction, versions_to_reread


class Command(BaseCommand):
    help = (
        "Have texts read again by this version of the extractor. What it finds otherwise is proposed on the articles' "
        "pages; nothing changes until somebody accepts it. Says how many there are, and asks the workers only with --yes. "
        "May be run again at any time: what was asked for is not asked for twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--all", action="store_true", help="every text of every article")
        which.add_argument("--outlet", metavar="NAME", help="those of one outlet: its name or its domain")
        which.add_argument("--article", metavar="ID", type=int, help="those of one article")
        parser.add_argument(
            "--unread",
            action="store_true",
            help="also texts that were imported without being read for claims",
        )
        parser.add_argument("--limit", metavar="N", type=int, help="so many at most, the oldest first")
        parser.add_argument("--yes", action="store_true", help="do it; without this, only say how many")

    def handle(self, *args: Any, **options: Any) -> None:
        limit: int | None = options["limit"]
        if limit is not None and limit < 1:
            raise CommandError("--limit takes a whole number, 1 or more.")
        versions = versions_to_reread(
            outlet=_outlet(options["outlet"]),
            article_id=_article(options["article"]),
            unread=options["unread"],
        )
        total = versions.count()
        n = total if limit is None else min(total, limit)
        self.stdout.write(f"{_texts(total)} not read by {extraction.VERSION} yet.")
        failed = ExtractionRun.objects.filter(extractor=extraction.VERSION, state=RunState.FAILED).count()
        if failed:
            self.stdout.write(
                f"Besides, it failed on {_texts(failed)}: the admin has them under “extraction runs”, to be done again."
            )
        if not n:
            return
        if not options["yes"]:
            self.stdout.write(f"Nothing was done. Add --yes to have {_texts(n)} read.")
            return
        asked = 0
        for chunk in request_reextraction(versions, most=limit):
            asked += chunk
            self.stdout.write(f"{asked:,} of {n:,} asked for")
        self.stdout.write("The workers take them up from here.")


def _outlet(name: str | None) -> Outlet | None:
    if name is None:
        return None
    outlet = Outlet.objects.filter(Q(name__iexact=name) | Q(domain=name.lower())).first()
    if outlet is None:
        raise CommandError(f"There is no outlet called {name}: see the list of outlets in the admin.")
    return outlet


def _article(pk: int | None) -> int | None:
    if pk is not None and not Article.objects.filter(pk=pk).exists():
        raise CommandError(f"There is no article {pk}: its number is in the address of its page.")
    return pk


def _texts(n: int) -> str:
    return "1 text" if n == 1 else f"{n:,} texts"
