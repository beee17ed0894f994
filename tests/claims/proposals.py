"""A text, and extractors that read in it what a test says they read."""

from typing import Any

import pytest

from articles.models import ArticleVersion
from claims import extraction
from claims.choices import RunState
from claims.extraction.types import ExtractedClaim, Extraction, Hop
from claims.models import (
    Claim,
    ExtractionProposal,
    ExtractionRun,
)
from claims.services import extracting, proposing
from factcheck.lib.errors import Conflict
from tests.factories import find

TEXT = (
    "The old dam holds twice the water it was built for, Mira Tolland said on Tuesday.\n\n"
    "“It was last inspected eleven years ago,” the mayor told Northern Wire.\n\n"
    "The dam was finished in 1954.\n\n"
    "A new one would cost 40 million, according to a survey.\n"
)
PUBLISHER = Hop("Lakeside Post", "publisher", confidence=1.0, decided_by="publisher")
WIRE = Hop("Northern Wire", "medium", span=find(TEXT, "Northern Wire"), cue=find(TEXT, "told"))


def item(content: str, source: str = "", cue: str = "", **fields: Any) -> ExtractedClaim:
    given: dict[str, Any] = {
        "content": (find(TEXT, content),),
        "source": (find(TEXT, source),) if source else (),
        "cue": (find(TEXT, cue),) if cue else (),
        "form": "indirect",
        "speaker": "Mira Tolland",
        "speaker_kind": "person",
        "chain": (PUBLISHER,),
        "checkable": True,
        "reasons": ("factual",),
        "score": 0.5,
        "confidence": 0.8,
        "decided_by": "said",
        "speaker_confidence": 0.8,
        "speaker_by": "two-word-name",
    }
    return ExtractedClaim(**(given | fields))


HOLDS = item("The old dam holds twice the water it was built for", "Mira Tolland", "said")
INSPECTED = item(
    "It was last inspected eleven years ago", "the mayor", "told", form="direct", chain=(WIRE, PUBLISHER)
)
FINISHED = item(
    "The dam was finished in 1954",
    form="own-voice", speaker="Lakeside Post", speaker_kind="outlet", decided_by="own-voice", speaker_by="own-voice",
)  # fmt: skip
COST = item(
    "A new one would cost 40 million", "a survey", "according to", speaker="a survey", speaker_kind="unnamed"
)


def read(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, name: str, *items: ExtractedClaim
) -> ExtractionRun:
    """Has the extractor called `name` read the text, and find `items`."""
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "VERSION", name)
        patched.setattr(extraction, "extract", lambda *_, **__: Extraction(items, (), "en", name))
        run = extracting.extract_version(run_id=extracting.request_extraction(version=version).pk)
    assert run is not None
    assert (run.state, run.extractor) == (RunState.DONE, name)
    return run


def the(words: str) -> Claim:
    return Claim.objects.get(text__contains=words)


def proposals(run: ExtractionRun) -> list[tuple[str, str, list[str]]]:
    return [
        (one.kind, (one.found or one.before)["text"][:14], proposing.changes(one))
        for one in run.proposals.order_by("position")
    ]


def only(run: ExtractionRun) -> ExtractionProposal:
    return run.proposals.get()


def refusal(**arguments: Any) -> str:
    with pytest.raises(Conflict) as refused:
        proposing.accept_proposal(**arguments)
    assert refused.value.message.endswith(".")
    assert ExtractionProposal.objects.get(pk=arguments["proposal_id"]).state == "open"
    return refused.value.code
