"""MinHash signatures of texts, cut into bands that an index can look up.

A. Broder, "On the resemblance and containment of documents" (1997); bands after Leskovec, Rajaraman and Ullman, "Mining
of Massive Datasets", ch. 3.4. Two texts of resemblance J (the share of their word 3-shingles that both have) agree in
a row with probability J, so in at least one of 64 bands of two rows with 1 - (1 - J²)^64: 0.998 for J = 0.3, which is
what a copy cut to a third has. (The split that datasketch computes for that threshold, 37 bands of three rows, finds
64 % of them.) Strangers hardly ever have more than J = 0.01: one pair in 150 of such is looked at in vain.
"""

import hashlib
import importlib.util
import struct
import sys
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

from .words import shingles, split_words

SHINGLE_WORDS = 3
PERMUTATIONS = 128
BANDS = 64
ROWS = PERMUTATIONS // BANDS
FEWEST_WORDS = 30  # what is shorter has no signature worth having
SIGNATURE_BYTES = 4 * PERMUTATIONS


def signature_of(text: str) -> bytes | None:
    """The MinHash of `text` as 128 unsigned 32-bit numbers, little-endian; None for fewer than FEWEST_WORDS words.

    The same text has the same signature on every machine: permutations and hashes are fixed by the seed and the scheme.
    """
    words = split_words(text)
    if len(words) < FEWEST_WORDS:
        return None
    minhash = _empty_minhash()
    minhash.update_batch({shingle.encode() for shingle in shingles(words, SHINGLE_WORDS)})
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def band_keys(signature: bytes) -> list[int]:
    """One signed 64-bit number a band: its place and its rows, hashed. Texts that share one may be alike."""
    width = 4 * ROWS
    return [
        struct.unpack(
            "<q", hashlib.blake2b(signature[at : at + width], digest_size=8, salt=_salt(at)).digest()
        )[0]
        for at in range(0, len(signature), width)
    ]


def resemblance(one: bytes, other: bytes) -> float:
    """How much of both texts together is in both, 0 to 1, estimated (standard error at most 0.044)."""
    return resemblances(one, [other])[0]


def resemblances(one: bytes, others: Sequence[bytes]) -> list[float]:
    """`resemblance` to each of `others`."""
    import numpy as np  # a worker's, never a web process's

    rows = np.frombuffer(b"".join(others), "<u4").reshape(len(others), PERMUTATIONS)
    same = (rows == np.frombuffer(one, "<u4")).sum(axis=1)
    return [int(n) / PERMUTATIONS for n in same]


def _salt(place: int) -> bytes:
    return place.to_bytes(2, "little")


@cache
def _prototype() -> Any:
    return _minhash_module().MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32")


def _empty_minhash() -> Any:
    """A MinHash of nothing. Its permutations, which take longest to make, are made once."""
    return _prototype().copy()


def _minhash_module() -> ModuleType:
    """datasketch.minhash alone: the package's own `__init__` imports scipy, which is 64 MiB and half a second."""
    if "datasketch" in sys.modules:
        return importlib.import_module("datasketch.minhash")
    spec = importlib.util.find_spec("datasketch")
    assert spec is not None, "datasketch is a dependency"
    sys.modules["datasketch"] = importlib.util.module_from_spec(spec)  # found, not run
    try:
        return importlib.import_module("datasketch.minhash")
    finally:
        del sys.modules["datasketch"]
