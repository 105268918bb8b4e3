"""When each check-in comes: late sessions, quiet hours, clocks that change, and the ends of months and years."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.care.clock import is_quiet
from bot.core.care.plan import Due, sets_of, timetable
from bot.core.flow.conditions import Facts
from bot.core.flow.model import Plan
from tests.flows.loaded import scripts

MADRID = "Europe/Madrid"
ZONES = (
    "Pacific/Honolulu", "America/New_York", "America/St_Johns", "UTC", MADRID, "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Tongatapu", "Pacific/Kiritimati",
)  # fmt: skip
FACE = scripts()["face"].plan


def facts(*modifiers: str, sites: tuple[str, ...] = ("cheek",)) -> Facts:
    return Facts({}, 0, 0, "face", frozenset(sites), frozenset(modifiers))


def planned(local: str, zone: str = MADRID, hour: int = 10, *modifiers: str, plan: Plan = FACE) -> list[Due]:
    """The timetable of a session that ended at ``local`` by the patient's clock."""
    t0 = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    return list(timetable(plan, t0, zone, hour, facts(*modifiers)))


def at(dues: list[Due]) -> dict[str, str]:
    return {due.step: due.local for due in dues}


@pytest.mark.parametrize(
    ("session", "c1", "c2", "c3"),
    [
        ("2026-03-02 08:00", "2026-03-02 10:00", "2026-03-02 14:00", "2026-03-03 10:00"),
        ("2026-03-02 10:00", "2026-03-02 12:00", "2026-03-02 16:00", "2026-03-03 10:00"),
        ("2026-03-02 15:00", "2026-03-02 17:00", "2026-03-02 21:00", "2026-03-03 10:00"),
        ("2026-03-02 18:00", "2026-03-02 20:00", "2026-03-02 21:00", "2026-03-03 10:00"),
        ("2026-03-02 18:59", "2026-03-02 20:59", "2026-03-02 21:29", "2026-03-03 10:00"),
        ("2026-03-02 19:00", "2026-03-02 21:00", "2026-03-02 21:30", "2026-03-03 10:00"),
        ("2026-03-02 19:01", "2026-03-02 21:01", "2026-03-03 08:00", "2026-03-03 10:00"),
        ("2026-03-02 20:00", "2026-03-02 21:30", "2026-03-03 08:00", "2026-03-03 10:00"),
        ("2026-03-02 21:29", "2026-03-02 21:44", "2026-03-03 08:00", "2026-03-03 10:00"),
        ("2026-03-02 22:30", "2026-03-02 22:45", "2026-03-03 08:00", "2026-03-03 10:30"),
        ("2026-03-02 23:50", "2026-03-03 00:05", "2026-03-03 08:00", "2026-03-03 11:50"),
        ("2026-03-02 23:59", "2026-03-03 00:14", "2026-03-03 08:00", "2026-03-03 11:59"),
        ("2026-03-02 00:30", "2026-03-02 08:00", "2026-03-02 08:30", "2026-03-03 10:00"),
        ("2026-03-02 05:30", "2026-03-02 08:00", "2026-03-02 11:30", "2026-03-03 10:00"),
        ("2026-03-02 07:59", "2026-03-02 09:59", "2026-03-02 13:59", "2026-03-03 10:00"),
    ],
)
def test_the_first_evening(session: str, c1: str, c2: str, c3: str) -> None:
    due = at(planned(session))
    assert (due["c1"], due["c2"], due["c3"]) == (c1, c2, c3)


