"""A person of the clinic writes to a patient in her chat with the bot, under the person's own name."""

from datetime import datetime

from sqlmodel import col

from bot.core.post.message import Body, Priority
from bot.store.tables import PatientRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.hold import FROM_STAFF, hold_talk
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import finish_task


def write_to_patient(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, words: str
) -> bool:
    """Send her the words as from the clinic, with the name of who wrote. False when she cannot be reached by chat.

    What she had asked is answered with that, and the bot's routine questions wait a while.
    """
    text = clinic.ui(patient.language).say("relay.to_patient", name=staff.name, words=words)
    if to_patient(unit, now, patient, Body(text=text, html=True), Priority.ANSWER, kind=FROM_STAFF) is None:
        return False
    audit(unit, now, staff.id, "write_to_patient", f"patient:{patient.id}")
    unread = unit.many(
        TaskRow, TaskRow.patient_id == patient.id, TaskRow.kind == "unread", col(TaskRow.done_at).is_(None)
    )
    for task in unread:
        finish_task(unit, now, staff, task.id)
    hold_talk(unit, clinic, now, patient)
    return True
