"""Querysets compiled once: the rows are those of the queryset itself, whatever the keys, and one query each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from articles.models import ImportItem, ImportJob
from claims.models import Appearance, Claim, Span
from factcheck.lib.prepared import Prepared, PreparedUpdate
from factcheck.models import User
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


def test_an_update_writes_what_it_is_given_each_time(django_assert_num_queries) -> None:
    job = ImportJob.objects.create(created_by=User.objects.create_user("ana"), total=3)
    items = [
        ImportItem.objects.create(
            job=job, position=n, kind="url", url="https://a.example/", queued_at=timezone.now()
        )
        for n in (1, 2, 3)
    ]
    begun = PreparedUpdate(
        lambda item, now, attempts, timings, code: (
            ImportItem.objects.filter(pk=item, state="queued", queued_at__lte=now),
            {
                "queued_at": now,
                "attempts": F("attempts") + attempts,
                "timings": timings,
                "error_code": code,
                "snapshot": None,
            },
        )
    )
    now = timezone.now()
    for item, attempts in ((items[0], 2), (items[1], 31_000 - 30_000), (items[0], 3)):
        with django_assert_num_queries(1):
            assert begun(item.pk, now, attempts, {"waited": attempts}, f"code_{attempts}") == 1
        item.refresh_from_db()
        assert (item.queued_at, item.timings, item.error_code) == (
            now, {"waited": attempts}, f"code_{attempts}",
        )  # fmt: skip
    assert items[0].attempts == 5
    assert begun(items[2].pk, now - timedelta(days=1), 1, {}, "") == 0
    items[2].refresh_from_db()
    assert items[2].attempts == 0


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
