"""/lower: a clinician gives an open alert a lower level, with a reason."""

from bot.chat.staff.reply import Asked
from bot.core.errors import Refused
from bot.core.level import Level
from bot.store.tables import AlertRow, PatientRow
from bot.usecases.lower_alert import lower_alert


def run(asked: Asked, words: str) -> None:
    """``/lower K7QM D3 seen in the clinic, a bruise``. Errors: Refused says how it is written, or why not."""
    code, _, rest = words.partition(" ")
    level, _, reason = rest.strip().partition(" ")
    patient = asked.unit.first(PatientRow, PatientRow.case_code == code.upper()) if code else None
    if patient is None or level.upper() not in {each.value for each in Level}:
        raise Refused("lower.how")
    alert = asked.unit.first(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed")
    if alert is None:
        raise Refused("lower.none")
    before = alert.level
    lower_alert(asked.unit, asked.clinic, asked.now, asked.staff, alert.id, Level(level.upper()), reason)
    asked.say("lower.done", code=patient.case_code, before=before, level=level.upper())
