"""Shifts by the clinic's clock: across midnight, across both changes of the clock, and never a moment lost."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.core.cover.duty import Weekly, moment_of
from tests.core.cover.plans import FIRST, MADRID, at, holiday, line

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
ZONES = ("Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "UTC")
QUARTERS = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 15)]


def test_a_night_shift_lasts_until_the_next_morning() -> None:
    night = line("vega", 0, "22:00", "07:00").on(date(2026, 3, 2))
    assert night is not None
    assert (night.begins, night.ends) == (at("2026-03-02 22:00"), at("2026-03-03 07:00"))
    assert line("vega", 0, "22:00", "07:00").on(date(2026, 3, 3)) is None


def test_the_same_time_twice_is_a_whole_day() -> None:
    whole = line("vega", 0, "09:00", "09:00").on(date(2026, 3, 2))
    assert whole is not None
    assert whole.ends - whole.begins == timedelta(hours=24)


@pytest.mark.parametrize(("eve", "hours"), [(date(2026, 3, 28), 8), (date(2026, 10, 24), 10), (date(2026, 3, 7), 9)])
def test_the_night_of_a_clock_change_is_shorter_or_longer(eve: date, hours: int) -> None:
    night = line("vega", eve.weekday(), "22:00", "07:00").on(eve)
    assert night is not None
    assert night.ends - night.begins == timedelta(hours=hours)


def test_an_hour_that_spring_skips_is_the_moment_of_the_change() -> None:
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert [moment_of(SPRING, time(2, minute), MADRID) for minute in (0, 1, 30, 59)] == [change] * 4
    assert moment_of(SPRING, time(3), MADRID) == change
    # A shift that lies in that hour altogether is none: nobody is on for a time that does not come.
    assert line("vega", SPRING.weekday(), "02:10", "02:50").on(SPRING) is None


def test_an_hour_that_autumn_repeats_is_meant_once() -> None:
    assert moment_of(AUTUMN, time(2, 30), MADRID) == at("2026-10-25 02:30", fold=0)
    early = line("vega", AUTUMN.weekday(), "00:00", "02:30").on(AUTUMN)
    late = line("lola", AUTUMN.weekday(), "02:30", "08:00").on(AUTUMN)
    assert early is not None
    assert late is not None
    assert early.ends == late.begins
    assert late.covers(at("2026-10-25 02:15", fold=1)), "the second 02:15 comes after the first 02:30"


@pytest.mark.parametrize("zone", ZONES)
def test_later_on_the_clock_is_never_earlier_in_time(zone: str) -> None:
    for number in range(366):
        day = date(2026, 1, 1) + timedelta(days=number)
        moments = [moment_of(day, at_, zone) for at_ in QUARTERS]
        assert all(earlier <= later for earlier, later in pairwise(moments)), (zone, day)
        assert moments[-1] <= moment_of(day + timedelta(days=1), time(), zone), (zone, day)


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, 365), st.sampled_from(QUARTERS))
def test_an_ordinary_time_is_what_the_clock_shows(zone: str, number: int, wanted: time) -> None:
    day = date(2026, 1, 1) + timedelta(days=number)
    shown = moment_of(day, wanted, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if shown != datetime.combine(day, wanted):
        # Only where the clock jumps over it: a second before, it showed an earlier time.
        before = (moment_of(day, wanted, zone) - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < datetime.combine(day, wanted) < shown


@settings(deadline=None)
@given(st.lists(st.sampled_from(QUARTERS), min_size=1, max_size=4, unique=True), st.sampled_from(ZONES))
def test_shifts_that_follow_each_other_leave_no_moment_out(marks: list[time], zone: str) -> None:
    """Any cut of the day into shifts, on the days of both changes: each moment has exactly one."""
    marks = sorted(marks)
    lines = [
        Weekly(
            id=f"{weekday}{place}",
            staff_id="vega",
            rank=1,
            weekday=weekday,
            begins=mark,
            ends=marks[(place + 1) % len(marks)],
            zone=zone,
            first_day=FIRST,
        )
        for weekday in range(7)
        for place, mark in enumerate(marks)
    ]
    for day in (date(2026, 3, 8), SPRING, date(2026, 4, 5), date(2026, 10, 4), AUTUMN, date(2026, 11, 1)):
        begins = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=12)
        for quarter in range(4 * 48):
            moment = begins + timedelta(minutes=15 * quarter)
            assert sum(each.covers(moment) for each in lines) == 1, (zone, moment)


def test_a_line_begins_and_ends_by_the_calendar() -> None:
    bound = line("vega", 0, "22:00", "07:00", first_day=date(2026, 3, 9), last_day=date(2026, 3, 16))
    days = [date(2026, 3, number) for number in (2, 9, 16, 23)]
    assert [bound.on(day) is not None for day in days] == [False, True, True, False]
    found = list(bound.within(at("2026-03-10 06:00"), at("2026-03-16 22:01")))
    assert [each.begins for each in found] == [at("2026-03-09 22:00"), at("2026-03-16 22:00")]


def test_a_holiday_lasts_from_midnight_to_midnight() -> None:
    easter = holiday("2026-03-29", "2026-03-29", "lola")
    assert easter.span.ends - easter.span.begins == timedelta(hours=23)
    with pytest.raises(ValidationError, match="ends before it begins"):
        holiday("2026-03-30", "2026-03-29", "lola")
