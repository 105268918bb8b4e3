"""A script is changed while a course goes on: a conversation ends on its own, and each session keeps its own rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.core.engine.run import Run
from bot.core.flow.conditions import NumberIs
from bot.core.flow.model import Script
from bot.core.level import Level
from bot.store.tables import PatientRow, RevisionRow, RunRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.answer import press
from bot.usecases.clinic import Clinic
from bot.usecases.enrol import NewSession, add_session
from bot.usecases.open_check_in import open_on_demand
from bot.usecases.publish import publish_scripts
from tests.support import rows
from tests.usecases.conftest import NOW, Office


def later_script(script: Script) -> Script:
    """Next year's script: strong pain counts from 9 on, and numb skin is a D1."""
    changed: dict[str, dict[str, Any]] = {
        "PA-1": {"when": NumberIs(question="PA", at_least=9)},
        "NU-2": {"level": Level.D1, "advice": "d1"},
    }
    rules = tuple(rule.model_copy(update=changed.get(rule.id, {})) for rule in script.rules)
    return script.model_copy(update={"rules": rules})


async def begin(office: Office) -> Clinic:
    """A patient with a session on today's script; returns the clinic of next year, its script published."""
    doctor = await office.hire("Vega", rank=1)
    old = office.clinic.current("face")
    scripts = {"face": later_script(old)}
    new = replace(office.clinic, scripts=scripts, _revisions={}, _texts={}, _together={})

    def make(unit: Unit) -> None:
        unit.insert(rows.patient(chat_id=77))
        patient, staff = unit.get(PatientRow, "p1"), unit.get(StaffRow, doctor)
        add_session(unit, office.clinic, NOW, staff, patient, NewSession("face", NOW, ("neck",)))
        open_on_demand(unit, office.clinic, NOW, patient)
        publish_scripts(unit, NOW, scripts, "floor", "test")

    await office.do(make)
    return new


def answer(unit: Unit, clinic: Clinic, at: datetime, **answers: str) -> Run:
    """Answer the open conversation to the last of these answers; what is not named is well. The run as it is then."""
    patient = unit.get(PatientRow, "p1")
    left = dict(answers)
    while left:
        row = unit.find(RunRow, patient_id="p1", state="open")
        assert row is not None
        run = Run.model_validate_json(row.body)
        assert run.asking is not None
        question = clinic.script(unit, run.revision).questions[run.asking]
        code = left.pop(run.asking, question.well)
        press(unit, clinic, at, patient, run.id, run.asking, code, 1)
        if question.lines and code != "none":
            press(unit, clinic, at, patient, run.id, run.asking, "done", 1)
    row = unit.find(RunRow, patient_id="p1", by="-opened_at")
    assert row is not None
    return Run.model_validate_json(row.body)


async def test_a_conversation_ends_on_the_script_that_it_began_with(office: Office) -> None:
    new = await begin(office)
    run = await office.do(lambda unit: answer(unit, new, NOW, PA="8"))
    assert (run.level, "PA-1" in run.hits) == (Level.D2, True)
    stored = await office.do(lambda unit: unit.get(RevisionRow, run.revision))
    assert Script.model_validate_json(stored.script) == office.clinic.current("face")
    assert (stored.current, run.revision) == (False, office.clinic.current("face").revision)


async def test_each_session_of_a_course_is_judged_by_its_own_revision(office: Office) -> None:
    """Pain of 8 is only red for the older session, numb skin only a D1 for the newer: both count, and none less."""
    new = await begin(office)
    after = NOW + timedelta(days=30)

    def second(unit: Unit) -> None:
        patient, staff = unit.get(PatientRow, "p1"), unit.get(StaffRow, "vega")
        add_session(unit, new, after, staff, patient, NewSession("face", after, ("neck",)))
        open_on_demand(unit, new, after, patient)

    await office.do(second)
    run = await office.do(lambda unit: answer(unit, new, after, PA="8"))
    assert len({subject.revision for subject in run.subjects}) == 2
    assert run.revision not in {subject.revision for subject in run.subjects}
    assert (run.level, "PA-1" in run.hits) == (Level.D2, True)

    def again(unit: Unit) -> Run:
        later = after + timedelta(hours=1)
        open_on_demand(unit, new, later, unit.get(PatientRow, "p1"))
        return answer(unit, new, later, V="numb", NU="other")

    run = await office.do(again)
    assert run.level is Level.D1
    # Another worker, still on the older release, reads the combined script from the database.
    read = await office.do(lambda unit: office.clinic.script(unit, run.revision))
    assert read.revision == run.revision
    mine = await office.do(lambda unit: new.script(unit, run.revision))
    assert read == mine
