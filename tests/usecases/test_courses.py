"""Several sessions of a course: each check-in is asked at its time, alone or with a near one, whatever the order of entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.store.tables import CheckInRow, PatientRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.enrol import NewSession, add_session
from bot.usecases.timetable import replan
from tests.support import rows
from tests.usecases.conftest import NOW, Office

DAY = timedelta(days=1)
STEPS = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c9", "c10", "c11", "c12", "c13", "c14"}


@dataclass
class Course:
    """A patient's sessions and check-ins."""

    sessions: list[SessionRow]
    rows: list[CheckInRow]

    def asked_at(self, row: CheckInRow) -> datetime:
        """When it is really asked."""
        by_id = {each.id: each for each in self.rows}
        while row.state == "merged":
            row = by_id[row.merged_into or ""]
        assert row.state == "planned"
        return row.due_at

    def of(self, number: int) -> dict[str, CheckInRow]:
        """The check-ins of a session, numbered by its end."""
        return {row.step: row for row in self.rows if row.session_id == self.sessions[number].id}


async def course(office: Office, *ended: timedelta, entered: Sequence[int] = (), zone: str = "Europe/Berlin") -> Course:
    """Sessions that ended so long after noon of the first day, entered in this order, each when it can be."""
    doctor = await office.hire("Vega", rank=1)
    order = entered or range(len(ended))

    def make(unit: Unit) -> None:
        unit.insert(rows.patient(zone=zone))
        now = NOW
        for number in order:
            t0 = NOW + ended[number]
            now = max(now, t0)
            staff, patient = unit.get(StaffRow, doctor), unit.get(PatientRow, "p1")
            add_session(unit, office.clinic, now, staff, patient, NewSession("face", t0, ("cheek",)))

    await office.do(make)
    return await read(office)


async def read(office: Office) -> Course:
    return await office.do(
        lambda unit: Course(
            list(unit.many(SessionRow, order_by=SessionRow.t0)), list(unit.many(CheckInRow, order_by=CheckInRow.due_at))
        )
    )


def kept(found: Course, first: int = 0) -> None:
    """Every check-in of the timetable is there and is asked within a day of its own time, those by the hour within three."""
    for number in range(first, len(found.sessions)):
        mine = found.of(number)
        assert set(mine) == STEPS, number
        for step, row in mine.items():
            most = timedelta(hours=3) if step in ("c1", "c2") else DAY
            assert abs(found.asked_at(row) - row.due_at) <= most, (number, step)
    last = found.of(len(found.sessions) - 1)
    assert {row.state for row in last.values()} == {"planned"}


async def test_three_sessions_a_day_apart(office: Office) -> None:
    """Guests move with their host, but never a second day: 24 hours are 24 hours, also through a chain."""
    found = await course(office, timedelta(0), DAY, 2 * DAY)
    kept(found)


async def test_three_sessions_with_weeks_between(office: Office) -> None:
    found = await course(office, timedelta(0), 14 * DAY, 28 * DAY)
    kept(found)
    assert found.asked_at(found.of(0)["c14"]) - found.of(0)["c14"].due_at <= DAY


@pytest.mark.parametrize("apart", [timedelta(minutes=5), timedelta(hours=2), timedelta(hours=5, minutes=30)])
async def test_two_sessions_on_one_day(office: Office, apart: timedelta) -> None:
    """From c3 on everything is one; nobody's first hours are put off to the next day."""
    found = await course(office, timedelta(0), apart)
    kept(found)
    for step in STEPS - {"c1", "c2"}:
        assert found.of(0)[step].merged_into == found.of(1)[step].id, step


async def test_a_session_that_is_entered_late_is_still_the_older_one(office: Office) -> None:
    """Older and newer are said by the end of the session: the one of last week does not take the lead."""
    found = await course(office, timedelta(0), 4 * DAY, entered=(1, 0))
    assert found.sessions[0].t0 < found.sessions[1].t0
    assert found.sessions[0].made_at == found.sessions[1].made_at
    assert {row.state for row in found.of(1).values()} == {"planned"}
    late = found.of(0)
    assert "c14" in late
    assert all(abs(found.asked_at(row) - row.due_at) <= DAY for row in late.values())
    assert any(row.state == "merged" for row in late.values())


async def test_three_entered_in_any_order(office: Office) -> None:
    found = await course(office, timedelta(0), DAY, 2 * DAY, entered=(2, 0, 1))
    for number in range(3):
        for step, row in found.of(number).items():
            assert abs(found.asked_at(row) - row.due_at) <= DAY, (number, step)
    assert {row.state for row in found.of(2).values()} == {"planned"}


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Kathmandu"])
async def test_a_move_to_the_other_side_of_the_world(office: Office, zone: str) -> None:
    """After the move each check-in still stands once, by her new clock, and the merge holds."""
    await course(office, timedelta(0), 7 * DAY, zone="Europe/Berlin")

    def move(unit: Unit) -> None:
        unit.change_one(PatientRow, "p1", zone=zone)
        replan(unit, office.clinic, NOW + 7 * DAY + timedelta(minutes=1), unit.get(PatientRow, "p1"))

    await office.do(move)
    found = await read(office)
    second = found.of(1)
    assert set(second) == STEPS
    place = ZoneInfo(zone)
    first_day = found.sessions[1].t0.astimezone(place).date()
    for step, day in {"c4": 2, "c5": 3, "c6": 5, "c7": 7, "c14": 84}.items():
        local = second[step].due_at.astimezone(place)
        assert (local.date(), local.hour) == (first_day + day * DAY, 10), step
        assert second[step].local_due == local.strftime("%Y-%m-%d %H:%M")
    for row in found.of(0).values():
        if row.state in ("planned", "merged"):
            assert abs(found.asked_at(row) - row.due_at) <= DAY
