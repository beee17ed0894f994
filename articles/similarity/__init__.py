"""Whether two texts tell the same story in the same words: plain Python, no Django, no I/O.

`signature_of` and `band_keys` find texts that may (see `signatures`); `compare` says whether they do, and which has
how much of the other (see `overlaps`).
"""

from .overlaps import FURNITURE_IN, LEAST_SHARE, Compared, Overlap, compare, furniture_of
from .signatures import (
    BANDS,
    FEWEST_WORDS,
    PERMUTATIONS,
    SIGNATURE_BYTES,
    band_keys,
    resemblance,
    resemblances,
    signature_of,
)
from .words import split_words

__all__ = [
    "BANDS",
    "FEWEST_WORDS",
    "FURNITURE_IN",
    "LEAST_SHARE",
    "PERMUTATIONS",
    "SIGNATURE_BYTES",
    "Compared",
    "Overlap",
    "band_keys",
    "compare",
    "furniture_of",
    "resemblance",
    "resemblances",
    "signature_of",
    "split_words",
]
