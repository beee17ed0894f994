"""The packaged model: loaded once, checked against its digests, run by ONNX Runtime on one core.

`weights/` holds tagger.onnx, vocabulary.txt and manifest.json; weights/README.md is the model card.
"""

import hashlib
import json
import math
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .decoding import TAGS, Candidate, Scored, as_spans, choose, log_softmax, word_scores
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
            self.check: list[float] = manifest["check"]
            self.alphabet = read_vocabulary(held["vocabulary.txt"].decode())
            self.session = start(held["tagger.onnx"])
        except (KeyError, ValueError, RuntimeError) as error:
            raise ModelError(f"The claim extractor's model cannot be used ({error}). {REMEDY}") from error

    def read(self, text: str) -> Reading:
        """Attributions and scores of a text. Linear in its length; one window at a time."""
        words = read_words(text)
        found: list[Learned] = []
        tags, check = [np.zeros((0, len(TAGS)), np.float32)], [np.zeros((0, 3), np.float32)]
        for scored in run(self.session, self.alphabet, self.size, words):
            chosen = choose(words, scored, self.eager, self.judge, self.threshold)
            found += [as_learned(words, item, likely) for likely, item in chosen]
            tags.append(np.exp(word_scores(scored, "tags")))
            check.append(word_scores(scored, "check"))
        return Reading(words, found, np.concatenate(tags), np.concatenate(check))

    def worth_checking(self, scores: NDArray[np.float32]) -> float:
        """How likely somebody who rates sentences would check some words, from their `check` scores."""
        if not len(scores):
            return 0.0
        return 1 / (1 + math.exp(-(float(np.dot(scores.mean(0), self.check[:-1])) + self.check[-1])))


def run(session: Any, alphabet: Alphabet, size: int, words: Words) -> Iterator[Scored]:
    """The network's scores, window by window: a long text's do not stand in memory together."""
    for window in cut_windows(words, alphabet, size=size):
        given = {"ids": np.array([window.ids], np.int64), "features": np.array([window.features], np.int64)}
        tags, source, cue, check = session.run(OUTPUTS, given)
        yield Scored(window, log_softmax(tags[0]), source[0], cue[0], check[0])


def as_learned(words: Words, item: Candidate, likely: float) -> Learned:
    content = [i for piece in item.content for i in piece]
    return Learned(
        tuple(as_spans(words, item.source)),
        tuple(as_spans(words, item.cue)),
        tuple(as_spans(words, content)),
        round(likely, 3),
    )


def packaged_version() -> str:
    """The packaged model's name, without loading it; "no-model" when there is none."""
    try:
        return str(read_manifest(FOLDER).get("version", "no-model"))
    except ModelError:
        return "no-model"


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"The claim extractor's model is missing: manifest.json. {REMEDY}") from error
    except ValueError as error:
        raise ModelError(f"The claim extractor's model is damaged: manifest.json. {REMEDY}") from error
    return manifest


def read_checked(path: Path, digest: str) -> bytes:
    """A file's bytes. Raises ModelError when they are not those that were released."""
    try:
        held = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The claim extractor's model is missing: {path.name}. {REMEDY}") from error
    if hashlib.sha256(held).hexdigest() != digest:
        raise ModelError(
            f"The claim extractor's model is damaged: {path.name} is not what was released. {REMEDY}"
        )
    return held


def start(graph: bytes) -> Any:
    """An ONNX Runtime session that uses one core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        graph, options, providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # the fused operator is several times slower than the two it replaces
    )  # fmt: skip


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
