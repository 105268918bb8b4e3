"""What staff can ask the bot: every command, its buttons, and a polite no for everybody else."""

from datetime import timedelta

from bot.chat.staff.side import COMMANDS
from tests.support.clinic import Clinic, Person, in_english
from tests.support.scenes import cards, hard_to_breathe, white_patch

STAFF_COMMANDS = (
    "new", "session", "patients", "patient", "alerts", "tasks", "today", "oncall", "console", "help", "start", "cancel", "here",
    "shifts", "holiday", "cover", "roster", "invite", "testalert", "lower",
    "drill",
)  # fmt: skip


def test_every_command_has_its_journey() -> None:
    assert set(COMMANDS) == set(STAFF_COMMANDS)


async def test_help_names_every_command(clinic: Clinic) -> None:
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/help")
    text = vega.expects("Staff commands", "wait for a clinician's signature").text
    assert all(f"/{name}" in text for name in COMMANDS if name not in ("help", "start"))
    await vega.writes("/start")
    vega.expects("Staff commands")
    await vega.writes("/dance")
    vega.expects("I do not know this command")
    await vega.writes("hello?")
    vega.expects("To answer a patient, reply to her message")
    await clinic.the_end()


async def test_strangers_get_a_polite_no(clinic: Clinic) -> None:
    eve = clinic.newcomer("Eve Stranger")
    eve.phone.start()
    await clinic.settle()
    eve.expects("works only with the personal link", "112", "+34 910 000 000")
    for name in (*COMMANDS, "worse"):
        await eve.writes(f"/{name}")
        eve.expects("works only with the personal link")
        eve.expects_nothing()
    await eve.writes("my face is white")
    eve.expects("works only with the personal link", "112")
    for token in ("s-abc", "abc"):
        await eve.writes(f"/start {token}")
        eve.expects("This link does not work", "112")
    await clinic.the_end()


async def test_patients_are_found_by_code_and_name(clinic: Clinic) -> None:
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patients")
    vega.expects("No patient found")
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    codes = {who.name: (await clinic.row_of(who)).case_code for who in (ana, bea)}
    await vega.writes("/patients")
    vega.expects("Patients (2)", codes["Ana Ruiz"], "Ana Ruiz", codes["Bea Soto"], "Bea Soto", "active")
    await vega.writes("/patients rui")
    vega.expects("Patients (1)", "Ana Ruiz")
    await vega.writes("/patients sotto")
    vega.expects("No patient found")
    for words in (codes["Bea Soto"], codes["Bea Soto"].lower(), "bea"):
        await vega.writes(f"/patient {words}")
        vega.expects(codes["Bea Soto"], "Bea Soto", "active", "+34600123456", "session 1", "Next check-in: Mon 2 March")
    await vega.writes("/patient")
    vega.expects("Which patient?")
    await clinic.treat("Ana Lopez")
    await vega.writes("/patient ana")
    vega.expects("Several fit", codes["Ana Ruiz"])
    assert clinic.group is not None
    group = clinic.in_group("Dr. Vega")
    await group.writes("/patients ana")
    assert "Ana" not in str(clinic.group.expects("Patients (2)", "A.R.", "A.L.").buttons)
    await group.taps(codes["Ana Ruiz"])
    assert "Ana" not in clinic.group.expects(codes["Ana Ruiz"], "A.R.").text
    await clinic.the_end()


async def test_pause_and_go_on(clinic: Clinic) -> None:
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patient Ana")
    vega.expects("active", "Pause", "In hospital", "Deceased", "New session")
    await vega.taps("Pause")
    vega.expects("paused", "Next check-in: none planned", "Go on")
    await clinic.pass_time(hours=5)
    ana.expects_nothing()
    await vega.taps("Go on")
    vega.expects("active")
    await clinic.pass_time(days=1)
    ana.expects("this is your check-in")


