"""One wire story end to end: whose claim is it, and through whom did it come?"""

from pathlib import Path

import pytest

from claims.extraction import ExtractedClaim, Extraction, claim_text, extract
from tests.extraction.stories import WIRE_STORY

SEED = Path(__file__).resolve().parents[2].parent / "shared" / "seed" / "trend-wire-story.txt"


def path_of(claim: ExtractedClaim) -> list[tuple[str, str]]:
    return [(hop.name, hop.role) for hop in claim.chain]


def assert_tells(
    text: str, found: Extraction, *, speaker: str, hops: list[tuple[str, str]], remark: str, history: str
) -> None:
    """Every attributed claim is the speaker's but the interviewer's; the end is the outlet's own voice."""
    outlet = hops[-1][0]
    attributed = [claim for claim in found.claims if claim.form != "own-voice"]
    unnamed = [claim for claim in attributed if claim.speaker_kind == "unnamed"]
    assert [remark in claim_text(text, claim) for claim in unnamed] == [True]
    assert {claim.speaker for claim in attributed if claim not in unnamed} == {speaker}
    assert {claim.speaker_kind for claim in attributed if claim not in unnamed} == {"person"}
    assert [path_of(claim) for claim in attributed] == [hops] * len(attributed)

    own = [claim for claim in found.claims if claim.form == "own-voice"]
    told = text.index(history)
    assert {claim.speaker for claim in own} == {outlet}
    assert [path_of(claim) for claim in own] == [[hops[-1]]] * len(own)
    assert all(claim.content[0][0] >= told and claim.checkable for claim in own)
    assert all(claim.content[0][0] < told for claim in attributed)


def test_a_wire_story_of_our_own() -> None:
    text = WIRE_STORY.text
    found = extract(text, outlet=WIRE_STORY.outlet)
    hops = [("VTK TV", "medium"), ("NORDPRESS", "relay"), ("Halden Daily", "publisher")]
    assert_tells(
        text, found, speaker="Marek Tollan", hops=hops, remark="allegedly failed to send Sundria the water",
        history="Following over two months",
    )  # fmt: skip
    attributed = [claim_text(text, claim) for claim in found.claims if claim.form != "own-voice"]
    assert attributed == [
        "Claims of a broken promise over Lake Orsa - groundless",
        "Claims that Velmark broke a promise to Sundria over the water of Lake Orsa are entirely groundless",
        '"Claims against Velmark are entirely groundless,"',
        (
            "the country allegedly failed to send Sundria the water it had promised, and some Sundrians regard Velmark's "
            "position as a breach of trust"
        ),
        "Velmark counts both Halden Chancellor Ilse Marn and Sundrian Prime Minister Pavo Reth among its partners",
        (
            "the Orsa Commission of the League of Northern States (LNS) drafted rules for sharing the lake, the adoption "
            "of which six years ago would have prevented the drought"
        ),
        (
            "the closing of the dams was preceded by ‘long years of efforts by the Orsa Commission and, above all, Velmark "
            "to propose some rules for the lake's use.’"
        ),
        (
            '"These rules were written, they are known to everyone at the table, but, sadly, they were never applied for '
            'one reason or another,"'
        ),
    ]
    assert sum(claim.form == "own-voice" for claim in found.claims) == 7
    lead = found.claims[1]
    cited = next(hop for hop in lead.chain if hop.role == "relay")
    assert cited.span is not None and text[slice(*cited.span)] == "NORDPRESS"
    assert cited.cue is not None and text[slice(*cited.cue)] == "citing"


@pytest.mark.skipif(not SEED.exists(), reason="the seed story lies beside the repository, not in it")
def test_the_seed_story() -> None:
    text = SEED.read_text(encoding="utf-8")
    hops = [("RT TV", "medium"), ("TASS", "relay"), ("Trend", "publisher")]
    assert_tells(
        text, extract(text, outlet="Trend"), speaker="Dmitry Peskov", hops=hops,
        remark="didn’t significantly support Armenia", history="Following over a month",
    )  # fmt: skip
