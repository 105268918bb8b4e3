"""A white patch on the cheek: advice first, the alert at once, the question that could raise it, and the re-checks."""

from datetime import timedelta

from tests.support.clinic import Clinic
from tests.support.scenes import cards, hard_to_breathe, white_patch


async def test_advice_is_the_first_message_and_the_alert_says_everything(clinic: Clinic) -> None:
    ana = await clinic.treat(injector="Dr. Marín", modifiers=("blood_thinner",))
    vega, marin, lola = (clinic.staff[name] for name in ("Dr. Vega", "Dr. Marín", "Lola"))
    assert clinic.group is not None and clinic.group.chat is not None
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana", "check-in", "1 of", "Hard to breathe")
    await ana.taps("White, grey", "Done")
    ana.expects("Is any patch white")
    clinic.world.calls.clear()
    await ana.taps("Yes")

    sent = clinic.accepted()
    assert sent[0][0] == ana.phone.id
    assert "Your skin may not be getting enough blood" in sent[0][1]
    to_ana = [words for chat, words in sent if chat == ana.phone.id]
    assert "Show this card" in to_ana[1]
    assert "One more check" in to_ana[2]
    next_question = sent.index((ana.phone.id, to_ana[2]))
    told = {chat: place for place, (chat, _) in enumerate(sent) if chat != ana.phone.id}
    assert set(told) == {clinic.group.chat.id, vega.phone.id, marin.phone.id}
    assert all(place < next_question for place in told.values()), "alerts before the next question"

    advice = ana.expects("GO TO THE EMERGENCY ROOM", "Do not put ice", "call 112", "+34 910 000 000")
    assert not advice.buttons
    ana.expects("Show this card", "Ana Ruiz", "23 April 1985", "HA 20 mg, lot 7", "Blood thinner: yes", "Dr. Marín")
    ana.expects("One more check", "None of these")
    for card in cards(clinic, "Dr. Vega", "Dr. Marín").values():
        vega.sees(
            card, "ER NOW (D2)", "case", "BL-1", "A.R.", "Face treatment", "cheek", "day 0, hour 2", "+34600123456",
            "White, grey or lace-like skin: Yes", "Patient was told: go to the emergency room now",
            "delivered at 12:00", "Note: blood thinner", "Take it by 12:10", "I take it",
        )  # fmt: skip
        assert "Ana" not in card.text, "a group's history keeps no names"
    lola.expects_nothing()
    await clinic.the_end()


