"""What a published fact-check tells, as plain values: what its page, its feeds and its ClaimReview are made from.

Pure: no Django, no database. Dates are ISO 8601 strings, "" where none is known; texts are plain but for `body`, which is
limited Markdown. An Edition keeps its `Facts` as JSON, so that what was published stays as it was.
"""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Desk:
    """Who publishes. `url` has no slash at its end; `logo` and `licence` are addresses, or ""."""

    name: str
    url: str
    logo: str = ""
    licence: str = ""

    @property
    def site(self) -> str:
        """The host, without www."""
        return self.url.partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who made the claim. `kind` is a value of SpeakerKind, "" where nobody knows who.

    An unnamed source has a `description` and no name.
    """

    kind: str = ""
    name: str = ""
    description: str = ""
    job_title: str = ""
    url: str = ""
    same_as: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        return self.name or self.description


@dataclass(frozen=True, slots=True)
class Rating:
    """A verdict of either scale. `score` is 5 (true) to 1 (false), None for the unscored ones and for attributions."""

    verdict: str
    label: str
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy that the desk keeps of a document, by its digest, and where an archive shows it to everybody, if one does."""

    sha256: str = ""
    at: str = ""
    archive_url: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a chain. `result`: a value of HopResult, "" where nobody has looked; `wording`: how it stands there."""

    role: str
    role_label: str
    name: str
    result: str = ""
    result_label: str = ""
    wording: str = ""
    checked: str = ""
    url: str = ""
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True)
class Appeared:
    """An article that has the claim. `words`: the claim as it stands there."""

    outlet: str
    outlet_url: str
    url: str
    headline: str
    published: str
    form: str
    form_label: str
    words: str
    attribution: Rating | None
    steps: tuple[Step, ...]
    kept: Kept = field(default_factory=Kept)

    @property
    def is_own_voice(self) -> bool:
        return self.form == "own-voice"


@dataclass(frozen=True, slots=True)
class Document:
    """A piece of evidence. `url` is "" for one that is not on the web."""

    url: str
    title: str
    stance: str
    stance_label: str
    kind_label: str
    quote: str
    kept: Kept = field(default_factory=Kept)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a page tells beside an editor's words, as it was when it was published."""

    claim_id: int
    claim_text: str
    claimant: Agent
    claim_date: str
    rating: Rating
    appearances: tuple[Appeared, ...]
    documents: tuple[Document, ...]

    @property
    def is_own_voice(self) -> bool:
        return bool(self.appearances) and self.appearances[0].is_own_voice

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Facts":
        return cls(
            **{
                **told,
                "claimant": Agent(**{**told["claimant"], "same_as": tuple(told["claimant"]["same_as"])}),
                "rating": Rating(**told["rating"]),
                "appearances": tuple(_appeared(one) for one in told["appearances"]),
                "documents": tuple(
                    Document(**{**one, "kept": Kept(**one["kept"])}) for one in told["documents"]
                ),
            }
        )


@dataclass(frozen=True, slots=True)
class Note:
    """A correction, as readers are told of it."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Published:
    """A fact-check as readers have it now. `published`: the first time; `modified`: the last."""

    url: str
    language: str
    title: str
    summary: str
    body: str
    claim_reviewed: str
    unknown: str
    published: str
    modified: str
    facts: Facts
    corrections: tuple[Note, ...] = ()


def _appeared(told: dict[str, Any]) -> Appeared:
    return Appeared(
        **{
            **told,
            "attribution": Rating(**told["attribution"]) if told["attribution"] else None,
            "steps": tuple(Step(**{**step, "kept": Kept(**step["kept"])}) for step in told["steps"]),
            "kept": Kept(**told["kept"]),
        }
    )
