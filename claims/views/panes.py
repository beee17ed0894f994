"""The list of a text's claims as HTML. Written in plain Python: its lines are the better part of a page, 300 at times."""

from collections.abc import Iterable
from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from claims.choices import RATING, Form, State, Veracity
from claims.models import verdict_names
from claims.panes import Listed
from claims.queries import DENIAL, is_unsure

UNTOLD = (State.NEW, State.QUEUED)  # what waits like most others is not said line by line


def claim_items(rows: Iterable[Listed], *, current: int) -> SafeString:
    """An `<li>` for each claim; the link of the `current` one says that it is the page."""
    before, after = reverse("review", args=[0]).rsplit("0", 1)
    names = verdict_names()
    items = []
    for number, one in enumerate(rows, start=1):
        here = ' aria-current="page"' if one.claim_id == current else ""
        denied = f"{_denied()} " if one.decided_by == DENIAL else ""
        items.append(
            f'<li><a href="{before}{one.claim_id}{after}"{here}><span class="claim-list__number">{number}</span> '
            f'<span class="claim-list__text clamp-2">{denied}{escape(one.text)}</span> '
            f'<span class="claim-list__meta">{_meta(one, names)}</span></a></li>\n'
        )
    return mark_safe("".join(items))


def _meta(one: Listed, names: dict[str, str]) -> str:
    if one.form == Form.OWN_VOICE:
        said_by = "own voice"
    else:
        unsure = f" {_unsure()}" if one.speaker and is_unsure(one.speaker_confidence) else ""
        said_by = escape(one.speaker or "speaker not known") + unsure
    parts = [f"<span>{said_by}</span>"]
    if one.veracity:
        parts.append(_verdict(one.veracity, names.get(one.veracity, one.veracity)))
    elif one.state not in UNTOLD:
        parts.append(_state(one.state))
    if one.veracity and one.attribution:
        parts.append('<span class="visually-hidden">and</span>')
    if one.attribution:
        parts.append(f"<span>{escape(names.get(one.attribution, one.attribution))}</span>")
    return " ".join(parts)


# The same few components as on every screen, made once each.


@cache
def _denied() -> str:
    return render_to_string("claims/_denied.html").strip()


@cache
def _unsure() -> str:
    return render_to_string("components/_unsure.html").strip()


@lru_cache(maxsize=200)  # names of the desk's own may change
def _verdict(veracity: str, label: str) -> str:
    said = {"score": RATING.get(Veracity(veracity), "–"), "label": label}
    return render_to_string("components/_verdict.html", said).strip()


@cache
def _state(state: str) -> str:
    said = {"state": state, "label": State(state).label}
    return render_to_string("components/_state.html", said).strip()
