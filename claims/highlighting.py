"""Article text with its claims marked: one text, the spans of many appearances, one flat run of slices.

Spans of different claims overlap freely (a cue inside another claim's content, one sentence that is two claims).
HTML elements cannot overlap, so the text is cut at every span boundary and each slice is wrapped once; marks are
never nested. Knows no Django: escaping is done here, so the result is safe to put into a page as it is.

Offsets are Unicode code points into the text, end-exclusive, as everywhere in the project.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

Role = Literal["content", "cue", "source"]

# The order of classes on a mark, fixed so that pages are stable to compare.
ROLES: tuple[Role, ...] = ("content", "cue", "source")


class MarkSpan(NamedTuple):
    """One span of one claim's appearance. `own_voice`: the outlet asserts it itself; nobody is quoted."""

    claim: int
    role: Role
    start: int
    end: int
    own_voice: bool = False


class Slice(NamedTuple):
    """A stretch of text over which the set of covering spans does not change. `spans`: smallest first."""

    start: int
    end: int
    paragraph: int
    spans: tuple[MarkSpan, ...]

    @property
    def claims(self) -> tuple[int, ...]:
        """The claims that cover it, the most specific first, each once."""
        return tuple(dict.fromkeys(span.claim for span in self.spans))


def cut(text: str, spans: Iterable[MarkSpan]) -> list[Slice]:
    """Cut the text at every span boundary and paragraph boundary; the slices, rejoined, are the text.

    A paragraph ends with its blank lines (they belong to it, so that nothing is lost). Spans may overlap, nest, touch
    or repeat; empty ones mark nothing. Raises ValueError for a span that reaches outside the text.
    """
    marked = [span for span in spans if span.start != span.end]
    opening: dict[int, list[MarkSpan]] = {}
    closing: dict[int, list[MarkSpan]] = {}
    for span in marked:
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"span {span.start}-{span.end} is not inside a text of {len(text)} characters")
        opening.setdefault(span.start, []).append(span)
        closing.setdefault(span.end, []).append(span)

    breaks = set(_paragraph_starts(text))
    points = sorted({0, len(text), *opening, *closing, *breaks})
    slices: list[Slice] = []
    active: dict[MarkSpan, int] = {}
    paragraph = 0
    for start, end in pairwise(points):
        for span in closing.get(start, ()):
            active[span] -= 1
            if not active[span]:
                del active[span]
        for span in opening.get(start, ()):
            active[span] = active.get(span, 0) + 1
        if start in breaks:
            paragraph += 1
        covering = tuple(sorted(active, key=_specific_first) if len(active) > 1 else active)
        slices.append(Slice(start, end, paragraph, covering))
    return slices


def render(
    text: str,
    spans: Iterable[MarkSpan],
    *,
    href: Callable[[int], str] | None = None,
    labels: Mapping[int, str] | None = None,
    current: int | None = None,
) -> str:
    """The text as HTML paragraphs with its marks.

    `href(claim)` makes each mark a link to its claim; `labels[claim]` is the short number set before a claim's first
    words (shown by the style sheet, so that the text of the page stays the text of the article); `current` is the
    claim to emphasise. Each marked slice is `<mark data-claims="12 15" class="content cue">`, with `data-roles="content
    cue"` by the order of its claims where they are several, and the first slice of a claim's content has the id `claim-12`.
    """
    paragraphs: list[str] = []
    labels = labels or {}
    begun: set[int] = set()
    for _, group in groupby(cut(text, spans), key=lambda part: part.paragraph):
        slices = list(group)
        body = "".join(_slice_html(text, part, href, labels, current, begun) for part in slices)
        kept = body.rstrip("\n")
        newlines = body[len(kept) :]
        paragraphs.append(f'<p dir="auto">{kept}</p>{newlines}' if kept.strip() else body)
    return "".join(paragraphs)


def _slice_html(
    text: str,
    part: Slice,
    href: Callable[[int], str] | None,
    labels: Mapping[int, str],
    current: int | None,
    begun: set[int],
) -> str:
    words = text[part.start : part.end]
    if not part.spans or not words.strip():
        return escape(words)

    if len(part.spans) == 1:  # as most are
        (span,) = part.spans
        claims: tuple[int, ...] = (span.claim,)
        classes = _classes_alone(span.role, span.own_voice, span.claim == current)
        fresh = [span.claim] if span.role == "content" and span.claim not in begun else []
    else:
        claims, classes = part.claims, " ".join(_classes(part, current))
        fresh = [s.claim for s in part.spans if s.role == "content" and s.claim not in begun]
        fresh = list(dict.fromkeys(fresh))
    attributes = [f'data-claims="{" ".join(map(str, claims))}"', f'class="{classes}"']
    if len(claims) > 1:
        attributes.append(f'data-roles="{" ".join(_roles(part, claim) for claim in claims)}"')
    begun.update(fresh)
    anchors = "".join(f'<span id="claim-{claim}"></span>' for claim in fresh[1:])
    if fresh:
        attributes.append(f'id="claim-{fresh[0]}"')
        numbers = [labels[claim] for claim in reversed(fresh) if claim in labels]
        if numbers:
            attributes.append(f'data-label="{escape(" ".join(numbers))}"')
    html = f"{anchors}<mark {' '.join(attributes)}>{escape(words)}</mark>"
    if href is None:
        return html
    here = ' aria-current="true"' if current in claims else ""
    # Out of the tab order on purpose: the claim list beside the text is the keyboard's way to the same pages.
    return f'<a href="{escape(href(_target(part)))}" tabindex="-1" draggable="false"{here}>{html}</a>'


def _classes(part: Slice, current: int | None) -> list[str]:
    roles = {span.role for span in part.spans}
    classes: list[str] = [role for role in ROLES if role in roles]
    content = [span for span in part.spans if span.role == "content"]
    if content and all(span.own_voice for span in content):
        classes.append("own-voice")
    if len({span.claim for span in content}) > 1:
        classes.append("shared")
    if current is not None:
        classes += [f"current-{role}" for role in ROLES if _has(part.spans, current, role)]
    return classes


@cache
def _classes_alone(role: Role, own_voice: bool, is_current: bool) -> str:
    """The classes of a slice that one span covers."""
    span = MarkSpan(0, role, 0, 1, own_voice)
    return " ".join(_classes(Slice(0, 1, 0, (span,)), 0 if is_current else None))


def _roles(part: Slice, claim: int) -> str:
    """What the slice is of one of its claims: "content", "cue+source"."""
    return "+".join(role for role in ROLES if _has(part.spans, claim, role))


def _has(spans: Sequence[MarkSpan], claim: int, role: Role) -> bool:
    return any(span.claim == claim and span.role == role for span in spans)


def _target(part: Slice) -> int:
    """Where a click leads: the claim whose content is smallest here; else whoever's cue or source this is."""
    return next((span.claim for span in part.spans if span.role == "content"), part.spans[0].claim)


def _specific_first(span: MarkSpan) -> tuple[int, int, int, int]:
    return (span.end - span.start, span.start, span.claim, ROLES.index(span.role))


def _paragraph_starts(text: str) -> Iterable[int]:
    """Where each paragraph after the first begins: the first character after a run of blank lines."""
    position = text.find("\n\n")
    while position != -1:
        while position < len(text) and text[position] == "\n":
            position += 1
        if position < len(text):
            yield position
        position = text.find("\n\n", position)
