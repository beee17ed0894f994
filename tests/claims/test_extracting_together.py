"""Two workers at two versions of one article."""

import threading

import pytest
from django.db import connections, transaction

from claims.models import Appearance, Claim
from claims.services.extracting import extract_version, request_extraction
from tests.factories import make_article_version, make_outlet, make_speaker

pytestmark = pytest.mark.django_db(transaction=True)


def test_claims_that_two_versions_share_are_the_same_claims_even_when_both_are_read_at_once() -> None:
    outlet = make_outlet("Lakeside Post")
    make_speaker("Lakeside Post", kind="outlet", outlet=outlet)  # or one worker would wait for the other's
    first = make_article_version("The dam was finished in 1954.", outlet=outlet)
    second = make_article_version(
        "The dam was finished in 1954. It is 40 metres high.", article=first.article
    )
    runs = [request_extraction(version=version).pk for version in (first, second)]

    def read_second() -> None:
        try:
            extract_version(run_id=runs[1])
        finally:
            connections.close_all()

    other = threading.Thread(target=read_second)
    with transaction.atomic():
        extract_version(run_id=runs[0])
        other.start()
        other.join(timeout=1)  # as far as it gets before this one is stored
    other.join()
    shared = Claim.objects.get(text="The dam was finished in 1954")
    assert Appearance.objects.filter(claim=shared).count() == 2
