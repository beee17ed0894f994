from functools import cached_property

from django.contrib.auth.models import AbstractUser, Group

from factcheck.lib.prepared import Prepared


class User(AbstractUser):
    """A member of the desk. What they may do follows from their groups: see factcheck.lib.roles."""

    @cached_property
    def group_names(self) -> frozenset[str]:
        return frozenset(_GROUP_NAMES(self.pk)) if self.pk else frozenset()

    def __str__(self) -> str:
        return self.get_full_name() or self.username


_GROUP_NAMES = Prepared(lambda user: Group.objects.filter(user=user).values_list("name", flat=True))
