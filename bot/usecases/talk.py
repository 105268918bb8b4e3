"""The open conversation of a patient, loaded with everything that a step needs."""

from dataclasses import dataclass

from bot.core.engine.run import Run
from bot.core.flow.model import Script
from bot.store.tables import PatientRow, RunRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic


@dataclass(slots=True)
class Talk:
    """A patient's run with everything that a step needs."""

    patient: PatientRow
    row: RunRow
    run: Run
    script: Script


def open_talk(unit: Unit, clinic: Clinic, patient: PatientRow) -> Talk | None:
    """The patient's open run, or None."""
    row = unit.find(RunRow, patient_id=patient.id, state="open", lock=True)
    return talk_of(unit, clinic, patient, row) if row else None


def talk_of(unit: Unit, clinic: Clinic, patient: PatientRow, row: RunRow) -> Talk:
    """A run's row with its state read back from JSON."""
    return Talk(patient, row, Run.model_validate_json(row.body), clinic.script(unit, row.revision))
