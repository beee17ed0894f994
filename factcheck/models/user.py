from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser

if TYPE_CHECKING:
    from factcheck.models.key import Key


class User(AbstractUser):
    """A member of the desk. What they may do follows from their groups: see factcheck.lib.roles."""

    # The key that this request came by, which may do no more than its scopes; None: the person, in a browser or a shell.
    through_key: "ClassVar[Key | None]" = None

    @cached_property
    def group_names(self) -> frozenset[str]:
        return frozenset(self.groups.values_list("name", flat=True))

    def __str__(self) -> str:
        return self.get_full_name() or self.username
