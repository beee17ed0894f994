"""Dates as tables write them: ISO and RFC forms as pages do, and numbers whose order somebody has to say."""

import re
from datetime import UTC, date, datetime, timedelta

from articles.parsing.dates import day_of, find_stated_date, read_date
from articles.parsing.types import ParsingError

DAY_FIRST, MONTH_FIRST = "day_first", "month_first"
EARLIEST = date(1600, 1, 1)  # the first newspaper is of 1605

_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"(?:,?[ T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})(?P<rest>[ T].*)?", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def order_of(value: str) -> str:
    """DAY_FIRST or MONTH_FIRST where `value` can only be read so, "either" where it could be both; "" for any other form."""
    match = _NUMBERS.fullmatch(value.strip())
    if match is None:
        return ""
    one, two = int(match["one"]), int(match["two"])
    if one == two or max(one, two) > 31:
        return ""
    if one > 12:
        return DAY_FIRST
    return MONTH_FIRST if two > 12 else "either"


def read_row_date(value: str, order: str = "") -> datetime | date | None:
    """An aware datetime where `value` names an instant with its zone, a date otherwise; None for an empty value.

    Raises ParsingError `date_ambiguous` (03/04/2026, while `order` is ""), `date_unreadable`, `date_implausible`.
    """
    value = value.strip()
    if not value:
        return None
    found = _read(value, order)
    if found is None:
        raise ParsingError(
            "date_unreadable",
            f"“{value[:60]}” is no date that can be read: write it as 2026-03-02 or 2026-03-02T10:00+01:00.",
        )
    if not EARLIEST <= day_of(found) <= datetime.now(UTC).date() + timedelta(days=2):
        raise ParsingError(
            "date_implausible",
            f"“{value[:60]}” is no day on which an article can have been published: mend or clear it.",
        )
    return found


def _read(value: str, order: str) -> datetime | date | None:
    try:
        if match := _NUMBERS.fullmatch(value):
            return _from_numbers(match, order)
        if match := _YEAR_FIRST.fullmatch(value):
            value = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}{match['rest'] or ''}"
        elif match := _COMPACT.fullmatch(value):
            year, month, day, hour, minute, second, zone = match.groups()
            value = f"{year}-{month}-{day}" + (
                f"T{hour}:{minute}:{second or '00'}{zone or ''}" if hour else ""
            )
        elif _EPOCH.fullmatch(value):
            seconds = float(value)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        if (iso := _from_iso(value)) is not None:
            return iso
        return read_date(value) or find_stated_date(value)
    except (ValueError, OverflowError, OSError):
        return None


def _from_iso(value: str) -> datetime | date | None:
    """As `read_date`, for years before the web as well."""
    if not _ISO_DAY.match(value):
        return None
    modern = read_date(value)
    if modern is not None:
        return modern
    rest = value[10:].strip()
    return date.fromisoformat(value[:10]) if not rest or rest[0] in "T0123456789" else None


def _from_numbers(match: re.Match[str], order: str) -> datetime | date:
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    told = order_of(match[0])
    if told == "either" and not order:
        raise ParsingError(
            "date_ambiguous",
            f"“{match[0]}” may be day-month or month-day: say which comes first in this table.",
        )
    # A date that can only be the other way round stands against what somebody said: that is an error, no choice.
    day_first = (order or told) != MONTH_FIRST
    day = date(year, two, one) if day_first else date(year, one, two)
    if not (match["hour"] and match["zone"]):
        return day
    hour = int(match["hour"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    zone = "+00:00" if match["zone"].upper() in ("Z", "UTC", "GMT") else match["zone"]
    return datetime.fromisoformat(
        f"{day.isoformat()}T{hour:02}:{match['minute']}:{match['second'] or '00'}{zone}"
    )
