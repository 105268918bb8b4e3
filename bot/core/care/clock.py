"""Hours and days since a session, and quiet hours, by the patient's wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def hours_since(t0: datetime, now: datetime) -> float:
    """Real hours since ``t0``; never negative."""
    return max(0.0, (now - t0).total_seconds() / 3600)


def day_of(t0: datetime, now: datetime, zone: str) -> int:
    """Calendar days since the day of the session in the patient's zone (the day of the session is 0)."""
    place = ZoneInfo(zone)
    return max(0, (now.astimezone(place).date() - t0.astimezone(place).date()).days)


def at_wall_clock(day: date, at: time, zone: str) -> datetime:
    """The UTC moment at which the patient's clock shows ``at`` on ``day``.

    In the hour that spring skips, the clock shows the time an hour later; in the hour that autumn
    repeats, the first of the two is meant.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def is_quiet(moment: datetime, quiet_from: time, quiet_to: time, zone: str) -> bool:
    """Does ``moment`` fall into the quiet hours? They may cross midnight; the end is no longer quiet."""
    local = moment.astimezone(ZoneInfo(zone)).time()
    if quiet_from <= quiet_to:
        return quiet_from <= local < quiet_to
    return local >= quiet_from or local < quiet_to


def after_quiet(moment: datetime, quiet_from: time, quiet_to: time, zone: str) -> datetime:
    """``moment``, or the end of the quiet hours that it falls into."""
    if not is_quiet(moment, quiet_from, quiet_to, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date()
    if local.time() >= quiet_to:
        day += timedelta(days=1)
    return at_wall_clock(day, quiet_to, zone)
