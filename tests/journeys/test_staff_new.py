"""/new and /session: a patient is registered by buttons and words, and opens the link that comes of it."""

import re

from bot.emulator import MessageView
from tests.support.clinic import Clinic, Person, enrol
from tests.support.scenes import cards

PNG = b"\x89PNG\r\n\x1a\n"


async def _begin(clinic: Clinic) -> Person:
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/new")
    vega.expects("First and last name")
    return vega


async def _treatment(vega: Person) -> None:
    """A clinic with one procedure is not asked which."""
    if any("Which treatment?" in message.text for message in vega.unread):
        vega.expects("Which treatment?")
        await vega.taps("Face treatment")


async def test_the_whole_way_to_a_patient_who_takes_part(clinic: Clinic) -> None:
    vega = await _begin(clinic)
    await vega.writes("Ana  Ruiz")
    vega.expects("Date of birth?", "2 of")
    await vega.writes("23.4.1985")
    vega.expects("Phone number", "Skip")
    await vega.writes("600 123 456")
    vega.expects("Any allergies?", "None known", "Skip", "4 of")
    await vega.writes("wasp stings <severe>")
    vega.expects("Emergency contact", "She names nobody", "Skip", "5 of")
    await vega.writes("Luis Ruiz (brother), 600 654 321")
    await _treatment(vega)
    vega.expects("When did the session end?", "Just now", "3 hours ago")
    await vega.taps("Just now")
    vega.expects("Where was she treated?", "cheek", "lips")
    await vega.taps("cheek", "lips")
    assert vega.last is not None
    assert "☑️ cheek" in vega.labels
    await vega.taps("lips", "Done (1)")
    vega.expects("Anything of this?", "blood thinner", "None of these")
    await vega.taps("blood thinner", "Done (1)")
    vega.expects("Products and lot numbers?")
    await vega.writes("HA 20 mg <lot 7>")
    vega.expects("Who gave the injections?", "Dr. Vega", "Dr. Marín", "Lola")
    await vega.taps("Dr. Marín")
    vega.expects(
        "Is everything right?", "Ana Ruiz", "23 April 1985", "+34600123456", "Allergies: wasp stings <severe>",
        "Emergency contact: Luis Ruiz (brother), +34600654321", "Mon 2 March, 10:00", "cheek",
        "blood thinner", "HA 20 mg <lot 7>", "Dr. Marín",
    )  # fmt: skip
    await vega.taps("Save")
    vega.expects("Saved: case")
    clinic.staff["Dr. Marín"].expects("Dr. Vega entered this session of yours", "Ana Ruiz", "cheek", "lot 7")
    await clinic.staff["Dr. Marín"].taps("All right")
    clinic.staff["Dr. Marín"].expects("confirmed")
    link = vega.expects("let the patient scan this code")
    assert link.photo is not None
    assert link.photo.content.startswith(PNG)
    assert link.protected
    found = re.search(r"https://t\.me/(\w+)\?start=(\S+)", link.text)
    assert found is not None
    assert found[1] == clinic.world.bot.username

    ana = clinic.newcomer("Ana Ruiz")
    ana.phone.start(found[2])
    await clinic.settle()
    await enrol(ana)
    await clinic.to_check_in("c1", ana)
    await ana.taps("White, grey", "Done", "Yes")
    ana.expects(
        "Show this card", "Allergies: wasp stings <severe>", "Emergency contact: Luis Ruiz (brother), +34600654321"
    )
    ana.skims()
    card = cards(clinic, "Dr. Vega", "Dr. Marín")["group"]
    vega.sees(card, "cheek", "Note: blood thinner")
    code = (await clinic.row_of(ana)).case_code
    await vega.writes(f"/patient {code}")
    vega.expects("Ana Ruiz", "Allergies: wasp stings <severe>", "Emergency contact: Luis Ruiz (brother), +34600654321")
    await clinic.in_group("Dr. Vega").writes(f"/patient {code}")
    assert clinic.group is not None
    shown = clinic.group.expects("A.R.", "Allergies: wasp stings")
    assert "Luis" not in shown.text and "+34600654321" not in shown.text, (
        "somebody else's number is no matter for a group"
    )
    await clinic.the_end()


