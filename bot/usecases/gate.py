"""The gate: a short check-in two days before a planned next session, and what it says: clear, hold or no answer."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.care.clock import after_quiet, at_wall_clock
from bot.core.engine.run import Run
from bot.core.errors import Refused
from bot.core.flow.together_names import plain, united
from bot.core.level import Level
from bot.store.tables import AlertRow, CheckInRow, NextSessionRow, PatientRow, RunRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit
from bot.usecases.raise_task import raise_task
from bot.usecases.subjects import open_sessions

GATE = "gate"
"""The step of its check-in; in the plan of a script the name of its question sets."""

BEFORE = timedelta(days=2)
FARTHEST = timedelta(days=366)
TOGETHER = timedelta(hours=12)
"""A gate and a check-in of the timetable that come as near as this are asked as one."""
CALL_WITHIN = timedelta(hours=24)


class GateSays(StrEnum):
    """What staff read. Only an answered gate without a yes, and without an open alert, is clear."""

    WAITING = "waiting"
    CLEAR = "clear"
    HOLD = "hold"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Gate:
    """The planned next session of a patient and what its gate says now."""

    on_day: date
    says: GateSays


def plan_next(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient: PatientRow, on_day: date) -> None:
    """Staff plan the next session for a day by the clinic's calendar; a plan made before is moved.

    Errors: Refused for a day that is not to come, one more than a year away, or a patient without a session.
    """
    today = clinic.local(now).date()
    if on_day <= today:
        raise Refused("next_session.past")
    if on_day > today + FARTHEST:
        raise Refused("next_session.too_far")
    sessions = open_sessions(unit, patient)
    if not sessions:
        raise Refused("next_session.no_session")
    cancel_next(unit, now, patient, "planned anew")
    row = NextSessionRow(
        id=clinic.new_id(),
        patient_id=patient.id,
        session_id=sessions[-1].id,
        on_day=on_day.isoformat(),
        made_at=now,
        made_by=staff.id,
    )
    unit.insert(row)
    audit(unit, now, staff.id, "plan_next_session", f"patient:{patient.id}", row.on_day)
    plan_gate(unit, clinic, now, patient)


def plan_gate(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """Write (or move) the gate of the planned session: two days before it, at the patient's hour, by her clock."""
    row = unit.find(NextSessionRow, patient_id=patient.id, state="planned")
    if row is None or patient.stage != "active":
        return
    session = unit.get(SessionRow, row.session_id)
    script = clinic.script(unit, session.revision)
    if not script.plan.gate:
        return  # the script has no gate: "no answer" is what staff read, and never "clear"
    day = date.fromisoformat(row.on_day) - BEFORE
    due = max(now, at_wall_clock(day, time(patient.checkin_hour), patient.zone))
    due = after_quiet(due, script.plan.quiet_from, script.plan.quiet_to, patient.zone)
    local = due.astimezone(ZoneInfo(patient.zone)).strftime("%Y-%m-%d %H:%M")
    known = unit.find(CheckInRow, id=row.checkin_id) if row.checkin_id else None
    if known is not None:
        if known.opened_at is None and known.state in ("planned", "cancelled"):
            moved = {"due_at": due, "local_due": local, "zone": patient.zone, "ended_at": None, "reason": ""}
            unit.change_one(CheckInRow, known.id, state="planned", **moved)
        return
    before = unit.count(CheckInRow, CheckInRow.session_id == session.id, CheckInRow.step == GATE)
    gate = CheckInRow(
        id=clinic.new_id(),
        patient_id=patient.id,
        session_id=session.id,
        kind="on_demand",
        step=GATE,
        occurrence=before + 1,
        sets=" ".join(script.plan.gate),
        due_at=due,
        local_due=local,
        zone=patient.zone,
    )
    unit.insert(gate)
    unit.change_one(NextSessionRow, row.id, checkin_id=gate.id)


def cancel_next(unit: Unit, now: datetime, patient: PatientRow, reason: str, *, state: str = "cancelled") -> None:
    """The planned session is moved, given up, or has taken place (``state`` done): its gate is asked no more."""
    row = unit.find(NextSessionRow, patient_id=patient.id, state="planned")
    if row is None:
        return
    unit.change_one(NextSessionRow, row.id, state=state)
    if row.checkin_id:
        unit.change(
            CheckInRow,
            CheckInRow.id == row.checkin_id,
            CheckInRow.state == "planned",
            state="cancelled",
            ended_at=now,
            reason=reason,
        )


def gate_of(unit: Unit, now: datetime, patient: PatientRow) -> Gate | None:
    """The planned next session and its gate; None when none is planned."""
    row = unit.find(NextSessionRow, patient_id=patient.id, state="planned")
    if row is None:
        return None
    return Gate(date.fromisoformat(row.on_day), _says(unit, now, patient, row))


def _says(unit: Unit, now: datetime, patient: PatientRow, row: NextSessionRow) -> GateSays:
    if unit.count(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed"):
        return GateSays.HOLD
    checkin = unit.find(CheckInRow, id=row.checkin_id) if row.checkin_id else None
    if checkin is None:
        return GateSays.NO_ANSWER
    if checkin.state == "planned" and checkin.due_at > now:
        return GateSays.WAITING
    while checkin.state == "merged" and checkin.merged_into:
        checkin = unit.get(CheckInRow, checkin.merged_into)
    run = unit.find(RunRow, checkin_id=checkin.id, by="-opened_at")
    if run is not None and Level(run.level).at_least(Level.D4):
        return GateSays.HOLD
    if run is None or checkin.state != "done" or run.ended_as != "completed":
        return GateSays.NO_ANSWER
    # Answered, and nothing came of it: but only the gate's own screen, answered by herself, can clear.
    answers = Run.model_validate_json(run.body).answers
    screens = [answer for question, answer in answers.items() if plain(question) == "G"]
    clear = bool(screens) and all(each.given.codes == ("none",) and not each.assumed for each in screens)
    return GateSays.CLEAR if clear else GateSays.NO_ANSWER


def join(unit: Unit, now: datetime, row: CheckInRow) -> bool:
    """Ask a gate and a near check-in of the timetable as one; true when ``row`` is the gate that was taken in.

    Otherwise the second would break off the first.
    """
    near = (
        CheckInRow.patient_id == row.patient_id,
        CheckInRow.id != row.id,
        CheckInRow.state == "planned",
        CheckInRow.due_at <= now + TOGETHER,
    )
    if row.step == GATE:
        host = unit.first(CheckInRow, *near, CheckInRow.kind == "planned", order_by=CheckInRow.due_at)
        if host is None:
            return False
        _take_in(unit, row, host)
        return True
    if row.kind == "planned":
        gate = unit.first(CheckInRow, *near, CheckInRow.step == GATE)
        if gate is not None:
            _take_in(unit, gate, row)
    return False


def _take_in(unit: Unit, gate: CheckInRow, host: CheckInRow) -> None:
    host.sets = " ".join(united([host.sets.split(), gate.sets.split()]))
    unit.change_one(CheckInRow, gate.id, state="merged", merged_into=host.id)
    unit.change_one(CheckInRow, host.id, sets=host.sets)


def hold_for_alert(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, row: CheckInRow) -> None:
    """The gate is asked while an alert is open: hold, whatever she answers, and staff are called (brief, M: D4)."""
    if unit.count(AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed"):
        about = clinic.ui(clinic.facts.language).plain("task.gate_hold")
        raise_task(unit, clinic, now, "other", now + CALL_WITHIN, patient, cause=f"gate:{row.id}", about=about)
