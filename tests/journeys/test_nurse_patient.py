"""The nurse's day with one patient: the alert's worth, her history, her details, the card for the ER, and her death."""

from datetime import timedelta

from bot.store.tables import AlertRow, AuditRow, OutboxRow, PatientRow, TaskRow
from bot.store.tables_nurse import AlertMarkRow, ConfirmationRow
from tests.support.clinic import Clinic, Person, enrol
from tests.support.scenes import cards, hard_to_breathe, white_patch


async def _closed(clinic: Clinic) -> tuple[Person, Person]:
    """A D2 of Ana that Dr. Vega took, contacted and closed."""
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    vega = clinic.staff["Dr. Vega"]
    clinic.staff_skim()
    await vega.taps("I take it")
    await vega.taps("Contacted")
    await vega.taps("sent to the ER")
    await vega.taps("Close")
    assert await vega.taps("In medical care") == "Closed"
    ana.skims()
    return ana, vega


async def test_a_closed_alert_is_marked_useful_once_and_closing_never_waits_for_it(clinic: Clinic) -> None:
    _, vega = await _closed(clinic)
    (alert,) = await clinic.alerts()
    assert alert.state == "closed"
    assert "Was this alert useful?" in vega._messages()[-1].text
    assert await vega.taps("👍") == "Thank you. It is counted."
    card = vega._messages()[-1]
    assert "Useful (Dr. Vega)" in card.text and card.buttons == []
    toast = await clinic.in_group("Lola").forges(f"s|{alert.id}|useful.no")
    assert toast == "Dr. Vega has marked it already"
    (mark,) = await clinic.app.store.look(lambda unit: unit.many(AlertMarkRow))
    assert (mark.useful, mark.by) == (True, (await clinic.staff_row(vega)).id)
    clinic.staff_skim()
    await clinic.the_end()


