"""The network: a BERT or MPNet encoder with heads for tags, links and check-worthiness.

Written out in plain torch, since what is trained is what is exported: no dropout on attention (it costs a
third of a step on a CPU), and one forward pass of standard operators that ONNX knows.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from claims.extraction.decoding import TAGS
from claims.extraction.encoding import FEATURES

LINK = 96  # dimensions in which a cue meets its source, and content its cue
HIDDEN = 256  # of the tag head
FEATURE_OUT = 32  # dimensions of a word's features at the tag head
CHECK = 3  # check-worthy fact, unimportant fact, no fact
ANNOTATORS = 8  # known annotators, and 0 for nobody in particular


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of an encoder, read from the base's config.json."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    family: str  # "bert" or "mpnet"
    epsilon: float

    @classmethod
    def of(cls, base: Path) -> "Shape":
        config = json.loads((base / "config.json").read_text())
        return cls(
            hidden=config["hidden_size"],
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            inner=config["intermediate_size"],
            vocabulary=config["vocab_size"],
            positions=config["max_position_embeddings"],
            family=config["model_type"],
            epsilon=config["layer_norm_eps"],
        )

    @property
    def first_position(self) -> int:
        return 2 if self.family == "mpnet" else 0  # MPNet counts positions from behind its padding id


class Block(nn.Module):
    """Self-attention and a feed-forward layer, each with a residual and a norm behind it."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.hidden, shape.hidden)
        self.key = nn.Linear(shape.hidden, shape.hidden)
        self.value = nn.Linear(shape.hidden, shape.hidden)
        self.out = nn.Linear(shape.hidden, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.up = nn.Linear(shape.hidden, shape.inner)
        self.down = nn.Linear(shape.inner, shape.hidden)
        self.norm_out = nn.LayerNorm(shape.hidden, eps=shape.epsilon)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        batch, length, hidden = x.shape

        def split(y: Tensor) -> Tensor:
            return y.view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)

        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        mixed = functional.scaled_dot_product_attention(
            query, key, value, attn_mask=None if bias is None else bias.to(query.dtype)
        )
        x = self.norm(x + self.out(mixed.transpose(1, 2).reshape(batch, length, hidden)))
        return self.norm_out(x + self.down(functional.gelu(self.up(x))))


class Tagger(nn.Module):
    """Pieces to tag scores, link scores and check-worthiness scores, each for every piece.

    forward(ids, mask, features, annotator): the first three (batch, length) of int64, `annotator` (batch,).
    Gives tags (batch, length, 7), source (batch, length, length): how well position j begins the source of the
    cue at i, j = 0 for none; cue (batch, length, length): how well j begins the cue of the content at i; check
    (batch, length, 3). `mask` is 1 where there is a piece; None where nothing is padded.
    """

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.vocabulary, shape.hidden)
        self.positions = nn.Embedding(shape.positions, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=shape.epsilon)
        self.relative = nn.Embedding(32, shape.heads) if shape.family == "mpnet" else None
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.features = nn.Embedding(FEATURES, shape.hidden)
        self.annotators = nn.Embedding(ANNOTATORS, shape.hidden)
        nn.init.zeros_(self.features.weight)
        nn.init.zeros_(self.annotators.weight)
        self.features_out = nn.Embedding(FEATURES, FEATURE_OUT)
        self.dropout = nn.Dropout(dropout)
        self.tag = nn.Sequential(
            nn.Linear(shape.hidden + FEATURE_OUT, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, len(TAGS))
        )
        self.ask = nn.ModuleList(nn.Linear(shape.hidden, LINK) for _ in range(2))
        self.answer = nn.ModuleList(nn.Linear(shape.hidden, LINK) for _ in range(2))
        self.check = nn.Linear(shape.hidden, CHECK)

    def forward(
        self, ids: Tensor, mask: Tensor | None, features: Tensor, annotator: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x = self.encode(ids, mask, features, annotator)
        x = self.dropout(x)
        tags = self.tag(torch.cat([x, self.features_out(features)], -1))
        source, cue = (
            ask(x) @ answer(x).transpose(1, 2) / math.sqrt(LINK)
            for ask, answer in zip(self.ask, self.answer, strict=True)
        )
        return tags, source, cue, self.check(x)

    def encode(self, ids: Tensor, mask: Tensor | None, features: Tensor, annotator: Tensor) -> Tensor:
        """The encoder's states (batch, length, hidden)."""
        at = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.words(ids) + self.positions(at + self.shape.first_position))
        x = x + self.features(features) + self.annotators(annotator)[:, None]
        bias = None if mask is None else self.bias(mask, x.dtype)
        for block in self.blocks:
            x = block(x, bias)
        return x

    def bias(self, mask: Tensor, dtype: torch.dtype) -> Tensor:
        """What is added to the attention's scores, (batch, heads, length, length): no look at padding, and how far."""
        batch, length = mask.shape
        bias = ((1 - mask) * -1e4)[:, None, None, :].to(dtype)
        if self.relative is not None:
            bias = bias + self.relative(relative_buckets(length).to(mask.device)).permute(2, 0, 1)[None]
        return bias.expand(batch, self.shape.heads, length, length)

    def load_base(self, base: Path) -> None:
        """The base's own weights, from its model.safetensors."""
        from safetensors.torch import load_file

        held = load_file(base / "model.safetensors")
        own: dict[str, Tensor] = {
            "words.weight": held["embeddings.word_embeddings.weight"],
            "positions.weight": held["embeddings.position_embeddings.weight"].clone(),
            "norm.weight": held["embeddings.LayerNorm.weight"],
            "norm.bias": held["embeddings.LayerNorm.bias"],
        }
        if self.shape.family == "bert":
            own["positions.weight"] += held["embeddings.token_type_embeddings.weight"][0]
        else:
            own["relative.weight"] = held["encoder.relative_attention_bias.weight"]
        for n in range(self.shape.layers):
            for mine, theirs in LAYER_NAMES[self.shape.family].items():
                for part in ("weight", "bias"):
                    own[f"blocks.{n}.{mine}.{part}"] = held[f"encoder.layer.{n}.{theirs}.{part}"]
        missing, unexpected = self.load_state_dict(own, strict=False)
        if unexpected or any(
            name.startswith(("words", "positions", "norm", "blocks", "relative")) for name in missing
        ):
            raise ValueError(f"{base} does not fit: missing {missing}, unexpected {unexpected}")


LAYER_NAMES = {
    "bert": {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "out": "attention.output.dense", "norm": "attention.output.LayerNorm",
        "up": "intermediate.dense", "down": "output.dense", "norm_out": "output.LayerNorm",
    },
    "mpnet": {
        "query": "attention.attn.q", "key": "attention.attn.k", "value": "attention.attn.v",
        "out": "attention.attn.o", "norm": "attention.LayerNorm",
        "up": "intermediate.dense", "down": "output.dense", "norm_out": "output.LayerNorm",
    },
}  # fmt: skip


def relative_buckets(length: int, buckets: int = 32, farthest: int = 128) -> Tensor:
    """(length, length) bucket of each distance, as T5 and MPNet count them (Raffel et al. 2020, section 2.1)."""
    at = torch.arange(length)
    behind = at[:, None] - at[None, :]
    half = buckets // 2
    result = (behind < 0).long() * half
    behind = behind.abs()
    exact = half // 2
    far = exact + (
        torch.log(behind.clamp(min=1).float() / exact) / math.log(farthest / exact) * (half - exact)
    ).long().clamp(max=half - 1 - exact)
    return result + torch.where(behind < exact, behind, far)
