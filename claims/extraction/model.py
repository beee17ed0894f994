"""The packaged model: loaded once, checked against its digests, run by ONNX Runtime on one core.

`weights/` holds tagger.onnx, vocabulary.txt and manifest.json; weights/README.md is the model card.
"""

import hashlib
import json
import math
import threading
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decoding import Candidate, Scored, as_spans, choose, log_softmax, word_scores
from .encoding import Alphabet, Words, cut_windows, read_words
from .types import Span
from .wordpiece import read_vocabulary

FOLDER = Path(__file__).with_name("weights")
FILES = ("tagger.onnx", "vocabulary.txt")
OUTPUTS = ("tags", "source", "cue", "check")
REMEDY = "Install the package again, or bring back claims/extraction/weights from its release."


class ModelError(OSError):
    """The model's files are missing or are not what they should be; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Learned:
    """One attribution as the model reads it: spans of the text, and how likely it is right (0..1)."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of a text: its attributions in text order, and scores word by word.

    `tags` (words, 7) are probabilities of the tags of `decoding.TAGS`; `check` (words, 3) are scores of
    check-worthy fact, unimportant fact and no fact, to be averaged over a sentence.
    """

    words: Words
    found: list[Learned]
    tags: NDArray[np.float32]
    check: NDArray[np.float32]

    def numbers(self, spans: Sequence[Span]) -> list[int]:
        """The numbers of the words that begin in some spans."""
        starts = self.words.starts
        return [
            i for start, end in spans for i in range(bisect_left(starts, start), bisect_left(starts, end))
        ]


class Model:
    """The network with its vocabulary and the weights that tell how likely a candidate is right."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Raises ModelError when a file is missing, damaged or another's."""
        manifest = read_manifest(folder)
        held = {name: read_checked(folder / name, manifest["sha256"].get(name, "")) for name in FILES}
        try:
            self.version: str = manifest["version"]
            self.size: int = manifest["window"]
            self.eager: list[float] = manifest["eager"]
            self.judge: list[float] = manifest["judge"]
            self.threshold: float = manifest["threshold"]
            self.check: dict[str, list[float]] = manifest["check"]
            self.alphabet = read_vocabulary(held["vocabulary.txt"].decode())
            self.session = start(held["tagger.onnx"])
        except (KeyError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The claim extractor's model in {folder} cannot be used ({error}). {REMEDY}"
            ) from error

    def read(self, text: str) -> Reading:
        """Attributions and scores of a text. Linear in its length; one window at a time."""
        words, scored = run(self.session, self.alphabet, self.size, text)
        chosen = choose(words, scored, self.eager, self.judge, self.threshold)
        return Reading(
            words,
            [as_learned(words, item, likely) for likely, item in chosen],
            np.exp(word_scores(words, scored, "tags")),
            word_scores(words, scored, "check"),
        )

    def checks(self, scores: NDArray[np.float32]) -> tuple[float, float]:
        """(how likely some words are worth checking, how likely they state a fact), from their `check` scores."""
        if not len(scores):
            return 0.0, 0.0
        mean = scores.mean(0)
        worthy, factual = (
            1 / (1 + math.exp(-(float(np.dot(mean, weights[:-1])) + weights[-1])))
            for weights in (self.check["worthy"], self.check["factual"])
        )
        return worthy, factual


def run(session: Any, alphabet: Alphabet, size: int, text: str) -> tuple[Words, list[Scored]]:
    """The words of a text and the network's scores for them, window by window."""
    words = read_words(text)
    scored: list[Scored] = []
    for window in cut_windows(words, alphabet, size=size):
        given = {"ids": np.array([window.ids], np.int64), "features": np.array([window.features], np.int64)}
        tags, source, cue, check = session.run(OUTPUTS, given)
        scored.append(Scored(window, log_softmax(tags[0]), source[0], cue[0], check[0]))
    return words, scored


def as_learned(words: Words, item: Candidate, likely: float) -> Learned:
    content = [i for piece in item.content for i in piece]
    return Learned(
        tuple(as_spans(words, item.source)),
        tuple(as_spans(words, item.cue)),
        tuple(as_spans(words, content)),
        round(likely, 3),
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(
            f"The claim extractor's model is missing: {folder}/manifest.json. {REMEDY}"
        ) from error
    except ValueError as error:
        raise ModelError(
            f"The claim extractor's model is damaged: {folder}/manifest.json. {REMEDY}"
        ) from error
    return manifest


def read_checked(path: Path, digest: str) -> bytes:
    """A file's bytes. Raises ModelError when they are not those that were released."""
    try:
        held = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The claim extractor's model is missing: {path}. {REMEDY}") from error
    if hashlib.sha256(held).hexdigest() != digest:
        raise ModelError(f"The claim extractor's model is damaged: {path} is not what was released. {REMEDY}")
    return held


def start(graph: bytes) -> Any:
    """An ONNX Runtime session that uses one core and gives memory back."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


_loading = threading.Lock()


def once(make: Callable[[], Model]) -> Callable[[], Model]:
    """`make`, called by one thread only; what it gave is kept, what it raised is not."""
    held = cache(make)

    def locked() -> Model:
        with _loading:
            return held()

    return locked


@once
def model() -> Model:
    """The packaged model. Raises ModelError."""
    return Model()