async def test_what_are_you_doing_now(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    card = cards(clinic, "Dr. Vega")["group"]
    await ana.taps("None of these")
    ana.expects("Do you have any of these now?", "Slurred speech")
    await ana.taps("None of these")
    ana.expects("What are you doing now?")
    await ana.taps("On my way")
    ana.expects("Our team has your answers. We will check on you again soon", "Mon 2 March, 12:30")
    clinic.staff["Dr. Vega"].sees(card, "She says: on the way")
    assert not await clinic.open_tasks()
    await clinic.the_end()


async def test_i_cannot_means_that_somebody_phones_at_once(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    card = cards(clinic, "Dr. Vega")["group"]
    await ana.taps("None of these", "None of these")
    ana.expects("Sepsis signs: None of these")
    ana.expects("What are you doing now?")
    began = clinic.now
    await ana.taps("I cannot")
    ana.expects("We are going to phone you", "112")
    ana.expects("We will check on you again soon")
    assert clinic.group is not None
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW", "A.R.", "+34600123456", "Done")
    clinic.group.expects("Phone the patient NOW")
    clinic.staff["Dr. Vega"].sees(card, "She says: I CANNOT")
    (task,) = await clinic.open_tasks("phone_now")
    assert began <= task.due_at - timedelta(minutes=10) <= clinic.now
    await clinic.the_end()


async def test_silence_after_the_advice_means_that_somebody_phones(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    cards(clinic, "Dr. Vega")
    await clinic.staff["Dr. Vega"].taps("I take it")
    ana.expects("Dr. Vega", "has seen this (12:00)", "Do not wait for the call")
    await clinic.pass_time(minutes=5)
    ana.expects("We are going to phone you")
    ana.expects("Still there?", "What are you doing now?")
    assert clinic.group is not None
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW")
    clinic.group.expects("Phone the patient NOW")
    await clinic.the_end()


async def test_it_is_raised_to_an_emergency_in_the_same_check_in(clinic: Clinic) -> None:
    """D2, taken and contacted; then her sight goes: the same alert becomes a D1 and the ladder starts anew."""
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    before = cards(clinic, "Dr. Vega")
    vega = clinic.staff["Dr. Vega"]
    await vega.taps("I take it")
    ana.expects("has seen this (12:00)")
    await clinic.pass_time(minutes=2)
    await ana.taps("Sight dark")
    ana.expects("EMERGENCY", "sudden loss of sight after face injections")
    ana.expects("Show this card", "Other danger signs: Sight dark")
    ana.expects("What are you doing now?")
    after = cards(clinic, "Dr. Vega", words=("EMERGENCY (D1)", "Take it by 12:07", "Since 12:02"))
    vega.sees(after["group"], "BL-1", "VI-1", "call the emergency number now", "delivered at 12:02")
    vega.sees(before["group"], "see the newer message")
    assert not before["group"].buttons
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state) == ("D1", "sent")
    await clinic.the_end()


async def test_she_is_asked_again_until_staff_close_it(clinic: Clinic) -> None:
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await white_patch(clinic, ana)
    cards(clinic, "Dr. Vega")
    await ana.taps("None of these", "None of these", "Already there")
    ana.skims()
    await vega.taps("I take it", "Contacted", "Reached, sent to the ER")
    ana.expects("has seen this")

    for moment in ("12:30", "14:00", "08:00"):
        due = [row.due_at for row in await clinic.check_ins() if row.kind == "recheck" and row.state == "planned"]
        assert clinic.app.clinic.local(due[0]).strftime("%H:%M") == moment
        ana.skims()  # the planned check-ins in between
        await clinic.pass_until(due[0])
        ana.expects("we are checking on you again", "Hard to breathe")
        await ana.taps("None of these")
        ana.expects("What are you doing now?")
        await ana.taps("Already there")
        ana.expects("Our team has your answers")
        clinic.staff_skim()  # contacted and not closed: told again after 12 hours
    await vega.taps("Close", "In medical care")
    await clinic.pass_time(hours=5)
    assert not [row for row in await clinic.check_ins() if row.kind == "recheck" and row.state == "planned"]


async def test_rechecks_are_cancelled_when_it_is_closed(clinic: Clinic) -> None:
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await white_patch(clinic, ana)
    cards(clinic, "Dr. Vega")
    await ana.taps("None of these", "None of these", "Already there")
    ana.skims()
    await vega.taps("I take it", "Contacted", "She is in hospital", "Close", "In medical care")
    ana.expects("has seen this")
    rechecks = [row for row in await clinic.check_ins() if row.kind == "recheck"]
    assert [row.state for row in rechecks] == ["cancelled"] * 3
    await clinic.pass_time(hours=1, minutes=59)
    ana.expects_nothing()
    await clinic.the_end()


async def test_two_red_flags_are_two_patients_and_never_mixed(clinic: Clinic) -> None:
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    await white_patch(clinic, ana)
    await clinic.pass_time(minutes=1)
    bea.expects("check-in")
    await bea.taps("Hard to breathe")
    bea.expects("Call 112 now")
    bea.expects("Show this card", "Bea Soto")
    bea.expects("What are you doing now?")
    alerts = await clinic.alerts()
    assert sorted(alert.level for alert in alerts) == ["D1", "D2"]
    assert clinic.group is not None
    for who in (clinic.staff["Dr. Vega"], clinic.group):
        who.expects("ER NOW (D2)", "A.R.")
        who.expects("EMERGENCY (D1)", "B.S.")
    await clinic.the_end()
