"""Weekly lines, dated shifts and holidays for the tests of cover, by the clock of Madrid."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.cover.duty import Dated, Holiday, Rank, Weekly

MADRID = "Europe/Madrid"
FIRST = date(2026, 1, 1)


def line(who: str, weekday: int, begins: str, ends: str, rank: Rank = Rank.FIRST, **more: Any) -> Weekly:
    """One line of the pattern: "vega", 0 (Monday), "22:00", "07:00"."""
    return Weekly(
        **{"id": f"{who}{weekday}{begins}", "staff_id": who, "rank": rank, "weekday": weekday, "zone": MADRID}
        | {"begins": time.fromisoformat(begins), "ends": time.fromisoformat(ends), "first_day": FIRST}
        | more
    )


def week(who: str, begins: str, ends: str, rank: Rank = Rank.FIRST) -> tuple[Weekly, ...]:
    """The same hours on every day."""
    return tuple(line(who, weekday, begins, ends, rank) for weekday in range(7))


def dated(who: str, begins: str, ends: str | None, rank: Rank = Rank.FIRST) -> Dated:
    """A shift on a date, by the clock of Madrid."""
    return Dated(id=f"{who}{begins}", staff_id=who, rank=rank, begins=at(begins), ends=at(ends) if ends else None)


def holiday(first: str, last: str, who: str, second: str = "") -> Holiday:
    """Days on which the clinic is closed."""
    days = {"first_day": date.fromisoformat(first), "last_day": date.fromisoformat(last)}
    return Holiday(id=first, name="Closed", zone=MADRID, first=who, second=second, **days)


def at(wall: str, fold: int = 0) -> datetime:
    """ "2026-03-29 02:30" in Madrid, in UTC."""
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(MADRID), fold=fold).astimezone(UTC)