async def test_an_open_alert_cannot_be_marked(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    clinic.staff_skim()
    (alert,) = await clinic.alerts()
    assert await clinic.staff["Dr. Vega"].forges(f"s|{alert.id}|useful.yes") == "This alert is open again"
    assert await clinic.app.store.look(lambda unit: unit.many(AlertMarkRow)) == []


async def test_opening_a_menu_is_seen_and_changes_nothing_else(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    clinic.staff_skim()
    before = (await clinic.alerts())[0]
    await clinic.staff["Dr. Vega"].taps("Contacted")
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.seen_at is not None, alert.next_at) == ("seen", True, before.next_at)
    await clinic.staff["Dr. Vega"].taps("Back")
    await clinic.pass_time(minutes=5)
    clinic.staff["Dr. Marín"].expects("Nobody has taken this yet")


async def test_the_history_of_a_patient(clinic: Clinic) -> None:
    ana, vega = await _closed(clinic)
    code = (await clinic.row_of(ana)).case_code
    clinic.staff_skim()
    await vega.writes(f"/patient {code}")
    vega.expects(code, "HA 20 mg, lot 7", "Next check-in", "Then: ", "Timeline", "Answers by day", "Card for the ER")
    await vega.taps("Timeline")
    told = vega.expects("timeline", "session 1 ended", "alert: ", "taken by Dr. Vega", "Reached, sent to the ER")
    assert "closed by Dr. Vega: In medical care" in told.text
    await vega.taps("Answers by day")
    vega.expects("answers", "Day 0 · c1", "White")
    group = clinic.in_group("Dr. Vega")
    row = await clinic.row_of(ana)
    assert "private chat" in await group.forges(f"c|{row.id}|answers.0")
    assert "private chat" in await group.forges(f"c|{row.id}|time.0")
    clinic.staff_skim()
    await clinic.the_end()


async def test_silence_is_shown_as_silence_everywhere(clinic: Clinic) -> None:
    ana = await clinic.treat()
    vega = clinic.staff["Dr. Vega"]
    row = await clinic.row_of(ana)
    await clinic.to_check_in("c1")
    await vega.writes(f"/patient {row.case_code}")
    assert "✏️ c1" in vega.expects(row.case_code, "waiting for an answer").text
    await clinic.pass_time(hours=5)
    ana.skims()
    clinic.staff_skim()
    for button, words in (
        ("show", "❔ c1"),
        ("time.0", "❔ check-in c1: NO ANSWER"),
        ("answers.0", "NO ANSWER to any"),
    ):
        await vega.forges(f"c|{row.id}|{button}")
        text = vega.expects(words).text
        assert "✅" not in text and "⚪" not in text
    await vega.writes("/today")
    assert "❔" in vega.expects("Today", "silent: 1", row.case_code).text


async def test_the_hour_is_changed_and_she_is_told(clinic: Clinic) -> None:
    ana = await clinic.treat(hour=10)
    vega = clinic.staff["Dr. Vega"]
    row = await clinic.row_of(ana)
    await vega.forges(f"c|{row.id}|hour")
    vega.expects("At which hour", "10:00")
    await vega.taps("19:00")
    vega.expects("come at 19:00 now")
    ana.expects("changed the hour of your check-ins", "19:00")
    due = [each.local_due[-5:] for each in await clinic.check_ins() if each.step in ("c5", "c6", "c7")]
    assert due == ["19:00"] * 3
    assert await vega.forges(f"c|{row.id}|hour.3") == "That hour is not possible"
    await clinic.the_end()


async def test_details_are_changed_and_the_injector_confirms(clinic: Clinic) -> None:
    ana = await clinic.treat(injector="Dr. Marín")
    row = await clinic.row_of(ana)
    vega, marin = clinic.staff["Dr. Vega"], clinic.staff["Dr. Marín"]
    await vega.forges(f"c|{row.id}|details")
    vega.expects("Where was she treated?", "☑️ cheek")
    await vega.taps("lips", "Done (2)")
    vega.expects("Anything of this?")
    await vega.taps("filler", "Done (1)")
    vega.expects("Products and lot numbers?")
    await vega.writes("HA 25 mg, lot 9")
    vega.expects("Is everything right?", "cheek, lips", "lot 9")
    await vega.taps("Save")
    vega.expects("Changed: case", "lot 9")
    asked = marin.expects("Dr. Vega entered this session of yours", "cheek, lips", "lot 9")
    await vega.writes(f"/patient {row.case_code}")
    vega.expects("has not confirmed these details yet", "lot 9")
    await marin.taps("All right", on=asked)
    marin.expects("confirmed")
    (kept,) = await clinic.app.store.look(lambda unit: unit.many(ConfirmationRow))
    assert kept.confirmed_by == (await clinic.staff_row(marin)).id
    await clinic.pass_time(hours=5)
    assert not [each for each in await clinic.open_tasks("other") if each.cause.startswith("confirm:")]


async def test_nobody_confirms(clinic: Clinic) -> None:
    ana = await clinic.treat(injector="Dr. Marín")
    row = await clinic.row_of(ana)
    await clinic.staff["Dr. Vega"].forges(f"c|{row.id}|details")
    await clinic.staff["Dr. Vega"].taps("lips", "Done (2)", "None of these", "Keep as it is", "Save")
    clinic.staff_skim()
    await clinic.pass_time(hours=4, minutes=1)
    assert clinic.group is not None
    clinic.group.expects("Dr. Marín has not confirmed what was entered")


async def test_the_card_for_the_er_comes_as_a_pdf_behind_the_advice(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    (paper,) = ana.papers
    assert paper.message.files[0].content.startswith(b"%PDF-")
    before = [each.text for each in ana._messages() if each.id < paper.id]
    assert any("Call 112 now" in text for text in before) and any("Show this card" in text for text in before)
    assert any("What are you doing now?" in text for text in before)
    shown = cards(clinic, "Dr. Vega")
    code = (await clinic.row_of(ana)).case_code
    await clinic.in_group("Dr. Vega").taps("Card for the ER", on=shown["group"])
    (his,) = clinic.staff["Dr. Vega"].papers
    assert his.message.files[0].name == f"card-{code}-en.pdf"
    assert clinic.group is not None
    assert not clinic.group.papers
    kept = await clinic.app.store.look(lambda unit: unit.many(OutboxRow, OutboxRow.kind == "handover"))
    assert all("file" not in each.body.split('"file_name"')[0] for each in kept)


async def test_a_card_that_cannot_be_made_holds_nothing_up(clinic: Clinic) -> None:
    """The page behind the message is gone before it is made: the text card stays, and nobody is alarmed for it."""
    ana = await clinic.treat()
    row = await clinic.row_of(ana)
    vega = clinic.staff["Dr. Vega"]
    now = clinic.now

    def lost(unit: object) -> None:
        from bot.core.post.message import Body, Method, Priority
        from bot.store.unit import Unit
        from bot.usecases.posting import to_patient

        assert isinstance(unit, Unit)
        body = Body(text="The same card", document="gone", file_name="card.pdf")
        to_patient(unit, now, row, body, Priority.ANSWER, kind="handover", method=Method.DOCUMENT)

    await clinic.app.store.run(lost)
    await clinic.settle()
    assert ana.papers == []
    assert await clinic.open_tasks() == []
    vega.expects_nothing()
    ana.expects_nothing()


async def test_a_patient_who_died_gets_nothing_more(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await white_patch(clinic, ana)
    clinic.staff_skim()
    ana.skims()
    seen = len(ana._messages())
    row = await clinic.row_of(ana)
    vega = clinic.staff["Dr. Vega"]
    await clinic.hire("Rita", "reception")
    clinic.staff_skim()
    await clinic.staff["Rita"].forges(f"c|{row.id}|deceased.really")
    assert (await clinic.row_of(ana)).stage == "active"
    await vega.forges(f"c|{row.id}|deceased")
    vega.expects("Mark case")
    await vega.taps("Yes, stop everything")
    vega.expects("is marked as deceased")
    (alert,) = await clinic.alerts()
    assert (alert.state, alert.closed_reason, alert.next_at) == ("closed", "deceased", None)
    assert alert.closed_by == (await clinic.staff_row(vega)).id
    assert await clinic.open_tasks() == []
    clinic.staff_skim()
    question = ana.open_question
    await ana.taps(next(iter(question.button_data)), on=question)
    await clinic.pass_time(days=30)
    await ana.writes("I cannot breathe")
    await ana.writes("/worse")
    assert len(ana._messages()) == seen
    assert clinic.group is not None
    clinic.group.expects("I cannot breathe")
    clinic.group.expects("chat of a patient who is marked as deceased")
    assert len(await clinic.alerts()) == 1
    audit = await clinic.app.store.look(lambda unit: unit.many(AuditRow, AuditRow.verb == "mark_deceased"))
    assert [each.subject for each in audit] == [f"patient:{row.id}"]


async def test_a_wrong_mark_is_taken_back(clinic: Clinic) -> None:
    ana = await clinic.treat()
    row = await clinic.row_of(ana)
    vega = clinic.staff["Dr. Vega"]
    await vega.forges(f"c|{row.id}|deceased.really")
    await vega.writes(f"/patient {row.case_code}")
    await vega.taps("Deceased was a mistake")
    assert (await clinic.row_of(ana)).stage == "active"
    await clinic.to_check_in("c1")
    ana.expects("this is your check-in")


async def test_a_message_under_way_when_she_died_is_not_tried_again(clinic: Clinic) -> None:
    from bot.core.post.message import Body, Message, Method, NeverSent, Priority, settle
    from bot.store.unit import Unit
    from bot.usecases.undelivered import react

    ana = await clinic.treat()
    row, now = await clinic.row_of(ana), clinic.now

    def work(unit: Unit) -> str:
        body = Body(text="advice")
        sent = unit.add(
            OutboxRow, chat_id=row.chat_id, priority=1, body=body.model_dump_json(), due_at=now, made_at=now,
            patient_id=row.id, kind="advice",
        )  # fmt: skip
        unit.change_one(PatientRow, row.id, stage="deceased")
        assert sent.id is not None and row.chat_id is not None
        message = Message(id=sent.id, chat_id=row.chat_id, priority=Priority.ADVICE, method=Method.SEND, body=body)
        outcome = NeverSent(reason="no line")
        react(unit, clinic.app.clinic, now, message, settle(message, outcome, now), outcome)
        return unit.get(OutboxRow, sent.id).state

    assert await clinic.app.store.run(work) == "dropped"


async def test_two_languages_give_two_pages(clinic: Clinic) -> None:
    token = await clinic.register()
    ana = clinic.newcomer("Ana Ruiz")
    ana.phone.start(token)
    await clinic.settle()
    await enrol(ana)
    row = await clinic.row_of(ana)
    await clinic.app.store.run(lambda unit: unit.change_one(PatientRow, row.id, language="ru"))
    await clinic.staff["Dr. Vega"].forges(f"c|{row.id}|er")
    assert [each.message.files[0].name[-6:] for each in clinic.staff["Dr. Vega"].papers] == ["ru.pdf", "en.pdf"]
    kept = await clinic.app.store.look(lambda unit: unit.many(TaskRow))
    assert [each.kind for each in kept if each.done_at is None] == []
    assert await clinic.app.store.look(lambda unit: unit.count(AlertRow)) == 0
    await clinic.pass_time(seconds=timedelta(seconds=1).total_seconds())
