"""From the link to the first check-in: the right person, in her language, by her clock, and only with her consent."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.store.tables import AuditRow, InvitationRow, PatientRow
from tests.support.clinic import Clinic, Person, enrol, in_english, only_english, open_clinic


async def _opens(clinic: Clinic, token: str, name: str = "Ana Ruiz") -> Person:
    person = clinic.newcomer(name)
    await person.does(lambda: person.phone.start(token))
    await in_english(person)
    return person


async def _to_step(ana: Person, step: str) -> None:
    """Through the enrolment up to the question of this step, which is still to be read."""
    answers = {
        "consent": ("Welcome to the aftercare", "I agree"),
        "birth_date": ("date of birth", None),
        "name": ("Is your name", "Yes, that is me"),
        "zone": ("for you now?", "Yes, that is right"),
        "hour": ("At which hour", "10:00"),
        "test": ("This is a test message", "It works"),
    }
    for each, (asks, label) in answers.items():
        if each == step:
            return
        ana.expects(asks)
        if label is None:
            await ana.writes("23.4.1985")
        else:
            await ana.taps(label)


async def test_a_forwarded_link_shows_nothing_of_the_patient(clinic: Clinic) -> None:
    """Somebody else opens Ana's link and guesses the birth date: after three wrong ones the link is dead."""
    token = await clinic.register()
    thief = await _opens(clinic, token, "Bo Stranger")
    thief.expects("Welcome to the aftercare")
    await thief.taps("I agree")
    thief.expects("date of birth")
    await thief.writes("1.1.1990")
    thief.expects("does not match", "tries left: 2")
    await thief.writes("02/02/1991")
    thief.expects("does not match", "tries left: 1")
    await thief.writes("1992-03-03")
    thief.expects("this link is not for you", "does not work any more")
    shown = "\n".join(message.text for message in thief.phone.messages() if message.from_bot)
    assert "Ana" not in shown
    assert "Ruiz" not in shown
    assert clinic.group is not None
    clinic.group.expects("Please look", "Somebody else opened the patient's link", "A.R.")
    await thief.does(lambda: thief.phone.start(token))
    thief.expects("This link was used already")
    await thief.writes("23.4.1985")
    thief.expects("works only with the personal link")
    await clinic.the_end()


async def test_after_a_wrong_person_a_new_link_starts_anew(clinic: Clinic) -> None:
    token = await clinic.register()
    thief = await _opens(clinic, token, "Bo Stranger")
    await thief.taps("I agree")
    for _ in range(3):
        await thief.writes("1.1.1990")
    thief.skims()
    clinic.staff_skim()
    rows = await clinic.app.store.look(lambda unit: unit.many(PatientRow))
    ana = await _opens(clinic, await clinic.link_for(rows[0].id))
    await enrol(ana)
    await clinic.to_check_in("c1", ana)
    ana.expects("Hello Ana")
    thief.expects_nothing()
    clinic.staff_skim()  # the task about the wrong person is told again
    await clinic.the_end()


async def test_links_that_open_nothing(clinic: Clinic) -> None:
    """An unknown, a used and an expired link; each time the clinic's number is there."""
    token = await clinic.register()
    bo = await _opens(clinic, "no-such-link", "Bo")
    bo.expects("This link does not work", "+34 910 000 000", "112")
    await clinic.pass_time(hours=169)
    late = await _opens(clinic, token, "Late")
    late.expects("This link is too old", "+34 910 000 000")
    clinic.staff_skim()
    ana = await clinic.treat("Eva Sol")
    used = await _opens(clinic, "x" * 64, "Carl")
    used.expects("This link does not work")
    assert (await clinic.row_of(ana)).stage == "active"
    await clinic.the_end()


async def test_another_chat_opens_a_used_link(clinic: Clinic) -> None:
    token = await clinic.register()
    ana = await _opens(clinic, token)
    other = await _opens(clinic, token, "Bo")
    other.expects("This link was used already")
    await enrol(ana)
    await other.does(lambda: other.phone.start(token))
    other.expects("This link was used already")
    await clinic.the_end()


