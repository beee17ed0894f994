"""Whose each statement of a short news passage is, and through whom it came."""

import pytest

from claims.extraction import ExtractedClaim, claim_text, extract
from tests.extraction.more_passages import MORE_PASSAGES
from tests.extraction.passages import LIMITS, PASSAGES, Says

OUTLET = "Harbor Post"
# Strict: a passage that comes out right has to leave the list.
KNOWN_LIMIT = pytest.mark.xfail(strict=True, reason="a construction that is not read yet, see LIMITS")


def find(text: str, wanted: Says) -> ExtractedClaim | None:
    claims = extract(text, outlet=OUTLET).claims
    return next((c for c in claims if c.form != "own-voice" and wanted.words in claim_text(text, c)), None)


def is_named(found: str, wanted: str, kind: str) -> bool:
    """People and organizations by their names; groups and unnamed sources may be worded longer or shorter."""
    return found == wanted or (kind in ("group", "unnamed") and (wanted in found or found in wanted))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param(passage.text, says, id=says.words, marks=[KNOWN_LIMIT] if says.words in LIMITS else [])
        for passage in [*PASSAGES, *MORE_PASSAGES]
        for says in passage.claims
    ],
)
def test_whose_a_statement_is_and_how_it_came(text: str, wanted: Says) -> None:
    claim = find(text, wanted)
    assert claim is not None
    assert claim.speaker_kind == wanted.kind
    assert is_named(claim.speaker, wanted.speaker, wanted.kind), claim.speaker
    *hops, publisher = claim.chain
    assert publisher.name == OUTLET
    assert [hop.role for hop in hops] == [hop.partition(":")[0] for hop in wanted.hops]
    for hop, expected in zip(hops, wanted.hops, strict=True):
        name = expected.partition(":")[2]
        assert name in hop.name or hop.name in name


def test_links_that_are_unsure_are_wrong_more_often() -> None:
    sure: list[bool] = []
    unsure: list[bool] = []
    for passage in [*PASSAGES, *MORE_PASSAGES]:
        for says in passage.claims:
            claim = find(passage.text, says)
            if claim is not None:
                right = claim.speaker_kind == says.kind and is_named(claim.speaker, says.speaker, says.kind)
                (sure if claim.speaker_confidence >= 0.7 else unsure).append(right)
    assert sum(sure) / len(sure) > sum(unsure) / len(unsure)
