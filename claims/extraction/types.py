"""What an extraction is made of. Spans are code points, end-exclusive, into the text as given."""

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Form = Literal["direct", "mixed", "indirect", "own-voice"]
SpeakerKind = Literal["person", "organization", "outlet", "group", "unnamed", ""]
HopRole = Literal["medium", "relay", "publisher"]


@dataclass(frozen=True, slots=True)
class Hop:
    """One step by which a claim reached the page; `span` and `cue` where the text says so, else None.

    `confidence` is 0..1, `decided_by` the step that decided: "stated", "carried-on", "dateline", "publisher".
    """

    name: str
    role: HopRole
    span: Span | None = None
    cue: Span | None = None
    confidence: float = 0.8
    decided_by: str = "stated"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A further statement reported inside a claim's content (first inner level only)."""

    speaker: str
    content: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Attribution:
    """One attribution relation as the text words it, before anybody is resolved to a name.

    `confidence` is the probability that its source and content are right.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class ExtractedClaim:
    """One claim: what is said, by whom, and through whom it reached the page.

    `content` is never empty; the spans of each role are sorted and do not overlap. `speaker` is ""
    when the text leaves open who it is. `chain` runs from the speaker to the publisher, who is
    always last. `reasons` are keys of `REASONS`; `score` (worth checking) and the confidences are 0..1.
    Who speaks has a confidence and a deciding step of its own: a claim may be cut right and given to the
    wrong person. `confidence` is that of both together.
    """

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    form: Form
    speaker: str
    speaker_kind: SpeakerKind
    chain: tuple[Hop, ...]
    checkable: bool
    reasons: tuple[str, ...]
    score: float
    confidence: float
    decided_by: str
    speaker_confidence: float
    speaker_by: str
    embedded: Embedded | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one text. `skipped` is "" or a key of `SKIPPED`: why nothing was extracted."""

    claims: tuple[ExtractedClaim, ...]
    attributions: tuple[Attribution, ...]
    language: str
    version: str
    skipped: str = ""