@pytest.mark.parametrize("step", ["consent", "birth_date", "name", "zone", "hour", "test"])
async def test_the_same_phone_goes_on_where_it_was(clinic: Clinic, step: str) -> None:
    """Ana opens her link a second time, at any step: she is asked what was open, and nothing twice."""
    token = await clinic.register()
    ana = await _opens(clinic, token)
    await _to_step(ana, step)
    open_now = ana.unread[0].text
    ana.skims()
    await ana.does(lambda: ana.phone.start(token))
    ana.expects(open_now)
    ana.expects_nothing()


async def test_the_same_phone_opens_its_link_after_the_enrolment(clinic: Clinic) -> None:
    token = await clinic.register()
    ana = await _opens(clinic, token)
    await enrol(ana)
    await ana.does(lambda: ana.phone.start(token))
    ana.expects("Welcome back", "Mon 2 March, 12:00")
    await clinic.the_end()


async def test_she_declines(clinic: Clinic) -> None:
    """No consent: the clinic is told to phone, nothing is planned and the link is dead."""
    token = await clinic.register()
    ana = await _opens(clinic, token)
    ana.expects("Do you agree?")
    await ana.taps("No, thank you")
    ana.expects("Our team will call you instead", "112")
    assert clinic.group is not None
    clinic.group.expects("did not agree", "A.R.")
    await clinic.pass_time(days=3)
    ana.expects_nothing()
    clinic.staff_skim()  # the task is told again until somebody has done it
    assert {task.kind for task in await clinic.open_tasks()} == {"other"}
    assert len(await clinic.open_tasks()) == 1
    await ana.writes("hello?")
    ana.expects("works only with the personal link")
    await clinic.the_end()


async def test_she_declines_with_stop(clinic: Clinic) -> None:
    """/stop is offered in the welcome, so it works at once."""
    ana = await _opens(clinic, await clinic.register())
    ana.expects("You can stop at any time with /stop")
    await ana.writes("/stop")
    ana.expects("Our team will call you instead")
    assert clinic.group is not None
    clinic.group.expects("did not agree")
    await clinic.the_end()


async def test_the_name_is_wrong(clinic: Clinic) -> None:
    ana = await _opens(clinic, await clinic.register())
    await _to_step(ana, "name")
    ana.expects("Is your name Ana Ruiz?")
    await ana.taps("No, that is not me")
    ana.expects("this link is not for you")
    assert clinic.group is not None
    clinic.group.expects("Somebody else opened the patient's link")
    await clinic.the_end()


@pytest.mark.parametrize("typed", ["04:30", "4.30", "4:30 am", "04-30"])
async def test_her_clock_differs(clinic: Clinic, typed: str) -> None:
    """Ana has flown home to New York: her check-ins follow her clock."""
    ana = await _opens(clinic, await clinic.register())
    await clinic.pass_time(minutes=30)
    await _to_step(ana, "zone")
    ana.expects("Is it 10:30 for you now?")
    await ana.taps("No, my clock shows another time")
    ana.expects("What time does your clock show now?")
    await ana.writes(typed)
    ana.expects("Is it 04:30 for you now?")
    await ana.taps("Yes, that is right")
    ana.expects("At which hour")
    await ana.taps("12:00")
    await ana.taps("It works")
    ana.expects("test message")
    ana.expects("all is set")
    assert (await clinic.row_of(ana)).zone == "America/New_York"
    due = (await clinic.check_in("c3")).due_at.astimezone(ZoneInfo("America/New_York"))
    assert due.strftime("%d %H:%M") == "03 12:00"


async def test_a_clock_that_nobody_has(clinic: Clinic) -> None:
    ana = await _opens(clinic, await clinic.register())
    await _to_step(ana, "zone")
    await ana.taps("No, my clock")
    ana.skims()
    for typed in ("25:99", "half past two", "10:17", "🕑"):
        await ana.writes(typed)
        ana.expects("I could not read that", "14:30")
    ana.expects_nothing()
    await ana.writes("11:02")
    ana.expects("Is it 11:00 for you now?")


