"""The patient's commands, from /worse to /forget."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import SQLModel

from bot.core.errors import Refused
from bot.emulator import FaultKind
from bot.store.tables import TABLES, AlertRow, CheckInRow, PatientRow, PhotoRow, PictureRow, RunRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.leave import forget, mark
from tests.support import pictures
from tests.support.clinic import Clinic, Person, only_english, open_clinic

MADRID = ZoneInfo("Europe/Madrid")
SCREEN = "Right now, do you have any of these"


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def test_worse(clinic: Clinic) -> None:
    """She is asked at once, and everything that may be wrong."""
    ana = await clinic.treat()
    await clinic.pass_time(minutes=20)
    await ana.writes("/worse")
    ana.expects("1 of", SCREEN)
    ana.expects_nothing()
    assert await ana.is_well() <= 12
    ana.expects("Day 0 after your treatment: this fits normal healing", "Next check-in: Mon 2 March, 12:00")
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await clinic.the_end()


async def test_worse_in_the_middle_of_a_check_in(clinic: Clinic) -> None:
    """The open check-in gives way: she says that things have changed."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("None of these")
    ana.skims()
    left = ana.open_question
    await ana.writes("/worse")
    ana.expects("1 of", SCREEN)
    assert not left.buttons
    await ana.is_well()
    ana.expects("fits normal healing")
    ana.expects_nothing()
    assert (await clinic.check_in("c1")).state == "broken_off"
    await clinic.pass_time(hours=3)
    clinic.staff_skim()
    assert not await clinic.open_tasks()


async def test_worse_does_not_wipe_away_a_red_line(clinic: Clinic) -> None:
    """She ticked "very bad pain" and sends /worse instead of "Done": the line still counts after 2 minutes."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Very bad pain")
    ana.skims()
    await ana.writes("/worse")
    ana.expects(SCREEN, "☑️ Very bad pain")
    await clinic.pass_time(minutes=2, seconds=5)
    ana.expects("GO TO THE EMERGENCY ROOM")
    assert (await clinic.alerts())[0].level == "D2"


async def test_worse_twice(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("/worse")
    await ana.writes("/worse@AftercareBot please")
    ana.expects("1 of", SCREEN)
    ana.expects("1 of", SCREEN)
    ana.expects_nothing()
    assert [run.state for run in await clinic.runs()] == ["ended", "open"]
    await ana.taps("Hard to breathe")
    ana.expects("EMERGENCY")


async def test_worse_and_then_silence(clinic: Clinic) -> None:
    """Somebody who says that she is worse and then says nothing is phoned."""
    ana = await clinic.treat()
    await clinic.pass_time(hours=3)
    await ana.is_well()
    await ana.writes("/worse")
    ana.skims()
    await clinic.pass_time(minutes=11)
    ana.expects("Still there? Here is the question again")
    await clinic.pass_time(minutes=20)
    assert [task.kind for task in await clinic.open_tasks()] == ["phone_call"]
    _group(clinic).expects("Phone the patient: no answer to a check-in")


async def test_next_and_help(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("/next")
    ana.expects("Your next check-in comes on Mon 2 March, 12:00", "/worse")
    await ana.writes("/help")
    card = ana.expects("What I can do", "/stop", "112", "+34 910 000 000", "not every minute")
    assert card.buttons == [["I feel worse: check me now"]]
    await ana.taps("I feel worse")
    ana.expects("1 of", SCREEN)
    await ana.writes("/start")
    ana.expects("What I can do")
    await ana.writes("/HELP")
    ana.expects("What I can do")
    await clinic.the_end()


async def test_a_command_that_there_is_not(clinic: Clinic) -> None:
    """It is read as words."""
    ana = await clinic.treat()
    await ana.writes("/fever and chills")
    ana.expects("Do you have a fever or chills?")
    _group(clinic).expects("/fever and chills")
    clinic.staff_skim()


async def test_hour(clinic: Clinic) -> None:
    """The routine check-ins move; the two of the first day stay; one that is over is not asked again."""
    ana = await clinic.treat(hour=10)
    await clinic.to_check_in("c1")
    await ana.is_well()
    ana.skims()
    await ana.writes("/hour")
    ana.expects("At which hour should routine check-ins come?")
    await ana.taps("20:00")
    ana.expects("Changed. Next check-in: Mon 2 March, 16:00")
    due = {row.step: row.due_at.astimezone(MADRID).strftime("%d %H:%M") for row in await clinic.check_ins()}
    assert (due["c1"], due["c2"], due["c3"], due["c5"]) == ("02 12:00", "02 16:00", "03 20:00", "05 20:00")
    await clinic.to_check_in("c2")
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("Next check-in: Tue 3 March, 20:00")
    await clinic.to_check_in("c3")
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("fits normal healing")
    # At 20:05 she chooses 8:00: today's check-in is done and does not come again.
    await clinic.pass_time(minutes=5)
    await ana.writes("/hour")
    await ana.taps("8:00")
    ana.expects("At which hour")
    ana.expects("Changed. Next check-in: Wed 4 March, 08:00")
    await clinic.the_end()


async def test_hour_after_the_new_hour_has_passed(clinic: Clinic) -> None:
    """At 15:00 she moves today's check-in from 20:00 to 10:00: it is asked now, not left out."""
    ana = await clinic.treat(hour=20)
    for step in ("c1", "c2"):
        await clinic.to_check_in(step)
        await ana.is_well()
    await clinic.pass_time(hours=23)
    ana.skims()
    await ana.writes("/hour")
    ana.expects("At which hour")
    await ana.taps("10:00")
    await clinic.pass_time(seconds=5)
    ana.expects("Changed.")
    ana.expects("Hello Ana")
    assert (await clinic.check_in("c3")).state == "open"
    await clinic.the_end()


