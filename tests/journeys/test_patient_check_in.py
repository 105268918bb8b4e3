"""What a patient can do with a check-in: tap, change her mind, tap twice, forge buttons; and what she reads."""

from bot.emulator.faults import Fault, FaultKind
from bot.store.tables import CheckInRow
from tests.support.clinic import Clinic, Person

SCREEN = "Right now, do you have any of these"


async def _first_question(clinic: Clinic, **treated: object) -> Person:
    ana = await clinic.treat(**treated)  # type: ignore[arg-type]
    await clinic.to_check_in("c1")
    ana.expects("Hello Ana", "1 of", SCREEN)
    return ana


async def test_several_lines_then_done(clinic: Clinic) -> None:
    """Two lines are ticked, one is unticked again; each line opens its own question, the worst level wins."""
    ana = await _first_question(clinic)
    screen = ana.open_question
    assert screen.buttons[-1] == ["✔️ None of these"]
    assert "Chosen" in await ana.taps("Chest pain")
    assert "☑️ Chest pain, or a very fast or uneven heartbeat" in [row[0] for row in screen.buttons]
    assert screen.buttons[-1] == ["✅ Done (1 chosen)"]
    await ana.taps("Fainted")
    assert screen.buttons[-1] == ["✅ Done (2 chosen)"]
    assert "Not chosen" in await ana.taps("Chest pain")
    assert screen.buttons[-1] == ["✅ Done (1 chosen)"]
    ana.expects_nothing()
    assert "Noted" in await ana.taps("Done")
    assert screen.text == "✓ Emergency signs: Fainted, or very dizzy"
    ana.expects("Did you faint?")
    await ana.taps("A bit dizzy")
    ana.expects("2 of", "Look at the treated skin")
    await ana.is_well()
    # At 2 hours a bit dizzy is expected; only the pace of the chat may carry it over the 2 hours.
    assert (await clinic.runs())[0].level in ("D5", "D4")


async def test_none_of_these(clinic: Clinic) -> None:
    ana = await _first_question(clinic)
    screen = ana.open_question
    assert "Noted" in await ana.taps("None of these")
    assert screen.text == "✓ Emergency signs: None of these"
    assert not screen.buttons
    ana.expects("2 of", "Look at the treated skin", "You can send a photo")
    await clinic.the_end()


async def test_done_without_a_choice_and_none_after_a_choice_count_for_nothing(clinic: Clinic) -> None:
    """Forged or raced presses: "Done" with nothing tapped, and "none of these" after a line was tapped."""
    ana = await _first_question(clinic)
    run, question = ana.open_question.button_data["✔️ None of these"].split("|")[1:3]
    assert "choose" in await ana.forges(f"a|{run}|{question}|done")
    ana.expects(SCREEN)
    await ana.taps("Chest pain")
    assert "choose" in await ana.forges(f"a|{run}|{question}|none")
    ana.expects(SCREEN, "☑️ Chest pain", "Done (1 chosen)")
    (row,) = await clinic.runs()
    assert row.state == "open"
    assert row.turn > 0
    await clinic.the_end()


async def test_an_emergency_line_gives_the_emergency_text_before_anything_else(clinic: Clinic) -> None:
    """Hard to breathe: the D1 text is the very next message, then the card, then one question, and no other."""
    ana = await _first_question(clinic)
    screen = ana.open_question
    await ana.taps("Hard to breathe")
    new = [message for message in ana.unread if message.id > screen.id]
    assert new[0].text.startswith('🟥 EMERGENCY\n\nCall 112 now. Say: "bad allergic reaction"')
    assert len(new[0].text) < 500
    ana.expects("EMERGENCY", "Lie down with your legs up")
    ana.expects("Show this card", "Ana Ruiz", "HA 20 mg, lot 7", "Hard to breathe")
    doing = ana.expects("What are you doing now?")
    assert [message.id for message in new] == sorted(message.id for message in new)
    assert new[-1].id == doing.id
    ana.expects_nothing()
    assert screen.text.startswith("✓ Emergency signs: Hard to breathe")
    vega = clinic.staff["Dr. Vega"]
    card = vega.expects("EMERGENCY (D1)", "Trouble breathing", "A.R.", "+34600123456")
    assert card.date >= new[0].date
    clinic.staff_skim()
    await ana.taps("Calling now")
    closing = ana.expects("Our team has your answers. We will check on you again soon.")
    assert "normal" not in closing.text
    clinic.staff_skim()
    await clinic.the_end()


