"""`manage.py make_key USERNAME`: a key for the REST API."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from factcheck.accounts import keys
from factcheck.lib.errors import DomainError
from factcheck.lib.roles import Scope
from factcheck.models import User


class Command(BaseCommand):
    help = (
        "Make a key for the REST API and print it. Only its digest is kept, so it cannot be shown again. It acts as the "
        "account, within its scopes. `revoke_key` ends it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="whom it acts as")
        parser.add_argument("--name", default="made by command", help="what it is for")
        parser.add_argument(
            "--scopes",
            nargs="+",
            choices=Scope.values,
            default=Scope.values,
            metavar="SCOPE",
            help=f"what it may, of {', '.join(Scope.values)} (without: all)",
        )
        parser.add_argument("--days", type=int, help="how long it lasts (without: until it is revoked)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}: make it in the admin first.")
        try:
            _, secret = keys.make_key(
                by=user, name=options["name"], scopes=options["scopes"], days=options["days"]
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(secret)