async def test_one_language_is_not_asked_about(sqlite_url: str) -> None:
    """The clinic speaks English only: the first question is the consent."""
    async with open_clinic(sqlite_url, flows=only_english()) as clinic:
        assert clinic.app.clinic.languages == ("en",)
        ana = clinic.newcomer("Ana Ruiz")
        token = await clinic.register()
        await ana.does(lambda: ana.phone.start(token))
        first = ana.expects("Welcome to the aftercare of Clinic Sol")
        assert first.buttons == [["I agree"], ["No, thank you"]]
        await clinic.the_end()


async def test_words_and_photos_before_consent(clinic: Clinic) -> None:
    """Nothing is relayed before she agrees; she is asked once more."""
    ana = await _opens(clinic, await clinic.register())
    ana.expects("Do you agree?")
    await ana.writes("how long will this take")
    ana.expects("Do you agree?")
    await ana.does(ana.phone.send_photo)
    ana.expects("Do you agree?")
    await ana.does(ana.phone.send_voice)
    ana.expects("Do you agree?")
    await clinic.the_end()
    await ana.taps("I agree")
    ana.expects("date of birth")
    await ana.writes("why do you need it")
    ana.expects("I could not read that date")
    await ana.does(ana.phone.send_sticker)
    ana.expects("date of birth")
    await ana.writes("23 april")
    ana.expects("I could not read that date")
    await clinic.the_end()


@pytest.mark.parametrize("step", ["consent", "birth_date", "name", "zone", "hour", "test"])
async def test_danger_words_before_the_end_of_the_enrolment(clinic: Clinic, step: str) -> None:
    """She cannot breathe while she is being enrolled: the number at once, and a person calls her now."""
    ana = await _opens(clinic, await clinic.register())
    await _to_step(ana, step)
    ana.skims()
    await ana.writes("help i cant breathe")
    ana.expects("If this is an emergency, call 112 now", "Our team has been told")
    assert clinic.group is not None
    clinic.group.expects("writes", "help i cant breathe")
    clinic.group.expects("Phone the patient NOW", "help i cant breathe", "+34600123456")
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW")


async def test_danger_words_while_the_clock_is_asked(clinic: Clinic) -> None:
    ana = await _opens(clinic, await clinic.register())
    await _to_step(ana, "zone")
    await ana.taps("No, my clock")
    ana.skims()
    await ana.writes("my face is dropping on one side")
    ana.expects("call 112 now")
    ana.expects("What time does your clock show")
    (task,) = await clinic.open_tasks("phone_now")
    assert task.due_at - task.made_at == timedelta(minutes=10)


async def test_commands_during_the_enrolment(clinic: Clinic) -> None:
    ana = await _opens(clinic, await clinic.register())
    ana.expects("Do you agree?")
    await ana.writes("/help")
    ana.expects("First a few short questions", "112")
    ana.expects("Do you agree?")
    await ana.writes("/privacy")
    ana.expects("not end-to-end encrypted")
    await ana.writes("/about")
    ana.expects("does not make a diagnosis")
    for command in ("/next", "/mydata", "/forget", "/hour", "/clock", "/language", "/start"):
        await ana.writes(command)
        ana.expects("Do you agree?")
        ana.expects_nothing()
    await ana.writes("/dance")
    ana.expects("Do you agree?")
    ana.expects_nothing()
    await ana.writes("/worse")
    ana.expects("If this is an emergency, call 112 now")
    ana.expects("Do you agree?")
    assert clinic.group is not None
    clinic.group.expects("writes:", "/worse")
    clinic.group.expects("Phone the patient NOW")
    clinic.staff["Dr. Vega"].expects("Phone the patient NOW")
    await clinic.the_end()


