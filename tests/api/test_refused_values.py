"""What the API says to values that it does not know."""

from typing import Any

import pytest

from factcheck.accounts.keys import make_key
from factcheck.lib.roles import Scope
from tests.factories import make_claim, make_user


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
def test_a_verdict_that_is_none_is_told_which_there_are(client: Any) -> None:
    _, secret = make_key(by=make_user("rhea", "reviewer"), name="Verdicts", scopes=[Scope.REVIEW])
    body = {"expected_version": 1, "judgements": [{"verdict": "falsch", "rationale": "So."}]}
    answer = client.post(
        f"/api/v1/claims/{make_claim().pk}/reviews/",
        body,
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {secret}",
    )
    assert answer.status_code == 400
    assert "There is no “falsch” here: use true, mostly_true, " in answer.json()["detail"]


@pytest.mark.django_db
def test_who_sends_no_key_is_told_how(client: Any) -> None:
    answer = client.get("/api/v1/claims/")
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert "Authorization: Bearer" in answer.json()["detail"]