async def test_the_lip_patient_is_not_asked_about_her_lips(clinic: Clinic) -> None:
    """With treated lips the first line does not say lips, or every lip patient would be an emergency."""
    ana = await clinic.treat(sites=("lips",), modifiers=("lips_treated",))
    await clinic.to_check_in("c1")
    screen = ana.expects("Hello Ana")
    assert screen.buttons[0] == ["▫️ Hard to breathe, or tongue or throat swelling"]
    await ana.taps("None of these")
    ana.skims()


async def test_change_the_last_answer(clinic: Clinic) -> None:
    """She taps none by mistake, goes back, and the level follows the answer that counts."""
    ana = await _first_question(clinic)
    first = ana.open_question
    assert not any("Change my last answer" in label for row in first.buttons for label in row)
    await ana.taps("None of these")
    second = ana.expects("2 of")
    assert "Back" in await ana.taps("Change my last answer")
    again = ana.expects("1 of", SCREEN)
    await ana.taps("Very bad pain", "Done")
    assert again.text.startswith("✓ Emergency signs: Very bad pain")
    ana.expects("How bad is the pain now")
    assert not second.buttons  # a question that is left has no live buttons
    await ana.taps("3")
    await ana.is_well()
    ana.skims()
    (run,) = await clinic.runs()
    assert run.level == "D5"


async def test_going_back_never_lowers_a_level(clinic: Clinic) -> None:
    """Pain 4 is D4; going back to say 0 leaves the D4 standing."""
    ana = await _first_question(clinic)
    await ana.is_well(until="PA")
    ana.skims()
    await ana.says("4")
    await ana.taps("Change my last answer")
    await ana.says("0", "PA")
    await ana.is_well()
    ana.skims()
    (run,) = await clinic.runs()
    assert run.level == "D4"


async def test_old_buttons(clinic: Clinic) -> None:
    """A button of an answered question, of an ended check-in, and of a check-in that was replaced."""
    ana = await _first_question(clinic)
    data = dict(ana.open_question.button_data)
    await ana.taps("None of these")
    ana.expects("2 of")
    assert "already" in await ana.forges(data["✔️ None of these"])
    assert "no longer in use" in await ana.forges(data["▫️ Confused, or much sleepier than usual"])
    await ana.is_well()
    ana.expects("fits normal healing")
    assert "no longer in use" in await ana.forges(data["▫️ Confused, or much sleepier than usual"])
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_a_double_tap(clinic: Clinic) -> None:
    """Telegram brings the same press twice under two numbers: it counts once."""
    ana = await _first_question(clinic)
    clinic.world.faults.add(Fault(FaultKind.PRESS_AGAIN))
    await ana.taps("None of these")
    ana.expects("2 of")
    ana.expects_nothing()
    clinic.world.faults.add(Fault(FaultKind.DUPLICATE_UPDATE))
    await ana.taps("None of these")
    ana.expects("3 of")
    ana.expects_nothing()
    # A line of a screen toggles; the second press of a double tap unticks it, which "Done" then shows.
    await clinic.the_end()


async def test_a_double_tap_on_a_red_line_is_one_alert(clinic: Clinic) -> None:
    ana = await _first_question(clinic)
    clinic.world.faults.add(Fault(FaultKind.PRESS_AGAIN))
    await ana.taps("Hard to breathe")
    ana.expects("EMERGENCY", "bad allergic reaction")
    ana.expects("Show this card")
    ana.expects("What are you doing now?")
    ana.expects_nothing()
    assert len(await clinic.alerts()) == 1


async def test_a_press_that_the_library_cannot_read(clinic: Clinic) -> None:
    """Telegram changes its format over night: a red answer is an alert all the same."""
    ana = await _first_question(clinic)
    clinic.world.faults.add(Fault(FaultKind.UNPARSABLE_PRESS))
    await ana.taps("Hard to breathe")
    ana.expects("EMERGENCY", "bad allergic reaction")
    ana.expects("Show this card")
    ana.expects("What are you doing now?")
    assert len(await clinic.alerts()) == 1