async def test_clock(clinic: Clinic) -> None:
    """She travels to New York: the next check-in comes at ten by the clock there."""
    ana = await clinic.treat(hour=10)
    await ana.writes("/clock")
    ana.expects("Is it 10:00 for you now?")
    await ana.taps("No, my clock")
    ana.expects("What time does your clock show now?")
    await ana.writes("4:00")
    ana.expects("Is it 04:00 for you now?")
    await ana.taps("Yes, that is right")
    ana.expects("Changed. Next check-in: Mon 2 March")
    row = await clinic.check_in("c3")
    assert row.due_at.astimezone(ZoneInfo("America/New_York")).strftime("%d %H:%M") == "03 10:00"
    await clinic.the_end()


async def test_words_while_the_clock_is_asked(clinic: Clinic) -> None:
    """The clock question is open, and she writes that she cannot see: that is what counts."""
    ana = await clinic.treat()
    await ana.writes("/clock")
    await ana.taps("No, my clock")
    ana.skims()
    await ana.writes("i cant see on my left eye")
    ana.expects("If this is happening now", "stroke signs")
    ana.expects("Is this happening to you now?")
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "UNCONFIRMED")
    await ana.taps("Yes")
    ana.skims()
    await ana.writes("13:00")
    ana.expects("for you now?")
    clinic.staff_skim()


async def test_language_with_one_language(sqlite_url: str) -> None:
    async with open_clinic(sqlite_url, flows=only_english()) as clinic:
        ana = await clinic.treat()
        await ana.writes("/language")
        question = ana.expects("Which language do you want?")
        assert question.buttons == [["English"]]
        await ana.taps("English")
        ana.expects("Changed.")
        assert "no longer in use" in await ana.taps("English")
        assert "no longer in use" in await ana.forges("j|language.xx")
        await clinic.the_end()


