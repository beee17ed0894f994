"""Saved views: whose they are, what they keep, and the next claim out of one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from claims.choices import State
from claims.forms import ClaimFilterForm
from claims.models import AuditEvent, ClaimState, Preference, SavedView
from claims.narrowing import Filters
from claims.services import assigning, seconding, tagging, viewing
from factcheck.lib.errors import DomainError, Missing, Refused
from factcheck.models import User
from tests.factories import make_article_version, make_claim, make_user, set_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    return make_user("ann", "reviewer")


@pytest.fixture
def eve() -> User:
    return make_user("eve", "editor")


def test_a_view_keeps_what_the_toolbar_takes_and_nothing_else(ann: User, eve: User) -> None:
    tag = tagging.add_tag(by=eve, name="Dams")
    form = ClaimFilterForm(
        {"state": "queued", "tag": str(tag.pk), "form": "sung", "q": " dam ", "score": "0.5", "x": "1"}
    )
    view = viewing.save_view(by=ann, name=" My  dams ", filters=form.answers())
    assert (view.name, view.filters) == (
        "My dams",
        {"q": "dam", "state": "queued", "tag": str(tag.pk), "score": "0.5"},
    )
    filters = ClaimFilterForm(view.filters).filters(reader=ann)
    assert filters == Filters(state="queued", tag=tag, words="dam", score=0.5, reader=ann)


def test_a_view_of_a_tag_that_is_merged_is_one_of_the_tag_it_went_into(ann: User, eve: User) -> None:
    dams, weirs = (tagging.add_tag(by=eve, name=name) for name in ("Dams", "Weirs"))
    view = viewing.save_view(by=ann, name="Weirs", filters={"tag": str(weirs.pk)})
    tagging.merge_tags(by=eve, tag_id=weirs.pk, into="Dams")
    view.refresh_from_db()
    assert ClaimFilterForm(view.filters).filters().tag == dams


def test_the_same_name_again_changes_the_filters(ann: User, eve: User) -> None:
    first = viewing.save_view(by=ann, name="Dams", filters={"q": "dam"})
    again = viewing.save_view(by=ann, name="DAMS", filters={"q": "weir"})
    shared = viewing.save_view(by=eve, name="Dams", filters={"q": "lake"}, shared=True)
    assert (again.pk, again.filters) == (first.pk, {"q": "weir"})
    assert list(viewing.views_for(ann)) == [shared, again]
    assert list(viewing.views_for(eve)) == [shared]
    assert AuditEvent.objects.get(object_type="savedview").verb == "save_view"


def test_a_view_is_changed_by_its_owner_and_a_shared_one_by_editors(ann: User, eve: User) -> None:
    own = viewing.save_view(by=ann, name="Mine", filters={})
    shared = viewing.save_view(by=eve, name="Ours", filters={}, shared=True)
    with pytest.raises(Refused):
        viewing.save_view(by=ann, name="For all", filters={}, shared=True)
    for act in (
        lambda by, view: viewing.rename_view(by=by, view_id=view.pk, name="Theirs"),
        lambda by, view: viewing.delete_view(by=by, view_id=view.pk),
    ):
        with pytest.raises(Refused):
            act(ann, shared)
        with pytest.raises(Missing):
            act(eve, own)
    viewing.save_view(by=ann, name="Another", filters={})
    with pytest.raises(DomainError) as refused:
        viewing.rename_view(by=ann, view_id=own.pk, name="another")
    assert refused.value.code == "view_exists"
    assert viewing.rename_view(by=make_user(role="editor"), view_id=shared.pk, name="Desk").name == "Desk"
    viewing.set_default_view(by=ann, view_id=shared.pk)
    viewing.delete_view(by=eve, view_id=shared.pk)
    assert Preference.objects.get(user=ann).default_view is None
    assert SavedView.objects.filter(owner=ann).count() == 2


def test_next_for_me_out_of_a_view_is_its_most_pressing_that_i_may_take(ann: User, eve: User) -> None:
    version = make_article_version()
    dams = tagging.add_tag(by=eve, name="Dams")
    make_claim(version, priority=99)
    mine = make_claim(version, priority=95, state=State.IN_CROSS_CHECK, author=ann)
    checked = make_claim(version, priority=60, state=State.IN_CROSS_CHECK)
    high, low = make_claim(version, priority=60), make_claim(version, priority=20)
    for claim in (mine, checked, high, low):
        tagging.tag_claim(by=eve, claim_id=claim.pk, add=["Dams"])
    within = Filters(tag=dams, state="queued", reader=ann)
    taken = [assigning.take_next(by=ann, within=within) for _ in range(4)]
    assert [one and one.claim_id for one in taken] == [checked.pk, high.pk, low.pk, None]
    assert ClaimState.objects.get(pk=high.pk).state == State.IN_REVIEW
    assert ClaimState.objects.get(pk=checked.pk).state == State.IN_CROSS_CHECK
    assert AuditEvent.objects.filter(claim=high).latest("pk").after == {"state": "in_review", "version": 3}


@pytest.mark.django_db(transaction=True)
def test_no_claim_of_a_view_is_handed_out_twice() -> None:
    version = make_article_version()
    claims = {make_claim(version, priority=50 + n).pk for n in range(12)}
    make_claim(version, priority=10)
    people = [make_user(role="reviewer") for _ in range(6)]

    def take(user: User) -> list[int]:
        try:
            taken = [assigning.take_next(by=user, within=Filters(score=0.5)) for _ in range(2)]
        finally:
            connection.close()
        return [one.claim_id for one in taken if one]

    with ThreadPoolExecutor(6) as pool:
        out = [pk for taken in pool.map(take, people) for pk in taken]
    assert len(out) == 12
    assert set(out) == claims


def listed(**filters: object) -> set[int]:
    from claims import queries

    return {row.case.pk for row in queries.claim_page(Filters(**filters)).rows}


def test_lists_are_narrowed_by_tag_score_age_and_what_is_mine(ann: User, eve: User) -> None:
    set_desk(min_evidence=0)
    version = make_article_version()
    tag = tagging.add_tag(by=eve, name="Dams")
    plain, scored = make_claim(version, priority=30), make_claim(version, priority=90)
    tagging.tag_claim(by=eve, claim_id=plain.pk, add=["Dams"])
    assert listed(tag=tag, state="queued") == {plain.pk}
    assert listed(score=0.9) == {scored.pk}
    assert listed(older_than=timedelta(hours=24)) == set()
    ClaimState.objects.filter(pk=scored.pk).update(entered_at=timezone.now() - timedelta(hours=30))
    assert listed(older_than=timedelta(hours=24), state="queued") == {scored.pk}
    assigning.take_claim(by=ann, claim_id=plain.pk)
    assert listed(mine="assigned", reader=ann) == {plain.pk}
    own = make_claim(version, state=State.IN_CROSS_CHECK, author=ann)
    free = make_claim(version, state=State.IN_CROSS_CHECK)
    theirs = make_claim(version, state=State.IN_CROSS_CHECK)
    assigning.take_claim(by=eve, claim_id=theirs.pk)
    voted, open_ = (make_claim(version, state=State.IN_VOTE, author=ann) for _ in range(2))
    set_desk(quorum=2)
    seconding.vote_claim(by=eve, claim_id=voted.pk)
    assert listed(mine="authored", reader=ann) == {own.pk, voted.pk, open_.pk}
    assert listed(mine="waiting", reader=ann) == {free.pk}
    assert listed(mine="waiting", reader=eve) == {own.pk, free.pk, theirs.pk, open_.pk}
    assert listed(mine="waiting", reader=make_user(role="viewer")) == set()
