"""A revision is recalled while patients answer: each is moved or handed to staff, and nobody is left without a next step."""

import pytest

from bot.core.errors import Conflict, Refused
from bot.core.flow.conditions import AnswerIs
from bot.core.flow.model import Script
from bot.store.tables import AuditRow, RecallRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.enrol import NewSession, add_session
from bot.usecases.publish import publish_scripts
from bot.usecases.recall import Fate, Recall, affected, begin_recall, foretell
from bot.usecases.recall_patient import recall_patient
from tests.support.clinic import Clinic, open_clinic
from tests.support.scenes import hard_to_breathe


def mended(script: Script) -> Script:
    """A revision that takes any swelling for an emergency: what the one in force is said to have missed."""
    missed = AnswerIs(question="SW", any_of=("mild", "big"))
    rules = (*script.rules, script.rules[0].model_copy(update={"id": "NEW-1", "when": missed}))
    texts = {
        language: each.model_copy(update={"by_key": {**each.by_key, "rule.NEW-1": "Any swelling"}})
        for language, each in script.texts.items()
    }
    return script.model_copy(update={"rules": rules, "texts": texts})


def narrower(script: Script) -> Script:
    """A revision that does not know the cheek."""
    return script.model_copy(update={"sites": tuple(site for site in script.sites if site != "cheek")})


async def published(clinic: Clinic, new: Script) -> Recall:
    """Publish it, and the recall of the script in use in its favour."""
    old = clinic.script
    floor = clinic.app.flows.floor_hash
    await clinic.app.store.run(lambda unit: publish_scripts(unit, clinic.now, {"face": new}, floor, "test"))
    return Recall(old, new, reason="it missed swelling")


async def recalled(clinic: Clinic, recall: Recall) -> list[Fate]:
    """Do it, after looking that what was foretold is what happens."""
    store, who = clinic.app.store, await clinic.staff_id("Lola")

    def begin(unit: Unit) -> None:
        begin_recall(unit, clinic.app.clinic, clinic.now, staff_of(unit, who), recall)

    await store.run(begin)
    fates = []
    for patient in await store.look(lambda unit: affected(unit, recall.old.revision)):

        def told(unit: Unit, patient: str = patient) -> Fate:
            return foretell(unit, clinic.app.clinic, clinic.now, patient, recall)

        def done(unit: Unit, patient: str = patient) -> Fate:
            return recall_patient(unit, clinic.app.clinic, clinic.now, staff_of(unit, who), patient, recall)

        foretold = await store.look(told)
        fates.append(await store.run(done))
        assert fates[-1] == foretold
    await clinic.settle()
    clinic.staff["Lola"].expects("was recalled in your name", "it missed swelling")
    left = await store.look(lambda unit: affected(unit, recall.old.revision))
    assert bool(left) is (recall.new is None)
    return fates


async def patients(clinic: Clinic) -> list[str]:
    rows = await clinic.app.store.look(lambda unit: unit.many(SessionRow, order_by=SessionRow.t0))
    return list(dict.fromkeys(row.patient_id for row in rows))


def staff_of(unit: Unit, staff_id: str) -> StaffRow:
    """A colleague's row, inside a transaction."""
    return unit.get(StaffRow, staff_id)


async def everybody_has_a_next_step(clinic: Clinic) -> None:
    """An open question, a check-in to come, a task or an alert: for every patient with an open session."""
    runs, tasks, alerts = await clinic.runs(), await clinic.open_tasks(), await clinic.alerts()
    waiting = {run.patient_id for run in runs if run.state == "open"} | {task.patient_id for task in tasks}
    waiting |= {alert.patient_id for alert in alerts if alert.state != "closed"}
    waiting |= {row.patient_id for row in await clinic.check_ins() if row.state == "planned"}
    assert set(await patients(clinic)) <= waiting


