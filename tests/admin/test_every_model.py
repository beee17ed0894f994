"""Every model of the desk in the admin: its list, its search, one row, and what may not be written there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.db.models import CompositePrimaryKey, Model
from django.test import Client
from django.urls import reverse

from articles.models import (
    Article,
    ArticleVersion,
    Feed,
    FeedEntry,
    ImportItem,
    ImportJob,
    Overlap,
    Placement,
    Recheck,
    Separation,
    Snapshot,
    Story,
)
from claims.models import (
    Appearance,
    Assignment,
    AuditEvent,
    Claim,
    ClaimState,
    ClaimTag,
    Comment,
    CommentEdit,
    Contradiction,
    Digest,
    Dump,
    Edition,
    Evidence,
    EvidenceCopy,
    EvidenceLink,
    EvidenceWatch,
    Export,
    ExtractionProposal,
    ExtractionRun,
    FactCheck,
    Hop,
    HopCheck,
    Mention,
    Notice,
    Orphan,
    Preference,
    PriorCheck,
    PriorImport,
    PriorLookup,
    PriorMatch,
    PriorProblem,
    Reply,
    Review,
    Rewording,
    SavedView,
    Span,
    SpeakerAlias,
    SpeakerMerge,
    SpeakerRole,
    Stay,
    Tag,
    Tally,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEvent,
)
from factcheck.models import BrowserSession, Key, User
from tests.factories import make_user
from tests.fulldesk import fill_desk

pytestmark = pytest.mark.django_db

OURS = [
    model
    for label in ("articles", "claims", "factcheck")
    for model in apps.get_app_config(label).get_models()
    if not isinstance(model._meta.pk, CompositePrimaryKey)  # rows of numbers, which the admin cannot show
]
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
SERVICES_WRITE = [
    Article, ArticleVersion, Snapshot, ImportItem, Feed, FeedEntry, Claim, ClaimState, Appearance, Span, Hop, Review, Assignment,
    Recheck, Orphan, Rewording,
    SpeakerAlias, SpeakerRole, SpeakerMerge, Contradiction, Comment, CommentEdit, Mention, Reply, Notice, Digest,
    AuditEvent, Evidence, EvidenceCopy, EvidenceLink, EvidenceWatch, HopCheck, ExtractionProposal, ExtractionRun, Tally, Stay,
    Tag, ClaimTag, SavedView, Preference, FactCheck, Edition, Dump,
    Story, Placement, Overlap, Separation,
    Webhook, WebhookEvent, WebhookDelivery, WebhookAttempt, Key, BrowserSession,
    Export, PriorImport, PriorProblem, PriorCheck, PriorMatch, PriorLookup,
]  # fmt: skip


def page_of(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture(scope="module")
def full_desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Claim]:
    """At least one row of every model; the claim that was judged. Made once, and rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill_desk(make_user("sol", "admin", is_superuser=True, is_staff=True))
        transaction.set_rollback(True)


@pytest.fixture
def superuser(full_desk: Claim) -> User:
    return User.objects.get(username="sol")


def test_every_model_of_ours_is_there() -> None:
    assert [model for model in OURS if model not in REGISTERED] == []


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_list_search_and_row_are_shown(admin_page: Client, full_desk: Claim, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row is not None, "the desk of these tests has a row of every model"
    for address in (
        page_of(model, "changelist"),
        page_of(model, "changelist") + "?q=dam",
        page_of(model, "changelist") + "?q=1",
        page_of(model, "changelist") + "?q=99999999999999999999",
        page_of(model, "change", row.pk),
    ):
        response = admin_page.get(address)
        assert response.status_code == 200, address
        assert not inline_code(response.content.decode()), address


def inline_code(html: str) -> list[str]:
    """What the content security policy would stop: scripts and styles within the page."""
    return re.findall(r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)(?![^>]*application/json)", html)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_filters_work(admin_page: Client, full_desk: Claim, model: type[Model]) -> None:
    html = admin_page.get(page_of(model, "changelist")).content.decode()
    choices = [link.replace("&amp;", "&") for link in re.findall(r'<li[^>]*>\s*<a href="(\?[^"]+)"', html)]
    assert choices or not admin.site._registry[model].list_filter
    for choice in choices:
        assert admin_page.get(page_of(model, "changelist") + choice).status_code == 200, choice


@pytest.mark.parametrize("model", SERVICES_WRITE, ids=lambda model: model._meta.label)
def test_what_services_write_is_only_shown(admin_page: Client, full_desk: Claim, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert admin_page.get(page_of(model, "add")).status_code == 403
    assert admin_page.post(page_of(model, "change", row.pk), {}).status_code == 403
    assert admin_page.post(page_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


def test_a_new_import_is_made_on_the_desks_own_screen(admin_page: Client) -> None:
    response = admin_page.get(page_of(ImportJob, "add"))
    assert (response.status_code, response["Location"]) == (302, "/imports/new/")


def test_an_article_and_a_claim_lead_to_their_screens(admin_page: Client, full_desk: Claim) -> None:
    for row, screen in ((Article.objects.first(), "/articles/"), (full_desk, "/review/")):
        html = admin_page.get(page_of(type(row), "change", row.pk)).content.decode()
        shortcut = re.search(r'href="([^"]+)" class="viewsitelink"', html)
        assert shortcut
        assert admin_page.get(shortcut[1])["Location"].endswith(f"{screen}{row.pk}/")


def test_a_claim_shows_where_it_appears_and_its_history_is_its_audit(
    admin_page: Client, full_desk: Claim
) -> None:
    html = admin_page.get(page_of(Claim, "change", full_desk.pk)).content.decode()
    version = full_desk.appearances.get().version
    assert page_of(ArticleVersion, "change", version.pk) in html
    history = admin_page.get(page_of(Claim, "history", full_desk.pk), follow=True).content.decode()
    assert "link_evidence" in history
    assert '<td class="field-verb">dismiss' not in history


@pytest.mark.parametrize(("model", "queries"), [(Claim, 5), (Appearance, 5), (ImportItem, 4)])
def test_lists_cost_the_same_however_many_rows(
    admin_page: Client, full_desk: Claim, model: type[Model], queries: int, django_assert_num_queries
) -> None:
    """Session, user, the capped count, the rows with all that they show."""
    with django_assert_num_queries(queries) as captured:
        assert admin_page.get(page_of(model, "changelist")).status_code == 200
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"]]
    assert all("LIMIT" in sql for sql in counts)
