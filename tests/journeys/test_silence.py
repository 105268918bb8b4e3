"""Silence is never "fine": reminders, phone calls, and what was tapped before the silence."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.clinic import Clinic, Person

MADRID = ZoneInfo("Europe/Madrid")
SCREEN = "Right now, do you have any of these"


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def _to(clinic: Clinic, ana: Person, step: str) -> None:
    """Well until this check-in, which is then open and unanswered."""
    for row in await clinic.check_ins():
        await clinic.pass_until(row.due_at)
        if row.step == step:
            break
        await ana.is_well()
    ana.skims()
    clinic.staff_skim()


async def test_the_first_check_in_is_not_answered(clinic: Clinic) -> None:
    """Two reminders, then staff phone within 4 hours; on the staff's screen it is never well (vignette 25)."""
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await clinic.to_check_in("c1")
    due = clinic.now
    ana.expects("Hello Ana", "1 of", SCREEN)
    await clinic.pass_until(due + timedelta(minutes=59))
    ana.expects_nothing()
    await clinic.pass_until(due + timedelta(minutes=61))
    ana.expects("We are still waiting for your answer", SCREEN)
    await clinic.pass_until(due + timedelta(minutes=119))
    ana.expects_nothing()
    await clinic.pass_until(due + timedelta(minutes=121))
    ana.expects("We are still waiting for your answer", SCREEN)
    assert not await clinic.open_tasks()
    await clinic.pass_until(due + timedelta(hours=3, minutes=1))
    _group(clinic).expects(
        "Phone the patient: no answer to a check-in", "A.R.", "+34600123456", "By Mon 2 March, 16:00"
    )
    (task,) = await clinic.open_tasks()
    assert abs(task.due_at - due - timedelta(hours=4)) < timedelta(seconds=1)
    row = await clinic.check_in("c1")
    assert row.state == "no_answer"
    await vega.writes("/today")
    today = vega.expects("c1 · NO ANSWER")
    line = next(line for line in today.text.splitlines() if " c1 " in line)
    assert "✅" not in line
    assert line.startswith("❔")
    await vega.writes(f"/patient {(await clinic.row_of(ana)).case_code}")
    vega.expects("❔ c1", "NO ANSWER")
    ana.expects_nothing()
    # Late, she answers: the call is not needed any more.
    await ana.is_well()
    ana.expects("Day 0", "fits normal healing")
    assert not await clinic.open_tasks()
    assert (await clinic.check_in("c1")).state == "done"
    await clinic.the_end()


async def test_a_late_answer_is_judged_by_the_hour_at_which_it_comes(clinic: Clinic) -> None:
    """A bit dizzy: expected in the first 2 hours, not 5 hours after the session."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await clinic.pass_time(hours=3, minutes=30)
    await ana.taps("Fainted", "Done", "A bit dizzy")
    await ana.is_well()
    ana.skims()
    assert (await clinic.runs())[0].level == "D4"


async def test_the_next_check_in_takes_over(clinic: Clinic) -> None:
    """c1 stays without an answer; c2 is asked all the same, and c1 is never turned into a well one."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    old = ana.open_question
    await clinic.to_check_in("c2")
    await clinic.pass_time(seconds=5)
    ana.skims()
    assert not old.buttons
    await ana.is_well()
    ana.expects("fits normal healing")
    assert (await clinic.check_in("c1")).state == "no_answer"
    assert (await clinic.check_in("c2")).state == "done"


async def test_the_middle_phase(clinic: Clinic) -> None:
    """From day 5: reminders after 4 and 24 hours, a call within 24 hours more."""
    ana = await clinic.treat(hour=9)
    await _to(clinic, ana, "c6")
    due = clinic.now
    await clinic.pass_until(due + timedelta(hours=3, minutes=59))
    ana.expects_nothing()
    await clinic.pass_until(due + timedelta(hours=4, minutes=1))
    ana.expects("We are still waiting")
    await clinic.pass_until(due + timedelta(hours=23, minutes=59))
    ana.expects_nothing()
    await clinic.pass_until(due + timedelta(hours=24, minutes=1))
    ana.expects("We are still waiting")
    await clinic.pass_until(due + timedelta(hours=28, minutes=1))
    assert [task.kind for task in await clinic.open_tasks()] == ["phone_call"]
    _group(clinic).expects("Phone the patient: no answer to a check-in")
    assert (await clinic.check_in("c6")).state == "no_answer"


async def test_the_late_phase(clinic: Clinic) -> None:
    """From week 3: reminders after a day and three days, then the weekly list."""
    ana = await clinic.treat()
    await _to(clinic, ana, "c10")
    due = clinic.now
    await clinic.pass_until(due + timedelta(hours=24, minutes=1))
    ana.expects("We are still waiting")
    await clinic.pass_until(due + timedelta(hours=72, minutes=1))
    ana.expects("We are still waiting")
    await clinic.pass_until(due + timedelta(hours=96, minutes=1))
    _group(clinic).expects("Late check-in without an answer")
    assert [task.kind for task in await clinic.open_tasks()] == ["late_list"]
    ana.expects_nothing()
    await ana.is_well()
    ana.expects("Day 25", "fits normal healing")
    assert not await clinic.open_tasks()
    await clinic.the_end()