async def test_about_and_privacy_say_what_is_not_signed(clinic: Clinic) -> None:
    ana = await clinic.treat()
    unsigned = clinic.app.flows.unsigned
    assert unsigned > 50
    await ana.writes("/about")
    ana.expects("does not make a diagnosis", "not clinically approved", f"signature: {unsigned}.", "112")
    await ana.writes("/privacy")
    ana.expects("Telegram could read them", "/mydata", "/forget", f"signature: {unsigned}.")
    await clinic.the_end()


async def test_stop_and_go_on(clinic: Clinic) -> None:
    """Confirmed once, the emergency card once more, staff are told; and she may come back."""
    ana = await clinic.treat()
    await ana.writes("/stop")
    ana.expects("Stop all check-ins?")
    await ana.taps("Go on as before")
    ana.expects("Everything goes on as before")
    await ana.writes("/stop")
    ana.expects("Stop all check-ins?")
    await ana.taps("Stop the check-ins")
    ana.expects("The check-ins are stopped", "112", "white, grey or black", "Our team knows that you stopped")
    _group(clinic).expects("The patient stopped the check-ins: please call", "A.R.")
    assert "no longer in use" in await ana.taps("Stop the check-ins")
    await clinic.pass_time(hours=52)
    ana.expects_nothing()
    clinic.staff_skim()
    assert {row.state for row in await clinic.check_ins()} == {"cancelled"}
    await ana.writes("/next")
    ana.expects("No more check-ins are planned")
    await ana.writes("/stop")
    ana.expects("The check-ins are stopped. Shall we go on")
    await ana.taps("Go on with the check-ins")
    # The last check-in that she missed is asked now; the next one is named.
    ana.expects("Your next check-in comes on Thu 5 March, 10:00")
    await clinic.pass_time(seconds=5)
    ana.expects("Hello Ana")
    clinic.staff_skim()
    await ana.is_well()
    ana.expects("Day 2 after your treatment")
    states = {row.step: row.state for row in await clinic.check_ins()}
    assert [states[step] for step in ("c1", "c2", "c3", "c4", "c5")] == [*["cancelled"] * 3, "done", "planned"]
    await clinic.to_check_in("c5")
    ana.expects("Hello Ana")
    clinic.staff_skim()
    await clinic.the_end()


async def test_stop_with_a_red_line_ticked(clinic: Clinic) -> None:
    """What she ticked counts before she goes."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey")
    ana.skims()
    await ana.writes("/stop")
    await ana.taps("Stop the check-ins")
    ana.expects("GO TO THE EMERGENCY ROOM", "Your skin may not be getting enough blood")
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state) == ("D2", "sent")
    clinic.staff["Dr. Vega"].expects("ER NOW (D2)", "White, grey")
    ana.expects("Show this card")
    ana.expects("Stop all check-ins?")
    ana.expects("The check-ins are stopped")
    # The alert stays with staff, and so do the re-checks' calls.
    await clinic.pass_time(minutes=6)
    clinic.staff["Dr. Marín"].skims()
    assert (await clinic.alerts())[0].state == "sent"


async def test_stopped_and_then_red_words(clinic: Clinic) -> None:
    """She stopped, but she can still write, and is still heard."""
    ana = await clinic.treat()
    await ana.writes("/stop")
    await ana.taps("Stop the check-ins")
    ana.skims()
    clinic.staff_skim()
    await ana.writes("there is yellow pus on my cheek")
    ana.expects("Is anything leaking from the skin?")
    await ana.taps("Yellow, green")
    clinic.staff["Dr. Vega"].expects("Pus or boil")
    await ana.writes("/worse")
    ana.skims()


async def test_mydata(clinic: Clinic) -> None:
    """One JSON document with everything that is kept about her, in words that she can read."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.is_well(until="FT")
    await ana.writes("all fine, a bit of <itch> & so on")
    ana.skims()
    clinic.staff_skim()
    await ana.writes("/mydata")
    message = ana.expects("This is everything that Clinic Sol keeps about you")
    assert message.document is not None
    assert message.document.name == "aftercare-mydata.json"
    assert message.protected
    data = json.loads(message.document.content)
    assert data["patient"]["name"] == "Ana Ruiz"
    assert data["patient"]["birth_date"] == "1985-04-23"
    assert data["patient"]["phone"] == "+34600123456"
    assert data["sessions"][0]["products"] == "HA 20 mg, lot 7"
    assert len(data["check_ins"]) == 13
    assert any(answer["words"] == "all fine, a bit of <itch> & so on" for answer in data["answers"])
    assert any("Hello Ana" in sent["text"] for sent in data["messages"])
    assert any("a bit of &lt;itch&gt;" in shown["text"] for shown in data["shown_to_staff"])
    assert data["alerts"] == []
    await ana.writes("/mydata")
    ana.skims()
    await clinic.the_end()


