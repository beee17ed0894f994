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


def locate_quote(text: str, exact: str, prefix: str = "", suffix: str = "") -> tuple[int, int]:
    """Where `exact` stands in `text` with `prefix` before and `suffix` after it, as a W3C TextQuoteSelector says it.

    Raises DomainError `quote_not_found`, `quote_ambiguous` (with `places`).
    """
    whole = prefix + exact + suffix
    found = [match.start() + len(prefix) for match in re.finditer(f"(?={re.escape(whole)})", text)]
    if not found:
        raise DomainError(
            "quote_not_found", "These words are not in the text, or not between those: copy them from there."
        )
    if len(found) > 1:
        raise DomainError(
            "quote_ambiguous",
            f"These words stand in the text {len(found):,} times: say with prefix or suffix what is around them.",
            places=[{"start": start, "end": start + len(exact)} for start in found[:10]],
        )
    return found[0], found[0] + len(exact)
