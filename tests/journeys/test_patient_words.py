"""Free text at any time: red-flag words, unclear words, thanks, and a cry for help."""

from datetime import timedelta

import pytest

from bot.store.tables import SessionRow
from tests.support.clinic import Clinic, Person

SCREEN = "Right now, do you have any of these"


def _group(clinic: Clinic) -> Person:
    assert clinic.group is not None
    return clinic.group


async def _she_cannot_breathe(clinic: Clinic) -> Person:
    ana = await clinic.treat()
    await clinic.pass_time(minutes=30)
    await ana.writes("my lips are huge n cant breath")
    first = ana.unread[0]
    assert first.text.startswith("🟥 EMERGENCY\n\nIf this is happening now:\n\nCall 112 now.")
    ana.expects("EMERGENCY", "bad allergic reaction", "Lie down with your legs up")
    now = ana.expects("Is this happening to you now?")
    assert [label for row in now.buttons for label in row] == ["No", "Not sure", "Yes"]
    ana.expects_nothing()
    vega = clinic.staff["Dr. Vega"]
    vega.expects("EMERGENCY (D1)", "UNCONFIRMED", "my lips are huge n cant breath", "+34600123456")
    _group(clinic).expects("A.R. writes", "my lips are huge n cant breath")
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", True)
    clinic.staff_skim()
    return ana


async def test_emergency_words_and_yes(clinic: Clinic) -> None:
    ana = await _she_cannot_breathe(clinic)
    await ana.taps("Yes")
    advice = ana.expects("EMERGENCY", "bad allergic reaction", "Lie down with your legs up")
    assert "If this is happening" not in advice.text
    ana.expects("Show this card", "Ana Ruiz")
    ana.expects("What are you doing now?")
    ana.expects_nothing()
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", False)
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)")
    clinic.staff_skim()
    await clinic.the_end()


async def test_emergency_words_and_silence(clinic: Clinic) -> None:
    """No answer in 2 minutes counts as yes."""
    ana = await _she_cannot_breathe(clinic)
    asked = ana.open_question
    await clinic.pass_time(minutes=1, seconds=50)
    ana.expects_nothing()
    await clinic.pass_time(seconds=15)
    ana.expects("EMERGENCY", "bad allergic reaction")
    ana.expects("Show this card")
    ana.expects("What are you doing now?")
    assert asked.text == "⏱ Happening now: no answer, so we count: Yes"
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", False)
    clinic.staff_skim()
    ana.skims()
    await clinic.the_end()


async def test_emergency_words_and_no(clinic: Clinic) -> None:
    """She says no: staff are told, but only they can close the alert; she is asked the emergency screen."""
    ana = await _she_cannot_breathe(clinic)
    await ana.taps("No")
    ana.expects(SCREEN)
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.unconfirmed, alert.doing) == ("sent", True, "")
    await ana.is_well()
    closing = ana.expects("Our team has your answers")
    assert "normal" not in closing.text
    (card,) = [each for each in clinic.staff["Dr. Vega"].phone.messages() if "UNCONFIRMED" in each.text]
    clinic.staff["Dr. Vega"].sees(card, "She has answered: see below", "The patient says NO: Happening now")
    assert "we are asking her" not in card.text
    clinic.staff_skim()
    await clinic.the_end()


async def test_a_check_in_that_falls_due_waits_for_the_words(clinic: Clinic) -> None:
    """At 11:59 she writes that she had chills; the check-in of 12:00 does not push the question aside."""
    ana = await clinic.treat()
    await clinic.pass_time(hours=1, minutes=59)
    await ana.writes("no fever but chills since noon")
    ana.expects("Do you have a fever or chills?")
    ana.expects_nothing()
    clinic.staff_skim()
    await clinic.pass_time(minutes=9)
    ana.expects_nothing()
    await clinic.pass_time(minutes=2)
    # Nobody answered in 10 minutes: it is a D3 at least.
    ana.expects("CHECK THIS TODAY")
    assert (await clinic.alerts())[0].level == "D3"
    await clinic.pass_time(minutes=15)
    ana.skims()
    assert (await clinic.check_in("c1")).state == "open"


async def test_half_a_negation(clinic: Clinic) -> None:
    """ "no fever but chills since noon": the second half counts (vignette 21)."""
    ana = await clinic.treat()
    await ana.writes("no fever but chills since noon")
    ana.expects("Do you have a fever or chills?")
    assert not await clinic.alerts()
    await ana.taps("Hot or shivery")
    alert = (await clinic.alerts())[0]
    assert alert.level in ("D2", "D3")
    ana.skims()
    clinic.staff_skim()


