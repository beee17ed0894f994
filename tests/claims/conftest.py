"""The people of the desk: two reviewers and an editor; and a server of the documents that they link."""

import pytest

from factcheck.models import User
from tests.claims.documents import server  # noqa: F401 - a fixture
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