async def test_in_the_middle_of_a_check_in_she_goes_on_with_the_new_questions(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.to_check_in("c3", ana)
    ana.expects("this is your check-in")
    await ana.taps("None of these")
    asked = ana.open_question
    ana.skims()
    recall = await published(clinic, mended(clinic.script))
    (fate,) = await recalled(clinic, recall)
    assert (fate.what, fate.level) == ("moved", "D5")
    assert "answers go along" in fate.detail
    assert asked.buttons == []
    assert "White, grey" in str(ana.open_question.buttons)
    (run,) = [each for each in await clinic.runs() if each.state == "open"]
    assert recall.new is not None
    assert run.revision == recall.new.revision
    await everybody_has_a_next_step(clinic)
    await ana.is_well()
    ana.skims()
    assert {each.revision for each in await sessions(clinic)} == {recall.new.revision}
    assert len([row for row in await clinic.check_ins(ana) if row.state == "planned"]) > 5
    verbs = await clinic.app.store.look(lambda unit: [row.verb for row in unit.many(AuditRow)])
    assert verbs.count("recall_revision") == 1
    assert verbs.count("recall_patient") == 1
    clinic.staff_skim()


async def test_a_red_flag_stays_one(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await hard_to_breathe(clinic, ana)
    clinic.staff_skim()
    fates = await recalled(clinic, await published(clinic, mended(clinic.script)))
    assert [fate.level for fate in fates] == ["D1"]
    ana.expects("What are you doing now?")
    (run,) = [each for each in await clinic.runs() if each.state == "open"]
    assert run.level == "D1"
    assert [alert.level for alert in await clinic.alerts()] == ["D1"]
    await everybody_has_a_next_step(clinic)
    clinic.staff_skim()


async def test_who_cannot_be_moved_is_called(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.to_check_in("c3", ana)
    ana.skims()
    (fate,) = await recalled(clinic, await published(clinic, narrower(clinic.script)))
    assert fate.what == "to staff"
    assert "does not know cheek" in fate.detail
    ana.expects("a person from our team will phone you", "112")
    (task,) = await clinic.open_tasks("other")
    assert (task.kind, "taken back (it missed swelling)" in task.about) == ("other", True)
    assert [row.state for row in await clinic.check_ins(ana) if row.state == "planned"] == []
    await everybody_has_a_next_step(clinic)
    clinic.staff_skim()


async def test_a_line_that_was_tapped_is_not_dropped_by_the_hand_over(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.to_check_in("c1", ana)
    await ana.taps("White, grey")
    ana.skims()
    await recalled(clinic, Recall(clinic.script, None, reason="it missed swelling"))
    ana.expects("GO TO THE EMERGENCY ROOM")
    assert [alert.level for alert in await clinic.alerts()] == ["D2"]
    assert [task.kind for task in await clinic.open_tasks("phone_now")] == ["phone_now"]
    ana.skims()
    clinic.staff_skim()


async def test_between_two_check_ins_and_not_yet_enrolled(clinic: Clinic) -> None:
    ana = await clinic.treat()
    await clinic.treat("Bea Ruiz", enrolled=False)
    before = [row.step for row in await clinic.check_ins(ana)]
    fates = await recalled(clinic, await published(clinic, mended(clinic.script)))
    assert {fate.what for fate in fates} == {"moved", "nothing asked"}
    assert [row.step for row in await clinic.check_ins(ana)] == before
    await clinic.to_check_in("c1", ana)
    ana.expects("this is your check-in")
    ana.skims()
    clinic.staff_skim()


async def test_a_recalled_revision_takes_no_new_session_and_is_not_recalled_elsewhere(clinic: Clinic) -> None:
    ana = await clinic.treat()
    recall = Recall(clinic.script, None, reason="it missed swelling")
    await recalled(clinic, recall)
    row = await clinic.row_of(ana)
    who = await clinic.staff_id("Lola")
    new = NewSession("face", clinic.now, ("lips",))
    with pytest.raises(Refused, match=r"session\.recalled"):
        await clinic.app.store.run(
            lambda unit: add_session(unit, clinic.app.clinic, clinic.now, staff_of(unit, who), row, new)
        )
    other = await published(clinic, mended(clinic.script))
    with pytest.raises(Conflict, match="recalled already, to staff"):
        await clinic.app.store.run(
            lambda unit: begin_recall(unit, clinic.app.clinic, clinic.now, staff_of(unit, who), other)
        )
    assert await clinic.app.store.look(lambda unit: unit.count(RecallRow)) == 1
    ana.skims()
    clinic.staff_skim()


async def sessions(clinic: Clinic) -> list[SessionRow]:
    return await clinic.app.store.look(lambda unit: unit.many(SessionRow))


@pytest.mark.postgres
async def test_on_postgresql(postgres_url: str) -> None:
    """The same on the other database: rows are locked there."""
    async with open_clinic(postgres_url) as clinic:
        await test_in_the_middle_of_a_check_in_she_goes_on_with_the_new_questions(clinic)