def test_the_whole_course() -> None:
    due = planned("2026-03-02 10:00", hour=18)
    days = [1, 2, 3, 5, 7, 14, 21, 28, 42, 56, 84]
    start = date(2026, 3, 2)
    assert [each.local for each in due[2:]] == [f"{start + timedelta(days=day)} 18:00" for day in days]
    assert [each.step for each in due] == [f"c{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14)]


def test_filler_adds_check_ins_and_sets() -> None:
    due = {each.step: each.sets for each in planned("2026-03-02 10:00", MADRID, 10, "filler")}
    assert {"c8", "c15"} <= due.keys()
    assert due["c6"] == ("A", "I", "R", "V", "PILL", "FT")
    assert due["c12"] == ("A", "L", "SW", "FI", "FT")


def test_sets_of_a_check_in_are_those_of_the_timetable() -> None:
    for due in planned("2026-03-02 10:00", MADRID, 10, "filler", "botulinum"):
        entry = FACE.check_in(due.step)
        assert entry is not None
        assert sets_of(entry, facts("filler", "botulinum")) == due.sets


@pytest.mark.parametrize(
    ("zone", "session", "after"),
    [
        (MADRID, "2026-03-27 10:00", "2026-03-29 10:00"),
        (MADRID, "2026-10-23 10:00", "2026-10-25 10:00"),
        ("America/New_York", "2026-03-06 10:00", "2026-03-08 10:00"),
        ("America/New_York", "2026-10-30 10:00", "2026-11-01 10:00"),
    ],
)
def test_the_hour_that_she_picked_stays_when_the_clocks_change(zone: str, session: str, after: str) -> None:
    due = {each.step: each for each in planned(session, zone)}
    assert due["c4"].local == after
    hours = (due["c4"].due_at - due["c3"].due_at) / timedelta(hours=1)
    assert hours == (23 if "-03-" in after else 25)


@pytest.mark.parametrize("session", ["2026-03-28 23:30", "2026-03-29 01:30", "2026-10-24 23:30", "2026-10-25 01:30"])
def test_a_session_in_the_night_of_the_change(session: str) -> None:
    due = at(planned(session))
    day = "2026-03-29" if "-03-" in session else "2026-10-25"
    assert due["c2"] in (f"{day} 08:00", f"{day} 08:30")


@pytest.mark.parametrize(
    ("session", "step", "local"),
    [
        ("2028-02-28 10:00", "c3", "2028-02-29 10:00"),
        ("2028-02-29 10:00", "c3", "2028-03-01 10:00"),
        ("2027-02-28 10:00", "c3", "2027-03-01 10:00"),
        ("2026-12-31 10:00", "c3", "2027-01-01 10:00"),
        ("2026-12-31 23:40", "c2", "2027-01-01 08:00"),
        ("2026-12-10 10:00", "c10", "2026-12-31 10:00"),
    ],
)
def test_ends_of_months_and_years(session: str, step: str, local: str) -> None:
    assert at(planned(session))[step] == local


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati"])
def test_the_day_is_that_of_the_patient(zone: str) -> None:
    t0 = datetime(2026, 3, 2, 23, tzinfo=UTC)
    first_day = t0.astimezone(ZoneInfo(zone)).date()
    due = {each.step: each for each in timetable(FACE, t0, zone, 10, facts())}
    assert due["c3"].local == f"{first_day + timedelta(days=1)} 10:00"


def test_a_plan_with_other_quiet_hours_moves_day_check_ins_too() -> None:
    plan = FACE.model_copy(update={"quiet_from": time(20), "quiet_to": time(9)})
    assert at(planned("2026-03-02 10:00", MADRID, 8, plan=plan))["c3"] == "2026-03-03 09:00"
    assert at(planned("2026-03-02 10:00", MADRID, 21, plan=plan))["c3"] == "2026-03-04 09:00"


@settings(max_examples=300, deadline=None)
@given(
    minutes=st.integers(0, 3 * 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
    hour=st.integers(8, 21),
    modifiers=st.sets(st.sampled_from(["filler", "botulinum", "numbing_drug"])),
)
def test_every_timetable(minutes: int, zone: str, hour: int, modifiers: set[str]) -> None:
    t0 = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    local = t0.astimezone(ZoneInfo(zone))
    dues = timetable(FACE, t0, zone, hour, facts(*modifiers))
    moments = [due.due_at for due in dues]
    assert all(later - sooner >= timedelta(minutes=30) for sooner, later in pairwise(moments))
    assert moments[0] >= t0 + timedelta(minutes=15)
    for due in dues:
        assert due.due_at.tzinfo is UTC
        assert due.local == due.due_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        assert due.sets[0] == "A"
        assert due.sets[-1] == "FT"
        assert len(set(due.sets)) == len(due.sets)
        quiet = is_quiet(due.due_at, FACE.quiet_from, FACE.quiet_to, zone)
        very_late = due.step == "c1" and local.time() >= time(21, 45)
        assert not quiet or very_late, f"{due.step} of {local} at {due.local}"
        if due.step == "c1":
            assert due.due_at <= t0 + timedelta(hours=10)
