"""Staff and patients write to each other through the bot, and never read what is another's."""

from bot.emulator import FaultKind
from tests.support.clinic import Clinic
from tests.support.scenes import cards, hard_to_breathe


async def test_a_reply_reaches_the_patient_with_the_name(clinic: Clinic) -> None:
    ana = await clinic.treat()
    assert clinic.group is not None
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    words = clinic.group.expects("A.R. writes", "how much is the next session?")
    clinic.group.expects("Please read and answer")
    vega = clinic.in_group("Dr. Vega")
    await vega.replies(words, "Yes, it fades <soon> & fully.")
    ana.expects("Dr. Vega from Clinic Sol", "Yes, it fades <soon> & fully.")
    clinic.group.expects("Sent to case")
    assert not await clinic.open_tasks("unread")
    await clinic.the_end()


async def test_a_reply_to_a_card_or_task_reaches_her_too(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    found = cards(clinic, "Dr. Vega")
    await clinic.staff["Dr. Vega"].replies(found["Dr. Vega"], "The ambulance is coming, unlock the door.")
    ana.expects("Dr. Vega from Clinic Sol", "unlock the door")
    clinic.staff["Dr. Vega"].expects("Sent to case")
    await clinic.the_end()


async def test_a_reply_to_something_else_reaches_nobody(clinic: Clinic) -> None:
    ana = await clinic.treat()
    assert clinic.group is not None
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/help")
    help_text = vega.expects("Staff commands")
    await vega.replies(help_text, "she may go home")
    vega.expects("To answer a patient, reply to her message")
    group = clinic.in_group("Lola")
    await group.writes("good morning all")
    morning = [message for message in group.phone.messages(clinic.group.chat) if message.text == "good morning all"]
    await clinic.in_group("Dr. Vega").replies(morning[0], "morning!")
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    words = clinic.group.expects("A.R. writes")
    clinic.group.expects("Please read and answer")
    sticker = clinic.staff["Lola"]
    await sticker.does(lambda: clinic.group and sticker.phone.send_sticker(chat=clinic.group.chat))
    await clinic.in_group("Dr. Vega").replies(words, "/help")
    clinic.group.expects("Staff commands")
    await clinic.the_end()


async def test_a_stranger_in_the_group_cannot_write_to_a_patient(clinic: Clinic) -> None:
    ana = await clinic.treat()
    assert clinic.group is not None and clinic.group.chat is not None
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    words = clinic.group.expects("A.R. writes")
    clinic.group.expects("Please read and answer")
    eve = clinic.world.user(first_name="Eve")
    clinic.group.chat.add(eve)
    eve.reply(words, "Use vinegar.")
    await clinic.settle()
    ana.expects_nothing()
    await clinic.the_end()


async def test_who_cannot_be_reached_is_named(clinic: Clinic) -> None:
    ana = await clinic.treat()
    assert clinic.group is not None
    await ana.writes("how much is the next session?")
    ana.skims()
    words = clinic.group.expects("A.R. writes")
    clinic.group.expects("Please read and answer")
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patient Ana")
    await vega.taps("Deceased", "Yes, stop everything")
    vega.skims()
    await clinic.in_group("Dr. Vega").replies(words, "Yes.")
    clinic.group.expects("cannot be reached by chat. Please phone")
    ana.expects_nothing()
    await clinic.the_end()


async def test_a_reply_that_telegram_did_not_take_is_told(clinic: Clinic) -> None:
    """She blocked the bot a moment ago, and Telegram had told nobody."""
    ana = await clinic.treat()
    assert clinic.group is not None
    await ana.writes("how much is the next session?")
    ana.skims()
    words = clinic.group.expects("A.R. writes")
    clinic.staff_skim()
    clinic.fault(FaultKind.BLOCKED, ana, times=None)
    await clinic.in_group("Dr. Vega").replies(words, "It is 200 euros.")
    clinic.group.expects("Not sent to case", "please write it again, or phone")
    clinic.staff_skim()
    ana.expects_nothing()


async def test_two_patients_never_see_each_others_words(clinic: Clinic) -> None:
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    assert clinic.group is not None
    await ana.writes("my lip is blue-green, is that fine?")
    await bea.writes("which day is my appointment?")
    clinic.staff_skim()
    words = {
        name: next(
            message for message in clinic.group.phone.messages(clinic.group.chat) if f"{name} writes" in message.text
        )
        for name in ("A.R.", "B.S.")
    }
    vega = clinic.in_group("Dr. Vega")
    await vega.replies(words["B.S."], "After two days.")
    await vega.replies(words["A.R."], "We call you.")
    seen = {who.name: "\n".join(message.text for message in who.unread) for who in (ana, bea)}
    assert "We call you." in seen["Ana Ruiz"] and "After two days." not in seen["Ana Ruiz"]
    assert "After two days." in seen["Bea Soto"] and "We call you." not in seen["Bea Soto"]
    assert "Bea" not in seen["Ana Ruiz"] and "Ana" not in seen["Bea Soto"] and "appointment" not in seen["Ana Ruiz"]


async def test_a_photo_is_shown_to_staff_and_answered(clinic: Clinic) -> None:
    ana = await clinic.treat()
    assert clinic.group is not None
    await ana.does(ana.phone.send_photo)
    ana.expects("Our team will look at your photo")
    note = clinic.group.expects("A.R. sent a photo", "It is with: Dr. Vega")
    assert not any(message.photo for message in clinic.group.phone.messages(clinic.group.chat))
    alone = clinic.staff["Dr. Vega"]
    copy = alone.expects("A.R.", "day 0", "Reply to this message")
    assert copy.photo is not None
    vega = clinic.in_group("Dr. Vega")
    await vega.replies(note, "Looks fine.")
    ana.expects("Looks fine.")
    clinic.group.expects("Sent to case")
    await alone.replies(copy, "Send one more tomorrow.")
    ana.expects("Dr. Vega from Clinic Sol", "Send one more tomorrow.")
    alone.expects("Sent to case")
    await clinic.the_end()
