"""Times in words, by the reader's language and wall clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time


def clock(moment: datetime, zone: str, language: str) -> str:
    """The time of day, for example 14:32."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=language)


def day_and_clock(moment: datetime, zone: str, language: str) -> str:
    """Day and time, for example Tue 3 March, 10:00."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_date(local, 'EEE d MMMM', locale=language)}, {format_time(local, 'HH:mm', locale=language)}"


def day(moment: datetime, zone: str, language: str) -> str:
    """The day, for example Tuesday 3 March."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "EEEE d MMMM", locale=language)
