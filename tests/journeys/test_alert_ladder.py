"""Nobody takes an alert: who is told when, without end, until a named person has taken it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.clinic import Clinic
from tests.support.scenes import cards, hard_to_breathe, told, white_patch


async def test_er_now_climbs_to_everybody(clinic: Clinic) -> None:
    """D2: the second person after 5 minutes, the lead after 10, everybody after 15 and then every 5 minutes."""
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    told(clinic, "Dr. Vega", words="ER NOW (D2)")
    (alert,) = await clinic.alerts()
    for minutes, names in (
        (5, ("Dr. Vega", "Dr. Marín")),
        (10, ("Dr. Marín", "Lola")),
        (15, ("Dr. Vega", "Dr. Marín", "Lola")),
        (20, ("Dr. Vega", "Dr. Marín", "Lola")),
        (25, ("Dr. Vega", "Dr. Marín", "Lola")),
    ):
        await clinic.pass_until(alert.raised_at + timedelta(minutes=minutes))
        if minutes == 5:
            # Nobody answered "one more check" either.
            ana.expects("We are going to phone you")
            for who in (clinic.staff["Dr. Vega"], clinic.group):
                assert who is not None
                who.expects("Phone the patient NOW")
        if minutes == 15:
            for who in (clinic.staff["Dr. Vega"], clinic.group):
                assert who is not None
                who.expects("Phone the patient NOW", "OVERDUE since Mon 2 March, 12:15")
        if minutes == 25:
            for who in (clinic.staff["Dr. Vega"], clinic.group):
                assert who is not None
                who.expects("Phone the patient NOW", "OVERDUE since Mon 2 March, 12:15")
        told(clinic, *names)
        if minutes <= 15:
            ana.expects("Nobody from our team has confirmed yet", "Go to the emergency room now")
        ana.skims()
    assert clinic.group is not None
    clinic.group.expects_nothing()


async def test_an_emergency_is_repeated_a_whole_night(clinic: Clinic) -> None:
    """D1 in the evening and everybody sleeps: somebody is told every 5 minutes until the morning, and never less."""
    ana = await clinic.treat()
    await clinic.pass_time(hours=11)
    ana.skims()
    await ana.writes("/worse")
    ana.skims()
    await ana.taps("Hard to breathe")
    ana.expects("Call 112 now")
    ana.skims()
    (alert,) = await clinic.alerts()
    began, morning = clinic.now, clinic.now + timedelta(hours=8)
    lola = clinic.staff["Lola"]
    await clinic.pass_until(morning)
    times = clinic.times(lola, "EMERGENCY (D1)")
    assert times[0] - began.timestamp() <= 10 * 60 + 5
    assert morning.timestamp() - times[-1] <= 5 * 60 + 5
    assert max(later - earlier for earlier, later in pairwise(times)) <= 5 * 60 + 5
    assert [message.text for message in ana.unread if "Nobody from our team has confirmed" in message.text]
    await lola.taps("I take it")
    ana.expects("Lola", "has seen this (05:0")
    ana.skims()
    clinic.staff_skim()
    await clinic.pass_time(minutes=15)
    (alert,) = await clinic.alerts()
    assert alert.state == "taken"
    assert len(clinic.times(lola, "EMERGENCY (D1)")) == len(times)


async def test_taken_without_a_contact_comes_back(clinic: Clinic) -> None:
    """Taken is not contacted: after 20 minutes without a noted contact everybody hears of it again."""
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await hard_to_breathe(clinic, ana)
    await ana.taps("Calling now")
    ana.expects("We will check on you again soon")
    cards(clinic, "Dr. Vega")
    toast = await vega.taps("I take it")
    assert toast == "You have taken it. Note the contact within 20 minutes."
    ana.expects("Dr. Vega", "has seen this (12:00)", "do what we told you")
    await clinic.pass_time(minutes=19)
    await clinic.the_end()
    for _ in range(2):
        await clinic.pass_time(minutes=20)
        told(clinic, "Dr. Vega", "Dr. Marín", "Lola", words="Taken by Dr. Vega, but no contact is noted")
        ana.skims()  # the re-check
        clinic.staff_skim()


async def test_she_does_not_answer_the_phone(clinic: Clinic) -> None:
    """Called, no answer: again every 10 minutes; after the third time the lead decides on a welfare check."""
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await hard_to_breathe(clinic, ana)
    await ana.taps("Calling now")
    cards(clinic, "Dr. Vega")
    await vega.taps("I take it")
    for tries in (1, 2, 3):
        toast = await vega.taps("Contacted", "No answer")
        assert toast == "Noted"
        await clinic.pass_time(minutes=10)
        told(clinic, "Dr. Vega", "Dr. Marín", "Lola", words=f"did not answer ({tries} time{'s' if tries > 1 else ''})")
        vega.sees(vega.last or cards(clinic)["group"], "Dr. Vega at", "No answer")
    assert vega.last is not None
    assert "the lead decides on a welfare check" in vega.last.text
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.no_answers) == ("taken", 3)


async def test_contacted_and_forgotten_is_remembered(clinic: Clinic) -> None:
    """Contacted, but nobody closes it: the group hears of it every 12 hours."""
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    await ana.taps("Calling now")
    await clinic.staff["Dr. Vega"].taps("I take it", "Contacted", "She is in hospital")
    clinic.staff_skim()
    await clinic.pass_time(hours=12, minutes=1)
    assert clinic.group is not None
    clinic.group.expects("Contacted, but still open", "She is in hospital")


@pytest.mark.parametrize("kind", ["nobody on call", "on call is gone"])
async def test_a_step_that_reaches_nobody_tells_everybody(clinic: Clinic, kind: str) -> None:
    """Who is on call is missing, or has blocked the bot: the first step goes to everybody at once."""
    ana = await clinic.treat(injector="Dr. Vega")
    vega = clinic.staff["Dr. Vega"]
    if kind == "nobody on call":
        await clinic.remove("Dr. Vega")
    else:
        vega.phone.block_bot()
        await clinic.settle()
        assert clinic.group is not None
        clinic.group.expects("Dr. Vega gets no messages from the bot any more")
    await white_patch(clinic, ana)
    cards(clinic, "Dr. Marín", "Lola", words=("ER NOW (D2)",))
    vega.expects_nothing()
