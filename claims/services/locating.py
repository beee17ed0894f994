"""Where words stand in a text, as a person gives them: typed, pasted, or selected on the page."""

import re

from factcheck.lib.errors import DomainError

_PLACE = re.compile(r"(\d{1,9})-(\d{1,9})")


def locate_lines(text: str, lines: str, *, near: int = 0, places: str = "") -> list[list[int]]:
    """The stretches of `text` that `lines` hold, one a line, as [start, end]: those nearest to `near` where words recur.

    `places` are offsets that a selection on the page came with ("12-30,41-52"); one counts where the words there are
    those of a line. White space is any white space. Raises DomainError `not_in_text`.
    """
    selected = [(int(start), int(end)) for start, end in _PLACE.findall(places)]
    found: list[list[int]] = []
    for line in filter(None, (" ".join(line.split()) for line in lines.splitlines())):
        known = next((p for p in selected if " ".join(text[slice(*p)].split()) == line), None)
        start, end = known or _nearest(text, line, near)
        found.append([start, end])
        near = end
    return sorted(found)


def _nearest(text: str, words: str, near: int) -> tuple[int, int]:
    pattern = r"\s+".join(map(re.escape, words.split()))
    matches = [match.span() for match in re.finditer(pattern, text)]
    if not matches:
        shown = words if len(words) <= 60 else f"{words[:59]}…"
        raise DomainError(
            "not_in_text", f"These words are not in the text: “{shown}”. Select them there, or copy them."
        )
    return min(matches, key=lambda span: abs(span[0] - near))


def lines_at(text: str, spans: list[list[int]]) -> str:
    """The reverse: the words at `spans`, one stretch a line."""
    return "\n".join(" ".join(text[start:end].split()) for start, end in spans)