def _everything(unit: Unit) -> str:
    rows: list[SQLModel] = [row for table in TABLES.values() for row in unit.many(table)]
    return "\n".join(repr(row) for row in rows if not isinstance(row, StaffRow))


async def test_forget(clinic: Clinic) -> None:
    """Afterwards no row holds her name, her number or her words, the case is kept, and the chat is a stranger's."""
    ana = await clinic.treat("Wilhelmina Quux")
    await clinic.to_check_in("c1")
    await ana.is_well(until="PA")
    await ana.says("4")
    await ana.is_well(until="FT")
    await ana.writes("my cat is Zerberus")
    await ana.does(ana.phone.send_photo)
    await clinic.pass_time(minutes=1)
    clinic.fault(FaultKind.REFUSED, method="getFile", times=None, description="wrong file_id")
    await ana.does(lambda: ana.phone.send_photo(pictures.jpeg()))
    photos = await clinic.app.store.look(lambda unit: unit.many(PhotoRow))
    assert {photo.state for photo in photos} == {"kept", "waiting"}
    await ana.writes("/mydata")
    await clinic.pass_time(minutes=30)
    ana.skims()
    clinic.staff_skim()
    code = (await clinic.row_of(ana)).case_code
    before = await clinic.app.store.look(_everything)
    for secret in ("Quux", "Zerberus", "600123456", "1985-04-23"):
        assert secret in before
    await ana.writes("/forget")
    ana.expects("Delete your data?", "This cannot be undone")
    await ana.taps("Yes, delete my data")
    ana.expects("Your data is deleted")
    after = await clinic.app.store.look(_everything)
    for secret in ("Quux", "Wilhelmina", "Zerberus", "600123456", "1985-04-23"):
        found = [line[:300] for line in after.splitlines() if secret in line]
        assert not found, f"{secret}: {found}"
    assert not await clinic.app.store.look(lambda unit: unit.count(PhotoRow) + unit.count(PictureRow))
    row = await clinic.app.store.look(lambda unit: unit.first(PatientRow, PatientRow.case_code == code))
    assert row is not None
    assert (row.stage, row.name, row.chat_id) == ("forgotten", "", None)
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state, alert.closed_reason) == ("D4", "closed", "resolved")
    await clinic.pass_time(days=3)
    clinic.staff_skim()
    ana.expects_nothing()
    await ana.writes("/mydata")
    ana.expects("works only with the personal link")
    assert "not for you" in await ana.taps("Yes, delete my data")
    await clinic.the_end()


async def test_old_cards_of_a_forgotten_patient(clinic: Clinic) -> None:
    """Staff press a button of a card that is still in the group: nothing breaks."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.is_well(until="PA")
    await ana.says("4")
    await ana.is_well()
    group = _group(clinic)
    card = group.expects("SOON (D4)")
    await ana.writes("/forget")
    await ana.taps("Yes, delete my data")
    ana.skims()
    await group.taps("I take it", on=card)
    await clinic.pass_time(minutes=1)
    clinic.staff_skim()
    assert (await clinic.alerts())[0].state == "closed"
    (copies,) = await clinic.open_tasks()
    assert "task.delete_copies" in copies.about
    assert copies.patient_id is None


async def test_forget_with_an_open_red_alert(clinic: Clinic) -> None:
    """Somebody may have to reach her: she is told so, and nothing is deleted."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Hard to breathe")
    ana.skims()
    await ana.writes("/forget")
    ana.expects("Delete your data?")
    assert "Our team is still looking after an open question" in await ana.taps("Yes, delete my data")
    assert (await clinic.row_of(ana)).name == "Ana Ruiz"
    clinic.staff_skim()
    await clinic.the_end()