async def test_wrong_values_are_explained_and_asked_again(clinic: Clinic) -> None:
    vega = await _begin(clinic)
    for wrong in ("A", "12345"):
        await vega.writes(wrong)
        vega.expects("Please write the patient's first and last name")
    await vega.writes("Ana Ruiz")
    vega.expects("Date of birth?")
    for wrong, why in (
        ("yesterday", "I could not read that date"),
        ("31.2.1985", "I could not read that date"),
        ("1.1.1850", "I could not read that date"),
        ("1.1.2030", "in the future"),
        ("1.1.2015", "adults"),
    ):
        await vega.writes(wrong)
        vega.expects(why)
    await vega.writes("23.4.1985")
    vega.expects("Phone number")
    for wrong in ("call me", "12"):
        await vega.writes(wrong)
        vega.expects("That is no phone number")
    await vega.writes("+34 600 123 456")
    vega.expects("Any allergies?")
    await vega.writes("x" * 501)
    vega.expects("at most 500 characters")
    await vega.taps("None known")
    vega.expects("Emergency contact")
    for wrong, why in (
        ("her brother", "a name and one phone number"),
        ("600 654 321", "a name and one phone number"),
        ("Luis 12", "a name and one phone number"),
        ("Luis 600 654 321 or 600 654 322", "a name and one phone number"),
        ("Ana 600 123 456", "the patient's own number"),
        ("L" * 81 + " +34 600 654 321", "a name and one phone number"),
    ):
        await vega.writes(wrong)
        vega.expects(why)
    await vega.taps("She names nobody")
    await _treatment(vega)
    vega.expects("When did the session end?")
    for wrong, why in (
        ("soon", "I could not read that time"),
        ("31.2 10:00", "I could not read that time"),
        ("2.3 23:00", "in the future"),
    ):
        await vega.writes(wrong)
        vega.expects(why)
    await vega.writes("09:30")
    vega.expects("Where was she treated?")
    await vega.writes("cheek")
    vega.expects("Please use the buttons above, or /cancel")
    await vega.taps("cheek", "Done (1)")
    vega.expects("Anything of this?")
    await vega.taps("None of these")
    vega.expects("Products")
    await vega.writes("x" * 501)
    vega.expects("at most 500 characters")
    await vega.taps("Skip")
    vega.expects("Who gave the injections?")
    await vega.taps("Dr. Vega")
    vega.expects(
        "Is everything right?", "Allergies: none known", "contact: none known", "Mon 2 March, 09:30", "none noted"
    )
    await vega.taps("Enter again")
    vega.expects("First and last name")
    await vega.writes("/cancel")
    vega.expects("Cancelled. Nothing was saved.")
    await vega.writes("/cancel")
    vega.expects("There is nothing to cancel")
    await clinic.the_end()


async def test_left_half_way_and_taken_up_again(clinic: Clinic) -> None:
    """Other commands in between do not lose the form; buttons of an earlier step change nothing; a day later it is gone."""
    vega = await _begin(clinic)
    await vega.writes("Ana Ruiz")
    vega.expects("Date of birth?")
    await vega.writes("/alerts")
    vega.expects("No open alerts")
    await clinic.restart()
    await vega.writes("23.4.1985")
    asked = vega.expects("Phone number")
    skip = asked.button_data["Skip"]
    await vega.taps("Skip")
    vega.expects("Any allergies?")
    await clinic.restart()
    await vega.taps("Skip")
    vega.expects("Emergency contact")
    assert "no longer in use" in await vega.forges("w|allergies|none")
    assert "no longer in use" in await vega.forges("w|contact|anything")
    await vega.taps("Skip")
    await _treatment(vega)
    vega.expects("When did the session end?")
    assert "no longer in use" in await vega.forges(skip, asked)
    assert "no longer in use" in await vega.forges("w|t0|99999")
    assert "no longer in use" in await vega.forges("w|confirm|save")
    await clinic.pass_time(hours=13)
    vega.skims()
    await vega.writes("09:30")
    vega.expects("To answer a patient, reply to her message")
    assert "no longer in use" in await vega.forges("w|t0|30")
    await clinic.the_end()


async def test_names_do_not_belong_in_the_group(clinic: Clinic) -> None:
    vega = clinic.in_group("Dr. Vega")
    assert clinic.group is not None
    for command in ("/new", "/session", "/session Ana", f"/new@{clinic.world.bot.username}"):
        await vega.writes(command)
        clinic.group.expects("private chat with the bot")
    await vega.writes("Ana Ruiz, 23.4.1985")
    await clinic.the_end()


