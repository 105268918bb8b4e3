"""The two patients who are nobody: the canary's and the drill's. Their rows never count and never ring the wrong people."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from bot.store.tables import PatientRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic

CANARY, DRILL = "canary", "drill"
"""Ids of rows in ``patient``; no real patient's id (twelve digits of a random number) can be one of them."""
SYNTHETIC = (CANARY, DRILL)


def real(patient_id: Any) -> ColumnElement[bool]:
    """Of a column of patients' ids: those of people."""
    return col(patient_id).not_in(SYNTHETIC)


def keep_patient(unit: Unit, clinic: Clinic, now: datetime, patient_id: str, chat_id: int | None) -> PatientRow:
    """The patient who is nobody, with one session that ended an hour ago on the first current script."""
    script = next(iter(clinic.scripts.values()))
    facts = clinic.facts
    unit.insert_new(
        PatientRow(
            id=patient_id,
            case_code=patient_id.upper(),
            name=patient_id.capitalize(),
            birth_date="",
            language=facts.language,
            zone=facts.zone,
            stage="active",
            made_at=now,
            made_by="bot",
        )
    )
    unit.change_one(PatientRow, patient_id, chat_id=chat_id, stage="active", reachable=True, zone=facts.zone)
    session = {
        "procedure": script.procedure,
        "t0": now - timedelta(hours=1),
        "sites": script.sites[0],
        "revision": script.revision,
        "state": "open",
    }
    if not unit.change_one(SessionRow, patient_id, **session):
        unit.add(SessionRow, id=patient_id, patient_id=patient_id, course_id=patient_id, made_at=now, **session)
    return unit.get(PatientRow, patient_id)
