"""Change what is known of a session (sites, modifiers, products) or the patient's hour; what is to come is planned anew."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.errors import Refused
from bot.core.post.message import Body
from bot.store.tables import PatientRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit, to_patient
from bot.usecases.timetable import next_checkin_words, replan

HOURS = range(8, 22)


def change_session(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    staff: StaffRow,
    session: SessionRow,
    *,
    sites: Sequence[str],
    modifiers: Sequence[str],
    products: str,
) -> None:
    """Write the details; the check-ins that are still to come follow the new ones.

    A conversation under way goes on with what it began with. Errors: Refused for details that the session's own script
    does not know, or without a site.
    """
    script = clinic.script(unit, session.revision)
    if not sites or set(sites) - set(script.sites) or set(modifiers) - set(script.modifiers):
        raise Refused("nurse.details.unknown")
    before = (session.sites, session.modifiers, session.products)
    after = (" ".join(sites), " ".join(modifiers), products)
    if before == after:
        return
    session.sites, session.modifiers, session.products = after
    unit.change_one(SessionRow, session.id, sites=after[0], modifiers=after[1], products=after[2])
    changed = [
        name for name, old, new in zip(("sites", "modifiers", "products"), before, after, strict=True) if old != new
    ]
    audit(unit, now, staff.id, "change_session", f"session:{session.id}", " ".join(changed))
    audit(unit, now, staff.id, "change_session", f"patient:{session.patient_id}", " ".join(changed))
    patient = unit.get(PatientRow, session.patient_id)
    if patient.stage == "active" and before[:2] != after[:2]:
        replan(unit, clinic, now, patient)


def change_hour(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, hour: int) -> None:
    """The hour of her check-ins, by her own clock; she is told. Errors: Refused for an hour of the night."""
    if hour not in HOURS:
        raise Refused("nurse.hour.wrong")
    unit.change_one(PatientRow, patient.id, checkin_hour=hour)
    patient.checkin_hour = hour
    audit(unit, now, staff.id, "change_hour", f"patient:{patient.id}", str(hour))
    if patient.stage != "active":
        return
    replan(unit, clinic, now, patient)
    ui = clinic.ui(patient.language)
    when = next_checkin_words(unit, patient, now) or ui.plain("next.none")
    text = ui.say("nurse.hour.told", hour=f"{hour}:00", next_checkin=when)
    to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")
