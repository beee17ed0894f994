"""A version's text as it stands on a page: marks that lead to their claims, numbered in the text's order."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.comparing import Piece, compare
from claims import highlighting
from claims.models import Appearance
from claims.panes import Listed


def marked_text(
    text: str,
    spans: Sequence[highlighting.MarkSpan],
    appearances: Sequence[Appearance | Listed],
    *,
    current: int | None = None,
) -> str:
    """Escaped HTML of `text`; `appearances` are those of this text, in its order."""
    before, after = reverse("review", args=[0]).rsplit("0", 1)  # asked for once, not at every mark
    return highlighting.render(
        text,
        spans,
        href=lambda claim: f"{before}{claim}{after}",
        labels={appearance.claim_id: str(number) for number, appearance in enumerate(appearances, start=1)},
        current=current,
    )


def changed_words(old: str, new: str) -> SafeString:
    """Two wordings on one line, what went and what came marked."""
    return marked_pieces(compare(old, new).pieces)


def marked_pieces(pieces: Sequence[Piece]) -> SafeString:
    elements = {"same": "{}", "gone": "<del>{}</del>", "came": "<ins>{}</ins>"}
    return format_html_join(
        "", "{}", ((format_html(elements[one.kind], one.text),) for one in pieces if one.text)
    )
