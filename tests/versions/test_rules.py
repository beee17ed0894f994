"""What the database holds of versions, re-anchoring and re-checks, whoever writes."""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import Error, transaction
from django.utils import timezone

from articles.models import ArticleVersion, Recheck
from claims.models import Appearance, ClaimState, Orphan, Rewording
from tests.factories import STORY, add_appearance, make_article_version, make_claim, make_user

pytestmark = pytest.mark.django_db

WORDS = "The dam was finished in 1954"


def refused(action: Callable[[], object]) -> str:
    with pytest.raises(Error) as caught, transaction.atomic():
        action()
    return str(caught.value)


@pytest.fixture
def first() -> Appearance:
    return make_claim(make_article_version(), content=WORDS).appearances.get()


@pytest.fixture
def second(first: Appearance) -> ArticleVersion:
    return make_article_version(f"Updated. {STORY}", article=first.version.article)


def follow(
    appearance: Appearance, previous: Appearance | None, anchoring: str = "exact", sure: float | None = 1.0
) -> None:
    Appearance.objects.filter(pk=appearance.pk).update(
        previous=previous, anchoring=anchoring, anchor_confidence=sure
    )


def test_a_version_follows_an_earlier_one_of_its_own_article(first: Appearance) -> None:
    other = make_article_version("Another article.")

    def version(article: int, number: int, previous: ArticleVersion) -> None:
        ArticleVersion.objects.create(
            article_id=article, number=number, text="x", text_length=1, sha256=f"{number}", previous=previous
        )

    assert "version_follows_an_earlier_one" in refused(lambda: version(other.article_id, 2, first.version))
    version(first.version.article_id, 2, first.version)


def test_an_appearance_follows_one_of_its_claim_in_an_earlier_text(
    first: Appearance, second: ArticleVersion
) -> None:
    later = add_appearance(first.claim, second, content=WORDS)
    follow(later, first)
    stranger = make_claim(second, content="Updated").appearances.get()
    assert "appearance_follows_its_own" in refused(lambda: follow(stranger, first))
    assert "appearance_follows_its_own" in refused(lambda: follow(first, later))
    elsewhere = add_appearance(first.claim, make_article_version(), content=WORDS)
    assert "appearance_follows_its_own" in refused(lambda: follow(elsewhere, first))
    twice = add_appearance(first.claim, second, content=WORDS)
    assert "appearance_once_again_in_a_version" in refused(lambda: follow(twice, first))


@pytest.mark.parametrize(
    ("anchoring", "sure"), [("", 1.0), ("exact", None), ("exact", 1.1), ("fuzzy", -0.1), ("lost", 0.5)]
)
def test_an_anchoring_has_its_kind_and_its_confidence(
    first: Appearance, second: ArticleVersion, anchoring: str, sure: float | None
) -> None:
    later = add_appearance(first.claim, second, content=WORDS)
    assert "appearance_anchoring" in refused(lambda: follow(later, first, anchoring, sure))


def test_what_was_taken_out_leaves_how_the_later_one_was_found(
    first: Appearance, second: ArticleVersion
) -> None:
    later = add_appearance(first.claim, second, content=WORDS)
    follow(later, first)
    first.delete()
    later.refresh_from_db()
    assert (later.previous, later.anchoring) == (None, "exact")


def test_orphans_and_rewordings_are_of_a_later_text_once(first: Appearance, second: ArticleVersion) -> None:
    orphan = Orphan.objects.create(appearance=first, version=second)
    assert "orphan_unique" in refused(lambda: Orphan.objects.create(appearance=first, version=second))
    assert "orphan_in_a_later_text" in refused(
        lambda: Orphan.objects.create(appearance=first, version=make_article_version("Other."))
    )
    for fields in (
        {"state": "gone"},
        {"state": "gone", "resolved_at": timezone.now()},
        {"state": "anchored"},
    ):
        assert "orphan_resolved" in refused(partial(Orphan.objects.filter(pk=orphan.pk).update, **fields))
    made = {"claim": first.claim, "before": first, "version": second, "kind": "silent"}
    row = Rewording.objects.create(**made)
    assert "rewording_unique" in refused(lambda: Rewording.objects.create(**made))
    assert "rewording_seen_by_someone" in refused(
        lambda: Rewording.objects.filter(pk=row.pk).update(seen_by=make_user())
    )
    assert "claim_edited" in refused(lambda: ClaimState.objects.update(edited="somehow"))


def test_a_look_that_failed_says_why(first: Appearance) -> None:
    row = Recheck.objects.create(article=first.version.article)

    def note(**fields: object) -> None:
        Recheck.objects.filter(pk=row.pk).update(**fields)

    assert "recheck_failed_says_why" in refused(lambda: note(result="failed"))
    assert "recheck_gone_since" in refused(lambda: note(result="gone", error_code="x", error_message="X."))
    assert "recheck_failed_says_why" in refused(
        lambda: note(result="odd", error_code="x", error_message="X.")
    )
    assert "recheck_step" in refused(lambda: note(step=99))