FORGED = (
    "",
    "a",
    "a|",
    "a||",
    "a|||",
    "a|x|A|none",
    "b|",
    "b|x",
    "b",
    "j|consent.agree",
    "j|zone.right",
    "p|",
    "p|resume",
    "p|nothing",
    "s|1|take",
    "t|1|done",
    "c|1|deceased.really",
    "w|x",
    "o|first",
    "🦋" * 16,
    "x" * 64,
    "a|" + "y" * 62,
    "\x00",
    "a|\x00|A|none",
    "'; DROP TABLE patient; --",
    "%s%n{0}",
)


async def test_hand_made_buttons(clinic: Clinic) -> None:
    """Whatever a forged client sends, the patient is told kindly that it is no button, and nothing changes."""
    ana = await _first_question(clinic)
    before = (await clinic.runs())[0].turn
    for data in FORGED:
        assert await ana.forges(data) in (
            "This button is no longer in use. Please use the newest message.",
            "This button is not for you",
        ), data
    assert (await clinic.runs())[0].turn == before
    assert (await clinic.row_of(ana)).stage == "active"
    await clinic.the_end()


async def test_hand_made_buttons_for_a_real_run(clinic: Clinic) -> None:
    """Unknown questions and codes, and the check-in of another patient."""
    ana = await _first_question(clinic)
    run = next(iter(ana.open_question.button_data.values())).split("|")[1]
    for data in (f"a|{run}|NOPE|none", f"a|{run}|A|nope", f"a|{run}|A|", f"a|{run}|PA|11", f"a|{run}|PA|-1"):
        assert "no longer in use" in await ana.forges(data)
    assert "no longer in use" in await ana.forges(f"a|{run}|PA|9")  # a question that is not open
    eva = await clinic.treat("Eva Sol")
    clinic.staff_skim()
    assert "no longer in use" in await eva.forges(f"a|{run}|A|breathing")
    assert "no longer in use" in await eva.forges(f"b|{run}")
    assert not await clinic.alerts()
    await clinic.the_end()


async def test_typed_labels_and_numbers_are_answers(clinic: Clinic) -> None:
    ana = await _first_question(clinic)
    await ana.is_well(until="PA")
    pain = ana.open_question
    ana.skims()
    await ana.writes(" 2 / 10 ")
    assert pain.text == "✓ Pain 0 to 10: 2 of 10"
    numb = ana.expects("tingling round the mouth")
    await ana.writes("no")
    assert numb.text == "✓ Numbing drug signs: No"
    ana.expects("know about pain pills")
    await ana.taps("No, thank you")
    ana.expects("anything else")
    await ana.writes("NO")
    ana.expects("fits normal healing")
    await clinic.the_end()


async def test_what_is_no_number_of_the_scale_is_not_guessed(clinic: Clinic) -> None:
    ana = await _first_question(clinic)
    await ana.is_well(until="PA")
    ana.skims()
    assert clinic.group is not None
    for typed in ("11", "-1", "two", "2.5", "²", "٣"):
        await ana.writes(typed)
        ana.expects("our team will read this")
        ana.expects("How bad is the pain now")
        clinic.group.expects("A.R. writes", typed)
        clinic.group.skims()
    await clinic.the_end()


async def test_own_words_in_the_middle(clinic: Clinic) -> None:
    """Staff read them, and the open question is asked again."""
    ana = await _first_question(clinic)
    await ana.writes("the parking was awful today")
    ana.expects("Thank you, our team will read this. One question is still open:")
    ana.expects("1 of", SCREEN)
    assert clinic.group is not None
    clinic.group.expects("writes:", "the parking was awful today")
    # Nobody is disturbed again now: the task speaks up when nobody has answered in time.
    (quiet,) = await clinic.open_tasks()
    assert quiet.due_at > clinic.now
    clinic.group.expects_nothing()
    # She goes on writing instead of tapping: a person answers.
    await ana.writes("and the lift was broken")
    ana.expects("One question is still open")
    ana.expects("1 of", SCREEN)
    clinic.group.expects("writes:", "and the lift was broken")
    clinic.group.expects("Please read and answer", "and the lift was broken")
    await clinic.the_end()


