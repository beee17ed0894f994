"""Which language a text is in: English by its function words, others by py3langid."""

from functools import cache
from typing import Any

from .lexicon import words

COMMON = words(
    "the of and to in a is that it was for on with as his he at by this had not are but from or have an they which "
    "were been has their who will its said says would be you i we she her him them there what when if about after"
)
SAMPLE = 6_000  # characters
SURE = 0.7  # probability
ENOUGH = 0.16  # share of English function words in any English prose


@cache
def identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(text: str) -> str:
    """ISO 639-1 code, "und" when there are too few words to tell."""
    sample = text[:SAMPLE].lower().split()
    if not sample:
        return "und"
    share = sum(word.strip(".,;:!?\"'“”()") in COMMON for word in sample) / len(sample)
    if share >= ENOUGH:
        return "en"
    clean = " ".join(sample).encode("utf-8", "ignore").decode("utf-8")
    letters = sum(ch.isalpha() for ch in clean)
    if letters < 20:
        return "und"
    try:
        code, probability = identifier().classify(clean)
    except (ImportError, OSError):
        return "en" if share > 0.05 else "und"
    if probability < SURE:
        return "en" if share > 0.05 else "und"
    return "en" if share > 0.1 and clean.isascii() else str(code)
