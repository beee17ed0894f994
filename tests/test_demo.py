"""The sample newsroom: its stories read as news pages, and `seed_demo` fills every screen through the real services."""

from collections import Counter
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from articles.models import Article, ArticleVersion, Feed, ImportItem, ImportJob
from articles.parsing import parse, parse_text
from claims.choices import Form, State
from claims.models import Appearance, Assignment, AuditEvent, ClaimState, EvidenceLink, Review, SavedView, Tag
from claims.services.verifying import audit_problems
from factcheck.demo.newsroom import ACCOUNTS, DEEDS, HERE, Story, load_stories
from factcheck.lib.roles import Role, has_role
from factcheck.models import User

STORIES = load_stories()
BOILERPLATE = (
    "Read also",
    "Most read",
    "We value your privacy",
    "All rights reserved",
    "Press Council",
    "Win a weekend",
)


def by_file(story: Story) -> str:
    return story.file.name


# --- The stories


def test_every_story_file_is_in_the_manifest_once() -> None:
    assert sorted(story.file for story in STORIES) == sorted((HERE / "stories").iterdir())
    assert len({story.url for story in STORIES}) == len(STORIES) >= 12


@pytest.mark.parametrize("story", STORIES, ids=by_file)
def test_a_story_lies_at_an_invented_address(story: Story) -> None:
    assert urlsplit(story.url).hostname.endswith(".example")


@pytest.mark.parametrize("story", [s for s in STORIES if s.file.suffix == ".html"], ids=by_file)
def test_a_page_gives_its_article_and_nothing_else(story: Story) -> None:
    article = parse(story.file.read_bytes(), url=story.url)
    assert article.title == story.title
    assert article.site_name == story.outlet
    assert article.published_at == story.published_at
    assert 150 <= len(article.text.split()) <= 400
    assert story.title not in article.text
    assert [words for words in BOILERPLATE if words in article.text] == []


@pytest.mark.parametrize("story", [s for s in STORIES if s.file.suffix == ".txt"], ids=by_file)
def test_a_wire_text_is_an_article_as_it_stands(story: Story) -> None:
    article = parse_text(story.file.read_bytes(), title=story.title)
    assert 150 <= len(article.text.split()) <= 400


# --- The command


def seed(*options: str) -> tuple[str, str]:
    """What it says, and what it complains about."""
    out, err = StringIO(), StringIO()
    call_command("seed_demo", "--inline", *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def rows() -> Counter[str]:
    models = (
        User,
        ImportJob,
        Article,
        ArticleVersion,
        ClaimState,
        Review,
        EvidenceLink,
        Assignment,
        AuditEvent,
        Feed,
    )
    return Counter({model.__name__: model.objects.count() for model in models})


@pytest.fixture(scope="class")
def newsroom(django_db_setup, django_db_blocker):
    """The seeded database, once for a class of tests; left as it was found."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield seed("--force")
        transaction.set_rollback(True)


@pytest.fixture
def seeded(newsroom, db):
    return newsroom


class TestSeeded:
    def test_every_story_is_imported_and_every_deed_done(self, seeded) -> None:
        out, err = seeded
        assert err == ""
        assert f"{len(STORIES)} stories, {len(DEEDS)} claims worked on." in out
        assert list(audit_problems()) == []
        assert {item.state for item in ImportItem.objects.all()} == {ImportItem.State.DONE}

    def test_its_feed_is_paused_for_nobody_publishes_it(self, seeded) -> None:
        feed = Feed.objects.get()
        assert (feed.state, feed.outlet.name, feed.error_message) == (Feed.State.PAUSED, "Northwire", "")

    def test_every_account_can_log_in_and_has_its_role(self, seeded) -> None:
        out, _ = seeded
        for account in ACCOUNTS:
            assert account.password in out
            user = authenticate(HttpRequest(), username=account.username, password=account.password)
            assert has_role(user, Role(account.role))
        assert User.objects.get(username="admin").is_staff
        assert not has_role(User.objects.get(username="reviewer"), Role.EDITOR)

    def test_every_screen_has_something_to_show(self, seeded) -> None:
        states = Counter(ClaimState.objects.values_list("state", flat=True))
        assert set(states) == {
            State.NEW,
            State.QUEUED,
            State.IN_REVIEW,
            State.IN_CROSS_CHECK,
            State.IN_VOTE,
            State.PUBLISHED,
            State.RETRACTED,
            State.ON_HOLD,
            State.DISMISSED,
        }
        assert states[State.QUEUED] > 50
        assert set(Appearance.objects.values_list("form", flat=True)) == set(Form.values)
        assert Review.objects.exclude(supersedes=None).exists()
        assert set(EvidenceLink.objects.values_list("stance", flat=True)) == {
            "supports",
            "refutes",
            "context",
        }

    def test_claims_have_tags_and_the_desk_a_view(self, seeded) -> None:
        assert set(Tag.objects.filter(claim_tags__isnull=False).values_list("name", flat=True)) == {
            "Harbour", "Environment", "Population", "Floods",
        }  # fmt: skip
        assert SavedView.objects.get().shared

    def test_an_interview_keeps_its_whole_chain(self, seeded) -> None:
        claim = Appearance.objects.get(claim__text__contains="To call this blackmail is absurd")
        assert str(claim.claim.speaker) == "Danil Orsak"
        assert [(hop.name, hop.role) for hop in claim.hops.order_by("position")] == [
            ("Kanal Ost TV", "medium"),
            ("Northwire", "relay"),
            ("Sorrany Today", "publisher"),
        ]

    def test_one_outlet_says_in_its_own_voice_what_another_attributes(self, seeded) -> None:
        wire = Appearance.objects.get(
            claim__text__contains="40 hectares", version__article__outlet__name="Northwire"
        )
        tabloid = Appearance.objects.get(
            claim__text__contains="400 hectares of seabed are", version__article__outlet__name="Daily Lantern"
        )
        assert wire.form != Form.OWN_VOICE
        assert tabloid.form == Form.OWN_VOICE

    def test_running_it_again_changes_nothing(self, seeded) -> None:
        before = rows()
        _, err = seed("--force")
        assert rows() == before
        assert err == ""

    def test_a_changed_password_stays(self, seeded) -> None:
        reviewer = User.objects.get(username="reviewer")
        reviewer.set_password("something only she knows")
        reviewer.save()
        out, _ = seed("--force")
        assert (
            authenticate(HttpRequest(), username="reviewer", password="something only she knows") is not None
        )
        assert "reviewer2-demo" in out, "that door is still open, and the desk is told so"
        assert "reviewer-demo" not in out


@pytest.mark.django_db
def test_a_database_in_use_is_left_alone() -> None:
    User.objects.create_user("somebody")
    before = rows()
    out, _ = seed("--if-empty", "--force")
    assert rows() == before
    assert "in use" in out


@pytest.mark.django_db
def test_well_known_passwords_are_refused_in_production(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="--force"):
        seed()
    assert not User.objects.exists()
