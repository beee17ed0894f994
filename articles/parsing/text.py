"""Text as every part of the workbench expects it."""

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
# C0, DEL and C1 controls but the newline; soft hyphens, zero-width spaces and byte order marks, which split words
# invisibly; noncharacters. Joiners (emoji, Persian, Indic scripts) and direction marks mean something and stay.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufdd0-\ufdef\ufffe\uffff]")
_SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_AROUND_LINE_END = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")
# What a plain English line never has, and all that normalising could change in it.
_NOT_PLAIN = re.compile("[^ -~\n]|  | \n|\n |\n\n\n")


def normalise_text(text: str) -> str:
    """`text` in NFC with "\\n" line ends, no control characters or broken surrogates, single spaces, no space at
    line ends, never more than one blank line in a row, nothing around it. Doing it twice changes nothing.

    Lone surrogates become U+FFFD: something was there, and it shows.
    """
    if _NOT_PLAIN.search(text) is None:  # most of what comes in tables
        return text.strip(" \n")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n").replace("\t", " ")
    text = _SPACES.sub(" ", _UNWANTED.sub("", text))
    text = _BLANK_LINES.sub("\n\n", _AROUND_LINE_END.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip(" \n")


def normalise_line(text: str) -> str:
    """`text` as one line: a title, a name."""
    return " ".join(normalise_text(text).split())
