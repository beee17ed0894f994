"""Passes over the data: the losses, the schedule, a running average of the weights, checkpoints."""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from claims.extraction.decoding import TAGS
from claims.extraction.training.data import NONE, Attributions, Checks, Example, batches, tensors
from claims.extraction.training.network import Tagger

WARM_UP = 60  # steps
LINKS = 0.15  # weight of the two link losses beside the tags
CHECKS = 0.3  # weight of the check-worthiness loss
AVERAGED = 0.995  # decay of the running average of the weights, a step


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a training run is made of; kept beside its weights."""

    seed: int = 1
    passes: int = 4
    rate: float = 3e-4  # of the encoder's weights
    head_rate: float = 1e-3
    pieces: int = 2048  # a step
    frozen: int = 0  # blocks that stay as the base has them
    soften: float = 0.0  # share of a teacher's judgement in the tag loss
    checks: bool = True
    checkpoint_seconds: float = 300.0


class Average:
    """An exponential running average of weights, which generalizes better than the last step's."""

    def __init__(self, model: nn.Module) -> None:
        self.held = {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}
        self.steps = 0

    def update(self, model: nn.Module) -> None:
        self.steps += 1
        decay = min(AVERAGED, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in self.held:
                    self.held[name].lerp_(parameter, 1 - decay)

    def put_into(self, model: nn.Module) -> None:
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in self.held:
                    parameter.copy_(self.held[name])


def learn(
    model: Tagger,
    attributions: Attributions,
    checks: Checks | None,
    recipe: Recipe,
    *,
    padding: int,
    checkpoint: Path,
    device: str = "cpu",
    tell: Callable[[str], None] = print,
) -> None:
    """Train `model` in place; its weights are the running average in the end.

    Goes on from `checkpoint` when there is one, at the step it was written, with the same order of examples.
    """
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    freeze(model, recipe.frozen)
    model.to(device).train()
    body = [
        p
        for n, p in model.named_parameters()
        if p.requires_grad and n.startswith(("blocks", "norm", "relative"))
    ]
    heads = [
        p
        for n, p in model.named_parameters()
        if p.requires_grad and not n.startswith(("blocks", "norm", "relative"))
    ]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}],
        weight_decay=0.01,
        fused=True,
    )
    average = Average(model)
    done = resume(checkpoint, model, optimizer, average, recipe)
    rates = (recipe.rate, recipe.head_rate)
    step, total, saved, began = 0, 0, time.monotonic(), time.monotonic()
    for number in range(recipe.passes):
        lost = 0.0
        steps = pass_batches(attributions, checks, recipe, number)
        total = total or recipe.passes * len(steps)
        for n, batch in enumerate(steps):
            step += 1
            if step <= done:
                continue
            share = min(1.0, step / WARM_UP) * max(0.02, 1 - step / total)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * share
            loss = step_loss(model, batch, recipe, padding, device)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimizer.step()
            average.update(model)
            lost += loss.item()
            if n % 50 == 0:
                tell(
                    f"pass {number} {n}/{len(steps)} loss {lost / (n + 1):.4f} {time.monotonic() - began:.0f} s"
                )
            if time.monotonic() - saved > recipe.checkpoint_seconds:
                save(checkpoint, model, optimizer, average, recipe, step)
                saved = time.monotonic()
    average.put_into(model)
    model.eval()


def pass_batches(
    attributions: Attributions, checks: Checks | None, recipe: Recipe, number: int
) -> list[list[Example]]:
    """The batches of one pass, the same for the same seed; every other pass learns check-worthiness too."""
    chance = random.Random(1000 * recipe.seed + number)  # noqa: S311 - an order, no secret
    result = batches(attributions.examples(chance), pieces=recipe.pieces, chance=chance)
    if checks is not None:
        extra = batches(checks.examples(chance), pieces=recipe.pieces, chance=chance)
        result += extra[: len(extra) // 2] if number % 2 == 0 else extra[len(extra) // 2 :]
        chance.shuffle(result)
    return result


def step_loss(model: Tagger, batch: list[Example], recipe: Recipe, padding: int, device: str) -> Tensor:
    given = {name: value.to(device) for name, value in tensors(batch, padding).items()}
    with torch.autocast(device, dtype=torch.bfloat16):
        tags, source, cue, check = model(given["ids"], given["mask"], given["features"], given["annotator"])
    if batch[0].checks is not None:
        return CHECKS * check_loss(check.float(), batch)
    loss = tag_loss(tags.float(), given, recipe.soften)
    away = ((1 - given["mask"]) * -1e4)[:, None, :]
    for scores, wanted in ((source, given["source"]), (cue, given["cue"])):
        if (wanted != NONE).any():
            flat = (scores.float() + away).reshape(-1, scores.shape[-1])
            loss = loss + LINKS * functional.cross_entropy(flat, wanted.reshape(-1), ignore_index=NONE)
    return loss


def tag_loss(tags: Tensor, given: dict[str, Tensor], soften: float) -> Tensor:
    """Cross-entropy with the annotated tags, mixed with that of a teacher's probabilities (Hinton et al. 2015)."""
    wanted = given["tags"].reshape(-1)
    hard = functional.cross_entropy(tags.reshape(-1, len(TAGS)), wanted, ignore_index=NONE)
    if "soft" not in given or not soften:
        return hard
    at = (wanted != NONE).nonzero()[:, 0]
    mine = tags.reshape(-1, len(TAGS))[at].log_softmax(-1)
    theirs = given["soft"].reshape(-1, len(TAGS))[at].exp()
    return (1 - soften) * hard - soften * (theirs * mine).sum(-1).mean()


def check_loss(check: Tensor, batch: list[Example]) -> Tensor:
    """A sentence's scores are the mean of its words'."""
    scores, wanted = [], []
    for row, example in enumerate(batch):
        assert example.sentences is not None
        assert example.checks is not None
        belongs = torch.tensor(example.sentences, device=check.device)
        for number, label in enumerate(example.checks):
            at = (belongs == number).nonzero()[:, 0]
            if len(at):
                scores.append(check[row, at].mean(0))
                wanted.append(label)
    return functional.cross_entropy(torch.stack(scores), torch.tensor(wanted, device=check.device))


def freeze(model: Tagger, blocks: int) -> None:
    """The base's embeddings stay as they are: 840 articles are too few to move words that they do not hold."""
    parts = [model.words, model.positions, *model.blocks[:blocks]]
    if model.relative is not None:
        parts.append(model.relative)
    for part in parts:
        for parameter in part.parameters():
            parameter.requires_grad = False


def save(
    path: Path, model: Tagger, optimizer: torch.optim.Optimizer, average: Average, recipe: Recipe, step: int
) -> None:
    held = {
        "model": model.state_dict(), "optimizer": optimizer.state_dict(), "average": average.held,
        "steps": average.steps, "step": step, "recipe": asdict(recipe), "random": torch.get_rng_state(),
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".part")
    torch.save(held, fresh)
    fresh.replace(path)


def resume(
    path: Path, model: Tagger, optimizer: torch.optim.Optimizer, average: Average, recipe: Recipe
) -> int:
    """The step a checkpoint was written at; 0 when there is none. Raises ValueError when it is another recipe's."""
    if not path.exists():
        return 0
    held = torch.load(path, weights_only=True)
    if held["recipe"] != asdict(recipe):
        raise ValueError(f"{path} was written by another recipe; remove it to start afresh.")
    model.load_state_dict(held["model"])
    optimizer.load_state_dict(held["optimizer"])
    average.held, average.steps = held["average"], held["steps"]
    torch.set_rng_state(held["random"])
    step: int = held["step"]
    return step
