"""Topic tags: on claims, through split, merge and undo; and the vocabulary that editors keep."""

import pytest
from django.db import IntegrityError, transaction

from claims.models import AuditEvent, ClaimState, ClaimTag, Tag
from claims.services import assigning, editing, tagging, undoing
from claims.services.verifying import audit_problems
from factcheck.lib.errors import Conflict, DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import find, make_article_version, make_claim, make_story_claim, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa() -> User:
    return make_user("rosa", "researcher")


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


@pytest.fixture
def tags(eve: User) -> list[Tag]:
    return [tagging.add_tag(by=eve, name=name) for name in ("Dams", "Energy", "The city")]


def tags_of(claim_id: int) -> list[str]:
    return list(
        Tag.objects.filter(claim_tags__claim=claim_id).order_by("name").values_list("name", flat=True)
    )


def test_tags_go_on_and_off_whatever_their_capitals(rosa: User, tags: list[Tag]) -> None:
    claim = make_claim()
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["dams", " THE  city "], expected_version=1)
    assert tags_of(claim.pk) == ["Dams", "The city"]
    case = tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Energy"], remove=["dAMS"], expected_version=2)
    assert (tags_of(claim.pk), case.version) == (["Energy", "The city"], 3)
    event = AuditEvent.objects.filter(claim=claim).latest("pk")
    assert (event.verb, event.actor) == ("tag", rosa)
    assert event.before["tags"] == ["Dams", "The city"]
    assert event.after["tags"] == ["Energy", "The city"]


def test_what_is_refused(rosa: User, eve: User, tags: list[Tag]) -> None:
    claim = make_claim()
    with pytest.raises(Refused):
        tagging.tag_claim(by=make_user(role="viewer"), claim_id=claim.pk, add=["Dams"])
    with pytest.raises(Missing) as missing:
        tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Bridges"])
    assert "“Bridges”" in missing.value.message
    with pytest.raises(DomainError) as refused:
        tagging.tag_claim(by=rosa, claim_id=claim.pk, remove=["Dams"])
    assert refused.value.code == "nothing_changed"
    with pytest.raises(Conflict):
        tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams"], expected_version=7)
    tagging.retire_tag(by=eve, tag_id=tags[0].pk)
    with pytest.raises(DomainError) as refused:
        tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams"])
    assert refused.value.code == "tag_retired"
    assert (tags_of(claim.pk), ClaimState.objects.get(pk=claim.pk).version) == ([], 1)
    many = [tagging.add_tag(by=eve, name=f"Topic {n}").name for n in range(tagging.MOST_TAGS + 1)]
    with pytest.raises(DomainError) as refused:
        tagging.tag_claim(by=rosa, claim_id=claim.pk, add=many)
    assert refused.value.code == "too_many_tags"


def test_undo_gives_back_what_was(rosa: User, tags: list[Tag]) -> None:
    claim = make_claim()
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams"])
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Energy"], remove=["Dams"])
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert tags_of(claim.pk) == ["Dams"]
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert tags_of(claim.pk) == []
    assert list(audit_problems()) == []


def test_undo_after_a_merge_of_tags_means_the_one_that_stayed(rosa: User, eve: User, tags: list[Tag]) -> None:
    claim = make_claim()
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams"])
    tagging.merge_tags(by=eve, tag_id=tags[0].pk, into="Energy")
    assert tags_of(claim.pk) == ["Energy"]
    undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert tags_of(claim.pk) == []


def test_nobody_undoes_what_a_colleague_has_worked_on(rosa: User, tags: list[Tag]) -> None:
    claim = make_claim()
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams"])
    assigning.take_claim(by=make_user(role="reviewer"), claim_id=claim.pk)
    with pytest.raises(DomainError):
        undoing.undo_move(by=rosa, claim_id=claim.pk)
    assert tags_of(claim.pk) == ["Dams"]


