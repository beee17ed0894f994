"""The dateline: the place a news text begins with."""

import re

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = rf"(?:{_MONTH}\s?\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,?\s\d{{4}})?"
_CAPITALS = r"[^\W\d_a-z](?:(?![a-z])[^\W\d_]|[.'’\-])+(?:\s(?:(?![a-z])[^\W\d_]|[.'’\-])+){0,3}"
_REGION = r"[^\W\d_a-z][\w.'’\-]*(?:\s[\w.'’\-]+){0,3}"
_DATELINE = re.compile(
    rf"(?P<place>(?P<city>{_CAPITALS})(?:,\s(?!{_DATE})(?P<region>{_REGION}))?)"
    rf"(?P<date>[,.]?\s{_DATE})?"
    r"(?P<agency>[.,]?\s?(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/))?"
    rf"(?P<mark>\s?[-–—―]{{1,2}}\s|:\s|\.?\s*(?:\n|$))"
)
# What stands in capitals at the start of texts and is no place.
_NO_PLACES = frozenset(
    """ANALYSIS ASK BREAKING CORRECTION DEAR EDITOR EDITORIAL EDITORS EXCLUSIVE EXPLAINER FACT LISTEN LIVE LOOK NEWS
    NOTE OPINION PHOTO PHOTOS PODCAST POLL PREVIEW READ RECAP RELATED REVIEW SPOILER SUMMARY THE UPDATE UPDATED UPDATES
    VIDEO WARNING WATCH WHAT WHY""".split()  # noqa: SIM905 - a word list
)


def find_dateline(text: str) -> str:
    """The place `text` begins with ("DUBAI, United Arab Emirates"), without date and agency; "" if none.

    A place is in capitals, may name its region, date and agency, and is set off by a dash, by a colon, or by a
    line of its own where a date or region says that it is one.
    """
    match = _DATELINE.match(text)
    if match is None:
        return ""
    words = match["city"].split()
    if words[0].strip(".'’") in _NO_PLACES:
        return ""
    stands_alone = match["mark"].strip() in ("", ".")
    if stands_alone and not (match["date"] or match["region"]):
        return ""
    return match["place"]
