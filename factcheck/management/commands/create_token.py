"""`manage.py create_token USERNAME`: a token for the REST API."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from knox.models import AuthToken

from factcheck.models import User


class Command(BaseCommand):
    help = (
        "Make a token for the REST API and print it. Only its digest is kept, so it cannot be shown again. "
        "It may do what the account may; delete it in the admin to revoke it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--days", type=int, help="how long it is valid (without: until it is revoked)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']}: make it in the admin first.")
        if not user.is_active:
            raise CommandError(f"The account {user.username} is not active: its tokens would be refused.")
        days = options["days"]
        if days is not None and not 1 <= days <= 36_500:
            raise CommandError("--days takes a whole number from 1 to 36500.")
        _, token = AuthToken.objects.create(user, expiry=days and timedelta(days=days))
        self.stdout.write(token)
