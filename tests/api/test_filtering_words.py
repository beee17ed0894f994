"""What a list says to values that it cannot be narrowed by."""

from typing import Any

import pytest

from factcheck.accounts.keys import make_key
from factcheck.lib.roles import Scope
from tests.factories import make_user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("checkable=maybe", "checkable: Use true or false."),
        ("checkable=1", "checkable: Use true or false."),
        ("state=bogus", "state: There is no “bogus” here: use new, queued, "),
        ("state=queued&state=approved", "state: Give this once: a list is narrowed by one of each."),
        ("veracity=falsch", "veracity: There is no “falsch” here: use true, mostly_true, "),
    ],
)
def test_a_value_that_is_none_never_looks_like_a_list_without_it(
    client: Any, query: str, sentence: str
) -> None:
    _, secret = make_key(by=make_user("rhea", "reviewer"), name="Lists", scopes=[Scope.READ])
    answer = client.get(f"/api/v1/claims/?{query}", HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(sentence)


@pytest.mark.django_db
def test_who_sends_no_key_is_told_how(client: Any) -> None:
    answer = client.get("/api/v1/claims/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert "Authorization: Bearer" in answer.json()["detail"]
