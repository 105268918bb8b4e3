"""A person of the clinic wrote to a patient: the bot's routine questions wait a while, and nothing else does."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col

from bot.core.care.hold import held_until, latest_for, put_off
from bot.core.engine.hold import hold, is_routine
from bot.core.flow.model import Phase
from bot.store.tables import CheckInRow, OutboxRow, PatientRow, RunRow, SessionRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.gate import GATE
from bot.usecases.posting import audit
from bot.usecases.talk import Talk, open_talk

FROM_STAFF = "from_staff"
"""The kind of a message that a person of the clinic wrote to a patient."""


def talk_until(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> datetime | None:
    """Until when a person of the clinic is taken to be talking with the patient; None when nobody is."""
    last = unit.first(
        OutboxRow,
        OutboxRow.patient_id == patient.id,
        OutboxRow.kind == FROM_STAFF,
        OutboxRow.made_at > now - clinic.chat.hold,
        order_by=col(OutboxRow.id).desc(),
    )
    return held_until(last.made_at if last else None, clinic.chat, now)


def hold_talk(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow) -> None:
    """A person just wrote: the reminders of her open check-in wait until the talk is over."""
    until = talk_until(unit, clinic, now, patient)
    talk = open_talk(unit, clinic, patient)
    if until is None or talk is None:
        return
    run = hold(talk.run, until)
    if run is not talk.run:
        unit.change_one(RunRow, run.id, body=run.model_dump_json(), wake_at=run.wake_at)
        audit(unit, now, "bot", "hold_questions", f"run:{run.id}")


def is_held(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, talk: Talk | None) -> bool:
    """Is what the bot asks her now routine, while a person talks with her? Then her words are for that person."""
    return talk is not None and is_routine(talk.run) and talk_until(unit, clinic, now, patient) is not None


def hold_check_in(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, row: CheckInRow) -> bool:
    """Put off a routine check-in that is due while a person talks with the patient; False when it is asked now.

    Re-checks, and what she asks for herself, are never held.
    """
    if row.kind != "planned" and row.step != GATE:
        return False
    until = talk_until(unit, clinic, now, patient)
    if until is None:
        return False
    plan = clinic.script(unit, unit.get(SessionRow, row.session_id).revision).plan
    entry = plan.check_in(row.step)
    latest = latest_for(_planned_at(row), plan, entry.phase if entry else Phase.EARLY, row.zone)
    moment = put_off(until, latest, now)
    if moment is None:
        return False
    unit.change_one(CheckInRow, row.id, due_at=moment)
    audit(unit, now, "bot", "hold_check_in", f"checkin:{row.id}", row.step)
    return True


def _planned_at(row: CheckInRow) -> datetime:
    """When the timetable wanted it, however often it was moved since: what the patient's clock was to show."""
    return datetime.fromisoformat(row.local_due).replace(tzinfo=ZoneInfo(row.zone)).astimezone(UTC)
