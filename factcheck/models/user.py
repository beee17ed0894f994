from functools import cached_property

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """A member of the desk. What they may do follows from their groups: see factcheck.lib.roles."""

    @cached_property
    def group_names(self) -> frozenset[str]:
        return frozenset(self.groups.values_list("name", flat=True))

    def __str__(self) -> str:
        return self.get_full_name() or self.username
