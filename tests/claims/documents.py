"""Documents that evidence is at: a server of them, and the looks that workers take."""

import zlib
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


def pdf_bomb() -> bytes:
    bomb = zlib.compress(zlib.compress(b" " * 400_000_000, 9), 9)
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (
        len(bomb),
        bomb,
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        stream,
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    data += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start