async def test_old_and_forged_buttons_of_the_enrolment(clinic: Clinic) -> None:
    """A button of an earlier step, a made-up step and a made-up hour change nothing."""
    ana = await _opens(clinic, await clinic.register())
    consent = ana.expects("Do you agree?")
    await ana.taps("I agree")
    assert "no longer in use" in await ana.taps("I agree", on=consent)
    for data in ("j|test.works", "j|hour.3", "j|name.right", "j|", "j|birth_date.1985", "p|forget.really", "p|worse"):
        assert "no longer in use" in await ana.forges(data)
    assert (await clinic.row_of(ana)).stage == "consenting"
    ana.expects("date of birth")
    await clinic.the_end()
    await ana.writes("23.4.1985")
    ana.expects("Is your name")
    await ana.taps("Yes, that is me")
    await ana.taps("Yes, that is right")
    ana.skims()
    assert "no longer in use" in await ana.forges("j|hour.3")
    assert "no longer in use" in await ana.forges("j|hour.²")
    await ana.taps("10:00")
    assert (await clinic.row_of(ana)).checkin_hour == 10


@pytest.mark.parametrize("typed", ["23.4.1985", "23/04/1985", "1985-04-23", "4/23/1985", "23 4 85", " 23 . 4 . 1985 "])
async def test_ways_to_write_a_birth_date(clinic: Clinic, typed: str) -> None:
    ana = await _opens(clinic, await clinic.register())
    await ana.taps("I agree")
    await ana.writes(typed)
    assert "Is your name Ana Ruiz?" in ana.unread[-1].text


async def test_the_test_message_is_missed(clinic: Clinic) -> None:
    """Ana does not finish: within the hour staff hear that she gets no check-ins; she finishes later."""
    ana = await _opens(clinic, await clinic.register())
    await _to_step(ana, "test")
    ana.expects("This is a test message")
    await clinic.pass_time(hours=2)
    assert clinic.group is not None
    clinic.group.expects("Please look", "has not opened her link")
    clinic.staff_skim()
    await clinic.pass_time(hours=2)
    clinic.staff_skim()
    await ana.taps("It works")
    ana.expects("all is set")
    # The check-in of 2 hours is due already, and is asked now.
    ana.expects("Hello Ana", "1 of")
    assert not await clinic.open_tasks("other")
    await clinic.the_end()


async def test_one_chat_for_two_patients(clinic: Clinic) -> None:
    """The same phone opens the link of another patient: a person must look."""
    ana = await clinic.treat()
    token = await clinic.register("Eva Sol")
    await ana.does(lambda: ana.phone.start(token))
    ana.expects("belongs to another patient")
    assert clinic.group is not None
    clinic.group.expects("Please look", "This chat belongs to case")
    await clinic.the_end()


async def test_a_new_phone(clinic: Clinic) -> None:
    """Ana lost her phone: the new one proves that it is hers before it sees or does anything."""
    ana = await clinic.treat()
    patient = await clinic.row_of(ana)
    new = await _opens(clinic, await clinic.link_for(patient.id), "Ana New")
    new.expects("date of birth")
    for words in ("/mydata", "/next", "/worse", "/forget", "hello", "/hour"):
        await new.writes(words)
    shown = "\n".join(message.text for message in new.phone.messages() if message.from_bot)
    assert "Ruiz" not in shown
    assert not any(message.document for message in new.phone.messages())
    assert "check-in" not in shown.casefold()
    new.skims()
    clinic.staff_skim()
    # A check-in that falls due before she has proved it is a phone call.
    await clinic.to_check_in("c1", new)
    new.expects_nothing()
    assert [task.kind for task in await clinic.open_tasks("phone_call")] == ["phone_call"]
    clinic.staff_skim()
    await new.writes("23.4.1985")
    new.expects("Is your name Ana Ruiz?")
    await new.taps("Yes, that is me")
    new.expects("Is it 12:00 for you now?")
    await new.taps("Yes, that is right")
    new.expects("Next check-in: Mon 2 March, 16:00")
    await clinic.to_check_in("c2", new)
    new.expects("Hello Ana")
    ana.expects_nothing()
    await ana.writes("am I still a patient?")
    ana.expects("works only with the personal link")


