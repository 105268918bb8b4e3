"""Times in words, by the reader's language and wall clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

LOCALES = {"en": "en_GB"}
"""Babel's locale where it is not the language itself: the day stands before the month here, as patients write it."""


def clock(moment: datetime, zone: str, language: str) -> str:
    """The time of day, for example 14:32."""
    return format_time(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=_locale(language))


def day_and_clock(moment: datetime, zone: str, language: str) -> str:
    """Day and time, for example Tue 3 March, 10:00."""
    return f"{_weekday_and_day(moment.astimezone(ZoneInfo(zone)), 'EEE', language)}, {clock(moment, zone, language)}"


def day(moment: datetime, zone: str, language: str) -> str:
    """The day, for example Tuesday 3 March."""
    return _weekday_and_day(moment.astimezone(ZoneInfo(zone)), "EEEE", language)


def calendar_day(kept: date, language: str) -> str:
    """A day of the calendar, for example Mon 30 March."""
    return _weekday_and_day(datetime(kept.year, kept.month, kept.day, tzinfo=UTC), "EEE", language)


def birth_date(kept: str, language: str) -> str:
    """A birth date as it is kept (1985-04-23), with the month as a word; a dash for one that is not there."""
    return format_date(date.fromisoformat(kept), "long", locale=_locale(language)) if kept else "—"


def _weekday_and_day(local: datetime, weekday: str, language: str) -> str:
    """Each language has its own way: "Tue 3 March", "mar, 3 de marzo", "вт, 3 марта"."""
    locale = _locale(language)
    between = ", " if "," in locale.datetime_skeletons["MMMEd"].pattern else " "
    return f"{format_date(local, weekday, locale=locale)}{between}{format_skeleton('MMMMd', local, locale=locale)}"


def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))
