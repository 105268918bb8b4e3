"""A member of staff writes to a patient: her own words with her name above them, and the unread words are answered."""

from datetime import datetime

from sqlmodel import col

from bot.core.errors import Refused
from bot.core.post.message import Body, Priority
from bot.store.tables import PatientRow, StaffRow, TaskRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.hold import FROM_STAFF, hold_talk
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import finish_task

LONGEST = 3000


def write_to_patient(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, words: str
) -> None:
    """Send ``words`` to her chat; the bot's routine questions wait a while.

    Errors: Refused when there is nothing to send, too much, or no way to her.
    """
    if not words.strip():
        raise Refused("staff.only_words")
    if len(words) > LONGEST:
        raise Refused("wizard.too_long", most=str(LONGEST))
    text = clinic.ui(patient.language).say("relay.to_patient", name=staff.name, words=words)
    if to_patient(unit, now, patient, Body(text=text, html=True), Priority.ANSWER, kind=FROM_STAFF) is None:
        raise Refused("staff.not_reachable", code=patient.case_code)
    audit(unit, now, staff.id, "write_to_patient", f"patient:{patient.id}")
    unread = (TaskRow.patient_id == patient.id, TaskRow.kind == "unread", col(TaskRow.done_at).is_(None))
    for task in unit.many(TaskRow, *unread):
        finish_task(unit, now, staff, task.id)
    hold_talk(unit, clinic, now, patient)
