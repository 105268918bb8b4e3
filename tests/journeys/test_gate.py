"""The gate two days before a planned next session: clear, hold, no answer; and it is never clear by silence."""

import json
from datetime import UTC, datetime, timedelta

from bot.store.tables import NextSessionRow
from tests.support.clinic import Clinic, Person

DAY = "30.3"
"""Four weeks after the first session, Monday 30 March; the gate comes on Saturday 28 March, 10:00 in Madrid."""
GATE_AT = datetime(2026, 3, 28, 9, tzinfo=UTC)


async def with_a_planned_session(clinic: Clinic, day: str = DAY) -> Person:
    """Ana was treated on 2 March; her doctor plans the next session on her card."""
    ana = await clinic.treat()
    ana.skims()
    await plan(clinic, day)
    return ana


async def card(clinic: Clinic, *words: str) -> None:
    """The doctor looks at the patient."""
    vega = clinic.staff["Dr. Vega"]
    code = (await clinic.row_of(clinic.patients[0])).case_code
    vega.skims()
    await vega.writes(f"/patient {code}")
    vega.expects(code, *words)


async def plan(clinic: Clinic, day: str, *answer: str) -> None:
    vega = clinic.staff["Dr. Vega"]
    await card(clinic)
    await vega.taps("Plan next session")
    vega.expects("On which day")
    await vega.writes(day)
    vega.expects(*(answer or ("next session on", "The gate comes 2 days before")))


async def to_the_gate(clinic: Clinic, ana: Person) -> None:
    """The timetable on the way is answered well."""
    for row in await clinic.check_ins():
        if row.step != "gate" and row.due_at < GATE_AT:
            await clinic.pass_until(row.due_at)
            await ana.is_well()
    ana.skims()
    clinic.staff_skim()
    await clinic.pass_until(GATE_AT)


async def test_clear(clinic: Clinic) -> None:
    ana = await with_a_planned_session(clinic)
    await card(clinic, "Next session: Mon 30 March", "gate: comes 2 days before")
    await to_the_gate(clinic, ana)
    await card(clinic, "NO ANSWER (not cleared)")
    ana.expects("Hello Ana")
    assert await ana.is_well() <= 4
    ana.expects("fits normal healing")
    await card(clinic, "gate: CLEAR")
    # The session takes place: the plan is done, and the new timetable begins.
    await clinic.pass_until(datetime(2026, 3, 30, 10, tzinfo=UTC))
    ana.skims()
    await clinic.treat_again(ana)
    rows = await clinic.app.store.look(lambda unit: unit.many(NextSessionRow))
    assert [row.state for row in rows] == ["done"]
    clinic.staff_skim()


async def test_a_yes_holds_and_calls_staff(clinic: Clinic) -> None:
    ana = await with_a_planned_session(clinic)
    await to_the_gate(clinic, ana)
    ana.skims()
    await ana.says("none", "A")
    await ana.says("drug", "G")
    await ana.taps("Done")
    await ana.is_well()
    ana.expects("WE WILL CONTACT YOU SOON")
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.rules) == ("D4", "GA-1")
    assert clinic.group is not None
    clinic.group.expects("Gate before the next session", "HOLD the next session")
    await card(clinic, "gate: HOLD")
    clinic.staff_skim()


async def test_the_same_reaction_twice_is_for_today(clinic: Clinic) -> None:
    ana = await with_a_planned_session(clinic)
    await to_the_gate(clinic, ana)
    await ana.says("none", "A")
    await ana.says("reaction", "G")
    await ana.taps("Done")
    await ana.says("same", "GR")
    await ana.is_well()
    (alert,) = await clinic.alerts()
    assert (alert.level, set(alert.rules.split())) == ("D3", {"GA-2"})
    await card(clinic, "gate: HOLD")
    ana.skims()
    clinic.staff_skim()


async def test_silence_is_never_clear(clinic: Clinic) -> None:
    ana = await with_a_planned_session(clinic)
    await to_the_gate(clinic, ana)
    ana.expects("Hello Ana")
    await clinic.pass_time(hours=5)
    await card(clinic, "gate: NO ANSWER (not cleared)")
    # Staff were asked to phone, soon enough before the session.
    assert [task.kind for task in await clinic.open_tasks("phone_call")] == ["phone_call"]
    # Half an answer clears nothing either.
    await ana.says("none", "A")
    await card(clinic, "gate: NO ANSWER (not cleared)")
    await ana.is_well()
    await card(clinic, "gate: CLEAR")
    ana.skims()
    clinic.staff_skim()


