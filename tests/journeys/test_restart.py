"""The product is stopped and started on the same database, wherever it stands: nothing lost, nothing asked twice."""

from datetime import timedelta

from bot.emulator import FaultKind
from tests.support.clinic import Clinic, in_english
from tests.support.scenes import cards, hard_to_breathe, told, white_patch


async def test_in_the_middle_of_the_enrolment(clinic: Clinic) -> None:
    ana = await clinic.treat(enrolled=False)
    await in_english(ana)
    ana.expects("Welcome to the aftercare")
    await clinic.restart()
    await ana.taps("I agree")
    ana.expects("date of birth")
    await clinic.restart()
    await ana.writes("23.4.1985")
    ana.expects("Is your name")
    await clinic.the_end()


async def test_in_the_middle_of_a_check_in(clinic: Clinic) -> None:
    """A line is tapped; after the restart it is still tapped, and each question is asked once."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.expects("1 of")
    await ana.taps("White, grey")
    await clinic.restart()
    await clinic.settle()
    ana.expects_nothing()
    await ana.taps("Done")
    ana.expects("Is any patch white")
    await clinic.restart()
    await ana.taps("No")
    await clinic.restart()
    await ana.is_well()
    ana.skims()
    assert len(await clinic.runs()) == 1
    await clinic.the_end()


async def test_a_wait_ends_after_the_restart(clinic: Clinic) -> None:
    """The two minutes of a tapped red line pass while nothing runs: the first tick afterwards counts them."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey", "Done")
    asked = ana.open_question
    ana.skims()
    await clinic.app.close()
    clinic.clock.move_to(clinic.now + timedelta(minutes=3))
    clinic.app = await clinic.rebuild()
    await clinic.settle()
    ana.sees(asked, "no answer, so we count")
    ana.expects("Your skin may not be getting enough blood")
    ana.expects("Show this card")
    ana.expects("One more check")
    cards(clinic, "Dr. Vega")
    await clinic.the_end()


async def test_in_the_middle_of_an_alert(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    told(clinic, "Dr. Vega", words="ER NOW (D2)")
    await ana.taps("None of these", "None of these", "On my way")
    ana.skims()
    await clinic.restart()
    await clinic.pass_time(minutes=1)
    await clinic.the_end()
    await clinic.pass_time(minutes=4)
    ana.expects("Nobody from our team has confirmed yet")
    told(clinic, "Dr. Vega", "Dr. Marín")
    await clinic.restart()
    await clinic.staff["Dr. Marín"].taps("I take it")
    ana.expects("Dr. Marín", "has seen this")
    await clinic.restart()
    await clinic.pass_time(minutes=19)
    await clinic.the_end()


async def test_after_an_hour_off_everybody_is_told_at_once(clinic: Clinic) -> None:
    """The machine was off for an hour in a D1: the first tick takes every step that is overdue."""
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    told(clinic, "Dr. Vega", words="EMERGENCY (D1)")
    await ana.taps("Calling now")
    ana.skims()
    await clinic.app.close()
    clinic.clock.move_to(clinic.now + timedelta(hours=1))
    clinic.app = await clinic.rebuild()
    await clinic.settle()
    told(clinic, "Dr. Vega", "Dr. Marín", "Lola")
    ana.expects("Nobody from our team has confirmed yet")
    ana.expects("we are checking on you again")
    await clinic.the_end()


async def test_in_the_middle_of_a_delivery(clinic: Clinic) -> None:
    """Stopped while messages wait for Telegram: they go out after the start, each once."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("White, grey", "Done")
    ana.skims()
    clinic.fault(FaultKind.FLOOD, times=None, method="sendMessage", retry_after=60)
    await ana.taps("Yes")
    ana.expects_nothing()
    await clinic.restart()
    clinic.world.faults.clear()
    await clinic.pass_time(seconds=70)
    ana.expects("Your skin may not be getting enough blood")
    ana.expects("Show this card")
    ana.expects("One more check")
    cards(clinic, "Dr. Vega")
    # For more than a minute Telegram had not accepted the advice: staff were told to phone.
    clinic.staff["Dr. Vega"].expects("NOT DELIVERED: phone the patient")
    clinic.staff_skim()
    await clinic.the_end()


async def test_what_was_said_while_nothing_ran(clinic: Clinic) -> None:
    """Words and presses wait at Telegram and are taken in their order."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.skims()
    await clinic.app.close()
    ana.phone.press("✔️ None of these")
    ana.phone.type("it itches a bit")
    clinic.app = await clinic.rebuild()
    await clinic.settle()
    ana.expects("2 of")
    ana.expects("our team will read this")
    ana.expects("2 of")
    assert clinic.group is not None
    clinic.group.expects("A.R. writes", "it itches a bit")
    await clinic.the_end()
