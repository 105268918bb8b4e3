"""What staff do with an alert: take it, note the contact, close it. Each act names who and when."""

from datetime import datetime

from bot.core.alert.escalate import Outcome, after_contact, after_no_answer, after_taking
from bot.core.errors import Gone, Refused
from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.core.roles import Act
from bot.core.wording.alert_card import CLOSE_REASONS
from bot.store.tables import AlertRow, CheckInRow, PatientRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import refresh_cards, staff_name
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock
from bot.usecases.permissions import require
from bot.usecases.policies import policy_of
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_alert import log
from bot.usecases.raise_task import finish_calls
from bot.usecases.ring import stop_ringing


def _open(unit: Unit, alert_id: str) -> AlertRow:
    alert = unit.find(AlertRow, id=alert_id, lock=True)
    if alert is None:
        raise Gone(f"alert {alert_id}")
    if alert.state == "closed":
        raise Refused("alert.already_closed", name=staff_name(unit, alert.closed_by))
    return alert


def take_alert(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, alert_id: str) -> AlertRow:
    """ "I take it": exactly one person does. Errors: Refused names who was first, or who closed it."""
    alert = _open(unit, alert_id)
    if alert.taken_by == staff.id and alert.state == "taken":
        return alert
    if alert.state in ("taken", "contacted"):
        raise Refused("alert.already_taken", name=staff_name(unit, alert.taken_by))
    alert.state, alert.taken_by, alert.taken_at = "taken", staff.id, now
    alert.seen_by, alert.seen_at = alert.seen_by or staff.id, alert.seen_at or now
    alert.next_at = after_taking(policy_of(unit, clinic, alert), now)
    unit.change_one(
        AlertRow,
        alert.id,
        state=alert.state,
        taken_by=alert.taken_by,
        taken_at=alert.taken_at,
        seen_by=alert.seen_by,
        seen_at=alert.seen_at,
        next_at=alert.next_at,
    )
    stop_ringing(unit, alert)
    log(unit, alert.id, now, "taken", staff.id)
    audit(unit, now, staff.id, "take_alert", f"alert:{alert.id}")
    refresh_cards(unit, clinic, now, alert)
    if Level(alert.level).is_red:
        patient = unit.get(PatientRow, alert.patient_id)
        ui = clinic.ui(patient.language)
        key = "truth.seen_red" if Level(alert.level).at_least(Level.D2) else "truth.seen"
        text = ui.say(key, name=staff.name, at=clock(now, patient.zone, patient.language))
        to_patient(unit, now, patient, Body(text=text, html=True), Priority.ADVICE, kind="truth")
    return alert


def contact_alert(
    unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, alert_id: str, outcome: Outcome
) -> AlertRow:
    """The patient was spoken to (or did not answer): the ladder waits for closing, or calls again in 10 minutes."""
    alert = _open(unit, alert_id)
    alert.taken_by, alert.taken_at = alert.taken_by or staff.id, alert.taken_at or now
    alert.seen_by, alert.seen_at = alert.seen_by or staff.id, alert.seen_at or now
    alert.outcome, alert.contacted_by, alert.contacted_at = outcome.value, staff.id, now
    if outcome is Outcome.NO_ANSWER:
        alert.state, alert.no_answers = "taken", alert.no_answers + 1
        alert.next_at = after_no_answer(policy_of(unit, clinic, alert), now)
    else:
        alert.state, alert.no_answers = "contacted", 0
        finish_calls(unit, now, staff, alert.patient_id)
        alert.next_at = after_contact(policy_of(unit, clinic, alert), now)
    unit.change_one(
        AlertRow,
        alert.id,
        state=alert.state,
        taken_by=alert.taken_by,
        taken_at=alert.taken_at,
        seen_by=alert.seen_by,
        seen_at=alert.seen_at,
        outcome=alert.outcome,
        contacted_by=alert.contacted_by,
        contacted_at=alert.contacted_at,
        no_answers=alert.no_answers,
        next_at=alert.next_at,
    )
    stop_ringing(unit, alert)
    log(unit, alert.id, now, f"contact_{outcome.value}", staff.id)
    audit(unit, now, staff.id, "contact_alert", f"alert:{alert.id}", outcome.value)
    refresh_cards(unit, clinic, now, alert)
    return alert


def close_alert(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, alert_id: str, reason: str) -> AlertRow:
    """Close an alert with a reason; its re-checks are cancelled.

    Only a clinician, injector or lead closes a red alert, and only after somebody spoke to the patient.
    Errors: Refused says what is missing.
    """
    alert = _open(unit, alert_id)
    if reason not in CLOSE_REASONS:
        raise Refused("alert.unknown_reason")
    require(unit, staff, Act.CLOSE_RED if Level(alert.level).is_red else Act.CLOSE)
    if Level(alert.level).is_red and alert.state != "contacted":
        raise Refused("alert.close_contact_first")
    alert.state, alert.closed_by, alert.closed_at, alert.closed_reason = "closed", staff.id, now, reason
    alert.next_at = None
    unit.change_one(
        AlertRow,
        alert.id,
        state=alert.state,
        closed_by=alert.closed_by,
        closed_at=alert.closed_at,
        closed_reason=alert.closed_reason,
        next_at=None,
    )
    unit.change(
        CheckInRow,
        CheckInRow.alert_id == alert.id,
        CheckInRow.state == "planned",
        state="cancelled",
        ended_at=now,
        reason="alert closed",
    )
    stop_ringing(unit, alert)
    log(unit, alert.id, now, "closed", staff.id, reason)
    audit(unit, now, staff.id, "close_alert", f"alert:{alert.id}", reason)
    refresh_cards(unit, clinic, now, alert)
    return alert
