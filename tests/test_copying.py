"""Rows made and stored in bulk are those that the models would make."""

import pytest
from django.utils import timezone

from articles.models import Article, ArticleVersion, ImportItem
from claims.models import Claim, ClaimState
from factcheck.lib.copying import copy_columns, maker_of, take_keys
from tests.factories import make_article_version


@pytest.mark.parametrize("model", [Article, ArticleVersion, ImportItem])
def test_a_maker_makes_what_the_model_makes(model) -> None:
    made, usual = maker_of(model)(id=7), model(id=7)
    names = [field.attname for field in model._meta.concrete_fields if not field.generated]
    assert {name: getattr(made, name) for name in names} == {name: getattr(usual, name) for name in names}
    assert made._state.adding


def test_what_a_maker_makes_shares_nothing_and_knows_its_attributes() -> None:
    make = maker_of(ImportItem)
    one, other = make(), make()
    one.timings["waited"] = 1
    assert other.timings == {}
    with pytest.raises(AssertionError, match="no such attribute"):
        make(colour="red")


@pytest.mark.django_db
def test_columns_left_out_are_as_the_model_has_them() -> None:
    outlet = make_article_version("A text.").article.outlet
    [key] = take_keys(Claim, 1)
    began = timezone.now()
    copy_columns(
        Claim,
        ("id", "text", "checkable", "reasons", "score"),
        [(key, 'It said "no",\tand\nleft\\ .', True, ["figure", 'a "quoted", one'], 0.5)],
    )
    copy_columns(
        ClaimState, ("claim_id", "outlet_id", "form", "checkable"), [(key, outlet.pk, "direct", True)]
    )
    claim = Claim.objects.get(pk=key)
    assert (claim.text, claim.reasons) == ('It said "no",\tand\nleft\\ .', ["figure", 'a "quoted", one'])
    assert (claim.language, claim.speaker) == ("", None)
    assert began <= claim.created_at <= timezone.now()
    case, usual = claim.case, ClaimState(claim=claim, outlet=outlet, form="direct", checkable=True)
    for name in ("state", "version", "priority", "veracity", "round", "edited", "held_from", "due_at"):
        field = ClaimState._meta.get_field(name)
        assert getattr(case, name) == (
            getattr(field.db_default, "value", field.db_default)
            if field.has_db_default()
            else getattr(usual, name)
        )
