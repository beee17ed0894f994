"""What the import screens need said in words or numbers."""

from django import template

from articles.models import Container, ImportItem
from articles.retrying import is_retryable
from articles.retrying import may_be_read_again as _may_be_read_again

register = template.Library()


_NAMES = {"waited": "Waited", **{stage.value: str(stage.label) for stage in ImportItem.Stage}}


_STATES = {state.value: str(state.label) for state in ImportItem.State}
_STAGES = {stage.value: str(stage.label) for stage in ImportItem.Stage}
_TONES = {"done": "good", "failed": "bad", "running": "accent"}


@register.filter
def state_words(item: ImportItem) -> str:
    """How the item stands: while it is worked on or waits for its site, the stage says it better."""
    says_stage = item.state == "running" or (item.state == "queued" and item.stage == "waiting")
    return (_STAGES.get(item.stage, "") if says_stage else "") or _STATES[item.state]


@register.filter
def state_tone(item: ImportItem) -> str:
    return _TONES.get(item.state, "")


@register.filter
def may_be_retried(item: ImportItem) -> bool:
    """Whether it ended without a text, and may end with one the next time."""
    return item.state == "cancelled" or item.state == "failed" and is_retryable(item.kind, item.error_code)


@register.filter
def may_be_read_again(container: Container) -> bool:
    return _may_be_read_again(container)


@register.filter
def item_timings(item: ImportItem) -> str:
    """How long each step of the item's last try took, in the order in which it went, as one line.

    One string for a row, because a page has fifty of them and a template's loops are what it costs.
    """
    return " · ".join(
        f"{label} {duration(item.timings[name])}" for name, label in _NAMES.items() if name in item.timings
    )


def duration(ms: int) -> str:
    """As people say it: 12 ms, 3.4 s, 2 min 5 s, 1 h 20 min."""
    seconds = round(ms / 1000)
    if ms < 1000:
        return f"{ms} ms"
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min"
