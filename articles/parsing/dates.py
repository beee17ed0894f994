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


def read_date(value: str) -> datetime | date | None:
    """An aware datetime where `value` names an instant with its zone, a date where it names no zone or no time.

    Reads ISO 8601 with its usual slips and RFC 2822; None for anything else and for implausible years.
    """
    value = value.strip()
    found: datetime | date
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
        except (TypeError, ValueError, IndexError):
            return None
        found = parsed if parsed.tzinfo is not None else parsed.date()
    return found if is_plausible(day_of(found)) else None


def day_of(when: datetime | date) -> date:
    """The day of `when`, in its own zone."""
    return when.date() if isinstance(when, datetime) else when


def is_plausible(day: date) -> bool:
    """Whether an article can have been published on `day`: not before the web, not after tomorrow."""
    return _EARLIEST <= day <= datetime.now(UTC).date() + timedelta(days=2)
