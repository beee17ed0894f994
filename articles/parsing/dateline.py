"""The dateline: the place a news text begins with."""

import re

# "Nov. 13", "13 November 2024", "5 ноября": a month is any word beside a number, in whatever language.
_DATE = r"(?:[^\W\d_]{3,10}\.?\s?\d{1,2}|\d{1,2}\.?\s[^\W\d_]{3,10})\b(?:,?\s\d{4}\b)?"
_WORD = r"[^\W\d_](?:[^\W\d_]|[.'’\-])+"
_DATELINE = re.compile(
    rf"(?P<place>(?P<city>{_WORD}(?:\s{_WORD}){{0,3}})(?:,\s(?!{_DATE})(?P<region>{_WORD}(?:\s{_WORD}){{0,3}}))?)"
    rf"(?P<date>[,.]?\s{_DATE})?"
    r"(?P<agency>[.,]?\s?(?:\([^()\n]{2,40}\)|/[^/\n]{2,40}/))?"
    r"(?P<mark>\s?[-–—―]{1,2}(?:\s|$)|:\s|\.\s|\.?\s*(?:\n|$))"
)
_LONGEST = 200
# What stands in capitals at the start of texts and is no place.
_NO_PLACES = frozenset(
    """ANALYSIS ASK BREAKING CORRECTION DEAR EDITOR EDITORIAL EDITORS EXCLUSIVE EXPLAINER FACT LISTEN LIVE LOOK NEWS
    NOTE OPINION PHOTO PHOTOS PODCAST POLL PREVIEW READ RECAP RELATED REVIEW SPOILER SUMMARY THE UPDATE UPDATED UPDATES
    VIDEO WARNING WATCH WHAT WHY""".split()  # noqa: SIM905 - a word list
)


def find_dateline(text: str) -> str:
    """The place `text` begins with ("DUBAI, United Arab Emirates"), without date and agency; "" if none.

    A place is in capitals, may name its region, date and agency, and is set off by a dash or a colon; a full stop
    or a line of its own will do where a date, region or agency says that it is one.
    """
    match = _match(text)
    return match["place"] if match else ""


def find_agency(text: str) -> str:
    """The agency that the dateline of `text` names ("DUBAI (Northwire) —"); "" if none."""
    match = _match(text)
    return (match["agency"] or "").strip(" .,()/") if match else ""


def _match(text: str) -> re.Match[str] | None:
    match = _DATELINE.match(text[:_LONGEST])
    if match is None or not match["city"].isupper():
        return None
    if match["city"].split()[0].strip(".'’") in _NO_PLACES:
        return None
    mark = match["mark"].strip()
    if mark == "." and not (match["date"] or match["agency"]):
        return None
    if not mark and not (match["date"] or match["region"]):
        return None
    return match
