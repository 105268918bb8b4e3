"""Two sessions of one patient: their check-ins merge, and each is judged by its own clock."""

import json
from datetime import timedelta

from bot.store.tables import RunRow
from tests.support.clinic import Clinic


async def test_a_second_session_two_weeks_later(clinic: Clinic) -> None:
    """Check-ins within 24 hours become one, no question is asked twice; the late ones of the first session go on."""
    ana = await clinic.treat(hour=10)
    for row in await clinic.check_ins():
        if row.step == "c9":
            break
        await clinic.pass_until(row.due_at)
        await ana.is_well()
    ana.skims()
    # Monday, 16 March, 8:30, before the check-in of day 14 at 10:00.
    await clinic.pass_until((await clinic.check_in("c9")).due_at - timedelta(hours=1, minutes=30))
    await clinic.treat_again(ana)
    rows = await clinic.check_ins()
    merged = [row for row in rows if row.state == "merged"]
    assert "c9" in [row.step for row in merged]
    partners = {row.id: row for row in rows}
    for row in merged:
        partner = partners[row.merged_into or ""]
        assert abs(partner.due_at - row.due_at) <= timedelta(hours=24)
        assert set(row.sets.split()) <= set(partner.sets.split())
    waiting = [row for row in rows if row.state == "planned"]
    # After the merge no two planned check-ins of different sessions are within a day of each other.
    for row in waiting:
        for other in waiting:
            if row.session_id != other.session_id:
                assert abs(row.due_at - other.due_at) > timedelta(hours=24), (row.step, other.step)
    first = next(row for row in waiting if row.step == "c1")
    assert "L" in first.sets.split()
    await clinic.pass_until(first.due_at)
    ana.expects("Hello Ana")
    asked = []
    while any(data.startswith("a|") for data in (ana.phone.last.button_data if ana.phone.last else {}).values()):
        question = next(iter(ana.open_question.button_data.values())).split("|")[2]
        asked.append(question)
        known = clinic.script.questions[question]
        await ana.says(known.well or known.codes[0])
    assert len(asked) == len(set(asked))
    ana.expects("fits normal healing")
    run = next(run for run in await clinic.runs() if run.checkin_id == first.id)
    assert len(json.loads(run.body)["subjects"]) == 2


async def test_each_session_by_its_own_clock(clinic: Clinic) -> None:
    """A bit of itch: expected 5 hours after the second session, but the first one is 14 days old, so it is a D4."""
    ana = await clinic.treat()
    for row in await clinic.check_ins():
        if row.step == "c9":
            break
        await clinic.pass_until(row.due_at)
        await ana.is_well()
    await clinic.pass_until((await clinic.check_in("c9")).due_at - timedelta(hours=3))
    await clinic.treat_again(ana)
    first = next(row for row in await clinic.check_ins() if row.state == "planned" and row.step in ("c1", "c2"))
    merged = [row for row in await clinic.check_ins() if row.merged_into == first.id]
    ana.skims()
    await clinic.pass_until(first.due_at)
    assert [row.step for row in merged] == ["c9"]
    await ana.is_well(until="R")
    await ana.says("itch", "R")
    await ana.taps("Done")
    await ana.is_well(until="IT")
    await ana.says("bit", "IT")
    await ana.is_well()
    run = next(run for run in await clinic.runs() if run.checkin_id == first.id)
    assert run.level == "D4"
    assert "IT-2" in json.loads(run.body)["hits"]


async def test_a_session_on_the_next_day(clinic: Clinic) -> None:
    """Sessions a day apart: the day-based check-ins merge one into the other, and an hour change keeps it so."""
    ana = await clinic.treat()
    for step in ("c1", "c2"):
        await clinic.to_check_in(step)
        await ana.is_well()
    await clinic.pass_time(hours=16)
    await clinic.treat_again(ana)
    before = [(row.step, row.session_id, row.state) for row in await clinic.check_ins()]
    await ana.writes("/hour")
    await ana.taps("10:00")
    after = [(row.step, row.session_id, row.state) for row in await clinic.check_ins()]
    assert sorted(after) == sorted(before)
    ana.skims()
    await clinic.pass_time(days=7)
    ana.skims()
    clinic.staff_skim()
    runs = await clinic.app.store.look(lambda unit: unit.many(RunRow))
    days = [run.opened_at.date() for run in runs]
    assert max(days.count(day) for day in days) <= 3


async def test_a_changed_hour_does_not_ask_again_what_was_asked_together(clinic: Clinic) -> None:
    """c9 of the first session was asked inside c1 of the second; a new hour does not bring it back."""
    ana = await clinic.treat()
    for row in await clinic.check_ins():
        if row.step == "c9":
            break
        await clinic.pass_until(row.due_at)
        await ana.is_well()
    await clinic.pass_until((await clinic.check_in("c9")).due_at - timedelta(hours=3))
    await clinic.treat_again(ana)
    first = next(row for row in await clinic.check_ins() if row.state == "planned")
    await clinic.pass_until(first.due_at)
    await ana.is_well()
    await clinic.pass_time(hours=1)
    ana.skims()
    await ana.writes("/hour")
    await ana.taps("20:00")
    ana.expects("At which hour")
    ana.expects("Changed.")
    await clinic.pass_time(seconds=10)
    ana.expects_nothing()
    c9 = next(row for row in await clinic.check_ins() if row.step == "c9" and row.state == "merged")
    assert c9.merged_into == first.id
