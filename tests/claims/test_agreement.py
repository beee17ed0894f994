"""Krippendorff's alpha against its author's worked examples, and what editors see of it."""

from collections import Counter
from typing import Any

import pytest
from django.test import Client

from claims.agreeing import nominal_alpha, ordinal_alpha
from claims.agreement import FEW, agreement, agreement_view
from claims.models import ClaimState, CrossCheck
from claims.services import seconding, undoing
from claims.services.reviewing import Judgement, record_review
from factcheck.models import User
from tests.factories import make_claim, make_user, set_desk

# Krippendorff (2011): section A, binary data of two observers; B, nominal; C, four observers and missing values.
MEG_OWEN = ["0100000010", "1110010000"]
BEN_GERRY = ["aabbdcccedda", "babbbccceddd"]
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def units(observers: list[str]) -> Any:
    return Counter(
        tuple(value for value in unit if value != ".") for unit in zip(*observers, strict=True)
    ).items()


@pytest.mark.parametrize(("observers", "alpha"), [(MEG_OWEN, 0.095), (BEN_GERRY, 0.692), (FOUR, 0.743)])
def test_nominal_alpha_is_that_of_the_published_examples(observers: list[str], alpha: float) -> None:
    assert nominal_alpha(units(observers)) == pytest.approx(alpha, abs=0.0005)


def test_ordinal_alpha_is_that_of_the_published_example() -> None:
    assert ordinal_alpha(units(FOUR), "12345") == pytest.approx(0.815, abs=0.0005)
    assert ordinal_alpha(units(FOUR), "54321") == pytest.approx(0.815, abs=0.0005)


def test_the_ends_of_the_scale() -> None:
    alike = [(("a", "a"), 3), (("b", "b"), 4)]
    assert nominal_alpha(alike) == ordinal_alpha(alike, "ab") == 1
    assert (nominal_alpha([(("a", "b"), 5)]) or 0) < 0
    for undefined in ([], [(("a",), 9)], [(("a", "a"), 9)]):  # nothing judged twice, or nothing told apart
        assert nominal_alpha(undefined) is None
        assert ordinal_alpha(undefined, "ab") is None
    with pytest.raises(ValueError, match="not on the scale: \\['c'\\]"):
        ordinal_alpha([(("a", "c"), 1)], "ab")


def test_on_a_scale_near_counts_for_more_than_far() -> None:
    near, far = (
        ordinal_alpha([(("1", "1"), 5), (("5", "5"), 5), (("3", "3"), 5), (pair, 3)], "12345")
        for pair in (("4", "5"), ("1", "5"))
    )
    assert near is not None
    assert far is not None
    assert near > far


def test_a_verdict_off_the_scale_is_left_out_of_the_order_only() -> None:
    one = agreement(
        "veracity", Counter({("true", "true"): 2, ("false", "false"): 1, ("true", "unproven"): 1})
    )
    assert (one.judged, one.same, one.scored, one.ordinal, one.is_few) == (4, 3, 3, 1.0, True)
    assert one.alpha is not None
    assert one.alpha < 1
    many = agreement("attribution", Counter({("confirmed", "confirmed"): FEW}))
    assert (many.alpha, many.ordinal, many.is_few, many.share) == (None, None, False, 1.0)


# ---- On the desk --------------------------------------------------------------------------------------


def checked(author: User, checker: User, one: str, other: str) -> int:
    claim = make_claim(form="own-voice")
    record_review(by=author, claim_id=claim.pk, expected_version=1, judgements=[Judgement(one)], submit=True)
    version = ClaimState.objects.get(pk=claim.pk).version
    seconding.cross_check(
        by=checker, claim_id=claim.pk, expected_version=version, judgements=[Judgement(other)]
    )
    return claim.pk


@pytest.fixture
def people(db: None) -> tuple[User, User, User]:
    set_desk(min_evidence=0)
    ann, ben, eve = make_user("ann", "reviewer"), make_user("ben", "reviewer"), make_user("eve", "editor")
    for author, checker, one, other in (
        (ann, ben, "true", "true"),
        (ben, ann, "false", "false"),
        (ann, ben, "true", "mostly_true"),
        (ann, eve, "unproven", "unproven"),
    ):
        checked(author, checker, one, other)
    undone = checked(ann, ben, "true", "false")
    undoing.undo_move(by=ben, claim_id=undone)
    return ann, ben, eve


def test_what_was_answered_is_counted_per_scale_pair_and_month(
    people: tuple[User, User, User], django_assert_num_queries
) -> None:
    assert CrossCheck.objects.count() == 5
    with django_assert_num_queries(2):  # the answers, the people
        view = agreement_view()
    assert [(line.kind, line.agreement.judged, line.agreement.same) for line in view.scales] == [
        ("veracity", 4, 3)
    ]
    assert [(line.who, line.agreement.judged, line.agreement.scored) for line in view.pairs] == [
        ("ann, ben", 3, 3),
        ("ann, eve", 1, 0),
    ]
    assert [line.agreement.judged for line in view.months] == [4]


def test_editors_see_it_and_take_it_with_them(people: tuple[User, User, User], client: Client) -> None:
    ann, _, eve = people
    client.force_login(ann)
    for address in ("/dashboard/agreement/", "/dashboard/agreement/?as=csv", "/api/v1/stats/agreement/"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "see how far reviewers agree" in refused.content.decode()
    client.force_login(eve)
    html = client.get("/dashboard/agreement/").content.decode()
    assert "ann, ben" in html
    assert "few" in html
    response = client.get("/dashboard/agreement/?as=csv&chart=pairs")
    assert response["Content-Type"].startswith("text/csv")
    assert response.content.decode().splitlines()[0].startswith("pair,scale,judged,same")


def test_a_desk_without_a_cross_check_is_told_so(client: Client, db: None) -> None:
    client.force_login(make_user("eve", "editor"))
    assert "Nothing to measure yet" in client.get("/dashboard/agreement/").content.decode()