async def test_a_further_session(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.pass_time(hours=1)
    ana.skims()
    clinic.staff_skim()
    vega = clinic.staff["Dr. Vega"]
    code = (await clinic.row_of(ana)).case_code
    await vega.writes("/session nobody")
    vega.expects("No patient found")
    await vega.writes("/session")
    vega.expects("New session for which patient?", code, "Ana Ruiz")
    await vega.taps(code)
    await _treatment(vega)
    vega.expects("When did the session end?")
    await vega.taps("30 minutes ago")
    vega.expects("Where was she treated?")
    await vega.taps("neck", "Done (1)")
    vega.expects("Anything of this?")
    await vega.taps("None of these")
    vega.expects("Products")
    await vega.taps("Skip")
    vega.expects("Who gave")
    await vega.taps("Lola")
    vega.expects("Is everything right?", "Ana Ruiz", "neck", "Lola")
    await vega.taps("Save")
    vega.expects(f"Saved: case {code}")
    vega.expects_nothing()
    sessions = [row.session_id for row in await clinic.check_ins(ana)]
    assert len(set(sessions)) == 2
    await vega.writes(f"/patient {code}")
    vega.expects("session 2", "neck", "session 1", "cheek")
    ana.skims()


async def test_what_was_skipped_is_asked_with_the_next_session(clinic: Clinic) -> None:
    """ "Not asked" is not "none known"; entering again clears what was entered; the next session asks once more."""
    vega = await _begin(clinic)
    await vega.writes("Ana Ruiz")
    await vega.writes("23.4.1985")
    await vega.writes("600 123 456")
    await vega.writes("penicillin")
    await vega.writes("Luis Ruiz 600 654 321")
    await vega.taps("Face treatment", "Just now", "cheek", "Done (1)", "None of these", "Skip", "Dr. Vega")
    vega.skims()
    await vega.taps("Enter again")
    await vega.writes("Ana Ruiz")
    await vega.writes("23.4.1985")
    await vega.writes("600 123 456")
    await vega.taps(
        "Skip", "Skip", "Face treatment", "Just now", "cheek", "Done (1)", "None of these", "Skip", "Dr. Vega"
    )
    vega.expects("Is everything right?", "Allergies: not asked", "Emergency contact: not asked")
    vega.skims()
    await vega.taps("Save")
    code = vega.expects("Saved: case").text.partition("case ")[2][:4]
    vega.expects("let the patient scan")
    await vega.writes(f"/patient {code}")
    vega.expects("Allergies: not asked", "Emergency contact: not asked")
    await vega.writes(f"/session {code}")
    vega.expects("Any allergies?", "1 of")
    await vega.writes("latex")
    vega.expects("Emergency contact")
    await vega.taps("Skip", "Face treatment", "Just now", "cheek", "Done (1)", "None of these", "Skip", "Dr. Vega")
    vega.expects("Is everything right?", "latex", "contact: not asked", "23 April 1985")
    await vega.taps("Save")
    vega.skims()
    await vega.writes(f"/patient {code}")
    vega.expects("Allergies: latex", "Emergency contact: not asked", "session 2")
    await vega.writes(f"/session {code}")
    vega.expects("Emergency contact", "1 of")
    await vega.writes("/cancel")
    vega.expects("Cancelled")
    await clinic.the_end()


async def test_two_people_fill_in_forms_at_the_same_time(clinic: Clinic) -> None:
    vega, lola = clinic.staff["Dr. Vega"], clinic.staff["Lola"]
    for who in (vega, lola):
        await who.writes("/new")
        who.expects("First and last name")
    await vega.writes("Ana Ruiz")
    await lola.writes("Bea Soto")
    for who in (vega, lola):
        who.expects("Date of birth?")
        await who.writes("1.2.1980")
        who.expects("Phone number")
        await who.taps("Skip", "None known", "Skip")
        who.expects("Any allergies?")
        who.expects("Emergency contact")
        await _treatment(who)
        who.expects("When did the session end?")
        await who.taps("Just now")
        who.expects("Where")
        await who.taps("lips", "Done (1)", "None of these", "Skip", "Dr. Vega")
        who.expects("Anything")
        who.expects("Products")
        who.expects("Who gave")
    shown: dict[str, MessageView] = {who.name: who.expects("Is everything right?") for who in (vega, lola)}
    assert "Ana Ruiz" in shown["Dr. Vega"].text and "Bea" not in shown["Dr. Vega"].text
    assert "Bea Soto" in shown["Lola"].text
    for who in (vega, lola):
        presses = [who.phone.press("✅ Save"), who.phone.press("✅ Save")]
        await clinic.settle()
        assert next(press.answer.text for press in presses if press.answer) == "Noted"
        who.expects("Saved: case")
        who.expects("let the patient scan")
    vega.expects("Lola entered this session of yours", "Bea Soto", "lips")
    await clinic.the_end()
