"""What a patient does in a check-in: press a button, go back, or let time pass."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from bot.core.engine.events import Event, OutOfDate, Picked, Recorded, Tapped, TimedOut, WentBack
from bot.store.tables import CheckInRow, PatientRow, RunRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.one_by_one import one_by_one
from bot.usecases.raise_task import finish_by_cause
from bot.usecases.step import step
from bot.usecases.talk import open_talk, talk_of

DUE_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say at once in answer to a press (a toast): the key of a text."""

    text: str


def press(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    run_id: str,
    question: str,
    code: str,
    message_id: int,
) -> Reply:
    """The patient pressed an answer. Old buttons, double taps and made-up data change nothing and are answered kindly."""
    talk = open_talk(unit, clinic, patient)
    if talk is None or talk.run.id != run_id:
        return Reply("toast.old")
    known = talk.script.questions.get(question)
    if known is None or (code != "done" and code not in known.codes):
        return Reply("toast.old")
    was_silent = talk.run.silent
    turn = step(unit, clinic, now, talk, Tapped(question=question, code=code), tapped=message_id)
    if was_silent and not turn.run.silent:
        _answered_after_all(unit, now, turn.run.id, talk.row)
    return Reply(_toast(turn.events, code))


def _toast(events: tuple[Event, ...], code: str) -> str:
    for event in events:
        match event:
            case OutOfDate():
                return "toast.same" if event.same else "toast.old"
            case Recorded():
                return "toast.noted"
            case Picked():
                return "toast.picked" if code in event.picked else "toast.unpicked"
            case _:
                continue
    return "toast.choose"


def _answered_after_all(unit: Unit, now: datetime, run_id: str, row: RunRow) -> None:
    """A late answer: the check-in is open again (or done already), and nobody needs to phone for its silence."""
    unit.change(
        CheckInRow,
        CheckInRow.id == row.checkin_id,
        col(CheckInRow.state).in_(("no_answer", "broken_off")),
        state="open",
    )
    for task in ("phone_call", "late_list"):
        finish_by_cause(unit, now, f"{task}:{run_id}")


def go_back(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, run_id: str) -> Reply:
    """The patient wants to change her last answer; a level that was reached stays."""
    talk = open_talk(unit, clinic, patient)
    if talk is None or talk.run.id != run_id:
        return Reply("toast.old")
    step(unit, clinic, now, talk, WentBack())
    return Reply("toast.back")


def time_out_due(unit: Unit, clinic: Clinic, now: datetime) -> int:
    """Wake the runs whose wait is over (at most 50 a call); how many there were."""
    due = unit.many(
        RunRow,
        col(RunRow.wake_at).is_not(None),
        col(RunRow.wake_at) <= now,
        order_by=RunRow.wake_at,
        limit=DUE_AT_ONCE,
        skip_locked=True,
    )

    def wake(row: RunRow) -> None:
        patient = unit.get(PatientRow, row.patient_id)
        step(unit, clinic, now, talk_of(unit, clinic, patient, row), TimedOut())

    def put_off(row: RunRow, later: datetime) -> None:
        unit.change_one(RunRow, row.id, wake_at=later)

    return one_by_one(unit, clinic, now, due, wake, put_off, "phone_call")
