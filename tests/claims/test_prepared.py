"""Querysets compiled once: the rows are those of the queryset itself, whatever the keys, and one query each."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from claims.models import Appearance, Claim, Span
from factcheck.lib.prepared import Prepared
from tests.factories import make_claim, make_story_claim

pytestmark = pytest.mark.django_db


def of_claim(claim: int, other: int):
    spans = Span.objects.filter(appearance=OuterRef("pk"))
    return (
        Appearance.objects.filter(Q(claim=claim) | Q(claim=other))
        .annotate(has_spans=Exists(spans))
        .select_related("claim__speaker", "version__article__outlet")
        .order_by("pk")
    )


def test_its_rows_are_those_of_the_queryset_for_any_keys(django_assert_num_queries) -> None:
    claims = [make_story_claim(), make_claim(), make_claim()]
    prepared, values = (
        Prepared(of_claim),
        Prepared(lambda claim: Claim.objects.filter(pk=claim).values_list("text", "speaker__name")),
    )
    for first, second in ((0, 1), (1, 2), (2, 0), (1, 1), (0, 2)):
        keys = claims[first].pk, claims[second].pk
        with django_assert_num_queries(1):
            found = prepared(*keys)
        wanted = list(of_claim(*keys))
        assert found == wanted
        assert [one.__dict__.keys() for one in found] == [one.__dict__.keys() for one in wanted]
        assert [(one.has_spans, one.claim.text, str(one.version.article.outlet)) for one in found] == [
            (one.has_spans, one.claim.text, str(one.version.article.outlet)) for one in wanted
        ]
        assert values(keys[0]) == [(claims[first].text, getattr(claims[first].speaker, "name", None))]
    assert prepared(0, 0) == []
    assert prepared(2**40, -7) == []


def test_a_key_that_is_nowhere_in_the_query_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="in no place"):
        Prepared(lambda claim: Claim.objects.all())(1)


@pytest.mark.django_db(transaction=True)
def test_threads_share_it_each_on_its_own_connection() -> None:
    claims = [make_claim().pk for _ in range(4)]
    prepared = Prepared(lambda claim: Claim.objects.filter(pk=claim))

    def ask(claim: int) -> bool:
        try:
            return all([one.pk for one in prepared(claim)] == [claim] for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, claims))
