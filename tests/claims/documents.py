"""Documents that evidence is at: a server of them, and the looks that workers take."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from articles.models import Snapshot
from articles.services.snapshots import read_snapshot
from claims.models import EvidenceLink, EvidenceWatch
from claims.services import evidence
from claims.services.watching import look_at_document
from factcheck.models import User
from tests.factories import make_claim
from tests.fetching.server import TestServer

PAGE = "<!doctype html><title>Plans</title><p>Built for 40 million cubic metres.</p>"


@pytest.fixture
def server(settings: Any) -> Iterator[TestServer]:
    cache.clear()
    with TestServer() as server:
        settings.FETCH_ALLOW_ADDRESSES = ["127.0.0.1/32"]
        settings.FETCH_ALLOW_PORTS = [server.port]
        yield server
    cache.clear()


def link(rosa: User, url: str = "", **given: Any) -> EvidenceLink:
    claim = given.pop("claim", None) or make_claim()
    return evidence.link_evidence(
        by=rosa, claim_id=claim.pk, **({"url": url} if url else {}), **{"stance": "refutes", **given}
    )


def look(one: EvidenceLink) -> EvidenceWatch:
    """The next look, as its worker has it once it is due."""
    watch = look_at_document(evidence_id=one.evidence_id)
    assert watch is not None, "nothing was due"
    one.refresh_from_db()
    one.evidence.refresh_from_db()
    return watch


def bytes_of(snapshot: Snapshot | None) -> bytes:
    assert snapshot is not None
    return read_snapshot(snapshot)
