from collections.abc import Callable

import pytest

from factcheck.models import User
from tests.api.checking import CheckedClient
from tests.factories import make_user

ROLES = ["viewer", "researcher", "reviewer", "editor", "admin"]


@pytest.fixture
def client_of(db: None) -> Callable[[User], CheckedClient]:
    return CheckedClient


@pytest.fixture
def viewer(db: None) -> CheckedClient:
    return CheckedClient(make_user("vera", "viewer"))


@pytest.fixture
def researcher(db: None) -> CheckedClient:
    return CheckedClient(make_user("rosa", "researcher"))


@pytest.fixture
def reviewer(db: None) -> CheckedClient:
    return CheckedClient(make_user("rhea", "reviewer", first_name="Rhea", last_name="Lind"))


@pytest.fixture
def editor(db: None) -> CheckedClient:
    return CheckedClient(make_user("edith", "editor"))


@pytest.fixture
def reviewer2(db: None) -> CheckedClient:
    return CheckedClient(make_user("ray", "reviewer"))
