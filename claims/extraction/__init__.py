"""Claims of a news text: what is said, by whom, and through whom it reached the page.

Pure: no Django, no network, no files but its own word lists. `extract` never raises on any text.
"""

from datetime import date, datetime

from .checkworthy import REASONS
from .language import detect_language
from .lexicon import lexicon
from .pipeline import SKIPPED, VERSION, run
from .plaintext import without_markup
from .pointing import pronoun_candidate
from .reading import ModelError, model
from .types import Attribution, Embedded, ExtractedClaim, Extraction, Hop, Span

__all__ = [
    "REASONS",
    "SKIPPED",
    "VERSION",
    "Attribution",
    "Embedded",
    "ExtractedClaim",
    "Extraction",
    "Hop",
    "ModelError",
    "Span",
    "check_worthiness",
    "claim_text",
    "detect_language",
    "extract",
    "load",
    "pronoun_candidate",
]


def extract(
    text: str, *, outlet: str, title: str = "", published: date | datetime | str | None = None
) -> Extraction:
    """All claims of `text`, published by `outlet`. Spans are code points into `text` as given."""
    return run(text, outlet=outlet, title=title, published=published)


def load() -> str:
    """Read the model and the word lists; gives the extractor's version.

    Raises ModelError, an OSError, when the model is missing or damaged, OSError when a word list is missing.
    """
    from .nouns import organization_words, role_words
    from .ranking import pronoun_weights

    model()
    lexicon()
    pronoun_weights()
    role_words()
    organization_words()
    return VERSION


def check_worthiness(sentences: list[str]) -> list[float]:
    """How worth checking each sentence is by itself, 0..1. Raises ModelError."""
    loaded = model()
    return [loaded.worth_checking(loaded.read(" ".join(sentence.split())).check) for sentence in sentences]


def claim_text(text: str, claim: ExtractedClaim) -> str:
    """A claim's words on one line, " … " where its content is discontinuous."""
    return " … ".join(" ".join(without_markup(text[start:end]).split()) for start, end in claim.content)
