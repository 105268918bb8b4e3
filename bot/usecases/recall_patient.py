"""Move one patient of a recalled revision to the other one, or hand her to staff: always with a next step."""

from datetime import datetime, timedelta

from sqlmodel import col

from bot.core.engine.events import Withdrew
from bot.core.engine.recall import move
from bot.core.flow.model import Script
from bot.core.post.message import Body
from bot.store.tables import AlertRow, CheckInRow, PatientRow, RunRow, SessionRow, StaffRow
from bot.store.unit import Unit
from bot.usecases.clinic import Clinic
from bot.usecases.posting import audit, to_patient
from bot.usecases.raise_task import raise_task
from bot.usecases.recall import Fate, Recall, foretell, recalled_talk
from bot.usecases.record import record
from bot.usecases.step import step
from bot.usecases.talk import Talk, open_talk
from bot.usecases.timetable import replan

NOW_WITHIN = timedelta(minutes=10)
CALL_WITHIN = timedelta(hours=1)


def recall_patient(unit: Unit, clinic: Clinic, now: datetime, staff: StaffRow, patient_id: str, recall: Recall) -> Fate:
    """Move one patient, or hand her to staff: one transaction, one audit row, and always a next step."""
    patient = unit.get(PatientRow, patient_id)
    talk = recalled_talk(unit, clinic, patient, recall)
    fate = foretell(unit, clinic, now, patient_id, recall)
    sessions = unit.many(
        SessionRow,
        SessionRow.patient_id == patient_id,
        SessionRow.revision == recall.old.revision,
        SessionRow.state != "cancelled",
    )
    waited = _planned(unit, patient)
    if fate.what == "to staff":
        _hand_over(unit, clinic, now, patient, sessions, talk, recall)
    if recall.new is not None:
        for session in sessions:
            unit.change_one(SessionRow, session.id, revision=recall.new.revision)
    if fate.what == "moved" and recall.new is not None:
        if talk is not None:
            _move(unit, clinic, now, talk, recall, recall.new)
        replan(unit, clinic, now, patient)
        _fit_sets(unit, sessions, recall.new)
        if waited and not _planned(unit, patient) and open_talk(unit, clinic, patient) is None:
            _call(unit, clinic, now, patient, recall, urgent=False)
    audit(unit, now, staff.id, "recall_patient", f"patient:{patient_id}", f"{recall.old.revision}: {fate.what}")
    return fate


def _planned(unit: Unit, patient: PatientRow) -> int:
    return unit.count(CheckInRow, CheckInRow.patient_id == patient.id, CheckInRow.state == "planned")


def _move(unit: Unit, clinic: Clinic, now: datetime, talk: Talk, recall: Recall, new: Script) -> None:
    """Write the two turns of a move: the first with the words of the old revision, the second with those of the new."""
    before = talk.run
    found = move(recall.old, new, before, recall.how, now)
    record(unit, clinic, now, talk, found.settled, words="", tapped=None)
    unit.change_one(RunRow, before.id, revision=new.revision)
    moved = Talk(talk.patient, unit.get(RunRow, before.id), found.settled.run, new)
    record(unit, clinic, now, moved, found.turn, words="", tapped=None)


def _hand_over(
    unit: Unit,
    clinic: Clinic,
    now: datetime,
    patient: PatientRow,
    sessions: list[SessionRow],
    talk: Talk | None,
    recall: Recall,
) -> None:
    """End the conversation (what was red and waiting counts), plan nothing more of these sessions, and let staff call."""
    if talk is not None:
        step(unit, clinic, now, talk, Withdrew(why="recalled"))
    unit.change(
        CheckInRow,
        col(CheckInRow.session_id).in_([session.id for session in sessions]),
        CheckInRow.state == "planned",
        state="cancelled",
        ended_at=now,
        reason="recalled",
    )
    red = unit.count(
        AlertRow, AlertRow.patient_id == patient.id, AlertRow.state != "closed", col(AlertRow.level) != "D4"
    )
    _call(unit, clinic, now, patient, recall, urgent=bool(red) or (talk is not None and talk.run.level.is_red))


def _call(unit: Unit, clinic: Clinic, now: datetime, patient: PatientRow, recall: Recall, *, urgent: bool) -> None:
    kind, within = ("phone_now", NOW_WITHIN) if urgent else ("other", CALL_WITHIN)
    about = clinic.ui(clinic.facts.language).plain("recall.about", reason=recall.reason)
    cause = f"recall:{recall.old.revision}:{patient.id}"
    raise_task(unit, clinic, now, kind, now + within, patient, cause=cause, about=about)
    if not urgent:
        text = clinic.ui(patient.language).say("recall.told")
        to_patient(unit, now, patient, Body(text=text, html=True), kind="reply")


def _fit_sets(unit: Unit, sessions: list[SessionRow], new: Script) -> None:
    """What stays planned (re-checks, what is due already) asks what the new revision has."""
    for row in unit.many(
        CheckInRow,
        col(CheckInRow.session_id).in_([session.id for session in sessions]),
        CheckInRow.state == "planned",
    ):
        known = [name for name in row.sets.split() if name in new.sets]
        if known != row.sets.split():
            usual = new.plan.follow_up.recheck_sets if row.kind == "recheck" else new.plan.on_demand_sets
            unit.change_one(CheckInRow, row.id, sets=" ".join(known or usual))
