import pytest

from claims.models import Notice
from factcheck.models import User
from tests.factories import make_user


@pytest.fixture
def ann() -> User:
    return make_user("ann", "reviewer")


@pytest.fixture
def ben() -> User:
    return make_user("ben", "reviewer")


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


def told(user: User) -> list[str]:
    """The kinds of what `user` has unread, the first first."""
    return list(
        Notice.objects.filter(recipient=user, read_at=None).order_by("pk").values_list("kind", flat=True)
    )
