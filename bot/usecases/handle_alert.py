"""What staff do with an alert: see, take, note the contact, close, mark it. Each act names who and when."""

from datetime import datetime, timedelta

from bot.core.alert.escalate import Outcome, after_contact, after_no_answer, after_taking
from bot.core.alert.policy import Tell
from bot.core.errors import Gone, Refused
from bot.core.level import Level
from bot.core.post.message import Body, Priority
from bot.core.roles import Act
from bot.core.wording.alert_card import CLOSE_REASONS, DRILL_OVER
from bot.store.tables import AlertRow, CheckInRow, PatientRow, StaffRow
from bot.store.tables_nurse import AlertMarkRow
from bot.store.unit import Unit
from bot.usecases.alert_cards import refresh_cards, staff_name
from bot.usecases.clinic import Clinic
from bot.usecases.dates import clock
from bot.usecases.people import recipients
from bot.usecases.permissions import require
from bot.usecases.policies import policy_of
from bot.usecases.posting import audit, post, to_patient
from bot.usecases.raise_alert import log
from bot.usecases.raise_task import finish_calls
from bot.usecases.ring import stop_ringing
from bot.usecases.synthetic import DRILL

DRILL_LASTS = timedelta(minutes=15)
"""A drill climbs the ladder like an emergency for this long."""


def _open(unit: Unit, alert_id: str) -> AlertRow:
    alert = unit.find(AlertRow, id=alert_id, lock=True)
    if alert is None:
        raise Gone(f"alert {alert_id}")
    if alert.state == "closed":
        raise Refused("alert.already_closed", name=staff_name(unit, alert.closed_by))
    return alert


def see_alert(unit: Unit, now: datetime, staff: StaffRow, alert: AlertRow) -> None:
    """Somebody opened the alert or one of its menus: the first time is its "seen". Nothing of the ladder changes."""
    if alert.state == "closed" or alert.seen_at is not None:
        return
    alert.seen_at, alert.seen_by = now, staff.id
    alert.state = "seen" if alert.state == "sent" else alert.state
    unit.change_one(AlertRow, alert.id, state=alert.state, seen_at=now, seen_by=staff.id)
    log(unit, alert.id, now, "seen", staff.id)


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
    if alert.patient_id == DRILL:
        end_drill(unit, clinic, now, alert, staff.id)
        return alert
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
    if alert.patient_id == DRILL:
        return take_alert(unit, clinic, now, staff, alert_id)
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
    end_alert(unit, clinic, now, alert, staff.id, reason)
    return alert


def end_alert(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, by: str, reason: str) -> None:
    """Write that an alert is over: nobody is told or rung any more, and its re-checks are cancelled."""
    alert.state, alert.closed_by, alert.closed_at, alert.closed_reason = "closed", by, now, reason
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
    log(unit, alert.id, now, "closed", by, reason)
    audit(unit, now, by, "close_alert", f"alert:{alert.id}", reason)
    refresh_cards(unit, clinic, now, alert)


def end_drill(unit: Unit, clinic: Clinic, now: datetime, alert: AlertRow, by: str) -> None:
    """A drill is over, taken or not: its cards say so, and the group and the leads read how many seconds it took."""
    end_alert(unit, clinic, now, alert, by, DRILL_OVER)
    for each in recipients(unit, clinic, now, (Tell.GROUP, Tell.LEAD), None):
        text = drill_words(unit, clinic, alert, each.language)
        post(unit, now, each.chat_id, Body(text=text, html=True), Priority.ANSWER, kind="drill")


def end_drills(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """End a drill that nobody took in its time; how many there were."""
    late = unit.many(AlertRow, AlertRow.patient_id == DRILL, AlertRow.state != "closed", lock=True)
    late = [alert for alert in late if now - alert.raised_at >= DRILL_LASTS]
    for alert in late:
        end_drill(unit, clinic, now, alert, "bot")
    return len(late)


def drill_words(unit: Unit, clinic: Clinic, alert: AlertRow, language: str) -> str:
    """How a drill went: the seconds until somebody opened it, and until somebody took it."""
    ui = clinic.ui(language)
    if alert.taken_at is None:
        return ui.say("nurse.drill.nobody", minutes=int(DRILL_LASTS.total_seconds() // 60))
    seen = alert.seen_at or alert.taken_at
    return ui.say(
        "nurse.drill.report",
        seen=int((seen - alert.raised_at).total_seconds()),
        taken=int((alert.taken_at - alert.raised_at).total_seconds()),
        name=staff_name(unit, alert.taken_by),
    )


def mark_useful(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, alert_id: str, *, useful: bool) -> None:
    """Say of a closed alert whether it was worth the call; the first mark stands.

    Errors: Refused while it is open, or names who marked it before.
    """
    alert = unit.get(AlertRow, alert_id)
    if alert.state != "closed":
        raise Refused("nurse.useful.still_open")
    if not unit.add_new(AlertMarkRow, alert_id=alert.id, useful=useful, by=staff.id, at=now):
        known = unit.get(AlertMarkRow, alert.id)
        raise Refused("nurse.useful.marked_already", name=staff_name(unit, known.by))
    log(unit, alert.id, now, "useful" if useful else "not_useful", staff.id)
    audit(unit, now, staff.id, "mark_alert", f"alert:{alert.id}", "useful" if useful else "not useful")
    refresh_cards(unit, clinic, now, alert)
