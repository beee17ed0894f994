"""Keys of rows, as people and addresses give them."""

LONGEST_KEY = 18  # digits; always within a bigint


def read_key(text: str) -> int | None:
    """The number `text` is; None for what no row ever had as its key."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY else None
