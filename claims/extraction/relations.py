"""The attribution relation: what a tagger gives, and all that later steps know of it."""

from dataclasses import dataclass, field

from .types import Span


@dataclass(slots=True, eq=False)
class Relation:
    """Who says what by which cue, as worded; spans are characters of the text.

    `sentence` holds the cue. `manner` names the construction (said, said-after, inverted, according-to,
    accusation, description, denial, passive, belief, view, told, hearsay, noun, headline, apposition, turn; question: a turn that asks; read: only the
    model found it),
    `base` the cue's verb. A `nested` relation stands inside another's content. `antecedent` is whom a
    relative "who" stands for. `extended` are sentences of a quotation that runs on after the cue's,
    `beyond` what of the content the model sees in other sentences. `confidence` is how likely it is right.
    """

    sentence: int
    cue: list[Span]
    source: list[Span]
    content: list[Span]
    manner: str
    base: str = ""
    nested: bool = False
    antecedent: Span | None = None
    extended: list[Span] = field(default_factory=list)
    beyond: list[Span] = field(default_factory=list)
    confidence: float = 0.8