async def test_fever_in_words_brings_the_sepsis_screen(clinic: Clinic) -> None:
    """After the emergency screen, before anything else."""
    ana = await clinic.treat(sites=("neck",))
    await ana.writes("chills since noon")
    ana.expects("Do you have a fever")
    await ana.taps("Hot or shivery")
    ana.expects("CHECK THIS TODAY")
    ana.expects(SCREEN)
    await ana.taps("None of these")
    ana.expects("Do you have any of these now?", "Slurred speech, or confused", "No pee in a day")
    await ana.taps("No pee in a day")
    ana.expects("EMERGENCY", "I think this may be sepsis")


async def test_about_somebody_else_or_another_time(clinic: Clinic) -> None:
    """She is asked, and "No" raises nothing (vignette 22)."""
    ana = await clinic.treat()
    await ana.writes("my daughter has a fever")
    ana.expects("Do you have a fever or chills?")
    await ana.taps("No")
    await ana.is_well()
    ana.skims()
    await ana.writes("last year I fainted")
    ana.expects("Did you faint?")
    await ana.taps("No")
    await ana.is_well()
    ana.skims()
    assert not await clinic.alerts()
    clinic.staff_skim()
    await clinic.the_end()


async def test_thanks_and_greetings(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("thank you!")
    ana.expects("You are welcome. Next check-in: Mon 2 March, 12:00")
    await ana.writes("Hello")
    ana.expects("Hello! Next check-in: Mon 2 March, 12:00")
    assert not await clinic.open_tasks("unread")
    _group(clinic).expects("thank you!")
    _group(clinic).expects("writes", "Hello")
    await clinic.the_end()


async def test_a_question_is_passed_on(clinic: Clinic) -> None:
    """No answer of the clinic fits: a person answers within 2 hours."""
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this and answer you here", "/worse", "112")
    _group(clinic).expects("writes", "how much is the next session?")
    _group(clinic).expects("Please read and answer")
    (task,) = await clinic.open_tasks("unread")
    assert task.due_at - task.made_at == timedelta(hours=2)
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_the_word_help(clinic: Clinic) -> None:
    """HELP stands in the texts: she is asked whether a person shall call, and then everything."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.is_well()
    ana.skims()
    await ana.writes("HELP")
    ana.expects("Do you want a person from the clinic to call you?")
    await ana.taps("No, thank you")
    ana.expects("1 of", SCREEN)
    assert await ana.is_well() > 5
    ana.expects("fits normal healing")
    clinic.staff_skim()
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_red_words_of_a_patient_without_a_session(clinic: Clinic) -> None:
    """Her session was cancelled: the bot has nothing to ask by, so a person calls her now."""
    ana = await clinic.treat()
    await clinic.app.store.run(lambda unit: unit.change(SessionRow, SessionRow.state == "open", state="cancelled"))
    await ana.writes("i cant breathe")
    ana.expects("We have no treatment on file", "112")
    ana.expects("We are going to phone you")
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW", "i cant breathe")
    await ana.writes("/worse")
    ana.expects("We have no treatment on file")


async def test_help_and_it_is_an_emergency(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("help!!")
    await ana.taps("This is an emergency")
    ana.skims()
    assert (await clinic.alerts())[0].level == "D1"
    clinic.staff["Dr. Vega"].expects("EMERGENCY (D1)", "Says it is an emergency")


async def test_help_and_silence(clinic: Clinic) -> None:
    """Whoever cries for help and then says nothing is called: D3 after 10 minutes."""
    ana = await clinic.treat()
    await ana.writes("HELP")
    ana.skims()
    await clinic.pass_time(minutes=10, seconds=10)
    assert (await clinic.alerts())[0].level == "D3"
    ana.expects("CHECK THIS TODAY")


async def test_self_harm(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("i look horrible, i want to die")
    ana.expects("If this is happening now", "You are not alone", "Call 024 or 112 now")
    ana.expects("Do you think of hurting yourself?")
    await clinic.pass_time(minutes=2, seconds=5)
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.unconfirmed) == ("D1", False)


@pytest.mark.parametrize(
    ("words", "question", "symptom"),
    [
        ("i have strong chest pain", "Do you have chest pain?", "Chest and heart"),
        ("i want to die", "Do you think of hurting yourself?", "Thoughts of self-harm"),
    ],
)
async def test_a_no_to_any_question_about_her_words_stands_on_the_card(
    clinic: Clinic, words: str, question: str, symptom: str
) -> None:
    ana = await clinic.treat()
    await ana.writes(words)
    ana.expects("EMERGENCY", "If this is happening now")
    ana.expects(question)
    card = clinic.staff["Dr. Vega"].expects("UNCONFIRMED", "we are asking her", words)
    await ana.taps("No")
    clinic.staff["Dr. Vega"].sees(card, "She has answered: see below", f"The patient says NO: {symptom}")
    ana.expects(SCREEN)
    (alert,) = await clinic.alerts()
    assert (alert.level, alert.state, alert.unconfirmed) == ("D1", "sent", True), "only staff close it"
    await ana.writes(words)
    ana.expects("EMERGENCY", "If this is happening now")
    ana.expects(question)
    clinic.staff["Dr. Vega"].sees(card, "we are asking her")
    assert "says NO" not in card.text, "said again: it is asked again"


async def test_an_answer_that_is_no_no_is_not_shown_as_one(clinic: Clinic) -> None:
    """Chest pain that is gone: the words are answered, and what she said is on the card."""
    ana = await clinic.treat()
    await ana.writes("i have strong chest pain")
    card = clinic.staff["Dr. Vega"].expects("UNCONFIRMED", "we are asking her")
    await ana.taps("now gone")
    clinic.staff["Dr. Vega"].sees(card, "She has answered: see below", "Chest and heart: Had it, now gone")
    assert "says NO" not in card.text


async def test_no_to_one_of_two_words(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("i have strong chest pain")
    card = clinic.staff["Dr. Vega"].expects("UNCONFIRMED")
    await ana.writes("and i cannot breathe")
    await ana.taps("No")
    clinic.staff["Dr. Vega"].sees(card, "we are asking her", "The patient says NO")
    await ana.taps("No")
    clinic.staff["Dr. Vega"].sees(card, "She has answered", "says NO: Happening now", "says NO: Chest and heart")


async def test_red_words_in_the_middle_of_a_check_in(clinic: Clinic) -> None:
    """They come first; the rest of the check-in waits."""
    ana = await clinic.treat()
    await clinic.to_check_in("c1")
    await ana.taps("None of these")
    ana.skims()
    left = ana.open_question
    await ana.writes("now everything goes blurry in one eye")
    ana.expects("If this is happening now", "stroke signs")
    ana.expects("Is this happening to you now?")
    assert not left.buttons
    await ana.taps("No")
    ana.expects("2 of", "Look at the treated skin")
    await ana.is_well()
    ana.skims()
    (alert,) = await clinic.alerts()
    assert alert.state == "sent"


async def test_more_red_words_while_she_is_asked(clinic: Clinic) -> None:
    """Two symptoms in two messages: each is asked about, the worst first."""
    ana = await clinic.treat()
    await ana.writes("there is a lump")
    ana.expects("Is there a lump or hard spot?")
    await ana.writes("and it turned white around it")
    ana.expects("Is any patch white, grey, blue or purple like lace?")
    await ana.taps("Yes")
    ana.expects("GO TO THE EMERGENCY ROOM")
    (alert,) = await clinic.alerts()
    assert alert.level == "D2"


async def test_russian_and_spanish_words_count_in_an_english_chat(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("не могу дышать")
    ana.expects("If this is happening now")
    ana.expects("Is this happening to you now?")
    await ana.taps("No")
    await ana.is_well()
    ana.skims()
    await ana.writes("tengo fiebre y escalofríos")
    ana.expects("Do you have a fever or chills?")


async def test_staff_answer_and_she_answers_back(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("may I fly on Friday?")
    ana.expects("Our team will read this")
    group = _group(clinic)
    words = group.expects("may I fly on Friday?")
    clinic.staff["Dr. Vega"].phone.reply(words, "Yes, you may.")
    await clinic.settle()
    ana.expects("Dr. Vega from Clinic Sol:", "Yes, you may.")
    group.skims()
    assert not await clinic.open_tasks("unread")
    await ana.writes("ok")
    ana.expects("Our team will read this")


async def test_an_everyday_question_gets_the_clinics_own_answer(clinic: Clinic) -> None:
    """She is told at once, staff see question and answer, and nobody has to do anything."""
    ana = await clinic.treat()
    await clinic.pass_time(minutes=30)
    await ana.writes("when can I wear make-up?")
    ana.expects("No make-up on the needle marks today")
    ana.expects_nothing()
    _group(clinic).expects("A.R. asks", "when can I wear make-up?", "The bot answered", "needle marks")
    assert not await clinic.open_tasks()
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_what_if_is_told_without_an_alarm(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.pass_time(minutes=30)
    await ana.writes("what if I get a fever?")
    ana.expects("If that happens, do not wait", "call 112 now", "send /worse")
    ana.expects_nothing()
    _group(clinic).expects("what if I get a fever?", "The bot answered")
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_an_unsure_question_is_for_a_person(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.pass_time(minutes=30)
    await ana.writes("can I drink wine in the sauna?")
    ana.expects("our team")
    _group(clinic).expects("A.R. writes", "wine in the sauna")
    _group(clinic).expects("Please read and answer")
    assert len(await clinic.open_tasks()) == 1
    await clinic.the_end()


async def test_a_question_with_a_red_flag_in_it_gets_no_everyday_answer(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.pass_time(minutes=30)
    await ana.writes("can I wear make-up? there is a white patch on my cheek")
    ana.expects("white")
    assert not any("No make-up on the needle marks" in message.text for message in ana.unread)
    clinic.staff_skim()
