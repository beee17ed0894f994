"""What the import screens need said in words or numbers."""

from django import template

from articles.models import ImportItem

register = template.Library()


@register.filter
def item_timings(item: ImportItem) -> list[tuple[str, int]]:
    """(words, milliseconds) of what is known of the item's last try, in the order in which it went."""
    names = {"waited": "Waited", **{stage.value: str(stage.label) for stage in ImportItem.Stage}}
    return [(label, item.timings[name]) for name, label in names.items() if name in item.timings]


@register.filter
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
