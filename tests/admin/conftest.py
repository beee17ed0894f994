import pytest
from django.test import Client

from claims.models import Claim
from factcheck.models import User
from tests.factories import make_user
from tests.fulldesk import fill_desk


@pytest.fixture
def superuser() -> User:
    return make_user("sol", "admin", is_superuser=True, is_staff=True)


@pytest.fixture
def admin_page(superuser: User, client: Client) -> Client:
    client.force_login(superuser)
    return client


@pytest.fixture
def full_desk(superuser: User) -> Claim:
    """At least one row of every model; returns the claim that was judged."""
    return fill_desk(superuser)