async def test_forget_with_a_red_line_that_is_being_asked_about(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey")
    await ana.writes("/forget")
    ana.skims()
    assert "still looking after" in await ana.taps("Yes, delete my data")
    assert (await clinic.row_of(ana)).stage == "active"


async def test_keep_after_forget_was_asked(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("/forget")
    ana.expects("Delete your data?")
    await ana.taps("Go on as before")
    ana.expects("Everything goes on as before")
    assert (await clinic.row_of(ana)).stage == "active"
    await clinic.the_end()


async def test_a_patient_in_hospital_and_back(clinic: Clinic) -> None:
    """Staff mark her: everything automatic stops; when she is back the check-ins go on."""
    ana = await clinic.treat()
    patient, staff = await clinic.row_of(ana), await clinic.app.store.look(lambda unit: unit.many(StaffRow)[0])
    app, now = clinic.app, clinic.now
    await app.store.run(lambda unit: mark(unit, app.clinic, now, staff, patient, "in_hospital"))
    await clinic.pass_time(days=4)
    ana.expects_nothing()
    back = clinic.now
    patient = await clinic.row_of(ana)
    await app.store.run(lambda unit: mark(unit, app.clinic, back, staff, patient, "active"))
    await clinic.pass_time(minutes=1)
    ana.expects("Hello Ana")
    await ana.is_well()
    ana.expects("Day 4 after your treatment", "Next check-in: Sat 7 March, 10:00")
    await clinic.the_end()


async def test_nothing_is_sent_after_a_death(clinic: Clinic) -> None:
    ana = await clinic.treat()
    patient, staff = await clinic.row_of(ana), await clinic.app.store.look(lambda unit: unit.many(StaffRow)[0])
    app, now = clinic.app, clinic.now
    await clinic.to_check_in("c1")
    ana.skims()
    await app.store.run(lambda unit: mark(unit, app.clinic, now, staff, patient, "deceased"))
    await clinic.pass_time(days=20)
    ana.expects_nothing()
    assert not await clinic.open_tasks()


async def test_retention(clinic: Clinic) -> None:
    """Two years after the last session the clinic forgets her by itself."""
    ana = await clinic.treat()
    await clinic.app.store.run(lambda unit: unit.change(CheckInRow, CheckInRow.state == "planned", state="cancelled"))
    await clinic.pass_time(days=719)
    ana.expects_nothing()
    assert (await clinic.row_of(ana)).stage == "active"
    await clinic.pass_time(days=3)
    await clinic.pass_time(hours=2)
    ana.expects("Your data is deleted")
    assert "Ruiz" not in await clinic.app.store.look(_everything)


async def test_forget_is_refused_in_the_use_case_itself(clinic: Clinic) -> None:
    """Not only the button: nobody may delete a patient with an open red alert."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("Confused")
    patient = await clinic.row_of(ana)
    app, now = clinic.app, clinic.now
    with pytest.raises(Refused, match=r"forget\.open_alert"):
        await app.store.run(lambda unit: forget(unit, app.clinic, now, patient, "retention"))
    found = await app.store.look(lambda unit: unit.count(AlertRow, AlertRow.state != "closed"))
    assert found == 1
    runs = await app.store.look(lambda unit: unit.many(RunRow))
    assert runs[0].opened_at >= now - timedelta(minutes=1)
