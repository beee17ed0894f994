"""A version's text as it stands on a page: marks that lead to their claims, numbered in the text's order."""

from collections.abc import Sequence

from django.urls import reverse

from claims import highlighting
from claims.models import Appearance


def marked_text(
    text: str,
    spans: Sequence[highlighting.MarkSpan],
    appearances: Sequence[Appearance],
    *,
    current: int | None = None,
) -> str:
    """Escaped HTML of `text`; `appearances` are those of this text, in its order."""
    return highlighting.render(
        text,
        spans,
        href=lambda claim: reverse("review", args=[claim]),
        labels={appearance.claim_id: str(number) for number, appearance in enumerate(appearances, start=1)},
        current=current,
    )
