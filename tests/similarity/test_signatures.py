"""Signatures: the same for ever for the same text, and cheap to come by."""

import hashlib
import subprocess
import sys
from pathlib import Path

from articles.similarity import (
    BANDS,
    SIGNATURE_BYTES,
    band_keys,
    resemblance,
    signature_of,
)
from benchmarks.storytexts import Newsroom

ROOT = Path(__file__).parents[2]
TEXT = " ".join(
    f"The dam number {n} was finished in {1900 + n} and holds {n * 7} times its water." for n in range(9)
)


def test_a_text_has_the_signature_that_is_stored_of_it() -> None:
    """A library that counts otherwise would leave all that is stored unfound: place every text anew before this changes."""
    signature = signature_of(TEXT)
    assert signature is not None
    assert len(signature) == SIGNATURE_BYTES
    assert hashlib.sha256(signature).hexdigest()[:16] == "b3cb5ccba364fc4a"
    assert band_keys(signature)[:2] == [-4475424604031585746, 3114947218235279627]


def test_every_band_is_a_number_that_the_database_takes() -> None:
    signature = signature_of(TEXT)
    assert signature is not None
    keys = band_keys(signature)
    assert len(set(keys)) == BANDS
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_short_texts_have_none() -> None:
    assert signature_of("word " * 29) is None
    assert signature_of("word " * 30) is not None
    assert signature_of("") is None


def test_resemblance_is_about_the_share_that_both_have() -> None:
    newsroom = Newsroom(3)
    one, other = newsroom.article(words=400), newsroom.article(words=400)
    signatures = [signature_of(text) for text in (one, other, f"{one}\n\n{other}")]
    assert all(signatures)
    first, second, both = (bytes(signature or b"") for signature in signatures)
    assert resemblance(first, first) == 1
    assert resemblance(first, second) < 0.15
    assert 0.35 < resemblance(first, both) < 0.65


def test_a_web_process_loads_nothing_for_it_and_a_worker_no_scipy() -> None:
    script = (
        "import sys\n"
        "import articles.similarity as s\n"
        "print('numpy' in sys.modules)\n"
        "s.signature_of('word ' * 40)\n"
        "print('scipy' in sys.modules, 'datasketch' in sys.modules)\n"
        "import datasketch; print(datasketch.MinHashLSH.__name__)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False", "False", "MinHashLSH"]
