"""Whoever looks at the API's root first finds the way from there."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/api/", "/api/v1/"])
def test_the_root_names_what_there_is_to_anybody(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    found = response.json()
    assert {"docs", "schema", "me", "claims", "articles", "imports"} <= set(found)
    signed_in = APIClient()
    signed_in.force_authenticate(make_user())
    for name, url in found.items():
        if name != "docs":  # a page for a browser's session
            assert signed_in.get(url.removeprefix("http://testserver")).status_code == 200, name
    refused = client.post(address)
    assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")
    assert client.get("/api/nowhere/").status_code == 404
