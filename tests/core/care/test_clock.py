"""Hours, days and quiet hours by the patient's wall clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.care.clock import after_quiet, at_wall_clock, day_of, hours_since, is_quiet

MADRID = "Europe/Madrid"
NIGHT = (time(22), time(8))


def local(text: str, zone: str = MADRID) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_hours_are_real_hours() -> None:
    assert hours_since(local("2026-03-28 22:00"), local("2026-03-29 22:00")) == 23
    assert hours_since(local("2026-10-24 22:00"), local("2026-10-25 22:00")) == 25
    assert hours_since(local("2026-03-02 10:00"), local("2026-03-02 09:00")) == 0


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-03-02 23:59", 0), ("2026-03-03 00:01", 1), ("2026-03-29 23:30", 27), ("2026-03-01 10:00", 0)],
)
def test_days_are_calendar_days(now: str, day: int) -> None:
    assert day_of(local("2026-03-02 23:00"), local(now), MADRID) == day


def test_the_day_depends_on_where_the_patient_is() -> None:
    t0, now = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)
    assert [day_of(t0, now, zone) for zone in (MADRID, "America/New_York", "Pacific/Kiritimati")] == [1, 0, 1]


def test_an_hour_that_is_skipped_or_comes_twice() -> None:
    assert at_wall_clock(date(2026, 3, 29), time(2, 30), MADRID) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert at_wall_clock(date(2026, 10, 25), time(2, 30), MADRID) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "quiet"), [("21:59", False), ("22:00", True), ("00:00", True), ("07:59", True), ("08:00", False)]
)
def test_the_night_is_quiet(clock: str, quiet: bool) -> None:
    moment = local(f"2026-03-02 {clock}")
    assert is_quiet(moment, *NIGHT, MADRID) is quiet
    assert (after_quiet(moment, *NIGHT, MADRID) == moment) is not quiet


def test_quiet_hours_within_a_day_and_none_at_all() -> None:
    noon = local("2026-03-02 13:00")
    assert after_quiet(noon, time(12), time(14), MADRID) == local("2026-03-02 14:00")
    assert not is_quiet(noon, time(8), time(8), MADRID)


@given(
    st.integers(0, 3 * 366 * 24 * 60),
    st.sampled_from([MADRID, "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu", "Australia/Lord_Howe"]),
)
def test_after_the_quiet_hours_it_is_not_quiet_and_soon(minutes: int, zone: str) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    after = after_quiet(moment, *NIGHT, zone)
    assert not is_quiet(after, *NIGHT, zone)
    assert timedelta() <= after - moment <= timedelta(hours=11)