async def test_a_new_phone_in_the_wrong_hands(clinic: Clinic) -> None:
    """The fresh link of a patient who takes part already is forwarded: three wrong dates, and the check-ins go by phone."""
    ana = await clinic.treat()
    patient = await clinic.row_of(ana)
    thief = await _opens(clinic, await clinic.link_for(patient.id), "Bo")
    for _ in range(3):
        await thief.writes("1.1.1990")
    thief.expects("date of birth")
    thief.expects("tries left: 2")
    thief.expects("tries left: 1")
    thief.expects("this link is not for you")
    clinic.staff_skim()
    await clinic.pass_time(hours=3)
    thief.expects_nothing()
    assert await clinic.open_tasks("phone_call")
    again = await _opens(clinic, await clinic.link_for(patient.id), "Ana Again")
    await enrol(again)
    steps = [row.step for row in await clinic.check_ins(again) if row.kind == "planned"]
    assert len(steps) == len(set(steps)) == 13
    clinic.staff_skim()
    await clinic.to_check_in("c2", again)
    again.expects("Hello Ana")


async def test_a_patient_who_is_also_staff(clinic: Clinic) -> None:
    """Dr. Vega is treated herself: her check-ins and her work go on in one chat."""
    vega = clinic.staff["Dr. Vega"]
    token = await clinic.register("Dr Vega")
    await vega.does(lambda: vega.phone.start(token))
    await in_english(vega)
    vega.expects("Welcome to the aftercare")
    await vega.taps("I agree")
    await vega.writes("23.4.1985")
    await vega.taps("Yes, that is me", "Yes, that is right", "10:00", "It works")
    vega.skims()
    await vega.writes("/alerts")
    vega.expects("No open alerts")
    await vega.writes("/tasks")
    vega.expects("No open tasks")
    await vega.writes("/new")
    vega.expects("First and last name")
    await vega.writes("Eva Sol")
    vega.expects("Date of birth?")
    await vega.writes("/cancel")
    vega.expects("Cancelled")
    await clinic.pass_time(hours=2)
    vega.expects("Hello Dr", "1 of")
    await vega.is_well()
    vega.expects("fits normal healing")
    await vega.writes("/help")
    vega.expects("What I can do", "/worse")
    await vega.writes("my cheek itches a bit, is that ok?")
    vega.skims()
    assert clinic.group is not None
    clinic.group.expects("my cheek itches")


async def test_what_is_kept_of_the_consent(clinic: Clinic) -> None:
    """When, and to which words; and no token in the database."""
    token = await clinic.register()
    began = clinic.now
    ana = await _opens(clinic, token)
    await enrol(ana)
    row = await clinic.row_of(ana)
    assert row.consented_at is not None
    assert began <= row.consented_at <= clinic.now
    assert row.consent_text
    verbs = await clinic.app.store.look(lambda unit: [each.verb for each in unit.many(AuditRow)])
    assert {"open_link", "consent", "activate"} <= set(verbs)
    invitations = await clinic.app.store.look(lambda unit: unit.many(InvitationRow))
    assert all(token not in each.token_hash for each in invitations)


async def test_a_link_of_a_patient_who_is_gone(clinic: Clinic) -> None:
    """She died before she opened it: the link opens nothing."""
    token = await clinic.register()
    await clinic.app.store.run(lambda unit: unit.change(PatientRow, PatientRow.stage == "invited", stage="deceased"))
    someone = await _opens(clinic, token, "Son")
    someone.expects("This link does not work")
    await clinic.the_end()


async def test_strangers(clinic: Clinic) -> None:
    """Nobody's chat: the emergency number, and nothing else."""
    bo = clinic.newcomer("Bo")
    await bo.does(lambda: bo.phone.start())
    bo.expects("works only with the personal link", "112")
    await bo.writes("i cant breathe")
    bo.expects("112")
    await bo.does(bo.phone.send_photo)
    bo.expects("112")
    await clinic.the_end()