async def test_in_hospital_ends_the_conversation_but_not_the_alert(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    cards(clinic, "Dr. Vega")
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/patient Ana")
    vega.expects("active", "Show the open alert", "c1")
    await vega.taps("In hospital")
    vega.expects("in hospital")
    await clinic.pass_time(minutes=6)
    ana.expects("Nobody from our team has confirmed yet")
    ana.expects_nothing()
    cards(clinic, "Dr. Vega", "Dr. Marín", words=("Nobody has taken this yet",))
    await vega.taps("Show the open alert")
    vega.expects("EMERGENCY (D1)", "I take it")
    await vega.taps("I take it", "Contacted", "She is in hospital", "Close", "In medical care")
    ana.expects("has seen this")
    await clinic.pass_time(days=2)
    ana.expects_nothing()
    await clinic.the_end()


async def test_deceased_stops_everything_at_once(clinic: Clinic) -> None:
    """Asked once more; then nothing is sent any more, not even what waits in the outbox."""
    front = await clinic.hire("Rosa", "reception")
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    cards(clinic, "Dr. Vega")
    code = (await clinic.row_of(ana)).case_code
    await front.writes(f"/patient {code}")
    front.expects(code)
    await front.taps("Deceased")
    front.expects("Everything automatic stops at once")
    assert (
        await front.taps("Yes, stop everything")
        == "Only a clinician, injector or lead can do this. Please ask Dr. Vega, Dr. Marín, Lola."
    )
    front.expects_nothing()
    vega = clinic.staff["Dr. Vega"]
    await vega.writes(f"/patient {code}")
    vega.expects(code, "Deceased")
    await vega.taps("Deceased")
    vega.expects(f"Mark case {code} as deceased?")
    await vega.taps("Yes, stop everything")
    vega.expects("is marked as deceased")
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.closed_reason) == ("closed", "deceased")
    await clinic.pass_time(days=3)
    ana.expects_nothing()
    assert not [row for row in await clinic.check_ins(ana) if row.state in ("planned", "open")]
    await ana.writes("/worse")
    ana.expects_nothing()
    assert clinic.group is not None
    clinic.group.expects("chat of a patient who is marked as deceased")
    await vega.writes("/patients")
    vega.expects("deceased")


async def test_a_new_link_replaces_the_old_one(clinic: Clinic) -> None:
    ana = await clinic.treat("Ana Ruiz", enrolled=False)
    vega = clinic.staff["Dr. Vega"]
    await in_english(ana)
    ana.expects("Welcome to the aftercare")
    await vega.writes("/patient Ana")
    vega.expects("starting", "New link and QR code")
    group = clinic.in_group("Dr. Vega")
    row = await clinic.row_of(ana)
    await group.writes("/help")
    assert clinic.group is not None
    clinic.group.expects("Staff commands")
    assert "private chat" in await group.forges(f"c|{row.id}|link")
    await vega.taps("New link")
    link = vega.expects("let the patient scan")
    assert link.photo is not None
    token = link.text.rpartition("start=")[2]
    other = clinic.newcomer("Ana Ruiz")
    other.phone.start(token)
    await clinic.settle()
    await in_english(other)
    other.expects("Welcome to the aftercare")
    await clinic.the_end()


async def test_alerts_lists_the_most_urgent_first(clinic: Clinic) -> None:
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/alerts")
    vega.expects("No open alerts")
    ana, bea = await clinic.treat("Ana Ruiz"), await clinic.treat("Bea Soto")
    codes = {who.name: (await clinic.row_of(who)).case_code for who in (ana, bea)}
    await white_patch(clinic, ana)
    await clinic.pass_time(minutes=1)
    bea.expects("check-in")
    await bea.taps("Hard to breathe")
    bea.skims()
    clinic.staff_skim()
    await vega.writes("/alerts")
    text = vega.expects("Open alerts: 2", "min left").text
    assert text.index(codes["Bea Soto"]) < text.index(codes["Ana Ruiz"])
    await vega.taps(f"Open {codes['Ana Ruiz']}")
    vega.expects("ER NOW (D2)", codes["Ana Ruiz"])
    await vega.taps("I take it")
    ana.expects("has seen this")
    await clinic.pass_time(minutes=6)
    clinic.staff_skim()
    await vega.writes("/alerts")
    vega.expects("taken by Dr. Vega", "NOT TAKEN,")


async def test_tasks_are_done_once(clinic: Clinic) -> None:
    vega, marin = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    await vega.writes("/tasks")
    vega.expects("No open tasks")
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    ana.expects("Our team will read this")
    assert clinic.group is not None
    clinic.group.expects("A.R. writes", "how much")
    card = clinic.group.expects("Please read and answer", "how much", "Done")
    await vega.writes("/tasks")
    vega.expects("Open tasks: 1")
    vega.expects("Please read and answer", "By Mon 2 March, 12:00")
    await marin.writes("/tasks")
    marin.expects("Open tasks: 1")
    marin.expects("Please read and answer")
    assert await vega.taps("Done") == "Done"
    assert await marin.taps("Done") == "Done by Dr. Vega already"
    for who in (vega, marin):
        assert who.last is not None
        who.sees(who.last, "Done by Dr. Vega")
        assert not who.last.buttons
    group = clinic.in_group("Lola")
    assert await group.taps("Done", on=card) == "Done by Dr. Vega already"
    await vega.writes("/tasks")
    vega.expects("No open tasks")
    await clinic.the_end()


