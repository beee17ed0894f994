"""An article whose page changes, and extractors that find what a test says they find."""

from collections.abc import Sequence
from typing import Any

import pytest

from articles.models import Article, ArticleVersion
from articles.parsing import ParsedArticle
from articles.services.recording import record_version
from claims import extraction
from claims.choices import RunState
from claims.extraction.types import ExtractedClaim, Extraction, Hop
from claims.models import Appearance, ExtractionRun
from claims.services import extracting
from tests.factories import find, make_outlet

URL = "https://lakeside.example/dam"
TEXT = (
    "The old dam holds twice the water it was built for, Mira Tolland said on Tuesday.\n\n"
    "“It was last inspected eleven years ago,” the mayor told Northern Wire.\n\n"
    "The dam was finished in 1954 by the county.\n\n"
    "A new one would cost 40 million crowns, according to a survey of engineers.\n\n"
    "Fishermen leave the lake in spring, when the water is low and the gates are closed."
)
HOLDS = "The old dam holds twice the water it was built for"
INSPECTED = "It was last inspected eleven years ago"
FINISHED = "The dam was finished in 1954 by the county"
COST = "A new one would cost 40 million crowns"
FISHERMEN = "Fishermen leave the lake in spring"


def item(text: str, content: str, source: str = "", cue: str = "", **fields: Any) -> ExtractedClaim:
    """A claim as an extractor would find it in `text`: Mira Tolland's, published by Lakeside Post, unless said otherwise."""
    given: dict[str, Any] = {
        "content": (find(text, content),),
        "source": (find(text, source),) if source else (),
        "cue": (find(text, cue),) if cue else (),
        "form": "indirect",
        "speaker": "Mira Tolland",
        "speaker_kind": "person",
        "chain": (Hop("Lakeside Post", "publisher", confidence=1.0, decided_by="publisher"),),
        "checkable": True,
        "reasons": ("factual",),
        "score": 0.5,
        "confidence": 0.8,
        "decided_by": "said",
        "speaker_confidence": 0.8,
        "speaker_by": "two-word-name",
    }
    return ExtractedClaim(**(given | fields))


def items_of(text: str, *contents: str) -> list[ExtractedClaim]:
    """What the extractor finds: those of `contents` that stand in the text."""
    return [item(text, content) for content in contents if content in text]


def record(text: str, *, url: str = URL, title: str = "The dam at Lakeside") -> ArticleVersion:
    parsed = ParsedArticle(text=text, title=title, language="en")
    return record_version(outlet=make_outlet("Lakeside Post"), parsed=parsed, url=url)[0]


def read(
    monkeypatch: pytest.MonkeyPatch, version: ArticleVersion, items: Sequence[ExtractedClaim]
) -> ExtractionRun:
    """Has the text read by an extractor that finds `items` in it."""
    with monkeypatch.context() as patched:
        patched.setattr(extraction, "extract", lambda *_, **__: Extraction(tuple(items), (), "en", "test"))
        run = extracting.extract_version(run_id=ExtractionRun.objects.get(version=version).pk)
    assert run is not None
    assert (run.state, run.error_message) == (RunState.DONE, "")
    return run


ALL = (HOLDS, INSPECTED, FINISHED, COST, FISHERMEN)


def publish(monkeypatch: pytest.MonkeyPatch, text: str, *contents: str) -> ArticleVersion:
    """A text as the article's next version, read for `contents` (by default, those of TEXT that it has)."""
    version = record(text)
    read(monkeypatch, version, items_of(text, *(contents or ALL)))
    return version


def anchored(version: ArticleVersion) -> list[tuple[str, str, str]]:
    """Per appearance, in the text's order: how it was found again, its words, and what its claim is."""
    rows = Appearance.objects.filter(version=version).select_related("claim").order_by("position")
    return [(one.anchoring, words(one), one.claim.text) for one in rows]


def words(appearance: Appearance) -> str:
    text = appearance.version.text
    return " … ".join(
        text[one.start : one.end] for one in appearance.spans.filter(role="content").order_by("start")
    )


def the_article() -> Article:
    return Article.objects.get()
