"""What people do with an alert: take it, twice, late, without the right, and close it."""

from bot.store.tables import StaffRow
from bot.usecases.undelivered import blocked
from tests.support.clinic import Clinic, Person
from tests.support.scenes import cards, hard_to_breathe, told, white_patch

CLOSE_NO = (
    "Thank you for looking. Only a clinician, injector or lead can close a red alert. "
    "Please ask Dr. Vega, Dr. Marín, Lola."
)


async def _d1(clinic: Clinic) -> Person:
    ana = await clinic.treat(injector="Dr. Marín")
    await hard_to_breathe(clinic, ana)
    await ana.taps("Calling now")
    ana.expects("We will check on you again soon")
    return ana


async def test_from_the_alarm_to_the_closed_case(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    vega, marin = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    found = cards(clinic, "Dr. Vega", "Dr. Marín")
    assert await vega.taps("I take it") == "You have taken it. Note the contact within 20 minutes."
    ana.expects("Dr. Vega", "has seen this (12:00)", "Do not wait for the call")
    for card in found.values():
        vega.sees(card, "Taken by Dr. Vega at 12:00", "Speak to the patient by 12:10")
        assert "I take it" not in str(card.buttons)
    assert await vega.taps("Close") == "Why is it closed?"
    assert await vega.taps("Resolved") == "First speak to the patient and note it with “Contacted”"
    assert await vega.taps("Back") == "Back"
    assert await vega.taps("Contacted") == "What came of it?"
    assert await vega.taps("Reached, sent to the ER") == "Noted"
    for card in found.values():
        marin.sees(card, "Dr. Vega at 12:00: Reached, sent to the ER")
    await vega.taps("Close")
    assert await vega.taps("In medical care") == "Closed"
    for card in found.values():
        marin.sees(card, "Closed by Dr. Vega at 12:00: In medical care")
        assert not card.buttons
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.next_at) == ("closed", None)
    await clinic.pass_time(hours=1)
    await clinic.the_end()


async def test_two_people_in_the_same_second(clinic: Clinic) -> None:
    """Both press before either has an answer: exactly one takes it, and the other is told who."""
    ana = await _d1(clinic)
    vega, marin = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    cards(clinic, "Dr. Vega", "Dr. Marín")
    presses = [vega.phone.press("✋ I take it"), marin.phone.press("✋ I take it")]
    await clinic.settle()
    toasts = [press.answer.text or "" for press in presses if press.answer]
    (alert,) = await clinic.alerts()
    taker = "Dr. Vega" if alert.taken_by == await clinic.staff_id("Dr. Vega") else "Dr. Marín"
    assert alert.taken_by == await clinic.staff_id(taker)
    assert sorted(toasts) == sorted(
        ["You have taken it. Note the contact within 20 minutes.", f"{taker} has taken this already"]
    )
    ana.expects(taker, "has seen this")
    await clinic.the_end()