async def test_an_overdue_task_comes_back_until_it_is_done(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await ana.writes("how much is the next session?")
    ana.skims()
    clinic.staff_skim()
    vega = clinic.staff["Dr. Vega"]
    assert clinic.group is not None
    await clinic.pass_time(hours=1, minutes=59)
    clinic.group.expects_nothing()
    for _ in range(3):
        await clinic.pass_time(minutes=5)
        clinic.group.expects("Please read and answer", "OVERDUE since Mon 2 March, 12:00")
        vega.expects("Please read and answer", "OVERDUE since Mon 2 March, 12:00")
        await clinic.pass_time(minutes=55)
        clinic.group.expects_nothing()
    await vega.writes("/tasks")
    vega.expects("Open tasks:")
    vega.expects("OVERDUE since Mon 2 March, 12:00")
    await vega.taps("Done")
    vega.skims()
    await clinic.pass_time(hours=3)
    assert not [message for message in clinic.group.unread if "Please read and answer" in message.text]


async def test_today(clinic: Clinic) -> None:
    vega = clinic.staff["Dr. Vega"]
    await vega.writes("/today")
    vega.expects("Today", "open alerts: 0", "No check-ins today")
    ana = await clinic.treat()
    code = (await clinic.row_of(ana)).case_code
    await vega.writes("/today")
    vega.expects(f"12:00 {code} c1 · planned", f"16:00 {code} c2 · planned")
    await clinic.to_check_in("c1")
    await vega.writes("/today")
    vega.expects(f"12:00 {code} c1 · waiting for an answer")
    await clinic.pass_time(hours=3, minutes=1)
    vega.skims()
    await vega.writes("/today")
    vega.expects(f"12:00 {code} c1 · NO ANSWER", "open tasks: 1")


async def test_taking_over_the_duty(clinic: Clinic) -> None:
    front = await clinic.hire("Rosa", "reception")
    vega, lola = clinic.staff["Dr. Vega"], clinic.staff["Lola"]
    await front.writes("/oncall")
    front.expects("First: Dr. Vega", "Second: Dr. Marín")
    assert (
        await front.taps("I am first on call")
        == "Only a clinician, injector or lead can be on call. Please ask Dr. Vega, Dr. Marín, Lola."
    )
    await lola.writes("/oncall")
    lola.expects("First: Dr. Vega")
    assert await lola.taps("I am first on call") == "You are on call"
    lola.expects("First: Lola", "Second: Dr. Marín")
    assert await lola.taps("I am first on call") == "You are on call"
    lola.expects("First: Lola")
    await clinic.pass_time(minutes=1)
    ana = await clinic.treat(injector="Lola")
    await hard_to_breathe(clinic, ana)
    cards(clinic, "Lola")
    vega.expects_nothing()
    await clinic.the_end()


async def test_another_group_gets_the_alerts(clinic: Clinic) -> None:
    lola, vega = clinic.staff["Lola"], clinic.staff["Dr. Vega"]
    night = clinic.world.group("Night shift", members=[lola.phone, vega.phone])
    await clinic.settle()
    await lola.writes("/here")
    lola.expects("Send /here in the staff group")
    there = Person(clinic, vega.phone, "the night shift", night)
    await there.writes("/here")
    there.expects("Only a lead or admin can do this")
    await Person(clinic, lola.phone, "Lola in the night", night).writes("/here")
    there.expects("Alerts come to this group from now on")
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    there.expects("EMERGENCY (D1)")
    vega.expects("EMERGENCY (D1)")
    await clinic.the_end()


async def test_a_session_in_the_past_counts_from_its_own_time(clinic: Clinic) -> None:
    """Registered an hour late: the first check-in comes two hours after the treatment, not after the registration."""
    ana = await clinic.treat(ended_ago=timedelta(hours=1))
    await clinic.pass_time(hours=1)
    ana.expects("this is your check-in")
    await clinic.the_end()
