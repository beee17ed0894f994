"""`manage.py revoke_key START`: ends a key of the REST API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from factcheck.accounts import keys


class Command(BaseCommand):
    help = "Revoke the key that begins so (as the list of keys shows it), for good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", help="what the key begins with, like fck_a1B2c3; or the whole of it")

    def handle(self, *args: Any, **options: Any) -> None:
        start = options["start"][: keys.START_CHARACTERS]
        found = list(keys.live_keys().filter(start=start).select_related("user"))
        if len(found) != 1:
            raise CommandError(
                f"{len(found) or 'No'} keys in use begin with {start}: give it as the list of keys shows it."
            )
        keys.revoke_key(by=found[0].user, key_id=found[0].pk)
        self.stdout.write(f"Revoked: {found[0]}, of {found[0].user}.")
