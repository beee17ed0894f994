"""A claim on its way to readers, and the people who bring it there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.choices import State
from claims.models import Claim, ClaimState, FactCheck, Review
from claims.services import factchecks
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_story_claim, make_user

WORDS = {
    "slug": "the-old-dam",
    "title": "The old dam holds no more than it was built for",
    "summary": "The survey of 2025 measured what the plans say, and no more.",
    "body": "The *survey* says so.\n\n- in its table 3\n- and in [its summary](https://survey.example/dam)",
    "claim_reviewed": "The old dam holds twice the water it was built for",
    "unknown": "How much it held before 1960.",
    "social": "What the survey says of the dam.",
}


@pytest.fixture(autouse=True)
def public_site(settings: Any) -> None:
    settings.PUBLIC_SITE = True
    settings.PUBLIC_URL = "https://desk.example"
    settings.DESK_NAME = "The Lakeside Desk"
    settings.DESK_LICENCE = "https://licence.example/by/4.0/"


@pytest.fixture
def eve(db: None) -> User:
    return make_user("eve", "editor")


@pytest.fixture
def ann(db: None) -> User:
    return make_user("ann", "reviewer")


@pytest.fixture
def approved(ann: User) -> Callable[..., Claim]:
    return lambda **fields: judged_claim(ann, **fields)


def judged_claim(
    author: User,
    verdict: str = "false",
    attribution: str = "confirmed",
    *,
    claim: Claim | None = None,
    **fields: Any,
) -> Claim:
    """A claim with both verdicts that the editors have approved; of the story, unless one is given."""
    claim = claim or make_story_claim(**fields)
    Review.objects.create(
        claim=claim, kind="veracity", verdict=verdict, rationale="By the *survey*.", reviewer=author
    )
    for appearance in claim.appearances.exclude(form="own-voice"):
        Review.objects.create(
            claim=claim, kind="attribution", verdict=attribution, appearance=appearance, reviewer=author
        )
        claim.appearances.filter(pk=appearance.pk).update(attribution=attribution)
    ClaimState.objects.filter(pk=claim.pk).update(
        state=State.APPROVED, author=author, round=1, veracity=verdict
    )
    return claim


def dated_claim(author: User, number: int, **fields: Any) -> Claim:
    """A judged claim of an article of its own, with an address and a date."""
    version = make_article_version(
        url=f"https://post.example/dam/{number}",
        published_at=datetime(2026, 3, 1 + number % 28, 9, tzinfo=UTC),
    )
    return judged_claim(author, claim=make_claim(version, content="The dam was finished in 1954", **fields))


def written(claim: Claim, by: User, language: str = "en", **words: str) -> FactCheck:
    return factchecks.write_fact_check(
        by=by, claim_id=claim.pk, language=language, words=WORDS | words, expected_version=0
    )


def published(claim: Claim, by: User, language: str = "en", **words: str) -> FactCheck:
    fact_check = written(claim, by, language, **words)
    return factchecks.publish_fact_check(
        by=by, fact_check_id=fact_check.pk, expected_version=fact_check.version
    )
