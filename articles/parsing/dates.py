"""Reading dates: an instant only with its zone, a day otherwise."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

# Before the web there are no pages; a template's 0001-01-01 and 1970-01-01 are no dates of articles.
_EARLIEST = date(1990, 1, 1)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ]+(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?",
    re.IGNORECASE,
)
_BASIC_ISO = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?", re.IGNORECASE)
_EPOCH = re.compile(r"(\d{9,10})(?:\d{3}|\.\d+)?")  # seconds or milliseconds


def read_date(value: str) -> datetime | date | None:
    """An aware datetime where `value` names an instant with its zone, a date where it names no zone or no time.

    Reads ISO 8601 with its usual slips, RFC 2822 and seconds or milliseconds since 1970; None for anything else and for implausible years.
    """
    value = value.strip()
    found: datetime | date
    if basic := _BASIC_ISO.fullmatch(value):
        year, month, day, hour, minute, second, zone = basic.groups()
        value = f"{year}-{month}-{day}" + (f"T{hour}:{minute}:{second or '00'}{zone or ''}" if hour else "")
    elif epoch := _EPOCH.fullmatch(value):
        value = datetime.fromtimestamp(int(epoch[1]), UTC).isoformat()
    if match := _ISO.match(value):
        day, time, zone = match.groups()
        try:
            if not (time and zone):
                found = date.fromisoformat(day)
            else:
                zone = "+00:00" if zone.upper() in ("Z", "UTC", "GMT") else zone
                found = datetime.fromisoformat(f"{day}T{time}{zone}")
        except ValueError:
            return None
    else:
        try:
            parsed = parsedate_to_datetime(value)
        except (TypeError, ValueError, IndexError, OverflowError):
            return None
        found = parsed if parsed.tzinfo is not None else parsed.date()
    return found if is_plausible(day_of(found)) else None


def day_of(when: datetime | date) -> date:
    """The day of `when`, in its own zone."""
    return when.date() if isinstance(when, datetime) else when


def is_plausible(day: date) -> bool:
    """Whether an article can have been published on `day`: not before the web, not after tomorrow."""
    return _EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=2)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*)\.?"
_STATED = re.compile(
    rf"\b(?:{_MONTH}\s(?P<day>\d{{1,2}})|(?P<day_first>\d{{1,2}})\s{_MONTH.replace('month', 'month_after')}),?\s(?P<year>\d{{4}})"
    r"(?:\W{1,4}(?P<hour>\d{1,2}):(?P<minute>\d\d)\s?(?P<half>[ap]\.?m\b\.?)?"
    r"(?:\s?\(?(?P<zone>UTC|GMT)?\s?(?P<offset>[+-]\d\d:?\d\d)?)?)?",
    re.IGNORECASE,
)


# The first letters of the months, as far as they tell them apart: English, German, French, Spanish, Italian, Portuguese,
# Dutch, Russian, Ukrainian.
_MONTH_BEGINNINGS = (
    "jan gen ene янв січ", "feb fév fev feb febb фев лют", "mar mär mrt мар бер", "apr avr abr апр квіт",
    "may mai mag mayo maio mei мая май трав", "jun juin giu июн черв", "jul juil lug июл лип",
    "aug août aou ago авг серп", "sep set сен верес", "oct okt ott out окт жовт", "nov ноя лист", "dec dez déc dic дек груд",
)  # fmt: skip


def month_number(word: str) -> int | None:
    """1 to 12 for the name of a month, short or long, in one of nine languages; None for other words."""
    word = word.casefold()
    for number, beginnings in enumerate(_MONTH_BEGINNINGS, 1):
        if any(word.startswith(beginning) for beginning in beginnings.split()):
            return number
    return None


def find_stated_date(line: str) -> datetime | date | None:
    """The date that `line` states in English words ("13 November 2020 12:34 (UTC +04:00)"), as `read_date` gives it."""
    match = _STATED.search(line)
    if match is None:
        return None
    month = _MONTHS.index((match["month"] or match["month_after"])[:3].lower()) + 1
    iso = f"{match['year']}-{month:02}-{int(match['day'] or match['day_first']):02}"
    if match["hour"] and (match["zone"] or match["offset"]):
        hour = int(match["hour"])
        if match["half"]:
            hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
        iso += f"T{hour:02}:{match['minute']}{match['offset'] or 'Z'}"
    return read_date(iso)