async def test_own_words_at_the_end(clinic: Clinic) -> None:
    """The last question takes words; staff read them too."""
    ana = await _first_question(clinic)
    await ana.is_well(until="FT")
    last = ana.open_question
    ana.skims()
    await ana.writes("how much is it next time")
    assert last.text == "✓ Own words: own words"
    ana.expects("fits normal healing")
    assert clinic.group is not None
    clinic.group.expects("how much is it next time")
    await clinic.the_end()


async def test_a_voice_at_the_end_is_no_answer(clinic: Clinic) -> None:
    """The last question takes words; what the bot cannot read leaves it open."""
    ana = await _first_question(clinic)
    await ana.is_well(until="FT")
    ana.skims()
    await ana.does(ana.phone.send_voice)
    ana.expects("The bot cannot read this")
    ana.expects("anything else")
    clinic.staff_skim()
    assert (await clinic.runs())[0].state == "open"
    await clinic.the_end()


async def test_a_correction_at_the_end_is_no_answer(clinic: Clinic) -> None:
    """She corrects an older message while the last question is open."""
    ana = await _first_question(clinic)
    await ana.writes("the parkng was awful")
    mine = [message for message in ana.phone.messages() if not message.from_bot][-1]
    await ana.is_well(until="FT")
    ana.skims()
    clinic.staff_skim()
    await ana.does(lambda: ana.phone.edit(mine, "the parking was awful"))
    ana.expects("One question is still open")
    ana.expects("anything else")
    clinic.staff_skim()
    assert (await clinic.runs())[0].state == "open"
    await clinic.the_end()


async def test_she_wants_a_person(clinic: Clinic) -> None:
    """In the first 72 hours that is a D3."""
    ana = await _first_question(clinic)
    await ana.is_well(until="FT")
    ana.skims()
    await ana.taps("I want to talk to a person")
    ana.expects("WE NEED TO CHECK THIS TODAY", "We will call you within 1 hour")
    ana.expects("Our team has your answers and will call you today")
    clinic.staff["Dr. Vega"].expects("TODAY (D3)", "Wants a person")
    clinic.staff_skim()
    await clinic.the_end()


async def test_a_line_that_is_ticked_and_never_sent(clinic: Clinic) -> None:
    """She ticks "very bad pain" and falls silent: after 2 minutes it is a D2 (vignette 24)."""
    ana = await _first_question(clinic)
    screen = ana.open_question
    await ana.taps("Very bad pain")
    await clinic.pass_time(minutes=1, seconds=50)
    ana.expects_nothing()
    await clinic.pass_time(seconds=20)
    ana.expects("GO TO THE EMERGENCY ROOM")
    ana.expects("Show this card", "Pain 0 to 10: 8 of 10")
    ana.expects("One more check. Right now, do you have any of these?")
    assert screen.text.startswith("⏱ Emergency signs: no answer, so we count: Very bad pain")
    clinic.staff["Dr. Vega"].expects("ER NOW (D2)", "Pain 8 or more")


async def test_a_message_after_the_course(clinic: Clinic) -> None:
    """Weeks later she writes: it is read, screened and answered."""
    ana = await clinic.treat()
    await clinic.app.store.run(lambda unit: unit.change(CheckInRow, CheckInRow.state == "planned", state="cancelled"))
    await clinic.pass_time(days=100)
    ana.expects_nothing()
    await ana.writes("can I come for a new appointment")
    ana.expects("Our team will read this and answer you here")
    assert clinic.group is not None
    clinic.group.expects("new appointment")
    clinic.group.expects("Please read and answer", "new appointment")
    await ana.writes("there is a hard lump in my cheek")
    ana.expects("Is there a lump or hard spot?")
    await ana.taps("New or growing")
    ana.skims()
    alert = (await clinic.alerts())[0]
    assert alert.level in ("D2", "D3")
    assert "LU-4" in alert.rules