def test_a_part_that_is_split_off_has_the_tags_too(rosa: User, tags: list[Tag]) -> None:
    version = make_article_version("The dam is old and the mill is new.\n")
    claim = make_claim(version, content="The dam is old and the mill is new")
    tagging.tag_claim(by=rosa, claim_id=claim.pk, add=["Dams", "Energy"])
    parts = [[find(version.text, words)] for words in ("The dam is old", "the mill is new")]
    [part] = editing.split_claim(by=rosa, appearance_id=claim.appearances.get().pk, parts=parts)
    assert tags_of(part.claim_id) == tags_of(claim.pk) == ["Dams", "Energy"]


def test_a_merge_brings_the_tags_along_and_its_undo_takes_only_those_back(
    rosa: User, tags: list[Tag]
) -> None:
    one, other = make_story_claim(), make_story_claim(text="The dam holds.")
    tagging.tag_claim(by=rosa, claim_id=one.pk, add=["Dams", "Energy"])
    tagging.tag_claim(by=rosa, claim_id=other.pk, add=["Energy", "The city"])
    editing.merge_claims(by=rosa, claim_id=one.pk, into=other.pk)
    assert tags_of(other.pk) == ["Dams", "Energy", "The city"]
    undoing.undo_move(by=rosa, claim_id=other.pk)
    assert tags_of(other.pk) == ["Energy", "The city"]
    assert tags_of(one.pk) == ["Dams", "Energy"]


def test_the_vocabulary_is_the_editors(rosa: User, eve: User, tags: list[Tag]) -> None:
    for act in (
        lambda: tagging.add_tag(by=rosa, name="Bridges"),
        lambda: tagging.rename_tag(by=rosa, tag_id=tags[0].pk, name="Weirs"),
        lambda: tagging.merge_tags(by=rosa, tag_id=tags[0].pk, into="Energy"),
        lambda: tagging.retire_tag(by=rosa, tag_id=tags[0].pk),
    ):
        with pytest.raises(Refused):
            act()
    assert tagging.rename_tag(by=eve, tag_id=tags[0].pk, name="dams").name == "dams"
    for name, code in (
        ("", "bad_name"),
        ("x" * 61, "bad_name"),
        ("a, b", "bad_name"),
        ("energy", "tag_exists"),
    ):
        with pytest.raises(DomainError) as refused:
            tagging.rename_tag(by=eve, tag_id=tags[0].pk, name=name)
        assert refused.value.code == code
    verbs = set(AuditEvent.objects.filter(object_type="tag").values_list("verb", flat=True))
    assert verbs == {"add_tag", "rename_tag"}


def test_the_database_knows_one_name_once(eve: User, tags: list[Tag]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(name="DAMS", created_by=eve)
    claim = make_claim()
    ClaimTag.objects.create(claim=claim, tag=tags[0], added_by=eve)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimTag.objects.create(claim=claim, tag=tags[0], added_by=eve)


def test_a_merged_tags_name_finds_the_one_it_went_into(rosa: User, eve: User, tags: list[Tag]) -> None:
    both, one = make_claim(), make_claim()
    tagging.tag_claim(by=rosa, claim_id=both.pk, add=["Dams", "Energy"])
    tagging.tag_claim(by=rosa, claim_id=one.pk, add=["Dams"])
    tagging.merge_tags(by=eve, tag_id=tags[0].pk, into="energy")
    tagging.merge_tags(by=eve, tag_id=tags[1].pk, into="The city")
    assert tags_of(both.pk) == tags_of(one.pk) == ["The city"]
    third = make_claim()
    tagging.tag_claim(by=rosa, claim_id=third.pk, add=["Dams"])
    assert tags_of(third.pk) == ["The city"]
    for act in (
        lambda: tagging.rename_tag(by=eve, tag_id=tags[0].pk, name="Weirs"),
        lambda: tagging.retire_tag(by=eve, tag_id=tags[0].pk, retired=False),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "tag_merged"
    with pytest.raises(DomainError) as refused:
        tagging.merge_tags(by=eve, tag_id=tags[2].pk, into="Dams")
    assert refused.value.code == "into_itself"