async def test_broken_off_half_way(clinic: Clinic) -> None:
    """She answers two questions and is gone: "still there?" after 10 minutes, then as with no answer."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("None of these", "None of these")
    ana.skims()
    pain = ana.open_question
    await clinic.pass_time(minutes=9)
    ana.expects_nothing()
    await clinic.pass_time(minutes=2)
    ana.expects("Still there? Here is the question again", "How bad is the pain now")
    assert not pain.buttons  # one live copy is enough
    await clinic.pass_until((await clinic.check_in("c1")).due_at + timedelta(hours=3, minutes=1))
    assert (await clinic.check_in("c1")).state == "broken_off"
    _group(clinic).expects("Phone the patient: no answer to a check-in")
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/today")
    vega.expects("NO ANSWER (stopped half-way)")
    ana.expects_nothing()
    await ana.is_well()
    ana.expects("fits normal healing")
    assert not await clinic.open_tasks()
    await clinic.the_end()


async def test_the_pain_line_and_then_silence(clinic: Clinic) -> None:
    """ "Very bad pain", sent, then nothing: after 2 minutes it counts as an 8 (vignette 24)."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Very bad pain", "Done")
    ana.skims()
    asked = ana.open_question
    await clinic.pass_time(minutes=1, seconds=50)
    ana.expects_nothing()
    await clinic.pass_time(seconds=15)
    ana.expects("GO TO THE EMERGENCY ROOM", "+34 910 000 000")
    ana.expects("Show this card")
    assert asked.text == "⏱ Pain 0 to 10: no answer, so we count: 8 of 10"
    clinic.staff["Dr. Vega"].expects("ER NOW (D2)", "Pain 8 or more")
    ana.expects("One more check")
    # Still silent: after 5 minutes staff phone, and she is told so.
    await clinic.pass_time(minutes=5, seconds=10)
    ana.expects("We are going to phone you", "112")
    ana.expects("What are you doing now?")
    _group(clinic).expects("Phone the patient NOW")
    clinic.staff_skim()


async def test_the_worst_of_several_silent_lines_counts(clinic: Clinic) -> None:
    """Chest and white skin, then silence: chest pain is a D1."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey", "Chest pain", "Done")
    ana.skims()
    await clinic.pass_time(minutes=2, seconds=5)
    ana.expects("EMERGENCY", "Call 112 now")
    (alert,) = await clinic.alerts()
    assert alert.level == "D1"
    assert {"CP-1", "BL-1"} <= set(alert.rules.split())


async def test_after_a_d2_her_silence_is_a_call(clinic: Clinic) -> None:
    """ "What are you doing now?": no tap in 5 minutes is a call; re-checks come at 30 minutes and 2 hours."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey", "Done", "Yes")
    ana.skims()
    await clinic.pass_time(minutes=5, seconds=10)
    ana.expects("We are going to phone you")
    assert [task.kind for task in await clinic.open_tasks()] == ["phone_now"]
    ana.skims()
    await clinic.pass_time(minutes=26)
    ana.expects("Hello Ana, we are checking on you again", SCREEN)
    ana.skims()
    await clinic.pass_time(minutes=90)
    ana.expects("Hello Ana, we are checking on you again", SCREEN)


async def test_she_cannot(clinic: Clinic) -> None:
    """ "I cannot" is a call at once."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Hard to breathe", "I cannot")
    assert [task.kind for task in await clinic.open_tasks()] == ["phone_now"]
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW")
    ana.expects("EMERGENCY")
    ana.expects("We are going to phone you")
    clinic.staff_skim()
    ana.skims()


async def test_no_reminder_in_the_night(clinic: Clinic) -> None:
    """The check-in of a late session came at 21:05: the reminder of 22:05 waits until 8:00, the call does not."""
    await clinic.pass_until(datetime(2026, 3, 2, 19, 5, tzinfo=MADRID))
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    await clinic.pass_until(datetime(2026, 3, 3, 7, 59, tzinfo=MADRID))
    ana.expects_nothing()
    assert [task.kind for task in await clinic.open_tasks()] == ["phone_call"]


async def test_after_an_outage_she_is_asked_once(clinic: Clinic) -> None:
    """The server was down for a night and a day: what fell due meanwhile is asked as one, with every question set."""
    ana = await clinic.treat()
    clinic.clock.move_to(clinic.now + timedelta(hours=30))
    await clinic.settle()
    ana.expects("Hello Ana", "1 of")
    ana.expects_nothing()
    rows = {row.step: row for row in await clinic.check_ins()}
    assert (rows["c1"].state, rows["c2"].state, rows["c3"].state) == ("merged", "merged", "open")
    assert "LA" in rows["c3"].sets.split()
    await ana.is_well()
    ana.expects("Day 1", "Next check-in: Wed 4 March, 10:00")
    await clinic.the_end()