async def test_one_person_presses_twice(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    vega = clinic.staff["Dr. Vega"]
    cards(clinic, "Dr. Vega", "Dr. Marín")
    presses = [vega.phone.press("✋ I take it"), vega.phone.press("✋ I take it")]
    await clinic.settle()
    assert {press.answer.text for press in presses if press.answer} == {
        "You have taken it. Note the contact within 20 minutes."
    }
    ana.expects("Dr. Vega", "has seen this")
    await clinic.the_end()


async def test_somebody_else_may_note_the_contact(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    found = cards(clinic, "Dr. Vega", "Dr. Marín")
    await clinic.staff["Dr. Marín"].taps("Contacted", "Reached, she is fine")
    clinic.staff["Dr. Marín"].sees(found["group"], "Taken by Dr. Marín", "Dr. Marín at 12:00: Reached, she is fine")
    await clinic.staff["Dr. Vega"].taps("Close", "Mistake or wrong tap")
    assert [alert.state for alert in await clinic.alerts()] == ["closed"]
    ana.skims()
    await clinic.the_end()


async def test_reception_sees_but_may_not_close(clinic: Clinic) -> None:
    front = await clinic.hire("Rosa", "reception")
    ana = await _d1(clinic)
    cards(clinic, "Dr. Vega", "Dr. Marín")
    front.expects_nothing()
    rosa = clinic.in_group("Rosa")
    await rosa.taps("I take it")
    ana.expects("Rosa", "has seen this")
    await rosa.taps("Contacted", "Reached, she is fine")
    await rosa.taps("Close")
    assert await rosa.taps("Resolved") == CLOSE_NO
    assert [alert.state for alert in await clinic.alerts()] == ["contacted"]
    await clinic.the_end()


async def test_a_press_after_closing(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    found = cards(clinic, "Dr. Vega", "Dr. Marín")
    vega, marin = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    take = found["Dr. Marín"].button_data["✋ I take it"]
    await vega.taps("I take it", "Contacted", "Reached, she is fine", "Close", "Resolved")
    ana.expects("has seen this")
    alert = take.split("|")[1]
    for act in ("take", "contact.fine", "close.resolved"):
        assert await marin.forges(f"s|{alert}|{act}") == "Dr. Vega has closed this already"
    assert await marin.forges(f"s|{alert}|dance") == "This button is no longer in use. Please use the newest message."
    assert await marin.forges("s|nothing|take") == "This button is no longer in use. Please use the newest message."
    (row,) = await clinic.alerts()
    assert (row.state, row.closed_by) == ("closed", await clinic.staff_id("Dr. Vega"))
    await clinic.the_end()


async def test_a_colleague_who_left_may_press_nothing(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    cards(clinic, "Dr. Vega", "Dr. Marín")
    marin = clinic.staff["Dr. Marín"]
    await clinic.remove("Dr. Marín")
    assert await marin.taps("I take it") == "This button is not for you"
    assert [alert.state for alert in await clinic.alerts()] == ["sent"]
    await marin.writes("/alerts")
    marin.expects("works only with the personal link")
    ana.expects_nothing()
    await clinic.the_end()


async def test_a_stranger_in_the_group_may_press_nothing(clinic: Clinic) -> None:
    await _d1(clinic)
    found = cards(clinic, "Dr. Vega", "Dr. Marín")
    assert clinic.group is not None and clinic.group.chat is not None
    phone = clinic.world.user(first_name="Eve")
    clinic.group.chat.add(phone)
    eve = Person(clinic, phone, "Eve in the group", clinic.group.chat)
    assert await eve.taps("I take it", on=found["group"]) == "This button is not for you"
    assert [alert.state for alert in await clinic.alerts()] == ["sent"]
    await eve.writes("/alerts")
    clinic.group.expects("for the clinic's staff only")
    await clinic.the_end()


async def test_a_patient_presses_a_button_of_staff(clinic: Clinic) -> None:
    ana = await _d1(clinic)
    cards(clinic, "Dr. Vega", "Dr. Marín")
    (alert,) = await clinic.alerts()
    for data in (f"s|{alert.id}|take", f"c|{alert.patient_id}|show", "o|1", "w|confirm|save", f"t|{alert.id}|done"):
        assert await ana.forges(data) == "This button is not for you"
    assert [alert.state for alert in await clinic.alerts()] == ["sent"]
    await clinic.the_end()


async def test_a_second_red_flag_after_the_contact_alarms_again(clinic: Clinic) -> None:
    """She was reached and is fine; an hour later she cannot see: the ladder starts anew."""
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    cards(clinic, "Dr. Vega")
    await ana.taps("None of these", "None of these", "On my way")
    vega = clinic.staff["Dr. Vega"]
    await vega.taps("I take it", "Contacted", "Reached, she is fine")
    ana.skims()
    await ana.writes("/worse")
    ana.expects("Right now")
    await ana.taps("Sight dark")
    ana.expects("Call 112 now")
    ana.skims()
    told(clinic, "Dr. Vega", words="EMERGENCY (D1)")
    (alert,) = await clinic.alerts()
    assert alert.state == "sent"
    await clinic.pass_time(minutes=5)
    told(clinic, "Dr. Vega", "Dr. Marín")
    await vega.taps("I take it")
    assert vega.last is not None
    vega.sees(vega.last, "Taken by Dr. Vega", "Speak to the patient by")
    assert "she is fine" not in vega.last.text, "the old contact is no contact"


async def test_the_same_red_flag_after_the_contact_alarms_again(clinic: Clinic) -> None:
    """Contacted, and a re-check finds the same danger: people hear of it, though the level is the same."""
    ana = await _d1(clinic)
    cards(clinic, "Dr. Vega", "Dr. Marín")
    await clinic.staff["Dr. Vega"].taps("I take it", "Contacted", "Reached, sent to the ER")
    await clinic.pass_time(minutes=31)
    ana.expects("has seen this")
    ana.expects("we are checking on you again")
    await ana.taps("Hard to breathe")
    ana.expects("Call 112 now")
    ana.skims()
    told(clinic, "Dr. Vega", "Dr. Marín", words="EMERGENCY (D1)")
    assert [alert.state for alert in await clinic.alerts()] == ["sent"]


async def test_one_false_refusal_does_not_lose_a_colleague(clinic: Clinic) -> None:
    """Telegram said once that her chat is not there; she writes in it, so she is alerted again like before."""
    vega = clinic.staff["Dr. Vega"]
    await clinic.app.store.run(lambda unit: blocked(unit, clinic.app.clinic, clinic.now, vega.phone.id))
    await clinic.settle()
    clinic.staff_skim()
    who = await clinic.staff_id("Dr. Vega")
    assert not (await clinic.app.store.look(lambda unit: unit.get(StaffRow, who))).reachable
    await vega.writes("/today")
    vega.skims()
    assert (await clinic.app.store.look(lambda unit: unit.get(StaffRow, who))).reachable
    await _d1(clinic)
    vega.expects("EMERGENCY (D1)")
    clinic.staff_skim()
