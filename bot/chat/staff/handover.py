"""The card for the emergency room as a PDF, for staff: always to the own private chat, also when asked in the group."""

from bot.chat.staff.reply import Asked
from bot.store.tables import PatientRow
from bot.usecases.handover import hand_to_staff


def send(asked: Asked, patient: PatientRow) -> None:
    """Send it; in the group, say where it is. Errors: Refused without a session."""
    hand_to_staff(asked.unit, asked.clinic, asked.now, asked.staff, patient)
    if not asked.private:
        asked.say("nurse.handover.in_private", name=asked.staff.name, code=patient.case_code)