async def test_an_open_alert_holds_whatever_she_answers(clinic: Clinic) -> None:
    ana = await with_a_planned_session(clinic)
    await to_the_gate_but(clinic, ana)
    await ana.writes("/worse")
    await ana.is_well(until="FT")
    await ana.says("person", "FT")
    await ana.is_well()
    assert [alert.level for alert in await clinic.alerts()] == ["D4"]
    ana.skims()
    clinic.staff_skim()
    await clinic.pass_until(GATE_AT)
    (task,) = await clinic.open_tasks("other")
    assert "HOLD" in task.about
    await ana.is_well()
    await card(clinic, "gate: HOLD")
    ana.skims()
    clinic.staff_skim()


async def to_the_gate_but(clinic: Clinic, ana: Person) -> None:
    """To the evening before the gate."""
    for row in await clinic.check_ins():
        if row.step != "gate" and row.due_at < GATE_AT:
            await clinic.pass_until(row.due_at)
            await ana.is_well()
    await clinic.pass_until(GATE_AT - timedelta(hours=12))
    ana.skims()
    clinic.staff_skim()


async def test_the_gate_and_a_check_in_of_the_timetable_are_one(clinic: Clinic) -> None:
    """Next session on day 30: the gate falls on day 28 with c11, and neither breaks off the other."""
    ana = await with_a_planned_session(clinic, "1.4")
    for row in await clinic.check_ins():
        if row.step == "c11":
            break
        await clinic.pass_until(row.due_at)
        await ana.is_well()
    ana.skims()
    await clinic.to_check_in("c11")
    rows = {row.step: row for row in await clinic.check_ins()}
    states = {rows["c11"].state, rows["gate"].state}
    assert states == {"open", "merged"}
    ana.expects("Hello Ana")
    taps = await ana.is_well()
    assert taps == 4
    ana.expects("fits normal healing")
    ana.expects_nothing()
    run = json.loads((await clinic.runs())[-1].body)
    assert {"A", "G", "L", "FT"} <= set(run["order"])
    await card(clinic, "gate: CLEAR")
    clinic.staff_skim()


async def test_a_moved_plan_moves_the_gate(clinic: Clinic) -> None:
    """A new day cancels the gate of the old one; her own hour moves it; a day that is over is refused."""
    ana = await with_a_planned_session(clinic)
    await plan(clinic, "1.3.2026", "not to come any more")
    await clinic.staff["Dr. Vega"].writes("soon")
    clinic.staff["Dr. Vega"].expects("That is no day")
    await clinic.staff["Dr. Vega"].writes("6.4")
    clinic.staff["Dr. Vega"].expects("Mon 6 April")
    gates = [row for row in await clinic.check_ins() if row.step == "gate"]
    assert [row.state for row in gates] == ["cancelled", "planned"]
    assert gates[1].due_at == datetime(2026, 4, 4, 8, tzinfo=UTC)
    ana.skims()
    await ana.writes("/hour")
    await ana.taps("20:00")
    moved = next(row for row in await clinic.check_ins() if row.state == "planned" and row.step == "gate")
    assert moved.due_at == datetime(2026, 4, 4, 18, tzinfo=UTC)
    assert moved.local_due == "2026-04-04 20:00"
    # A pause takes the gate away, and its end brings it back; given up, it stays away.
    vega = clinic.staff["Dr. Vega"]
    await card(clinic)
    await vega.taps("Pause")
    assert [row.state for row in await clinic.check_ins() if row.step == "gate"] == ["cancelled", "cancelled"]
    await vega.taps("Go on")
    assert [row.state for row in await clinic.check_ins() if row.step == "gate"] == ["cancelled", "planned"]
    await plan(clinic, "0", "no next session is planned now")
    await card(clinic)
    assert "gate:" not in (vega.last.text if vega.last else "gate:")
    ana.skims()
    clinic.staff_skim()
