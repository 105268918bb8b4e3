"""Wall clocks: daylight saving both ways, the far ends of the world, and a patient who changes her hour or zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.wiring.flows import Flows
from tests.support.clinic import Clinic, in_english, open_clinic

DAYS = {"c3": 1, "c4": 2, "c5": 3, "c6": 5, "c7": 7, "c9": 14, "c10": 21, "c11": 28, "c12": 42, "c13": 56, "c14": 84}

CASES = {
    # Europe springs forward on 29 March 2026 and falls back on 25 October 2026.
    "spring in Madrid": ("Europe/Madrid", datetime(2026, 3, 27, 9, tzinfo=UTC), 10),
    "autumn in Madrid": ("Europe/Madrid", datetime(2026, 10, 23, 8, tzinfo=UTC), 10),
    "spring in New York": ("America/New_York", datetime(2026, 3, 6, 15, tzinfo=UTC), 9),
    "autumn in Sydney": ("Australia/Sydney", datetime(2026, 4, 3, 1, tzinfo=UTC), 21),
    "half an hour in Lord Howe": ("Australia/Lord_Howe", datetime(2026, 4, 3, 1, tzinfo=UTC), 8),
    "UTC-10": ("Pacific/Honolulu", datetime(2026, 3, 2, 20, tzinfo=UTC), 18),
    "UTC+14": ("Pacific/Kiritimati", datetime(2026, 3, 2, 20, tzinfo=UTC), 18),
    "UTC+5:45": ("Asia/Kathmandu", datetime(2026, 3, 2, 4, tzinfo=UTC), 12),
    "UTC-12": ("Etc/GMT+12", datetime(2026, 3, 2, 22, tzinfo=UTC), 8),
}


@pytest.mark.parametrize("case", CASES)
async def test_every_check_in_comes_by_her_clock(sqlite_url: str, flows: Flows, case: str) -> None:
    """Each day-based check-in comes at her hour on the right day, whatever her clock does in between."""
    zone, begins, hour = CASES[case]
    place = ZoneInfo(zone)
    async with open_clinic(sqlite_url, flows=flows, begins=begins) as clinic:
        ana = await clinic.treat(zone=zone, hour=hour, enrolled=False)
        await in_english(ana)
        ana.skims()
        await ana.taps("I agree")
        await ana.writes("23.4.1985")
        await ana.taps("Yes, that is me")
        assert f"Is it {begins.astimezone(place):%H:%M} for you now?" in ana.unread[-1].text
        await ana.taps("Yes, that is right", f"{hour}:00", "It works")
        ana.skims()
        treated = begins.astimezone(place).date()
        rows = {row.step: row for row in await clinic.check_ins()}
        for step, day in DAYS.items():
            local = rows[step].due_at.astimezone(place)
            assert local.date() == treated + timedelta(days=day), step
            assert local.time() == time(hour), step
            assert rows[step].local_due == local.strftime("%Y-%m-%d %H:%M")
        for row in rows.values():
            assert time(8) <= row.due_at.astimezone(place).time() <= time(22), row.step
        # The first three really come, at that moment and not before.
        for step in ("c1", "c2", "c3"):
            await clinic.pass_until(rows[step].due_at - timedelta(seconds=30))
            ana.expects_nothing()
            await clinic.pass_until(rows[step].due_at + timedelta(seconds=2))
            ana.expects("Hello Ana")
            await ana.is_well()
            ana.expects("fits normal healing")


async def test_the_day_is_her_day(sqlite_url: str, flows: Flows) -> None:
    """In Kiritimati it is tomorrow already: "day 1" and the named date are hers, not the server's."""
    begins = datetime(2026, 3, 2, 20, tzinfo=UTC)  # 3 March, 10:00
    async with open_clinic(sqlite_url, flows=flows, begins=begins) as clinic:
        ana = await clinic.treat(zone="Pacific/Kiritimati", hour=9)
        await clinic.to_check_in("c3")
        assert clinic.now.date() == date(2026, 3, 3)
        await ana.is_well()
        assert "Day 1 after your treatment" in ana.unread[-1].text
        assert "Next check-in: Thu 5 March, 09:00" in ana.unread[-1].text


async def test_she_travels_in_the_middle_of_the_course(clinic: Clinic) -> None:
    """From Madrid to Tokyo after day 1, and back: no check-in is lost and none comes twice."""
    ana = await clinic.treat(hour=10)
    for step in ("c1", "c2", "c3"):
        await clinic.to_check_in(step)
        await ana.is_well()
    await clinic.pass_time(hours=2)
    ana.skims()
    await ana.writes("/clock")
    await ana.taps("No, my clock")
    await ana.writes("20:00")
    await ana.taps("Yes, that is right")
    assert (await clinic.row_of(ana)).zone == "Asia/Tokyo"
    ana.skims()
    await clinic.to_check_in("c4")
    assert clinic.now.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%d %H:%M") == "04 10:00"
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("Next check-in: Thu 5 March, 10:00")
    await ana.writes("/clock")
    await ana.taps("No, my clock")
    await ana.writes("2:00")
    await ana.taps("Yes, that is right")
    ana.skims()
    assert (await clinic.row_of(ana)).zone == "Europe/Madrid"
    await clinic.to_check_in("c5")
    assert clinic.now.astimezone(ZoneInfo("Europe/Madrid")).strftime("%d %H:%M") == "05 10:00"
    ana.expects("Hello Ana")
    rows = [row for row in await clinic.check_ins() if row.kind == "planned"]
    assert len(rows) == 13
    assert [row.step for row in rows if row.state == "done"] == ["c1", "c2", "c3", "c4"]
    await clinic.the_end()


async def test_the_hour_that_spring_skips(sqlite_url: str, flows: Flows) -> None:
    """A session that ended at 0:30 on the night of the change: c1 and c2 do not fall into the missing hour."""
    begins = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    async with open_clinic(sqlite_url, flows=flows, begins=begins) as clinic:
        await clinic.treat()
        rows = (await clinic.check_ins())[:3]
        shown = [row.due_at.astimezone(ZoneInfo("Europe/Madrid")).strftime("%d %H:%M") for row in rows]
        assert shown == ["29 08:00", "29 08:30", "30 10:00"]


async def test_the_hour_that_autumn_repeats(sqlite_url: str, flows: Flows) -> None:
    """The reminder after 4 hours is real hours, also in a night of 25 hours."""
    begins = datetime(2026, 10, 20, 8, tzinfo=UTC)
    async with open_clinic(sqlite_url, flows=flows, begins=begins) as clinic:
        ana = await clinic.treat(hour=21)
        for row in await clinic.check_ins():
            await clinic.pass_until(row.due_at)
            if row.step == "c6":
                break
            await ana.is_well()
        ana.skims()
        assert clinic.now.replace(microsecond=0) == datetime(2026, 10, 25, 20, tzinfo=UTC)
        await clinic.pass_until(datetime(2026, 10, 26, 6, 59, tzinfo=UTC))
        ana.expects_nothing()
        await clinic.pass_until(datetime(2026, 10, 26, 7, 1, tzinfo=UTC))
        ana.expects("We are still waiting")
