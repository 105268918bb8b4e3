"""A person of the clinic talks with a patient: routine questions wait, everything that is red does not."""

from datetime import timedelta

from bot.usecases.promises import all_kept, promises
from tests.support.clinic import Clinic, Person
from tests.support.scenes import hard_to_breathe

SCREEN = "Right now, do you have any of these"


async def _a_person_writes(clinic: Clinic, ana: Person, words: str = "Does it hurt?") -> None:
    """Dr. Vega answers something that Ana wrote."""
    assert clinic.group is not None
    clinic.group.skims()
    await ana.writes("how much is the next session?")
    asked = clinic.group.expects("A.R. writes")
    ana.skims()
    await clinic.in_group("Dr. Vega").replies(asked, words)
    ana.expects("Dr. Vega from Clinic Sol", words)
    clinic.staff_skim()


async def _kept(clinic: Clinic) -> bool:
    now = clinic.now
    return all_kept(await clinic.app.store.look(lambda unit: promises(unit, now)))


async def test_a_check_in_waits_for_the_end_of_the_talk(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.pass_time(hours=1, minutes=50)
    await _a_person_writes(clinic, ana)
    spoke = clinic.now
    await clinic.pass_time(minutes=28)
    ana.expects_nothing()
    assert (await clinic.check_in("c1")).state == "planned"
    assert await _kept(clinic), "a check-in that is held is not overdue"
    await clinic.pass_time(minutes=3)
    ana.expects("Hello Ana", SCREEN)
    opened = (await clinic.check_in("c1")).opened_at
    assert opened is not None
    assert abs(opened - (spoke + timedelta(minutes=30))) < timedelta(seconds=30)
    await clinic.the_end()


async def test_a_long_talk_does_not_push_it_on_and_on(clinic: Clinic) -> None:
    """They write to each other for two hours: the check-in is asked at its first reminder all the same."""
    ana = await clinic.treat()
    due = (await clinic.check_in("c1")).due_at
    await clinic.pass_until(due - timedelta(minutes=10))
    for _ in range(6):
        await _a_person_writes(clinic, ana, "And now?")
        await clinic.pass_time(minutes=11)
        assert await _kept(clinic)
    await clinic.pass_until(due + timedelta(minutes=61))
    ana.expects("Hello Ana", SCREEN)
    opened = (await clinic.check_in("c1")).opened_at
    assert opened is not None and opened - due <= timedelta(minutes=60, seconds=30)


async def test_her_no_is_for_the_person_and_not_for_the_bot(clinic: Clinic) -> None:
    """A check-in is open, a person asks "Does it hurt?": "no" answers the person; a button answers the bot."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.says("none", "A")
    ana.skims()
    await _a_person_writes(clinic, ana)
    asked = ana.open_question
    await ana.writes("No")
    ana.expects("Our team will read this")
    ana.expects_nothing()
    assert asked.buttons, "the question is still open"
    assert clinic.group is not None
    clinic.group.expects("A.R. writes", "No")
    assert [task.kind for task in await clinic.open_tasks()] == ["unread"], "somebody answers her, or it comes back"
    clinic.group.expects_nothing()
    await ana.is_well()
    ana.expects("fits normal healing")
    clinic.staff_skim()
    await clinic.the_end()


async def test_the_open_question_comes_again_after_the_talk(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana")
    await ana.says("none", "A")
    ana.skims()
    await _a_person_writes(clinic, ana)
    await clinic.pass_time(minutes=29)
    ana.expects_nothing()
    await clinic.pass_time(minutes=2)
    ana.expects("2 of")
    ana.expects_nothing()


async def test_red_words_act_at_once_while_a_person_talks_with_her(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await _a_person_writes(clinic, ana)
    await ana.writes("my lips are huge n cant breath")
    ana.expects("EMERGENCY", "Call 112 now")
    ana.expects("Is this happening to you now?")
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "UNCONFIRMED")
    await ana.writes("yes")
    ana.expects("our team will read this")
    ana.expects("Is this happening to you now?")
    await clinic.pass_time(minutes=2, seconds=5)
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", False), "silence counts as yes all the same"


async def test_a_red_answer_acts_at_once_and_rechecks_are_not_held(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    first = (await clinic.alerts())[0].raised_at
    clinic.staff_skim()
    await clinic.pass_until(first + timedelta(minutes=25))
    ana.skims()
    card = [each for each in clinic.staff["Dr. Vega"].phone.messages() if "EMERGENCY" in each.text][-1]
    await clinic.staff["Dr. Vega"].replies(card, "The ambulance is on its way.")
    ana.expects("Dr. Vega from Clinic Sol")
    await clinic.pass_until(first + timedelta(minutes=31))
    ana.expects("Hello Ana") if any("Hello" in each.text for each in ana.unread) else ana.expects(SCREEN)
    assert any(row.kind == "recheck" and row.state == "open" for row in await clinic.check_ins())
