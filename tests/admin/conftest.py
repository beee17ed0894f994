import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from articles.models import Recheck
from articles.services.importing import ItemRequest, request_import
from claims.models import Claim, Orphan, Rewording
from claims.services.audit import record_event
from claims.services.curating import dismiss_claim
from claims.services.evidence import link_evidence
from claims.services.reviewing import Judgement, record_review
from factcheck.models import User
from tests.factories import make_article_version, make_proposal, make_run, make_story_claim, make_user


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
    claim = make_story_claim()
    version = claim.appearances.get().version
    make_run(version, finished_at=timezone.now(), claims=1)
    make_proposal(claim, form="mixed")
    case = link_evidence(
        by=superuser,
        claim_id=claim.pk,
        url="https://survey.example/dam",
        stance="supports",
        title="Survey of the dam",
    )
    assert case
    claim.case.refresh_from_db()
    record_review(
        by=superuser,
        claim_id=claim.pk,
        expected_version=claim.case.version,
        judgements=[
            Judgement("true", "The survey says so."),
            Judgement("confirmed", "", claim.appearances.get().pk),
        ],
    )
    other = make_story_claim(text="The dam leaks.")
    lost = other.appearances.get()
    later = make_article_version("The dam is gone.", article=lost.version.article)
    Orphan.objects.create(appearance=lost, version=later)
    Rewording.objects.create(claim=other, before=lost, version=later, kind="silent")
    Recheck.objects.create(article=later.article, due_at=timezone.now())
    dismiss_claim(by=superuser, claim_id=other.pk, reason="not_relevant")
    record_event(by=None, verb="extract", target=version)
    request_import(
        by=superuser, items=[ItemRequest(kind="text", text="A text.", outlet="Lakeside Post")], label="Paste"
    )
    AuthToken.objects.create(user=superuser)
    return claim
