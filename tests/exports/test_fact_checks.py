"""Fact-checks as files: ClaimReview that we read back ourselves, a table, lines of JSON."""

import csv
import io
import json
from typing import Any

import pytest

from claims.elsewhere.reading import read_claim_reviews
from factcheck.models import User
from tests.exports.test_exports import made
from tests.factories import make_user
from tests.publishing.conftest import dated_claim, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


def test_what_is_published_comes_as_claimreview_a_table_and_lines(eve: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://desk.example"
    ann = make_user("ann", "reviewer")
    shown = dated_claim(ann, 1)
    published(shown, eve, slug="dam", title="=The dam")
    dated_claim(ann, 2)  # approved, and nothing is published of it
    for subject, options in (
        ("fact_checks", {}),
        ("claims", {}),
        ("article", {"article_id": shown.appearances.get().version.article_id}),
    ):
        text = made(eve, subject, "claimreview", **options)
        (entry,) = read_claim_reviews(text.encode())
        assert entry.reading is not None
        assert entry.reading.score == 1
        assert entry.reading.url.endswith("/fact-checks/dam/")
    (row,) = csv.DictReader(io.StringIO(made(eve, "fact_checks", "csv")))
    assert (row["title"], row["verdict"]) == ("'=The dam", "false")
    (line,) = made(eve, "fact_checks", "jsonl").splitlines()
    assert json.loads(line)["title"] == "=The dam"
    assert made(eve, "claims", "claimreview", filters={"state": "new"}).count("ClaimReview") == 0
