"""How a birth date and a clock time are read, and which zone a clock means."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.usecases.join import read_clock, read_dates
from bot.usecases.zones import COMMON, SLACK_MIN, zone_for_clock

WINTER = datetime(2026, 1, 15, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("23.4.1985", date(1985, 4, 23)),
        ("4/23/1985", date(1985, 4, 23)),
        ("1985-04-23", date(1985, 4, 23)),
        ("23 4 85", date(1985, 4, 23)),
        ("3.7.1990", date(1990, 7, 3)),
        ("3.7.1990", date(1990, 3, 7)),
        ("29.2.2000", date(2000, 2, 29)),
        ("1.1.05", date(2005, 1, 1)),
    ],
)
def test_a_date_is_read(text: str, meant: date) -> None:
    assert meant in read_dates(text)


@pytest.mark.parametrize(
    "text",
    ["", "23.4", "23 April 1985", "31.2.1985", "29.2.2001", "0.0.0000", "99999.1.1", "1.1.123", "²³.4.1985", "-"],
)
def test_what_is_no_date(text: str) -> None:
    assert read_dates(text) == set()


@given(st.text())
def test_any_words_can_be_read_as_dates_and_times(text: str) -> None:
    assert all(isinstance(each, date) for each in read_dates(text))
    assert read_clock(text) is None or isinstance(read_clock(text), time)


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.sampled_from([".", "-", "/", " "]))
def test_her_own_date_is_always_among_those_read(day: date, between: str) -> None:
    for parts in ((day.day, day.month, day.year), (day.year, day.month, day.day), (day.month, day.day, day.year)):
        assert day in read_dates(between.join(str(part) for part in parts))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("14:30", time(14, 30)),
        ("0:05", time(0, 5)),
        ("9.15", time(9, 15)),
        ("2:30 pm", time(14, 30)),
        ("2:30PM", time(14, 30)),
        ("12:10 a.m.", time(0, 10)),
        ("2:30 p. m.", time(14, 30)),
        ("14:30 h", time(14, 30)),
        ("14.30 hrs.", time(14, 30)),
        ("9:05 horas", time(9, 5)),
        ("14:30 hola", None),
        ("12:10 pm", time(12, 10)),
        (" 23 59 ", time(23, 59)),
        ("24:00", None),
        ("13:00 pm", None),
        ("0:30 am", None),
        ("14", None),
        ("1430", None),
        ("7:5", None),
        ("half past two", None),
    ],
)
def test_a_clock_is_read(text: str, shown: time | None) -> None:
    assert read_clock(text) == shown


@pytest.mark.parametrize("zone", COMMON)
@pytest.mark.parametrize("now", [WINTER, SUMMER], ids=["winter", "summer"])
def test_every_zone_is_found_by_its_clock(zone: str, now: datetime) -> None:
    """What is found may have another name, but shows the same time."""
    found = zone_for_clock(now, now.astimezone(ZoneInfo(zone)).time(), "Europe/Madrid")
    assert found is not None
    assert now.astimezone(ZoneInfo(found)).time() == now.astimezone(ZoneInfo(zone)).time()


@given(st.integers(-SLACK_MIN, SLACK_MIN), st.integers(0, 24 * 60 - 1))
def test_a_clock_may_be_some_minutes_wrong(wrong: int, minute: int) -> None:
    now = WINTER.replace(hour=0) + timedelta(minutes=minute)
    shown = (now.astimezone(ZoneInfo("Europe/Madrid")) + timedelta(minutes=wrong)).time()
    assert zone_for_clock(now, shown, "Europe/Madrid") == "Europe/Madrid"


def test_a_clock_that_nobody_has() -> None:
    assert zone_for_clock(WINTER, time(12, 20), "Europe/Madrid") is None


@pytest.mark.parametrize(
    ("now", "shown", "zone"),
    [
        (WINTER, time(7, 0), "America/New_York"),
        (SUMMER, time(8, 0), "America/New_York"),
        (WINTER, time(15, 0), "Europe/Moscow"),
        (WINTER, time(21, 0), "Asia/Tokyo"),
        (WINTER, time(13, 0), "Europe/Madrid"),
    ],
)
def test_the_likely_zone_is_taken(now: datetime, shown: time, zone: str) -> None:
    assert zone_for_clock(now, shown, "Europe/Madrid") == zone
