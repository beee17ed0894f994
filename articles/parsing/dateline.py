"""The dateline: the place a news text begins with, and the day it names."""

import re
from dataclasses import dataclass
from datetime import date

from .dates import is_plausible, month_number

# "Nov. 13", "13 November 2024", "5 ноября": a month is any word beside a number, in whatever language.
_DATE = r"(?:[^\W\d_]{3,10}\.?\s?\d{1,2}|\d{1,2}\.?\s[^\W\d_]{3,10})\b(?:,?\s\d{4}\b)?"
_WORD = r"[^\W\d_](?:[^\W\d_]|[.'’/\-])+"
_AGENCY = r"\([^()\n]{2,40}\)|/[^/\n]{2,40}/"
_DATELINE = re.compile(
    rf"(?:\([^()\n]{{2,30}}\)\s?[-–—]\s)?"
    rf"(?P<place>(?P<city>{_WORD}(?:\s{_WORD}){{0,3}})(?:,\s(?!{_DATE})(?P<region>{_WORD}(?:\s{_WORD}){{0,3}}))?)"
    rf"(?:[,.]?\s(?P<date>{_DATE}))?"
    rf"(?:[.,]?\s?(?P<agency>{_AGENCY}))?"
    r"(?P<mark>\s?(?:[-–—―]{1,2}|_)(?:\s|$)|:\s|\.\s|\.?\s*(?:\n|$)|\s(?=[^\Wa-z\d_]|[\"“«]))"
)
# "By Mira Tolland | VELMORA | November 13, 2024"
_BYLINE = re.compile(rf"By\s[^|\n]{{2,80}}\|\s?(?P<place>[^|\n\d]{{2,60}}?)\s?\|\s?(?P<date>{_DATE})")
_LONGEST = 200
# What stands in capitals at the start of texts and is no place.
_NO_PLACES = frozenset(
    """ANALYSIS ASK BREAKING CORRECTION DEAR EDITOR EDITORIAL EDITORS EXCLUSIVE EXPLAINER FACT LISTEN LIVE LOOK NEWS
    NOTE OPINION PHOTO PHOTOS PODCAST POLL PREVIEW READ RECAP RELATED REVIEW SPOILER SUMMARY THE UPDATE UPDATED UPDATES
    VIDEO WARNING WATCH WHAT WHY""".split()  # noqa: SIM905 - a word list
)
_NO_CITIES = frozenset(["NEW", "OK", "U.S.", "US", "UK", "U.K.", "EU", "UN", "NATO", "COVID", "Q"])


@dataclass(frozen=True)
class Dateline:
    """`place` as written ("DUBAI, United Arab Emirates"); `day` where it names one ("Nov. 13"), as written."""

    place: str
    day: str = ""

    def on(self, published: date | None) -> date | None:
        """The day as a date. Where no year is named, the one that brings it closest to `published`."""
        numbers = [int(number) for number in re.findall(r"\d+", self.day)]
        word = re.search(r"[^\W\d_]+", self.day)
        month = month_number(word[0]) if word else None
        if month is None or not numbers:
            return None
        years = (
            [numbers[1]]
            if len(numbers) > 1
            else [published.year + shift for shift in (-1, 0, 1)]
            if published
            else []
        )
        days = [day for year in years if (day := _day(year, month, numbers[0])) is not None]
        if published is not None:
            days.sort(key=lambda day: abs(day - published))
        return days[0] if days else None


def find_dateline(text: str) -> Dateline | None:
    """The dateline `text` begins with, None if it begins with something else.

    A place is in capitals, may name its region, date and agency, and is set off by a dash or a colon; a full stop
    or a line of its own will do where a date, region or agency says that it is one, and a space after an agency. In
    small letters it needs a date or an agency, and the dash.
    """
    if byline := _BYLINE.match(text[:_LONGEST]):
        return Dateline(byline["place"], byline["date"])
    match = _match(text)
    if match is None:
        return None
    place = match["place"]
    return Dateline(place.removesuffix(".") if place.count(".") == 1 else place, match["date"] or "")


def find_agency(text: str) -> str:
    """The agency that the dateline of `text` names ("DUBAI (Northwire) —"); "" if none."""
    match = None if _BYLINE.match(text[:_LONGEST]) else _match(text)
    return (match["agency"] or "").strip(" .,()/") if match else ""


def _match(text: str) -> re.Match[str] | None:
    match = _DATELINE.match(text[:_LONGEST])
    if match is None:
        return None
    city, mark = match["city"], match["mark"].strip()
    is_dash = mark not in ("", ".", ":")
    is_told = bool(match["date"] or match["agency"])
    if not city.isupper() and not (is_told and is_dash and _is_capitalised(city)):
        return None
    if city.split()[0].strip(".'’") in _NO_PLACES or city in _NO_CITIES:
        return None
    if mark == "." and not is_told:
        return None
    if not mark and not (match["agency"] or ((match["date"] or match["region"]) and _ends_line(match))):
        return None
    if mark and not (is_told or match["region"]) and text[match.end() : match.end() + 1].islower():
        return None  # "NATO - the alliance": a report begins with a capital
    return match


def _ends_line(match: re.Match[str]) -> bool:
    return "\n" in match["mark"] or match.end() == len(match.string)


def _is_capitalised(city: str) -> bool:
    """Whether a name in small letters looks like a town's: "Velmora", "Rio de Janeiro"."""
    words = city.split()
    return words[0][0].isupper() and words[-1][0].isupper()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if is_plausible(found) else None
