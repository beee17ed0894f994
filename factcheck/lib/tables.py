"""Tables for other programs: what a spreadsheet would run as a formula stays text."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain_cell(value: object) -> str:
    """The value as a cell of a CSV. A text that spreadsheets would take for a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    is_number = isinstance(value, int | float)
    return f"'{text}" if not is_number and text.lstrip(" ").startswith(_FORMULA) else text
