"""Which language a text is in."""

import re

_ENOUGH_LETTERS = 40
_SAMPLE_CHARACTERS = 5_000
_CODE = re.compile(r"[a-z]{2}(?=$|[-_])", re.IGNORECASE)


def find_language(text: str, declared: str = "") -> tuple[str, str]:
    """ISO 639-1 code of `text` and where it came from; ("", "") when nobody can tell.

    The text decides: what templates declare is wrong too often. `declared` (the page's `lang`) is taken for texts
    too short to tell.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    if _has_letters(sample):
        import py3langid

        code, _ = py3langid.classify(sample)
        return str(code), "text"
    match = _CODE.match(declared.strip())
    return (match[0].lower(), "html") if match else ("", "")


def _has_letters(sample: str) -> bool:
    """Whether there are enough to tell a language by. Begins with what is quick: most texts have them at once."""
    start = sample[: 2 * _ENOUGH_LETTERS]
    return sum(map(str.isalpha, start)) >= _ENOUGH_LETTERS or sum(map(str.isalpha, sample)) >= _ENOUGH_LETTERS
