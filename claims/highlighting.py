"""Article text with its claims marked: one text, the spans of many appearances, one flat run of slices.

Spans of different claims overlap freely (a cue inside another claim's content, one sentence that is two claims).
HTML elements cannot overlap, so the text is cut at every span boundary and each slice is wrapped once; marks are
never nested. Knows no Django: escaping is done here, so the result is safe to put into a page as it is.

Offsets are Unicode code points into the text, end-exclusive, as everywhere in the project.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
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


def cut(text: str, spans: Iterable[MarkSpan]) -> Sequence[Slice]:
    """Cut the text at every span boundary and paragraph boundary; the slices, rejoined, are the text.

    A paragraph ends with its blank lines (they belong to it, so that nothing is lost). Spans may overlap, nest, touch
    or repeat; empty ones mark nothing. Raises ValueError for a span that reaches outside the text.
    """
    return _cut(text, frozenset(spans))


@lru_cache(maxsize=16)  # whoever works through an article's claims sees its marks again and again
def _cut(text: str, spans: frozenset[MarkSpan]) -> tuple[Slice, ...]:
    # The most specific first, each once: what covers a slice are then its places here, in their order.
    marked = sorted((span for span in spans if span.start != span.end), key=_specific_first)
    opening: dict[int, list[int]] = {}
    closing: dict[int, list[int]] = {}
    for place, span in enumerate(marked):
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"span {span.start}-{span.end} is not inside a text of {len(text)} characters")
        opening.setdefault(span.start, []).append(place)
        closing.setdefault(span.end, []).append(place)

    breaks = set(_paragraph_starts(text))
    points = sorted({0, len(text), *opening, *closing, *breaks})
    slices: list[Slice] = []
    active: set[int] = set()
    covering: tuple[MarkSpan, ...] = ()
    paragraph = 0
    for start, end in pairwise(points):
        closed, opened = closing.get(start, ()), opening.get(start, ())
        if closed or opened:
            active.difference_update(closed)
            active.update(opened)
            covering = tuple([marked[place] for place in sorted(active)])
        if start in breaks:
            paragraph += 1
        slices.append(Slice(start, end, paragraph, covering))
    return tuple(slices)


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
    marker = _Marker(text, href, labels or {}, current)
    for _, group in groupby(cut(text, spans), key=lambda part: part.paragraph):
        body = "".join([marker.html(part) for part in group])
        kept = body.rstrip("\n")
        newlines = body[len(kept) :]
        paragraphs.append(f'<p dir="auto">{kept}</p>{newlines}' if kept.strip() else body)
    return "".join(paragraphs)


class _Marker:
    """Writes the slices of one text, in their order."""

    def __init__(
        self,
        text: str,
        href: Callable[[int], str] | None,
        labels: Mapping[int, str],
        current: int | None,
    ) -> None:
        self.text, self.href, self.labels, self.current = text, href, labels, current
        self.begun: set[int] = set()  # claims whose content has begun
        self.links: dict[tuple[int, bool], str] = {}

    def html(self, part: Slice) -> str:
        words = self.text[part.start : part.end]
        spans = part.spans
        if not spans or not words.strip():
            return escape(words)
        if len(spans) > 1:
            return self._shared(part, words)
        (span,) = spans  # as most are
        claim = span.claim
        begin = ""
        if span.role == "content" and claim not in self.begun:
            begin = self._begin([claim])
        classes = _classes_alone(span.role, span.own_voice, claim == self.current)
        html = f'<mark data-claims="{claim}" class="{classes}"{begin}>{escape(words)}</mark>'
        return self._linked(html, claim, claim == self.current)

    def _shared(self, part: Slice, words: str) -> str:
        claims = part.claims
        fresh = [s.claim for s in part.spans if s.role == "content" and s.claim not in self.begun]
        fresh = list(dict.fromkeys(fresh))
        attributes = (
            f'data-claims="{" ".join(map(str, claims))}" class="{" ".join(_classes(part, self.current))}"'
        )
        if len(claims) > 1:
            attributes += f' data-roles="{" ".join(_roles(part, claim) for claim in claims)}"'
        if fresh:
            attributes += self._begin(fresh)
        anchors = "".join(f'<span id="claim-{claim}"></span>' for claim in fresh[1:])
        html = f"{anchors}<mark {attributes}>{escape(words)}</mark>"
        return self._linked(html, _target(part), self.current in claims)

    def _begin(self, fresh: list[int]) -> str:
        """What stands where the contents of these claims begin."""
        self.begun.update(fresh)
        numbers = [self.labels[claim] for claim in reversed(fresh) if claim in self.labels]
        label = f' data-label="{escape(" ".join(numbers))}"' if numbers else ""
        return f' id="claim-{fresh[0]}"{label}'

    def _linked(self, html: str, target: int, is_current: bool) -> str:
        if self.href is None:
            return html
        link = self.links.get((target, is_current))
        if link is None:
            here = ' aria-current="true"' if is_current else ""
            # Out of the tab order on purpose: the claim list beside the text is the keyboard's way to the same pages.
            link = f'<a href="{escape(self.href(target))}" tabindex="-1" draggable="false"{here}>'
            self.links[target, is_current] = link
        return f"{link}{html}</a>"


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
