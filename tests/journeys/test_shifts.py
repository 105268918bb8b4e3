"""Shifts, holidays, swaps and cover, from chat to the alarm: who is called is who is planned, and gaps are told ahead."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.tables import AuditRow
from bot.store.tables_shifts import SwapRow
from bot.usecases.cover import gaps
from bot.usecases.people import on_call
from bot.wiring.flows import Flows
from tests.support import rows
from tests.support.clinic import Clinic, Person, open_clinic
from tests.support.scenes import cards, hard_to_breathe, white_patch

SATURDAY = datetime(2026, 3, 28, 9, tzinfo=UTC)
"""The day before Madrid goes to summer time."""


@pytest.fixture
async def watched(sqlite_url: str, flows: Flows) -> AsyncIterator[Clinic]:
    """A clinic in which the lead is told of gaps; it has a patient, so it is not being set up any more."""
    async with open_clinic(sqlite_url, flows=flows, watch_cover=True) as made:
        await made.app.store.run(lambda unit: unit.insert(rows.patient(stage="stopped")))
        await made.pass_time(minutes=1)
        yield made


async def _red(clinic: Clinic, patient: Person) -> None:
    """She writes at any hour that she cannot breathe."""
    await patient.writes("/worse")
    await patient.taps("Hard to breathe")
    patient.skims()


async def test_a_lead_plans_by_buttons_and_by_a_line(clinic: Clinic) -> None:
    lola = clinic.staff["Lola"]
    await lola.writes("/shifts")
    lola.expects("Shifts, week of Mon 2 March", "1️⃣", "Dr. Vega", "2️⃣", "Dr. Marín")
    await lola.taps("Add")
    lola.expects("Who has the shift?")
    await lola.taps("Dr. Marín")
    lola.expects("When is she called?")
    days = lola.last
    await lola.taps("1️⃣ First")
    assert days is not None
    lola.sees(days, "On which days does the shift begin?", "▫️ Mon")
    await lola.taps("Mon", "Tue")
    lola.sees(days, "☑️ Mon", "☑️ Tue", "▫️ Wed")
    await lola.taps("Done (2)")
    lola.expects("From when to when?")
    await lola.taps("20:00-08:00")
    lola.expects("Saved: Dr. Marín has the shift")
    lola.expects("1️⃣ 20:00-00:00 Dr. Marín")
    await lola.writes("/shifts Vega second 3.3 20:00-08:00")
    lola.expects("Saved: Dr. Vega has the shift")
    lola.expects("2️⃣ 20:00-00:00 Dr. Vega")
    await lola.taps("Take away")
    lola.expects("Which one is to go?", "20:00-08:00 Dr. Marín")
    await lola.taps("Mon 20:00-08:00 Dr. Marín")
    lola.expects("taken away")
    lola.expects("Shifts, week of")
    verbs = [row.verb for row in await clinic.app.store.look(lambda unit: unit.many(AuditRow)) if "shift" in row.verb]
    assert verbs == ["add_weekly_shift", "add_weekly_shift", "add_shift", "end_weekly_shift"]
    await clinic.the_end()


async def test_what_cannot_be_planned_is_said_clearly(clinic: Clinic) -> None:
    lola = clinic.staff["Lola"]
    await clinic.hire("Rosa", "reception")
    for words, answer in (
        ("Nobody first mon 08:00-20:00", "I do not know this person"),
        ("Rosa first mon 08:00-20:00", "Rosa cannot be on call"),
        ("Vega first 1.3 08:00-20:00", "lies in the past"),
        ("Vega first 31.2 08:00-20:00", "That is no day"),
        ("Vega first mon 25:00-26:00", "Write it like this"),
        ("Vega always", "Write it like this"),
    ):
        await lola.writes(f"/shifts {words}")
        lola.expects(answer)
    await lola.writes("/shifts Vega first mon 08:00-20:00")
    lola.expects("Saved")
    lola.expects("Shifts, week of")
    for words in ("Vega first mon 19:00-21:00", "Vega second mon 19:00-21:00", "Vega first sun 20:00-08:30"):
        await lola.writes(f"/shifts {words}")
        lola.expects("She has a shift at that time already")
    for data in ("sh|save|nobody.1.1.0", "sh|save|nobody.9.1.0", "sh|days|x.1.z", "sh|endweekly|none", "sh|week|999"):
        assert await lola.forges(data) in (
            "I do not know this person, or she has left. /roster shows who is on the staff list.",
            "This button is no longer in use. Please use the newest message.",
        ), data
    await clinic.the_end()


async def test_the_person_of_the_night_shift_is_called_across_the_change_of_the_clock(
    sqlite_url: str, flows: Flows
) -> None:
    """Saturday 22:00 to Sunday 07:00, and 02:00 to 03:00 does not exist: she is on until 07:00 by the clock, not 08:00."""
    async with open_clinic(sqlite_url, flows=flows, begins=SATURDAY) as clinic:
        lola, vega = clinic.staff["Lola"], clinic.staff["Dr. Vega"]
        night = await clinic.hire("Dr. Luna", "clinician")
        await lola.writes("/shifts Luna first sat 22:00-07:00")
        lola.skims()
        ana, bea = [await clinic.treat(name, injector="Dr. Marín") for name in ("Ana Ruiz", "Bea Soto")]
        await clinic.pass_until(datetime(2026, 3, 29, 1, 30, tzinfo=UTC))  # 03:30, half an hour after the change
        clinic.staff_skim()
        ana.skims()
        await _red(clinic, ana)
        night.expects("EMERGENCY (D1)")
        vega.expects_nothing()
        await night.taps("I take it", "Contacted", "Reached, sent to the ER", "Close", "In medical care")
        clinic.staff_skim()
        await clinic.pass_until(datetime(2026, 3, 29, 5, 0, tzinfo=UTC))  # 07:00
        clinic.staff_skim()
        bea.skims()
        await _red(clinic, bea)
        vega.expects("EMERGENCY (D1)")
        night.expects_nothing()


async def test_the_clinic_is_closed_for_a_holiday(clinic: Clinic) -> None:
    """Who covers is called instead of the pattern, and everybody reads that the clinic is closed."""
    lola, marin, vega = clinic.staff["Lola"], clinic.staff["Dr. Marín"], clinic.staff["Dr. Vega"]
    for words, answer in (
        ("1.3 Yesterday", "Those days are over"),
        ("5.3-4.3 Backwards", "The last day is before the first"),
        ("3.3-3.6 Long", "At most 60 days"),
        ("Christmas", "Write it like this"),
    ):
        await lola.writes(f"/holiday {words}")
        lola.expects(answer)
    await lola.writes("/shifts Vega first mon-sun 00:00-24:00")
    await lola.writes("/holiday 3.3-4.3 Patron saint")
    lola.skims()
    await lola.taps("Dr. Marín")
    lola.skims()
    await lola.taps("Lola")
    lola.expects("Saved: Patron saint")
    lola.expects("Tue 3 March - Wed 4 March", "Called: Dr. Marín, Lola")
    await vega.writes("/shifts")
    vega.expects("closed: Patron saint", "1️⃣ 00:00-00:00 Dr. Marín")
    ana = await clinic.treat("Ana Ruiz")
    await clinic.pass_until(datetime(2026, 3, 3, 12, tzinfo=UTC))
    clinic.staff_skim()
    ana.skims()
    await _red(clinic, ana)
    marin.expects("EMERGENCY (D1)")
    await clinic.pass_time(minutes=5)
    lola.expects("Nobody has taken this yet")
    clinic.staff_skim()


@pytest.mark.parametrize("covered", [True, False])
async def test_a_d3_on_a_holiday_is_sent_to_the_emergency_room_when_nobody_covers(
    clinic: Clinic, covered: bool
) -> None:
    """On a holiday whose only people have left, nobody can call within the hour: the D3 carries the D2 text."""
    lola = clinic.staff["Lola"]
    await lola.writes("/holiday 2.3-4.3 Closed")
    await lola.taps("Dr. Marín")
    await lola.taps("Nobody")
    ana = await clinic.treat("Ana Ruiz")
    if not covered:
        await clinic.remove("Dr. Marín")
        lola.phone.block_bot()
    clinic.staff_skim()
    await ana.writes("please call me")
    ana.skims()
    await ana.says("person", "HU")
    ana.expects("GO TO THE EMERGENCY ROOM" if covered is False else "WE NEED TO CHECK THIS TODAY")
    (alert,) = await clinic.alerts()
    assert alert.level == "D3", "the alarm stays what it is; only the words to the patient change"
    clinic.staff_skim()
    ana.skims()


async def test_a_swap_by_two_taps_and_a_yes(clinic: Clinic) -> None:
    lola, vega, marin = clinic.staff["Lola"], clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    await lola.writes("/shifts Vega first 3.3 20:00-08:00")
    await lola.writes("/shifts Marín first 5.3 20:00-08:00")
    lola.skims()
    await vega.writes("/shifts")
    vega.skims()
    await vega.taps("Swap a shift")
    vega.expects("Which of your shifts?")
    await vega.taps("First, Tue 3 March, 20:00" if "Tue 3 March, 20:00" in str(vega.labels) else "First")
    vega.expects("For which one, or to whom?", "Dr. Marín: First, Thu 5 March, 20:00-08:00")
    await vega.taps("Dr. Marín: First, Thu 5 March")
    vega.expects("I have asked Dr. Marín")
    request = marin.expects("Dr. Vega would like to swap", "Thu 5 March")
    assert await lola.forges(request.button_data["✅ Yes"]) == "This question is for somebody else."
    await marin.taps("Yes")
    marin.sees(request, "said yes", "The shifts are changed")
    assert not request.buttons
    vega.expects("Dr. Marín said yes")
    assert await marin.forges(f"sw|yes|{await _swap_id(clinic)}") == "This was answered already."
    assert await _on_first(clinic, datetime(2026, 3, 5, 21, tzinfo=UTC)) == ["Dr. Vega"]
    assert await _on_first(clinic, datetime(2026, 3, 3, 21, tzinfo=UTC)) == ["Dr. Marín"]
    await clinic.the_end()


async def _swap_id(clinic: Clinic) -> str:
    (row,) = await clinic.app.store.look(lambda unit: unit.many(SwapRow))
    return row.id


async def _on_first(clinic: Clinic, at: datetime) -> list[str]:
    return await clinic.app.store.look(lambda unit: [each.name for each in on_call(unit, at, 1)])


async def test_a_colleague_is_invited_from_chat_and_the_link_works_once(clinic: Clinic) -> None:
    lola = clinic.staff["Lola"]
    await lola.writes("/invite")
    lola.expects("Write the name behind it")
    await lola.writes("/invite Dr. Neu +34 600 111 222")
    lola.expects("Dr. Neu: which role?", "Reception", "Clinician")
    await lola.taps("Clinician")
    link = lola.expects("scan this code with your own phone", "It works once, for 72 hours")
    assert link.photo is not None
    assert await lola.forges("in|clinician") == "This button is no longer in use. Please use the newest message."
    token = link.text.rpartition("start=")[2]
    neu = clinic.newcomer("Dr. Neu")
    neu.phone.start(token)
    await clinic.settle()
    neu.expects("Welcome, Dr. Neu")
    eve = clinic.newcomer("Eve")
    eve.phone.start(token)
    await clinic.settle()
    eve.expects("This link was used already")
    await lola.writes("/roster")
    lola.expects("Dr. Neu, Clinician · ▫️ no test alert pressed lately")
    await clinic.the_end()


async def test_a_colleague_is_removed_in_the_middle_of_an_alarm(clinic: Clinic) -> None:
    """She had taken it: it goes back up the ladder at once, to everybody who is left; her buttons are dead."""
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    found = cards(clinic, "Dr. Vega")
    vega, lola, marin = clinic.staff["Dr. Vega"], clinic.staff["Lola"], clinic.staff["Dr. Marín"]
    await vega.taps("I take it")
    ana.skims()
    await clinic.pass_time(minutes=12)
    ana.skims()
    clinic.staff_skim()
    await lola.writes("/roster")
    lola.expects("Dr. Vega, Clinician")
    await lola.taps("Dr. Vega")
    lola.expects("Another role")
    await lola.taps("Remove")
    lola.expects("Remove Dr. Vega?")
    await lola.taps("Yes, remove at once")
    lola.expects("is off the staff list")
    await clinic.pass_time(seconds=2)
    marin.expects("Nobody has taken this yet")
    lola.expects("Nobody has taken this yet")
    assert await vega.forges(found["Dr. Vega"].button_data.get("☎️ Contacted …", "s|x|contact")) == (
        "This button is not for you"
    )
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.taken_by) == ("sent", None)
    clinic.staff_skim()


async def test_the_last_lead_names_another_first(clinic: Clinic) -> None:
    """The lead leaves: not before somebody else can plan; then at once, and alarms find the others."""
    lola, marin = clinic.staff["Lola"], clinic.staff["Dr. Marín"]
    me, other = await clinic.staff_id("Lola"), await clinic.staff_id("Dr. Marín")
    assert "no lead or admin left" in await lola.forges(f"ro|{me}|remove.really")
    assert "no lead or admin left" in await lola.forges(f"ro|{me}|role.reception")
    await lola.forges(f"ro|{other}|role.lead")
    lola.expects("Dr. Marín, Lead")
    assert await marin.forges(f"ro|{me}|remove.really") == "Noted"
    marin.expects("Lola is off the staff list")
    ana = await clinic.treat(injector="Dr. Vega")
    await white_patch(clinic, ana)
    await clinic.pass_time(minutes=10)
    assert [message for message in marin.unread if "Nobody has taken this yet" in message.text]
    lola.skims()
    assert not clinic.times(lola, "ER NOW")
    clinic.staff_skim()


async def test_a_blocked_first_person_is_passed_without_waiting(clinic: Clinic) -> None:
    """She blocked the bot an hour ago, and the injector is there: the second person is called with her, at once."""
    vega, marin, lola = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"], clinic.staff["Lola"]
    luna = await clinic.hire("Dr. Luna", "injector")
    ana = await clinic.treat(injector="Dr. Luna")
    vega.phone.block_bot()
    await clinic.pass_time(hours=1)
    clinic.staff_skim()
    await hard_to_breathe(clinic, ana)
    cards(clinic, "Dr. Luna", "Dr. Marín", words=("EMERGENCY (D1)",))
    assert not clinic.times(lola, "EMERGENCY (D1)")
    await clinic.pass_time(minutes=5)
    for each in (luna, marin, lola):
        each.expects("Nobody has taken this yet")
    clinic.staff_skim()
    ana.skims()


async def test_gaps_are_told_days_ahead_and_each_morning(watched: Clinic) -> None:
    clinic, lola = watched, watched.staff["Lola"]
    await lola.writes("/cover")
    lola.expects("Cover, 14 days ahead", "Mo 02 ", "✅ No gaps")
    fresh = await clinic.hire("Dr. Neu", "clinician", tested=False)
    await lola.writes("/shifts Neu second 12.3 08:00-20:00")
    lola.skims()
    await clinic.pass_time(seconds=2)
    lola.expects_nothing()
    for day in (3, 4):
        await clinic.pass_until(datetime(2026, 3, day, 7, 1, tzinfo=UTC))  # 08:01
        lola.expects(
            "Cover for the next days has gaps", "Second: Dr. Neu, no test alert", "Thu 12 March, 08:00 - 20:00"
        )
        lola.expects_nothing()
    await lola.writes("/cover")
    lola.expects("▒▒▒▒▒▒▒▒▒▒▒▒", "no test alert pressed lately", "Test who needs it")
    await lola.taps("Test who needs it")
    lola.expects("Test alert sent to: Dr. Neu")
    test = fresh.expects("TEST ALERT. No patient is in danger")
    await clinic.pass_time(seconds=42)
    assert await fresh.taps("I see it") == "Thank you: it works"
    fresh.sees(test, "TEST ALERT seen after 4")
    lola.expects("Dr. Neu saw the test alert after 4")
    await clinic.pass_until(datetime(2026, 3, 5, 7, 1, tzinfo=UTC))
    await clinic.the_end()


async def test_a_near_gap_is_told_at_once(watched: Clinic) -> None:
    lola = watched.staff["Lola"]
    await watched.remove("Dr. Marín")
    await watched.pass_time(seconds=2)
    lola.expects("A new gap in the cover", "Second: NOBODY")
    await watched.pass_time(hours=3)
    await watched.the_end()
    found = await watched.app.store.look(lambda unit: gaps(unit, watched.app.clinic, watched.now))
    assert [(gap.why.value, gap.ends - gap.begins) for gap in found] == [("nobody", timedelta(days=14))]


async def test_a_test_alert_that_nobody_presses_is_told_to_its_sender(clinic: Clinic) -> None:
    lola, vega = clinic.staff["Lola"], clinic.staff["Dr. Vega"]
    await lola.writes("/testalert")
    lola.expects("TEST ALERT. No patient is in danger")
    lola.expects("Test somebody else too?")
    await lola.taps("I see it")
    lola.expects_nothing()
    await lola.taps("Dr. Vega")
    lola.expects("Test alert sent to: Dr. Vega")
    test = vega.expects("TEST ALERT")
    assert await lola.forges(test.button_data["👁 I see it"]) == "This test is for somebody else."
    await clinic.pass_time(minutes=10, seconds=1)
    lola.expects("Dr. Vega has not pressed the test alert within 10 minutes")
    await vega.taps("I see it")
    lola.expects("Dr. Vega saw the test alert after 60")
    await vega.writes("/testalert")
    vega.expects("TEST ALERT")
    vega.expects_nothing()
    await clinic.the_end()


async def test_a_member_of_staff_who_is_a_patient_too_keeps_her_own_voice(clinic: Clinic) -> None:
    """A form for staff that was left half-way, even long ago, must not swallow what she writes as a patient."""
    lola = clinic.staff["Lola"]
    token = await clinic.register("Lola Gil")
    lola.phone.start(token)
    await clinic.settle()
    lola.skims()
    for label in ("English", "I agree"):
        await lola.taps(label)
    await lola.writes("23.4.1985")
    await lola.taps("Yes, that is me", "Yes, that is right", "10:00", "It works")
    lola.skims()
    await lola.writes("/new")
    lola.expects("First and last name")
    await clinic.pass_time(hours=13)
    lola.skims()
    clinic.staff_skim()
    await lola.writes("/invite Dr. Neu")
    lola.expects("which role?")
    await lola.writes("it is hard to breathe")
    lola.expects("Call 112 now")
    clinic.staff_skim()


async def test_setup_cannot_end_without_cover_out_of_hours(sqlite_url: str, flows: Flows) -> None:
    """Only the staffed hours are planned: no patient can be registered until the nights are covered too."""
    async with open_clinic(sqlite_url, flows=flows, people=False) as clinic:
        lola = await clinic.hire("Lola", "lead")
        await clinic.hire("Dr. Vega", "clinician")
        await lola.writes("/shifts Vega first mon-fri 09:00-19:00")
        lola.skims()
        with pytest.raises(Exception, match="no_cover"):
            await clinic.register()
        await lola.writes("/shifts Vega first mon-fri 19:00-09:00")
        await lola.writes("/shifts Lola first sat,sun 00:00-24:00")
        lola.skims()
        with pytest.raises(Exception, match="no_cover"):
            await clinic.register()  # Monday 00:00 to 09:00 is still open: no night begins on a Sunday
        await lola.writes("/shifts Lola second mon 00:00-09:00")
        await lola.writes("/shifts Vega first mon 00:00-09:00")
        lola.skims()
        await clinic.register()
