"""Words to pieces of BERT's uncased vocabulary (Devlin et al. 2018; greedy longest match, Schuster and Nakajima 2012).

Twenty lines of our own rather than a library: the one that is usual brings clients of a model hub along, and an
extractor that promises to ask no network should have none to ask with. A test compares the two.
"""

import re
import unicodedata
from functools import lru_cache

from .encoding import Alphabet

PART = re.compile(r"[^\W_]+|\S")  # BERT parts a word at its marks: "don't" is don, ', t
WIDE = re.compile(
    "([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f])"
)  # and every CJK ideograph from its neighbours
LONGEST = 100  # characters: a longer part is unknown
REMEMBERED = 50_000  # words: a text uses few words often


def read_vocabulary(listing: str) -> Alphabet:
    """The alphabet of a vocabulary, a piece a line. Raises KeyError when its special pieces are missing."""
    ids = {piece: number for number, piece in enumerate(listing.split("\n")) if piece}
    unknown = ids["[UNK]"]

    @lru_cache(maxsize=REMEMBERED)
    def pieces(word: str) -> list[int]:
        found: list[int] = []
        for part in PART.findall(plain(word)):
            found += pieces_of(part, ids, unknown)
        return found or [unknown]

    return Alphabet(pieces, ids["[CLS]"], ids["[SEP]"])


def plain(word: str) -> str:
    """Lower case, without accents, ideographs set apart."""
    decomposed = unicodedata.normalize("NFD", WIDE.sub(r" \1 ", word).lower())
    return "".join(ch for ch in decomposed if unicodedata.category(ch) != "Mn")


def pieces_of(part: str, ids: dict[str, int], unknown: int) -> list[int]:
    """The longest pieces that spell a part, from its beginning on; [unknown] when there are none."""
    if len(part) > LONGEST:
        return [unknown]
    found: list[int] = []
    start = 0
    while start < len(part):
        for end in range(len(part), start, -1):
            piece = ids.get(part[start:end] if start == 0 else "##" + part[start:end])
            if piece is not None:
                break
        else:
            return [unknown]
        found.append(piece)
        start = end
    return found
